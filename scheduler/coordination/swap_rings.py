"""Rings of people each of whom would rather be where the next one is, the shortest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

LONGEST: Final = 4
"""So many people swap at once, at most."""
MOST_LOOKED_AT: Final = 20_000
"""So many beginnings of rings are followed, at most, for one person: where hundreds wish at once, not all can be."""


@dataclass(frozen=True, slots=True)
class Step:
    """Somebody who goes from one group into another, by their keys."""

    person_id: int
    out_of: str
    into: str


Ring = tuple[Step, ...]


def rings(first: int, homes: Mapping[int, str], wanted: Mapping[int, Collection[str]]) -> Iterator[Ring]:
    """All rings of two to :data:`LONGEST` people that this person is part of, the shortest first; no group is in one
    twice. ``homes`` is the group of each person, ``wanted`` those that they would go to, the first to be served first.
    """
    living_in: dict[str, list[int]] = defaultdict(list)
    for who in wanted:
        if who in homes:
            living_in[homes[who]].append(who)
    paths: list[tuple[int, ...]] = [(first,)] if first in homes else []
    looked_at = 0
    for _length in range(2, LONGEST + 1):
        longer: list[tuple[int, ...]] = []
        for path in paths:
            seen = {homes[who] for who in path}
            for key in sorted(wanted.get(path[-1], ())):
                for following in living_in[key] if key not in seen else ():
                    looked_at += 1
                    if looked_at > MOST_LOOKED_AT:
                        return
                    whole = (*path, following)
                    longer.append(whole)
                    if homes[first] in wanted[following]:
                        yield _ring(whole, homes)
        paths = longer


def _ring(people: tuple[int, ...], homes: Mapping[int, str]) -> Ring:
    return tuple(
        Step(who, homes[who], homes[following]) for who, following in zip(people, (*people[1:], people[0]), strict=True)
    )
