"""Rotas in use: read an upload, show what is doubtful, take answers, import all or nothing.

An uploaded file is read and forgotten; what waits for answers is what was understood of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from scheduler.availability.service import recompute
from scheduler.errors import NotFound, NotPossible
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.programmes.service import lock_programme
from scheduler.programmes.tables import SiteRow
from scheduler.rotas.answers import Answers, Understood, joined_answers, parse_answers, understood
from scheduler.rotas.changes import Change, changes
from scheduler.rotas.codec import answers_from_json, answers_json, kept_json, rota_from_json
from scheduler.rotas.model import LegendEntry, ReadRota
from scheduler.rotas.names import Known
from scheduler.rotas.reading.apart import read_rota_apart
from scheduler.rotas.reading.by_week import Rolling
from scheduler.rotas.reading.read import NOT_ROLLING
from scheduler.rotas.storing import Stored, remembered, store
from scheduler.rotas.tables import RotaRow, WaitingRow
from scheduler.rotas.touched import TouchedSession, touched_sessions
from scheduler.safety.service import record


@dataclass(frozen=True, slots=True)
class Upload:
    """A rota file as it comes in. ``legend`` is a file of its own: bytes and name. ``rolling`` says when a rota of
    lines begins."""

    name: str
    content: bytes
    filename: str
    sheet: str | None = None
    legend: tuple[bytes, str] | None = None
    year: int | None = None
    rolling: Rolling = NOT_ROLLING


@dataclass(frozen=True, slots=True)
class Preview:
    """A rota that waits: what was understood, whom its names stand for, what is still open."""

    waiting_id: int
    programme_id: int
    name: str
    site_key: str
    understood: Understood
    read_at: datetime

    @property
    def is_ready(self) -> bool:
        """Whether it can be imported as it is, without a single question."""
        return self.understood.may_be_imported and not self.understood.questions


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did.

    ``touched_sessions`` are published sessions to come of people whose day of the session changed; ``left_out`` are
    names that stand for nobody yet; ``missing`` are the names of people of whom earlier versions spoke and the new
    one does not, so that the earlier word still stands.
    """

    rota_id: int
    duties: int
    people: int
    changes: tuple[Change, ...]
    touched_sessions: tuple[TouchedSession, ...]
    left_out: tuple[str, ...]
    missing: tuple[str, ...]
    is_new: bool


@dataclass(frozen=True, slots=True)
class Before:
    """What must be known before a file is read: the site's zone, and the meanings of codes answered for its rota."""

    zone: str
    known: Mapping[str, LegendEntry]


def before_reading(db: Session, actor: Actor, programme_id: int, site_key: str, name: str) -> Before:
    """What reading a file of the rota ``name`` needs from the database."""
    actor.must_have(programme_id, Role.COORDINATOR)
    earlier = _earlier(db, programme_id, name)
    answers = remembered(db, earlier.id) if earlier else Answers()
    return Before(_site(db, programme_id, site_key).zone, answers.codes)


def read_file(upload: Upload, before: Before, now: datetime) -> ReadRota:
    """Read a file, outside any transaction: that may take a while. Raises ``UnreadableFile``."""
    return read_rota_apart(
        upload.content,
        upload.filename,
        sheet=upload.sheet,
        legend=upload.legend,
        year=upload.year,
        today=now.date(),
        known=before.known,
        rolling=upload.rolling,
        zone=before.zone,
    )


def keep_read(
    db: Session, actor: Actor, programme_id: int, site_key: str, name: str, rota: ReadRota, now: datetime
) -> Preview:
    """Keep what was understood of a file until it is imported or thrown away.

    An earlier upload of the same rota that still waits is replaced.
    """
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    site = _site(db, programme_id, site_key)
    earlier = _earlier(db, programme_id, name)
    answers = remembered(db, earlier.id) if earlier else Answers()
    db.execute(delete(WaitingRow).where(WaitingRow.programme_id == programme_id, WaitingRow.name == name))
    row = WaitingRow(
        programme_id=programme_id, site_id=site.id, name=name, read_at=now, content=_content(rota, answers)
    )
    db.add(row)
    db.flush()
    return _preview(db, row)


def read_upload(db: Session, actor: Actor, programme_id: int, site_key: str, upload: Upload, now: datetime) -> Preview:
    """Read a file and keep what was understood, all in one transaction; pages take the steps one by one.

    Raises ``UnreadableFile``.
    """
    rota = read_file(upload, before_reading(db, actor, programme_id, site_key, upload.name), now)
    return keep_read(db, actor, programme_id, site_key, upload.name, rota, now)


def list_waiting(db: Session, actor: Actor, programme_id: int) -> tuple[Preview, ...]:
    """The rotas that wait, oldest first."""
    actor.must_have(programme_id, Role.COORDINATOR)
    rows = db.scalars(select(WaitingRow).where(WaitingRow.programme_id == programme_id).order_by(WaitingRow.id))
    return tuple(_preview(db, row) for row in rows)


def get_waiting(db: Session, actor: Actor, waiting_id: int) -> Preview:
    """One rota that waits."""
    return _preview(db, _waiting(db, actor, waiting_id))


def answer(db: Session, actor: Actor, waiting_id: int, given: Mapping[tuple[str, str], str]) -> Preview:
    """Take answers: (about, subject) of a question → the text chosen. Raises ``Rejected`` for what is none."""
    row = _locked(db, actor, waiting_id)
    rota, answers = rota_from_json(row.content), answers_from_json(row.content["given"])
    parsed = parse_answers(given, _known(db, row.programme_id))
    row.content = _content(rota, joined_answers(answers, parsed))
    db.flush()
    return _preview(db, row)


def move_to_site(db: Session, actor: Actor, waiting_id: int, site_key: str) -> None:
    """Say that a rota that waits is worked at another of the programme's sites."""
    row = _locked(db, actor, waiting_id)
    row.site_id = _site(db, row.programme_id, site_key).id


def discard(db: Session, actor: Actor, waiting_id: int) -> None:
    """Throw away a rota that waits."""
    db.delete(_locked(db, actor, waiting_id))


def import_waiting(db: Session, actor: Actor, waiting_id: int, now: datetime) -> Imported:
    """Import a rota that waits, in the caller's transaction: all of it or nothing.

    Codes without an answer are planned as busy, names without one are left out; while any is open the rota goes on
    waiting, so that answers can still be given and the import repeated. Raises ``NotPossible`` while a date is in
    doubt or nobody on the rota is known.
    """
    row = _locked(db, actor, waiting_id)
    answers = answers_from_json(row.content["given"])
    found = _preview(db, row).understood
    _must_be_possible(found, row.name)
    rota_row, is_new = _rota_row(db, actor, row, found.rota, now)
    stored = store(db, rota_row, found, answers, ZoneInfo(_zone(db, row.site_id)), is_new=is_new)
    if not found.questions:
        db.delete(row)
    db.flush()
    changed = tuple(changes(stored.before, stored.after))
    recompute(db, row.programme_id, now, stored.people)
    touched = () if is_new else touched_sessions(db, row.programme_id, changed, now)
    result = _imported(db, found, stored, () if is_new else changed, touched, is_new=is_new)
    counts = {"duties": result.duties, "people": result.people, "changed_days": len(changed)}
    record(db, actor, "rota.imported", now, row.programme_id, rota=rota_row.id, **counts)
    return result


def import_rota(db: Session, actor: Actor, programme_id: int, site_key: str, upload: Upload, now: datetime) -> Imported:
    """Read and import in one go; questions that may stay open do, the rota then goes on waiting for answers."""
    preview = read_upload(db, actor, programme_id, site_key, upload, now)
    return import_waiting(db, actor, preview.waiting_id, now)


def _preview(db: Session, row: WaitingRow) -> Preview:
    found = understood(
        rota_from_json(row.content), _known(db, row.programme_id), answers_from_json(row.content["given"])
    )
    site_key = db.scalars(select(SiteRow.key).where(SiteRow.id == row.site_id)).one()
    return Preview(row.id, row.programme_id, row.name, site_key, found, row.read_at)


def _content(rota: ReadRota, answers: Answers) -> dict[str, Any]:
    return kept_json(rota) | {"given": answers_json(answers)}


def _must_be_possible(found: Understood, name: str) -> None:
    if found.may_be_imported:
        return
    if not found.people:
        raise NotPossible(
            say("Nobody on this rota is known in the programme."),
            where=name,
            what_to_do=say("Import the list of people first, or say whom the names stand for."),
        )
    advice = say("Answer the question about them first.")
    raise NotPossible(say("The dates are in doubt."), where=name, what_to_do=advice)


def _rota_row(db: Session, actor: Actor, waiting: WaitingRow, rota: ReadRota, now: datetime) -> tuple[RotaRow, bool]:
    earlier = _earlier(db, waiting.programme_id, waiting.name)
    if earlier is not None:
        earlier.site_id, earlier.layout = waiting.site_id, rota.layout
        earlier.imported_at, earlier.imported_by = now, actor.person_id
        return earlier, False
    row = RotaRow(
        programme_id=waiting.programme_id,
        site_id=waiting.site_id,
        name=waiting.name,
        layout=rota.layout,
        first_day=rota.first_day,
        last_day=rota.last_day,
        imported_at=now,
        imported_by=actor.person_id,
    )
    db.add(row)
    db.flush()
    return row, True


def _imported(
    db: Session,
    found: Understood,
    stored: Stored,
    changed: tuple[Change, ...],
    touched: tuple[TouchedSession, ...],
    *,
    is_new: bool,
) -> Imported:
    return Imported(
        rota_id=stored.rota_id,
        duties=len(stored.after),
        people=len(set(found.people.values())),
        changes=changed,
        touched_sessions=touched,
        left_out=tuple(name for name in found.rota.people if name not in found.people),
        missing=_names(db, stored.missing),
        is_new=is_new,
    )


def _names(db: Session, person_ids: Sequence[int]) -> tuple[str, ...]:
    return tuple(db.scalars(select(PersonRow.name).where(PersonRow.id.in_(person_ids)).order_by(PersonRow.name)))


def _known(db: Session, programme_id: int) -> tuple[Known, ...]:
    rows = db.execute(
        select(PersonRow.id, PersonRow.name, PersonRow.email)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .where(ParticipantRow.programme_id == programme_id, ParticipantRow.left_at.is_(None))
        .order_by(PersonRow.id)
    )
    return tuple(Known(person_id, (name,), email) for person_id, name, email in rows)


def _waiting(db: Session, actor: Actor, waiting_id: int, *, afresh: bool = False) -> WaitingRow:
    row = db.get(WaitingRow, waiting_id, populate_existing=afresh)
    if row is None:
        raise NotFound(say("This rota is not waiting any more."))
    actor.must_have(row.programme_id, Role.COORDINATOR)
    return row


def _locked(db: Session, actor: Actor, waiting_id: int) -> WaitingRow:
    """The rota that waits, with its programme locked: of two imports at a time one waits, and finds it gone."""
    lock_programme(db, _waiting(db, actor, waiting_id).programme_id)
    return _waiting(db, actor, waiting_id, afresh=True)


def _earlier(db: Session, programme_id: int, name: str) -> RotaRow | None:
    return db.scalar(select(RotaRow).where(RotaRow.programme_id == programme_id, RotaRow.name == name))


def _site(db: Session, programme_id: int, site_key: str) -> SiteRow:
    row = db.scalar(select(SiteRow).where(SiteRow.programme_id == programme_id, SiteRow.key == site_key))
    if row is None:
        advice = say("Choose one of the programme’s sites.")
        raise NotFound(say("There is no site “%(site)s”.", site=site_key), what_to_do=advice)
    return row


def _zone(db: Session, site_id: int) -> str:
    return db.scalars(select(SiteRow.zone).where(SiteRow.id == site_id)).one()
