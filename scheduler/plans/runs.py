"""Runs: asking for one, what it reports, stopping it. The solving itself is in ``scheduler.jobs``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session, selectinload

from scheduler.errors import NotFound, NotPossible
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.plans.building import build_instance
from scheduler.plans.model import Run, RunState, RunStep
from scheduler.plans.tables import RunProgressRow, RunRow
from scheduler.programmes.service import lock_programme
from scheduler.safety.service import record
from solvers.codec import instance_to_json
from solvers.instance import Instance
from solvers.progress import Progress

DEFAULT_SECONDS = 30.0
LEAST_SECONDS, MOST_SECONDS = 1.0, 3600.0
MOST_ATTEMPTS = 3
_GOING = (RunState.QUEUED, RunState.RUNNING)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a run, counted from 1. Once the run is put back, what an older attempt still says counts nothing."""

    run_id: int
    number: int


def start_run(
    db: Session, actor: Actor, programme_id: int, now: datetime, *, seconds: float | None = None, workers: int = 2
) -> int:
    """Ask for a plan; returns the run's id. One run at a time is enough for a programme."""
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    if find_current_run(db, actor, programme_id):
        raise NotPossible(say("A plan is being made already."), what_to_do=say("Wait for it, or stop it first."))
    instance = build_instance(db, programme_id, now)
    _must_be_worth_solving(instance)
    row = RunRow(
        programme_id=programme_id,
        state=RunState.QUEUED,
        seconds=min(max(seconds or DEFAULT_SECONDS, LEAST_SECONDS), MOST_SECONDS),
        workers=workers,
        seed=1,
        instance=json.dumps(instance_to_json(instance), separators=(",", ":")),
        residents=len(instance.residents),
        requested_by=actor.person_id,
        queued_at=now,
    )
    db.add(row)
    db.flush()
    record(db, actor, "run.asked", now, programme_id, run=row.id, residents=len(instance.residents))
    return row.id


def _must_be_worth_solving(instance: Instance) -> None:
    if not instance.residents:
        raise NotPossible(say("Nobody is in the programme yet."), what_to_do=say("Import the list of people first."))
    if all(set(resident.availability) <= {"?"} for resident in instance.residents):
        raise NotPossible(
            say("No rota is loaded for any resident, so no date could be kept."), what_to_do=say("Import a rota first.")
        )


def get_run(db: Session, actor: Actor, run_id: int) -> Run:
    """A run with all that it has reported."""
    row = db.scalar(select(RunRow).where(RunRow.id == run_id).options(selectinload(RunRow.progress)))
    if row is None:
        raise NotFound(say("There is no such run."))
    actor.must_have(row.programme_id, Role.COORDINATOR)
    return _value(row)


def find_current_run(db: Session, actor: Actor, programme_id: int) -> Run | None:
    """The run that waits or works for this programme."""
    actor.must_have(programme_id, Role.COORDINATOR)
    row = db.scalar(
        select(RunRow)
        .where(RunRow.programme_id == programme_id, RunRow.state.in_(_GOING))
        .options(selectinload(RunRow.progress))
        .limit(1)
    )
    return _value(row) if row else None


def cancel_run(db: Session, actor: Actor, run_id: int, now: datetime) -> None:
    """Ask a run to stop: a waiting one never starts, a working one ends with the best it has."""
    row = db.get(RunRow, run_id, with_for_update=True)
    if row is None:
        raise NotFound(say("There is no such run."))
    actor.must_have(row.programme_id, Role.COORDINATOR)
    if RunState(row.state).ended:
        raise NotPossible(say("This run has ended already."))
    row.cancel_requested = True
    if row.state == RunState.QUEUED:
        row.state, row.finished_at = RunState.CANCELLED, now
    record(db, actor, "run.cancelled", now, row.programme_id, run=run_id)


def any_waiting(db: Session) -> bool:
    """Whether a run waits to be solved."""
    return db.scalar(select(RunRow.id).where(RunRow.state == RunState.QUEUED).limit(1)) is not None


def claim_next_run(db: Session, now: datetime) -> Attempt | None:
    """Take the oldest waiting run for a worker; None where nothing waits."""
    waiting = select(RunRow).where(RunRow.state == RunState.QUEUED).order_by(RunRow.id).limit(1)
    row = db.scalar(waiting.with_for_update(skip_locked=True))
    if row is None:
        return None
    row.state, row.started_at, row.heartbeat_at = RunState.RUNNING, now, now
    row.attempts += 1
    return Attempt(row.id, row.attempts)


def find_attempted(db: Session, attempt: Attempt) -> RunRow | None:
    """The row of the run that this attempt still works at, locked; None once it was put back or has ended."""
    return db.scalar(select(RunRow).where(*_current(attempt)).with_for_update())


def _current(attempt: Attempt) -> tuple[ColumnElement[bool], ...]:
    return RunRow.id == attempt.run_id, RunRow.attempts == attempt.number, RunRow.state == RunState.RUNNING


def put_back_stalled(db: Session, now: datetime, silent_for: timedelta) -> int:
    """Have runs whose worker went silent solved again; one that was tried too often has failed."""
    stalled = db.scalars(
        select(RunRow).where(RunRow.state == RunState.RUNNING, RunRow.heartbeat_at < now - silent_for).with_for_update()
    ).all()
    for row in stalled:
        end_attempt(row, "The machine stopped while it was planning.", now)
    return len(stalled)


def end_attempt(row: RunRow, error: str, now: datetime) -> None:
    """After a worker died: try again, unless it was tried often enough or nobody wants it any more."""
    if row.cancel_requested:
        row.state, row.finished_at = RunState.CANCELLED, now
    elif row.attempts >= MOST_ATTEMPTS:
        row.state, row.finished_at, row.error = RunState.FAILED, now, error
    else:
        row.state = RunState.QUEUED


def add_progress(db: Session, attempt: Attempt, reports: Iterable[Progress], now: datetime) -> bool | None:
    """Keep what a search reported, as a sign of life too; returns whether it is asked to stop.

    None, and nothing is kept, where the run is not this attempt's any more.
    """
    alive = update(RunRow).where(*_current(attempt)).values(heartbeat_at=now).returning(RunRow.cancel_requested)
    cancel_requested = db.scalar(alive)
    if cancel_requested is not None:
        _keep(db, attempt.run_id, reports)
    return cancel_requested


def _keep(db: Session, run_id: int, reports: Iterable[Progress]) -> None:
    number = db.scalar(select(func.max(RunProgressRow.number)).where(RunProgressRow.run_id == run_id))
    for index, report in enumerate(reports, start=0 if number is None else number + 1):
        db.add(
            RunProgressRow(
                run_id=run_id,
                number=index,
                seconds=report.seconds,
                phase=report.phase,
                score=report.score,
                bound=report.bound,
                placed=report.placed,
                groups=report.groups,
            )
        )


def _value(row: RunRow) -> Run:
    return Run(
        id=row.id,
        programme_id=row.programme_id,
        state=RunState(row.state),
        seconds=row.seconds,
        queued_at=row.queued_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        cancel_requested=row.cancel_requested,
        plan_id=row.plan_id,
        error=row.error,
        residents=row.residents,
        steps=tuple(
            RunStep(step.seconds, step.phase, step.score, step.bound, step.placed, step.groups) for step in row.progress
        ),
    )
