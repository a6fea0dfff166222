"""What is worked out once and kept in this process for a while: what was used last, up to a bound."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Final, Generic, TypeVar, cast
from weakref import WeakSet

from cachetools import LRUCache

Value = TypeVar("Value")
_all: Final[WeakSet[Memory[Any]]] = WeakSet()
_NOTHING: Final = object()
"""Stands for what is not there: None may be what was worked out."""


def forget_everything() -> None:
    """Empty every memory of this process: another database stands at the same address."""
    for memory in list(_all):
        memory.forget()


class Derived(Generic[Value]):
    """What was worked out last by a key, as long as its source is what it was: so many of them."""

    def __init__(self, most: int) -> None:
        self._last: Memory[tuple[object, Value]] = Memory(most)

    def get(self, key: Hashable, source: object, work_out: Callable[[], Value]) -> Value:
        """The value of a key, worked out if it was never, or from another source."""
        kept = self._last.find(key)
        if kept is None or kept[0] != source:
            kept = (source, work_out())
            self._last.keep(key, kept)
        return kept[1]


class Memory(Generic[Value]):
    """Values by a key that says of what they were worked out: so many of them, or so much by ``size_of`` each. Threads
    may share it: none waits for another, so two that look for the same at once may both work it out."""

    def __init__(self, most: int, size_of: Callable[[Value], int] | None = None) -> None:
        self._values: LRUCache[Hashable, Value] = LRUCache(most, size_of)
        self._lock = Lock()
        _all.add(self)

    @property
    def size(self) -> int:
        """How much is kept just now."""
        return int(self._values.currsize)

    def find(self, key: Hashable) -> Value | None:
        """The value of a key, if it is still there."""
        with self._lock:
            return self._values.get(key)

    def keep(self, key: Hashable, value: Value) -> None:
        """Keep a value in place of what was kept by its key; the ones that were not asked for longest go. What alone is
        too large is not kept."""
        with self._lock:
            self._values.pop(key, None)
            with contextlib.suppress(ValueError):
                self._values[key] = value

    def get(self, key: Hashable | None, work_out: Callable[[], Value]) -> Value:
        """The value of a key, worked out if it is not there; without a key it is worked out and not kept."""
        if key is None:
            return work_out()
        with self._lock:
            found = self._values.get(key, _NOTHING)
        if found is _NOTHING:
            found = work_out()
            self.keep(key, found)
        return cast(Value, found)

    def drop(self, key: Hashable) -> None:
        """Let go of what is kept by a key."""
        with self._lock:
            self._values.pop(key, None)

    def forget(self) -> None:
        """Keep nothing."""
        with self._lock:
            self._values.clear()
