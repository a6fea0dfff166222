"""How each subproblem is searched: with more dates fixed as the bound stops falling, and members first where that is
quicker.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Final

from solvers.engines.bound.final_selection import StopCriterion
from solvers.engines.bound.instance_data import InstanceData
from solvers.engines.bound.loss_grid import LossGrid
from solvers.engines.bound.pricing import (
    MAX_NODES,
    DatesFirstSearch,
    Duals,
    MembersFirstSearch,
    PricingResult,
    PricingSettings,
    max_fixed_dates,
)
from solvers.engines.bound.subproblem import Subproblem

MIN_TOLERANCE, TOLERANCE_GROWTH = 0.05, 1.5
SLOW_SECONDS: Final = 4.0
"""After this long, the tolerance of a search is raised, and again after every further chunk of nodes."""
CHUNK_SECONDS: Final = 0.8
FIRST_NODES: Final = 400
"""So many nodes are taken to fill a chunk before any were timed."""
FEWEST_NODES: Final = 50
"""A chunk has so many nodes at least, which is enough to time them."""
LEAST_PATIENCE: Final = 0.05
PATIENCE_SHARE: Final = 1.5
"""The members-first search may take so many times as long as the dates-first search of the same subproblem took."""
MOST_TRIES, MORE_TRIES = 1_000_000, 8
"""The most groups tried at a leaf, and how many times as many once the bound stops falling with all dates fixed."""

Hopeless = Callable[[PricingResult], bool]


class Pricer:
    """Searches subproblems as thoroughly as has become worth while.

    ``fixed_dates`` is how many dates the dates-first search fixes. Methods may be called from several threads, for a
    subproblem each.
    """

    def __init__(
        self,
        data: InstanceData,
        subproblems: Sequence[Subproblem],
        grids: Sequence[LossGrid | None],
        criterion: StopCriterion,
    ) -> None:
        self._data, self._subproblems, self._grids, self._criterion = data, subproblems, grids, criterion
        self._most_dates = max_fixed_dates(data)
        self.fixed_dates = 1
        self._tries = PricingSettings(1).tries
        self._members_first = [False] * len(subproblems)
        self._seconds = [0.0] * len(subproblems)
        self._seconds_dates_first = [0.0] * len(subproblems)
        self._seconds_per_node = [CHUNK_SECONDS / FIRST_NODES] * len(subproblems)

    @property
    def knows_all_dates(self) -> bool:
        """Whether every search has all dates in view, or as many as there can be."""
        return self.fixed_dates == self._most_dates or all(self._members_first)

    def deepen(self) -> bool:
        """Search more thoroughly from now on; False if that is not possible."""
        if all(self._members_first):
            return False
        if self.fixed_dates < self._most_dates:
            self.fixed_dates += 1
        elif self._tries < MOST_TRIES:
            self._tries *= MORE_TRIES
        else:
            return False
        self._members_first = [grid is not None for grid in self._grids]
        return True

    def be_thorough(self) -> None:
        """Have all dates in view from the start."""
        self.fixed_dates = self._most_dates
        self._members_first = [grid is not None for grid in self._grids]

    def quickest_first(self) -> list[int]:
        """The numbers of the subproblems, by the time their last searches took."""
        return sorted(range(len(self._subproblems)), key=self._seconds.__getitem__)

    def search(self, number: int, duals: Duals, tolerance: float, hopeless: Hopeless) -> PricingResult:
        """Search a subproblem. The result is not complete if it is hopeless to go on, or time is up.

        The tolerance is raised if the search takes long.
        """
        started = time.perf_counter()
        result = self._search_members_first(number, duals, tolerance, hopeless) if self._members_first[number] else None
        if result is None:
            started_dates_first = time.perf_counter()
            result = self._search_dates_first(number, duals, tolerance, hopeless)
            self._seconds_dates_first[number] = time.perf_counter() - started_dates_first
        self._seconds[number] = time.perf_counter() - started
        return result

    def chunk_of_nodes(self, number: int, seconds: float = CHUNK_SECONDS) -> int:
        """About how many nodes of a subproblem are searched in so many seconds."""
        return max(FEWEST_NODES, int(min(MAX_NODES, seconds / self._seconds_per_node[number])))

    def _search_members_first(
        self, number: int, duals: Duals, tolerance: float, hopeless: Hopeless
    ) -> PricingResult | None:
        """Search members first; None, now and until searches get more thorough, if that takes too long."""
        grid = self._grids[number]
        assert grid is not None
        search = MembersFirstSearch(
            self._data, self._subproblems[number], grid, duals, PricingSettings(self.fixed_dates, tolerance)
        )
        patience = max(LEAST_PATIENCE, PATIENCE_SHARE * self._seconds_dates_first[number])
        end = time.monotonic() + patience
        while True:
            result = self._advance(search, number, min(CHUNK_SECONDS, patience))
            if result.complete or self._criterion.over() or hopeless(result):
                return result
            if time.monotonic() > end:
                self._members_first[number] = False
                return None

    def _search_dates_first(self, number: int, duals: Duals, tolerance: float, hopeless: Hopeless) -> PricingResult:
        settings = PricingSettings(self.fixed_dates, tolerance, self._tries)
        search = DatesFirstSearch(self._data, self._subproblems[number], duals, settings)
        end = time.monotonic() + SLOW_SECONDS
        while True:
            result = self._advance(search, number, CHUNK_SECONDS)
            if result.complete or self._criterion.over() or hopeless(result):
                return result
            if time.monotonic() > end:
                search.raise_tolerance(max(MIN_TOLERANCE, TOLERANCE_GROWTH * result.tolerance))

    def _advance(self, search: DatesFirstSearch | MembersFirstSearch, number: int, seconds: float) -> PricingResult:
        started = time.perf_counter()
        result = search.advance(self.chunk_of_nodes(number, seconds))
        if result.nodes >= FEWEST_NODES:
            self._seconds_per_node[number] = (time.perf_counter() - started) / result.nodes
        return result
