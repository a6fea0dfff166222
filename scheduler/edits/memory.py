"""What is worked out once and kept in this process for a while: a few values, the last used ones."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Final, Generic, TypeVar
from weakref import WeakSet

Value = TypeVar("Value")
_all: Final[WeakSet[Memory[Any]]] = WeakSet()


def forget_everything() -> None:
    """Empty every memory of this process."""
    for memory in list(_all):
        memory.forget()


class Memory(Generic[Value]):
    """A few values by a key that says of what they were worked out. Threads may share it: none waits for another, so
    two that look for the same at once may both work it out."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._lock = Lock()
        _all.add(self)

    def find(self, key: Hashable) -> Value | None:
        """The value of a key, if it is still there."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def keep(self, key: Hashable, value: Value) -> None:
        """Keep a value; the one that was not asked for longest goes."""
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)

    def get(self, key: Hashable | None, work_out: Callable[[], Value]) -> Value:
        """The value of a key, worked out if it is not there; without a key it is worked out and not kept."""
        found = self.find(key) if key is not None else None
        if found is None:
            found = work_out()
            if key is not None:
                self.keep(key, found)
        return found

    def forget(self) -> None:
        """Keep nothing."""
        with self._lock:
            self._values.clear()
