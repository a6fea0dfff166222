"""Greedy construction of a first plan: groups grown one by one from residents who are free at the same times."""

from __future__ import annotations

from solvers.engines.compilation import compiled, entry
from solvers.engines.search.acceptance import NO_PROPOSAL, date_and_insert, evaluate_static, try_move
from solvers.engines.search.likeness import HAS_TAG, missing_company, trait_of, who_is_alone
from solvers.engines.search.moves import ensure_facilitator_count, relocate_to
from solvers.engines.search.problem import (
    COMPANIONS,
    CONFLICTS,
    INFEASIBLE,
    MODELS,
    NONE,
    RESIDENT_SEATS,
    ROWS,
    SIZE_MAX,
    SIZE_MIN,
    SPREAD_MAX,
    SPREAD_MIN,
    STAGE,
    TARGET,
    Bytes,
    Problem,
    Smalls,
    availability_of,
    is_pinned,
    model_of,
    model_points,
    neighbours,
    person_of,
)
from solvers.engines.search.rng import random_below
from solvers.engines.search.row_edits import add_resident, choose_mode, clear_dates, copy_group, empty_row, ensure_mode
from solvers.engines.search.state import (
    FACILITATORS,
    MODEL,
    PREFIX_BEST,
    SIZE,
    UNPLACED,
    State,
    as_pointers,
    residents_of,
    scratch_line,
    trial_row,
    unplaced,
    unplaced_position,
    used_position,
)
from solvers.engines.search.static_score import fits_model
from solvers.engines.search.undo_journal import commit, remove_logged, rollback

_CANDIDATES = 60
_LOWEST = -(1 << 40)


@compiled
def _count_common(common: Smalls, available: Bytes) -> int:
    total = 0
    for slot in range(len(common)):
        total += common[slot] * available[slot]
    return total


@compiled
def _stage_spread(problem: Problem, trial: Smalls, resident: int) -> int:
    """The spread of stages once a resident has joined."""
    lowest = highest = person_of(problem, resident)[STAGE]
    for other in residents_of(problem, trial):
        lowest = min(lowest, person_of(problem, other)[STAGE])
        highest = max(highest, person_of(problem, other)[STAGE])
    return int(highest - lowest)


@compiled
def _may_join(problem: Problem, trial: Smalls, resident: int, target_size: int) -> bool:
    """Whether a resident may join a group that is being grown to ``target_size`` residents."""
    model = model_of(problem, trial[MODEL])
    if model_points(problem, resident, trial[MODEL]) == INFEASIBLE:
        return False
    for other in residents_of(problem, trial):
        if other == resident:
            return False
    spread = _stage_spread(problem, trial, resident)
    if spread > model[SPREAD_MAX]:
        return False
    return bool(trial[SIZE] + 1 < target_size or spread >= model[SPREAD_MIN])


@compiled
def _sample_candidate(problem: Problem, state: State, alone: int) -> int:
    """Sample an unplaced resident, half of the time one who would be company to who is ``alone`` in the group."""
    if alone != NONE and random_below(state, 2) == 0:
        near = neighbours(problem, COMPANIONS, alone)
        if len(near):
            resident = near[random_below(state, len(near))]
            if unplaced_position(problem, state)[resident] != NONE:
                return int(resident)
    return int(unplaced(problem, state)[random_below(state, state.words[UNPLACED])])


@compiled
def _has_company(problem: Problem, trial: Smalls, alone: int, resident: int) -> bool:
    """Whether a resident may join a group that nobody can stay in as the only one: they are company to who is ``alone``
    in it, and have company themselves."""
    if missing_company(problem, trial, NONE, resident, resident) != NONE:
        return False
    if alone == NONE:
        return True
    category = missing_company(problem, trial, NONE, NONE, alone)
    return bool(trait_of(problem, resident, category) == HAS_TAG)


@compiled
def _best_candidate(problem: Problem, state: State, trial: Smalls, target_size: int) -> int:
    """The unplaced resident, of some sampled, who shares most free slots with the group; NONE if none may join."""
    best, chosen = _LOWEST, NONE
    alone = who_is_alone(problem, trial)
    for _ in range(_CANDIDATES):
        resident = _sample_candidate(problem, state, alone)
        if not _may_join(problem, trial, resident, target_size) or not _has_company(problem, trial, alone, resident):
            continue
        shared = _count_common(scratch_line(problem, state, PREFIX_BEST), availability_of(problem, resident))
        if shared > best and _compatible(problem, state, trial, resident):
            best, chosen = shared, resident
    return int(chosen)


@compiled
def _compatible(problem: Problem, state: State, trial: Smalls, resident: int) -> bool:
    """Whether a resident shares a mode with the group and has a conflict with nobody in it."""
    other = trial_row(problem, state, 2)
    other[:] = trial
    if not add_resident(problem, other, resident) or not ensure_mode(problem, state, other):
        return False
    for first in residents_of(problem, trial):
        for enemy in neighbours(problem, CONFLICTS, resident):
            if enemy == first:
                return False
    return True


@compiled
def _admit(problem: Problem, state: State, trial: Smalls, resident: int) -> None:
    """Add a resident and keep only the slots at which they are free as well."""
    add_resident(problem, trial, resident)
    ensure_mode(problem, state, trial)
    common, available = scratch_line(problem, state, PREFIX_BEST), availability_of(problem, resident)
    for slot in range(len(available)):
        common[slot] *= available[slot]


@compiled
def _grow_group(problem: Problem, state: State, trial: Smalls, seed_resident: int, target_size: int) -> None:
    """Grow the group in a trial row around a seed resident."""
    trial[SIZE] = 0
    trial[FACILITATORS] = 0
    scratch_line(problem, state, PREFIX_BEST)[:] = 1
    add_resident(problem, trial, seed_resident)
    choose_mode(problem, state, trial)
    trial[SIZE] = 0
    _admit(problem, state, trial, seed_resident)
    while trial[SIZE] < target_size:
        resident = _best_candidate(problem, state, trial, target_size)
        if resident == NONE:
            return
        _admit(problem, state, trial, resident)


@compiled
def target_size(problem: Problem, number: int) -> int:
    """The size that a model likes best, or the middle of those it allows."""
    model = model_of(problem, number)
    if model[TARGET] == NONE:
        return int(model[SIZE_MIN] + model[SIZE_MAX] + 1) // 2
    return int(max(model[SIZE_MIN], min(model[SIZE_MAX], model[TARGET])))


@compiled
def build_group(problem: Problem, state: State, seed_resident: int, number: int, size: int) -> bool:
    """Build a group of a model and of about a size around an unplaced resident, as part of a move; False if none fits.

    If it fails the plan is as it was, unless what is pinned can't be dated: then the move has to be rolled back.
    """
    target = empty_row(problem, state, seed_resident)
    if target == NONE or model_points(problem, seed_resident, number) == INFEASIBLE:
        return False
    trial = trial_row(problem, state, 3)
    copy_group(problem, state, target, trial)
    trial[MODEL] = number
    _grow_group(problem, state, trial, seed_resident, min(problem.words[RESIDENT_SEATS], size))
    if not ensure_facilitator_count(problem, state, trial) or not fits_model(problem, trial):
        return False
    clear_dates(problem, trial)
    if not ensure_mode(problem, state, trial) or not evaluate_static(problem, state, trial):
        return False
    remove_logged(problem, state, target)
    return date_and_insert(problem, state, trial, True)


@compiled
def _construct_any_group(problem: Problem, state: State, seed_resident: int) -> bool:
    """Construct a group of any model that the seed resident accepts."""
    models = problem.words[MODELS]
    offset = random_below(state, models)
    for turn in range(models):
        number = (offset + turn) % models
        if build_group(problem, state, seed_resident, number, target_size(problem, number)):
            commit(state)
            return True
        rollback(problem, state)
    return False


@entry
def construct_groups(problem: Problem, state: State, tries: int) -> bool:
    """Construct groups around ``tries`` random seed residents; whether it is worth trying more."""
    problem, state = as_pointers(problem, state)
    if problem.words[MODELS] == 0:
        return False
    constructed = False
    for _ in range(tries):
        if state.words[UNPLACED] == 0:
            return False
        seed_resident = unplaced(problem, state)[random_below(state, state.words[UNPLACED])]
        constructed = _construct_any_group(problem, state, seed_resident) or constructed
    return constructed


@entry
def place_anywhere(problem: Problem, state: State, resident: int) -> bool:
    """Place an unplaced resident in the first group that can take them; False if none can."""
    problem, state = as_pointers(problem, state)
    for number in range(problem.words[ROWS]):
        if used_position(problem, state)[number] != NONE and not is_pinned(problem, number):
            proposal = relocate_to(problem, state, resident, number, float(_LOWEST))
            if proposal != NO_PROPOSAL and try_move(problem, state, proposal, float(_LOWEST)):
                return True
    return False
