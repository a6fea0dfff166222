"""The last step of a proof: all groups that a better plan could be made of, and the best choice among them.

At prices that no group exceeds, a plan falls short of what everybody pays by exactly what its groups miss their
prices by and what is paid by those in no group. So a plan better than one that is known has no group that misses its
price by as much as the known plan misses the bound. Where those groups are few, all of them are listed, and CP-SAT
chooses; rooms and hours shared by several groups are left out of it, which can only make its choice worth more.
"""

from __future__ import annotations

import math
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from solvers.engines.bounding.facts import Floats
from solvers.engines.bounding.pricing import Column

ROUNDING: Final = 1e-6
_ASKING_SECONDS: Final = 0.1


class Watch(Protocol):
    """Tells when to end."""

    def left(self) -> float: ...

    def over(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Choice:
    """No choice is worth more than ``bound``; ``columns`` is the best found."""

    bound: float
    columns: tuple[Column, ...]


def best_of_each(columns: Iterable[Column]) -> list[Column]:
    """Of the groups of the same people the one worth most, however they meet."""
    best: dict[tuple[tuple[int, ...], tuple[int, ...]], Column] = {}
    for column in columns:
        key = column.residents, column.faculty
        if key not in best or best[key].worth < column.worth:
            best[key] = column
    return list(best.values())


def choose(groups: Sequence[Column], capacity: Floats, watch: Watch, tell: Callable[[float], None]) -> Choice | None:
    """The best choice among ``groups``; None if none was found in time. Every bound on the way is told."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    chosen = [model.new_bool_var("") for _ in groups]
    of_resident: defaultdict[int, list[cp_model.IntVar]] = defaultdict(list)
    of_leader: defaultdict[int, list[cp_model.IntVar]] = defaultdict(list)
    for column, literal in zip(groups, chosen, strict=True):
        for resident in column.residents:
            of_resident[resident].append(literal)
        for leader in column.faculty:
            of_leader[leader].append(literal)
    for literals in of_resident.values():
        model.add_at_most_one(literals)
    for leader, literals in of_leader.items():
        model.add(sum(literals) <= int(capacity[leader]))
    # Points are whole numbers.
    worth = [math.floor(column.worth + ROUNDING) for column in groups]
    model.maximize(sum(points * literal for points, literal in zip(worth, chosen, strict=True)))

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2
    solver.parameters.max_time_in_seconds = max(0.0, watch.left())
    solver.best_bound_callback = tell
    with _Interrupter(watch, solver.stop_search):
        status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    best = tuple(column for column, literal in zip(groups, chosen, strict=True) if solver.value(literal))
    return Choice(solver.best_objective_bound, best)


class _Interrupter:
    """Asks the watch every while, beside the calling thread, whether to stop."""

    def __init__(self, watch: Watch, stop: Callable[[], None]) -> None:
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._ask, args=(watch, stop), daemon=True)

    def _ask(self, watch: Watch, stop: Callable[[], None]) -> None:
        while not self._done.wait(_ASKING_SECONDS):
            if watch.over():
                stop()
                return

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()
