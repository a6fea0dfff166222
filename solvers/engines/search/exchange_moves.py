"""A move that changes several things about two groups at once: some of their residents change places, and perhaps who
leads one of them, of what model it is, how it meets or when.

Each change by itself may make a plan much worse, or break a rule, where all of them together make it better.
"""

from __future__ import annotations

from solvers.engines.compilation import compiled
from solvers.engines.search.acceptance import BOTH_REDATED, BOTH_TRIALS, NO_PROPOSAL
from solvers.engines.search.moves import ensure_facilitator_count
from solvers.engines.search.problem import CAPACITY, FACULTY, MODELS, NONE, RESIDENTS, Problem, Smalls, person_of
from solvers.engines.search.rng import random_below
from solvers.engines.search.row_edits import (
    add_facilitator,
    add_resident,
    choose_mode,
    copy_group,
    drop_facilitator,
    drop_resident,
    ensure_mode,
    sample_facilitator,
)
from solvers.engines.search.sampling import random_group, sample_neighbour_group
from solvers.engines.search.state import (
    FACILITATORS,
    MODEL,
    ROW,
    ROW_HEAD,
    SIZE,
    State,
    facilitator_load,
    facilitators_of,
    group_row,
    residents_of,
    trial_row,
)

_MOST_OF_EACH = 3


@compiled
def exchange_several(problem: Problem, state: State) -> int:
    """Exchange up to three residents of a group for up to three of another, and perhaps more about them."""
    first = random_group(problem, state)
    if first == NONE:
        return NO_PROPOSAL
    row = group_row(problem, state, first)
    second = sample_neighbour_group(problem, state, row[ROW_HEAD + random_below(state, row[SIZE])])
    if second == NONE or second == first:
        return NO_PROPOSAL
    one, other = trial_row(problem, state, 0), trial_row(problem, state, 1)
    copy_group(problem, state, first, one)
    copy_group(problem, state, second, other)
    if not _exchange_residents(problem, state, row, group_row(problem, state, second), one, other):
        return NO_PROPOSAL
    if not (_change_otherwise(problem, state, one) and _change_otherwise(problem, state, other)):
        return NO_PROPOSAL
    if _leads_too_many(problem, state, one, other):
        return NO_PROPOSAL
    return BOTH_REDATED if random_below(state, 4) == 0 else BOTH_TRIALS


@compiled
def _leads_too_many(problem: Problem, state: State, one: Smalls, other: Smalls) -> bool:
    """Whether a facilitator of both trials would lead more groups than they offered: either took them by itself."""
    for facilitator in facilitators_of(problem, one):
        load = facilitator_load(problem, state)[facilitator - problem.words[RESIDENTS]]
        for trial in (one, other):
            load += _leads(problem, trial, facilitator)
            load -= _leads(problem, group_row(problem, state, trial[ROW]), facilitator)
        if _leads(problem, other, facilitator) and load > person_of(problem, facilitator)[CAPACITY]:
            return True
    return False


@compiled
def _leads(problem: Problem, row: Smalls, facilitator: int) -> bool:
    """Whether somebody is a facilitator of a row."""
    for index in range(row[FACILITATORS]):
        if facilitators_of(problem, row)[index] == facilitator:
            return True
    return False


@compiled
def _exchange_residents(
    problem: Problem, state: State, first: Smalls, second: Smalls, one: Smalls, other: Smalls
) -> bool:
    """Let random residents of two rows change places in the trials of these; False unless somebody goes and stays."""
    going = random_below(state, min(_MOST_OF_EACH, first[SIZE]) + 1)
    coming = random_below(state, min(_MOST_OF_EACH, second[SIZE]) + 1)
    if going + coming == 0 or going == first[SIZE] or coming == second[SIZE]:
        return False
    for _ in range(going):
        drop_resident(one, one[ROW_HEAD + random_below(state, one[SIZE])])
    for _ in range(coming):
        drop_resident(other, other[ROW_HEAD + random_below(state, other[SIZE])])
    stayed, stayed_there = one[SIZE], other[SIZE]
    for resident in residents_of(problem, first):
        if not _holds(one, stayed, resident) and not add_resident(problem, other, resident):
            return False
    for resident in residents_of(problem, second):
        if not _holds(other, stayed_there, resident) and not add_resident(problem, one, resident):
            return False
    return True


@compiled
def _holds(trial: Smalls, size: int, resident: int) -> bool:
    """Whether a resident is among the first ``size`` of a trial."""
    for index in range(ROW_HEAD, ROW_HEAD + size):
        if trial[index] == resident:
            return True
    return False


@compiled
def _change_otherwise(problem: Problem, state: State, trial: Smalls) -> bool:
    """Perhaps give a trial another model, facilitator or way of meeting; False if it then can't be."""
    kind = random_below(state, 8)
    if kind == 0 and problem.words[MODELS] > 1:
        trial[MODEL] = (trial[MODEL] + 1 + random_below(state, problem.words[MODELS] - 1)) % problem.words[MODELS]
    elif kind == 1 and problem.words[FACULTY]:
        if trial[FACILITATORS] and random_below(state, 3) > 0:
            drop_facilitator(problem, trial, random_below(state, len(facilitators_of(problem, trial))))
        facilitator = sample_facilitator(problem, state, trial)
        if facilitator != NONE and not add_facilitator(problem, trial, facilitator):
            return False
    if not ensure_facilitator_count(problem, state, trial):
        return False
    return choose_mode(problem, state, trial) if kind == 2 else ensure_mode(problem, state, trial)
