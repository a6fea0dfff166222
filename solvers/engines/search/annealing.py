"""Simulated annealing over whole plans."""

from __future__ import annotations

import math

from solvers.engines.compilation import compiled, entry
from solvers.engines.search.acceptance import NO_PROPOSAL, try_move
from solvers.engines.search.compound_moves import dissolve_group, form_group
from solvers.engines.search.exchange_moves import exchange_several
from solvers.engines.search.moves import (
    change_facilitator,
    change_mode,
    change_model,
    exchange_facilitators,
    merge,
    redate,
    relocate,
    relocate_to,
    split,
    swap,
)
from solvers.engines.search.pair_moves import relocate_pair
from solvers.engines.search.problem import ASKS_NEVER_ALONE, Problem
from solvers.engines.search.rebuilding import rebuild_groups
from solvers.engines.search.rng import random_below, random_unit
from solvers.engines.search.sampling import random_group
from solvers.engines.search.shortfalls import learn_odds
from solvers.engines.search.state import (
    INCUMBENT_SCORE,
    ONE_MOVE,
    PER_MILLE_CHANGE_FACILITATOR,
    PER_MILLE_CHANGE_MODE,
    PER_MILLE_CHANGE_MODEL,
    PER_MILLE_DISSOLVE,
    PER_MILLE_EXCHANGE_FACILITATORS,
    PER_MILLE_FORM,
    PER_MILLE_MERGE,
    PER_MILLE_PLACE,
    PER_MILLE_REBUILD,
    PER_MILLE_REDATE,
    PER_MILLE_SEVERAL,
    PER_MILLE_SPLIT,
    PER_MILLE_SWAP,
    RECENTLY_CHANGED,
    RECENTLY_TRIED,
    SCORE,
    UNPLACED,
    USED_ROWS,
    State,
    as_pointers,
    current_rows,
    incumbent_rows,
    unplaced,
)

_PER_MILLE_PAIR = 30
"""How often two residents are moved together, where some must not be the only one."""


@compiled
def _propose_placement(problem: Problem, state: State, threshold: float) -> int:
    """Propose a group for an unplaced resident."""
    resident = unplaced(problem, state)[random_below(state, state.words[UNPLACED])]
    return relocate_to(problem, state, resident, random_group(problem, state), threshold)


@compiled
def _propose_member_move(problem: Problem, state: State, per_mille: int, threshold: float) -> int:
    """Propose a move of residents or facilitators; ``per_mille`` is a random number below 1000."""
    if problem.words[ASKS_NEVER_ALONE] and random_below(state, 1000) < _PER_MILLE_PAIR:
        return relocate_pair(problem, state, threshold)
    per_mille -= state.words[PER_MILLE_SWAP]
    if per_mille < 0:
        return swap(problem, state, threshold)
    per_mille -= state.words[PER_MILLE_CHANGE_FACILITATOR]
    if per_mille < 0:
        return change_facilitator(problem, state)
    per_mille -= state.words[PER_MILLE_EXCHANGE_FACILITATORS]
    if per_mille < 0:
        return exchange_facilitators(problem, state)
    if state.words[UNPLACED] and per_mille < state.words[PER_MILLE_PLACE]:
        return _propose_placement(problem, state, threshold)
    return relocate(problem, state, threshold)


@compiled
def _propose_group_move(problem: Problem, state: State, per_mille: int) -> int:
    """Propose a move of a whole group; NO_PROPOSAL if ``per_mille`` lies beyond the probabilities of all of them."""
    per_mille -= state.words[PER_MILLE_CHANGE_MODE]
    if per_mille < 0:
        return change_mode(problem, state)
    per_mille -= state.words[PER_MILLE_CHANGE_MODEL]
    if per_mille < 0:
        return change_model(problem, state)
    per_mille -= state.words[PER_MILLE_REDATE]
    if per_mille < 0:
        return redate(problem, state)
    per_mille -= state.words[PER_MILLE_SPLIT]
    if per_mille < 0:
        return split(problem, state)
    per_mille -= state.words[PER_MILLE_MERGE]
    if per_mille < 0:
        return merge(problem, state)
    per_mille -= state.words[PER_MILLE_SEVERAL]
    return exchange_several(problem, state) if per_mille < 0 else NO_PROPOSAL


@compiled
def _step(problem: Problem, state: State, threshold: float) -> bool:
    """Try one move; whether it was accepted."""
    per_mille = random_below(state, 1000)
    if per_mille < state.words[PER_MILLE_FORM] + (20 if state.words[UNPLACED] else 0):
        return form_group(problem, state, threshold)
    if per_mille < state.words[PER_MILLE_FORM] + state.words[PER_MILLE_DISSOLVE]:
        return dissolve_group(problem, state, threshold)
    if random_below(state, 1000) < state.words[PER_MILLE_REBUILD]:
        return rebuild_groups(problem, state, threshold)
    proposal = _propose_group_move(problem, state, random_below(state, 1000))
    if proposal == NO_PROPOSAL:
        proposal = _propose_member_move(problem, state, random_below(state, 1000), threshold)
    return proposal != NO_PROPOSAL and try_move(problem, state, proposal, threshold)


@compiled
def update_incumbent(problem: Problem, state: State) -> None:
    """Make the current plan the incumbent if it is the best so far."""
    if state.words[SCORE] > state.words[INCUMBENT_SCORE]:
        incumbent_rows(problem, state)[:] = current_rows(problem, state)
        state.words[INCUMBENT_SCORE] = state.words[SCORE]


@entry
def anneal(problem: Problem, state: State, moves: int, initial_temperature: float, final_temperature: float) -> None:
    """Try ``moves`` moves while the temperature, in points, falls geometrically from the initial to the final one."""
    problem, state = as_pointers(problem, state)
    temperature = initial_temperature
    cooling_factor = math.exp(math.log(final_temperature / initial_temperature) / max(1, moves))
    last_update = 0
    for move in range(moves):
        threshold = temperature * math.log(random_unit(state))
        temperature *= cooling_factor
        before = state.words[SCORE]
        if _step(problem, state, threshold):
            state.words[RECENTLY_CHANGED] += ONE_MOVE * (state.words[SCORE] != before)
            if state.words[SCORE] > state.words[INCUMBENT_SCORE] and move - last_update > state.words[USED_ROWS]:
                update_incumbent(problem, state)
                last_update = move
    update_incumbent(problem, state)
    state.words[RECENTLY_TRIED] += ONE_MOVE * moves
    learn_odds(state)
