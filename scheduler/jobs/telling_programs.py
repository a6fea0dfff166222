"""Programs told of changes, in a process of its own, ``python -m scheduler.jobs.telling_programs``: a slow server holds
up nothing else, and ending the process ends the waiting."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import Final

from scheduler.availability.calendar_download import Fetcher
from scheduler.bootstrap import open_database
from scheduler.clock import now
from scheduler.db import Database
from scheduler.jobs.chores import attempted
from scheduler.jobs.parents import die_with_parent
from scheduler.logs import log_to_standard_error
from scheduler.settings import Settings, as_environment, load
from scheduler.webhooks.delivery import any_due, deliver_due

COMMAND = (sys.executable, "-m", "scheduler.jobs.telling_programs")


MOST_SECONDS: Final = 1800.0
"""Enough for the lines of many, were each as slow as is allowed."""


class Telling:
    """Has programs told of what is due, by one child process at a time, which is ended after ``most_seconds``."""

    def __init__(self, database: Database, settings: Settings, most_seconds: float = MOST_SECONDS) -> None:
        self._database = database
        self._settings = settings
        self._most_seconds = most_seconds
        self._ends = 0.0
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def process_id(self) -> int | None:
        """The child that tells now; None where nobody is told."""
        return self._child.pid if self._child else None

    def look(self) -> None:
        """Start a child if anything is due and none tells; raises CalledProcessError for one that failed, and
        TimeoutExpired for one that took too long. What it had not told stays due."""
        if self._child is not None and not self._has_ended(self._child):
            if time.monotonic() < self._ends:
                return
            self.close()
            raise subprocess.TimeoutExpired(COMMAND, self._most_seconds)
        with self._database.reading() as db:
            if not any_due(db, now()):
                return
        environment = {**os.environ, **as_environment(self._settings)}
        self._child = subprocess.Popen((*COMMAND, str(os.getpid())), env=environment, start_new_session=True)
        self._ends = time.monotonic() + self._most_seconds

    def close(self) -> None:
        """End the child, if there is one."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            self._child = None

    def _has_ended(self, child: subprocess.Popen[bytes]) -> bool:
        status = child.poll()
        if status is None:
            return False
        self._child = None
        if status:
            raise subprocess.CalledProcessError(status, COMMAND)
        return True


def tell() -> None:
    """Tell everybody of what is due, once."""
    settings = load()
    database = open_database(settings)
    try:
        deliver_due(database, settings.secret_key, now(), Fetcher())
    finally:
        database.close()


if __name__ == "__main__":
    die_with_parent(int(sys.argv[1]))
    log_to_standard_error()
    sys.exit(0 if attempted("webhooks", tell) else 1)
