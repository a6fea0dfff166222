"""Serving feeds: one look-up by digest, bodies kept in memory by tag, and the last good one without a database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any, Final

import structlog
from sqlalchemy import Row, bindparam, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from scheduler.calendars.feed_cache import DiskCache, MemoryCache, ServedFeed
from scheduler.calendars.feeds import GONE, NOTICE_KEPT, Gone
from scheduler.calendars.freshness import EtagCheck
from scheduler.calendars.tables import FeedBodyRow, FeedRow
from scheduler.calendars.uses import UseLog
from scheduler.db import Database
from scheduler.errors import MentorRoundsError
from scheduler.signing_in.links import digest

KEPT_OCTETS: Final = 64 * 1024 * 1024
ASIDE: Final = "aside"
"""What threads are called that do something beside a request."""
_log = structlog.get_logger("mentor_rounds.feeds")

_STATE: Final = select(FeedRow.id, FeedRow.etag, FeedRow.changed_at, FeedRow.ended_at, FeedRow.revoked_at).where(
    FeedRow.digest == bindparam("digest")
)
_WITH_BODY: Final = _STATE.add_columns(FeedBodyRow.gzipped).join(FeedBodyRow, FeedBodyRow.feed_id == FeedRow.id)


class Unavailable(MentorRoundsError):
    """The database does not answer, and this machine has not served the feed before."""


def in_a_thread(work: Callable[[], None]) -> None:
    """Do something beside the request that caused it."""
    Thread(target=work, name=ASIDE, daemon=True).start()


class FeedStore:
    """The feeds that one process serves; threads may share it.

    It keeps at most `kept_octets` of compressed bodies in memory, as many of plain ones, and the last good body of each
    feed in `folder`, if one is given. `aside` runs the writing of uses, once a minute.
    """

    def __init__(
        self,
        database: Database,
        kept_octets: int = KEPT_OCTETS,
        folder: Path | None = None,
        aside: Callable[[Callable[[], None]], None] = in_a_thread,
    ) -> None:
        self._database = database
        self._memory = MemoryCache(kept_octets)
        self._disk = DiskCache(folder)
        self._is_unchanged = EtagCheck(database.engine)
        self._uses = UseLog(database)
        self._aside = aside

    def fetch(self, token: str, now: datetime) -> ServedFeed | Gone | None:
        """What an address serves: a feed, GONE (410), or None where no feed ever had it (404).

        Without a database it is what was served last. Raises Unavailable where nothing was.
        """
        key = digest(token)
        kept = self._memory.find(key)
        try:
            found = kept if kept and self._is_unchanged(key, kept.etag) else self._look_up(key, now)
        except (DBAPIError, PoolTimeoutError) as error:
            return self._last_good(key, error)
        if isinstance(found, ServedFeed) and self._uses.note(found.feed_id, now):
            self._aside(partial(self._uses.write, now))
        return found

    def plain(self, feed: ServedFeed) -> bytes:
        """The calendar of a feed, for a client that takes nothing compressed."""
        return self._memory.plain(feed)

    @property
    def kept_octets(self) -> int:
        """How many octets are kept in memory just now."""
        return self._memory.octets

    def _look_up(self, key: str, now: datetime) -> ServedFeed | Gone | None:
        with self._database.engine.connect() as connection:
            state = connection.execute(_STATE, {"digest": key}).first()
            if state is None or _is_gone(state.ended_at, state.revoked_at, now):
                self._let_go(key)
                return None if state is None else GONE
            kept = self._memory.find(key)
            if kept is not None and kept.etag == state.etag:
                return kept
            row = connection.execute(_WITH_BODY, {"digest": key}).first()
        return self._keep(key, row) if row is not None else None

    def _keep(self, key: str, row: Row[Any]) -> ServedFeed:
        feed = ServedFeed(row.id, row.etag, row.changed_at, row.gzipped)
        self._memory.put(key, feed)
        self._disk.put(key, feed)
        return feed

    def _let_go(self, key: str) -> None:
        self._memory.drop(key)
        self._disk.drop(key)

    def _last_good(self, key: str, error: Exception) -> ServedFeed:
        kept = self._memory.find(key) or self._disk.find(key)
        _log.warning("feed_served_without_database", error=type(error).__name__, kept=kept is not None)
        if kept is None:
            raise Unavailable("The calendar cannot be read just now.") from error
        self._memory.put(key, kept)
        return kept


def _is_gone(ended_at: datetime | None, revoked_at: datetime | None, now: datetime) -> bool:
    return revoked_at is not None or (ended_at is not None and ended_at <= now - NOTICE_KEPT)
