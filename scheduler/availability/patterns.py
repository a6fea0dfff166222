"""Weekly patterns and long leave of a whole programme, as its coordinators see and keep them.

What people say of their own time (prayer, caring, "not then") is theirs and not among these.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import InstrumentedAttribute

from scheduler.audit.service import record
from scheduler.availability.entries import Absence, absence_of, must_be_possible, weekly_row
from scheduler.availability.model import PatternCategory, Weekly
from scheduler.availability.tables import AbsenceRow, WeeklyRow
from scheduler.availability.timelines import weekly_of
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.errors import NotFound
from scheduler.languages import say
from scheduler.paging import Paging, page_of
from scheduler.people.model import Actor, Role
from scheduler.people.name_search import is_named
from scheduler.people.tables import ParticipantRow, PersonRow

CATEGORIES = (PatternCategory.CLINIC, PatternCategory.WORKING_HOURS, PatternCategory.NOT_WORKING)


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


def list_patterns(db: Db, actor: Actor, programme_id: int, asked: Paging) -> tuple[tuple[Pattern, ...], Paging]:
    """Clinics, working hours and part-time days of those who are called so, by name, weekday and hour."""
    actor.must_have(programme_id, Role.COORDINATOR)
    order = (PersonRow.name, PersonRow.id, WeeklyRow.weekday, WeeklyRow.start, WeeklyRow.id)
    rows, paging = page_of(db, _patterns(programme_id).where(is_named(PersonRow, asked.q)).order_by(*order), asked)
    return tuple(_pattern(row, name) for row, name in rows), paging


def find_pattern(db: Db, actor: Actor, programme_id: int, pattern_id: int) -> Pattern | None:
    """One of these."""
    actor.must_have(programme_id, Role.COORDINATOR)
    found = db.execute(_patterns(programme_id).where(WeeklyRow.id == pattern_id)).first()
    return _pattern(*found) if found else None


def _patterns(programme_id: int) -> Select[WeeklyRow, str]:
    return (
        select(WeeklyRow, PersonRow.name)
        .join(PersonRow, PersonRow.id == WeeklyRow.person_id)
        .join(ParticipantRow, _is_here(WeeklyRow.programme_id, WeeklyRow.person_id))
        .where(WeeklyRow.programme_id == programme_id, WeeklyRow.category.in_(CATEGORIES))
    )


def _pattern(row: WeeklyRow, name: str) -> Pattern:
    return Pattern(row.id, row.person_id, name, weekly_of(row))


def add_patterns(
    db: Db,
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
        raise NotFound(say("We can’t find that person in this programme."))
    wanted = [replace(weekly, weekday=weekday) for weekday in weekdays]
    must_be_possible(wanted, CATEGORIES)
    db.add_all(weekly_row(programme_id, person_id, each) for each in wanted)
    db.flush()
    record(db, actor, "pattern.added", now, programme_id, person=person_id)
    note(db, Fact.TIME, programme_id, now, (person_id,))


def remove_pattern(db: Db, actor: Actor, programme_id: int, pattern_id: int, now: datetime) -> None:
    """Take a pattern away."""
    actor.must_have(programme_id, Role.COORDINATOR)
    row = db.get(WeeklyRow, pattern_id)
    if row is None or row.programme_id != programme_id or row.category not in CATEGORIES:
        raise NotFound(say("We can’t find that weekly entry."))
    person_id = row.person_id
    db.delete(row)
    db.flush()
    record(db, actor, "pattern.removed", now, programme_id, person=person_id)
    note(db, Fact.TIME, programme_id, now, (person_id,))


def list_leave(db: Db, actor: Actor, programme_id: int, asked: Paging) -> tuple[tuple[Leave, ...], Paging]:
    """The long leave of those who are called so, by name and first day."""
    actor.must_have(programme_id, Role.COORDINATOR)
    order = (PersonRow.name, PersonRow.id, AbsenceRow.first_day, AbsenceRow.id)
    rows, paging = page_of(db, _leave(programme_id).where(is_named(PersonRow, asked.q)).order_by(*order), asked)
    return tuple(Leave(row.person_id, name, absence_of(row)) for row, name in rows), paging


def find_leave(db: Db, actor: Actor, programme_id: int, absence_id: int) -> Leave | None:
    """One of these."""
    actor.must_have(programme_id, Role.COORDINATOR)
    found = db.execute(_leave(programme_id).where(AbsenceRow.id == absence_id)).first()
    return Leave(found[0].person_id, found[1], absence_of(found[0])) if found else None


def _leave(programme_id: int) -> Select[AbsenceRow, str]:
    return (
        select(AbsenceRow, PersonRow.name)
        .join(PersonRow, PersonRow.id == AbsenceRow.person_id)
        .join(ParticipantRow, _is_here(AbsenceRow.programme_id, AbsenceRow.person_id))
        .where(AbsenceRow.programme_id == programme_id)
    )


def _is_here(programme_id: InstrumentedAttribute[int], person_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Of a query: to join the parts of those who have not left."""
    return and_(
        ParticipantRow.programme_id == programme_id,
        ParticipantRow.person_id == person_id,
        ParticipantRow.left_at.is_(None),
    )
