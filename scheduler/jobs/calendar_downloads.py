"""Other calendars and rotas at addresses, fetched in a process of its own, ``python -m
scheduler.jobs.calendar_downloads``: a slow server holds up nothing else, and ending the process ends the waiting.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from typing import Final

from scheduler.availability import other_calendars
from scheduler.availability.calendar_download import Fetcher
from scheduler.bootstrap import open_database
from scheduler.clock import now
from scheduler.db import Database
from scheduler.jobs.chores import attempted
from scheduler.jobs.parents import die_with_parent
from scheduler.logs import log_to_standard_error
from scheduler.rota_import import addresses
from scheduler.settings import Settings, as_environment, load

COMMAND = (sys.executable, "-m", "scheduler.jobs.calendar_downloads")


MOST_SECONDS: Final = 1800.0
"""Enough for as many addresses as are asked at a time, were each as slow as is allowed. Names are looked up by the
system, which has a patience of its own."""


class Fetching:
    """Has calendars and rotas fetched whose turn it is, by one child process at a time, which is ended after
    ``most_seconds``: what it was at has been put off, so the rest has its turn."""

    def __init__(self, database: Database, settings: Settings, most_seconds: float = MOST_SECONDS) -> None:
        self._database = database
        self._settings = settings
        self._most_seconds = most_seconds
        self._ends = 0.0
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def process_id(self) -> int | None:
        """The child that fetches now; None where nothing is fetched."""
        return self._child.pid if self._child else None

    def look(self) -> None:
        """Start a child if anything is due and none fetches; raises CalledProcessError for one that failed, and
        TimeoutExpired for one that took too long."""
        if self._child is not None and not self._has_ended(self._child):
            if time.monotonic() < self._ends:
                return
            self.close()
            raise subprocess.TimeoutExpired(COMMAND, self._most_seconds)
        with self._database.reading() as db:
            if not (other_calendars.any_due(db, now()) or addresses.any_due(db, now())):
                return
        environment = {**os.environ, **as_environment(self._settings)}
        self._child = subprocess.Popen((*COMMAND, str(os.getpid())), env=environment, start_new_session=True)
        self._ends = time.monotonic() + self._most_seconds

    def close(self) -> None:
        """End the child, if there is one. What it had not fetched stays due."""
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


def fetch_calendars() -> None:
    """Fetch every calendar whose turn it is."""
    _with_database(other_calendars.refresh_due)


def fetch_rotas() -> None:
    """Fetch every rota whose turn it is."""
    _with_database(addresses.refresh_due)


def _with_database(refresh: Callable[[Database, datetime, Fetcher], int]) -> None:
    database = open_database(load())
    try:
        refresh(database, now(), Fetcher())
    finally:
        database.close()


if __name__ == "__main__":
    die_with_parent(int(sys.argv[1]))
    log_to_standard_error()
    done = (attempted("other calendars", fetch_calendars), attempted("rotas at addresses", fetch_rotas))
    sys.exit(0 if all(done) else 1)
