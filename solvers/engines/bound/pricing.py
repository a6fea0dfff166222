"""Dual values of residents and facilitators, and the pricing problem: which groups have a positive reduced cost?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final, cast

import numpy as np

from solvers.engines.bound.attendance_patterns import OPEN
from solvers.engines.bound.column_buffer import ColumnBuffer, new_column_buffer
from solvers.engines.bound.dates_first import search_dates_first
from solvers.engines.bound.dates_first_workspace import FOUND, NODES, TOLERANCE, TRIES, new_dates_first_workspace
from solvers.engines.bound.instance_data import Floats, InstanceData
from solvers.engines.bound.loss_grid import LossGrid
from solvers.engines.bound.members_first import search_members_first
from solvers.engines.bound.members_first_workspace import SLACK, new_members_first_workspace
from solvers.engines.bound.subproblem import Subproblem, single_group

MAX_COLUMNS: Final = 300
MAX_NODES: Final = 10**12
UNKNOWN: Final = -1


@dataclass(frozen=True, slots=True)
class Duals:
    """A dual value for each resident (of being in a group) and each facilitator (of leading one); none is negative.

    The reduced cost of a column is its value less the dual values of its members and facilitators.
    """

    residents: Floats
    faculty: Floats

    def towards(self, other: Duals, share: float) -> Duals:
        """The convex combination of both, ``share`` of it ``other``."""
        return Duals(
            (1 - share) * self.residents + share * other.residents, (1 - share) * self.faculty + share * other.faculty
        )

    def at_least(self, other: Duals) -> Duals:
        """The larger of both, for each resident and facilitator."""
        return Duals(np.maximum(self.residents, other.residents), np.maximum(self.faculty, other.faculty))

    def of(self, column: Column) -> float:
        """The sum of the dual values of the members and facilitators of ``column``."""
        return float(self.residents[list(column.residents)].sum() + self.faculty[list(column.faculty)].sum())

    def objective(self, capacity: Floats) -> float:
        """The dual objective: a bound on the value of any plan if no group has a positive reduced cost."""
        return float(self.residents.sum() + capacity @ self.faculty)


@dataclass(frozen=True, slots=True)
class Column:
    """A group, or a relaxation of one: its members, its facilitators, and the most it can be worth.

    ``option`` and ``subproblem`` tell where it was found; they are UNKNOWN for the groups of a plan.
    """

    residents: tuple[int, ...]
    faculty: tuple[int, ...]
    value: float
    option: int = field(default=UNKNOWN, compare=False)
    subproblem: int = field(default=UNKNOWN, compare=False)


@dataclass(frozen=True, slots=True)
class PricingResult:
    """What one search has found so far.

    If it is ``complete``, no group of the subproblem has a reduced cost above ``tolerance`` per member at the raised
    ``duals``. ``columns`` are groups that did before their members' dual values were raised. ``nodes`` counts the work.
    """

    duals: Duals
    tolerance: float
    columns: tuple[Column, ...]
    complete: bool
    nodes: int


@dataclass(frozen=True, slots=True)
class PricingSettings:
    """How thorough a search is.

    ``fixed_dates`` is how many dates are fixed before the other rounds are relaxed; groups with a reduced cost of at
    most ``tolerance`` per member are ignored. ``tries`` is how many groups are tried at a leaf of the dates-first
    search before its relaxation is used instead.
    """

    fixed_dates: int
    tolerance: float = 0.0
    tries: int = 2_000


class DatesFirstSearch:
    """Branch and bound over the dates of a subproblem; raises dual values until no group has a positive reduced cost.

    It can be interrupted and resumed.
    """

    def __init__(self, data: InstanceData, subproblem: Subproblem, duals: Duals, settings: PricingSettings) -> None:
        self._data, self._subproblem, self._duals = data, subproblem, duals
        self._fixed_dates = min(settings.fixed_dates, max_fixed_dates(data))
        self._buffer = new_column_buffer(subproblem, MAX_COLUMNS)
        self._option_cost = _option_costs(subproblem, duals)
        self._order = np.argsort(self._option_cost, kind="stable").astype(np.int32)
        self._work = new_dates_first_workspace(data, subproblem)
        self._work.base[:] = subproblem.base - duals.residents[subproblem.residents]
        self._work.limits[TOLERANCE] = settings.tolerance
        self._work.counters[TRIES] = settings.tries

    def raise_tolerance(self, tolerance: float) -> None:
        """Ignore groups with a reduced cost below ``tolerance`` per member from now on."""
        self._work.limits[TOLERANCE] = max(self._work.limits[TOLERANCE], tolerance)

    def advance(self, nodes: int) -> PricingResult:
        """Search ``nodes`` more nodes; the result so far."""
        work, subproblem, buffer = self._work, self._subproblem, self._buffer
        work.counters[NODES] = nodes
        complete = search_dates_first(
            self._data, subproblem, work, buffer, self._order, self._option_cost, self._fixed_dates
        )
        return PricingResult(
            duals=_raised_duals(self._duals, subproblem, work.base),
            tolerance=float(work.limits[TOLERANCE]),
            columns=tuple(_columns(subproblem, int(work.counters[FOUND]), buffer)),
            complete=bool(complete),
            nodes=nodes - int(work.counters[NODES]),
        )


class MembersFirstSearch:
    """Branch and bound over the members of a subproblem, exact about all dates.

    Raises dual values until no group has a positive reduced cost. With some ``slack``, it lists all groups with a
    reduced cost of at least minus ``slack`` instead, and dual values stay as they are. It can be interrupted and
    resumed.
    """

    def __init__(
        self,
        data: InstanceData,
        subproblem: Subproblem,
        grid: LossGrid,
        duals: Duals,
        settings: PricingSettings,
        slack: float = 0.0,
        max_columns: int = MAX_COLUMNS,
    ) -> None:
        self._data, self._subproblem, self._grid, self._duals = data, subproblem, grid, duals
        self._buffer = new_column_buffer(subproblem, max_columns)
        self._option_cost = _option_costs(subproblem, duals)
        self._work = new_members_first_workspace(
            subproblem, grid, data.marks.shape[1], int(data.weekly_time.max(initial=0))
        )
        self._work.base[:] = subproblem.base - duals.residents[subproblem.residents]
        self._work.limits[[TOLERANCE, SLACK]] = settings.tolerance, slack

    def raise_tolerance(self, tolerance: float) -> None:
        """Ignore groups with a reduced cost below ``tolerance`` per member from now on."""
        self._work.limits[TOLERANCE] = max(self._work.limits[TOLERANCE], tolerance)

    def advance(self, nodes: int) -> PricingResult:
        """Search ``nodes`` more nodes; the result so far."""
        work, subproblem = self._work, self._subproblem
        work.counters[NODES] = nodes
        complete = search_members_first(self._data, subproblem, self._grid, work, self._buffer, self._option_cost)
        return PricingResult(
            duals=_raised_duals(self._duals, subproblem, work.base),
            tolerance=float(work.limits[TOLERANCE]),
            columns=tuple(_columns(subproblem, int(work.counters[FOUND]), self._buffer)),
            complete=bool(complete),
            nodes=nodes - int(work.counters[NODES]),
        )


def _option_costs(subproblem: Subproblem, duals: Duals) -> Floats:
    """The sum of the dual values of each option's facilitators, less what it earns the group."""
    # NO_FACILITATOR and ANY_FACILITATOR are negative, so they index the two zeros appended: they cost nothing.
    padded = np.concatenate([duals.faculty, [0.0, 0.0]])
    duals_of_option = padded[subproblem.first_facilitator] + padded[subproblem.second_facilitator]
    return cast(Floats, duals_of_option - subproblem.option_points)


def _raised_duals(duals: Duals, subproblem: Subproblem, base: Floats) -> Duals:
    """``duals``, raised for the members of ``subproblem`` whose ``base`` has been lowered."""
    residents = duals.residents.copy()
    residents[subproblem.residents] = np.maximum(residents[subproblem.residents], subproblem.base - base)
    return Duals(residents, duals.faculty)


def _columns(subproblem: Subproblem, found: int, buffer: ColumnBuffer) -> Iterator[Column]:
    for number in range(found):
        size, option = int(buffer.size[number]), int(buffer.option[number])
        members = sorted(buffer.members[number, :size].tolist())
        facilitators = (int(subproblem.first_facilitator[option]), int(subproblem.second_facilitator[option]))
        value = float(buffer.value[number] + subproblem.option_points[option])
        yield Column(
            tuple(members), tuple(facilitator for facilitator in facilitators if facilitator >= 0), value, option
        )


def revalue(
    data: InstanceData, subproblem: Subproblem, column: Column, duals: Duals, fixed_dates: int, max_shortfall: float
) -> Column | None:
    """``column`` of ``subproblem`` with the most it can be worth when so many dates are fixed.

    None if its reduced cost is below minus ``max_shortfall``.
    """
    lower = Duals(duals.residents - max_shortfall / len(column.residents), duals.faculty)
    single = single_group(subproblem, column.residents, column.option)
    result = DatesFirstSearch(data, single, lower, PricingSettings(fixed_dates)).advance(MAX_NODES)
    rise = result.duals.of(column) - lower.of(column)
    return None if rise <= 0 else replace(column, value=min(column.value, lower.of(column) + rise))


def max_fixed_dates(data: InstanceData) -> int:
    """How many dates the dates-first search can fix one after another."""
    return int((data.patterns != OPEN).sum(axis=1).max())
