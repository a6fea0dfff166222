"""Serving feeds: one look-up by digest, bodies kept in memory by tag, and the last good one without a database."""

from __future__ import annotations

import zlib
from collections import OrderedDict
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from threading import Lock, Thread
from typing import Any, Final

import structlog
from sqlalchemy import Engine, Row, bindparam, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from scheduler.calendars.feeds import GONE, NOTICE_KEPT, Gone
from scheduler.calendars.service import USE_NOTED_EVERY, note_use
from scheduler.calendars.tables import FeedBodyRow, FeedRow
from scheduler.db import Database
from scheduler.errors import MentorRoundsError
from scheduler.people.signing_in import digest

KEPT_OCTETS: Final = 64 * 1024 * 1024
USES_WRITTEN_EVERY: Final = timedelta(minutes=1)
_GZIP_FORMAT: Final = 16  # zlib reads and writes gzip's header with this added to the window's size
_log = structlog.get_logger("mentor_rounds.feeds")

_STATE: Final = select(FeedRow.id, FeedRow.etag, FeedRow.changed_at, FeedRow.ended_at, FeedRow.revoked_at).where(
    FeedRow.digest == bindparam("digest")
)
_UNCHANGED: Final = select(FeedRow.id).where(
    FeedRow.digest == bindparam("digest"),
    FeedRow.etag == bindparam("etag"),
    FeedRow.ended_at.is_(None),
    FeedRow.revoked_at.is_(None),
)
_WITH_BODY: Final = _STATE.add_columns(FeedBodyRow.gzipped).join(FeedBodyRow, FeedBodyRow.feed_id == FeedRow.id)


class Unavailable(MentorRoundsError):
    """The database does not answer, and this process has not served the feed before."""


@dataclass(frozen=True, slots=True)
class ServedFeed:
    """A feed as it is sent: its octets compressed, their strong tag, and when they last changed.

    Most clients take them compressed, so the few that do not wait some microseconds, and a process can keep five times
    as many feeds.
    """

    feed_id: int
    etag: str
    changed_at: datetime
    gzipped: bytes

    @property
    def body(self) -> bytes:
        """The calendar itself."""
        return zlib.decompress(self.gzipped, zlib.MAX_WBITS | _GZIP_FORMAT)


def in_a_thread(work: Callable[[], None]) -> None:
    """Do something beside the request that caused it."""
    Thread(target=work, daemon=True).start()


class Shelf:
    """The feeds that one process serves; threads may share it.

    It keeps at most `kept_octets` of bodies. `aside` runs the writing of uses, once a minute.
    """

    def __init__(
        self,
        database: Database,
        kept_octets: int = KEPT_OCTETS,
        aside: Callable[[Callable[[], None]], None] = in_a_thread,
    ) -> None:
        self._database = database
        self._kept = _Kept(kept_octets)
        self._is_unchanged = _Unchanged(database.engine)
        self._uses = _Uses(database)
        self._aside = aside

    def fetch(self, token: str, now: datetime) -> ServedFeed | Gone | None:
        """What an address serves: a feed, GONE (410), or None where no feed ever had it (404).

        Without a database it is what was served last. Raises Unavailable where nothing was.
        """
        key = digest(token)
        kept = self._kept.find(key)
        try:
            found = kept if kept and self._is_unchanged(key, kept.etag) else self._look_up(key, now)
        except (DBAPIError, PoolTimeoutError) as error:
            return self._last_good(key, error)
        if isinstance(found, ServedFeed):
            if self._uses.note(found.feed_id, now):
                self._aside(partial(self._uses.write, now))
        else:
            self._kept.drop(key)
        return found

    @property
    def kept_octets(self) -> int:
        """How many octets are kept just now."""
        return self._kept.octets

    def _look_up(self, key: str, now: datetime) -> ServedFeed | Gone | None:
        with self._database.engine.connect() as connection:
            state = connection.execute(_STATE, {"digest": key}).first()
            if state is None:
                return None
            if _is_gone(state.ended_at, state.revoked_at, now):
                return GONE
            kept = self._kept.find(key)
            if kept is not None and kept.etag == state.etag:
                return kept
            row = connection.execute(_WITH_BODY, {"digest": key}).first()
        return self._keep(key, row) if row is not None else None

    def _keep(self, key: str, row: Row[Any]) -> ServedFeed:
        feed = ServedFeed(row.id, row.etag, row.changed_at, row.gzipped)
        self._kept.put(key, feed)
        return feed

    def _last_good(self, key: str, error: Exception) -> ServedFeed:
        kept = self._kept.find(key)
        _log.warning("feed_served_without_database", error=type(error).__name__, kept=kept is not None)
        if kept is None:
            raise Unavailable("The calendar cannot be read just now.") from error
        return kept


class _Unchanged:
    """Asks whether an open feed still has a tag: what nearly every fetch comes down to.

    It goes to the driver's own connection, for a tenth of the time: one statement needs no transaction around it.
    """

    def __init__(self, engine: Engine) -> None:
        compiled = _UNCHANGED.compile(dialect=engine.dialect)
        self._engine = engine
        self._statement = str(compiled)
        self._order = tuple(compiled.positiontup or ()) if compiled.positional else ()
        self._failure: type[Exception] = engine.dialect.loaded_dbapi.Error

    def __call__(self, key: str, etag: str) -> bool:
        """False also where the database did not answer: the ordinary look-up finds out why."""
        values = {"digest": key, "etag": etag}
        try:
            with closing(self._engine.raw_connection()) as connection:
                cursor = connection.cursor()
                cursor.execute(self._statement, tuple(values[name] for name in self._order) or values)
                return cursor.fetchone() is not None
        except self._failure:
            return False


class _Kept:
    """The bodies used last, up to a number of octets."""

    def __init__(self, most_octets: int) -> None:
        self._most = most_octets
        self.octets = 0
        self._feeds: OrderedDict[str, ServedFeed] = OrderedDict()
        self._lock = Lock()

    def find(self, key: str) -> ServedFeed | None:
        with self._lock:
            feed = self._feeds.get(key)
            if feed is not None:
                self._feeds.move_to_end(key)
            return feed

    def put(self, key: str, feed: ServedFeed) -> None:
        self.drop(key)
        with self._lock:
            self._feeds[key] = feed
            self.octets += len(feed.gzipped)
            while self.octets > self._most:
                self.octets -= len(self._feeds.popitem(last=False)[1].gzipped)

    def drop(self, key: str) -> None:
        with self._lock:
            feed = self._feeds.pop(key, None)
            self.octets -= len(feed.gzipped) if feed else 0


class _Uses:
    """Which feeds were fetched, gathered here and written together, so that no fetch waits for a write."""

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
            if last is None or now - last >= USE_NOTED_EVERY:
                self._noted[feed_id] = now
                self._waiting.add(feed_id)
            due = self._written_at is None or now - self._written_at >= USES_WRITTEN_EVERY
            if not (due and self._waiting):
                return False
            self._written_at = now
            return True

    def write(self, now: datetime) -> None:
        with self._lock:
            feed_ids, self._waiting = self._waiting, set()
        try:
            with self._database.writing() as db:
                note_use(db, feed_ids, now)
        except (DBAPIError, PoolTimeoutError) as error:
            _log.warning("feed_uses_not_written", error=type(error).__name__, feeds=len(feed_ids))
            with self._lock:
                self._waiting |= feed_ids


def _is_gone(ended_at: datetime | None, revoked_at: datetime | None, now: datetime) -> bool:
    return revoked_at is not None or (ended_at is not None and ended_at <= now - NOTICE_KEPT)
