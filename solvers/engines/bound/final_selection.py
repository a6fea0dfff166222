"""The last step of a proof: the best selection among all groups that a better plan could consist of.

At feasible dual values, the gap of a plan is the sum of minus the reduced costs of its groups and the dual values of
the residents who are in none. So in a plan better than the incumbent, every group has a reduced cost above minus the
incumbent's gap. If there are few such groups, all are enumerated and HiGHS selects among them. Rooms and times shared
by several groups are relaxed, which can only raise the result.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from solvers.engines.bound.instance_data import Floats
from solvers.engines.bound.pricing import Column

if TYPE_CHECKING:
    import highspy

ROUNDING: Final = 1e-6
_IMPRECISION: Final = 0.1
"""Points by which a bound that HiGHS tells may be too low."""
_CHOSEN: Final = 0.5


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
    """The best selection among ``groups``; None if none was found in time. ``tell`` is called with every bound.

    HiGHS solves it: its bounds come from linear programs, which are nearly tight here. CP-SAT proves little of them.
    """
    import highspy

    if not groups:
        return Selection(0.0, ())
    solver = highspy.Highs()
    solver.silent()
    for option, value in (("threads", 1), ("mip_rel_gap", 0.0), ("time_limit", max(0.0, criterion.seconds_left()))):
        solver.setOptionValue(option, value)
    solver.passModel(_packing(groups, capacity))

    def watch(event: highspy.HighsCallbackEvent) -> None:
        if criterion.over():
            event.interrupt()

    def watch_bound(event: highspy.HighsCallbackEvent) -> None:
        if math.isfinite(event.data_out.mip_dual_bound):
            tell(_whole(event.data_out.mip_dual_bound))
        watch(event)

    solver.cbSimplexInterrupt += watch
    solver.cbMipInterrupt += watch_bound
    solver.run()
    information = solver.getInfo()
    if information.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    chosen = np.array(solver.getSolution().col_value) > _CHOSEN
    best = tuple(column for column, is_chosen in zip(groups, chosen, strict=True) if is_chosen)
    return Selection(_whole(information.mip_dual_bound), best)


def _packing(groups: Sequence[Column], capacity: Floats) -> highspy.HighsLp:
    """A variable a group; each resident is in one at most, and each facilitator leads so many."""
    import highspy

    residents = 1 + max(max(column.residents) for column in groups)
    rows = [[*column.residents, *(residents + facilitator for facilitator in column.faculty)] for column in groups]
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = len(groups), residents + len(capacity)
    program.sense_ = highspy.ObjSense.kMaximize
    # Points are whole numbers.
    program.col_cost_ = np.array([math.floor(column.value + ROUNDING) for column in groups], dtype=np.float64)
    program.col_lower_, program.col_upper_ = np.zeros(len(groups)), np.ones(len(groups))
    program.row_lower_ = np.full(program.num_row_, -highspy.kHighsInf)
    program.row_upper_ = np.concatenate([np.ones(residents), capacity])
    program.integrality_ = [highspy.HighsVarType.kInteger] * len(groups)
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_ = np.cumsum([0, *map(len, rows)])
    program.a_matrix_.index_ = np.concatenate(rows)
    program.a_matrix_.value_ = np.ones(len(program.a_matrix_.index_))
    return program


def _whole(bound: float) -> float:
    """A bound on whole points, which HiGHS works out with limited precision."""
    return float(math.floor(bound + _IMPRECISION))
