"""Bringing plans and single groups kept as rows into a state."""

from __future__ import annotations

from solvers.engines.compiling import entry
from solvers.engines.search.annealing import keep_best
from solvers.engines.search.booking import insert, remove, settle
from solvers.engines.search.dating import arrange
from solvers.engines.search.problem import CLOSED, GROUPS, NOBODY, REFUSED, Problem, Smalls
from solvers.engines.search.state import BEST, FIXED, ROW, SIZE, State, bare, position
from solvers.engines.search.trials import judge


@entry
def restore(problem: Problem, state: State, rows: Smalls) -> None:
    """Make the plan in ``rows`` the present and the best plan."""
    problem, state = bare(problem, state)
    for number in range(problem.words[GROUPS]):
        if position(problem, state)[number] != NOBODY:
            remove(problem, state, number)
    for number in range(len(rows)):
        if rows[number, SIZE]:
            insert(problem, state, number, rows[number])
    settle(state)
    state.words[BEST] = -(1 << 60)
    keep_best(problem, state)


@entry
def remember(problem: Problem, state: State) -> None:
    """Let the present plan be the best so far if it is."""
    problem, state = bare(problem, state)
    keep_best(problem, state)


@entry
def appraise(problem: Problem, state: State, row: Smalls, afresh: bool) -> int:
    """Date a group that is not in the plan, writing into ``row``; its points, or REFUSED if it breaks a rule."""
    problem, state = bare(problem, state)
    if not judge(problem, state, row):
        return REFUSED
    points = arrange(problem, state, row, afresh)
    return REFUSED if points <= CLOSED else row[FIXED] + points


@entry
def adopt(problem: Problem, state: State, row: Smalls) -> None:
    """Put an appraised group into its unused row of the plan."""
    problem, state = bare(problem, state)
    insert(problem, state, row[ROW], row)


@entry
def expel(problem: Problem, state: State, number: int) -> None:
    """Take the group in row ``number`` out of the plan."""
    problem, state = bare(problem, state)
    remove(problem, state, number)
