"""Other calendars and rotas at addresses, fetched in a process of its own, ``python -m
scheduler.jobs.calendar_downloads``: a slow server holds up nothing else, and ending the process ends the waiting.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime

from scheduler.availability import other_calendars
from scheduler.availability.calendar_download import Fetcher
from scheduler.bootstrap import open_database
from scheduler.clock import now
from scheduler.db import Database, Db
from scheduler.jobs.chores import attempted
from scheduler.jobs.one_child import OneChild
from scheduler.jobs.parents import die_with_parent
from scheduler.logs import log_to_standard_error
from scheduler.rota_import import addresses
from scheduler.settings import load


class Fetching(OneChild):
    """Has calendars and rotas fetched whose turn it is. One that was being fetched when the child was ended has been
    put off, so the rest has its turn."""

    command = (sys.executable, "-m", "scheduler.jobs.calendar_downloads")

    def is_due(self, db: Db) -> bool:
        """Whether it is any calendar's turn, or any rota's."""
        return other_calendars.any_due(db, now()) or addresses.any_due(db, now())


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
