"""Whether groups of people differ by more than chance. Pure.

Each cut of the people (by grade, by site, …) is one test: had what people got been dealt out among them at random, how
often would the cells differ as much? The sum of squared deviations over cells, measured against all deviations (N - 1
of N people), then follows a chi-squared distribution with a degree for each cell but one (Pitman 1938, the “N - 1”
test of Campbell 2007, which needs no more than small expected counts). Several cuts are looked at, and the one that
differs most is picked; so each is judged by what is left of five in a hundred for all of them together (Holm 1979).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from math import erfc, exp, gamma, sqrt
from typing import Final, TypeVar

AT_MOST: Final = 0.05
"""So likely may it be at most that chance alone makes any of the cuts look like more than chance."""

Cut = TypeVar("Cut", bound=Hashable)
Got = tuple[int, int]
"""How much of how much somebody got."""


def by_chance(cells: Sequence[Sequence[Got]]) -> float:
    """How likely it is that chance alone makes these cells of people differ as much; 1 where nothing
    differs."""
    people = [got for cell in cells for got in cell]
    whole = sum(of for _, of in people)
    mean = sum(one for one, _ in people) / whole if whole else 0.0
    total = sum(_off(got, mean) ** 2 for got in people)
    if len(cells) < 2 or not total:
        return 1.0
    between = sum(sum(_off(got, mean) for got in cell) ** 2 / len(cell) for cell in cells)
    return _above((len(people) - 1) * between / total, len(cells) - 1)


def _off(got: Got, mean: float) -> float:
    one, of = got
    return one - mean * of


def _above(value: float, degrees: int) -> float:
    """The probability of more than a value under a chi-squared distribution with whole degrees of freedom."""
    half, odd = value / 2, degrees % 2
    powers = [number + odd / 2 for number in range(degrees // 2)]
    rest: float = exp(-half) * sum(half**power / gamma(power + 1) for power in powers)
    return rest + erfc(sqrt(half)) * odd


def beyond_chance(likely: Mapping[Cut, float]) -> frozenset[Cut]:
    """The cuts that differ by more than chance, given how likely each difference is, all of them looked at."""
    found: set[Cut] = set()
    for number, cut in enumerate(sorted(likely, key=lambda each: likely[each])):
        if likely[cut] * (len(likely) - number) > AT_MOST:
            break
        found.add(cut)
    return frozenset(found)
