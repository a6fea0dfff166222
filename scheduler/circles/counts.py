"""What a coordinator reads of circles: two counts, rounded, which change at most once a month and only by five.

The numbers that they are told from are those of the beginning of the month: whatever changes circles asks for them
first. So no figure tells who came or went, by what it is nor by how it differs from the one before.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select

from scheduler.circles.model import Counts, settled, told
from scheduler.circles.tables import CircleCountRow, CircleMemberRow, CircleRow
from scheduler.db import Db
from scheduler.people.model import Actor, Role


def circle_counts(db: Db, actor: Actor, programme_id: int, now: datetime) -> Counts:
    """The two counts, for whoever runs the programme."""
    actor.must_have(programme_id, Role.COORDINATOR)
    circles, members = _told_from(db, programme_id, now)
    return Counts(told(circles), told(members))


def settle_counts(db: Db, programme_id: int, now: datetime) -> None:
    """Keep what the figures of this month are told from, before anything changes."""
    row = db.get(CircleCountRow, programme_id)
    if row is None:
        row = CircleCountRow(programme_id=programme_id, month=date.min, circles=0, members=0)
    if row.month < _month(now):
        row.circles, row.members = _told_from(db, programme_id, now)
        row.month = _month(now)
        db.add(row)
        db.flush()


def _told_from(db: Db, programme_id: int, now: datetime) -> tuple[int, int]:
    row = db.get(CircleCountRow, programme_id)
    before = (row.circles, row.members) if row else (0, 0)
    if row is not None and row.month >= _month(now):
        return before
    circles, members = _numbers(db, programme_id)
    return settled(before[0], circles), settled(before[1], members)


def _numbers(db: Db, programme_id: int) -> tuple[int, int]:
    people = func.count(func.distinct(CircleMemberRow.person_id))
    found = db.execute(
        select(func.count(func.distinct(CircleRow.id)), people)
        .join(CircleMemberRow, CircleMemberRow.circle_id == CircleRow.id)
        .where(CircleRow.programme_id == programme_id)
    ).one()
    return found[0], found[1]


def _month(now: datetime) -> date:
    return now.date().replace(day=1)
