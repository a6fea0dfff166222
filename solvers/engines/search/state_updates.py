"""Updates of a state from outside the annealing: whole plans and single groups, given as rows."""

from __future__ import annotations

from solvers.engines.compilation import entry
from solvers.engines.search.acceptance import evaluate_static
from solvers.engines.search.annealing import update_incumbent
from solvers.engines.search.date_assignment import assign_dates
from solvers.engines.search.problem import CLOSED, INFEASIBLE, NONE, ROWS, Problem, Smalls
from solvers.engines.search.state import INCUMBENT_SCORE, ROW, SIZE, STATIC_SCORE, State, as_pointers, used_position
from solvers.engines.search.undo_journal import commit, insert, remove


@entry
def load_plan(problem: Problem, state: State, rows: Smalls) -> None:
    """Make the plan in ``rows`` the current plan and the incumbent."""
    problem, state = as_pointers(problem, state)
    for number in range(problem.words[ROWS]):
        if used_position(problem, state)[number] != NONE:
            remove(problem, state, number)
    for number in range(len(rows)):
        if rows[number, SIZE]:
            insert(problem, state, number, rows[number])
    commit(state)
    state.words[INCUMBENT_SCORE] = -(1 << 60)
    update_incumbent(problem, state)


@entry
def store_incumbent(problem: Problem, state: State) -> None:
    """Make the current plan the incumbent if it is the best so far."""
    problem, state = as_pointers(problem, state)
    update_incumbent(problem, state)


@entry
def evaluate_group(problem: Problem, state: State, row: Smalls, from_scratch: bool) -> int:
    """Date a group that is not in the plan, writing into ``row``; its score, or INFEASIBLE if it breaks a rule."""
    problem, state = as_pointers(problem, state)
    if not evaluate_static(problem, state, row):
        return INFEASIBLE
    points = assign_dates(problem, state, row, from_scratch)
    return INFEASIBLE if points <= CLOSED else row[STATIC_SCORE] + points


@entry
def insert_group(problem: Problem, state: State, row: Smalls) -> None:
    """Insert an evaluated group into its free row of the plan."""
    problem, state = as_pointers(problem, state)
    insert(problem, state, row[ROW], row)


@entry
def remove_group(problem: Problem, state: State, number: int) -> None:
    """Remove the group in row ``number`` from the plan."""
    problem, state = as_pointers(problem, state)
    remove(problem, state, number)
