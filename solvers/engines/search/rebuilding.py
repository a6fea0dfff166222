"""Rebuilding: a few groups are taken apart and others are grown out of their residents, in one move.

In a tight plan no resident can change groups by themselves, and no group can go unless another takes its place.
"""

from __future__ import annotations

from solvers.engines.compilation import compiled
from solvers.engines.search.acceptance import commit_or_rollback
from solvers.engines.search.compound_moves import reinsert
from solvers.engines.search.construction import build_group, target_size
from solvers.engines.search.problem import MODELS, NONE, SIZE_MAX, SIZE_MIN, Problem, model_of
from solvers.engines.search.rng import random_below
from solvers.engines.search.sampling import random_group, sample_neighbour_group
from solvers.engines.search.state import (
    ROW_HEAD,
    SCORE,
    SIZE,
    UNPLACED,
    State,
    group_row,
    unplaced,
    used_position,
)
from solvers.engines.search.undo_journal import has_space, remove_logged, rollback

_MOST_GROUPS = 3


@compiled
def rebuild_groups(problem: Problem, state: State, threshold: float) -> bool:
    """Take up to three groups apart, grow new ones from all who are unplaced, and let the rest join others."""
    first = random_group(problem, state)
    if first == NONE:
        return False
    before, unplaced_before = state.words[SCORE], state.words[UNPLACED]
    _take_apart(problem, state, first)
    _grow(problem, state, 3 * (state.words[UNPLACED] - unplaced_before))
    _place_the_rest(problem, state)
    if state.words[UNPLACED] > unplaced_before:  # whoever has a place keeps one, whatever it costs in points
        rollback(problem, state)
        return False
    return commit_or_rollback(problem, state, before, threshold)


@compiled
def _take_apart(problem: Problem, state: State, first: int) -> None:
    """Remove a group and up to two that its members might be in."""
    row = group_row(problem, state, first)
    member = row[ROW_HEAD + random_below(state, row[SIZE])]
    remove_logged(problem, state, first)
    for _ in range(random_below(state, _MOST_GROUPS)):
        number = sample_neighbour_group(problem, state, member)
        if number != NONE and used_position(problem, state)[number] != NONE:
            remove_logged(problem, state, number)


@compiled
def _grow(problem: Problem, state: State, tries: int) -> None:
    """Grow groups of random models and sizes around unplaced residents."""
    for _ in range(tries):
        if state.words[UNPLACED] == 0 or not has_space(problem, state):
            return
        resident = unplaced(problem, state)[random_below(state, state.words[UNPLACED])]
        number = random_below(state, problem.words[MODELS])
        model, size = model_of(problem, number), target_size(problem, number)
        if random_below(state, 2):
            size = model[SIZE_MIN] + random_below(state, model[SIZE_MAX] - model[SIZE_MIN] + 1)
        build_group(problem, state, resident, number, size)


@compiled
def _place_the_rest(problem: Problem, state: State) -> None:
    """Let those who are still unplaced join a group, if one takes them."""
    for index in range(state.words[UNPLACED] - 1, -1, -1):
        if index < state.words[UNPLACED] and has_space(problem, state):
            reinsert(problem, state, int(unplaced(problem, state)[index]))
