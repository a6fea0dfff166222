# What comes out of arrays is Any to mypy; numba infers it.
# mypy: disable-error-code="no-any-return"
"""What attendance can earn each resident, by dynamic programming over the rounds.

The state after some rounds is the number of sessions attended and whether the last one was; before the first round it
counts as attended. States are numbered ``2 × attended + last attended``.

The members-first search fixes dates in the order of rounds and uses the values by state. The dates-first search fixes
them in any order and uses the values by pattern (see ``attendance_patterns``).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from solvers.engines.bound.attendance_patterns import OPEN
from solvers.engines.bound.instance_data import NOT_HELD, OUTCOMES, Bytes, InstanceData, Smalls
from solvers.engines.bound.subproblem import START_STATE
from solvers.engines.compilation import compiled, entry
from solvers.engines.memory import hold

IMPOSSIBLE: Final = -1_000_000
"""Points of an outcome that cannot occur: nothing makes up for it, and a few of them still fit the type."""


@compiled
def next_state(data: InstanceData, state: int, outcome: int) -> int:
    """The state after one more round with this outcome."""
    came = data.attended[outcome]
    return 2 * (state // 2 + came) + came


@compiled
def immediate_points(data: InstanceData, state: int, outcome: int) -> int:
    """Points of the round itself, and of missing two in a row."""
    missed_again = state % 2 == 0 and data.attended[outcome] == 0
    return data.outcome_points[outcome] + (data.twice if missed_again else 0)


@compiled
def possible_outcomes(data: InstanceData, allowed: Bytes) -> Bytes:
    """(residents, rounds, outcomes): 1 if some allowed slot, or no session, gives that outcome."""
    rounds = len(data.round_first) - 1
    residents = data.marks.shape[1]
    found = np.zeros((residents, rounds, OUTCOMES), dtype=np.uint8)
    found[:, :, NOT_HELD] = 1
    for round_index in range(rounds):
        for position in range(data.round_first[round_index], data.round_first[round_index + 1]):
            slot = data.slots_by_round[position]
            if allowed[slot]:
                for resident in range(residents):
                    found[resident, round_index, data.marks[slot, resident]] = 1
    return found


@entry
def attendance_by_state(data: InstanceData, allowed: Bytes) -> tuple[Smalls, Smalls]:
    """What each outcome takes off the most that attendance can earn, and that most before the first round.

    The most is taken with every later round at the resident's own best allowed slot. Returns (residents, rounds,
    states, outcomes), never above 0 for a possible outcome, and (residents).
    """
    data = hold(data)
    open_to = possible_outcomes(data, allowed)
    residents, rounds, _ = open_to.shape
    states = 2 * (rounds + 1)
    outcome_change = np.zeros((residents, rounds, states, OUTCOMES), dtype=np.int32)
    best_attendance = np.zeros(residents, dtype=np.int32)
    later = np.zeros(states, dtype=np.int32)
    now = np.zeros(states, dtype=np.int32)
    for resident in range(residents):
        for state in range(states):
            later[state] = data.left_out if state // 2 < data.min_attended else 0
        for round_index in range(rounds - 1, -1, -1):
            for state in range(2 * (round_index + 1)):
                now[state] = _best(
                    data, open_to[resident, round_index], later, state, outcome_change[resident, round_index, state]
                )
            later[:] = now
        best_attendance[resident] = later[START_STATE]
    return outcome_change, best_attendance


@compiled
def _best(data: InstanceData, open_to: Bytes, later: Smalls, state: int, outcome_change: Smalls) -> int:
    best = -(2**31) + 1
    for outcome in range(OUTCOMES):
        outcome_change[outcome] = immediate_points(data, state, outcome) + later[next_state(data, state, outcome)]
        if open_to[outcome] and outcome_change[outcome] > best:
            best = outcome_change[outcome]
    for outcome in range(OUTCOMES):
        outcome_change[outcome] -= best
    return best


@entry
def attendance_by_pattern(data: InstanceData, allowed: Bytes) -> Smalls:
    """(residents, patterns): the most that attendance can earn, with every open round at the resident's own best
    allowed slot.

    The points of fixed rounds themselves are left out; what they mean for missing sessions is included.
    """
    data = hold(data)
    open_to = possible_outcomes(data, allowed)
    residents, rounds, _ = open_to.shape
    states = 2 * (rounds + 1)
    most = np.zeros((residents, len(data.patterns)), dtype=np.int32)
    gain = np.zeros((rounds, 2), dtype=np.int32)
    later = np.zeros(states, dtype=np.int32)
    now = np.zeros(states, dtype=np.int32)
    for resident in range(residents):
        gain[:] = IMPOSSIBLE
        for round_index in range(rounds):
            for outcome in range(OUTCOMES):
                if open_to[resident, round_index, outcome]:
                    came = data.attended[outcome]
                    gain[round_index, came] = max(gain[round_index, came], data.outcome_points[outcome])
        for index in range(len(data.patterns)):
            for state in range(states):
                later[state] = data.left_out if state // 2 < data.min_attended else 0
            for round_index in range(rounds - 1, -1, -1):
                known = data.patterns[index, round_index]
                for state in range(2 * (round_index + 1)):
                    missed = later[state - state % 2] + (data.twice if state % 2 == 0 else 0)
                    came = later[state - state % 2 + 3]
                    if known == OPEN:
                        now[state] = max(missed + gain[round_index, 0], came + gain[round_index, 1])
                    else:
                        now[state] = came if known == 1 else missed
                later[:] = now
            most[resident, index] = later[START_STATE]
    return most
