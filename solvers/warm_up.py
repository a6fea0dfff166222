"""``python -m solvers.warm_up``: compile the hot loops now, so that no later search spends its time on it.

The machine code is kept on disk beside the sources; where it is there already, this takes a few seconds.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from solvers.instance import CAN, IN_PERSON, Faculty, Instance, Model, Resident, Room, Slot
from solvers.solution import Solution
from solvers.solve import solve
from solvers.stop import Limits

_SECONDS = 1.0
_MOST_TRIES = 4


def warm_up() -> None:
    """Form tiny groups, then repair them after somebody has left: that reaches what searches compile."""
    instance = _tiny_instance()
    groups = _solved_in_time(instance, workers=1).groups
    _solved_in_time(replace(instance, previous=groups, residents=instance.residents[1:]), workers=2)


def _solved_in_time(instance: Instance, workers: int) -> Solution:
    """Solve until it ends in time: compiling makes a search overrun, and so cuts short what comes after."""
    for _ in range(_MOST_TRIES):
        started = time.monotonic()
        solution = solve(instance, Limits(_SECONDS, workers))
        if time.monotonic() - started < _SECONDS * 1.5:
            break
    return solution


def _tiny_instance() -> Instance:
    first = datetime(2027, 1, 4, 12, tzinfo=UTC)
    slots = tuple(Slot(first + timedelta(weeks=week), week) for week in range(2))
    always = CAN * len(slots)
    return Instance(
        name="warm-up",
        session_minutes=60,
        rounds=len(slots),
        slots=slots,
        quorum=0.5,
        min_attendance=0.5,
        models=(Model("vertical", (2, 4), (0, 9), (0, 1)),),
        residents=tuple(
            Resident(f"r{number}", 1 + number % 3, "main", always, (IN_PERSON,), {"vertical": 3})
            for number in range(12)
        ),
        faculty=(Faculty("f1", "main", always, (IN_PERSON,), ("vertical",)),),
        rooms=(Room("room", "main", 8, "1" * len(slots)),),
    )


if __name__ == "__main__":
    warm_up()
