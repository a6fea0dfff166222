"""Which feeds were fetched: gathered in memory and written together, so that no fetch waits for a write."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

import structlog
from sqlalchemy import or_, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from scheduler.calendars.tables import FeedRow
from scheduler.db import Database, Db

NOTED_EVERY: Final = timedelta(hours=1)
WRITTEN_EVERY: Final = timedelta(minutes=1)
AT_A_TIME: Final = 500
"""Feeds in one statement: databases take only so many values, and others want to write in between."""
_log = structlog.get_logger("mentor_rounds.feeds")


def note_use(db: Db, feed_ids: Iterable[int], now: datetime) -> None:
    """Remember that feeds were fetched, to the hour. Feeds that are being refreshed meanwhile are passed over."""
    stale = or_(FeedRow.last_used_at.is_(None), FeedRow.last_used_at <= now - NOTED_EVERY)
    free = select(FeedRow.id).where(FeedRow.id.in_(sorted(feed_ids)), stale).with_for_update(skip_locked=True)
    db.execute(update(FeedRow).where(FeedRow.id.in_(free)).values(last_used_at=now))


class UseLog:
    """The uses that one process has seen and not written yet; threads may share it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._noted: dict[int, datetime] = {}
        self._waiting: set[int] = set()
        self._written_at: datetime | None = None
        self._lock = Lock()

    def note(self, feed_id: int, now: datetime) -> bool:
        """Whether it is time to write."""
        with self._lock:
            last = self._noted.get(feed_id)
            if last is None or now - last >= NOTED_EVERY:
                self._noted[feed_id] = now
                self._waiting.add(feed_id)
            due = self._written_at is None or now - self._written_at >= WRITTEN_EVERY
            if not (due and self._waiting):
                return False
            self._written_at = now
            return True

    def write(self, now: datetime) -> None:
        """Write what waits; what cannot be written now waits on."""
        with self._lock:
            waiting, self._waiting = sorted(self._waiting), set()
        for start in range(0, len(waiting), AT_A_TIME):
            try:
                with self._database.writing() as db:
                    note_use(db, waiting[start : start + AT_A_TIME], now)
            except (DBAPIError, PoolTimeoutError) as error:
                _log.warning("feed_uses_not_written", error=type(error).__name__, feeds=len(waiting) - start)
                with self._lock:
                    self._waiting.update(waiting[start:])
                return
