"""Runs: asking for one, what it reports, stopping it. The solving itself is in ``scheduler.jobs``."""

from __future__ import annotations

import json
import math
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.orm import selectinload

from scheduler.audit.service import record
from scheduler.audit.tables import AuditRow
from scheduler.db import Db
from scheduler.errors import NotFound, NotPossible, Rejected
from scheduler.languages import say, say_many
from scheduler.paging import Paging, page_of
from scheduler.people.model import Actor, Role
from scheduler.people.tables import PersonRow
from scheduler.planning.instance_builder import build_instance
from scheduler.planning.last_term import groups_before
from scheduler.planning.readiness import must_be_worth_solving
from scheduler.planning.repair import Repair, in_favour_of_staying, repair_to_json
from scheduler.planning.run_inputs import asked_of, is_afresh
from scheduler.planning.same_run import find_same
from scheduler.planning.trial_steps import step_to_text, steps_of, with_steps
from scheduler.plans.model import PlanState, Run, RunState, RunStep, Stopped
from scheduler.plans.tables import PlanRow, RunProgressRow, RunRow
from scheduler.programmes.life import must_go_on
from scheduler.programmes.service import get_programme, lock_programme
from solvers.codec import instance_to_json
from solvers.instance import Instance
from solvers.progress import Progress
from solvers.reasons.facts import Step
from solvers.solve import WORTH_THE_UPHEAVAL as WORTH_THE_UPHEAVAL

DEFAULT_SECONDS = 30.0
LEAST_SECONDS, MOST_SECONDS = 1.0, 3600.0
MOST_ATTEMPTS = 3
MOST_WAITING = 6
"""So many runs of a programme wait at most."""
STOPPED = "run.cancelled"
"""What the audit trail calls that a run was asked to stop."""
_GOING = (RunState.QUEUED, RunState.RUNNING)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a run, counted from 1. Once the run is put back, what an older attempt still says counts nothing."""

    run_id: int
    number: int


def start_run(
    db: Db,
    actor: Actor,
    programme_id: int,
    now: datetime,
    *,
    seconds: float | None = None,
    workers: int = 2,
    seed: int = 1,
    steps: tuple[Step[int], ...] = (),
    afresh: bool = False,
    once: bool = False,
) -> int:
    """Ask for a plan; returns the run's id. It waits for its turn where others are going on. With ``once`` a run that
    is asked the very same and has not ended is answered instead of a second one.

    Another ``seed`` starts elsewhere and mostly ends in another plan; ``steps`` are tried in the place of the
    programme's rules, and the draft says so. ``afresh`` holds to no group that there is, but to those that people
    formed themselves.
    """
    must_be_free_to_run(db, actor, programme_id)
    instance = with_steps(build_instance(db, programme_id, now), steps)
    must_be_worth_solving(db, actor, programme_id, instance)
    if not afresh and groups_before(db, programme_id):
        instance = in_favour_of_staying(instance)
    lasts = within_limits(seconds or DEFAULT_SECONDS)
    if once and (same := find_same(db, programme_id, instance, seconds=lasts, seed=seed, steps=steps, afresh=afresh)):
        return same
    return queue_run(
        db, actor, programme_id, instance, now,
        seconds=lasts, workers=workers, seed=seed, steps=steps, afresh=afresh,
    )  # fmt: skip


def within_limits(seconds: float) -> float:
    """How long a run lasts that is asked to last so many seconds. Raises Rejected for what is no number of them."""
    if not math.isfinite(seconds):
        raise Rejected(say("Enter a number."))
    return min(max(seconds, LEAST_SECONDS), MOST_SECONDS)


def start_again(db: Db, actor: Actor, run_id: int, now: datetime) -> int:
    """Ask once more for what a run was asked: the same time, start and rules tried, with everything else as it is by
    now; returns the new run's id."""
    run = get_run(db, actor, run_id)
    if run.is_repair:
        raise NotPossible(
            say("A repair can’t be run again as it was: it was about what was published then."),
            what_to_do=say("Ask for a new one on the page of repairs."),
        )
    if run.is_improvement:
        raise NotPossible(
            say("This run went on from a draft, so it can’t be run again as it was."),
            what_to_do=say("Improve the rest of that draft again."),
        )
    same = {"seconds": run.seconds, "workers": run.workers, "seed": run.seed, "steps": run.tried}
    return start_run(db, actor, run.programme_id, now, **same, afresh=run.is_afresh)  # type: ignore[arg-type]


def try_step(
    db: Db, actor: Actor, programme_id: int, plan_id: int, step: Step[int], now: datetime, *, workers: int
) -> int:
    """Ask for a plan as a plan was asked for, with one more rule tried, so that what differs comes of that rule;
    returns the new run's id. Where it came of no run that can be asked for again, everything else is as ever."""
    of_plan = (RunRow.plan_id == plan_id, RunRow.programme_id == programme_id)
    run_id = db.scalar(select(RunRow.id).where(*of_plan).limit(1))
    run = get_run(db, actor, run_id) if run_id is not None else None
    if run is None or run.is_repair or run.is_improvement:
        return start_run(db, actor, programme_id, now, workers=workers, steps=(step,))
    others = tuple(each for each in run.tried if (each.kind, each.subject) != (step.kind, step.subject))
    return start_run(
        db, actor, programme_id, now,
        seconds=run.seconds, workers=run.workers, seed=run.seed, steps=(*others, step), afresh=run.is_afresh,
    )  # fmt: skip


def must_be_free_to_run(db: Db, actor: Actor, programme_id: int) -> None:
    """Lock the programme for a new run of the actor's. Raises :class:`NotPossible` where too many wait."""
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    must_go_on(db, programme_id)
    waiting = (RunRow.programme_id == programme_id, RunRow.state == RunState.QUEUED)
    if (db.scalar(select(func.count()).select_from(RunRow).where(*waiting)) or 0) >= MOST_WAITING:
        raise NotPossible(
            say_many("%(num)s plan is already waiting.", "%(num)s plans are already waiting.", MOST_WAITING),
            what_to_do=say("Wait for one to be made, or stop one first."),
        )


def queue_run(
    db: Db,
    actor: Actor,
    programme_id: int,
    instance: Instance,
    now: datetime,
    *,
    seconds: float,
    workers: int,
    repair: Repair | None = None,
    seed: int = 1,
    steps: tuple[Step[int], ...] = (),
    afresh: bool = False,
) -> int:
    """Have a problem solved; returns the run's id. :func:`must_be_free_to_run` comes first."""
    row = RunRow(
        programme_id=programme_id,
        state=RunState.QUEUED,
        seconds=within_limits(seconds),
        workers=workers,
        seed=seed,
        instance=json.dumps(instance_to_json(instance), separators=(",", ":")),
        residents=len(instance.residents),
        requested_by=actor.person_id,
        queued_at=now,
        repair=repair_to_json(repair) if repair else None,
        trial_steps=[step_to_text(step) for step in steps] or None,
        asked=asked_of(get_programme(db, programme_id), instance, afresh=afresh),
    )
    db.add(row)
    db.flush()
    action = "repair.asked" if repair else "run.asked"
    record(db, actor, action, now, programme_id, run=row.id, residents=len(instance.residents))
    return row.id


def get_run(db: Db, actor: Actor, run_id: int) -> Run:
    """A run with all that it has reported."""
    row = db.scalar(select(RunRow).where(RunRow.id == run_id).options(selectinload(RunRow.progress)))
    if row is None:
        raise NotFound(say("We can’t find that planning run."))
    actor.must_have(row.programme_id, Role.COORDINATOR)
    ahead = db.scalar(select(func.count()).select_from(RunRow).where(RunRow.state.in_(_GOING), RunRow.id < run_id)) or 0
    name = db.scalar(select(PersonRow.name).where(PersonRow.id == row.requested_by)) if row.requested_by else ""
    return _value(row, name or "", row.progress, ahead)


def find_current_run(db: Db, actor: Actor, programme_id: int) -> Run | None:
    """The run that works for this programme, or else the first that waits."""
    return next(iter(runs_going(db, actor, programme_id)), None)


def runs_going(db: Db, actor: Actor, programme_id: int) -> tuple[Run, ...]:
    """The runs of a programme that work or wait, in their order, each with its last report alone."""
    actor.must_have(programme_id, Role.COORDINATOR)
    return _runs(db, RunRow.programme_id == programme_id, RunRow.state.in_(_GOING), first=RunRow.id.asc())


def _runs(db: Db, *which: ColumnElement[bool], first: ColumnElement[int]) -> tuple[Run, ...]:
    rows = db.execute(
        select(RunRow, PersonRow.name)
        .outerjoin(PersonRow, PersonRow.id == RunRow.requested_by)
        .where(*which)
        .order_by(first)
    ).all()
    last = (
        select(RunProgressRow.run_id, func.max(RunProgressRow.number).label("number"))
        .where(RunProgressRow.run_id.in_([row.id for row, _ in rows]))
        .group_by(RunProgressRow.run_id)
        .subquery()
    )
    on_last = and_(RunProgressRow.run_id == last.c.run_id, RunProgressRow.number == last.c.number)
    reports = {report.run_id: report for report in db.scalars(select(RunProgressRow).join(last, on_last))}
    queue = sorted(db.scalars(select(RunRow.id).where(RunRow.state.in_(_GOING))))
    return tuple(
        _value(row, name or "", [reports[row.id]] if row.id in reports else [], bisect_left(queue, row.id))
        for row, name in rows
    )


def list_runs(db: Db, actor: Actor, programme_id: int, asked: Paging) -> tuple[tuple[Run, ...], Paging]:
    """A page of the runs of a programme that have ended, the newest first, each with its last report alone."""
    actor.must_have(programme_id, Role.COORDINATOR)
    ended = (RunRow.programme_id == programme_id, RunRow.state.not_in(_GOING))
    ids, paging = page_of(db, select(RunRow.id).where(*ended).order_by(RunRow.id.desc()), asked)
    return _runs(db, RunRow.id.in_([found.id for found in ids]), first=RunRow.id.desc()), paging


def has_groups_to_keep(db: Db, actor: Actor, programme_id: int) -> bool:
    """Whether a new plan would hold to groups that there are: published ones, or those of the term before."""
    actor.must_have(programme_id, Role.COORDINATOR)
    published = (PlanRow.programme_id == programme_id, PlanRow.state == PlanState.PUBLISHED)
    return db.scalar(select(PlanRow.id).where(*published)) is not None or bool(groups_before(db, programme_id))


def is_running(db: Db, programme_id: int) -> bool:
    """Whether a run waits or works for this programme."""
    going = (RunRow.programme_id == programme_id, RunRow.state.in_(_GOING))
    return db.scalar(select(RunRow.id).where(*going).limit(1)) is not None


def cancel_run(db: Db, actor: Actor, run_id: int, now: datetime) -> None:
    """Ask a run to stop: a waiting one never starts, a working one ends with the best it has."""
    row = db.get(RunRow, run_id, with_for_update=True)
    if row is None:
        raise NotFound(say("We can’t find that planning run."))
    actor.must_have(row.programme_id, Role.COORDINATOR)
    if row.state.ended:
        raise NotPossible(say("This planning run has already ended."))
    row.cancel_requested = True
    if row.state == RunState.QUEUED:
        row.state, row.finished_at = RunState.CANCELLED, now
    record(db, actor, STOPPED, now, row.programme_id, run=run_id)


def stopping_of(db: Db, actor: Actor, run_id: int) -> Stopped | None:
    """That a run was stopped, by whom and when; None where it was not."""
    row = db.get(RunRow, run_id)
    if row is None or not row.cancel_requested:
        return None
    actor.must_have(row.programme_id, Role.COORDINATOR)
    asked = (
        select(AuditRow.at, PersonRow.name)
        .outerjoin(PersonRow, PersonRow.id == AuditRow.actor_id)
        .where(AuditRow.programme_id == row.programme_id, AuditRow.action == STOPPED, AuditRow.at >= row.queued_at)
        .where(AuditRow.details["run"].as_integer() == run_id)
        .order_by(AuditRow.id)
        .limit(1)
    )
    found = db.execute(asked).one_or_none()
    end, start = row.finished_at, row.started_at
    after = (end - start).total_seconds() if end is not None and start is not None else 0.0
    return Stopped(row.seconds, after, found.at if found else None, (found.name or "") if found else "")


def stopping_of_plan(db: Db, actor: Actor, plan_id: int) -> Stopped | None:
    """The same of the run that a plan came of."""
    run_id = db.scalar(select(RunRow.id).where(RunRow.plan_id == plan_id).order_by(RunRow.id.desc()).limit(1))
    return None if run_id is None else stopping_of(db, actor, run_id)


def any_waiting(db: Db) -> bool:
    """Whether a run waits to be solved."""
    return db.scalar(select(RunRow.id).where(RunRow.state == RunState.QUEUED).limit(1)) is not None


def claim_next_run(db: Db, now: datetime, *which: ColumnElement[bool]) -> Attempt | None:
    """Take the oldest waiting run for a worker, of ``which`` may be taken; None where nothing waits."""
    waiting = select(RunRow).where(RunRow.state == RunState.QUEUED, *which).order_by(RunRow.id).limit(1)
    row = db.scalar(waiting.with_for_update(skip_locked=True))
    if row is None:
        return None
    row.state, row.started_at, row.heartbeat_at = RunState.RUNNING, now, now
    row.attempts += 1
    return Attempt(row.id, row.attempts)


def find_attempted(db: Db, attempt: Attempt) -> RunRow | None:
    """The row of the run that this attempt still works at, locked; None once it was put back or has ended."""
    return db.scalar(select(RunRow).where(*_current(attempt)).with_for_update())


def _current(attempt: Attempt) -> tuple[ColumnElement[bool], ...]:
    return RunRow.id == attempt.run_id, RunRow.attempts == attempt.number, RunRow.state == RunState.RUNNING


def put_back_stalled(db: Db, now: datetime, silent_for: timedelta) -> int:
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


def add_progress(db: Db, attempt: Attempt, reports: Iterable[Progress], now: datetime) -> bool | None:
    """Keep what a search reported, as a sign of life too; returns whether it is asked to stop.

    None, and nothing is kept, where the run is not this attempt's any more.
    """
    alive = update(RunRow).where(*_current(attempt)).values(heartbeat_at=now).returning(RunRow.cancel_requested)
    cancel_requested = db.scalar(alive)
    if cancel_requested is not None:
        _keep(db, attempt.run_id, reports)
    return cancel_requested


def _keep(db: Db, run_id: int, reports: Iterable[Progress]) -> None:
    """A report that says what the one before said is not worth a line."""
    last = db.scalar(
        select(RunProgressRow).where(RunProgressRow.run_id == run_id).order_by(RunProgressRow.number.desc()).limit(1)
    )
    number, known = (-1, None) if last is None else (last.number, _found(last))
    for report in reports:
        if _found(report) == known:
            continue
        number, known = number + 1, _found(report)
        values = {name: getattr(report, name) for name in ("seconds", "phase", *_FOUND)}
        db.add(RunProgressRow(run_id=run_id, number=number, **values))


_FOUND = ("score", "bound", "placed", "groups", "held", "coming", "seats")


def _found(report: Progress | RunProgressRow) -> tuple[int | None, ...]:
    return tuple(getattr(report, name) for name in _FOUND)


def _value(row: RunRow, asked_by: str, reports: Iterable[RunProgressRow], ahead: int) -> Run:
    return Run(
        id=row.id,
        programme_id=row.programme_id,
        state=row.state,
        seconds=row.seconds,
        queued_at=row.queued_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        cancel_requested=row.cancel_requested,
        plan_id=row.plan_id,
        error=row.error,
        residents=row.residents,
        is_repair=row.repair is not None,
        is_improvement=row.improves is not None,
        steps=tuple(
            RunStep(
                step.seconds, step.phase, step.score, step.bound, step.placed, step.groups,
                step.held, step.coming, step.seats,
            )
            for step in reports
        ),
        seed=row.seed,
        workers=row.workers,
        tried=steps_of(row.trial_steps),
        asked=row.asked,
        is_afresh=is_afresh(row.asked),
        asked_by=asked_by,
        ahead=ahead if not row.state.ended else 0,
    )  # fmt: skip
