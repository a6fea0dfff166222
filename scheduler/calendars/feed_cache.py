"""Where a process keeps the bodies that it serves: in memory for speed, on disk for when the database is away."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import zlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Final, Generic, TypeVar

import structlog
from cachetools import LRUCache

_GZIP_FORMAT: Final = 16  # zlib reads and writes gzip's header with this added to the window's size
Key = TypeVar("Key", bound=Hashable)
Kept = TypeVar("Kept")
_log = structlog.get_logger("mentor_rounds.feeds")


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


class _Octets(Generic[Key, Kept]):
    """What was used last, by its key, up to a number of octets; threads may share it."""

    def __init__(self, most_octets: int, octets_of: Callable[[Kept], int]) -> None:
        self._cache: LRUCache[Key, Kept] = LRUCache(most_octets, octets_of)
        self._lock = Lock()

    @property
    def octets(self) -> int:
        return int(self._cache.currsize)

    def find(self, key: Key) -> Kept | None:
        with self._lock:
            return self._cache.get(key)

    def put(self, key: Key, value: Kept) -> None:
        """Keep something in place of what was kept of it, and nothing where it alone is too large."""
        with self._lock:
            self._cache.pop(key, None)
            with contextlib.suppress(ValueError):
                self._cache[key] = value

    def drop(self, key: Key) -> None:
        with self._lock:
            self._cache.pop(key, None)


class MemoryCache:
    """The feeds read last, by the digest of their address, as they are sent compressed; and apart from them bodies for
    clients that take nothing compressed. Each at most so many octets."""

    def __init__(self, most_octets: int) -> None:
        self._feeds: _Octets[str, ServedFeed] = _Octets(most_octets, lambda feed: len(feed.gzipped))
        self._plain: _Octets[tuple[int, str], bytes] = _Octets(most_octets, len)
        self.find, self.put, self.drop = self._feeds.find, self._feeds.put, self._feeds.drop

    @property
    def octets(self) -> int:
        """How many octets are kept just now."""
        return self._feeds.octets + self._plain.octets

    def plain(self, feed: ServedFeed) -> bytes:
        """The calendar itself; unpacking takes longer than all else that is done for a client."""
        key = (feed.feed_id, feed.etag)
        body = self._plain.find(key)
        if body is None:
            body = feed.body
            self._plain.put(key, body)
        return body


class DiskCache:
    """The last good body of every feed that was fetched on this machine; processes share the folder.

    It is read only when the database does not answer. Files are called by the digest of the address, which opens
    nothing. A disk that fails is logged and does no other harm. Without a folder nothing is kept.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def put(self, key: str, feed: ServedFeed) -> None:
        """Keep a feed in place of what was kept of it before; whole or not at all."""
        if self._folder is None:
            return
        head = json.dumps({"id": feed.feed_id, "etag": feed.etag, "changed_at": feed.changed_at.isoformat()})
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_whole(self._folder / key, head.encode() + b"\n" + feed.gzipped)
        except OSError as error:
            _log.warning("feed_not_kept_on_disk", error=type(error).__name__)

    def find(self, key: str) -> ServedFeed | None:
        """What was kept last, or None."""
        if self._folder is None:
            return None
        try:
            head, _, gzipped = (self._folder / key).read_bytes().partition(b"\n")
            told = json.loads(head)
            return ServedFeed(told["id"], told["etag"], datetime.fromisoformat(told["changed_at"]), gzipped)
        except (OSError, ValueError, KeyError):
            return None

    def drop(self, key: str) -> None:
        """Let go of a feed."""
        if self._folder is not None:
            with contextlib.suppress(OSError):
                (self._folder / key).unlink()


def _write_whole(path: Path, content: bytes) -> None:
    number, name = tempfile.mkstemp(dir=path.parent, prefix=".")
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
