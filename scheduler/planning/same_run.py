"""Whether the very same plan has been asked for already and is not made yet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import undefer

from scheduler.db import Db
from scheduler.planning.run_inputs import asked_of
from scheduler.planning.trial_steps import step_to_text
from scheduler.plans.model import RunState
from scheduler.plans.tables import RunRow
from scheduler.programmes.service import get_programme
from solvers.codec import instance_to_json
from solvers.instance import Instance
from solvers.reasons.facts import Step


def find_same(
    db: Db,
    programme_id: int,
    instance: Instance,
    *,
    seconds: float,
    seed: int,
    steps: tuple[Step[int], ...],
    afresh: bool,
) -> int | None:
    """The id of a run that waits or goes on and was asked exactly this; None where there is none. When it was asked
    makes no difference."""
    going = select(RunRow).where(
        RunRow.programme_id == programme_id,
        RunRow.state.in_((RunState.QUEUED, RunState.RUNNING)),
        RunRow.cancel_requested.is_(False),
        RunRow.seconds == seconds,
        RunRow.seed == seed,
    )
    rows = db.scalars(going.options(undefer(RunRow.instance)).order_by(RunRow.id)).all()
    if not rows:
        return None
    problem = _problem(instance_to_json(instance))
    asked = asked_of(get_programme(db, programme_id), instance, afresh=afresh)
    tried = [step_to_text(step) for step in steps] or None
    same = (
        row.id
        for row in rows
        if row.repair is None and row.improves is None and row.trial_steps == tried
        and row.asked == asked and _problem(json.loads(row.instance)) == problem
    )  # fmt: skip
    return next(same, None)


def _problem(document: Mapping[str, Any]) -> str:
    """A problem but for its name, which has the moment at which it was put."""
    return json.dumps({**document, "name": ""})
