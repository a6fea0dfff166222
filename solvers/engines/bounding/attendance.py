# What comes out of arrays is Any to mypy; numba infers it.
# mypy: disable-error-code="no-any-return"
"""What coming, or not, can still be worth to each resident: a small automaton over the rounds.

Its state after some rounds says how often the resident came and whether they came the last time; before the first
round they count as having come. States are numbered ``2 × times + came last``.

Where rounds are settled one after another, prospects are told by state. Where any may be settled first, they are told
by pattern (see ``patterns``).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from solvers.engines.bounding.facts import ABSENT, OUTCOMES, Bytes, Facts, Smalls
from solvers.engines.bounding.family import START_STATE
from solvers.engines.bounding.patterns import OPEN
from solvers.engines.compiling import compiled, entry
from solvers.engines.memory import hold

NO_WAY: Final = -1_000_000
"""Points of an outcome that cannot be had: nothing makes up for it, and a few of them still fit the type."""


@compiled
def next_state(facts: Facts, state: int, outcome: int) -> int:
    """The state after one more round with this outcome."""
    came = facts.reached[outcome]
    return 2 * (state // 2 + came) + came


@compiled
def at_once(facts: Facts, state: int, outcome: int) -> int:
    """Points of the round itself, and of missing out twice running."""
    missed_again = state % 2 == 0 and facts.reached[outcome] == 0
    return facts.gain[outcome] + (facts.twice if missed_again else 0)


@compiled
def possible(facts: Facts, allowed: Bytes) -> Bytes:
    """(residents, rounds, outcomes): 1 where some allowed slot, or none, gives that outcome."""
    rounds = len(facts.round_first) - 1
    residents = facts.marks.shape[1]
    found = np.zeros((residents, rounds, OUTCOMES), dtype=np.uint8)
    found[:, :, ABSENT] = 1
    for number in range(rounds):
        for place in range(facts.round_first[number], facts.round_first[number + 1]):
            slot = facts.by_round[place]
            if allowed[slot]:
                for resident in range(residents):
                    found[resident, number, facts.marks[slot, resident]] = 1
    return found


@entry
def prospects(facts: Facts, allowed: Bytes) -> tuple[Smalls, Smalls]:
    """What every outcome takes off a resident's prospects, and the prospects before the first round.

    Prospects are the most that attendance can still earn, every round at the resident's own best allowed slot.
    Returns (residents, rounds, states, outcomes), never above 0, and (residents).
    """
    facts = hold(facts)
    open_to = possible(facts, allowed)
    residents, rounds, _ = open_to.shape
    states = 2 * (rounds + 1)
    change = np.zeros((residents, rounds, states, OUTCOMES), dtype=np.int32)
    first = np.zeros(residents, dtype=np.int32)
    later = np.zeros(states, dtype=np.int32)
    now = np.zeros(states, dtype=np.int32)
    for resident in range(residents):
        for state in range(states):
            later[state] = facts.left_out if state // 2 < facts.need else 0
        for number in range(rounds - 1, -1, -1):
            for state in range(2 * (number + 1)):
                now[state] = _best(facts, open_to[resident, number], later, state, change[resident, number, state])
            later[:] = now
        first[resident] = later[START_STATE]
    return change, first


@compiled
def _best(facts: Facts, open_to: Bytes, later: Smalls, state: int, change: Smalls) -> int:
    best = -(2**31) + 1
    for outcome in range(OUTCOMES):
        change[outcome] = at_once(facts, state, outcome) + later[next_state(facts, state, outcome)]
        if open_to[outcome] and change[outcome] > best:
            best = change[outcome]
    for outcome in range(OUTCOMES):
        change[outcome] -= best
    return best


@entry
def courses(facts: Facts, allowed: Bytes) -> Smalls:
    """(residents, patterns): the most that attendance can still earn, every open round at their own best allowed slot.

    What settled rounds earn by themselves is not in it, but what they mean for missing out is.
    """
    facts = hold(facts)
    open_to = possible(facts, allowed)
    residents, rounds, _ = open_to.shape
    states = 2 * (rounds + 1)
    most = np.zeros((residents, len(facts.patterns)), dtype=np.int32)
    gain = np.zeros((rounds, 2), dtype=np.int32)
    later = np.zeros(states, dtype=np.int32)
    now = np.zeros(states, dtype=np.int32)
    for resident in range(residents):
        gain[:] = NO_WAY
        for number in range(rounds):
            for outcome in range(OUTCOMES):
                if open_to[resident, number, outcome]:
                    came = facts.reached[outcome]
                    gain[number, came] = max(gain[number, came], facts.gain[outcome])
        for index in range(len(facts.patterns)):
            for state in range(states):
                later[state] = facts.left_out if state // 2 < facts.need else 0
            for number in range(rounds - 1, -1, -1):
                known = facts.patterns[index, number]
                for state in range(2 * (number + 1)):
                    missed = later[state - state % 2] + (facts.twice if state % 2 == 0 else 0)
                    came = later[state - state % 2 + 3]
                    if known == OPEN:
                        now[state] = max(missed + gain[number, 0], came + gain[number, 1])
                    else:
                        now[state] = came if known == 1 else missed
                later[:] = now
            most[resident, index] = later[START_STATE]
    return most
