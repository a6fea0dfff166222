"""Random number generator for compiled code: SplitMix64 (Steele, Lea and Flood 2014), its word kept in the State."""

from __future__ import annotations

import numpy as np

from solvers.engines.compilation import compiled
from solvers.engines.search.state import RNG_STATE, State

_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_BY_30, _BY_27, _BY_31, _BY_33, _BY_11 = (np.uint64(shift) for shift in (30, 27, 31, 33, 11))


@compiled
def next_bits(state: State) -> np.uint64:
    """Draw 64 random bits."""
    word = np.uint64(state.words[RNG_STATE]) + _STEP
    state.words[RNG_STATE] = np.int64(word)
    word = (word ^ (word >> _BY_30)) * _MIX_1
    word = (word ^ (word >> _BY_27)) * _MIX_2
    return word ^ (word >> _BY_31)


@compiled
def random_below(state: State, limit: int) -> int:
    """Draw an integer from 0 up to but not including ``limit``, which is at least 1 and below 2**31."""
    return (np.int64(next_bits(state) >> _BY_33) * limit) >> 31  # type: ignore[return-value]


@compiled
def random_unit(state: State) -> float:
    """Draw a number from the half-open interval (0, 1]."""
    return (np.int64(next_bits(state) >> _BY_11) + 1) * (1.0 / 9007199254740992.0)  # type: ignore[return-value]
