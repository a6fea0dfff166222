"""Weekly patterns and long leave of a whole programme, as its coordinators see and keep them.

What people say of their own time (prayer, caring, "not then") is theirs and not among these.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.availability.entries import Absence, must_be_possible, weekly_row
from scheduler.availability.model import Weekly
from scheduler.availability.service import recompute
from scheduler.availability.tables import AbsenceRow, WeeklyRow
from scheduler.availability.timelines import weekly_of
from scheduler.errors import NotFound
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.safety.service import record

CATEGORIES = ("clinic", "working_hours", "not_working")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A weekly pattern as stored, and whose it is."""

    id: int
    person_id: int
    name: str
    weekly: Weekly


@dataclass(frozen=True, slots=True)
class Leave:
    """Long leave as stored, and whose it is."""

    person_id: int
    name: str
    absence: Absence


def list_patterns(db: Session, actor: Actor, programme_id: int) -> tuple[Pattern, ...]:
    """Clinics, working hours and part-time days of everybody, by name, weekday and hour."""
    actor.must_have(programme_id, Role.COORDINATOR)
    rows = db.execute(
        select(WeeklyRow, PersonRow.name)
        .join(PersonRow, PersonRow.id == WeeklyRow.person_id)
        .where(WeeklyRow.programme_id == programme_id, WeeklyRow.category.in_(CATEGORIES))
        .order_by(PersonRow.name, WeeklyRow.weekday, WeeklyRow.start, WeeklyRow.id)
    )
    return tuple(Pattern(row.id, row.person_id, name, weekly_of(row)) for row, name in rows)


def add_patterns(
    db: Session,
    actor: Actor,
    programme_id: int,
    person_id: int,
    weekly: Weekly,
    weekdays: Iterable[int],
    now: datetime,
) -> None:
    """Add one pattern on each of these weekdays. Raises ``Rejected`` for one that cannot be."""
    actor.must_have(programme_id, Role.COORDINATOR)
    if db.get(ParticipantRow, (programme_id, person_id)) is None:
        raise NotFound(say("There is no such person in this programme."))
    wanted = [replace(weekly, weekday=weekday) for weekday in weekdays]
    must_be_possible(wanted, CATEGORIES)
    db.add_all(weekly_row(programme_id, person_id, each) for each in wanted)
    db.flush()
    record(db, actor, "pattern.added", now, programme_id, person=person_id)
    recompute(db, programme_id, now, (person_id,))


def remove_pattern(db: Session, actor: Actor, programme_id: int, pattern_id: int, now: datetime) -> None:
    """Take a pattern away."""
    actor.must_have(programme_id, Role.COORDINATOR)
    row = db.get(WeeklyRow, pattern_id)
    if row is None or row.programme_id != programme_id or row.category not in CATEGORIES:
        raise NotFound(say("There is no such pattern."))
    person_id = row.person_id
    db.delete(row)
    db.flush()
    record(db, actor, "pattern.removed", now, programme_id, person=person_id)
    recompute(db, programme_id, now, (person_id,))


def list_leave(db: Session, actor: Actor, programme_id: int) -> tuple[Leave, ...]:
    """Everybody's long leave, by name and first day."""
    actor.must_have(programme_id, Role.COORDINATOR)
    rows = db.execute(
        select(AbsenceRow, PersonRow.name)
        .join(PersonRow, PersonRow.id == AbsenceRow.person_id)
        .where(AbsenceRow.programme_id == programme_id)
        .order_by(PersonRow.name, AbsenceRow.first_day)
    )
    return tuple(Leave(row.person_id, name, Absence(row.id, row.first_day, row.last_day)) for row, name in rows)
