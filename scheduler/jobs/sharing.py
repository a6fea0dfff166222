"""The dispatcher for PostgreSQL: any number of processes, on any number of machines, share the work through a queue in
the database (`procrastinate`).

A worker has what it does by a lease: it gives signs of life, and where they stay away, others take over. A run's row is
the truth of it, and the queue only hands runs out: so what is lost from the queue is put into it again, and a run that
was tried too often has failed, with a sentence on its page.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import threading
import time
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any, Final

import structlog
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException, UniqueViolation
from procrastinate.jobs import DeleteJobCondition, Job, Status
from psycopg.conninfo import make_conninfo

from scheduler import job_queue
from scheduler.clock import now
from scheduler.db import Database
from scheduler.jobs.chores import attempted, attempted_meanwhile
from scheduler.jobs.shared_tasks import RUN, RUNS, WORK, add_runs, add_work
from scheduler.planning.runs import MOST_ATTEMPTS
from scheduler.planning.workers import GONE_AFTER, arrive, give_sign, leave, let_go, put_back_lost, waiting_runs
from scheduler.settings import Settings

LOOK_SECONDS: Final = 0.5
RETRY_SECONDS: Final = 2.0
WORK_AT_ONCE: Final = 4
"""Pieces of regular work that one worker does at the same time: fetching may take long, and mail must not wait."""
BESIDE: Final = 3
"""Threads for what must not wait for any of these: signs of life."""
CONNECTIONS: Final = 8
LOST_AFTER: Final = timedelta(minutes=2)
"""A run that is silent for so long, and that no worker holds, is lost. To compile the planner takes a minute."""
CATCH_UP_SECONDS: Final = 24 * 3600
"""What was due while no worker lived is done once one does, if it was due no longer ago than this."""
log = structlog.get_logger()


class SharingDispatcher:
    """One worker: solves so many ``runs`` at once, and does what regular work it gets."""

    def __init__(self, database: Database, settings: Settings, runs: int, lease_seconds: float) -> None:
        self._database = database
        self._settings = settings
        self._runs = runs
        self._lease_seconds = lease_seconds

    def serve(self, stop: threading.Event) -> None:
        """Work until told to stop; what is being solved then ends with the best it has. Where the database goes away,
        begin anew until it is back."""
        logging.getLogger("procrastinate").setLevel(logging.CRITICAL)  # what fails is told here, in one line
        while not stop.is_set():
            if not attempted("worker", lambda: asyncio.run(self._work(stop))):
                stop.wait(RETRY_SECONDS)

    async def _work(self, stop: threading.Event) -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(_tell_of)
        loop.set_default_executor(ThreadPoolExecutor(WORK_AT_ONCE + self._runs + BESIDE))
        stopping = threading.Event()
        connector = self._connector()
        runs, work = (App(connector=connector, periodic_defaults={"max_delay": CATCH_UP_SECONDS}) for _ in range(2))
        add_runs(runs, self._database, self._settings, stopping)
        add_work(work, self._database, self._settings, stopping)
        async with runs.open_async():
            tasks = [
                asyncio.create_task(self._take_part(work, WORK, WORK_AT_ONCE)),
                asyncio.create_task(self._look_after(runs)),
                asyncio.create_task(_told(stop)),
            ]
            if self._runs:
                tasks.append(asyncio.create_task(self._take_part(runs, RUNS, self._runs)))
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            stopping.set()
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
        if failed := next((each for each in ended if isinstance(each, Exception)), None):
            raise failed

    async def _take_part(self, app: App, queue: str, at_once: int) -> None:
        """Take jobs from a queue. The library stops where its connection is lost, once what it was at has ended."""
        how = self._how()
        while True:
            await attempted_meanwhile(queue, lambda: app.run_worker_async(queues=[queue], concurrency=at_once, **how))
            log.warning("the queue is away: asked again", queue=queue)
            await asyncio.sleep(RETRY_SECONDS)

    def _connector(self) -> PsycopgConnector:
        engine = self._database.engine
        _, arguments = engine.dialect.create_connect_args(engine.url)
        given = {name: str(value) for name, value in arguments.items() if isinstance(value, str | int)}
        options = f"{given.pop('options', '')} -c search_path={job_queue.SCHEMA}".strip()
        return PsycopgConnector(
            conninfo=make_conninfo(**{**given, "options": options, "application_name": "rounds worker"}),
            min_size=1,
            max_size=CONNECTIONS,
        )

    def _how(self) -> dict[str, Any]:
        return {
            "wait": True,
            "install_signal_handlers": False,
            "delete_jobs": DeleteJobCondition.ALWAYS,
            "fetch_job_polling_interval": self._beat_seconds,
            "update_heartbeat_interval": self._beat_seconds,
            "stalled_worker_timeout": self._lease_seconds,
        }

    @property
    def _beat_seconds(self) -> float:
        return self._lease_seconds / 3

    async def _look_after(self, app: App) -> None:
        """Give signs of life, hand out what waits, and take over what others have left."""
        worker_id = await asyncio.to_thread(self._arrive)
        log.info("worker began", worker=worker_id, runs=self._runs)
        next_beat = 0.0
        try:
            while True:
                if time.monotonic() >= next_beat:
                    await attempted_meanwhile("sign of life", lambda: self._beat(app, worker_id))
                    next_beat = time.monotonic() + self._beat_seconds
                if not await attempted_meanwhile("queue", lambda: self._hand_out(app)):
                    await asyncio.sleep(RETRY_SECONDS)
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            await asyncio.shield(asyncio.to_thread(attempted, "worker", lambda: self._leave(worker_id)))
            log.info("worker ended", worker=worker_id)

    async def _beat(self, app: App, worker_id: int) -> None:
        await asyncio.to_thread(self._give_sign, worker_id)
        stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=self._lease_seconds)
        for job in stalled:
            with suppress(ConnectorException):  # another worker was quicker
                await self._take_over(app, job)
        held = [_run_of(job) for job in await app.job_manager.list_jobs_async(task=RUN, status="doing")]
        if lost := await asyncio.to_thread(self._put_back_lost, held):
            log.warning("unfinished runs start again", runs=lost)

    async def _take_over(self, app: App, job: Job) -> None:
        """Have a job done that a worker was at that is gone; one that took several workers with it is given up."""
        if job.task_name == RUN and not await asyncio.to_thread(self._let_go, _run_of(job)):
            return  # somebody works at it after all
        log.warning("a worker is gone", work=job.task_name, attempts=job.attempts + 1)
        try:
            if job.attempts + 1 < MOST_ATTEMPTS:
                await app.job_manager.retry_job(job)
                return
        except UniqueViolation:  # the same waits already
            log.info("it waits already", work=job.task_name)
        await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)

    async def _hand_out(self, app: App) -> None:
        waiting = await asyncio.to_thread(self._waiting_runs)
        if not waiting:
            return
        known = {_run_of(job) for job in await app.job_manager.list_jobs_async(task=RUN)}
        for run_id in waiting:
            if run_id not in known:
                await _queue(app, run_id)

    def _arrive(self) -> int:
        with self._database.writing() as db:
            return arrive(db, socket.gethostname(), os.getpid(), self._runs, now())

    def _give_sign(self, worker_id: int) -> None:
        with self._database.writing() as db:
            give_sign(db, worker_id, now())

    def _leave(self, worker_id: int) -> None:
        with self._database.writing() as db:
            leave(db, worker_id)

    def _let_go(self, run_id: int) -> bool:
        with self._database.writing() as db:
            return let_go(db, run_id, timedelta(seconds=self._lease_seconds), now())

    def _put_back_lost(self, held: Collection[int]) -> int:
        with self._database.writing() as db:
            return put_back_lost(db, held, max(LOST_AFTER, GONE_AFTER), now())

    def _waiting_runs(self) -> tuple[int, ...]:
        with self._database.reading() as db:
            return waiting_runs(db)


def _run_of(job: Job) -> int:
    return int(str(job.task_kwargs["run_id"]))


async def _queue(app: App, run_id: int) -> None:
    """One that was asked for earlier is solved earlier, however often it was tried."""
    job = app.configure_task(RUN, queue=RUNS, queueing_lock=f"{RUN} {run_id}", priority=-run_id)
    try:
        await job.defer_async(run_id=run_id)
    except AlreadyEnqueued:  # by another worker at the same moment
        return


def _tell_of(_loop: asyncio.AbstractEventLoop, what: dict[str, Any]) -> None:
    """Of what the library leaves to nobody: the end of a job that another worker had taken over by then."""
    log.warning("the end of a job could not be noted", error=type(what.get("exception")).__name__)


async def _told(stop: threading.Event) -> None:
    while not stop.is_set():
        await asyncio.sleep(LOOK_SECONDS / 2)
