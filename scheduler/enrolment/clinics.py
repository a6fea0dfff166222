"""The list of weekly patterns: clinics, working hours and part-time days, with from–to dates and exceptions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete

from scheduler.audit.service import record
from scheduler.availability.model import PatternCategory
from scheduler.availability.tables import WeeklyRow
from scheduler.calendar_days import read_day
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.enrolment.clinics_comparison import add_and_change
from scheduler.enrolment.people_import import person_ids_by_address
from scheduler.errors import Fault, Rejected
from scheduler.languages import say
from scheduler.lists import LONGEST_ADDRESS, Line, read_each, read_lines
from scheduler.people.model import Actor, Role
from scheduler.text_input import shortened
from solvers.vocabulary import CAN, CANNOT

COLUMNS = ("person", "weekday", "start", "end", "kind")
MARKS = {PatternCategory.CLINIC: CANNOT, PatternCategory.WORKING_HOURS: CAN}
PART_TIME = "part_time"
KINDS = (*MARKS, PART_TIME)


def import_clinics(db: Db, actor: Actor, programme_id: int, content: bytes, now: datetime) -> int:
    """Replace the weekly patterns of everybody on the list, all or nothing; returns how many rows were read.

    ``kind`` is ``clinic`` (cannot), ``working_hours`` (can, apart from clinics) or ``part_time`` (a day not worked,
    whatever the rota says of it). A pattern holds from ``first_day`` to ``last_day``, open where empty, but not on
    ``except_days``, days set apart by semicolons. Part-time days are replaced only of people whom the list gives any.
    """
    actor.must_have(programme_id, Role.COORDINATOR)
    ids = person_ids_by_address(db, programme_id)
    faults: list[Fault] = []
    lines = read_lines(content, COLUMNS, say("list of clinics"))
    rows = patterns_of(lines, programme_id, ids, faults)
    if faults:
        raise Rejected(say("The list of clinics was not imported."), tuple(faults))
    _forget(db, programme_id, rows)
    db.add_all(rows)
    db.flush()
    note(db, Fact.TIME, programme_id, now, {row.person_id for row in rows})
    record(db, actor, "clinics.imported", now, programme_id, rows=len(lines))
    return len(lines)


def patterns_of(
    lines: Iterable[Line], programme_id: int, ids: Mapping[str, int], faults: list[Fault]
) -> list[WeeklyRow]:
    """The patterns of these lines, one a weekday; what is wrong with the others goes to the faults. ``ids`` are by
    address."""
    return [row for found in read_each(lines, lambda line: _rows(line, programme_id, ids), faults) for row in found]


def take_over_clinics(
    db: Db, actor: Actor, programme_id: int, rows: Sequence[WeeklyRow], remove: frozenset[str], now: datetime
) -> None:
    """Add and change the patterns of a list, and take away those of these keys."""
    actor.must_have(programme_id, Role.COORDINATOR)
    note(db, Fact.TIME, programme_id, now, add_and_change(db, programme_id, rows, remove))
    record(db, actor, "clinics.imported", now, programme_id, rows=len(rows), removed=len(remove))


def _forget(db: Db, programme_id: int, rows: list[WeeklyRow]) -> None:
    """Take away what the list replaces: one statement for each kind of pattern."""
    people: dict[PatternCategory, set[int]] = defaultdict(set)
    for row in rows:
        for category in {*MARKS, row.category}:
            people[category].add(row.person_id)
    for category, person_ids in people.items():
        db.execute(
            delete(WeeklyRow).where(
                WeeklyRow.programme_id == programme_id,
                WeeklyRow.person_id.in_(person_ids),
                WeeklyRow.category == category,
            )
        )


def _rows(line: Line, programme_id: int, ids: Mapping[str, int]) -> list[WeeklyRow]:
    person_id = ids.get(line.text("person", LONGEST_ADDRESS).lower())
    if person_id is None:
        raise ValueError(
            say(
                "Nobody in this programme has the e-mail address %(address)s.",
                address=line.text("person", LONGEST_ADDRESS),
            )
        )
    kind, start, end = line.one_of("kind", KINDS), line.clock("start"), line.clock("end")
    if end <= start:
        raise ValueError(say("The end is before the start."))
    first_day, last_day = line.day("first_day"), line.day("last_day")
    if first_day and last_day and last_day < first_day:
        raise ValueError(say("The last day is before the first."))
    category = PatternCategory.NOT_WORKING if kind == PART_TIME else PatternCategory(kind)
    return [
        WeeklyRow(
            programme_id=programme_id,
            person_id=person_id,
            weekday=weekday,
            start=start,
            end=end,
            mark=MARKS.get(category, CANNOT),
            category=category,
            first_day=first_day,
            last_day=last_day,
            except_days=_except_days(line),
        )
        for weekday in sorted(line.weekdays("weekday"))
    ]


def _except_days(line: Line) -> list[str]:
    texts = line.several("except_days")
    if any(read_day(text) is None for text in texts):
        raise ValueError(
            say(
                "“%(value)s” is not a list of dates; write it like 2027-01-31;2027-02-07.",
                value=shortened(line.cells["except_days"]),
            )
        )
    return sorted(texts)
