"""Prices for residents and faculty, and what the families have that exceeds them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from solvers.engines.bounding.dates import explore
from solvers.engines.bounding.facts import Facts, Floats
from solvers.engines.bounding.family import (
    FLOOR,
    FOUND,
    NOBODY,
    NODES,
    Family,
    Finds,
    new_desk,
    no_finds,
    only,
)
from solvers.engines.bounding.grid import Grid
from solvers.engines.bounding.mustering import muster
from solvers.engines.bounding.patterns import OPEN
from solvers.engines.bounding.roll import SLACK, new_roll

MOST_FINDS: Final = 300
MOST_NODES: Final = 10**12


@dataclass(frozen=True, slots=True)
class Prices:
    """What being in a group costs each resident, and a group each of the faculty; none below 0."""

    residents: Floats
    faculty: Floats

    def towards(self, other: Prices, share: float) -> Prices:
        """Prices on the way to ``other``."""
        return Prices(
            (1 - share) * self.residents + share * other.residents, (1 - share) * self.faculty + share * other.faculty
        )

    def at_least(self, other: Prices) -> Prices:
        """The higher of the two for everybody."""
        return Prices(np.maximum(self.residents, other.residents), np.maximum(self.faculty, other.faculty))

    def of(self, column: Column) -> float:
        """What the members and facilitators of ``column`` pay together."""
        return float(self.residents[list(column.residents)].sum() + self.faculty[list(column.faculty)].sum())

    def total(self, capacity: Floats) -> float:
        """What everybody together would pay: no plan is worth more if no group is worth more than it pays."""
        return float(self.residents.sum() + capacity @ self.faculty)


@dataclass(frozen=True, slots=True)
class Column:
    """A group, or one that could be if more were possible than is: who is in it and what it is worth at most.

    ``option`` and ``family`` tell where it was found.
    """

    residents: tuple[int, ...]
    faculty: tuple[int, ...]
    worth: float
    option: int = field(default=NOBODY, compare=False)
    family: int = field(default=NOBODY, compare=False)


@dataclass(frozen=True, slots=True)
class Sight:
    """What the search of one family saw: at ``prices`` no group exceeds its price by more than ``excess`` a resident.

    Only if it is ``complete``, that is. ``columns`` are groups that did exceed theirs before prices were raised.
    """

    prices: Prices
    excess: float
    columns: tuple[Column, ...]
    complete: bool
    nodes: int


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to search: how many dates to settle before the rest are left open.

    ``floor`` is the excess a resident that is of no interest.
    """

    dates: int
    floor: float = 0.0


class Explorer:
    """A search of ``family``, dates first, that raises ``prices`` until no group exceeds them.

    It may be interrupted.
    """

    def __init__(self, facts: Facts, family: Family, prices: Prices, effort: Effort) -> None:
        self._facts, self._family, self._prices = facts, family, prices
        self._dates = min(effort.dates, deepest(facts))
        self._finds = no_finds(family, MOST_FINDS)
        self._cost = _costs(family, prices)
        self._order = np.argsort(self._cost, kind="stable").astype(np.int32)
        self._desk = new_desk(facts, family)
        self._desk.base[:] = family.base - prices.residents[family.ids]
        self._desk.reals[FLOOR] = effort.floor

    def raise_floor(self, floor: float) -> None:
        """From now on, nothing is of interest that exceeds its price by less than ``floor`` a resident."""
        self._desk.reals[FLOOR] = max(self._desk.reals[FLOOR], floor)

    def go_on(self, nodes: int) -> Sight:
        """What has been seen after ``nodes`` more nodes."""
        desk, family, finds = self._desk, self._family, self._finds
        desk.tally[NODES] = nodes
        seen = explore(self._facts, family, desk, finds, self._order, self._cost, self._dates)
        return Sight(
            prices=_raised(self._prices, family, desk.base),
            excess=float(desk.reals[FLOOR]),
            columns=tuple(_columns(family, int(desk.tally[FOUND]), finds)),
            complete=bool(seen),
            nodes=nodes - int(desk.tally[NODES]),
        )


class Closer:
    """A search of ``family``, members first and all dates settled, that raises ``prices`` until no group exceeds them.

    With some ``slack``, for all groups that miss their price by fewer points than that, and prices stay. It may be
    interrupted.
    """

    def __init__(
        self,
        facts: Facts,
        family: Family,
        grid: Grid,
        prices: Prices,
        effort: Effort,
        slack: float = 0.0,
        most: int = MOST_FINDS,
    ) -> None:
        self._facts, self._family, self._grid, self._prices = facts, family, grid, prices
        self._finds = no_finds(family, most)
        self._cost = _costs(family, prices)
        self._roll = new_roll(family, grid, facts.marks.shape[1], int(facts.beat.max(initial=0)))
        self._roll.base[:] = family.base - prices.residents[family.ids]
        self._roll.reals[[FLOOR, SLACK]] = effort.floor, slack

    def raise_floor(self, floor: float) -> None:
        """From now on, nothing is of interest that exceeds its price by less than ``floor`` a resident."""
        self._roll.reals[FLOOR] = max(self._roll.reals[FLOOR], floor)

    def go_on(self, nodes: int) -> Sight:
        """What has been seen after ``nodes`` more nodes."""
        roll, family = self._roll, self._family
        roll.tally[NODES] = nodes
        seen = muster(self._facts, family, self._grid, roll, self._finds, self._cost)
        return Sight(
            prices=_raised(self._prices, family, roll.base),
            excess=float(roll.reals[FLOOR]),
            columns=tuple(_columns(family, int(roll.tally[FOUND]), self._finds)),
            complete=bool(seen),
            nodes=nodes - int(roll.tally[NODES]),
        )


def _costs(family: Family, prices: Prices) -> Floats:
    """The price of each option."""
    # Nobody and anybody, numbered below 0, come from the end: they cost nothing.
    padded = np.concatenate([prices.faculty, [0.0, 0.0]])
    return padded[family.lead_a] + padded[family.lead_b]


def _raised(prices: Prices, family: Family, base: Floats) -> Prices:
    """``prices`` once members bring in no more than ``base`` above them."""
    residents = prices.residents.copy()
    residents[family.ids] = np.maximum(residents[family.ids], family.base - base)
    return Prices(residents, prices.faculty)


def _columns(family: Family, found: int, finds: Finds) -> Iterator[Column]:
    for number in range(found):
        size, option = int(finds.size[number]), int(finds.option[number])
        members = sorted(finds.members[number, :size].tolist())
        leaders = (int(family.lead_a[option]), int(family.lead_b[option]))
        worth = float(finds.worth[number])
        yield Column(tuple(members), tuple(leader for leader in leaders if leader >= 0), worth, option)


def appraise(facts: Facts, family: Family, column: Column, prices: Prices, dates: int, near: float) -> Column | None:
    """``column``, which is of ``family``, for what it is worth at most with so many dates settled.

    None if it misses its price by more than ``near`` points.
    """
    lower = Prices(prices.residents - near / len(column.residents), prices.faculty)
    alone = only(family, column.residents, column.option)
    sight = Explorer(facts, alone, lower, Effort(dates)).go_on(MOST_NODES)
    excess = sight.prices.of(column) - lower.of(column)
    return None if excess <= 0 else replace(column, worth=min(column.worth, lower.of(column) + excess))


def deepest(facts: Facts) -> int:
    """So many dates can be settled one after another."""
    return int((facts.patterns != OPEN).sum(axis=1).max())
