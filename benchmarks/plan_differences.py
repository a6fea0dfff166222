"""In what two plans of one instance differ: which kind of move leads from one to the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from solvers.instance import Group


@dataclass(frozen=True, slots=True)
class Difference:
    """``groups`` that differ, ``residents`` who are elsewhere or in none, ``facilitators`` who lead others, ``ways``
    (models, modes, sites) and ``dates`` (rounds of groups) that are others."""

    groups: int = 0
    residents: int = 0
    facilitators: int = 0
    ways: int = 0
    dates: int = 0

    @property
    def kind(self) -> str:
        """The move that is missing, as far as it changes who is where; dates follow from that."""
        if self.residents:
            return f"{self.residents} residents in {self.groups} groups at once"
        if self.facilitators or self.ways:
            return f"{self.facilitators} facilitators and {self.ways} ways of meeting at once"
        return f"{self.dates} dates at once"

    def __str__(self) -> str:
        return f"{self.kind} ({self.facilitators} facilitators, {self.ways} ways, {self.dates} dates)"


def differences(one: Sequence[Group], other: Sequence[Group]) -> Difference:
    """What has to change in a plan for it to become another; groups go with those whose people they share."""
    pairs = [(a, b) for a, b in _pairs(one, other) if _essence(a) != _essence(b)]
    homes = {resident: number for number, (_, b) in enumerate(pairs) if b for resident in b.residents}
    before = {resident: number for number, (a, _) in enumerate(pairs) if a for resident in a.residents}
    return Difference(
        groups=len(pairs),
        residents=sum(homes.get(resident) != before.get(resident) for resident in homes.keys() | before.keys()),
        facilitators=sum(len(set(a.facilitators) ^ set(b.facilitators)) for a, b in pairs if a and b),
        ways=sum(way != now for a, b in pairs if a and b for way, now in zip(_ways(a), _ways(b), strict=True)),
        dates=sum(len({round_ for round_, _ in _dates(a) ^ _dates(b)}) for a, b in pairs if a and b),
    )


def _pairs(one: Sequence[Group], other: Sequence[Group]) -> Iterator[tuple[Group | None, Group | None]]:
    left, right = list(one), list(other)
    overlaps = [
        (len(set(a.residents) & set(b.residents)), i, k) for i, a in enumerate(one) for k, b in enumerate(other)
    ]
    for shared, i, k in sorted(overlaps, key=lambda overlap: -overlap[0]):
        if shared and one[i] in left and other[k] in right:
            left.remove(one[i])
            right.remove(other[k])
            yield one[i], other[k]
    yield from zip_longest(left, right)


def _essence(group: Group | None) -> object:
    return group and (set(group.residents), set(group.facilitators), _ways(group), _dates(group))


def _ways(group: Group) -> tuple[str, str, str | None]:
    return group.model, group.mode, group.site


def _dates(group: Group) -> set[tuple[int, int]]:
    return {(session.round, session.slot) for session in group.sessions}
