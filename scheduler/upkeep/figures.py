"""An installation in figures, for monitors: numbers of the whole, of nobody and of no programme."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select

from scheduler.calendars.faulty_feeds import count_faulty
from scheduler.db import Db
from scheduler.mail.troubles import outbox_state
from scheduler.people.tables import PersonRow
from scheduler.planning.workers import has_no_worker, workers_alive
from scheduler.plans.model import RunState
from scheduler.plans.tables import PlanRow, RunRow
from scheduler.sessions.tables import SessionRow
from scheduler.troubles.model import TroubleState
from scheduler.troubles.tables import TroubleRow
from solvers.gap import gap_of

_GOING: Final = (RunState.QUEUED, RunState.RUNNING)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its name and meaning as Prometheus has them, and its value; by ``state`` where it has several."""

    name: str
    meaning: str
    value: float
    state: str = ""


def installation_figures(db: Db, now: datetime) -> tuple[Figure, ...]:
    """All figures as of now. What there is none of is left out."""
    runs = dict(
        db.execute(select(RunRow.state, func.count()).where(RunRow.state.in_(_GOING)).group_by(RunRow.state)).all()
    )
    outbox = outbox_state(db)
    ahead = select(func.count()).select_from(SessionRow).where(SessionRow.starts_at > now)
    open_ones = select(func.count()).select_from(TroubleRow).where(TroubleRow.state == TroubleState.OPEN)
    return (
        *(
            Figure("rounds_runs", "Plans that are being made or wait.", runs.get(state, 0), state.value)
            for state in _GOING
        ),
        *_last_run(db),
        *_workers(db, now),
        Figure("rounds_mail_waiting", "E-mails that wait to be sent.", outbox.waiting),
        Figure("rounds_mail_given_up", "E-mails that were given up and are still known.", outbox.given_up),
        Figure(
            "rounds_troubles_open", "Troubles in published plans that nobody has settled.", db.scalar(open_ones) or 0
        ),
        Figure("rounds_feeds_out_of_date", "Calendar feeds that serve an older version.", count_faulty(db)),
        Figure("rounds_sessions_ahead", "Published sessions to come.", db.scalar(ahead) or 0),
        Figure("rounds_people", "People known.", db.scalar(select(func.count()).select_from(PersonRow)) or 0),
    )


def _workers(db: Db, now: datetime) -> tuple[Figure, ...]:
    """Where workers are needed: on SQLite the process that serves pages does everything."""
    alive = workers_alive(db, now)
    if not alive and not has_no_worker(db, now):
        return ()
    return (Figure("rounds_workers", "Workers that make plans and send e-mail.", len(alive)),)


def _last_run(db: Db) -> tuple[Figure, ...]:
    """How long the last plan took to make, and how far it can be from the best one."""
    last = db.execute(
        select(RunRow.started_at, RunRow.finished_at, PlanRow.score, PlanRow.bound, PlanRow.points)
        .join(PlanRow, PlanRow.id == RunRow.plan_id)
        .where(RunRow.finished_at.is_not(None), RunRow.started_at.is_not(None))
        .order_by(RunRow.id.desc())
        .limit(1)
    ).one_or_none()
    if last is None:
        return ()
    took = Figure(
        "rounds_run_seconds", "How long the last plan took.", (last.finished_at - last.started_at).total_seconds()
    )
    gap = gap_of(last.score, last.bound, last.points.get("placed", 0))
    shown = "How far the last plan can be from the best one, of what is at stake."
    return (took,) if gap is None else (took, Figure("rounds_run_gap", shown, gap))
