"""Prices for residents and faculty, and what the families have that exceeds them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from solvers.engines.bounding.dates import explore
from solvers.engines.bounding.facts import Facts, Floats
from solvers.engines.bounding.family import (
    FLOOR,
    FOUND,
    HIGHEST,
    NOBODY,
    NODES,
    RAISE,
    Family,
    Finds,
    new_desk,
    no_finds,
)
from solvers.engines.bounding.grid import Grid
from solvers.engines.bounding.mustering import muster
from solvers.engines.bounding.roll import SLACK, new_roll

MOST_FINDS: Final = 60


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
    """What the search of one family saw: no group exceeds its price by more than ``excess`` a resident."""

    excess: float
    columns: tuple[Column, ...]
    complete: bool
    nodes: int


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to search: how many dates to fix before the rest are left open, and how many nodes.

    ``floor`` is the excess a resident that is of no interest, ``greed`` the share of the best excess found below
    which nothing is of interest any more.
    """

    dates: int
    nodes: int
    floor: float = 0.0
    greed: float = 1.0


def look(facts: Facts, family: Family, prices: Prices, effort: Effort) -> Sight:
    """Search ``family`` for groups that exceed their ``prices``."""
    rounds = len(facts.round_first) - 1
    slots, residents = facts.marks.shape
    desk = new_desk(family, rounds, residents, len(facts.lead_site), slots, int(facts.beat.max(initial=0)))
    desk.reals[FLOOR], desk.reals[RAISE] = effort.floor, effort.greed
    finds = no_finds(family, MOST_FINDS)
    # Nobody and anybody, numbered below 0, come from the end: they cost nothing.
    padded = np.concatenate([prices.faculty, [0.0, 0.0]])
    cost = padded[family.lead_a] + padded[family.lead_b]
    base = family.base - prices.residents[family.ids]
    seen = explore(facts, family, desk, finds, base, cost, min(effort.dates, rounds), effort.nodes)
    return Sight(
        excess=max(float(desk.reals[FLOOR]), float(desk.reals[HIGHEST])),
        columns=tuple(_columns(family, int(desk.tally[FOUND]), finds, prices, cost)),
        complete=bool(seen),
        nodes=effort.nodes - int(desk.tally[NODES]),
    )


class Closer:
    """A search of ``family``, members first and all dates fixed, for groups that exceed their ``prices``.

    With some ``slack``, for all groups that miss their price by fewer points than that. It may be interrupted.
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
        self._roll = new_roll(family, grid, facts.marks.shape[1], int(facts.beat.max(initial=0)))
        self._roll.reals[[FLOOR, RAISE, SLACK]] = effort.floor, effort.greed, slack
        self._finds = no_finds(family, most)
        padded = np.concatenate([prices.faculty, [0.0, 0.0]])
        self._cost = padded[family.lead_a] + padded[family.lead_b]
        self._base = family.base - prices.residents[family.ids]

    def go_on(self, nodes: int) -> Sight:
        """What has been seen after ``nodes`` more nodes."""
        roll, family = self._roll, self._family
        seen = muster(self._facts, family, self._grid, roll, self._finds, self._base, self._cost, nodes)
        return Sight(
            excess=max(float(roll.reals[FLOOR]), float(roll.reals[HIGHEST])),
            columns=tuple(_columns(family, int(roll.tally[FOUND]), self._finds, self._prices, self._cost)),
            complete=bool(seen),
            nodes=nodes - int(roll.tally[NODES]),
        )


def _columns(family: Family, found: int, finds: Finds, prices: Prices, cost: Floats) -> Iterator[Column]:
    for number in range(found):
        size, option = int(finds.size[number]), int(finds.option[number])
        members = sorted(finds.members[number, :size].tolist())
        leaders = (int(family.lead_a[option]), int(family.lead_b[option]))
        worth = float(finds.excess[number]) * size + float(prices.residents[members].sum()) + float(cost[option])
        yield Column(tuple(members), tuple(leader for leader in leaders if leader >= 0), worth, option)
