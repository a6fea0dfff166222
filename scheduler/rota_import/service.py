"""Rotas in use: read an upload, show what is doubtful, take answers, import all or nothing.

An uploaded file is read and forgotten. What was understood of it waits for answers, and so do the cells of its sheets,
which can be read once more as somebody has pointed; they are forgotten when the rota is imported or thrown away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select

from scheduler.audit.service import record
from scheduler.db import Db
from scheduler.errors import NotFound
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.programmes.service import lock_programme
from scheduler.programmes.tables import SiteRow
from scheduler.rota_import.overlaps import (
    Standing,
    Waiting,
    keep_version,
    known_already,
    must_be_decided,
    next_import,
)
from scheduler.rota_import.pointings import drop_sheets, find_sheets, keep_pointing, keep_sheets, remembered_pointing
from scheduler.rota_import.remarks import seen_before
from scheduler.rota_import.spellings import keep_said, known_people
from scheduler.rota_import.storage import answered_codes
from scheduler.rota_import.takeover import Imported, known_result, must_be_possible, take_over
from scheduler.rota_import.waiting_rows import (
    Preview,
    compared_row,
    find_imported,
    get_locked,
    get_row,
    get_site,
    preview_of,
    site_key_of,
    understood_row,
    waiting_content,
)
from scheduler.rotas.answers import A_HEADING, A_PERSON, Answers, Understood, joined_answers, parse_answers
from scheduler.rotas.codec import answers_from_json, rota_from_json
from scheduler.rotas.model import LegendEntry, ReadRota
from scheduler.rotas.names import STRANGERS, Known, match_names
from scheduler.rotas.own import OF_DEPARTMENT, WAITS_FOR_COORDINATOR
from scheduler.rotas.pointed_sheets import NOTHING_POINTED, Pointing
from scheduler.rotas.reading.context import NOT_ROLLING, Rolling
from scheduler.rotas.reading.isolated_reader import read_again_isolated, read_rota_isolated
from scheduler.rotas.tables import RotaRow, WaitingRow


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
    earlier = find_imported(db, programme_id, name)
    codes = answered_codes(db, earlier.id) if earlier else {}
    site = get_site(db, programme_id, site_key)
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
    site = get_site(db, programme_id, site_key)
    earlier = find_imported(db, programme_id, name)
    answers = Answers()
    if earlier is not None:
        answers = Answers(codes=answered_codes(db, earlier.id), others=seen_before(rota.questions, earlier.remarks))
    named = (WaitingRow.programme_id == programme_id, WaitingRow.name == name)
    db.execute(delete(WaitingRow).where(*named, WAITS_FOR_COORDINATOR))
    row = WaitingRow(
        programme_id=programme_id, site_id=site.id, name=name, read_at=now, content=waiting_content(rota, answers)
    )
    db.add(row)
    db.flush()
    keep_sheets(db, row.id, rota.source)
    return preview_of(db, row)


def before_reading_again(db: Db, actor: Actor, waiting_id: int) -> BeforeAgain:
    """What reading a rota that waits once more needs from the database. Raises ``NotFound`` where its sheets are not
    kept any more."""
    row = get_row(db, actor, waiting_id)
    sheets, earlier = find_sheets(db, waiting_id), find_imported(db, row.programme_id, row.name)
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
    row = get_locked(db, actor, waiting_id)
    row.content = {**row.content, **waiting_content(rota, answers_from_json(row.content["given"]))}
    keep_pointing(db, row.programme_id, row.site_id, row.name, rota.pointing, now)
    record(db, actor, "rota.pointed", now, row.programme_id)
    db.flush()
    return preview_of(db, row)


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
    return tuple(preview_of(db, row) for row in rows)


def get_waiting(db: Db, actor: Actor, waiting_id: int) -> Preview:
    """One rota that waits."""
    return preview_of(db, get_row(db, actor, waiting_id))


def answer(db: Db, actor: Actor, waiting_id: int, given: Mapping[tuple[str, str], str], now: datetime) -> Preview:
    """Take answers: (about, subject) of a question → the text chosen. Raises ``Rejected`` for what is none.

    Whom a spelling means is kept for all rotas of the programme, and so is that a line is a heading.
    """
    row = get_locked(db, actor, waiting_id)
    rota, answers = rota_from_json(row.content), answers_from_json(row.content["given"])
    people = known_people(db, row.programme_id)
    parsed = parse_answers(given, people)
    said = _said(parsed, understood_row(db, row), people)
    keep_said(db, actor, row.programme_id, site_key_of(db, row), said, now)
    parsed = replace(parsed, people={})
    row.content = {**row.content, **waiting_content(rota, joined_answers(answers, parsed))}
    db.flush()
    return preview_of(db, row)


def decide(db: Db, actor: Actor, waiting_id: int, chosen: Mapping[int, Standing]) -> None:
    """Say how a rota that waits stands to others that speak of the same people on the same days, by their ids."""
    row = get_locked(db, actor, waiting_id)
    earlier = row.content.get("standing", {})
    row.content = {**row.content, "standing": {**earlier, **{str(id_): how.value for id_, how in chosen.items()}}}


def move_to_site(db: Db, actor: Actor, waiting_id: int, site_key: str) -> None:
    """Say that a rota that waits is worked at another of the programme's sites."""
    row = get_locked(db, actor, waiting_id)
    row.site_id = get_site(db, row.programme_id, site_key).id


def compared(db: Db, preview: Preview) -> Waiting:
    """A rota that waits, as it is compared with what is in use."""
    site = get_site(db, preview.programme_id, preview.site_key)
    return Waiting(preview.programme_id, preview.name, site.id, ZoneInfo(site.zone), preview.understood)


def discard(db: Db, actor: Actor, waiting_id: int) -> None:
    """Throw away a rota that waits."""
    db.delete(get_locked(db, actor, waiting_id))


def import_waiting(db: Db, actor: Actor, waiting_id: int, now: datetime) -> Imported:
    """Import a rota that waits, in the caller's transaction: all of it or nothing.

    Codes without an answer are planned as busy, names without one are left out; while any is open the rota goes on
    waiting, so that answers can still be given and the import repeated. Remarks keep none waiting. Raises
    ``NotPossible`` while a date is in doubt or nobody on the rota is known.
    """
    row = get_locked(db, actor, waiting_id)
    preview = preview_of(db, row)
    found = preview.understood
    must_be_possible(found, row.name)
    must_be_decided(preview.overlaps, row.name)
    waiting = compared_row(db, row, found)
    known_from = () if find_imported(db, row.programme_id, row.name) else known_already(db, waiting, preview.overlaps)
    moment = next_import(db, row.programme_id, now)
    result = (
        known_result(preview, known_from) if known_from else take_over(db, actor, row, preview, waiting, now, moment)
    )
    if found.still_asked:
        drop_sheets(db, waiting_id)
        row.content = {**row.content, "pictures": [], "is_imported": True}
    else:
        db.delete(row)
    keep_version(db, waiting, moment)
    db.flush()
    return result


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
