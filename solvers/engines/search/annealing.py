"""Simulated annealing over whole plans."""

from __future__ import annotations

import math

from solvers.engines.compiling import compiled, entry
from solvers.engines.search.dice import below, unit
from solvers.engines.search.drawing import random_group
from solvers.engines.search.moves import (
    change_leader,
    change_mode,
    change_model,
    exchange_leaders,
    merge,
    redate,
    relocate,
    relocate_to,
    split,
    swap,
)
from solvers.engines.search.problem import Problem
from solvers.engines.search.reshaping import dissolve, found
from solvers.engines.search.state import (
    ACCEPTED,
    BEST,
    HOMELESS,
    LIVE,
    ODDS_CHANGE_LEADER,
    ODDS_CHANGE_MODE,
    ODDS_CHANGE_MODEL,
    ODDS_DISSOLVE,
    ODDS_EXCHANGE_LEADERS,
    ODDS_FOUND,
    ODDS_HOUSE,
    ODDS_MERGE,
    ODDS_REDATE,
    ODDS_SPLIT,
    ODDS_SWAP,
    SCORE,
    TRIED,
    State,
    all_rows,
    bare,
    best_rows,
    homeless,
)
from solvers.engines.search.trials import NOTHING, attempt


@compiled
def _house(problem: Problem, state: State, floor: float) -> int:
    """Draw a group for an unplaced resident."""
    resident = homeless(problem, state)[below(state, state.words[HOMELESS])]
    return relocate_to(problem, state, resident, random_group(problem, state), floor)


@compiled
def _draw_people(problem: Problem, state: State, chance: int, floor: float) -> int:
    """Draw a move of residents or facilitators; ``chance`` is below 1000."""
    chance -= state.words[ODDS_SWAP]
    if chance < 0:
        return swap(problem, state, floor)
    chance -= state.words[ODDS_CHANGE_LEADER]
    if chance < 0:
        return change_leader(problem, state)
    chance -= state.words[ODDS_EXCHANGE_LEADERS]
    if chance < 0:
        return exchange_leaders(problem, state)
    if state.words[HOMELESS] and chance < state.words[ODDS_HOUSE]:
        return _house(problem, state, floor)
    return relocate(problem, state, floor)


@compiled
def _draw_shape(problem: Problem, state: State, chance: int) -> int:
    """Draw a move of a whole group; NOTHING if ``chance`` is beyond the chances of all of them."""
    chance -= state.words[ODDS_CHANGE_MODE]
    if chance < 0:
        return change_mode(problem, state)
    chance -= state.words[ODDS_CHANGE_MODEL]
    if chance < 0:
        return change_model(problem, state)
    chance -= state.words[ODDS_REDATE]
    if chance < 0:
        return redate(problem, state)
    chance -= state.words[ODDS_SPLIT]
    if chance < 0:
        return split(problem, state)
    chance -= state.words[ODDS_MERGE]
    return merge(problem, state) if chance < 0 else NOTHING


@compiled
def _move(problem: Problem, state: State, floor: float) -> bool:
    """Make one move; False if it was not kept."""
    chance = below(state, 1000)
    if chance < state.words[ODDS_FOUND] + (20 if state.words[HOMELESS] else 0):
        return found(problem, state, floor)
    if chance < state.words[ODDS_FOUND] + state.words[ODDS_DISSOLVE]:
        return dissolve(problem, state, floor)
    drawn = _draw_shape(problem, state, below(state, 1000))
    if drawn == NOTHING:
        drawn = _draw_people(problem, state, below(state, 1000), floor)
    return drawn != NOTHING and attempt(problem, state, drawn, floor)


@compiled
def keep_best(problem: Problem, state: State) -> None:
    """Remember the present plan if it is the best so far."""
    if state.words[SCORE] > state.words[BEST]:
        best_rows(problem, state)[:] = all_rows(problem, state)
        state.words[BEST] = state.words[SCORE]


@entry
def anneal(problem: Problem, state: State, steps: int, hot: float, cold: float) -> None:
    """Try ``steps`` moves while the temperature falls (in points, geometrically) from ``hot`` to ``cold``."""
    problem, state = bare(problem, state)
    warmth = hot
    cooling = math.exp(math.log(cold / hot) / max(1, steps))
    saved = 0
    for step in range(steps):
        floor = warmth * math.log(unit(state))
        warmth *= cooling
        state.words[TRIED] += 1
        if _move(problem, state, floor):
            state.words[ACCEPTED] += 1
            if state.words[SCORE] > state.words[BEST] and step - saved > state.words[LIVE]:
                keep_best(problem, state)
                saved = step
    keep_best(problem, state)
