"""What people say of their own time, and long leave; what follows from each change is worked out with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select

from scheduler.audit.service import record
from scheduler.availability.intervals import Interval
from scheduler.availability.model import OwnMark, PatternCategory, Weekly
from scheduler.availability.tables import AbsenceRow, OwnMarkRow, WeeklyRow
from scheduler.availability.timelines import MARKS, weekly_of
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.errors import Fault, NotAllowed, NotFound, Rejected
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow

OWN_PATTERNS = (PatternCategory.OWN, PatternCategory.NOT_WORKING, PatternCategory.WORKING_HOURS)
"""The weekly patterns that a person may set themselves; clinics come from the list of clinics."""


@dataclass(frozen=True, slots=True)
class StoredOwnMark:
    """An own word as stored."""

    id: int
    own: OwnMark


@dataclass(frozen=True, slots=True)
class Absence:
    """Long leave as stored; open-ended where ``last_day`` is None."""

    id: int
    first_day: date
    last_day: date | None
    from_midday: bool = False
    until_midday: bool = False


def list_own_marks(db: Db, actor: Actor, programme_id: int) -> tuple[StoredOwnMark, ...]:
    """The actor's own words in a programme, in the order in which they were said."""
    rows = db.scalars(
        select(OwnMarkRow)
        .where(OwnMarkRow.programme_id == programme_id, OwnMarkRow.person_id == _participant(db, actor, programme_id))
        .order_by(OwnMarkRow.id)
    )
    return tuple(StoredOwnMark(row.id, _own_mark(row)) for row in rows)


def replace_own_marks(
    db: Db, actor: Actor, programme_id: int, removed: Iterable[int], added: Iterable[OwnMark], now: datetime
) -> tuple[int, ...]:
    """Take own marks back and note others, as one change; returns the ids of the new ones.

    They outrank the rota and the marks noted before them, and those of one change each other in their order.
    """
    person_id = _participant(db, actor, programme_id)
    wanted = set(removed)
    rows = db.scalars(select(OwnMarkRow).where(OwnMarkRow.id.in_(wanted))).all()
    if {row.id for row in rows} != wanted:
        raise NotFound(say("We can’t find that entry."))
    if any((row.person_id, row.programme_id) != (person_id, programme_id) for row in rows):
        raise NotAllowed(say("That entry belongs to someone else."))
    for row in rows:
        db.delete(row)
    new = [_own_row(programme_id, person_id, own) for own in added]
    db.add_all(new)
    db.flush()
    if rows or new:
        note(db, Fact.WORD, programme_id, now, (person_id,))
    return tuple(row.id for row in new)


def _own_mark(row: OwnMarkRow) -> OwnMark:
    return OwnMark(Interval(row.starts_at, row.ends_at), MARKS[row.mark], row.one_start)


def _own_row(programme_id: int, person_id: int, own: OwnMark) -> OwnMarkRow:
    return OwnMarkRow(
        programme_id=programme_id,
        person_id=person_id,
        starts_at=own.span.start,
        ends_at=own.span.end,
        mark=own.mark,
        one_start=own.one_start,
    )


def list_weekly(db: Db, actor: Actor, programme_id: int) -> tuple[Weekly, ...]:
    """The actor's own weekly patterns in a programme, by weekday and hour: all that :func:`set_weekly` replaces."""
    rows = db.scalars(
        select(WeeklyRow)
        .where(WeeklyRow.programme_id == programme_id, WeeklyRow.person_id == _participant(db, actor, programme_id))
        .where(WeeklyRow.category.in_(OWN_PATTERNS))
        .order_by(WeeklyRow.weekday, WeeklyRow.start, WeeklyRow.id)
    )
    return tuple(map(weekly_of, rows))


def set_weekly(db: Db, actor: Actor, programme_id: int, patterns: Iterable[Weekly], now: datetime) -> None:
    """Replace the actor's own weekly patterns: working hours, part-time days, and times that are just not then."""
    person_id = _participant(db, actor, programme_id)
    wanted = tuple(patterns)
    must_be_possible(wanted, OWN_PATTERNS)
    own = (WeeklyRow.programme_id == programme_id, WeeklyRow.person_id == person_id)
    db.execute(delete(WeeklyRow).where(*own, WeeklyRow.category.in_(OWN_PATTERNS)))
    for pattern in wanted:
        db.add(weekly_row(programme_id, person_id, pattern))
    db.flush()
    note(db, Fact.TIME, programme_id, now, (person_id,))


def list_absences(db: Db, actor: Actor, programme_id: int, person_id: int) -> tuple[Absence, ...]:
    """Long leave of a person, for themselves and their coordinators."""
    _may_pause(actor, programme_id, person_id)
    rows = db.scalars(
        select(AbsenceRow)
        .where(AbsenceRow.programme_id == programme_id, AbsenceRow.person_id == person_id)
        .order_by(AbsenceRow.first_day)
    )
    return tuple(absence_of(row) for row in rows)


def absence_of(row: AbsenceRow) -> Absence:
    """Long leave that is stored, as a value."""
    return Absence(row.id, row.first_day, row.last_day, row.from_midday, row.until_midday)


def pause(
    db: Db,
    actor: Actor,
    programme_id: int,
    person_id: int,
    first_day: date,
    last_day: date | None,
    now: datetime,
    *,
    from_midday: bool = False,
    until_midday: bool = False,
) -> int:
    """Note long leave (parental, illness, a year out): the person stays, but is not invited to anything. It may
    begin at midday of the first day and end at midday of the last: half a day's leave is either on one day."""
    _may_pause(actor, programme_id, person_id)
    if db.get(ParticipantRow, (programme_id, person_id)) is None:
        raise NotFound(say("We can’t find that person in this programme."))
    if last_day is not None and (last_day < first_day or (last_day == first_day and from_midday and until_midday)):
        raise Rejected(
            say("The leave ends before it starts."),
            where=say("last day"),
            what_to_do=say("Check the two days."),
        )
    row = AbsenceRow(
        programme_id=programme_id,
        person_id=person_id,
        first_day=first_day,
        last_day=last_day,
        from_midday=from_midday,
        until_midday=until_midday and last_day is not None,
    )
    db.add(row)
    db.flush()
    record(db, actor, "absence.noted", now, programme_id, person=person_id)
    note(db, Fact.PEOPLE, programme_id, now, (person_id,))  # who is away is in calendars, too
    return row.id


def resume(db: Db, actor: Actor, absence_id: int, now: datetime) -> None:
    """Take long leave back."""
    row = db.get(AbsenceRow, absence_id)
    if row is None:
        raise NotFound(say("We can’t find that period of leave."))
    _may_pause(actor, row.programme_id, row.person_id)
    db.delete(row)
    db.flush()
    record(db, actor, "absence.taken_back", now, row.programme_id, person=row.person_id)
    note(db, Fact.PEOPLE, row.programme_id, now, (row.person_id,))


def weekly_row(programme_id: int, person_id: int, pattern: Weekly) -> WeeklyRow:
    """A pattern as it is stored."""
    return WeeklyRow(
        programme_id=programme_id,
        person_id=person_id,
        weekday=pattern.weekday,
        start=pattern.start,
        end=pattern.end,
        mark=pattern.mark,
        category=pattern.category,
        first_day=pattern.first_day,
        last_day=pattern.last_day,
        except_days=sorted(day.isoformat() for day in pattern.except_days),
    )


def must_be_possible(patterns: Iterable[Weekly], categories: Iterable[PatternCategory]) -> None:
    """Raise :class:`Rejected`, with every fault, for patterns that cannot be or are of none of the categories."""
    allowed = frozenset(categories)
    faults = [
        Fault(
            say("entry %(number)s", number=number),
            say("A weekly entry needs a weekday, an end later than its start, and its first day before its last."),
        )
        for number, pattern in enumerate(patterns, start=1)
        if pattern.category not in allowed or not _is_possible(pattern)
    ]
    if faults:
        raise Rejected(say("The weekly entries were not saved."), tuple(faults))


def _is_possible(pattern: Weekly) -> bool:
    to_midnight = pattern.end.hour == pattern.end.minute == 0
    in_order = pattern.first_day is None or pattern.last_day is None or pattern.first_day <= pattern.last_day
    return 0 <= pattern.weekday <= 6 and (pattern.start < pattern.end or to_midnight) and in_order


def _participant(db: Db, actor: Actor, programme_id: int) -> int:
    if actor.person_id is None or db.get(ParticipantRow, (programme_id, actor.person_id)) is None:
        raise NotAllowed(say("Only residents and facilitators of a programme can enter their own times."))
    return actor.person_id


def _may_pause(actor: Actor, programme_id: int, person_id: int) -> None:
    if actor.person_id != person_id:
        actor.must_have(programme_id, Role.COORDINATOR)
