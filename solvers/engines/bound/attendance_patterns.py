"""Attendance patterns: which rounds have a fixed date, and which of those a member attends."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from math import comb
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

OPEN: Final = 2
"""In a pattern: the round's date is not fixed. Otherwise 1 if the member attends, 0 if not."""
MAX_PATTERNS: Final = 3_000
MAX_ENTRIES: Final = 4_000_000
"""Of large instances fewer patterns are told apart: there is a table of all residents by all patterns."""


class AttendancePatterns(NamedTuple):
    """All patterns with up to a certain number of rounds fixed; the first has none.

    ``rounds`` (patterns, rounds) is OPEN, 0 or 1. ``next_pattern`` (patterns, rounds, 2) is the pattern after one more
    round is fixed that the member misses, or attends; 0 if there is no such pattern.
    """

    rounds: NDArray[np.uint8]
    next_pattern: NDArray[np.int32]


def all_patterns(rounds: int, residents: int = 1) -> AttendancePatterns:
    """Patterns to the greatest depth that stays within MAX_PATTERNS and MAX_ENTRIES, and to a depth of 1 at least."""
    most = min(MAX_PATTERNS, MAX_ENTRIES // max(1, residents))
    found = [(OPEN,) * rounds]
    depth = 0
    while depth < rounds and (depth == 0 or len(found) + _count(rounds, depth + 1) <= most):
        depth += 1
        found += _with_fixed(rounds, depth)
    number = {pattern: index for index, pattern in enumerate(found)}
    next_pattern = np.zeros((len(found), rounds, 2), dtype=np.int32)
    for pattern, index in number.items():
        for position in range(rounds):
            if pattern[position] == OPEN:
                longer = [(*pattern[:position], came, *pattern[position + 1 :]) for came in (0, 1)]
                next_pattern[index, position] = [number.get(one, 0) for one in longer]
    return AttendancePatterns(np.array(found, dtype=np.uint8).reshape(len(found), rounds), next_pattern)


def _count(rounds: int, fixed: int) -> int:
    return comb(rounds, fixed) << fixed


def _with_fixed(rounds: int, fixed: int) -> Iterator[tuple[int, ...]]:
    for where in combinations(range(rounds), fixed):
        for came in product((0, 1), repeat=fixed):
            known = dict(zip(where, came, strict=True))
            yield tuple(known.get(position, OPEN) for position in range(rounds))
