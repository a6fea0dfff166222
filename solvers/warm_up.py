"""``python -m solvers.warm_up``: compile the hot loops now, so that no later search spends its time on it.

The machine code is kept on disk beside the sources; where it is there already, this takes a few seconds.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context

from solvers.engines.bound import upper_bound
from solvers.engines.search import precompilation
from solvers.instance import CAN, IN_PERSON, Faculty, Instance, Model, Resident, Room, Slot


def warm_up() -> None:
    """Call everything that searching and proving compile, either in a process of its own: compiling uses one core."""
    with ProcessPoolExecutor(2, get_context("spawn")) as processes:
        for compilation in (processes.submit(_compile_search), processes.submit(_compile_bound)):
            compilation.result()


def _compile_search() -> None:
    precompilation.precompile(_tiny_instance())


def _compile_bound() -> None:
    upper_bound.warm_up(_tiny_instance())


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
