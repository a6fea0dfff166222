"""Bringing a plan kept as rows back into a state."""

from __future__ import annotations

from solvers.engines.search.annealing import keep_best
from solvers.engines.search.booking import insert, remove, settle
from solvers.engines.search.compiled import compiled
from solvers.engines.search.problem import NOBODY, Problem, Smalls
from solvers.engines.search.state import BEST, SIZE, State


@compiled
def restore(problem: Problem, state: State, rows: Smalls) -> None:
    """Make the plan in ``rows`` the present and the best plan."""
    for number in range(len(rows)):
        if state.position[number] != NOBODY:
            remove(problem, state, number)
    for number in range(len(rows)):
        if rows[number, SIZE]:
            insert(problem, state, number, rows[number])
    settle(state)
    state.tally[BEST] = -(1 << 60)
    keep_best(state)
