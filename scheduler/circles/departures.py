"""Who leaves a programme is in none of its circles any more, and looks after none."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import selectinload

from scheduler.circles.service import take_out
from scheduler.circles.tables import CircleContactRow, CircleMemberRow, CircleRow, WillingContactRow
from scheduler.db import Db


def take_out_of_circles(db: Db, programme_id: int, people: Collection[int], now: datetime) -> None:
    """Take these people out of every circle of the programme."""
    here = select(CircleRow.id).where(CircleRow.programme_id == programme_id)
    theirs = select(CircleMemberRow.circle_id).where(CircleMemberRow.person_id.in_(people))
    rows = select(CircleRow).where(CircleRow.id.in_(here), CircleRow.id.in_(theirs))
    take_out(db, db.scalars(rows.options(selectinload(CircleRow.members))).all(), people, now)
    for table, which in (
        (CircleContactRow, CircleContactRow.circle_id.in_(here)),
        (WillingContactRow, WillingContactRow.programme_id == programme_id),
    ):
        db.execute(
            delete(table).where(which, table.person_id.in_(people)).execution_options(synchronize_session="fetch")
        )
