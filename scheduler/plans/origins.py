"""Where a draft comes from: which draft it goes on from, and when what it takes into account was looked at.
Whatever has changed since is not in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select

from scheduler.db import Db
from scheduler.plans.model import PlanSummary
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


def improved_from(db: Db, plans: Iterable[PlanSummary]) -> Mapping[int, int]:
    """By the ids of those of these plans that go on from a draft, the number of that draft, if it is still there."""
    ids = [plan.id for plan in plans]
    before = RunRow.improves["plan"].as_integer()
    found = select(RunRow.plan_id, PlanRow.number).join(PlanRow, PlanRow.id == before)
    rows = db.execute(found.where(RunRow.plan_id.in_(ids), RunRow.improves.is_not(None)))
    return {plan_id: number for plan_id, number in rows if plan_id is not None}
