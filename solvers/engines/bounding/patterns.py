"""Patterns: which rounds of a term are settled already, and in which of those somebody came."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from math import comb
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

OPEN: Final = 2
"""In a pattern: a round that is not settled; in others one came (1) or not (0)."""
MOST_PATTERNS: Final = 3_000


class Patterns(NamedTuple):
    """All with no more than so many rounds settled; none is in the first.

    ``rounds`` (patterns, rounds) holds OPEN, 0 or 1. ``after`` (patterns, rounds, 2) is the pattern when one did not
    come, or came, in one round more; 0 where that is not among them.
    """

    rounds: NDArray[np.uint8]
    after: NDArray[np.int32]


def all_patterns(rounds: int) -> Patterns:
    """As deep as there are not too many, but never less than one round deep."""
    found = [(OPEN,) * rounds]
    depth = 0
    while depth < rounds and (depth == 0 or len(found) + _count(rounds, depth + 1) <= MOST_PATTERNS):
        depth += 1
        found += _with_settled(rounds, depth)
    number = {pattern: index for index, pattern in enumerate(found)}
    after = np.zeros((len(found), rounds, 2), dtype=np.int32)
    for pattern, index in number.items():
        for place in range(rounds):
            if pattern[place] == OPEN:
                longer = [(*pattern[:place], came, *pattern[place + 1 :]) for came in (0, 1)]
                after[index, place] = [number.get(one, 0) for one in longer]
    return Patterns(np.array(found, dtype=np.uint8).reshape(len(found), rounds), after)


def _count(rounds: int, settled: int) -> int:
    return comb(rounds, settled) << settled


def _with_settled(rounds: int, settled: int) -> Iterator[tuple[int, ...]]:
    for where in combinations(range(rounds), settled):
        for came in product((0, 1), repeat=settled):
            known = dict(zip(where, came, strict=True))
            yield tuple(known.get(place, OPEN) for place in range(rounds))
