"""When what a draft takes into account was looked at: whatever has changed since is not in it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from scheduler.db import Db
from scheduler.plans.tables import PlanRow, RunRow

ASKED_AT = "asked_at"
"""Where a run that goes on from a draft has that draft's own moment (``RunRow.improves``)."""


def asked_at(db: Db, plan: PlanRow) -> datetime:
    """When a draft was asked for; of one that goes on from another, when that other one was."""
    run = db.execute(select(RunRow.queued_at, RunRow.improves).where(RunRow.plan_id == plan.id)).first()
    if run is None:
        return plan.created_at
    before = (run.improves or {}).get(ASKED_AT)
    return datetime.fromisoformat(before) if before else run.queued_at
