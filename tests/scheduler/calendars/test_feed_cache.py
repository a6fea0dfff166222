"""Bodies in memory: the feeds used last, up to a number of octets."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

from scheduler.calendars.feed_cache import MemoryCache, ServedFeed

AT = datetime(2027, 1, 4, tzinfo=UTC)


def feed(number: int, octets: int = 100, etag: str = "1") -> ServedFeed:
    return ServedFeed(number, etag, AT, bytes(octets))


def test_what_was_used_longest_ago_goes_first() -> None:
    memory = MemoryCache(300)
    for number in (1, 2, 3):
        memory.put(str(number), feed(number))
    assert memory.find("1") == feed(1)
    memory.put("4", feed(4))
    assert [memory.find(key) for key in "1234"] == [feed(1), None, feed(3), feed(4)]
    assert memory.octets == 300


def test_a_feed_is_kept_once_and_let_go_when_asked_for() -> None:
    memory = MemoryCache(300)
    memory.put("1", feed(1))
    memory.put("1", feed(1, 200, "2"))
    assert (memory.find("1"), memory.octets) == (feed(1, 200, "2"), 200)
    memory.drop("1")
    memory.drop("1")
    assert (memory.find("1"), memory.octets) == (None, 0)


def test_what_is_larger_than_all_room_is_not_kept_and_neither_is_what_it_replaces() -> None:
    memory = MemoryCache(300)
    memory.put("1", feed(1))
    memory.put("2", feed(2))
    memory.put("1", feed(1, 301))
    assert (memory.find("1"), memory.find("2")) == (None, feed(2))


def test_plain_bodies_have_room_of_their_own() -> None:
    memory = MemoryCache(300)
    served = ServedFeed(1, "1", AT, gzip.compress(b"x" * 250))
    memory.put("1", served)
    assert memory.plain(served) == b"x" * 250
    assert memory.octets == 250 + len(served.gzipped)
    assert memory.plain(served) == b"x" * 250
    assert memory.octets == 250 + len(served.gzipped)
