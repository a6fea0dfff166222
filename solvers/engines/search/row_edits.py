"""Edits of one group in a trial row: members, facilitators, mode and site; nothing is judged here."""

from __future__ import annotations

from solvers.engines.compilation import compiled
from solvers.engines.search.problem import (
    CAPACITY,
    CHOICES,
    FACILITATOR_SEATS,
    FORMER_GROUP,
    IN_PERSON_MODE,
    MODES,
    NONE,
    RESIDENT_SEATS,
    RESIDENTS,
    SITE,
    Problem,
    Smalls,
    neighbours,
    person_of,
)
from solvers.engines.search.quick_estimate import mode_allowed
from solvers.engines.search.rng import random_below
from solvers.engines.search.state import (
    DELTA,
    FACILITATORS,
    FREE_ROWS,
    MEETING_SITE,
    MODE,
    MOVABLE_FACULTY,
    NO_DELTA,
    ROW,
    ROW_HEAD,
    SIZE,
    State,
    dates_of,
    facilitator_load,
    facilitators_of,
    free_rows,
    group_row,
    is_movable,
    movable_faculty,
    residents_of,
)


@compiled
def copy_group(problem: Problem, state: State, number: int, trial: Smalls) -> None:
    """Copy the group in row ``number`` into a trial row."""
    trial[:] = group_row(problem, state, number)
    trial[ROW] = number
    trial[DELTA] = NO_DELTA


@compiled
def add_resident(problem: Problem, trial: Smalls, resident: int) -> bool:
    """Add a resident, if there is a seat."""
    if trial[SIZE] >= problem.words[RESIDENT_SEATS]:
        return False
    trial[ROW_HEAD + trial[SIZE]] = resident
    trial[SIZE] += 1
    return True


@compiled
def drop_resident(trial: Smalls, resident: int) -> None:
    """Take a resident out; a group left without residents has no facilitators either."""
    for index in range(ROW_HEAD, ROW_HEAD + trial[SIZE]):
        if trial[index] == resident:
            trial[SIZE] -= 1
            trial[index] = trial[ROW_HEAD + trial[SIZE]]
            break
    if trial[SIZE] == 0:
        trial[FACILITATORS] = 0


@compiled
def replace_resident(trial: Smalls, leaving: int, joining: int) -> None:
    """Replace one resident by another: so a group of one keeps its facilitators."""
    for index in range(ROW_HEAD, ROW_HEAD + trial[SIZE]):
        if trial[index] == leaving:
            trial[index] = joining


@compiled
def add_facilitator(problem: Problem, trial: Smalls, facilitator: int) -> bool:
    """Add a facilitator, if there is a seat."""
    if trial[FACILITATORS] >= problem.words[FACILITATOR_SEATS]:
        return False
    trial[ROW_HEAD + problem.words[RESIDENT_SEATS] + trial[FACILITATORS]] = facilitator
    trial[FACILITATORS] += 1
    return True


@compiled
def drop_facilitator(problem: Problem, trial: Smalls, index: int) -> None:
    """Take out the facilitator at an index of the list."""
    trial[FACILITATORS] -= 1
    start = ROW_HEAD + problem.words[RESIDENT_SEATS]
    trial[start + index] = trial[start + trial[FACILITATORS]]


@compiled
def sample_facilitator(problem: Problem, state: State, trial: Smalls) -> int:
    """Sample a facilitator with capacity left, half of the time one whom a member would choose; NONE if that fails."""
    facilitator = NONE
    if random_below(state, 2) == 0 and trial[SIZE] > 0:
        resident = trial[ROW_HEAD + random_below(state, trial[SIZE])]
        chosen = neighbours(problem, CHOICES, resident)
        if len(chosen):
            facilitator = chosen[random_below(state, len(chosen))]
    elif state.words[MOVABLE_FACULTY]:
        facilitator = (
            problem.words[RESIDENTS]
            + movable_faculty(problem, state)[random_below(state, state.words[MOVABLE_FACULTY])]
        )
    if facilitator < problem.words[RESIDENTS] or not is_movable(problem, state, facilitator):
        return NONE
    if (
        facilitator_load(problem, state)[facilitator - problem.words[RESIDENTS]]
        >= person_of(problem, facilitator)[CAPACITY]
    ):
        return NONE
    for other in facilitators_of(problem, trial):
        if other == facilitator:
            return NONE
    return int(facilitator)


@compiled
def choose_mode(problem: Problem, state: State, trial: Smalls) -> bool:
    """Choose at random a mode that everybody accepts, in person at the site of a resident; False if there is none."""
    common = -1
    for resident in residents_of(problem, trial):
        common &= person_of(problem, resident)[MODES]
    for facilitator in facilitators_of(problem, trial):
        common &= person_of(problem, facilitator)[MODES]
    seen = mode = 0
    while common > 0:
        if common & 1:
            seen += 1
            if random_below(state, seen) == 0:
                trial[MODE] = mode
        common >>= 1
        mode += 1
    if seen == 0:
        return False
    choose_site(problem, state, trial)
    return True


@compiled
def choose_site(problem: Problem, state: State, trial: Smalls) -> None:
    """Give an in-person group the site of one of its residents, any other group none."""
    if trial[MODE] == problem.words[IN_PERSON_MODE]:
        resident = trial[ROW_HEAD + random_below(state, trial[SIZE])]
        trial[MEETING_SITE] = person_of(problem, resident)[SITE]
    else:
        trial[MEETING_SITE] = NONE


@compiled
def ensure_mode(problem: Problem, state: State, trial: Smalls) -> bool:
    """Choose another mode if somebody in the group does not accept the current one."""
    if trial[SIZE] == 0 or mode_allowed(problem, trial, trial[MODE]):
        return True
    return choose_mode(problem, state, trial)


@compiled
def empty_row(problem: Problem, state: State, resident: int) -> int:
    """A row for a new group: that of the resident's previous group if empty, else a free one; NONE if none is left."""
    former = person_of(problem, resident)[FORMER_GROUP]
    if former != NONE and group_row(problem, state, former)[SIZE] == 0:
        return int(former)
    if state.words[FREE_ROWS] == 0:
        return NONE
    return int(free_rows(problem, state)[state.words[FREE_ROWS] - 1])


@compiled
def clear_dates(problem: Problem, trial: Smalls) -> None:
    """Clear the dates of a trial."""
    dates_of(problem, trial)[:] = NONE
