"""The evidence of the month, worked out by itself for every programme that has a director."""

from __future__ import annotations

from scheduler.clock import now
from scheduler.db import Database
from scheduler.evidence.releases import is_due, programmes_with_directors, release_if_due
from scheduler.people.model import OPERATOR

EVIDENCE_SECONDS = 3600.0


def work_out_due(database: Database) -> None:
    """Make the releases that are due, each in a transaction of its own."""
    with database.reading() as db:
        due = [one for one in programmes_with_directors(db) if is_due(db, one, now())]
    for programme_id in due:
        with database.writing() as db:
            release_if_due(db, OPERATOR, programme_id, now())
