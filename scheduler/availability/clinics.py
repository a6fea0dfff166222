"""The list of weekly patterns of faculty: clinics and working hours."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from scheduler.availability.service import recompute
from scheduler.availability.tables import WeeklyRow
from scheduler.errors import Fault, Rejected
from scheduler.lists import Line, read_each, read_lines
from scheduler.people.importing import addresses
from scheduler.people.model import Actor, Role
from scheduler.safety.service import record

COLUMNS = ("person", "weekday", "start", "end", "kind")
MARKS = {"clinic": "0", "working_hours": "2"}


def import_clinics(db: Session, actor: Actor, programme_id: int, content: bytes, now: datetime) -> int:
    """Replace the weekly patterns of everybody on the list, all or nothing; returns how many rows were read.

    ``kind`` is ``clinic`` (cannot) or ``working_hours`` (can, apart from clinics).
    """
    actor.must_have(programme_id, Role.COORDINATOR)
    ids = addresses(db, programme_id)
    faults: list[Fault] = []
    lines = read_lines(content, COLUMNS, "list of clinics")
    rows = [row for found in read_each(lines, lambda line: _rows(line, programme_id, ids), faults) for row in found]
    if faults:
        raise Rejected("The list of clinics was not imported.", tuple(faults))
    db.execute(
        delete(WeeklyRow).where(
            WeeklyRow.programme_id == programme_id,
            WeeklyRow.person_id.in_({row.person_id for row in rows}),
            WeeklyRow.category.in_(MARKS),
        )
    )
    db.add_all(rows)
    db.flush()
    recompute(db, programme_id, now, {row.person_id for row in rows})
    record(db, actor, "clinics.imported", now, programme_id, rows=len(lines))
    return len(lines)


def _rows(line: Line, programme_id: int, ids: dict[str, int]) -> list[WeeklyRow]:
    person_id = ids.get(line.text("person").lower())
    if person_id is None:
        raise ValueError(f"Nobody in this programme has the address {line.text('person')}.")
    kind, start, end = line.one_of("kind", MARKS), line.clock("start"), line.clock("end")
    if end <= start:
        raise ValueError("It ends before it starts.")
    return [
        WeeklyRow(
            programme_id=programme_id,
            person_id=person_id,
            weekday=weekday,
            start=start,
            end=end,
            mark=MARKS[kind],
            category=kind,
        )
        for weekday in sorted(line.weekdays("weekday"))
    ]
