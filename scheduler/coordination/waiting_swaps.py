"""Looking again for those who wait to swap groups, once something of their programme has changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from scheduler.coordination.swaps import swap_those_waiting
from scheduler.coordination.tables import SwapWishRow
from scheduler.db import Database
from scheduler.programmes.tables import ProgrammeRow


class WaitingSwaps:
    """Looks at each programme in which somebody waits, once for each time at which its facts are others."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen: dict[int, str] = {}

    def look(self, now: datetime) -> None:
        """Swap where it has become possible, each programme in a transaction of its own."""
        for programme_id, mark in self._waiting():
            if self._seen.get(programme_id) != mark:
                with self._database.writing() as db:
                    swap_those_waiting(db, programme_id, now)
                self._seen[programme_id] = mark

    def _waiting(self) -> list[tuple[int, str]]:
        """The programmes in which somebody waits, each with the mark of its facts."""
        with_wishes = select(SwapWishRow.programme_id).distinct()
        rows = select(ProgrammeRow.id, ProgrammeRow.facts_mark).where(ProgrammeRow.id.in_(with_wishes))
        with self._database.reading() as db:
            return [(row.id, row.facts_mark) for row in db.execute(rows)]
