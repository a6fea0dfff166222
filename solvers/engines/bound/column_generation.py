"""Lowering the bound by column generation: feasible dual values are moved towards those that the restricted master
problem suggests, and made feasible again by solving the pricing problems.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final, Protocol

import numpy as np

from solvers.engines.bound.columns_to_plan import PlanBuilder, dates_of_column
from solvers.engines.bound.decomposition import GroupKind, each_subproblem
from solvers.engines.bound.final_selection import ROUNDING, StopCriterion, select_columns, without_dominated
from solvers.engines.bound.instance_data import InstanceData, build_instance_data
from solvers.engines.bound.loss_grid import loss_grid_if_small
from solvers.engines.bound.plan_columns import MetColumns, columns_of
from solvers.engines.bound.pricer import Pricer
from solvers.engines.bound.pricing import (
    Column,
    Duals,
    MembersFirstSearch,
    PricingResult,
    PricingSettings,
    revalue,
)
from solvers.engines.bound.restricted_master import RestrictedMaster
from solvers.engines.bound.subproblem import Subproblem
from solvers.instance import Group, Instance
from solvers.referee import check
from solvers.solution import Solution

STEP, SHORTEST, SHORTER, LONGER = 0.5, 0.15, 0.7, 1.15
"""How far to move from the feasible dual values towards the master's (smoothing). Steps get shorter when the columns
that turn up undo most of the gain."""
BOX_WIDTH_AFTER_FIXING: Final = 3.0
"""The box starts this narrow once more dates are fixed: columns known by then have lost some of their value."""
KEPT_SHARE: Final = 0.3
"""The share of a step's expected gain that must be realised for the next step to be as long."""
BOX_WIDTH, WIDER, NARROWER, NARROWEST = 8.0, 1.3, 0.6, 0.5
"""Half the width of the box around the feasible dual values, in points, and how it changes with success and failure."""
LOST_SHARE: Final = 0.15
"""The share of a step's gain that may be lost by ignoring columns of small positive reduced cost."""
FEW_RESIDENTS: Final = 40
"""Instances of at most this many residents are searched with all dates fixed from the start; for larger ones, fixing a
single date gives most of the gain quickly."""
MAX_SHORTFALL: Final = 20.0
"""Columns with a reduced cost below minus this many points are not kept."""
PATIENCE, FINAL_PATIENCE = 2, 10
"""Successive steps with too small a gain before another date is fixed, or before giving up when there are none left to
fix."""
SELECTION_GAP: Final = 15.0
"""The gap to the incumbent, in points, below which enumerating all groups of a better plan is worth trying."""
RETRY_SHARE: Final = 0.8
ENUMERATION_SECONDS: Final = 6.0
MAX_LISTED: Final = 50_000
MIN_GAIN, MIN_GAIN_BEFORE = 0.002, 0.004
"""The smallest gain of a step, as a share of the bound's lead over placing everybody and no more, that justifies
another like it; and the same before all dates are fixed."""


class Report(Protocol):
    """Called with every bound on the value of all groups together."""

    def __call__(self, groups: float) -> None: ...


class ColumnGeneration:
    """Lowers the bound by column generation.

    At the feasible dual values no group has a positive reduced cost, so their objective is a bound.
    """

    def __init__(
        self,
        instance: Instance,
        start: Duals,
        criterion: StopCriterion,
        report: Report,
        incumbent: Solution | None,
        offer: Callable[[Solution], None],
        threads: int = 1,
        met_groups: Callable[[], Iterable[Group]] = tuple,
    ) -> None:
        self._instance = instance
        self._data = build_instance_data(instance)
        self._kinds, self._subproblems = _subproblems_in_time(instance, self._data, criterion)
        self._grids = [loss_grid_if_small(self._data, subproblem, instance.quorum) for subproblem in self._subproblems]
        self._capacity = np.array([person.capacity for person in instance.faculty], dtype=np.float64)
        self._threads, self._pool = threads, ThreadPoolExecutor(threads)
        self._criterion = criterion
        self._offer, self._met = offer, MetColumns(instance, met_groups)
        self._report = report
        self._feasible = start
        self._incumbent = tuple(columns_of(instance, incumbent.groups)) if incumbent else ()
        self._master = RestrictedMaster(len(instance.residents), self._capacity)
        self._master.add(self._incumbent)
        self._columns: list[Column] = []
        self._pricer = Pricer(self._data, self._subproblems, self._grids, criterion)
        if len(instance.residents) <= FEW_RESIDENTS:
            self._pricer.be_thorough()
        self._box_width = BOX_WIDTH
        self._idle_steps = 0
        self._listed_gap = math.inf

    def run(self) -> None:
        """Lower the bound until time is up or nothing more can be gained."""
        with self._pool:
            self._iterate()

    def _iterate(self) -> None:
        step = STEP
        while not self._criterion.over() and self._subproblems:
            self._master.add(self._met.new())
            master_duals = self._master.solve(self._feasible, self._box_width, self._criterion.seconds_left())
            if master_duals is None:
                return
            before = self._objective(self._feasible)
            self._make_feasible(self._feasible.towards(master_duals, step))
            gain = before - self._objective(self._feasible)
            if self._pricer.knows_all_dates:
                too_far = gain < KEPT_SHARE * step * (before - self._objective(master_duals))
                step = max(SHORTEST, step * SHORTER) if too_far else min(STEP, step * LONGER)
            self._deepen_if_idle(gain, before)
            if self._pricer.knows_all_dates:
                worth_listing = self._idle_steps >= FINAL_PATIENCE or self._gap() <= SELECTION_GAP
                if (worth_listing and self._try_final_selection()) or (
                    self._idle_steps >= FINAL_PATIENCE and self._box_width <= NARROWEST
                ):
                    return
            self._box_width = max(NARROWEST, self._box_width * (WIDER if gain > 0 else NARROWER))

    def _gap(self) -> float:
        """By how much the value of the incumbent's groups falls short of the bound."""
        return (
            self._objective(self._feasible) - sum(column.value for column in self._incumbent)
            if self._incumbent
            else math.inf
        )

    def _try_final_selection(self) -> bool:
        """Enumerate all groups of a better plan and select among them; whether that closed the proof."""
        gap = self._gap()
        if None in self._grids or self._listed_gap <= gap:
            return False
        self._listed_gap = gap * RETRY_SHARE
        groups = self._enumerate_columns(gap - 1 + ROUNDING)
        if groups is None:
            return False
        known = sum(column.value for column in self._incumbent)

        def tell(bound: float) -> None:
            self._report(max(known, bound))

        selection = select_columns(without_dominated(groups), self._capacity, self._criterion, tell)
        if selection is not None:
            tell(selection.bound)
            self._offer_plan(selection.columns)
        return True

    def _offer_plan(self, columns: Sequence[Column]) -> None:
        """Turn the selected columns into a plan, and offer it if it keeps the rules."""
        builder, groups = PlanBuilder(self._instance), []
        for column in columns:
            subproblem, grid = self._subproblems[column.subproblem], self._grids[column.subproblem]
            assert grid is not None
            dates = dates_of_column(self._data, subproblem, grid, column)
            groups.append(builder.group(self._kinds[column.subproblem], column, dates))
        plan = tuple(group for group in groups if group is not None)
        verdict = check(self._instance, Solution(self._instance.name, plan))
        if verdict.ok and len(plan) == len(groups):
            self._offer(Solution(self._instance.name, plan, verdict.score))

    def _enumerate_columns(self, slack: float) -> list[Column] | None:
        """All groups with a reduced cost of at least minus ``slack``; None if there are too many."""
        columns: list[Column] = []
        end = time.monotonic() + ENUMERATION_SECONDS
        for number, (subproblem, grid) in enumerate(zip(self._subproblems, self._grids, strict=True)):
            assert grid is not None
            search = MembersFirstSearch(
                self._data, subproblem, grid, self._feasible, PricingSettings(0), max(slack, ROUNDING), MAX_LISTED
            )
            while not (result := search.advance(self._pricer.chunk_of_nodes(number))).complete:
                if self._criterion.over() or time.monotonic() > end or len(result.columns) == MAX_LISTED:
                    return None
            columns += [replace(column, subproblem=number) for column in result.columns]
        return columns

    def _objective(self, duals: Duals) -> float:
        return duals.objective(self._capacity)

    def _revalue_columns(self) -> None:
        """Rebuild the master with tighter values of the columns.

        Columns found with fewer dates fixed are overestimated.
        """
        known = (
            revalue(
                self._data,
                self._subproblems[column.subproblem],
                column,
                self._feasible,
                self._pricer.fixed_dates,
                MAX_SHORTFALL,
            )
            for column in self._columns
        )
        self._columns = [column for column in known if column is not None]
        self._master = RestrictedMaster(len(self._instance.residents), self._capacity)
        self._master.add(self._incumbent)
        self._master.add(self._met.known)
        self._master.add(self._columns)

    def _deepen_if_idle(self, gain: float, before: float) -> None:
        """Search more thoroughly, unless the last steps gained enough without."""
        placed = self._instance.weights.placed * len(self._instance.residents)
        min_gain = MIN_GAIN if self._pricer.knows_all_dates else MIN_GAIN_BEFORE
        self._idle_steps = self._idle_steps + 1 if gain < min_gain * max(1.0, before - placed) else 0
        if self._idle_steps >= PATIENCE and self._pricer.deepen():
            self._idle_steps = 0
            self._box_width = min(self._box_width, BOX_WIDTH_AFTER_FIXING)
            self._revalue_columns()

    def _make_feasible(self, duals: Duals) -> None:
        """Raise dual values, subproblem by subproblem, until no group has a positive reduced cost.

        Whatever a search tolerated is added for every resident at the end. What is raised for one subproblem remains
        valid for those searched before, since reduced costs only fall. The result is accepted if its objective is
        lower.
        """
        step_gain = (self._objective(self._feasible) - self._objective(duals)) / len(duals.residents)
        tolerance, rise = LOST_SHARE * step_gain, np.zeros(len(duals.residents))
        numbers = self._pricer.quickest_first()
        for first in range(0, len(numbers), self._threads):
            batch = numbers[first : first + self._threads]
            before = duals
            for number, result in self._price_all(batch, before, tolerance):
                self._add(replace(column, subproblem=number) for column in result.columns)
                if not result.complete:
                    return
                duals = duals.at_least(result.duals)
                residents = self._subproblems[number].residents
                rise[residents] = np.maximum(rise[residents], result.tolerance)
            if self._objective(duals) + rise.sum() >= self._objective(self._feasible):
                return
        self._accept(Duals(duals.residents + rise, duals.faculty))

    def _add(self, columns: Iterable[Column]) -> None:
        for column in columns:
            self._columns.append(column)
            self._master.add([column])

    def _accept(self, duals: Duals) -> None:
        """Take dual values that are known to be feasible if their objective is the lowest so far."""
        if self._objective(duals) < self._objective(self._feasible):
            self._feasible = duals
            self._report(self._objective(duals))

    def _price_all(self, numbers: Sequence[int], duals: Duals, tolerance: float) -> list[tuple[int, PricingResult]]:
        """Solve some pricing problems at the same time, each in a thread; compiled code releases the lock.

        One stops early once the objective of the raised dual values is no improvement.
        """

        def hopeless(result: PricingResult) -> bool:
            return self._objective(result.duals) >= self._objective(self._feasible)

        def search(number: int) -> tuple[int, PricingResult]:
            return number, self._pricer.search(number, duals, tolerance, hopeless)

        if len(numbers) == 1:
            return [search(numbers[0])]
        return list(self._pool.map(search, numbers))


def _subproblems_in_time(
    instance: Instance, data: InstanceData, criterion: StopCriterion
) -> tuple[list[GroupKind], list[Subproblem]]:
    """All subproblems with what their groups share; none at all if time is up before they are laid out."""
    kinds, subproblems = [], []
    for kind, subproblem in each_subproblem(instance, data):
        kinds.append(kind)
        subproblems.append(subproblem)
        if criterion.over():
            return [], []
    return kinds, subproblems
