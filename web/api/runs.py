"""Runs: asking for a plan, watching it being made, stopping it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from flask import url_for
from msgspec import Meta

from scheduler.planning import runs as service
from scheduler.plans.model import Run as Known
from web.api.operations import WRITE, Answer, changing, operation
from web.api.programmes import must_be_there
from web.request_context import actor, database, now, settings

MOST_SEED = 1_000_000


class RunAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A run of so many seconds. Another seed mostly ends in another plan; afresh holds to no group that there is."""

    seconds: Annotated[float, Meta(ge=service.LEAST_SECONDS, le=service.MOST_SECONDS)] = service.DEFAULT_SECONDS
    seed: Annotated[int, Meta(ge=1, le=MOST_SEED)] = 1
    afresh: bool = False


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far it is: residents placed, groups, sessions held, and of all places at them those whose people can come."""

    seconds: float
    placed: int
    groups: int
    sessions_held: int
    coming: int
    seats: int


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A run. state is queued, running, done, cancelled or failed; plan is the draft that came of it."""

    id: int
    programme: int
    state: str
    seconds: float
    seed: int
    residents: int
    ahead: int
    stopping: bool
    queued_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    progress: Progress | None
    plan: int | None
    error: str


@operation("POST", "/programmes/<int:programme_id>/runs", Run, takes=RunAsked, scope=WRITE, status=202)
def run_asked(programme_id: int, body: RunAsked) -> Answer:
    """Ask for a plan. A run that is asked the same and has not ended is answered instead of a second one."""
    must_be_there(programme_id)
    with changing(programme_id) as db:
        run_id = service.start_run(
            db, actor(), programme_id, now(), seconds=body.seconds, workers=settings().solve_workers,
            seed=body.seed, afresh=body.afresh, once=True,
        )  # fmt: skip
        found = service.get_run(db, actor(), run_id)
    return Answer(_shown(found), 202, {"Location": url_for("api.run", run_id=run_id)})


@operation("GET", "/runs/<int:run_id>", Run)
def run(run_id: int) -> Answer:
    """How a run gets on, or what came of it."""
    with database().reading() as db:
        return Answer(_shown(service.get_run(db, actor(), run_id)))


@operation("POST", "/runs/<int:run_id>/stop", Run, scope=WRITE, status=202)
def run_stopped(run_id: int) -> Answer:
    """Ask a run to stop: a waiting one never starts, a working one ends with the best that it has."""
    with database().reading() as db:
        programme_id = service.get_run(db, actor(), run_id).programme_id
    with changing(programme_id) as db:
        service.cancel_run(db, actor(), run_id, now())
        found = service.get_run(db, actor(), run_id)
    return Answer(_shown(found), 202)


def _shown(known: Known) -> Run:
    last = known.steps[-1] if known.steps else None
    return Run(
        id=known.id,
        programme=known.programme_id,
        state=known.state.value,
        seconds=known.seconds,
        seed=known.seed,
        residents=known.residents,
        ahead=0 if known.state.ended else known.ahead,
        stopping=known.cancel_requested and not known.state.ended,
        queued_at=known.queued_at,
        started_at=known.started_at,
        finished_at=known.finished_at,
        progress=Progress(
            seconds=last.seconds,
            placed=last.placed,
            groups=last.groups,
            sessions_held=last.held,
            coming=last.coming,
            seats=last.seats,
        )
        if last
        else None,
        plan=known.plan_id,
        error=known.error,
    )
