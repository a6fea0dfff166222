"""Moves of two residents at once, for those who must not be the only one: neither could go, or come, by themselves."""

from __future__ import annotations

from solvers.engines.compilation import compiled
from solvers.engines.search.acceptance import BOTH_TRIALS, NO_PROPOSAL, SECOND_TRIAL
from solvers.engines.search.moves import relocate_to
from solvers.engines.search.problem import COMPANIONS, NONE, Problem, neighbours
from solvers.engines.search.rng import random_below
from solvers.engines.search.row_edits import add_resident, copy_group, drop_resident, ensure_mode
from solvers.engines.search.sampling import is_changeable, random_resident, sample_neighbour_group
from solvers.engines.search.state import ROW_HEAD, SIZE, State, group_of, is_movable, trial_row

_TRIES = 8


@compiled
def _sample_with_companions(problem: Problem, state: State) -> int:
    """Sample a resident who must not be the only one; NONE if none of some is."""
    for _ in range(_TRIES):
        resident = random_resident(problem, state)
        if resident != NONE and len(neighbours(problem, COMPANIONS, resident)):
            return resident
    return NONE


@compiled
def relocate_pair(problem: Problem, state: State, threshold: float) -> int:
    """Move a resident and one who is company to them into another group, for up to two of its residents in return.

    One without a group, whose company has one, joins that.
    """
    one = _sample_with_companions(problem, state)
    if one == NONE:
        return NO_PROPOSAL
    near = neighbours(problem, COMPANIONS, one)
    other = near[random_below(state, len(near))]
    source, beside = group_of(problem, state)[one], group_of(problem, state)[other]
    if not is_movable(problem, state, other) or (beside != NONE and not is_changeable(problem, beside)):
        return NO_PROPOSAL
    if source != beside:
        return relocate_to(problem, state, one, beside, threshold) if source == NONE else NO_PROPOSAL
    target = sample_neighbour_group(problem, state, one)
    if target == NONE or target == source:
        return NO_PROPOSAL
    return _exchange_pair(problem, state, one, other, source, target)


@compiled
def _exchange_pair(problem: Problem, state: State, one: int, other: int, source: int, target: int) -> int:
    """Let two residents of one group, or of none, change places with up to two of another in the trials."""
    pair = one, other
    giving, taking = trial_row(problem, state, 0), trial_row(problem, state, 1)
    copy_group(problem, state, target, taking)
    if source != NONE:
        copy_group(problem, state, source, giving)
        for resident in pair:
            drop_resident(giving, resident)
    for _ in range(min(random_below(state, 3), taking[SIZE])):
        back = taking[ROW_HEAD + random_below(state, taking[SIZE])]
        drop_resident(taking, back)
        if source != NONE:
            add_resident(problem, giving, back)
    for resident in pair:
        if not add_resident(problem, taking, resident):
            return NO_PROPOSAL
    if not ensure_mode(problem, state, taking):
        return NO_PROPOSAL
    if source == NONE:
        return SECOND_TRIAL
    return BOTH_TRIALS if ensure_mode(problem, state, giving) else NO_PROPOSAL
