"""The embedded dispatcher: runs that wait are solved one after another in supervised child processes.

State lives in the run's row alone, so after a crash an unfinished run simply starts again.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import date, timedelta

import structlog
from sqlalchemy import select

from scheduler.calendars.service import refresh
from scheduler.clock import now
from scheduler.db import Database
from scheduler.mail.service import send_waiting
from scheduler.plans.model import RunState
from scheduler.plans.runs import any_waiting, claim_next_run, end_attempt, put_back_stalled
from scheduler.plans.tables import RunRow
from scheduler.programmes.tables import ProgrammeRow
from scheduler.settings import Settings, as_environment

LOOK_SECONDS = 0.3
GRACE_SECONDS = 15
log = structlog.get_logger()


class Dispatcher:
    """Looks for waiting runs and mail, and solves one run at a time."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._child: subprocess.Popen[bytes] | None = None
        self._run_id = 0
        self._feeds_looked_at: date | None = None

    @property
    def child_pid(self) -> int | None:
        """The process that solves now, if there is one."""
        return self._child.pid if self._child else None

    def serve(self, stop: threading.Event) -> None:
        """Work until told to stop; a child that still solves then ends with the best it has."""
        self._put_back_unfinished()
        while not stop.wait(LOOK_SECONDS):
            self.look_once()
        self.close()

    def look_once(self) -> None:
        """Reap a child that has ended, start one for the next waiting run, send mail that waits."""
        if self._child is not None and self._child.poll() is not None:
            self._reap()
        if self._child is None:
            self._start_next()
        send_waiting(self._database, self._settings, now())
        if now().date() != self._feeds_looked_at:
            self._feeds_looked_at = now().date()
            refresh_every_programme(self._database)

    def close(self) -> None:
        """End the child, if there is one: politely first."""
        if self._child is None:
            return
        self._child.send_signal(signal.SIGINT)
        try:
            self._child.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self._reap()

    def _put_back_unfinished(self) -> None:
        """Nobody else solves on an embedded installation: whatever still runs was left by a crash."""
        with self._database.writing() as db:
            count = put_back_stalled(db, now(), timedelta(seconds=-1))
        if count:
            log.warning("unfinished runs start again", runs=count)

    def _start_next(self) -> None:
        with self._database.reading() as db:
            if not any_waiting(db):
                return
        with self._database.writing() as db:
            run_id = claim_next_run(db, now())
        if run_id is None:
            return
        self._run_id = run_id
        self._child = subprocess.Popen(
            [sys.executable, "-m", "scheduler.jobs.child", str(run_id)],
            env={**os.environ, **as_environment(self._settings)},
            start_new_session=True,
        )
        log.info("run started", run=run_id, pid=self._child.pid)

    def _reap(self) -> None:
        """Note how the child ended; one that died without a word is tried again."""
        assert self._child is not None
        status, self._child = self._child.returncode, None
        log.info("run ended", run=self._run_id, status=status)
        with self._database.writing() as db:
            row = db.get_one(RunRow, self._run_id, with_for_update=True)
            if row.state == RunState.RUNNING:
                end_attempt(row, "The planning process died.", now())


def refresh_every_programme(database: Database) -> None:
    """Once a day, since cancelled sessions leave the feeds after a while without anybody changing anything."""
    with database.reading() as db:
        programme_ids = db.scalars(select(ProgrammeRow.id)).all()
    for programme_id in programme_ids:
        with database.writing() as db:
            refresh(db, programme_id, now())
