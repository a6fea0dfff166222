"""One attempt at a run, in a child process: started, waited for, ended, and noted how it ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import Final

import structlog

from scheduler.clock import now
from scheduler.db import Database
from scheduler.planning.runs import Attempt, end_attempt, find_attempted
from scheduler.planning.workers import give_back
from scheduler.settings import Settings, as_environment

GRACE_SECONDS: Final = 15
NOT_STARTED: Final = "The planning process could not be started."
DIED: Final = "The planning process died."
log = structlog.get_logger()


class Solving:
    """The child that works at an attempt. It is started at once; raises OSError where that fails, and the attempt then
    has ended."""

    def __init__(self, database: Database, settings: Settings, attempt: Attempt) -> None:
        self._database = database
        self._attempt = attempt
        self._is_told_to_end = False
        try:
            self._child = _started(settings, attempt)
        except OSError:
            self._end_attempt(NOT_STARTED)
            raise
        log.info("run started", run=attempt.run_id, attempt=attempt.number, pid=self._child.pid)

    @property
    def process_id(self) -> int:
        """The child's."""
        return self._child.pid

    def has_ended(self) -> bool:
        """Whether the child is no more."""
        return self._child.poll() is not None

    def end(self) -> None:
        """Have it end with the best it has, and if it does not, without."""
        self._is_told_to_end = True
        self._child.send_signal(signal.SIGINT)
        try:
            self._child.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()

    def note_end(self) -> None:
        """Note how a child ended. One that died without a word is tried again, and one that was told to end before it
        had anything, however often. To be said again until it succeeds."""
        if self._is_told_to_end:
            with self._database.writing() as db:
                give_back(db, self._attempt, now())
        else:
            self._end_attempt(DIED)
        log.info("run ended", run=self._attempt.run_id, status=self._child.returncode)

    def _end_attempt(self, error: str) -> None:
        with self._database.writing() as db:
            row = find_attempted(db, self._attempt)
            if row is not None:
                end_attempt(row, error, now())


def _started(settings: Settings, attempt: Attempt) -> subprocess.Popen[bytes]:
    numbers = (attempt.run_id, attempt.number, os.getpid())
    return subprocess.Popen(
        [sys.executable, "-m", "scheduler.jobs.child", *map(str, numbers)],
        env={**os.environ, **as_environment(settings)},
        start_new_session=True,
    )
