"""Where a process keeps the bodies that it serves: in memory for speed, on disk for when the database is away."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import zlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import structlog

from scheduler.memory import Memory
from scheduler.private_files import private_folder

_GZIP_FORMAT: Final = 16  # zlib reads and writes gzip's header with this added to the window's size
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


class MemoryCache:
    """The feeds read last, by the digest of their address, as they are sent compressed; and apart from them bodies for
    clients that take nothing compressed. Each at most so many octets."""

    def __init__(self, most_octets: int) -> None:
        self._feeds: Memory[ServedFeed] = Memory(most_octets, lambda feed: len(feed.gzipped))
        self._plain: Memory[bytes] = Memory(most_octets, len)
        self.find, self.put, self.drop = self._feeds.find, self._feeds.keep, self._feeds.drop

    @property
    def octets(self) -> int:
        """How many octets are kept just now."""
        return self._feeds.size + self._plain.size

    def plain(self, feed: ServedFeed) -> bytes:
        """The calendar itself; unpacking takes longer than all else that is done for a client."""
        return self._plain.get((feed.feed_id, feed.etag), lambda: feed.body)


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
            private_folder(self._folder)
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
