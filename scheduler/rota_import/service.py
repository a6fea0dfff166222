"""Rotas in use: read an upload, show what is doubtful, take answers, import all or nothing.

An uploaded file is read and forgotten. What was understood of it waits for answers, and so do the cells of its sheets,
which can be read once more as somebody has pointed; they are forgotten when the rota is imported or thrown away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.errors import NotFound, NotPossible
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import PersonRow
from scheduler.programmes.service import lock_programme
from scheduler.programmes.tables import SiteRow
from scheduler.rota_import.affected_sessions import AffectedSession, find_affected_sessions, unable_now
from scheduler.rota_import.overlaps import (
    Overlap,
    Standing,
    Waiting,
    days_between,
    find_overlaps,
    give_way,
    keep_version,
    known_already,
    must_be_decided,
)
from scheduler.rota_import.pointings import drop_sheets, find_sheets, keep_pointing, keep_sheets, remembered_pointing
from scheduler.rota_import.replaced import Kept, KeptRota, keep_replaced, rotas_as_they_are, version_as_it_is
from scheduler.rota_import.spellings import keep_said, known_people, remembered
from scheduler.rota_import.storage import Stored, answered_codes, store
from scheduler.rotas.answers import A_HEADING, A_PERSON, Answers, Understood, joined_answers, parse_answers, understood
from scheduler.rotas.changes import Change, changes
from scheduler.rotas.codec import answers_from_json, answers_json, kept_json, rota_from_json
from scheduler.rotas.model import LegendEntry, ReadRota
from scheduler.rotas.names import STRANGERS, Known, match_names
from scheduler.rotas.own import OF_DEPARTMENT, WAITS_FOR_COORDINATOR
from scheduler.rotas.pointing import NOTHING_POINTED, Pointing
from scheduler.rotas.reading.context import NOT_ROLLING, Rolling
from scheduler.rotas.reading.isolated_reader import read_again_isolated, read_rota_isolated
from scheduler.rotas.tables import ReplacedBy, RotaRow, WaitingRow


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
    overlaps: tuple[Overlap, ...] = ()

    @property
    def is_decided(self) -> bool:
        """Whether it is clear which rota counts wherever another says something else of the same people."""
        return not any(overlap.is_open for overlap in self.overlaps)

    @property
    def is_ready(self) -> bool:
        """Whether it can be imported as it is, without a single question."""
        return self.understood.may_be_imported and not self.understood.questions and self.is_decided


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did.

    ``touched_sessions`` are published sessions to come of people whose day of the session changed; ``left_out`` are
    names that stand for nobody yet; ``missing`` are the names of people of whom earlier versions spoke and the new
    one does not, so that the earlier word still stands. ``known_from`` names the rotas that said all of it already:
    then nothing was changed. ``replaced`` is the number under which what was replaced is kept, to be taken back; None
    where nothing was.
    """

    rota_id: int
    duties: int
    people: int
    changes: tuple[Change, ...]
    touched_sessions: tuple[AffectedSession, ...]
    left_out: tuple[str, ...]
    missing: tuple[str, ...]
    is_new: bool
    known_from: tuple[str, ...] = ()
    replaced: int | None = None

    @property
    def is_nothing(self) -> bool:
        """Whether all of it was in already."""
        return not self.is_new and not self.changes and self.replaced is None


@dataclass(frozen=True, slots=True)
class Before:
    """What must be known before a file is read: the site's zone, the meanings of codes answered for its rota, and what
    was said of the sheets of earlier files."""

    zone: str
    known: Mapping[str, LegendEntry]
    pointing: Pointing = NOTHING_POINTED


@dataclass(frozen=True, slots=True)
class BeforeAgain:
    """What must be known before the sheets of a rota that waits are read once more: its name, the sheets, the day on
    which they were read first, and the meanings of codes answered so far."""

    name: str
    sheets: bytes
    today: date
    known: Mapping[str, LegendEntry]


def find_usual_site(db: Db, actor: Actor, programme_id: int, name: str) -> str | None:
    """The key of the site that a rota of this name has, be it imported or waiting; None for a new one."""
    actor.must_have(programme_id, Role.COORDINATOR)
    waiting = select(WaitingRow.site_id).where(
        WaitingRow.programme_id == programme_id, WaitingRow.name == name, WAITS_FOR_COORDINATOR
    )
    imported = select(RotaRow.site_id).where(RotaRow.programme_id == programme_id, RotaRow.name == name, OF_DEPARTMENT)
    site_id = db.scalar(waiting) or db.scalar(imported)
    return db.scalar(select(SiteRow.key).where(SiteRow.id == site_id)) if site_id is not None else None


def before_reading(db: Db, actor: Actor, programme_id: int, site_key: str, name: str) -> Before:
    """What reading a file of the rota ``name`` needs from the database."""
    actor.must_have(programme_id, Role.COORDINATOR)
    earlier = _earlier(db, programme_id, name)
    codes = answered_codes(db, earlier.id) if earlier else {}
    site = _site(db, programme_id, site_key)
    return Before(site.zone, codes, remembered_pointing(db, programme_id, site.id, name))


def read_file(upload: Upload, before: Before, now: datetime) -> ReadRota:
    """Read a file, outside any transaction: that may take a while. Raises ``UnreadableFile``."""
    return read_rota_isolated(
        upload.content,
        upload.filename,
        sheet=upload.sheet,
        legend=upload.legend,
        year=upload.year,
        today=now.date(),
        known=before.known,
        rolling=upload.rolling,
        zone=before.zone,
        pointing=before.pointing,
    )


def keep_read(
    db: Db, actor: Actor, programme_id: int, site_key: str, name: str, rota: ReadRota, now: datetime
) -> Preview:
    """Keep what was understood of a file, and the cells of its sheets, until it is imported or thrown away.

    An earlier upload of the same rota that still waits is replaced.
    """
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    site = _site(db, programme_id, site_key)
    earlier = _earlier(db, programme_id, name)
    answers = Answers(codes=answered_codes(db, earlier.id)) if earlier else Answers()
    named = (WaitingRow.programme_id == programme_id, WaitingRow.name == name)
    db.execute(delete(WaitingRow).where(*named, WAITS_FOR_COORDINATOR))
    row = WaitingRow(
        programme_id=programme_id, site_id=site.id, name=name, read_at=now, content=_content(rota, answers)
    )
    db.add(row)
    db.flush()
    keep_sheets(db, row.id, rota.source)
    return _preview(db, row)


def before_reading_again(db: Db, actor: Actor, waiting_id: int) -> BeforeAgain:
    """What reading a rota that waits once more needs from the database. Raises ``NotFound`` where its sheets are not
    kept any more."""
    row = _waiting(db, actor, waiting_id)
    sheets, earlier = find_sheets(db, waiting_id), _earlier(db, row.programme_id, row.name)
    if sheets is None:
        advice = say("Upload the file again to show us how to read it.")
        raise NotFound(say("The cells of this rota’s sheets are no longer kept."), what_to_do=advice)
    known = answered_codes(db, earlier.id) if earlier else {}
    return BeforeAgain(row.name, sheets, row.read_at.date(), known)


def read_again(before: BeforeAgain, pointing: Pointing) -> ReadRota:
    """Read the sheets once more as somebody has pointed, outside any transaction. Raises ``UnreadableFile``."""
    return read_again_isolated(before.sheets, before.name, today=before.today, known=before.known, pointing=pointing)


def keep_read_again(db: Db, actor: Actor, waiting_id: int, rota: ReadRota, now: datetime) -> Preview:
    """Keep what was understood of a rota that waits by reading it once more, with the answers given so far; and what
    was said of its sheets, for its next file."""
    row = _locked(db, actor, waiting_id)
    row.content = {**row.content, **_content(rota, answers_from_json(row.content["given"]))}
    keep_pointing(db, row.programme_id, row.site_id, row.name, rota.pointing, now)
    record(db, actor, "rota.pointed", now, row.programme_id)
    db.flush()
    return _preview(db, row)


def read_upload(db: Db, actor: Actor, programme_id: int, site_key: str, upload: Upload, now: datetime) -> Preview:
    """Read a file and keep what was understood, all in one transaction; pages take the steps one by one.

    Raises ``UnreadableFile``.
    """
    rota = read_file(upload, before_reading(db, actor, programme_id, site_key, upload.name), now)
    return keep_read(db, actor, programme_id, site_key, upload.name, rota, now)


def list_waiting(db: Db, actor: Actor, programme_id: int) -> tuple[Preview, ...]:
    """The rotas that wait, oldest first."""
    actor.must_have(programme_id, Role.COORDINATOR)
    here = (WaitingRow.programme_id == programme_id, WAITS_FOR_COORDINATOR)
    rows = db.scalars(select(WaitingRow).where(*here).order_by(WaitingRow.id))
    return tuple(_preview(db, row) for row in rows)


def get_waiting(db: Db, actor: Actor, waiting_id: int) -> Preview:
    """One rota that waits."""
    return _preview(db, _waiting(db, actor, waiting_id))


def answer(db: Db, actor: Actor, waiting_id: int, given: Mapping[tuple[str, str], str], now: datetime) -> Preview:
    """Take answers: (about, subject) of a question → the text chosen. Raises ``Rejected`` for what is none.

    Whom a spelling means is kept for all rotas of the programme, and so is that a line is a heading.
    """
    row = _locked(db, actor, waiting_id)
    rota, answers = rota_from_json(row.content), answers_from_json(row.content["given"])
    people = known_people(db, row.programme_id)
    parsed = parse_answers(given, people)
    said = _said(parsed, _understood(db, row), people)
    keep_said(db, actor, row.programme_id, _site_key(db, row), said, now)
    parsed = replace(parsed, people={})
    standing = row.content.get("standing", {})
    row.content = {**_content(rota, joined_answers(answers, parsed)), "standing": standing}
    db.flush()
    return _preview(db, row)


def decide(db: Db, actor: Actor, waiting_id: int, chosen: Mapping[int, Standing]) -> None:
    """Say how a rota that waits stands to others that speak of the same people on the same days, by their ids."""
    row = _locked(db, actor, waiting_id)
    earlier = row.content.get("standing", {})
    row.content = {**row.content, "standing": {**earlier, **{str(id_): how.value for id_, how in chosen.items()}}}


def move_to_site(db: Db, actor: Actor, waiting_id: int, site_key: str) -> None:
    """Say that a rota that waits is worked at another of the programme's sites."""
    row = _locked(db, actor, waiting_id)
    row.site_id = _site(db, row.programme_id, site_key).id


def compared(db: Db, preview: Preview) -> Waiting:
    """A rota that waits, as it is compared with what is in use."""
    site = _site(db, preview.programme_id, preview.site_key)
    return Waiting(preview.programme_id, preview.name, site.id, ZoneInfo(site.zone), preview.understood)


def discard(db: Db, actor: Actor, waiting_id: int) -> None:
    """Throw away a rota that waits."""
    db.delete(_locked(db, actor, waiting_id))


def import_waiting(db: Db, actor: Actor, waiting_id: int, now: datetime) -> Imported:
    """Import a rota that waits, in the caller's transaction: all of it or nothing.

    Codes without an answer are planned as busy, names without one are left out; while any is open the rota goes on
    waiting, so that answers can still be given and the import repeated. Raises ``NotPossible`` while a date is in
    doubt or nobody on the rota is known.
    """
    row = _locked(db, actor, waiting_id)
    preview = _preview(db, row)
    found = preview.understood
    _must_be_possible(found, row.name)
    must_be_decided(preview.overlaps, row.name)
    waiting = _compared(db, row, found)
    known_from = () if _earlier(db, row.programme_id, row.name) else known_already(db, waiting, preview.overlaps)
    result = _known(preview, known_from) if known_from else _take_over(db, actor, row, preview, waiting, now)
    if not found.questions:
        db.delete(row)
    else:
        drop_sheets(db, waiting_id)
        row.content = {**row.content, "pictures": []}
    keep_version(db, waiting, now)
    db.flush()
    return result


def _take_over(db: Db, actor: Actor, row: WaitingRow, preview: Preview, compared: Waiting, now: datetime) -> Imported:
    """Store the rota, let others give way to it as was chosen, and find the sessions that this affects."""
    found, answers = preview.understood, answers_from_json(row.content["given"])
    kept = _kept(db, row, preview, compared)
    is_moved = any(rota.fields is not None and rota.fields.site_id != row.site_id for rota in kept.rotas)
    unable = unable_now(db, row.programme_id, _all_days(compared), now)
    rota_row, is_new = _rota_row(db, actor, row, found.rota, now)
    gave_way = give_way(db, compared, preview.overlaps, rota_row.id)
    stored = store(db, rota_row, found, answers, compared.zone, is_new=is_new)
    db.flush()
    changed = tuple(changes((*stored.before, *gave_way.duties), stored.after))
    note(db, Fact.TIME, row.programme_id, now, stored.people | gave_way.people)
    is_first = is_new and not gave_way.people
    days = _all_days(compared) if is_first else {(change.person_id, change.day) for change in changed}
    touched = find_affected_sessions(db, row.programme_id, days, now, unable)
    if is_first:
        touched, changed = tuple(session for session in touched if session.cannot), ()
    result = _imported(db, found, stored, changed, touched, is_new=is_first)
    counts = {"duties": result.duties, "people": result.people, "changed_days": len(changed)}
    record(db, actor, "rota.imported", now, row.programme_id, rota=rota_row.id, **counts)
    if not (is_new or changed or gave_way.people or stored.speaks_of_more or is_moved):
        return result  # nothing can be taken back, and nothing stands in the way of taking earlier ones back
    assert compared.days is not None
    kept = replace(kept, rotas=kept.rotas + ((KeptRota(rota_row.id, None, None),) if is_new else ()))
    people = stored.people | gave_way.people | compared.named
    number = keep_replaced(db, row.programme_id, ReplacedBy.IMPORT, row.name, kept, compared.days, people, now)
    return replace(result, replaced=number)


def _kept(db: Db, row: WaitingRow, preview: Preview, compared: Waiting) -> Kept:
    """What this import is about to replace: its own rota on these days, and all of every other that gives way."""
    earlier, digest = _earlier(db, row.programme_id, row.name), compared.digest
    days = {earlier.id: compared.days} if earlier else {}
    giving_way = (each for each in preview.overlaps if not each.is_own and not each.stands_beside)
    kept = rotas_as_they_are(db, days | {overlap.rota_id: None for overlap in giving_way})
    return Kept(kept, digest, version_as_it_is(db, row.programme_id, digest))


def _all_days(compared: Waiting) -> set[tuple[int, date]]:
    """Every day of everybody of whom a rota speaks."""
    assert compared.days is not None
    return {(person_id, day) for person_id in compared.named for day in days_between(*compared.days)}


def import_rota(db: Db, actor: Actor, programme_id: int, site_key: str, upload: Upload, now: datetime) -> Imported:
    """Read and import in one go; questions that may stay open do, the rota then goes on waiting for answers."""
    preview = read_upload(db, actor, programme_id, site_key, upload, now)
    return import_waiting(db, actor, preview.waiting_id, now)


def _said(parsed: Answers, found: Understood, people: tuple[Known, ...]) -> dict[str, int | None]:
    """Whom each spelling means by these answers: of one about all that are like nobody's, each of them; of a line
    without entries, the person by whose name it goes."""
    said = {name: who for name, who in parsed.people.items() if name != STRANGERS}
    headings = (name for name, text in parsed.others.items() if text == A_HEADING)
    strangers = found.strangers if STRANGERS in parsed.people else ()
    empty = [name for name, text in parsed.others.items() if text == A_PERSON]
    return {**match_names(empty, people).certain, **dict.fromkeys((*headings, *strangers)), **said}


def _understood(db: Db, row: WaitingRow) -> Understood:
    given, site = answers_from_json(row.content["given"]), _site_key(db, row)
    said = Answers(people=remembered(db, row.programme_id, site))
    people = known_people(db, row.programme_id)
    return understood(rota_from_json(row.content), people, joined_answers(given, said), site)


def _site_key(db: Db, row: WaitingRow) -> str:
    return db.scalars(select(SiteRow.key).where(SiteRow.id == row.site_id)).one()


def _preview(db: Db, row: WaitingRow) -> Preview:
    found, site_key = _understood(db, row), _site_key(db, row)
    chosen = {int(id_): Standing(how) for id_, how in row.content.get("standing", {}).items()}
    overlaps = find_overlaps(db, _compared(db, row, found), chosen)
    return Preview(row.id, row.programme_id, row.name, site_key, found, row.read_at, overlaps)


def _compared(db: Db, row: WaitingRow, found: Understood) -> Waiting:
    answered = frozenset(answers_from_json(row.content["given"]).codes)
    return Waiting(row.programme_id, row.name, row.site_id, ZoneInfo(_zone(db, row.site_id)), found, answered)


def _content(rota: ReadRota, answers: Answers) -> dict[str, Any]:
    return kept_json(replace(rota, source=b"")) | {"given": answers_json(answers)}


def _must_be_possible(found: Understood, name: str) -> None:
    if found.may_be_imported:
        return
    if not found.people:
        raise NotPossible(
            say("Nobody on this rota is in the programme."),
            where=name,
            what_to_do=say("Import the list of people first, or say who the names belong to."),
        )
    advice = say("Answer the question about the dates first.")
    raise NotPossible(say("We are not sure how to read the dates."), where=name, what_to_do=advice)


def _rota_row(db: Db, actor: Actor, waiting: WaitingRow, rota: ReadRota, now: datetime) -> tuple[RotaRow, bool]:
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
    db: Db,
    found: Understood,
    stored: Stored,
    changed: tuple[Change, ...],
    touched: tuple[AffectedSession, ...],
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


def _known(preview: Preview, names: tuple[str, ...]) -> Imported:
    """The result for a rota of which others say every day already: nothing is other than it was."""
    found = preview.understood
    left_out = tuple(name for name in found.rota.people if name not in found.people)
    people = len(set(found.people.values()))
    return Imported(preview.overlaps[0].rota_id, 0, people, (), (), left_out, (), is_new=False, known_from=names)


def _names(db: Db, person_ids: Sequence[int]) -> tuple[str, ...]:
    return tuple(db.scalars(select(PersonRow.name).where(PersonRow.id.in_(person_ids)).order_by(PersonRow.name)))


def _waiting(db: Db, actor: Actor, waiting_id: int, *, afresh: bool = False) -> WaitingRow:
    row = db.get(WaitingRow, waiting_id, populate_existing=afresh)
    if row is None or row.given_by is not None:
        raise NotFound(say("This rota is no longer waiting to be imported."))
    actor.must_have(row.programme_id, Role.COORDINATOR)
    return row


def _locked(db: Db, actor: Actor, waiting_id: int) -> WaitingRow:
    """The rota that waits, with its programme locked: of two imports at a time one waits, and finds it gone."""
    lock_programme(db, _waiting(db, actor, waiting_id).programme_id)
    return _waiting(db, actor, waiting_id, afresh=True)


def _earlier(db: Db, programme_id: int, name: str) -> RotaRow | None:
    named = (RotaRow.programme_id == programme_id, RotaRow.name == name)
    return db.scalar(select(RotaRow).where(*named, OF_DEPARTMENT))


def _site(db: Db, programme_id: int, site_key: str) -> SiteRow:
    row = db.scalar(select(SiteRow).where(SiteRow.programme_id == programme_id, SiteRow.key == site_key))
    if row is None:
        advice = say("Choose one of the programme’s sites.")
        raise NotFound(say("There is no site called “%(site)s”.", site=site_key), what_to_do=advice)
    return row


def _zone(db: Db, site_id: int) -> str:
    return db.scalars(select(SiteRow.zone).where(SiteRow.id == site_id)).one()
