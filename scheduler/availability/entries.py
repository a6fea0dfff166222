"""What people say of their own time, and long leave; each change works their availability out anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from scheduler import languages
from scheduler.availability.intervals import Interval
from scheduler.availability.model import OwnMark, Weekly
from scheduler.availability.service import recompute
from scheduler.availability.tables import AbsenceRow, OwnMarkRow, WeeklyRow
from scheduler.availability.timelines import MARKS, weekly_of
from scheduler.errors import Fault, NotAllowed, NotFound, Rejected
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow
from scheduler.safety.service import record

OWN_PATTERNS = ("own", "not_working", "working_hours")
"""The weekly patterns that a person may set themselves; clinics come from the list of clinics."""


@dataclass(frozen=True, slots=True)
class Said:
    """An own word as stored."""

    id: int
    own: OwnMark


@dataclass(frozen=True, slots=True)
class Absence:
    """Long leave as stored; open-ended where ``last_day`` is None."""

    id: int
    first_day: date
    last_day: date | None


def list_said(db: Session, actor: Actor, programme_id: int) -> tuple[Said, ...]:
    """The actor's own words in a programme, in the order in which they were said."""
    rows = db.scalars(
        select(OwnMarkRow)
        .where(OwnMarkRow.programme_id == programme_id, OwnMarkRow.person_id == _participant(db, actor, programme_id))
        .order_by(OwnMarkRow.id)
    )
    return tuple(
        Said(row.id, OwnMark(Interval(row.starts_at, row.ends_at), MARKS[row.mark], row.one_start)) for row in rows
    )


def say(db: Session, actor: Actor, programme_id: int, own: OwnMark, now: datetime) -> int:
    """Take an own word: it outranks the rota, and the words said before it. Returns its id."""
    return correct(db, actor, programme_id, (), (own,), now)[0]


def unsay(db: Session, actor: Actor, programme_id: int, said_id: int, now: datetime) -> None:
    """Take back an own word."""
    correct(db, actor, programme_id, (said_id,), (), now)


def correct(
    db: Session, actor: Actor, programme_id: int, unsaid: Iterable[int], said: Iterable[OwnMark], now: datetime
) -> tuple[int, ...]:
    """Take words back and take others, in their order, as one change; returns the ids of the new ones."""
    person_id = _participant(db, actor, programme_id)
    gone = set(unsaid)
    rows = db.scalars(select(OwnMarkRow).where(OwnMarkRow.id.in_(gone))).all()
    if {row.id for row in rows} != gone:
        raise NotFound(languages.say("There is no such entry."))
    if any((row.person_id, row.programme_id) != (person_id, programme_id) for row in rows):
        raise NotAllowed(languages.say("This entry is somebody else’s."))
    for row in rows:
        db.delete(row)
    added = [_own_row(programme_id, person_id, own) for own in said]
    db.add_all(added)
    db.flush()
    if rows or added:
        recompute(db, programme_id, now, (person_id,))
    return tuple(row.id for row in added)


def _own_row(programme_id: int, person_id: int, own: OwnMark) -> OwnMarkRow:
    return OwnMarkRow(
        programme_id=programme_id,
        person_id=person_id,
        starts_at=own.span.start,
        ends_at=own.span.end,
        mark=own.mark,
        one_start=own.one_start,
    )


def list_weekly(db: Session, actor: Actor, programme_id: int) -> tuple[Weekly, ...]:
    """The actor's own weekly patterns in a programme, by weekday and hour: all that :func:`set_weekly` replaces."""
    rows = db.scalars(
        select(WeeklyRow)
        .where(WeeklyRow.programme_id == programme_id, WeeklyRow.person_id == _participant(db, actor, programme_id))
        .where(WeeklyRow.category.in_(OWN_PATTERNS))
        .order_by(WeeklyRow.weekday, WeeklyRow.start, WeeklyRow.id)
    )
    return tuple(map(weekly_of, rows))


def set_weekly(db: Session, actor: Actor, programme_id: int, patterns: Iterable[Weekly], now: datetime) -> None:
    """Replace the actor's own weekly patterns: working hours, part-time days, and times that are just not then."""
    person_id = _participant(db, actor, programme_id)
    wanted = tuple(patterns)
    must_be_possible(wanted, OWN_PATTERNS)
    own = (WeeklyRow.programme_id == programme_id, WeeklyRow.person_id == person_id)
    db.execute(delete(WeeklyRow).where(*own, WeeklyRow.category.in_(OWN_PATTERNS)))
    for pattern in wanted:
        db.add(weekly_row(programme_id, person_id, pattern))
    db.flush()
    recompute(db, programme_id, now, (person_id,))


def list_absences(db: Session, actor: Actor, programme_id: int, person_id: int) -> tuple[Absence, ...]:
    """Long leave of a person, for themselves and their coordinators."""
    _may_pause(actor, programme_id, person_id)
    rows = db.scalars(
        select(AbsenceRow)
        .where(AbsenceRow.programme_id == programme_id, AbsenceRow.person_id == person_id)
        .order_by(AbsenceRow.first_day)
    )
    return tuple(Absence(row.id, row.first_day, row.last_day) for row in rows)


def pause(
    db: Session, actor: Actor, programme_id: int, person_id: int, first_day: date, last_day: date | None, now: datetime
) -> int:
    """Note long leave (parental, illness, a year out): the person stays, but is asked to nothing meanwhile."""
    _may_pause(actor, programme_id, person_id)
    if db.get(ParticipantRow, (programme_id, person_id)) is None:
        raise NotFound(languages.say("There is no such person in this programme."))
    if last_day is not None and last_day < first_day:
        raise Rejected(
            languages.say("The leave ends before it starts."),
            where=languages.say("last day"),
            what_to_do=languages.say("Swap the two days."),
        )
    row = AbsenceRow(programme_id=programme_id, person_id=person_id, first_day=first_day, last_day=last_day)
    db.add(row)
    db.flush()
    record(db, actor, "absence.noted", now, programme_id, person=person_id)
    recompute(db, programme_id, now, (person_id,))
    return row.id


def resume(db: Session, actor: Actor, absence_id: int, now: datetime) -> None:
    """Take long leave back."""
    row = db.get(AbsenceRow, absence_id)
    if row is None:
        raise NotFound(languages.say("There is no such leave."))
    _may_pause(actor, row.programme_id, row.person_id)
    db.delete(row)
    db.flush()
    record(db, actor, "absence.taken_back", now, row.programme_id, person=row.person_id)
    recompute(db, row.programme_id, now, (row.person_id,))


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


def must_be_possible(patterns: Iterable[Weekly], categories: Iterable[str]) -> None:
    """Raise :class:`Rejected`, with every fault, for patterns that cannot be or are of none of the categories."""
    allowed = frozenset(categories)
    faults = [
        Fault(
            languages.say("entry %(number)s", number=number),
            languages.say("A pattern has a weekday, an end after its start, and days in order."),
        )
        for number, pattern in enumerate(patterns, start=1)
        if pattern.category not in allowed or not _is_possible(pattern)
    ]
    if faults:
        raise Rejected(languages.say("The weekly patterns cannot be used."), tuple(faults))


def _is_possible(pattern: Weekly) -> bool:
    to_midnight = pattern.end.hour == pattern.end.minute == 0
    in_order = pattern.first_day is None or pattern.last_day is None or pattern.first_day <= pattern.last_day
    return 0 <= pattern.weekday <= 6 and (pattern.start < pattern.end or to_midnight) and in_order


def _participant(db: Session, actor: Actor, programme_id: int) -> int:
    if actor.person_id is None or db.get(ParticipantRow, (programme_id, actor.person_id)) is None:
        raise NotAllowed(languages.say("Only who takes part in the programme has times of their own in it."))
    return actor.person_id


def _may_pause(actor: Actor, programme_id: int, person_id: int) -> None:
    if actor.person_id != person_id:
        actor.must_have(programme_id, Role.COORDINATOR)
