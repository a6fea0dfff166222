"""Programs told of changes, in a process of its own, ``python -m scheduler.jobs.telling_programs``: a slow server holds
up nothing else, and ending the process ends the waiting."""

from __future__ import annotations

import sys

from scheduler.availability.calendar_download import Fetcher
from scheduler.bootstrap import open_database
from scheduler.clock import now
from scheduler.db import Db
from scheduler.jobs.chores import attempted
from scheduler.jobs.one_child import OneChild
from scheduler.jobs.parents import die_with_parent
from scheduler.logs import log_to_standard_error
from scheduler.settings import load
from scheduler.webhooks.delivery import any_due, deliver_due


class Telling(OneChild):
    """Has programs told of what is due."""

    command = (sys.executable, "-m", "scheduler.jobs.telling_programs")

    def is_due(self, db: Db) -> bool:
        """Whether any is to be told of anything."""
        return any_due(db, now())


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
