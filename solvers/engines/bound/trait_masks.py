"""What people say of themselves in one mask: a field of bits for each category, and in it a bit for each value.

Above each field is a guard bit, into which a field that is not empty carries over.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from solvers.instance import Faculty, Instance, Resident

MASK_BITS: Final = 62
"""Categories that do not fit are granted and never taken back, which only relaxes the bound."""


@dataclass(frozen=True, slots=True)
class Wished:
    """The categories in which each resident can have somebody alike, or different, at all; others earn nothing."""

    like: Sequence[Sequence[str]]
    unlike: Sequence[Sequence[str]]
    values: Mapping[str, Counter[str]]

    @staticmethod
    def of(instance: Instance) -> Wished:
        """Of an instance: wishes that are worth points, and that somebody could meet."""
        weights, values = instance.weights, _values([*instance.residents, *instance.faculty])

        def alike(person: Resident) -> list[str]:
            return [c for c in person.like if c in person.traits and values[c][person.traits[c]] > 1]

        def different(person: Resident) -> list[str]:
            return [c for c in person.unlike if c in person.traits and len(values[c]) > 1]

        return Wished(
            [alike(person) if weights.like > 0 else [] for person in instance.residents],
            [different(person) if weights.unlike > 0 else [] for person in instance.residents],
            values,
        )

    def granted(self, instance: Instance) -> list[int]:
        """The points for all of them, a resident each."""
        weights = instance.weights
        return [
            weights.like * len(like) + weights.unlike * len(unlike)
            for like, unlike in zip(self.like, self.unlike, strict=True)
        ]


class TraitMasks:
    """The fields of the mask, the most wished for categories first, as far as there is room."""

    def __init__(self, wished: Wished) -> None:
        asked = Counter(category for lists in (wished.like, wished.unlike) for some in lists for category in some)
        self._bit: dict[tuple[str, str], int] = {}
        self._field: dict[str, int] = {}
        self.fields = self.guards = 0
        first = 0
        for category, _ in sorted(asked.items(), key=lambda item: (-item[1], item[0])):
            width = len(wished.values[category])
            if first + width + 1 > MASK_BITS:
                continue
            self._bit |= {(category, value): 1 << first + n for n, value in enumerate(wished.values[category])}
            self._field[category] = ((1 << width) - 1) << first
            self.fields |= self._field[category]
            self.guards |= 1 << first + width
            first += width + 1

    def own(self, person: Resident | Faculty, categories: Iterable[str] | None = None) -> int:
        """The bits of somebody's values, in all categories or in some."""
        asked = person.traits if categories is None else categories
        return sum(self._bit.get((category, person.traits[category]), 0) for category in asked)

    def others(self, person: Resident, categories: Iterable[str]) -> int:
        """The bits of all values but their own in some categories."""
        fields = sum(self._field.get(category, 0) for category in categories)
        return fields & ~self.own(person)


def _values(people: Iterable[Resident | Faculty]) -> dict[str, Counter[str]]:
    """By category how many have each value."""
    values: dict[str, Counter[str]] = defaultdict(Counter)
    for person in people:
        for category, value in person.traits.items():
            values[category][value] += 1
    return values
