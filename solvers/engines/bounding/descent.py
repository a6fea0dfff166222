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
from solvers.engines.bounding.grid import Grid, grid_if_small
from solvers.engines.bounding.master import Master
from solvers.engines.bounding.pricing import MOST_FINDS, Closer, Column, Effort, Prices, Sight, look
from solvers.instance import Group, Instance
from solvers.lookup import Lookup, Roll
from solvers.points import group_points
from solvers.referee import check
from solvers.solution import Solution

STEP, SHORTEST, SHORTER, LONGER = 0.5, 0.15, 0.7, 1.15
"""How far to go, from safe prices, towards those that the columns known would justify: less far where the groups that
turn up on the way take most of it back."""
KEPT: Final = 0.3
"""The part of a step that is worth another as long."""
WIDTH, WIDER, NARROWER, NARROWEST = 8.0, 1.3, 0.6, 0.5
"""How far from safe prices the program may look, in points, and how that changes with success and failure."""
TOLERANCE: Final = 0.15
"""The part of a step's gain that may be lost to groups left out of sight."""
REPAIRS: Final = 20
FEW_RESIDENTS: Final = 40
"""So few are searched with all dates fixed from the start; with more, fixing one at first soon shows most."""
GREED, GREED_OF_FEW = 0.5, 1.0
"""The lower, the more columns a search finds, and the longer it takes."""
ENOUGH: Final = 30
"""Columns of a family enough to go on with, even if its search is not complete."""
LEAST_FLOOR: Final = 0.05
CHUNK_SECONDS: Final = 0.8
MOST_NODES: Final = 10**12
FIRST_NODES: Final = 400
PATIENCE, BORED = 3, 10
"""Steps in a row that gain too little before another date is fixed, or there are no more to fix."""
NEARLY_CLOSED: Final = 15.0
"""Points between a plan known and the bound at which it is worth listing all groups of a better plan."""
TRY_AGAIN: Final = 0.8
LISTING_SECONDS: Final = 6.0
MOST_LISTED: Final = 50_000
WORTHWHILE, WORTHWHILE_BEFORE = 0.002, 0.01
"""The least gain of a step, as a part of the bound's lead over doing nothing, that is worth another like it; and the
same where members could be searched first, after some time."""
GLANCING_SECONDS: Final = 3.0


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
        self._forget()
        few = len(instance.residents) <= FEW_RESIDENTS
        self._dates, self._greed = 1, GREED_OF_FEW if few else GREED
        if few and None not in self._grids:
            self._dates = instance.rounds
        self._started = time.monotonic()
        self._idle = 0
        self._tried = math.inf
        self._cost = [0.0] * len(self._families)
        self._pace = [CHUNK_SECONDS / FIRST_NODES] * len(self._families)

    def run(self) -> None:
        """Lower the bound until time is up or nothing is left to gain."""
        with self._pool:
            self._lower()

    def _lower(self) -> None:
        width, step = WIDTH, STEP
        while not self._watch.over() and self._families:
            answer = self._master.solve(self._safe, width, self._watch.left())
            if answer is None:
                return
            before = self._total(self._safe)
            self._repair(self._safe.towards(answer, step))
            gain = before - self._total(self._safe)
            if self._dates >= self._instance.rounds:
                far = gain < KEPT * step * (before - self._total(answer))
                step = max(SHORTEST, step * SHORTER) if far else min(STEP, step * LONGER)
            self._deepen(gain, before)
            if self._dates >= self._instance.rounds:
                worth_listing = self._idle >= BORED or self._gap() <= NEARLY_CLOSED
                if (worth_listing and self._close()) or (self._idle >= BORED and width <= NARROWEST):
                    return
            width = max(NARROWEST, width * (WIDER if gain > 0 else NARROWER))

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
            closer = Closer(self._facts, family, grid, self._safe, Effort(0, 0), max(slack, ROUNDING), MOST_LISTED)
            while not (sight := closer.go_on(self._nodes(number))).complete:
                if self._watch.over() or time.monotonic() > end or len(sight.columns) == MOST_LISTED:
                    return None
            columns += [replace(column, family=number) for column in sight.columns]
        return columns

    def _total(self, prices: Prices) -> float:
        return prices.total(self._capacity)

    def _forget(self) -> None:
        """Start over with real groups: columns found with fewer dates fixed are taken for worth too much."""
        self._master = Master(len(self._instance.residents), self._capacity)
        self._master.add(self._real)

    def _deepen(self, gain: float, before: float) -> None:
        """Fix one more date in the search, if nothing much was gained without."""
        placed = self._instance.weights.placed * len(self._instance.residents)
        late = time.monotonic() - self._started > GLANCING_SECONDS
        closer = None not in self._grids and self._dates < self._instance.rounds
        least = WORTHWHILE_BEFORE if late and closer else WORTHWHILE
        self._idle = self._idle + 1 if gain < least * max(1.0, before - placed) else 0
        if self._idle >= PATIENCE and self._dates < self._instance.rounds:
            self._dates = self._instance.rounds if None not in self._grids else self._dates + 1
            self._idle = 0
            self._forget()

    def _repair(self, prices: Prices) -> None:
        """Raise prices for the members of groups that exceed them, family by family, and for all by what is left.

        What is raised for one family holds for those seen before as well. Safe from now on if it amounts to less.
        """
        slack = (self._total(self._safe) - self._total(prices)) / len(prices.residents)
        floor, more = TOLERANCE * slack, np.zeros(len(prices.residents))
        numbers = sorted(range(len(self._families)), key=self._cost.__getitem__)
        for first in range(0, len(numbers), self._threads):
            due = numbers[first : first + self._threads]
            for _ in range(REPAIRS):
                if self._total(prices) + more.sum() >= self._total(self._safe):
                    return
                seen = self._look_at_all(due, prices, floor)
                if self._watch.over():
                    return
                for number, sight in seen:
                    self._master.add(sight.columns)
                    if sight.complete and sight.excess <= 2 * floor:
                        due.remove(number)
                        ids = self._families[number].ids
                        more[ids] = np.maximum(more[ids], sight.excess)
                    else:
                        prices = _raised(prices, sight.columns)
                if not due:
                    break
            else:
                return
        self._take(Prices(prices.residents + more, prices.faculty))

    def _take(self, prices: Prices) -> None:
        """Take prices that no group exceeds for safe if they amount to less than those before."""
        if self._total(prices) < self._total(self._safe):
            self._safe = prices
            self._report(self._total(prices))

    def _look_at_all(self, numbers: Sequence[int], prices: Prices, floor: float) -> list[tuple[int, Sight]]:
        """Search some families side by side, each in a thread; compiled, that takes as many cores."""

        def timed(number: int) -> tuple[int, Sight]:
            started = time.perf_counter()
            sight = self._look_at(number, prices, floor)
            self._cost[number] = time.perf_counter() - started
            return number, sight

        if len(numbers) == 1:
            return [timed(numbers[0])]
        return list(self._pool.map(timed, numbers))

    def _look_at(self, number: int, prices: Prices, floor: float) -> Sight:
        """Search a family, for as long as a listener can wait; what is too much for that with a higher floor."""
        grid = self._grids[number]
        if grid is not None and self._dates == self._instance.rounds:
            return self._look_closely_at(number, grid, prices, floor)
        columns: list[Column] = []
        while True:
            nodes = self._nodes(number)
            started = time.perf_counter()
            sight = look(self._facts, self._families[number], prices, Effort(self._dates, nodes, floor, self._greed))
            self._keep_pace(number, started, sight)
            columns += sight.columns
            if sight.complete or len(columns) >= ENOUGH or self._watch.over():
                return replace(sight, columns=tuple(columns))
            floor = max(2 * floor, sight.excess, LEAST_FLOOR)

    def _look_closely_at(self, number: int, grid: Grid, prices: Prices, floor: float) -> Sight:
        effort = Effort(self._dates, 0, floor, self._greed)
        closer = Closer(self._facts, self._families[number], grid, prices, effort)
        while True:
            nodes = self._nodes(number)
            started = time.perf_counter()
            sight = closer.go_on(nodes)
            self._keep_pace(number, started, sight)
            if sight.complete or len(sight.columns) >= MOST_FINDS or self._watch.over():
                return sight

    def _nodes(self, number: int) -> int:
        return max(50, int(min(MOST_NODES, CHUNK_SECONDS / self._pace[number])))

    def _keep_pace(self, number: int, started: float, sight: Sight) -> None:
        if sight.nodes >= FIRST_NODES:
            self._pace[number] = (time.perf_counter() - started) / sight.nodes


def _raised(prices: Prices, columns: Sequence[Column]) -> Prices:
    """Let the members of each column share what it still exceeds its price by."""
    residents = prices.residents.copy()
    raised = Prices(residents, prices.faculty)
    for column in sorted(columns, key=lambda column: prices.of(column) - column.worth):
        missing = column.worth - raised.of(column)
        if missing > 0:
            residents[list(column.residents)] += missing / len(column.residents)
    return raised


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
