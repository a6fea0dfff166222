"""Drawing whom a move is about: a group, a resident, or where a resident might go."""

from __future__ import annotations

from solvers.engines.compiling import compiled
from solvers.engines.search.dice import below
from solvers.engines.search.problem import (
    ALIKE,
    CHOICES,
    NEAR,
    NOBODY,
    REFUSED,
    RESIDENTS,
    SIZE_MAX,
    SPREAD_MAX,
    SPREAD_MIN,
    STAGE,
    Problem,
    Smalls,
    accepts,
    is_pinned,
    links,
    model_of,
    person_of,
)
from solvers.engines.search.state import (
    DRAWS,
    HEAD,
    LIVE,
    MINE,
    MODEL,
    ODDS_ALIKE,
    ODDS_CHOSEN,
    ODDS_NEAR,
    SIZE,
    State,
    group_of,
    group_row,
    led,
    live,
    mine,
    owned,
    position,
    residents_of,
)


@compiled
def free_to_change(problem: Problem, number: int) -> bool:
    """Whether the members of a row may change."""
    return not is_pinned(problem, number)


@compiled
def random_group(problem: Problem, state: State) -> int:
    """Draw a group whose members may change; NOBODY if the draw fails."""
    if state.words[LIVE] == 0:
        return NOBODY
    number = live(problem, state)[below(state, state.words[LIVE])]
    return int(number) if free_to_change(problem, number) else NOBODY


@compiled
def _group_of_one(problem: Problem, state: State, people: Smalls) -> int:
    """The group of somebody drawn from a list of residents; NOBODY if it may not change."""
    if len(people) == 0:
        return NOBODY
    number = group_of(problem, state)[people[below(state, len(people))]]
    if number == NOBODY or position(problem, state)[number] == NOBODY or is_pinned(problem, number):
        return NOBODY
    return number


@compiled
def led_group(problem: Problem, state: State, resident: int) -> int:
    """A group led, now or of late, by a facilitator whom a resident would choose; NOBODY if the draw fails."""
    chosen = links(problem, CHOICES, resident)
    if len(chosen) == 0:
        return NOBODY
    leader = chosen[below(state, len(chosen))]
    if leader < problem.words[RESIDENTS] or not owned(problem, state, leader):
        return NOBODY
    number = led(problem, state)[leader - problem.words[RESIDENTS]]
    if number == NOBODY or position(problem, state)[number] == NOBODY or is_pinned(problem, number):
        return NOBODY
    return number


@compiled
def promising_group(problem: Problem, state: State, resident: int) -> int:
    """Draw a group for a resident, as the dials say by whom they want, who is alike, whom they choose, or anyhow."""
    chance, number = below(state, 1000), NOBODY
    if chance < state.words[ODDS_NEAR]:
        number = _group_of_one(problem, state, links(problem, NEAR, resident))
    elif chance < state.words[ODDS_NEAR] + state.words[ODDS_ALIKE]:
        number = _group_of_one(problem, state, links(problem, ALIKE, resident))
    elif chance < state.words[ODDS_NEAR] + state.words[ODDS_ALIKE] + state.words[ODDS_CHOSEN]:
        number = led_group(problem, state, resident)
    return random_group(problem, state) if number == NOBODY else number


@compiled
def random_resident(problem: Problem, state: State) -> int:
    """Draw a resident in a group whose members may change, or an unplaced one; NOBODY if the draw fails."""
    if state.words[MINE] == 0:
        return NOBODY
    resident = mine(problem, state)[below(state, state.words[MINE])]
    number = group_of(problem, state)[resident]
    return int(resident) if number == NOBODY or free_to_change(problem, number) else NOBODY


@compiled
def _plausible(problem: Problem, state: State, number: int, joining: int, leaving: int) -> bool:
    """Whether model, mode and stages of a group suit a resident who joins it while another, or NOBODY, leaves."""
    row = group_row(problem, state, number)
    model = model_of(problem, row[MODEL])
    if accepts(problem, joining, row[MODEL]) == REFUSED:
        return False
    lowest = highest = person_of(problem, joining)[STAGE]
    for resident in residents_of(problem, row):
        if resident != leaving:
            lowest = min(lowest, person_of(problem, resident)[STAGE])
            highest = max(highest, person_of(problem, resident)[STAGE])
    return model[SPREAD_MIN] <= highest - lowest <= model[SPREAD_MAX]


@compiled
def roomy_group(problem: Problem, state: State, resident: int) -> int:
    """Draw a group with a seat that would suit a resident; NOBODY if some draws fail."""
    for _ in range(state.words[DRAWS]):
        number = promising_group(problem, state, resident)
        if number == NOBODY or number == group_of(problem, state)[resident]:
            continue
        row = group_row(problem, state, number)
        if row[SIZE] < model_of(problem, row[MODEL])[SIZE_MAX]:
            if _plausible(problem, state, number, resident, NOBODY):
                return number
    return NOBODY


@compiled
def partner_of(problem: Problem, state: State, resident: int) -> int:
    """Draw a resident of another group with whom an exchange would suit both groups; NOBODY if some draws fail."""
    first = group_of(problem, state)[resident]
    for _ in range(state.words[DRAWS]):
        second = promising_group(problem, state, resident)
        if second == NOBODY or second == first:
            continue
        row = group_row(problem, state, second)
        other = row[HEAD + below(state, row[SIZE])]
        if _plausible(problem, state, second, resident, other):
            if first == NOBODY or _plausible(problem, state, first, other, resident):
                return other
    return NOBODY
