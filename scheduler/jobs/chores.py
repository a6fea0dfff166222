"""The door of the service's background work: one job that fails is logged and put off, and holds up no other."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

import structlog

from scheduler.logs import places
from scheduler.storage_faults import WHAT_TO_DO, fault_of

SHORTEST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 300.0
log = structlog.get_logger()


def attempted(name: str, do: Callable[[], object]) -> bool:
    """Do a piece of background work; returns whether it went well. What goes wrong ends in the log."""
    try:
        do()
    except Exception as error:  # noqa: BLE001 - the door of the background work
        _tell(name, error)
        return False
    return True


async def attempted_meanwhile(name: str, do: Callable[[], Awaitable[object]]) -> bool:
    """The same for work that others do not wait for."""
    try:
        await do()
    except Exception as error:  # noqa: BLE001 - the door of the background work
        _tell(name, error)
        return False
    return True


def _tell(name: str, error: Exception) -> None:
    if fault := fault_of(error):  # whoever runs the service can act on it, and no code is at fault
        log.error("background work failed", work=name, fault=fault.value, what_to_do=WHAT_TO_DO[fault])
    else:
        log.error("background work failed", work=name, error=type(error).__name__, places=places(error))


class Chore:
    """Something to do again and again, at most every so many seconds; after a failure later, and ever later.

    What is long is done in portions: ``do`` returns True as long as there is more, and goes on as soon as every other
    chore has had its turn.
    """

    def __init__(self, name: str, do: Callable[[], object], every_seconds: float = 0.0) -> None:
        self._name = name
        self._do = do
        self._every_seconds = every_seconds
        self._failures = 0
        self._has_more = False
        self._not_before = 0.0

    def attend(self) -> bool:
        """Do it, if it is time to; returns whether it has more to do at once."""
        if time.monotonic() < self._not_before:
            return False
        self._has_more = False
        self._failures = 0 if attempted(self._name, self._do_some) else self._failures + 1
        wait = 0.0 if self._has_more else max(self._every_seconds, self._wait_seconds())
        self._not_before = time.monotonic() + wait
        return self._has_more

    def _do_some(self) -> None:
        self._has_more = self._do() is True

    def _wait_seconds(self) -> float:
        if not self._failures:
            return 0.0
        return min(SHORTEST_WAIT_SECONDS * 2.0 ** min(self._failures - 1, 10), LONGEST_WAIT_SECONDS)
