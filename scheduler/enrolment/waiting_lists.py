"""Lists on their way in: read, asked about, shown beside what is stored, and confirmed just as they were shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select

from scheduler.db import Db
from scheduler.enrolment.comparison import Comparison
from scheduler.enrolment.list_takers import TAKERS, Listed, Taken
from scheduler.enrolment.rows_left_out import ROW, NamedRow, rows_at_fault, without
from scheduler.enrolment.spreadsheets.columns import COLUMNS, Cells, ListKind
from scheduler.enrolment.spreadsheets.interpretation import understand
from scheduler.enrolment.spreadsheets.questions import (
    AFTER,
    LEAVE_OUT,
    NEW,
    SOMEBODY,
    Answers,
    KnownPerson,
    Understood,
)
from scheduler.enrolment.spreadsheets.table import Table
from scheduler.enrolment.spreadsheets.table_shapes import reshaped
from scheduler.enrolment.tables import ListHeadingRow, ListWordRow, WaitingListRow
from scheduler.errors import Fault, NotFound, NotPossible, Rejected
from scheduler.json_values import as_json, from_json
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.programmes.grades import store_grades
from scheduler.programmes.model import Programme
from scheduler.programmes.service import add_sites, get_programme, lock_programme
from scheduler.programmes.tables import SiteRow
from scheduler.rotas.reading.cells import folded

WAITS_FOR = timedelta(days=14)
"""How long a list waits before it is forgotten."""


_WHO: Final = {
    kind: tuple(name for name, column in columns.items() if column.cells in (Cells.PERSON, Cells.PEOPLE))
    for kind, columns in COLUMNS.items()
}
"""The columns of each list that say who is meant. An answer about them holds for that list alone."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A list that waits: what was understood of it, what is wrong with it, and what it would do.

    ``given`` are the answers so far; ``comparison`` is there once nothing is to be asked or corrected.
    ``rows_at_fault`` can be left out, which is an answer; ``rows_left_out`` are.
    """

    waiting_id: int
    programme_id: int
    kind: ListKind
    name: str
    read_at: datetime
    reader: str
    rows: int
    understood: Understood
    faults: tuple[Fault, ...] = ()
    comparison: Comparison | None = None
    listed: Listed = ()
    given: Answers = field(default_factory=Answers)
    sheets_left_out: tuple[str, ...] = ()
    rows_at_fault: tuple[NamedRow, ...] = ()
    rows_left_out: tuple[NamedRow, ...] = ()

    @property
    def shown(self) -> tuple[object, ...]:
        """All that is confirmed with the list: what each of its pages shows, and what must still be so then."""
        return self.comparison, self.understood.grades, self.understood.new_sites


@dataclass(frozen=True, slots=True)
class Waiting:
    """A list that waits, by its number."""

    waiting_id: int
    kind: ListKind
    name: str
    read_at: datetime
    reader: str


def answers_given(db: Db, actor: Actor, programme_id: int, waiting_id: int) -> Answers:
    """What was answered so far about a list that waits; nobody else answers until the transaction ends."""
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    return from_json(Answers, _row(db, programme_id, waiting_id).content["answers"])


def known_headings(db: Db, actor: Actor, programme_id: int, kind: ListKind) -> tuple[str, ...]:
    """Headings that somebody has explained before: needed to find the table in a file."""
    actor.must_have(programme_id, Role.COORDINATOR)
    return tuple(heading for heading, column in _remembered(db, programme_id, kind).columns.items() if column)


def keep_list(db: Db, actor: Actor, programme_id: int, kind: ListKind, name: str, table: Table, now: datetime) -> int:
    """Keep the table of a file until it is confirmed or thrown away; returns its number."""
    actor.must_have(programme_id, Role.COORDINATOR)
    db.execute(delete(WaitingListRow).where(WaitingListRow.read_at < now - WAITS_FOR))
    row = WaitingListRow(
        programme_id=programme_id,
        kind=kind,
        name=name,
        read_at=now,
        read_by=actor.person_id,
        content={"table": as_json(reshaped(kind, table)), "answers": as_json(Answers())},
    )
    db.add(row)
    db.flush()
    return row.id


def list_waiting(db: Db, actor: Actor, programme_id: int) -> tuple[Waiting, ...]:
    """The lists of a programme that wait, oldest first."""
    actor.must_have(programme_id, Role.COORDINATOR)
    rows = db.execute(
        select(WaitingListRow.id, WaitingListRow.kind, WaitingListRow.name, WaitingListRow.read_at, PersonRow.name)
        .outerjoin(PersonRow, PersonRow.id == WaitingListRow.read_by)
        .where(WaitingListRow.programme_id == programme_id)
        .order_by(WaitingListRow.id)
    )
    return tuple(Waiting(id_, kind, name, read_at, reader or "") for id_, kind, name, read_at, reader in rows)


def get_waiting(
    db: Db, actor: Actor, programme_id: int, waiting_id: int, now: datetime, *, locked: bool = False
) -> Preview:
    """One list that waits. ``locked``: nobody else changes the programme until the transaction ends."""
    actor.must_have(programme_id, Role.COORDINATOR)
    if locked:
        lock_programme(db, programme_id)
    row = _row(db, programme_id, waiting_id)
    programme = get_programme(db, programme_id)
    table = from_json(Table, row.content["table"])
    remembered = _still_meant(_remembered(db, programme_id, row.kind), programme)
    answers = _joined(remembered, from_json(Answers, row.content["answers"]))
    taken, left = without(table, answers)
    found = understand(row.kind, taken, programme, _people(db, programme_id), answers)
    found = replace(found, left_out=(*found.left_out, *(each.name for each in left)))
    taker = TAKERS[row.kind]
    programme = replace(programme, sites=(*programme.sites, *found.new_sites))
    is_answered = not found.open and not found.missing
    listed, faults = taker.read(db, programme, found.lines) if is_answered else ((), [])
    if found.open and not found.missing:
        faults = taker.certain(db, programme, found.lines)
    all_faults = (*found.faults, *faults)
    if listed and not all_faults:
        all_faults = taker.faults(db, actor, programme, listed)
    clear = found.is_clear and not all_faults
    reader = db.scalar(select(PersonRow.name).where(PersonRow.id == row.read_by)) or ""
    return Preview(
        row.id,
        programme_id,
        row.kind,
        row.name,
        row.read_at,
        reader,
        len(table.rows),
        found,
        all_faults,
        taker.compare(db, actor, programme, listed, found, now) if clear else None,
        listed,
        from_json(Answers, row.content["answers"]),
        table.left_out,
        rows_at_fault(taken, all_faults),
        left,
    )


def answer(
    db: Db,
    actor: Actor,
    programme_id: int,
    waiting_id: int,
    columns: Mapping[int, str],
    values: Mapping[tuple[str, str], str],
) -> None:
    """Take answers: place of a column in the file → column of the list, and (column, word) → what it means."""
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    row = _row(db, programme_id, waiting_id)
    table = from_json(Table, row.content["table"])
    given = from_json(Answers, row.content["answers"])
    _must_be_columns(row.kind, table, columns)
    headings = {folded(table.headings[place]): column for place, column in columns.items()}
    words = {column: dict(said) for column, said in given.values.items()}
    for (column, word), meaning in values.items():
        words.setdefault(column, {})[folded(word) or word] = meaning
    joined = Answers({**given.columns, **headings}, words)
    row.content = {**row.content, "answers": as_json(joined)}


def confirm(db: Db, actor: Actor, preview: Preview, remove: frozenset[str], now: datetime) -> Taken:
    """Do what a preview says, and remove the absent entries of these keys. The preview must be locked."""
    actor.must_have(preview.programme_id, Role.COORDINATOR)
    if preview.comparison is None:
        raise NotPossible(
            say("There are still questions about this list."),
            where=preview.name,
            what_to_do=say("Answer the questions on this page, then confirm."),
        )
    if not remove <= {entry.key for entry in preview.comparison.absent}:
        raise Rejected(say("Something else was ticked than this page offers."), what_to_do=say("Tick it again."))
    row = _row(db, preview.programme_id, preview.waiting_id)
    found = preview.understood
    if found.grades != get_programme(db, preview.programme_id).grades:
        store_grades(db, preview.programme_id, found.grades, found.moved)
    if found.new_sites:
        add_sites(db, actor, preview.programme_id, found.new_sites, now)
    taken = TAKERS[preview.kind].take(db, actor, preview.programme_id, preview.listed, remove, now)
    _remember(db, row, _new_keys(found))
    db.delete(row)
    db.flush()
    return taken


def discard(db: Db, actor: Actor, programme_id: int, waiting_id: int) -> None:
    """Throw away a list that waits."""
    actor.must_have(programme_id, Role.COORDINATOR)
    db.delete(_row(db, programme_id, waiting_id))


def _row(db: Db, programme_id: int, waiting_id: int) -> WaitingListRow:
    row = db.get(WaitingListRow, waiting_id, populate_existing=True)
    if row is None or row.programme_id != programme_id:
        raise NotFound(
            say("This list is no longer waiting."), what_to_do=say("It was confirmed or removed. Upload it again.")
        )
    return row


def _people(db: Db, programme_id: int) -> tuple[KnownPerson, ...]:
    rows = db.execute(
        select(PersonRow.id, PersonRow.name, PersonRow.email, ParticipantRow, SiteRow.key)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .join(SiteRow, SiteRow.id == ParticipantRow.site_id)
        .where(ParticipantRow.programme_id == programme_id)
        .order_by(PersonRow.id)
    )
    return tuple(
        KnownPerson(id_, name, email, part.kind, part.stage, site, part.left_at is not None)
        for id_, name, email, part, site in rows
    )


def _remembered(db: Db, programme_id: int, kind: ListKind) -> Answers:
    here = (ListHeadingRow.programme_id == programme_id, ListHeadingRow.kind == kind)
    headings = {row.heading: row.column for row in db.scalars(select(ListHeadingRow).where(*here))}
    words: dict[str, dict[str, str]] = {}
    said = (ListWordRow.programme_id == programme_id, ListWordRow.kind == kind)
    for row in db.scalars(select(ListWordRow).where(*said, ListWordRow.column.not_in(_WHO[kind]))):
        words.setdefault(row.column, {})[row.word] = row.meaning
    return Answers(headings, words)


def _still_meant(remembered: Answers, programme: Programme) -> Answers:
    """What was said of earlier lists, without what names a grade or a kind of group that the programme has no more."""
    there = {
        "stage": {*(grade.name for grade in programme.grades), Role.FACULTY, LEAVE_OUT},
        "models": {*(model.key for model in programme.models), LEAVE_OUT},
    }
    values = {
        column: {word: meaning for word, meaning in words.items() if column not in there or meaning in there[column]}
        for column, words in remembered.values.items()
    }
    return replace(remembered, values=values)


def _new_keys(found: Understood) -> Mapping[str, str]:
    """What was answered of a new site → the key that it has got."""
    return {NEW + site.name: site.key for site in found.new_sites}


def _joined(earlier: Answers, later: Answers) -> Answers:
    columns = earlier.values.keys() | later.values.keys()
    values = {column: {**earlier.values.get(column, {}), **later.values.get(column, {})} for column in columns}
    return Answers({**earlier.columns, **later.columns}, values)


def _remember(db: Db, row: WaitingListRow, new_keys: Mapping[str, str]) -> None:
    """Keep what was answered for the next list; not what was about one row, one empty cell, a grade's place, or who is
    meant by a name: two may have it next time, or somebody else. A new site is remembered by its key, of
    ``new_keys``."""
    given = from_json(Answers, row.content["answers"])
    for heading, column in given.columns.items():
        db.merge(ListHeadingRow(programme_id=row.programme_id, kind=row.kind, heading=heading, column=column))
    for column, words in given.values.items():
        for word, said in words.items():
            meaning = new_keys.get(" ".join(said.split()), said) if column == "site" else said
            if word and column not in (SOMEBODY, ROW, *_WHO[row.kind]) and not meaning.startswith(AFTER):
                db.merge(
                    ListWordRow(programme_id=row.programme_id, kind=row.kind, column=column, word=word, meaning=meaning)
                )


def _must_be_columns(kind: ListKind, table: Table, columns: Mapping[int, str]) -> None:
    """Each column of the list is one column of the file at most."""
    known = COLUMNS[kind]
    if any(column and column not in known for column in columns.values()):
        raise NotFound(say("We can’t find that column."))
    chosen = [column for column in columns.values() if column]
    faults = tuple(
        Fault(
            f"column-{place}",
            say("“%(column)s” is chosen for more than one column.", column=say(known[column].label)),
        )
        for place, column in columns.items()
        if column and chosen.count(column) > 1
    )
    if faults:
        raise Rejected(say("Please check the fields marked below."), faults)
    if any(place >= len(table.headings) for place in columns):
        raise NotFound(say("We can’t find that column."))
