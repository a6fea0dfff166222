"""Whom evidence counts, from when on, and under what. Pure.

People come in lots of five or more, so that no release differs from the one before by fewer; who is waiting to be
counted is counted with the next who come. In each aspect somebody stays in the cell in which they came in, wherever
they work later; and they are in none where fewer than five came in with them who were the same, or would be left beside
those who are in none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from scheduler.equity.combinations import FEWEST
from scheduler.evidence.model import Counted, Entered, Kind


def newly_entered(known: Collection[Entered], people: Iterable[Counted], release: int) -> tuple[Entered, ...]:
    """Who comes in with a release, beside those ``known``: of each kind enough, or nobody."""
    counted = {each.person_id for each in known}
    waiting: dict[Kind, list[Counted]] = defaultdict(list)
    for each in people:
        if each.person_id not in counted:
            waiting[each.kind].append(each)
    first = max((each.number for each in known), default=0) + 1
    found: list[Entered] = []
    for kind in Kind:
        if len(waiting[kind]) >= FEWEST:
            found += _lot(sorted(waiting[kind], key=lambda each: each.person_id), first + len(found), release)
    return tuple(found)


def _lot(people: Sequence[Counted], first: int, release: int) -> list[Entered]:
    aspects = sorted({aspect for each in people for aspect in each.values})
    kept = {aspect: _kept([each.values.get(aspect, "") for each in people]) for aspect in aspects}
    return [
        Entered(first + place, each.person_id, each.kind, release, _cells(each.values, kept))
        for place, each in enumerate(people)
    ]


def _cells(values: Mapping[str, str], kept: Mapping[str, Collection[str]]) -> dict[str, str]:
    return {aspect: value for aspect, value in values.items() if value in kept[aspect]}


def _kept(values: Sequence[str]) -> frozenset[str]:
    """The values that enough people share, and without which nobody is left, or enough are."""
    sizes = {value: values.count(value) for value in set(values)}
    small_first = sorted(sizes, key=lambda value: (sizes[value], value))
    left = 0
    while small_first and (sizes[small_first[0]] < FEWEST or 0 < left < FEWEST):
        left += sizes[small_first.pop(0)]
    return frozenset(small_first)
