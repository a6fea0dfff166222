# What comes out of arrays is Any to mypy; numba infers it.
# mypy: disable-error-code="no-any-return"
"""People alike and different, and company that somebody must have: granted to everybody, and taken back of a group.

Every member of a node is granted all that others could earn them by what they say of themselves. Where a group is
evaluated exactly, ``unmet_points`` takes back what its members do not earn. Values lie in one mask: a field of bits for
each category, a bit for each value, and a guard bit above them, into which a field that is not empty carries over.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from solvers.engines.compilation import compiled
from solvers.instance import Faculty, Instance, Resident

if TYPE_CHECKING:
    from solvers.engines.bound.instance_data import InstanceData

MASK_BITS: Final = 62
"""Categories that do not fit are granted and never taken back, which only relaxes the bound."""
IMPOSSIBLE: Final = 1e18


@compiled
def popcount(mask: int) -> int:
    """The number of bits set."""
    count = 0
    while mask:
        mask &= mask - 1
        count += 1
    return count


@compiled
def _fields_in_use(data: InstanceData, mask: int) -> int:
    """How many fields of a mask of values are not empty."""
    return popcount((mask + data.trait_fields) & data.trait_guards)


@compiled
def unmet_points(data: InstanceData, resident: int, traits: tuple[int, int], tags: tuple[int, int]) -> float:
    """What a resident was granted and does not earn in a group; IMPOSSIBLE if they may not be the only one and are.

    ``traits`` and ``tags`` are the masks of what one, and what more than one, of the group's people have.
    """
    by_others = tags[1] | (tags[0] & ~data.tags[resident])
    if data.firm[resident] & ~by_others:
        return IMPOSSIBLE
    unlike = data.unlike_traits[resident]
    lacking = _fields_in_use(data, unlike) - _fields_in_use(data, unlike & traits[0])
    return data.like * popcount(data.like_traits[resident] & ~traits[1]) + data.unlike * lacking


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
