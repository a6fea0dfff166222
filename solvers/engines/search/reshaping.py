"""Moves that change how many groups there are, made of several steps that are kept or undone together."""

from __future__ import annotations

from solvers.engines.compiling import compiled
from solvers.engines.search.booking import lift, revert
from solvers.engines.search.dice import below
from solvers.engines.search.drawing import promising_group, random_group, random_resident
from solvers.engines.search.moves import suit_leaders
from solvers.engines.search.problem import MODELS, NOBODY, REFUSED, Problem, Smalls, accepts, model_of
from solvers.engines.search.state import (
    FIXED,
    HOMELESS,
    LEADERS,
    MODEL,
    ROW,
    SCORE,
    SIZE,
    State,
    group_of,
    group_row,
    homeless,
    residents_of,
    trial_row,
)
from solvers.engines.search.trials import (
    add_resident,
    choose_mode,
    clear_dates,
    copy_group,
    drop_resident,
    empty_row,
    judge,
    mend_mode,
    put,
    settle_or_revert,
)


@compiled
def _rehouse(problem: Problem, state: State, resident: int) -> bool:
    """Put an unplaced resident into the best of some groups drawn, as part of a move."""
    gaining, chosen = trial_row(problem, state, 1), trial_row(problem, state, 2)
    best = -(1 << 40)
    for _ in range(12):
        number = promising_group(problem, state, resident)
        if number == NOBODY:
            continue
        copy_group(problem, state, number, gaining)
        if not add_resident(problem, gaining, resident) or not mend_mode(problem, state, gaining):
            continue
        if judge(problem, state, gaining):
            change = gaining[FIXED] - group_row(problem, state, number)[FIXED]
            if change > best:
                best = change
                chosen[:] = gaining
    if best == -(1 << 40):
        return False
    lift(problem, state, chosen[ROW])
    return put(problem, state, chosen, False)


@compiled
def dissolve(problem: Problem, state: State, floor: float) -> bool:
    """Give up a group and spread its residents over others."""
    number = random_group(problem, state)
    if number == NOBODY:
        return False
    before, unplaced = state.words[SCORE], state.words[HOMELESS]
    lift(problem, state, number)
    while state.words[HOMELESS] > unplaced:
        if not _rehouse(problem, state, int(homeless(problem, state)[state.words[HOMELESS] - 1])):
            revert(problem, state)
            return False
    return settle_or_revert(problem, state, before, floor)


@compiled
def _recruit(problem: Problem, state: State, trial: Smalls) -> bool:
    """Draw a resident for a new group and take them out of theirs, as part of a move."""
    resident = random_resident(problem, state)
    if resident == NOBODY or accepts(problem, resident, trial[MODEL]) == REFUSED:
        return False
    for other in residents_of(problem, trial):
        if other == resident:
            return False
    source = group_of(problem, state)[resident]
    if source != NOBODY:
        losing = trial_row(problem, state, 0)
        copy_group(problem, state, source, losing)
        drop_resident(losing, resident)
        if losing[SIZE] == 0 or not judge(problem, state, losing):
            return False
        lift(problem, state, source)
        if not put(problem, state, losing, False):
            return False
    return add_resident(problem, trial, resident)


@compiled
def found(problem: Problem, state: State, floor: float) -> bool:
    """Make a new group of residents out of several others."""
    trial = trial_row(problem, state, 3)
    starter = random_resident(problem, state)
    if starter == NOBODY:
        return False
    target = empty_row(problem, state, starter)
    if target == NOBODY:
        return False
    copy_group(problem, state, target, trial)
    trial[SIZE] = 0
    trial[LEADERS] = 0
    trial[MODEL] = below(state, problem.words[MODELS])
    model = model_of(problem, trial[MODEL])
    size = model[0] + below(state, max(1, min(model[1], model[0] + 2) - model[0] + 1))
    before = state.words[SCORE]
    for _ in range(6 * size):
        if trial[SIZE] >= size:
            break
        if not _recruit(problem, state, trial) and state.words[SCORE] - before < floor - 3000:
            break
    clear_dates(problem, trial)
    suited = suit_leaders(problem, state, trial) and trial[SIZE] > 0 and choose_mode(problem, state, trial)
    if not suited or not judge(problem, state, trial):
        revert(problem, state)
        return False
    lift(problem, state, target)
    if not put(problem, state, trial, True):
        revert(problem, state)
        return False
    return settle_or_revert(problem, state, before, floor)
