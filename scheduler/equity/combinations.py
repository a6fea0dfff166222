"""Whether figures, put together, tell of a few people: the one rule by which every shown figure is judged. Pure.

A figure is a sum over *units*: what is counted of somebody once (whether they are in a group), or once for each thing
(whether they came to this session). Figures can be added and subtracted: a total minus its parts, a site minus a grade,
this month's minus last month's. Whatever comes of that is again a sum over units, each taken so many times. If those
that are left over are of fewer than :data:`FEWEST` people, the figures tell of them, however they are labelled.

So the rule is: no combination of the figures shown, but one of nothing at all, is about fewer people. It is checked
over all combinations, not over those that somebody thought of. Units that are in the same figures can't be told apart
by any combination, so they count as one lot. A combination that tells has none of the lots of too many people; what
then is left falls into parts that have no lot in common, and each is searched by itself: of a lot of few people either
nothing is left, or its people are among the few. Where that would take too long, figures are hidden as if they told.
Numbers are taken modulo a large prime, which misses no combination that is there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

FEWEST: Final = 5
"""Figures about fewer people are not shown."""

Unit = tuple[Hashable, Hashable]
"""Whose it is, and what it is."""
Figure = TypeVar("Figure", bound=Hashable)
_PRIME: Final = 2**61 - 1
_MOST_STEPS: Final = 2_000
"""So many steps a part is searched for; most take a few."""
_Sparse = dict[int, int]


@dataclass(frozen=True, slots=True)
class _Row:
    """A combination: how often each lot of units is in it, and how often each figure was taken (by its number)."""

    lots: _Sparse
    taken: _Sparse


def figures_to_hide(
    wanted: Mapping[Figure, Collection[Unit]],
    published: Collection[Collection[Unit]] = (),
    *,
    rather_not: Collection[Figure] = (),
    fewest: int = FEWEST,
) -> frozenset[Figure]:
    """Which of the figures that are ``wanted`` may not be shown, beside those that have been ``published`` before.

    The smallest of a combination that tells is hidden, one in ``rather_not`` only where nothing else would do. The same
    figures give the same answer, in whatever order they come.
    """
    people = {figure: len({whose for whose, _ in units}) for figure, units in wanted.items()}
    hidden = {figure for figure, number in people.items() if 0 < number < fewest}
    while True:
        shown = sorted(wanted.keys() - hidden, key=repr)
        told = find_telling([*published, *(wanted[figure] for figure in shown)], fewest)
        if told is None:
            return frozenset(hidden)
        own = [shown[number - len(published)] for number in told if number >= len(published)] or shown
        if not own:
            return frozenset(hidden)
        hidden.add(min(own, key=lambda figure: (figure in rather_not, people[figure], repr(figure))))


def find_telling(figures: Collection[Collection[Unit]], fewest: int = FEWEST) -> frozenset[int] | None:
    """The numbers of figures of which a combination is about fewer people; None where there is none."""
    owners, rows = _lots_of(figures)
    for lot in [lot for lot, people in enumerate(owners) if len(people) >= fewest]:
        rows = _vanishing(rows, lot)
    for part in _parts(_reduced(rows)):
        found = _Search(owners, fewest).through(part, frozenset(), frozenset())
        if found is not None:
            return found
    return None


def _lots_of(figures: Collection[Collection[Unit]]) -> tuple[list[frozenset[Hashable]], list[_Row]]:
    """Whose units each lot has, and the figures as combinations of lots; without those that follow from others."""
    within: dict[Unit, list[int]] = defaultdict(list)
    for number, units in enumerate(figures):
        for unit in set(units):
            within[unit].append(number)
    lots: dict[tuple[int, ...], set[Hashable]] = defaultdict(set)
    for (whose, _), found in within.items():
        lots[tuple(found)].add(whose)
    rows = [_Row({}, {number: 1}) for number in range(len(figures))]
    for lot, numbers in enumerate(lots):
        for number in numbers:
            rows[number].lots[lot] = 1
    return [frozenset(each) for each in lots.values()], list(_independent(rows))


def _independent(rows: list[_Row]) -> Iterator[_Row]:
    left = rows
    while left:
        first, *left = left
        if first.lots:
            left = [_without(row, first, next(iter(first.lots))) for row in left]
            yield first


def _reduced(rows: list[_Row]) -> list[_Row]:
    """The same combinations, each with a lot that is in no other."""
    found: dict[int, _Row] = {}
    for row in rows:
        for lot, other in found.items():
            row = _without(row, other, lot)
        own = min(row.lots)
        found = {lot: _without(other, row, own) for lot, other in found.items()} | {own: row}
    return list(found.values())


def _parts(rows: list[_Row]) -> Iterator[list[_Row]]:
    """Combinations that have a lot in common, directly or by way of others, together."""
    left = list(rows)
    while left:
        part: list[_Row] = [left.pop()]
        lots: set[int] = set()
        for row in part:  # it grows meanwhile
            lots |= row.lots.keys()
            part += [other for other in left if not lots.isdisjoint(other.lots)]
            left = [other for other in left if lots.isdisjoint(other.lots)]
        yield part


class _Search:
    """For a combination of one part in which few people are left."""

    def __init__(self, owners: list[frozenset[Hashable]], fewest: int) -> None:
        self._owners, self._fewest, self._steps = owners, fewest, 0

    def through(self, rows: list[_Row], people: frozenset[Hashable], free: frozenset[int]) -> frozenset[int] | None:
        """The figures of one; ``people`` may be left, who own the ``free`` lots."""
        while rows:
            self._steps += 1
            left = {lot for row in rows for lot in row.lots} - free
            if not left or self._steps > _MOST_STEPS:
                return frozenset(number for row in rows[: 1 if not left else None] for number in row.taken)
            costs = {lot: len(self._owners[lot] - people) for lot in left}
            free |= {lot for lot, cost in costs.items() if not cost}
            dear = max(left, key=lambda lot: (costs[lot], -lot))
            if not costs[dear]:
                continue
            if len(people) + costs[dear] < self._fewest:
                found = self.through(rows, people | self._owners[dear], free | {dear})
                if found is not None:
                    return found
            rows = _vanishing(rows, dear)
        return None


def _vanishing(rows: list[_Row], lot: int) -> list[_Row]:
    """The combinations in which this lot is not."""
    having = [row for row in rows if lot in row.lots]
    if not having:
        return rows
    pivot = min(having, key=lambda row: len(row.lots))
    return [_without(row, pivot, lot) for row in rows if row is not pivot]


def _without(row: _Row, pivot: _Row, lot: int) -> _Row:
    if lot not in row.lots:
        return row
    times = row.lots[lot] * pow(pivot.lots[lot], -1, _PRIME) % _PRIME
    return _Row(_minus(row.lots, pivot.lots, times), _minus(row.taken, pivot.taken, times))


def _minus(one: _Sparse, other: _Sparse, times: int) -> _Sparse:
    found = dict(one)
    for key, value in other.items():
        rest = (found.get(key, 0) - times * value) % _PRIME
        if rest:
            found[key] = rest
        else:
            found.pop(key, None)
    return found
