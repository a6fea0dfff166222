"""How far a move may fall short at its groups' present dates and still have them dated anew, learnt while searching.

New dates can make up for a shortfall, by how much depends on the instance: a session more is worth little in one, and
ends that many are left out in another. So shortfalls are counted by powers of two, and those that dating rarely mends,
for what it costs, are dated rarely.
"""

from __future__ import annotations

from solvers.engines.compilation import compiled
from solvers.engines.search.rng import random_below
from solvers.engines.search.state import (
    DATING_ODDS,
    FULL_ODDS,
    ONE_MOVE,
    RECENTLY_CHANGED,
    RECENTLY_TRIED,
    SHORTFALL_CLASS,
    SHORTFALL_CLASSES,
    SHORTFALLS_DATED,
    SHORTFALLS_MENDED,
    State,
)

_COST = 10
"""How many moves could be tried, on average, in the time that dating one takes."""
_LEAST_ODDS = 8
_HOPE, _DOUBT = ONE_MOVE, 16 * ONE_MOVE
"""What a class of shortfalls is taken to have had mended, and dated, before anything is known of it."""
_FORGET_BITS = 5


@compiled
def _class_of(shortfall: float) -> int:
    """The class of a shortfall in points: 0 where there is none, else the number of its binary digits."""
    left, number = int(shortfall), 1
    while left > 0 and number < SHORTFALL_CLASSES - 1:
        left >>= 1
        number += 1
    return number if shortfall > 0 else 0


@compiled
def may_be_mended(state: State, shortfall: float) -> bool:
    """Whether new dates could mend a shortfall of so many points: drawn by the odds of its class."""
    number = _class_of(shortfall)
    return number == 0 or random_below(state, FULL_ODDS) < state.words[DATING_ODDS + number]


@compiled
def is_worth_dating(state: State, shortfall: float) -> bool:
    """The same for a whole move, which is then counted."""
    state.words[SHORTFALL_CLASS] = number = _class_of(shortfall)
    if not may_be_mended(state, shortfall):
        return False
    state.words[SHORTFALLS_DATED + number] += ONE_MOVE
    return True


@compiled
def learn_odds(state: State) -> None:
    """Set the odds of each class by what it has brought of late, and begin to forget that."""
    words = state.words
    usual = (words[RECENTLY_CHANGED] + ONE_MOVE) / (words[RECENTLY_TRIED] + ONE_MOVE)
    for number in range(SHORTFALL_CLASSES):
        mended = (words[SHORTFALLS_MENDED + number] + _HOPE) / (words[SHORTFALLS_DATED + number] + _DOUBT)
        odds = int(FULL_ODDS * mended / (_COST * usual))
        words[DATING_ODDS + number] = max(_LEAST_ODDS, min(FULL_ODDS, odds))
        words[SHORTFALLS_DATED + number] -= words[SHORTFALLS_DATED + number] >> _FORGET_BITS
        words[SHORTFALLS_MENDED + number] -= words[SHORTFALLS_MENDED + number] >> _FORGET_BITS
    words[RECENTLY_TRIED] -= words[RECENTLY_TRIED] >> _FORGET_BITS
    words[RECENTLY_CHANGED] -= words[RECENTLY_CHANGED] >> _FORGET_BITS
