"""Which figures of a table must not be shown, so that nobody can be told from them. Pure.

People are counted by several aspects at once (grade, site, …), a cell for each value of an aspect, and the sum of all
is shown. A cell of fewer than :data:`FEWEST` people is hidden. What is hidden may not be computed from what is shown
either, by whoever knows who is in which cell. So more is hidden until

- in each aspect nothing is hidden, or at least two cells of together :data:`FEWEST` people;
- no combination of what is shown is about fewer people (:mod:`scheduler.equity.combinations`), such as those of a
  site beside a grade that are all of its people but one; and
- for each hidden cell there are two people, one in it and one not, of whom different things are counted and who are
  alike in all that is shown: were they exchanged, every figure shown would be the same, and the hidden one another.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping

from scheduler.equity.combinations import FEWEST as FEWEST
from scheduler.equity.combinations import figures_to_hide

Cell = tuple[int, Hashable]
"""The number of an aspect, and the value that the people of the cell share."""
Counted = tuple[tuple[Hashable, ...], Hashable]
"""Somebody: their value in each aspect, and what is counted of them."""


def cells_to_hide(people: Iterable[Counted], fewest: int = FEWEST) -> frozenset[Cell]:
    """The cells that are not to be shown beside the sum of all these people, who are ``fewest`` or more."""
    everybody = list(people)
    kinds = Counter(everybody)
    sizes: Counter[Cell] = Counter()
    for (values, _), number in kinds.items():
        for cell in enumerate(values):
            sizes[cell] += number
    hidden = {cell for cell, size in sizes.items() if size < fewest}
    while True:
        while (more := _next(kinds, sizes, hidden, fewest)) is not None:
            hidden.add(more)
        if not (telling := _telling(everybody, hidden, fewest)):
            return frozenset(hidden)
        hidden |= telling


def _telling(people: Collection[Counted], hidden: Collection[Cell], fewest: int) -> frozenset[Cell]:
    """Cells that, put together with the sum and others, tell of fewer people."""
    units: dict[Cell, list[tuple[int, int]]] = defaultdict(list)
    for number, (values, _) in enumerate(people):
        for cell in enumerate(values):
            if cell not in hidden:
                units[cell].append((number, 0))
    return figures_to_hide(units, [[(number, 0) for number in range(len(people))]], fewest=fewest)


def _next(kinds: Collection[Counted], sizes: Mapping[Cell, int], hidden: Collection[Cell], fewest: int) -> Cell | None:
    """A further cell that has to be hidden; None where it is enough, or nothing more would help."""
    for aspect in {aspect for aspect, _ in hidden}:
        own = [cell for cell in hidden if cell[0] == aspect]
        if len(own) == 1 or sum(sizes[cell] for cell in own) < fewest:
            found = _smallest(sizes, hidden, {aspect})
            if found is not None:
                return found
    for aspect, value in sorted(hidden, key=repr):
        if not _is_blurred(kinds, hidden, (aspect, value)):
            every = {other for other, _ in sizes}
            found = _smallest(sizes, hidden, {aspect}) or _smallest(sizes, hidden, every)
            if found is not None:
                return found
    return None


def _smallest(sizes: Mapping[Cell, int], hidden: Collection[Cell], aspects: Collection[int]) -> Cell | None:
    shown = [cell for cell in sizes if cell not in hidden and cell[0] in aspects]
    return min(shown, key=lambda cell: (sizes[cell], repr(cell)), default=None)


def _is_blurred(kinds: Collection[Counted], hidden: Collection[Cell], cell: Cell) -> bool:
    """Whether somebody of the cell and somebody else could be exchanged without a trace in what is shown."""
    aspect, value = cell
    inside: dict[Hashable, set[Hashable]] = defaultdict(set)
    outside: dict[Hashable, set[Hashable]] = defaultdict(set)
    for values, counted in kinds:
        seen = tuple(None if each in hidden else each for each in enumerate(values))
        (inside if values[aspect] == value else outside)[seen].add(counted)
    return any(len(found | outside[seen]) > 1 for seen, found in inside.items() if outside.get(seen))
