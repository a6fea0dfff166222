"""Likeness encoded: everybody's values in the categories that matter, and what residents ask of them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from solvers.engines.search.likeness import ASK_KINDS, HAS_TAG, LIKE, NEVER_ALONE, UNLIKE
from solvers.engines.search.problem import NONE, Smalls
from solvers.instance import Faculty, Instance, Resident

MOST_COMPANIONS = 48
"""How many of those who would be company each resident has on their list."""


@dataclass(frozen=True, slots=True)
class LikenessTables:
    """``traits`` (people, categories) are values or NONE; ``asks`` are categories, list after list, each of which
    starts at ``ask_start`` (kinds, residents + 1)."""

    traits: Smalls
    ask_start: Smalls
    asks: Smalls

    @property
    def asks_likeness(self) -> bool:
        """Whether anybody wants somebody alike or different."""
        return bool(self.ask_start[NEVER_ALONE, 0])

    @property
    def asks_never_alone(self) -> bool:
        """Whether anybody must not be the only one."""
        return len(self.asks) > self.ask_start[NEVER_ALONE, 0]


def likeness_tables(instance: Instance, people: Sequence[Resident | Faculty]) -> LikenessTables:
    """Wishes that earn nothing, as they are worth no points or their owner told no value, are left out."""
    weights = instance.weights
    wished = [
        (
            _told(person, person.like) if weights.like else [],
            _told(person, person.unlike) if weights.unlike else [],
        )
        for person in instance.residents
    ]
    categories = sorted({category for both in wished for kind in both for category in kind})
    tags = sorted({tag for person in instance.residents for tag in person.firm})
    number = {category: index for index, category in enumerate(categories)}
    of_tag = {tag: len(categories) + index for index, tag in enumerate(tags)}
    lists: list[list[list[int]]] = [[] for _ in range(ASK_KINDS)]
    for person, (like, unlike) in zip(instance.residents, wished, strict=True):
        lists[LIKE].append([number[category] for category in like])
        lists[UNLIKE].append([number[category] for category in unlike])
        lists[NEVER_ALONE].append([of_tag[tag] for tag in person.firm])
    return LikenessTables(_values(people, number, of_tag), *_flat(lists))


def companions(instance: Instance, people: Sequence[Resident | Faculty]) -> list[list[int]]:
    """For each resident who must not be the only one with a tag, other residents who have it; of many, some."""
    having: dict[str, list[int]] = defaultdict(list)
    for index, person in enumerate(people[: len(instance.residents)]):
        for tag in person.tags:
            having[tag].append(index)
    return [
        _spread_out(sorted({other for tag in person.firm for other in having[tag]} - {index}), index)
        for index, person in enumerate(instance.residents)
    ]


def _told(person: Resident, categories: Sequence[str]) -> list[str]:
    return [category for category in categories if category in person.traits]


def _spread_out(others: list[int], turn: int) -> list[int]:
    """Every so many of a long list, from another one on for each turn, so that all are on somebody's."""
    step = math.ceil(len(others) / MOST_COMPANIONS) if others else 1
    return others[turn % step :: step]


def _values(people: Sequence[Resident | Faculty], number: dict[str, int], of_tag: dict[str, int]) -> Smalls:
    table = np.full((len(people), len(number) + len(of_tag)), NONE, dtype=np.int32)
    known: dict[tuple[str, str], int] = {}
    for row, person in zip(table, people, strict=True):
        for category, value in person.traits.items():
            if category in number:
                row[number[category]] = known.setdefault((category, value), len(known))
        for tag in person.tags:
            if tag in of_tag:
                row[of_tag[tag]] = HAS_TAG
    return table


def _flat(lists: list[list[list[int]]]) -> tuple[Smalls, Smalls]:
    starts, flat = [], list[int]()
    for kind in lists:
        row = [len(flat)]
        for entries in kind:
            flat.extend(entries)
            row.append(len(flat))
        starts.append(row)
    return np.array(starts, dtype=np.int32), np.array(flat, dtype=np.int32)
