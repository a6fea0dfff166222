"""Simulated annealing over whole plans."""

from __future__ import annotations

import math

from solvers.engines.search.compiled import compiled, entry
from solvers.engines.search.dice import below, unit
from solvers.engines.search.moves import (
    change_leader,
    change_mode,
    change_model,
    exchange_leaders,
    merge,
    random_group,
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
    SCORE,
    TRIED,
    State,
    all_rows,
    best_rows,
    homeless,
)
from solvers.engines.search.trials import NOTHING, attempt


@compiled
def _house(problem: Problem, state: State) -> int:
    """Draw a group for an unplaced resident."""
    resident = homeless(problem, state)[below(state, state.words[HOMELESS])]
    return relocate_to(problem, state, resident, random_group(problem, state))


@compiled
def _draw(problem: Problem, state: State, kind: int) -> int:
    """Draw a change of one group or two."""
    if state.words[HOMELESS] and kind < 10:
        return _house(problem, state)
    if kind < 40:
        return relocate(problem, state)
    if kind < 80:
        return swap(problem, state)
    if kind < 87:
        return change_leader(problem, state)
    if kind < 93:
        return exchange_leaders(problem, state)
    return _draw_rarer(problem, state, kind)


@compiled
def _draw_rarer(problem: Problem, state: State, kind: int) -> int:
    if kind < 95:
        return change_mode(problem, state)
    if kind < 97:
        return change_model(problem, state)
    if kind < 98:
        return redate(problem, state)
    if below(state, 2):
        return split(problem, state)
    return merge(problem, state)


@compiled
def _move(problem: Problem, state: State, floor: float) -> bool:
    """Make one move; False if it was not kept."""
    kind = below(state, 400)
    if kind == 0 or (state.words[HOMELESS] and kind < 12):
        return found(problem, state, floor)
    if kind == 1:
        return dissolve(problem, state, floor)
    drawn = _draw(problem, state, kind // 4)
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
