"""Other calendars, fetched in a process of its own, ``python -m scheduler.jobs.calendar_downloads``: a slow server
holds up nothing else, and ending the process ends the waiting.
"""

from __future__ import annotations

import os
import subprocess
import sys

from scheduler.availability.calendar_download import Fetcher
from scheduler.availability.other_calendars import any_due, refresh_due
from scheduler.bootstrap import open_database
from scheduler.clock import now
from scheduler.db import Database
from scheduler.jobs.chores import attempted
from scheduler.logs import log_to_standard_error
from scheduler.settings import Settings, as_environment, load

COMMAND = (sys.executable, "-m", "scheduler.jobs.calendar_downloads")


class Fetching:
    """Has calendars fetched whose turn it is, by one child process at a time."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._child: subprocess.Popen[bytes] | None = None

    def look(self) -> None:
        """Start a child if a calendar is due and none fetches; raises CalledProcessError for one that failed."""
        if self._child is not None and not self._has_ended(self._child):
            return
        with self._database.reading() as db:
            if not any_due(db, now()):
                return
        environment = {**os.environ, **as_environment(self._settings)}
        self._child = subprocess.Popen(COMMAND, env=environment, start_new_session=True)

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


def fetch_due() -> None:
    """Fetch every calendar whose turn it is."""
    database = open_database(load())
    try:
        refresh_due(database, now(), Fetcher())
    finally:
        database.close()


if __name__ == "__main__":
    log_to_standard_error()
    sys.exit(0 if attempted("other calendars", fetch_due) else 1)
