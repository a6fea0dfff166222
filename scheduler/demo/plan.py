"""Has the demo's plan made as any plan is made: a run in a child process, the referee, a draft, publishing."""

from __future__ import annotations

import time
from collections.abc import Callable

from scheduler.clock import now
from scheduler.db import Database
from scheduler.errors import NotPossible
from scheduler.jobs.embedded import LOOK_SECONDS, Dispatcher
from scheduler.people.model import Actor
from scheduler.planning.runs import get_run, start_run
from scheduler.plans.model import Plan, Run
from scheduler.plans.service import get_plan
from scheduler.preflight.model import Item
from scheduler.preflight.service import look, override
from scheduler.publishing.service import publish
from scheduler.settings import Settings

SMALL_HOUSE = "A house this small: one person more or less makes the difference. I have looked at it."
"""Why the coordinator of a small demo publishes all the same."""


def plan_and_publish(
    database: Database, settings: Settings, coordinator: Actor, programme_id: int, listen: Callable[[Run], None]
) -> Plan:
    """The published plan. ``listen`` hears of the run several times a second while it goes on."""
    with database.writing() as db:
        run_id = start_run(
            db, coordinator, programme_id, now(), seconds=settings.solve_seconds, workers=settings.solve_workers
        )
    plan_id = finished_run(database, settings, coordinator, run_id, listen)
    with database.writing() as db:
        if Item.WORSE_OFF in look(db, coordinator, plan_id, now()).red:  # in a small house one person is many points
            override(db, coordinator, plan_id, Item.WORSE_OFF, SMALL_HOUSE, now())
        publish(db, coordinator, plan_id, now())
        return get_plan(db, coordinator, plan_id)


def finished_run(
    database: Database, settings: Settings, coordinator: Actor, run_id: int, listen: Callable[[Run], None]
) -> int:
    """The id of the plan that the run ends with."""
    dispatcher = Dispatcher(database, settings)
    try:
        while not (run := _look(database, coordinator, run_id)).state.ended or dispatcher.child_pid:
            listen(run)
            dispatcher.look_once()
            time.sleep(LOOK_SECONDS)
    finally:
        dispatcher.close()
    listen(run)
    if run.plan_id is None:
        raise NotPossible(run.error or "The run ended without a plan.")
    return run.plan_id


def _look(database: Database, coordinator: Actor, run_id: int) -> Run:
    with database.reading() as db:
        return get_run(db, coordinator, run_id)
