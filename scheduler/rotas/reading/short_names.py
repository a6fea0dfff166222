"""Names on one sheet of which one may be short for the other, though both are names that people have: told by where
they stand."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import permutations

from scheduler.rotas.naming.likeness import is_given_name
from scheduler.rotas.reading.cells import folded
from scheduler.rotas.reading.layout import Entry

_SHORTEST = 3
_MOST_BESIDE = 1 / 3
"""How often the longer name may stand at the posts of the shorter one, for each time that this one does."""


def perhaps_short(entries: Sequence[Entry]) -> Iterator[tuple[str, str]]:
    """Pairs (short, long) of names such as *Alex* and *Alexandre* that never stand in one cell, and never on one day or
    hardly ever at the same posts: two people would."""
    places = _Places(entries)
    words = {name: folded(name).split() for name in dict.fromkeys(entry.person for entry in entries)}
    alone = [name for name, parts in words.items() if len(parts) == 1 and len(parts[0]) >= _SHORTEST]
    for short, long in permutations(alone, 2):
        shorter, longer = words[short][0], words[long][0]
        are_names = longer.startswith(shorter) and is_given_name(shorter) and is_given_name(longer)
        if are_names and shorter != longer and places.may_be_one(short, long):
            yield short, long


class _Places:
    """Where and when names stand."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._cells: dict[str, set[str]] = defaultdict(set)
        self._days: dict[str, set[date]] = defaultdict(set)
        self._posts: dict[str, Counter[str]] = defaultdict(Counter)
        for entry in entries:
            self._cells[entry.person].add(entry.cell)
            self._days[entry.person].add(entry.day)
            self._posts[entry.person][entry.text] += 1

    def may_be_one(self, short: str, long: str) -> bool:
        """Whether two names may be one person's by where they stand."""
        if self._cells[short] & self._cells[long]:
            return False
        beside = sum(count for post, count in self._posts[long].items() if post in self._posts[short])
        apart = beside <= _MOST_BESIDE * self._posts[short].total()
        return apart or not self._days[short] & self._days[long]
