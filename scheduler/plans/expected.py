"""Who is expected at the sessions of a draft: everybody in the group but those who are on long leave then.

What is published has this with each of its sessions (``scheduler/sessions/absences.py``).
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from scheduler.availability.intervals import Interval
from scheduler.availability.long_leave import is_away, leave_of_programme
from scheduler.availability.tables import AbsenceRow
from scheduler.db import Db
from scheduler.plans.tables import PlanRow
from scheduler.plans.whole import load_plan
from scheduler.programmes.tables import ProgrammeRow

Seat = tuple[str, int, int]
"""A group's key, a round, and the id of somebody in the group."""


def not_expected(db: Db, plan_id: int) -> frozenset[Seat]:
    """The seats of a draft whose people are on long leave at that session."""
    programme_id, minutes = db.execute(
        select(ProgrammeRow.id, ProgrammeRow.session_minutes)
        .join(PlanRow, PlanRow.programme_id == ProgrammeRow.id)
        .where(PlanRow.id == plan_id)
    ).one()
    leave = leave_of_programme(db, programme_id)
    if not leave:
        return frozenset()
    length = timedelta(minutes=minutes)
    return frozenset(
        (group.key, session.round, seat.person_id)
        for group in load_plan(db, plan_id).groups
        for seat in group.members
        if seat.person_id in leave
        for session in group.sessions
        if is_away(leave, seat.person_id, Interval(session.starts_at, session.starts_at + length))
    )


def leave_mark(db: Db, plan_id: int) -> int:
    """Another number once anybody's long leave in a plan's programme is another."""
    columns = (AbsenceRow.person_id, AbsenceRow.first_day, AbsenceRow.last_day)
    halves = (AbsenceRow.from_midday, AbsenceRow.until_midday)
    rows = db.execute(
        select(*columns, *halves)
        .join(PlanRow, PlanRow.programme_id == AbsenceRow.programme_id)
        .where(PlanRow.id == plan_id)
        .order_by(AbsenceRow.id)
    )
    return hash(tuple(map(tuple, rows)))
