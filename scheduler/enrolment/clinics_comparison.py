"""A list of weekly patterns beside those that are stored: what it adds and changes, and what is not on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Select, select

from scheduler.availability.model import PatternCategory
from scheduler.availability.tables import WeeklyRow
from scheduler.db import Db
from scheduler.enrolment.comparison import Comparison, Entry, compare
from scheduler.enrolment.spreadsheets.offers import PATTERN_NAMES
from scheduler.languages import mark, say, short_day
from scheduler.people.tables import ParticipantRow, PersonRow

LISTED = (PatternCategory.CLINIC, PatternCategory.WORKING_HOURS, PatternCategory.NOT_WORKING)
"""What a list of clinics speaks of; what people entered for themselves is theirs."""
START, END, FIRST_DAY, LAST_DAY, EXCEPT = (
    mark("From (time)"),
    mark("Until (time)"),
    mark("From"),
    mark("Until"),
    mark("Not on these days"),
)
_DAYS = (
    mark("Monday"),
    mark("Tuesday"),
    mark("Wednesday"),
    mark("Thursday"),
    mark("Friday"),
    mark("Saturday"),
    mark("Sunday"),
)


def compare_clinics(db: Db, programme_id: int, listed: Sequence[WeeklyRow]) -> Comparison:
    """What taking over the list would do."""
    names = _names(db, programme_id)
    stored, wanted = _both(db, programme_id, listed)
    return compare(
        {key: _entry(key, row, names) for key, row in stored.items()},
        {key: _entry(key, row, names) for key, row in wanted.items()},
    )


def add_and_change(db: Db, programme_id: int, listed: Sequence[WeeklyRow], remove: frozenset[str]) -> set[int]:
    """Store what a list adds and changes, and take away what is named; returns whom any of it concerns."""
    stored, wanted = _both(db, programme_id, listed)
    concerned = set()
    for key, row in wanted.items():
        there = stored.get(key)
        if there is None:
            db.add(row)
            concerned.add(row.person_id)
        elif _take_over(there, row):
            concerned.add(row.person_id)
    for key in remove & stored.keys():
        concerned.add(stored[key].person_id)
        db.delete(stored[key])
    db.flush()
    return concerned


def _take_over(there: WeeklyRow, row: WeeklyRow) -> bool:
    """Make a pattern what the list says, where it says anything; returns whether that is other than it was."""
    values = {
        "start": row.start,
        "end": row.end,
        "first_day": row.first_day or there.first_day,
        "last_day": row.last_day or there.last_day,
        "except_days": row.except_days or there.except_days,
    }
    different = {name: value for name, value in values.items() if getattr(there, name) != value}
    for name, value in different.items():
        setattr(there, name, value)
    return bool(different)


def _both(db: Db, programme_id: int, listed: Sequence[WeeklyRow]) -> tuple[dict[str, WeeklyRow], dict[str, WeeklyRow]]:
    """What is stored and what is on the list, by keys that are the same for the same pattern."""
    stored = list(db.scalars(_listed_rows(programme_id)))
    several = _several(stored) | _several(listed)
    return _by_key(stored, several), _by_key(listed, several)


def _listed_rows(programme_id: int) -> Select[WeeklyRow]:
    here = (WeeklyRow.programme_id == programme_id, WeeklyRow.category.in_(LISTED))
    return select(WeeklyRow).where(*here).order_by(WeeklyRow.id)


def _slot(row: WeeklyRow) -> tuple[int, int, str]:
    return row.person_id, row.weekday, row.category


def _several(rows: Sequence[WeeklyRow]) -> set[tuple[int, int, str]]:
    """Those who have more than one pattern of a kind on one weekday."""
    return {slot for slot, times in Counter(map(_slot, rows)).items() if times > 1}


def _by_key(rows: Sequence[WeeklyRow], several: set[tuple[int, int, str]]) -> dict[str, WeeklyRow]:
    return {"-".join(map(str, (*_slot(row), *(_span(row) if _slot(row) in several else ())))): row for row in rows}


def _span(row: WeeklyRow) -> tuple[object, ...]:
    return row.start, row.end, row.first_day, row.last_day


def _names(db: Db, programme_id: int) -> dict[int, str]:
    here = select(PersonRow.id, PersonRow.name).join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
    return dict(db.execute(here.where(ParticipantRow.programme_id == programme_id)).all())


def _entry(key: str, row: WeeklyRow, names: Mapping[int, str]) -> Entry:
    kind = "part_time" if row.category is PatternCategory.NOT_WORKING else row.category.value
    fields = {
        START: f"{row.start:%H:%M}",
        END: f"{row.end:%H:%M}",
        FIRST_DAY: _day(row.first_day),
        LAST_DAY: _day(row.last_day),
        EXCEPT: ", ".join(row.except_days),
    }
    name = say(
        "%(name)s: %(kind)s, %(day)s", name=names.get(row.person_id, ""), kind=say(PATTERN_NAMES[kind]),
        day=say(_DAYS[row.weekday]),
    )  # fmt: skip
    return Entry(key, name, f"{row.start:%H:%M}–{row.end:%H:%M}", fields)


def _day(day: date | None) -> str:
    return short_day(day) if day else ""
