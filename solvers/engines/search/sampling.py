"""Random sampling of the parts of a move: a group, a resident, or a neighbouring group that a resident may join."""

from __future__ import annotations

from solvers.engines.compilation import compiled
from solvers.engines.search.problem import (
    CHOICES,
    INFEASIBLE,
    NONE,
    RESIDENTS,
    SIMILAR,
    SIZE_MAX,
    SPREAD_MAX,
    SPREAD_MIN,
    STAGE,
    WISH_NEIGHBOURS,
    Problem,
    Smalls,
    is_pinned,
    model_of,
    model_points,
    neighbours,
    person_of,
)
from solvers.engines.search.rng import random_below
from solvers.engines.search.state import (
    MODEL,
    MOVABLE_RESIDENTS,
    PER_MILLE_CHOSEN,
    PER_MILLE_SIMILAR,
    PER_MILLE_WISHED,
    ROW_HEAD,
    SIZE,
    USED_ROWS,
    State,
    group_of,
    group_row,
    is_movable,
    movable_residents,
    recent_group,
    residents_of,
    used_position,
    used_rows,
)


@compiled
def is_changeable(problem: Problem, number: int) -> bool:
    """Whether the members of a row may change."""
    return not is_pinned(problem, number)


@compiled
def random_group(problem: Problem, state: State) -> int:
    """Sample a group whose members may change; NONE if the one drawn is pinned."""
    if state.words[USED_ROWS] == 0:
        return NONE
    number = used_rows(problem, state)[random_below(state, state.words[USED_ROWS])]
    return int(number) if is_changeable(problem, number) else NONE


@compiled
def _group_of_any(problem: Problem, state: State, people: Smalls) -> int:
    """The group of a random resident of a list; NONE if it may not change."""
    if len(people) == 0:
        return NONE
    number = group_of(problem, state)[people[random_below(state, len(people))]]
    if number == NONE or used_position(problem, state)[number] == NONE or is_pinned(problem, number):
        return NONE
    return number


@compiled
def group_of_chosen(problem: Problem, state: State, resident: int) -> int:
    """A recent group of a facilitator whom a resident would choose; NONE if the random choice fails."""
    chosen = neighbours(problem, CHOICES, resident)
    if len(chosen) == 0:
        return NONE
    facilitator = chosen[random_below(state, len(chosen))]
    if facilitator < problem.words[RESIDENTS] or not is_movable(problem, state, facilitator):
        return NONE
    number = recent_group(problem, state)[facilitator - problem.words[RESIDENTS]]
    if number == NONE or used_position(problem, state)[number] == NONE or is_pinned(problem, number):
        return NONE
    return number


@compiled
def sample_neighbour_group(problem: Problem, state: State, resident: int) -> int:
    """Sample a group for a resident, as the parameters say: by wish, similarity or chosen facilitator, or any."""
    per_mille, number = random_below(state, 1000), NONE
    if per_mille < state.words[PER_MILLE_WISHED]:
        number = _group_of_any(problem, state, neighbours(problem, WISH_NEIGHBOURS, resident))
    elif per_mille < state.words[PER_MILLE_WISHED] + state.words[PER_MILLE_SIMILAR]:
        number = _group_of_any(problem, state, neighbours(problem, SIMILAR, resident))
    elif per_mille < state.words[PER_MILLE_WISHED] + state.words[PER_MILLE_SIMILAR] + state.words[PER_MILLE_CHOSEN]:
        number = group_of_chosen(problem, state, resident)
    return random_group(problem, state) if number == NONE else number


@compiled
def random_resident(problem: Problem, state: State) -> int:
    """Sample a resident who is unplaced or in a group whose members may change; NONE if the one drawn is neither."""
    if state.words[MOVABLE_RESIDENTS] == 0:
        return NONE
    resident = movable_residents(problem, state)[random_below(state, state.words[MOVABLE_RESIDENTS])]
    number = group_of(problem, state)[resident]
    return int(resident) if number == NONE or is_changeable(problem, number) else NONE


@compiled
def _is_plausible(problem: Problem, state: State, number: int, joining: int, leaving: int) -> bool:
    """Whether model and stages of a group fit a resident who joins it while another, or NONE, leaves."""
    row = group_row(problem, state, number)
    model = model_of(problem, row[MODEL])
    if model_points(problem, joining, row[MODEL]) == INFEASIBLE:
        return False
    lowest = highest = person_of(problem, joining)[STAGE]
    for resident in residents_of(problem, row):
        if resident != leaving:
            lowest = min(lowest, person_of(problem, resident)[STAGE])
            highest = max(highest, person_of(problem, resident)[STAGE])
    return model[SPREAD_MIN] <= highest - lowest <= model[SPREAD_MAX]


@compiled
def sample_group_with_seat(problem: Problem, state: State, resident: int) -> int:
    """Sample a group with a free seat that fits a resident; NONE if the one sampled does not."""
    number = sample_neighbour_group(problem, state, resident)
    if number == NONE or number == group_of(problem, state)[resident]:
        return NONE
    row = group_row(problem, state, number)
    if row[SIZE] >= model_of(problem, row[MODEL])[SIZE_MAX]:
        return NONE
    return number if _is_plausible(problem, state, number, resident, NONE) else NONE


@compiled
def sample_partner(problem: Problem, state: State, resident: int) -> int:
    """Sample a resident of another group with whom a swap fits both groups; NONE if the one sampled does not."""
    first = group_of(problem, state)[resident]
    second = sample_neighbour_group(problem, state, resident)
    if second == NONE or second == first:
        return NONE
    row = group_row(problem, state, second)
    other = row[ROW_HEAD + random_below(state, row[SIZE])]
    if not _is_plausible(problem, state, second, resident, other):
        return NONE
    return other if first == NONE or _is_plausible(problem, state, first, other, resident) else NONE
