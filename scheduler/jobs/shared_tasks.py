"""What workers share on PostgreSQL, as tasks of the library `procrastinate`: a job for each run that waits, and one
for each piece of regular work whenever its time has come, on whichever worker is free.

The library sees to it that one worker has a job, and that a piece of regular work is not begun while it is going on.
Where a worker was taken for dead and is not, its attempt at a run counts no more, and regular work is not begun by
another as long as the first is at it: that is held by a lock of the database (``one_at_a_time``).
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Final

from procrastinate import App
from procrastinate.exceptions import AlreadyEnqueued

from scheduler.clock import now
from scheduler.db import Database
from scheduler.jobs.calendar_downloads import Fetching
from scheduler.jobs.chores import Chore, attempted
from scheduler.jobs.one_at_a_time import only_one
from scheduler.jobs.regular_work import (
    CALENDAR_SECONDS,
    WEBHOOK_SECONDS,
    follow_up,
    living_programmes,
    regular_work,
)
from scheduler.jobs.solving import Solving
from scheduler.jobs.telling_programs import Telling
from scheduler.planning.workers import claim_run
from scheduler.settings import Settings

RUNS, WORK = "runs", "work"
"""The queues: a long run must not keep a reminder waiting."""
RUN: Final = "run"
FOLLOW_UP: Final = "follow up"
LEAST_SECONDS: Final = 1
_LOOK_SECONDS: Final = 0.2
_RETRY_SECONDS: Final = 2.0
_MINUTE, _HOUR, _DAY = 60, 3600, 24 * 3600


def when(every_seconds: float) -> str:
    """The times of regular work as a line of cron, with seconds behind it where it is oftener than each minute."""
    seconds = max(LEAST_SECONDS, round(every_seconds))
    if seconds < _MINUTE:
        return f"* * * * * */{seconds}"
    if seconds < _HOUR:
        return f"*/{seconds // _MINUTE} * * * *"
    return f"0 */{seconds // _HOUR} * * *" if seconds < _DAY else "0 0 * * *"


def add_runs(app: App, database: Database, settings: Settings, stopping: threading.Event) -> None:
    """Have an application know how runs are solved. Once ``stopping`` is set, one that is going on ends soon."""

    @app.task(name=RUN, queue=RUNS)
    def run(run_id: int) -> None:
        attempted(RUN, lambda: solve(database, settings, run_id, stopping))


def add_work(app: App, database: Database, settings: Settings, stopping: threading.Event) -> None:
    """The same for regular work, and when it is to be done."""
    for name, do, seconds in regular_work(database, settings):
        _add_regular(app, database, stopping, name, do, seconds)
    fetching, telling = Fetching(database, settings), Telling(database, settings)
    _add_regular(app, database, stopping, "other calendars", lambda: fetching.do_all(stopping), CALENDAR_SECONDS)
    _add_regular(app, database, stopping, "webhooks", lambda: telling.do_all(stopping), WEBHOOK_SECONDS)
    _add_follow_up(app, database)


def solve(database: Database, settings: Settings, run_id: int, stopping: threading.Event) -> None:
    """Solve a run if it still waits. Told to stop, it ends with the best it has."""
    with database.writing() as db:
        attempt = claim_run(db, run_id, now())
    if attempt is None:
        return
    solving = Solving(database, settings, attempt)
    while not solving.has_ended():
        if stopping.wait(_LOOK_SECONDS):
            solving.end()
    while not attempted("reap", solving.note_end):  # a database that was away is told again
        if stopping.wait(_RETRY_SECONDS):
            return


def _add_regular(
    app: App,
    database: Database,
    stopping: threading.Event,
    name: str,
    do: Callable[[], object],
    every_seconds: float,
) -> None:
    chore = Chore(name, do)  # one that fails is put off, and ever longer

    def work() -> None:
        with only_one(database, name) as alone:
            while alone and chore.attend() and not stopping.is_set():
                pass  # the next portion: other work is done beside it

    def task(timestamp: int) -> None:  # noqa: ARG001 - which the library gives
        attempted(name, work)

    _periodically(app, name, task, every_seconds)


def _add_follow_up(app: App, database: Database) -> None:
    """Each programme's facts are brought up to date once a day, as jobs that any worker takes."""

    @app.task(name=FOLLOW_UP, queue=WORK)
    def programme(programme_id: int) -> None:
        attempted(FOLLOW_UP, lambda: follow_up(database, programme_id))

    async def every_programme(timestamp: int) -> None:  # noqa: ARG001 - which the library gives
        for programme_id in await asyncio.to_thread(living_programmes, database):
            only = f"{FOLLOW_UP} {programme_id}"
            try:
                await programme.configure(lock=only, queueing_lock=only).defer_async(programme_id=programme_id)
            except AlreadyEnqueued:  # it waits since yesterday
                continue

    _periodically(app, "daily follow-up", every_programme, _DAY)


def _periodically(app: App, name: str, do: Callable[[int], object], every_seconds: float) -> None:
    """At most one job of a name waits, and one is being done."""
    task = app.task(name=name, queue=WORK, lock=name, queueing_lock=name)(do)
    app.periodic(cron=when(every_seconds))(task)
