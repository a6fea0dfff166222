"""The last step of a proof: the best selection among all groups that a better plan could consist of.

At feasible dual values, the gap of a plan is the sum of minus the reduced costs of its groups and the dual values of
the residents who are in none. So in a plan better than the incumbent, every group has a reduced cost above minus the
incumbent's gap. If there are few such groups, all are enumerated and CP-SAT selects among them. Rooms and times shared
by several groups are relaxed, which can only raise the result.
"""

from __future__ import annotations

import math
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from solvers.engines.bound.instance_data import Floats
from solvers.engines.bound.pricing import Column

ROUNDING: Final = 1e-6
_POLLING_SECONDS: Final = 0.1


class StopCriterion(Protocol):
    """Tells when to stop."""

    def seconds_left(self) -> float: ...

    def over(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Selection:
    """The best selection found, ``columns``, and a ``bound`` on the value of every selection."""

    bound: float
    columns: tuple[Column, ...]


def without_dominated(columns: Iterable[Column]) -> list[Column]:
    """For every set of members and facilitators the column of the highest value, whatever its dates."""
    best: dict[tuple[tuple[int, ...], tuple[int, ...]], Column] = {}
    for column in columns:
        key = column.residents, column.faculty
        if key not in best or best[key].value < column.value:
            best[key] = column
    return list(best.values())


def select_columns(
    groups: Sequence[Column], capacity: Floats, criterion: StopCriterion, tell: Callable[[float], None]
) -> Selection | None:
    """The best selection among ``groups``; None if none was found in time. ``tell`` is called with every bound."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    chosen = [model.new_bool_var("") for _ in groups]
    of_resident: defaultdict[int, list[cp_model.IntVar]] = defaultdict(list)
    of_facilitator: defaultdict[int, list[cp_model.IntVar]] = defaultdict(list)
    for column, literal in zip(groups, chosen, strict=True):
        for resident in column.residents:
            of_resident[resident].append(literal)
        for facilitator in column.faculty:
            of_facilitator[facilitator].append(literal)
    for literals in of_resident.values():
        model.add_at_most_one(literals)
    for facilitator, literals in of_facilitator.items():
        model.add(sum(literals) <= int(capacity[facilitator]))
    # Points are whole numbers.
    values = [math.floor(column.value + ROUNDING) for column in groups]
    model.maximize(sum(points * literal for points, literal in zip(values, chosen, strict=True)))

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2
    solver.parameters.max_time_in_seconds = max(0.0, criterion.seconds_left())
    solver.best_bound_callback = tell
    with _Interrupter(criterion, solver.stop_search):
        status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    best = tuple(column for column, literal in zip(groups, chosen, strict=True) if solver.value(literal))
    return Selection(solver.best_objective_bound, best)


class _Interrupter:
    """Polls the stop criterion in a thread of its own while CP-SAT solves."""

    def __init__(self, criterion: StopCriterion, stop: Callable[[], None]) -> None:
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._poll, args=(criterion, stop), daemon=True)

    def _poll(self, criterion: StopCriterion, stop: Callable[[], None]) -> None:
        while not self._done.wait(_POLLING_SECONDS):
            if criterion.over():
                stop()
                return

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()
