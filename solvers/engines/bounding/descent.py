"""Lowering the bound: prices that no group exceeds, moved towards what the groups found so far justify."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final, Protocol

import numpy as np

from solvers.engines.bounding.closing import ROUNDING, best_of_each, choose
from solvers.engines.bounding.composing import Composer, best_dates_of
from solvers.engines.bounding.facts import Floats, lay_out
from solvers.engines.bounding.families import kinds_of_families
from solvers.engines.bounding.grid import grid_if_small
from solvers.engines.bounding.master import Master
from solvers.engines.bounding.pricing import (
    MOST_NODES,
    Closer,
    Column,
    Effort,
    Explorer,
    Prices,
    Sight,
    appraise,
    deepest,
)
from solvers.instance import Group, Instance
from solvers.lookup import Lookup, Roll
from solvers.points import group_points
from solvers.referee import check
from solvers.solution import Solution

STEP, SHORTEST, SHORTER, LONGER = 0.5, 0.15, 0.7, 1.15
"""How far to go, from safe prices, towards those that the columns known would justify: less far where the groups that
turn up on the way take most of it back."""
CLOSE_WIDTH: Final = 3.0
"""How far it may look at first once more dates are settled: the columns known then tell less than they seemed to."""
KEPT: Final = 0.3
"""The part of a step that is worth another as long."""
WIDTH, WIDER, NARROWER, NARROWEST = 8.0, 1.3, 0.6, 0.5
"""How far from safe prices the program may look, in points, and how that changes with success and failure."""
TOLERANCE: Final = 0.15
"""The part of a step's gain that may be lost to groups left out of sight."""
FEW_RESIDENTS: Final = 40
"""So few are searched with all dates fixed from the start; with more, fixing one at first soon shows most."""
NEAR: Final = 20.0
"""Columns that miss their price by more points are not worth remembering."""
LEAST_FLOOR, HIGHER = 0.05, 1.5
LONG_SECONDS: Final = 4.0
"""After so long, a search is told to be content with a higher floor, and again."""
CHUNK_SECONDS: Final = 0.8
FIRST_NODES: Final = 400
PATIENCE, BORED = 2, 10
"""Steps in a row that gain too little before another date is settled, or there are no more to settle."""
NEARLY_CLOSED: Final = 15.0
"""Points between a plan known and the bound at which it is worth listing all groups of a better plan."""
TRY_AGAIN: Final = 0.8
LISTING_SECONDS: Final = 6.0
MOST_LISTED: Final = 50_000
WORTHWHILE, WORTHWHILE_BEFORE = 0.002, 0.01
"""The least gain of a step, as a part of the bound's lead over doing nothing, that is worth another like it; and the
same before all dates are settled."""


class Watch(Protocol):
    """Tells when to end."""

    def left(self) -> float: ...

    def over(self) -> bool: ...


class Report(Protocol):
    """Takes every bound on the worth of all groups together."""

    def __call__(self, groups: float) -> None: ...


class Descent:
    """``safe`` prices are exceeded by no group, so what they amount to is a bound."""

    def __init__(
        self,
        instance: Instance,
        best: Floats,
        watch: Watch,
        report: Report,
        incumbent: Solution | None,
        offer: Callable[[Solution], None],
        threads: int = 1,
    ) -> None:
        self._instance = instance
        self._facts = lay_out(instance)
        kinds = kinds_of_families(instance, self._facts)
        self._kinds, self._families = [kind for kind, _ in kinds], [family for _, family in kinds]
        self._grids = [grid_if_small(self._facts, family, instance.quorum) for family in self._families]
        self._capacity = np.array([person.capacity for person in instance.faculty], dtype=np.float64)
        self._threads, self._pool = threads, ThreadPoolExecutor(threads)
        self._watch = watch
        self._offer = offer
        self._report = report
        self._safe = Prices(best, np.zeros(len(instance.faculty)))
        self._real = tuple(columns_of(instance, incumbent.groups)) if incumbent else ()
        self._master = Master(len(instance.residents), self._capacity)
        self._master.add(self._real)
        self._found: list[Column] = []
        every = None not in self._grids
        self._last = instance.rounds if every else deepest(self._facts)
        self._dates = self._last if every and len(instance.residents) <= FEW_RESIDENTS else 1
        self._width = WIDTH
        self._idle = 0
        self._tried = math.inf
        self._cost = [0.0] * len(self._families)
        self._pace = [CHUNK_SECONDS / FIRST_NODES] * len(self._families)

    def run(self) -> None:
        """Lower the bound until time is up or nothing is left to gain."""
        with self._pool:
            self._lower()

    def _lower(self) -> None:
        step = STEP
        while not self._watch.over() and self._families:
            answer = self._master.solve(self._safe, self._width, self._watch.left())
            if answer is None:
                return
            before = self._total(self._safe)
            self._repair(self._safe.towards(answer, step))
            gain = before - self._total(self._safe)
            if self._dates == self._last:
                far = gain < KEPT * step * (before - self._total(answer))
                step = max(SHORTEST, step * SHORTER) if far else min(STEP, step * LONGER)
            self._deepen(gain, before)
            if self._dates == self._last:
                worth_listing = self._idle >= BORED or self._gap() <= NEARLY_CLOSED
                if (worth_listing and self._close()) or (self._idle >= BORED and self._width <= NARROWEST):
                    return
            self._width = max(NARROWEST, self._width * (WIDER if gain > 0 else NARROWER))

    def _gap(self) -> float:
        """By how much the plan handed over falls short of what is proven."""
        return self._total(self._safe) - sum(column.worth for column in self._real) if self._real else math.inf

    def _close(self) -> bool:
        """List all groups that a better plan could be made of, and choose; whether nothing is left to do."""
        gap = self._gap()
        if None in self._grids or self._tried <= gap:
            return False
        self._tried = gap * TRY_AGAIN
        groups = self._within(gap - 1 + ROUNDING)
        if groups is None:
            return False
        known = sum(column.worth for column in self._real)

        def tell(bound: float) -> None:
            self._report(max(known, bound))

        choice = choose(best_of_each(groups), self._capacity, self._watch, tell)
        if choice is not None:
            tell(choice.bound)
            self._offer_plan(choice.columns)
        return True

    def _offer_plan(self, columns: Sequence[Column]) -> None:
        """Make a plan of these groups, and hand it over if it keeps the rules."""
        composer, groups = Composer(self._instance), []
        for column in columns:
            family, grid = self._families[column.family], self._grids[column.family]
            assert grid is not None
            dates = best_dates_of(self._facts, family, grid, column)
            groups.append(composer.group(self._kinds[column.family], column, dates))
        plan = tuple(group for group in groups if group is not None)
        verdict = check(self._instance, Solution(self._instance.name, plan))
        if verdict.ok and len(plan) == len(groups):
            self._offer(Solution(self._instance.name, plan, verdict.score))

    def _within(self, slack: float) -> list[Column] | None:
        """All groups that miss their price by no more than ``slack``; None if they are too many."""
        columns: list[Column] = []
        end = time.monotonic() + LISTING_SECONDS
        for number, (family, grid) in enumerate(zip(self._families, self._grids, strict=True)):
            assert grid is not None
            closer = Closer(self._facts, family, grid, self._safe, Effort(0), max(slack, ROUNDING), MOST_LISTED)
            while not (sight := closer.go_on(self._nodes(number))).complete:
                if self._watch.over() or time.monotonic() > end or len(sight.columns) == MOST_LISTED:
                    return None
            columns += [replace(column, family=number) for column in sight.columns]
        return columns

    def _total(self, prices: Prices) -> float:
        return prices.total(self._capacity)

    def _appraise(self) -> None:
        """Start over with what columns known are really worth: found with fewer dates, they are taken for too much."""
        known = (
            appraise(self._facts, self._families[column.family], column, self._safe, self._dates, NEAR)
            for column in self._found
        )
        self._found = [column for column in known if column is not None]
        self._master = Master(len(self._instance.residents), self._capacity)
        self._master.add(self._real)
        self._master.add(self._found)

    def _deepen(self, gain: float, before: float) -> None:
        """Settle one more date in the search, if nothing much was gained without."""
        placed = self._instance.weights.placed * len(self._instance.residents)
        glancing = self._dates < self._last
        least, patience = (WORTHWHILE_BEFORE, PATIENCE) if glancing else (WORTHWHILE, BORED)
        self._idle = self._idle + 1 if gain < least * max(1.0, before - placed) else 0
        if glancing and self._idle >= patience:
            self._dates = self._dates + 1 if None in self._grids else self._last
            self._idle = 0
            self._width = min(self._width, CLOSE_WIDTH)
            self._appraise()

    def _repair(self, prices: Prices) -> None:
        """Raise prices for the members of groups that exceed them, family by family, and for all by what is left.

        What is raised for one family holds for those seen before as well. Safe from now on if it amounts to less.
        """
        slack = (self._total(self._safe) - self._total(prices)) / len(prices.residents)
        floor, more = TOLERANCE * slack, np.zeros(len(prices.residents))
        numbers = sorted(range(len(self._families)), key=self._cost.__getitem__)
        for first in range(0, len(numbers), self._threads):
            due = numbers[first : first + self._threads]
            before = prices
            for number, sight in self._search_all(due, before, floor):
                self._learn(replace(column, family=number) for column in sight.columns)
                if not sight.complete:
                    return
                prices = prices.at_least(sight.prices)
                ids = self._families[number].ids
                more[ids] = np.maximum(more[ids], sight.excess)
            if self._total(prices) + more.sum() >= self._total(self._safe):
                return
        self._take(Prices(prices.residents + more, prices.faculty))

    def _learn(self, columns: Iterable[Column]) -> None:
        for column in columns:
            self._found.append(column)
            self._master.add([column])

    def _take(self, prices: Prices) -> None:
        """Take prices that no group exceeds for safe if they amount to less than those before."""
        if self._total(prices) < self._total(self._safe):
            self._safe = prices
            self._report(self._total(prices))

    def _search_all(self, numbers: Sequence[int], prices: Prices, floor: float) -> list[tuple[int, Sight]]:
        """Search some families side by side, each in a thread; compiled, that takes as many cores."""

        def timed(number: int) -> tuple[int, Sight]:
            started = time.perf_counter()
            sight = self._search(number, prices, floor)
            self._cost[number] = time.perf_counter() - started
            return number, sight

        if len(numbers) == 1:
            return [timed(numbers[0])]
        return list(self._pool.map(timed, numbers))

    def _search(self, number: int, prices: Prices, floor: float) -> Sight:
        """Search a family; what takes long, with a higher floor. Gives up where prices rise too far."""
        searcher = self._searcher(number, prices, floor)
        end = time.monotonic() + LONG_SECONDS
        while True:
            nodes = self._nodes(number)
            started = time.perf_counter()
            sight = searcher.go_on(nodes)
            if sight.nodes >= FIRST_NODES:
                self._pace[number] = (time.perf_counter() - started) / sight.nodes
            if sight.complete or self._watch.over() or self._total(sight.prices) >= self._total(self._safe):
                return sight
            if time.monotonic() > end:
                searcher.raise_floor(max(LEAST_FLOOR, HIGHER * sight.excess))

    def _searcher(self, number: int, prices: Prices, floor: float) -> Explorer | Closer:
        grid = self._grids[number]
        effort = Effort(self._dates, floor)
        if grid is not None and self._dates == self._last:
            return Closer(self._facts, self._families[number], grid, prices, effort)
        return Explorer(self._facts, self._families[number], prices, effort)

    def _nodes(self, number: int) -> int:
        return max(50, int(min(MOST_NODES, CHUNK_SECONDS / self._pace[number])))


def columns_of(instance: Instance, groups: Iterable[Group]) -> Iterator[Column]:
    """The groups of a plan as columns."""
    lookup = Lookup.of(instance)
    resident = {person.id: number for number, person in enumerate(instance.residents)}
    leader = {person.id: number for number, person in enumerate(instance.faculty)}
    for group in groups:
        if roll := Roll.call(lookup, group):
            members = tuple(sorted(resident[person.id] for person in roll.residents))
            yield Column(
                members, tuple(sorted(leader[p.id] for p in roll.faculty)), sum(group_points(lookup, roll).values())
            )
