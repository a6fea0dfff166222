"""Compound moves, which form or dissolve a group in several steps that are committed or rolled back together."""

from __future__ import annotations

from solvers.engines.compilation import compiled
from solvers.engines.search.acceptance import commit_or_rollback, date_and_insert, evaluate_static
from solvers.engines.search.likeness import who_is_alone
from solvers.engines.search.moves import ensure_facilitator_count
from solvers.engines.search.problem import (
    COMPANIONS,
    INFEASIBLE,
    MODELS,
    NONE,
    SIZE_MAX,
    SIZE_MIN,
    Problem,
    Smalls,
    model_of,
    model_points,
    neighbours,
)
from solvers.engines.search.rng import random_below
from solvers.engines.search.row_edits import (
    add_resident,
    choose_mode,
    clear_dates,
    copy_group,
    drop_resident,
    empty_row,
    ensure_mode,
)
from solvers.engines.search.sampling import is_changeable, random_group, random_resident, sample_neighbour_group
from solvers.engines.search.state import (
    FACILITATORS,
    MODEL,
    ROW,
    SCORE,
    SIZE,
    STATIC_SCORE,
    UNPLACED,
    State,
    group_of,
    group_row,
    is_movable,
    residents_of,
    trial_row,
    unplaced,
)
from solvers.engines.search.undo_journal import remove_logged, rollback


@compiled
def reinsert(problem: Problem, state: State, resident: int) -> bool:
    """Reinsert an unplaced resident into the best of some sampled groups, as part of a move."""
    gaining, chosen = trial_row(problem, state, 1), trial_row(problem, state, 2)
    best = -(1 << 40)
    for _ in range(12):
        number = sample_neighbour_group(problem, state, resident)
        if number == NONE:
            continue
        copy_group(problem, state, number, gaining)
        if not add_resident(problem, gaining, resident) or not ensure_mode(problem, state, gaining):
            continue
        if evaluate_static(problem, state, gaining):
            change = gaining[STATIC_SCORE] - group_row(problem, state, number)[STATIC_SCORE]
            if change > best:
                best = change
                chosen[:] = gaining
    if best == -(1 << 40):
        return False
    remove_logged(problem, state, chosen[ROW])
    return date_and_insert(problem, state, chosen, False)


@compiled
def dissolve_group(problem: Problem, state: State, threshold: float) -> bool:
    """Dissolve a group and reinsert its residents into others."""
    number = random_group(problem, state)
    if number == NONE:
        return False
    before, unplaced_before = state.words[SCORE], state.words[UNPLACED]
    remove_logged(problem, state, number)
    while state.words[UNPLACED] > unplaced_before:
        if not reinsert(problem, state, int(unplaced(problem, state)[state.words[UNPLACED] - 1])):
            rollback(problem, state)
            return False
    return commit_or_rollback(problem, state, before, threshold)


@compiled
def _sample_newcomer(problem: Problem, state: State, trial: Smalls) -> int:
    """Sample a resident for a new group: company for one who must not be the only one and is, or anybody."""
    alone = who_is_alone(problem, trial)
    near = neighbours(problem, COMPANIONS, max(0, alone))
    if alone == NONE or len(near) == 0:
        return random_resident(problem, state)
    resident = near[random_below(state, len(near))]
    number = group_of(problem, state)[resident]
    if not is_movable(problem, state, resident) or (number != NONE and not is_changeable(problem, number)):
        return NONE
    return int(resident)


@compiled
def _take_member(problem: Problem, state: State, trial: Smalls) -> bool:
    """Take a resident out of their group and into the new one, as part of a move."""
    resident = _sample_newcomer(problem, state, trial)
    if resident == NONE or model_points(problem, resident, trial[MODEL]) == INFEASIBLE:
        return False
    for other in residents_of(problem, trial):
        if other == resident:
            return False
    source = group_of(problem, state)[resident]
    if source != NONE:
        losing = trial_row(problem, state, 0)
        copy_group(problem, state, source, losing)
        drop_resident(losing, resident)
        if losing[SIZE] == 0 or not evaluate_static(problem, state, losing):
            return False
        remove_logged(problem, state, source)
        if not date_and_insert(problem, state, losing, False):
            return False
    return add_resident(problem, trial, resident)


@compiled
def form_group(problem: Problem, state: State, threshold: float) -> bool:
    """Form a new group from residents of several others."""
    trial = trial_row(problem, state, 3)
    seed_resident = random_resident(problem, state)
    if seed_resident == NONE:
        return False
    target = empty_row(problem, state, seed_resident)
    if target == NONE:
        return False
    copy_group(problem, state, target, trial)
    trial[SIZE] = 0
    trial[FACILITATORS] = 0
    trial[MODEL] = random_below(state, problem.words[MODELS])
    model = model_of(problem, trial[MODEL])
    size = model[SIZE_MIN] + random_below(
        state, max(1, min(model[SIZE_MAX], model[SIZE_MIN] + 2) - model[SIZE_MIN] + 1)
    )
    before = state.words[SCORE]
    for _ in range(6 * size):
        if trial[SIZE] >= size:
            break
        if not _take_member(problem, state, trial) and state.words[SCORE] - before < threshold - 3000:
            break
    clear_dates(problem, trial)
    suited = ensure_facilitator_count(problem, state, trial) and trial[SIZE] > 0 and choose_mode(problem, state, trial)
    if not suited or not evaluate_static(problem, state, trial):
        rollback(problem, state)
        return False
    remove_logged(problem, state, target)
    if not date_and_insert(problem, state, trial, True):
        rollback(problem, state)
        return False
    return commit_or_rollback(problem, state, before, threshold)
