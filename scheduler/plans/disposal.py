"""Drafts that nobody wants any more are deleted; what was ever published stays."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select

from scheduler.audit.service import record
from scheduler.db import Db
from scheduler.errors import NotPossible
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.plans.model import UNPUBLISHED
from scheduler.plans.tables import PlanRow
from scheduler.programmes.service import lock_programme


def delete_drafts(db: Db, actor: Actor, programme_id: int, plan_ids: Collection[int], now: datetime) -> int:
    """Delete these drafts of a programme, or none of them; returns how many. Their runs stay, without a draft."""
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    rows = db.scalars(select(PlanRow).where(PlanRow.programme_id == programme_id, PlanRow.id.in_(plan_ids))).all()
    if not rows:
        raise NotPossible(say("No draft was chosen."), what_to_do=say("Tick the drafts that should go."))
    if len(rows) < len(plan_ids):
        raise NotPossible(
            say("One of these drafts is no longer there."), what_to_do=say("Look at the list again, and choose again.")
        )
    for row in rows:
        if row.state not in UNPUBLISHED:
            raise NotPossible(
                say("Plan %(number)s has been published, so it stays.", number=row.number),
                what_to_do=say("Leave it out, and delete the drafts alone."),
            )
    numbers = sorted(row.number for row in rows)
    db.execute(delete(PlanRow).where(PlanRow.id.in_([row.id for row in rows])))
    record(db, actor, "plan.deleted", now, programme_id, plans=sorted(plan_ids), numbers=numbers)
    return len(numbers)
