"""The moves of the search: each draws a change of one group or two into the trials of the bench.

A move returns NOTHING if the draw failed, else which trials to try: LATTER is ``trial[1]`` alone, BOTH ``trial[0]``
and ``trial[1]``; BOTH_AFRESH and LATTER_AFRESH ask for new dates rather than present dates bettered.
"""

from __future__ import annotations

from solvers.engines.search.compiled import compiled
from solvers.engines.search.dice import below
from solvers.engines.search.problem import (
    ALIKE,
    CHOICES,
    FACULTY,
    LEADS_MAX,
    LEADS_MIN,
    MODELS,
    NEAR,
    NOBODY,
    REFUSED,
    RESIDENTS,
    SEATS,
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
    LEADERS,
    LIVE,
    MINE,
    MODEL,
    ODDS_ALIKE,
    ODDS_CHOSEN,
    ODDS_NEAR,
    ROW,
    SIZE,
    State,
    group_of,
    group_row,
    leaders_of,
    led,
    live,
    mine,
    owned,
    position,
    residents_of,
    trial_row,
)
from solvers.engines.search.trials import (
    BOTH,
    BOTH_AFRESH,
    LATTER,
    LATTER_AFRESH,
    NOTHING,
    add_leader,
    add_resident,
    choose_mode,
    copy_group,
    drop_leader,
    drop_resident,
    empty_row,
    mend_mode,
    pick_leader,
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
def _roomy_group(problem: Problem, state: State, resident: int) -> int:
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
def _partner(problem: Problem, state: State, resident: int) -> int:
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


@compiled
def relocate(problem: Problem, state: State) -> int:
    """Move a resident into another group."""
    resident = random_resident(problem, state)
    if resident == NOBODY:
        return NOTHING
    return relocate_to(problem, state, resident, _roomy_group(problem, state, resident))


@compiled
def relocate_to(problem: Problem, state: State, resident: int, target: int) -> int:
    """Move a resident into the group ``target``."""
    source = group_of(problem, state)[resident]
    if target == NOBODY or target == source:
        return NOTHING
    gaining = trial_row(problem, state, 1)
    copy_group(problem, state, target, gaining)
    if not add_resident(problem, gaining, resident) or not mend_mode(problem, state, gaining):
        return NOTHING
    if source == NOBODY:
        return LATTER
    losing = trial_row(problem, state, 0)
    copy_group(problem, state, source, losing)
    drop_resident(losing, resident)
    return BOTH


@compiled
def swap(problem: Problem, state: State) -> int:
    """Exchange two residents between their groups, or an unplaced one for a placed one."""
    one = random_resident(problem, state)
    if one == NOBODY:
        return NOTHING
    other = _partner(problem, state, one)
    if other == NOBODY:
        return NOTHING
    first, second = group_of(problem, state)[one], group_of(problem, state)[other]
    theirs = trial_row(problem, state, 1)
    copy_group(problem, state, second, theirs)
    drop_resident(theirs, other)
    add_resident(problem, theirs, one)
    if not mend_mode(problem, state, theirs):
        return NOTHING
    if first == NOBODY:
        return LATTER
    ours = trial_row(problem, state, 0)
    copy_group(problem, state, first, ours)
    drop_resident(ours, one)
    add_resident(problem, ours, other)
    return BOTH if mend_mode(problem, state, ours) else NOTHING


@compiled
def change_mode(problem: Problem, state: State) -> int:
    """Let a group meet in another mode or at another site."""
    if state.words[LIVE] == 0:
        return NOTHING
    trial = trial_row(problem, state, 1)
    copy_group(problem, state, live(problem, state)[below(state, state.words[LIVE])], trial)
    return LATTER if choose_mode(problem, state, trial) else NOTHING


@compiled
def redate(problem: Problem, state: State) -> int:
    """Choose the dates of a group afresh."""
    if state.words[LIVE] == 0:
        return NOTHING
    trial = trial_row(problem, state, 1)
    copy_group(problem, state, live(problem, state)[below(state, state.words[LIVE])], trial)
    return LATTER_AFRESH


@compiled
def suit_leaders(problem: Problem, state: State, trial: Smalls) -> bool:
    """Bring the number of facilitators within the model's limits; False if not enough were drawn."""
    model = model_of(problem, trial[MODEL])
    while trial[LEADERS] > model[LEADS_MAX]:
        drop_leader(problem, trial, below(state, trial[LEADERS]))
    for _ in range(12):
        if trial[LEADERS] >= model[LEADS_MIN]:
            return True
        leader = pick_leader(problem, state, trial)
        if leader != NOBODY:
            add_leader(problem, trial, leader)
    return bool(trial[LEADERS] >= model[LEADS_MIN])


@compiled
def change_model(problem: Problem, state: State) -> int:
    """Give a group another model, with as many facilitators as that asks for."""
    number = random_group(problem, state)
    if number == NOBODY:
        number = live(problem, state)[below(state, state.words[LIVE])] if state.words[LIVE] else NOBODY
    if number == NOBODY or problem.words[MODELS] < 2:
        return NOTHING
    trial = trial_row(problem, state, 1)
    copy_group(problem, state, number, trial)
    trial[MODEL] = (trial[MODEL] + 1 + below(state, problem.words[MODELS] - 1)) % problem.words[MODELS]
    if free_to_change(problem, number):
        if not suit_leaders(problem, state, trial) or not mend_mode(problem, state, trial):
            return NOTHING
    return LATTER


@compiled
def change_leader(problem: Problem, state: State) -> int:
    """Add, drop or replace a facilitator."""
    number = random_group(problem, state)
    if number == NOBODY or problem.words[FACULTY] == 0:
        return NOTHING
    trial = trial_row(problem, state, 1)
    copy_group(problem, state, number, trial)
    if trial[LEADERS] and below(state, 3) > 0:
        drop_leader(problem, trial, below(state, trial[LEADERS]))
        if below(state, 4) == 0:
            return LATTER
    leader = pick_leader(problem, state, trial)
    if leader == NOBODY or not add_leader(problem, trial, leader):
        return NOTHING
    return LATTER if mend_mode(problem, state, trial) else NOTHING


@compiled
def _chosen_elsewhere(problem: Problem, state: State, trial: Smalls) -> int:
    """A group led by somebody whom a member of the trial would choose, or any group; NOBODY if the draw fails."""
    if below(state, 2) == 0:
        return random_group(problem, state)
    return led_group(problem, state, trial[HEAD + below(state, trial[SIZE])])


@compiled
def exchange_leaders(problem: Problem, state: State) -> int:
    """Pass a facilitator from one group to another, for one of the other's in return if it has any."""
    first = random_group(problem, state)
    if first == NOBODY or group_row(problem, state, first)[SIZE] == 0:
        return NOTHING
    ours, theirs = trial_row(problem, state, 0), trial_row(problem, state, 1)
    copy_group(problem, state, first, ours)
    second = _chosen_elsewhere(problem, state, ours)
    if second == NOBODY or second == first or group_row(problem, state, second)[LEADERS] == 0:
        return NOTHING
    copy_group(problem, state, second, theirs)
    place = below(state, theirs[LEADERS])
    coming = leaders_of(problem, theirs)[place]
    for leader in leaders_of(problem, ours):
        if leader == coming:
            return NOTHING
    drop_leader(problem, theirs, place)
    if ours[LEADERS]:
        going = leaders_of(problem, ours)[below(state, ours[LEADERS])]
        _give(problem, ours, theirs, going)
    if not add_leader(problem, ours, coming):
        return NOTHING
    if not (mend_mode(problem, state, ours) and mend_mode(problem, state, theirs)):
        return NOTHING
    return BOTH


@compiled
def _give(problem: Problem, ours: Smalls, theirs: Smalls, leader: int) -> None:
    """Move a facilitator from one trial to another that does not have them yet."""
    for other in leaders_of(problem, theirs):
        if other == leader:
            return
    for place in range(ours[LEADERS]):
        if leaders_of(problem, ours)[place] == leader:
            drop_leader(problem, ours, place)
            add_leader(problem, theirs, leader)
            return


@compiled
def split(problem: Problem, state: State) -> int:
    """Make two groups out of one."""
    number = random_group(problem, state)
    if number == NOBODY or group_row(problem, state, number)[SIZE] < 2:
        return NOTHING
    ours, theirs = trial_row(problem, state, 0), trial_row(problem, state, 1)
    copy_group(problem, state, number, ours)
    copy_group(problem, state, number, theirs)
    target = empty_row(problem, state, ours[HEAD])
    if target == NOBODY:
        return NOTHING
    theirs[ROW] = target
    theirs[SIZE] = 0
    theirs[LEADERS] = 0
    theirs[MODEL] = below(state, problem.words[MODELS])
    for _ in range(ours[SIZE] // 2):
        resident = ours[HEAD + below(state, ours[SIZE])]
        drop_resident(ours, resident)
        add_resident(problem, theirs, resident)
    if not suit_leaders(problem, state, theirs) or not mend_mode(problem, state, theirs):
        return NOTHING
    return BOTH_AFRESH


@compiled
def merge(problem: Problem, state: State) -> int:
    """Make one group out of two."""
    first, second = random_group(problem, state), random_group(problem, state)
    if first == NOBODY or second == NOBODY or first == second:
        return NOTHING
    if group_row(problem, state, first)[SIZE] + group_row(problem, state, second)[SIZE] > problem.words[SEATS]:
        return NOTHING
    theirs, ours = trial_row(problem, state, 0), trial_row(problem, state, 1)
    copy_group(problem, state, first, ours)
    copy_group(problem, state, second, theirs)
    for resident in residents_of(problem, group_row(problem, state, second)):
        add_resident(problem, ours, resident)
    theirs[SIZE] = 0
    theirs[LEADERS] = 0
    return BOTH_AFRESH if mend_mode(problem, state, ours) else NOTHING
