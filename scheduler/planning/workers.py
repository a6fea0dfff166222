"""Which workers there are, and taking over what one left that is gone.

On PostgreSQL any number of workers shares the work. A run belongs to a worker by its attempt: once it is given to
another, what the first one still says counts nothing (:class:`scheduler.planning.runs.Attempt`). So it may be taken
away on suspicion, but for the time that is lost.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, select, update

from scheduler.db import Db
from scheduler.planning.runs import Attempt, claim_next_run, end_attempt, find_attempted
from scheduler.plans.model import RunState
from scheduler.plans.tables import RunRow, WorkerRow

GONE_AFTER: Final = timedelta(minutes=1)
"""A worker that has given no sign of life for so long is not counted on."""
FORGOTTEN_AFTER: Final = timedelta(days=1)
MACHINE_STOPPED: Final = "The machine stopped while it was planning."


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker that lives, and when it last said so."""

    machine: str
    process_id: int
    runs: int
    started_at: datetime
    seen_at: datetime


def workers_alive(db: Db, now: datetime) -> tuple[Worker, ...]:
    """The workers that have given a sign of life of late, the oldest first."""
    alive = select(WorkerRow).where(WorkerRow.seen_at > now - GONE_AFTER).order_by(WorkerRow.id)
    return tuple(
        Worker(row.machine, row.process_id, row.runs, row.started_at, row.seen_at) for row in db.scalars(alive)
    )


def has_no_worker(db: Db, now: datetime) -> bool:
    """Whether nobody makes plans and sends e-mail, on a database for which workers do that. On SQLite the process that
    serves the pages does, and ends with them."""
    if db.get_bind().dialect.name != "postgresql":
        return False
    alive = select(func.count()).select_from(WorkerRow).where(WorkerRow.seen_at > now - GONE_AFTER)
    return not db.scalar(alive)


def arrive(db: Db, machine: str, process_id: int, runs: int, now: datetime) -> int:
    """Note a worker that begins; returns its number. Those that left without a word long ago are forgotten."""
    db.execute(delete(WorkerRow).where(WorkerRow.seen_at < now - FORGOTTEN_AFTER))
    row = WorkerRow(machine=machine, process_id=process_id, runs=runs, started_at=now, seen_at=now)
    db.add(row)
    db.flush()
    return row.id


def give_sign(db: Db, worker_id: int, now: datetime) -> None:
    """Note that a worker lives."""
    db.execute(update(WorkerRow).where(WorkerRow.id == worker_id).values(seen_at=now))


def leave(db: Db, worker_id: int) -> None:
    """Note that a worker ends."""
    db.execute(delete(WorkerRow).where(WorkerRow.id == worker_id))


def waiting_runs(db: Db) -> tuple[int, ...]:
    """The runs that wait to be solved, the oldest first."""
    return tuple(db.scalars(select(RunRow.id).where(RunRow.state == RunState.QUEUED).order_by(RunRow.id)))


def claim_run(db: Db, run_id: int, now: datetime) -> Attempt | None:
    """Take this run for a worker; None where it does not wait, or another is just taking it."""
    return claim_next_run(db, now, RunRow.id == run_id)


def let_go(db: Db, run_id: int, silent_for: timedelta, now: datetime) -> bool:
    """Whether a run that a lost worker had may be given to another: it is put back if nobody has worked at it for this
    long. One that waits, has ended or is not there any more is nobody's either."""
    row = db.get(RunRow, run_id, with_for_update=True)
    if row is None or row.state != RunState.RUNNING:
        return True
    if row.heartbeat_at is not None and row.heartbeat_at > now - silent_for:
        return False
    end_attempt(row, MACHINE_STOPPED, now)
    return True


def give_back(db: Db, attempt: Attempt, now: datetime) -> None:
    """Have a run solved again that its worker was told to leave: that says nothing about the run."""
    row = find_attempted(db, attempt)
    if row is None:
        return
    if row.cancel_requested:
        row.state, row.finished_at = RunState.CANCELLED, now
    else:
        row.state = RunState.QUEUED


def put_back_lost(db: Db, held: Collection[int], silent_for: timedelta, now: datetime) -> int:
    """Have runs solved again that have been silent for this long and are not among those that a worker holds; returns
    how many."""
    lost = db.scalars(
        select(RunRow)
        .where(RunRow.state == RunState.RUNNING, RunRow.heartbeat_at < now - silent_for, RunRow.id.not_in(held))
        .with_for_update(skip_locked=True)
    ).all()
    for row in lost:
        end_attempt(row, MACHINE_STOPPED, now)
    return len(lost)
