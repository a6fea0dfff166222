"""The moves of the search: each draws a change of one group or two into the trials of the bench.

A move returns NOTHING if the draw failed, else which trials to try: LATTER is ``trial[1]`` alone, BOTH ``trial[0]``
and ``trial[1]``; BOTH_AFRESH and LATTER_AFRESH ask for new dates rather than present dates bettered.
"""

from __future__ import annotations

from solvers.engines.compiling import compiled
from solvers.engines.search.dice import below
from solvers.engines.search.drawing import (
    free_to_change,
    led_group,
    partner_of,
    random_group,
    random_resident,
    roomy_group,
)
from solvers.engines.search.exchanging import UNSURE, exchange
from solvers.engines.search.problem import (
    FACULTY,
    LEADS_MAX,
    LEADS_MIN,
    MODELS,
    NOBODY,
    REFUSED,
    SEATS,
    Problem,
    Smalls,
    model_of,
)
from solvers.engines.search.state import (
    FORETOLD,
    HEAD,
    LEADERS,
    LIVE,
    MODE,
    MODEL,
    PLACE,
    ROW,
    SIZE,
    SLACK,
    State,
    group_of,
    group_row,
    leaders_of,
    live,
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
    replace_resident,
)


@compiled
def relocate(problem: Problem, state: State, floor: float) -> int:
    """Move a resident into another group."""
    resident = random_resident(problem, state)
    if resident == NOBODY:
        return NOTHING
    return relocate_to(problem, state, resident, roomy_group(problem, state, resident), floor)


@compiled
def _hopeful(state: State, ours: int, theirs: int, floor: float) -> bool:
    """Whether what two groups are told to gain could be enough; new dates bring in SLACK points more at most."""
    if ours <= REFUSED // 2 or theirs <= REFUSED // 2:
        return False
    return bool(ours + theirs + state.words[SLACK] >= floor)


@compiled
def _note(trial: Smalls, told: int) -> None:
    """Note in a trial what its group is told to gain, if that is sure."""
    if told < UNSURE:
        trial[FORETOLD] = told


@compiled
def relocate_to(problem: Problem, state: State, resident: int, target: int, floor: float) -> int:
    """Move a resident into the group ``target``, if that could change the score by at least ``floor``."""
    source = group_of(problem, state)[resident]
    if target == NOBODY or target == source:
        return NOTHING
    theirs, ours = exchange(problem, state, target, NOBODY, resident), 0
    if source != NOBODY and theirs != REFUSED:
        ours = exchange(problem, state, source, resident, NOBODY)
    if not _hopeful(state, ours, theirs, floor):
        return NOTHING
    gaining = trial_row(problem, state, 1)
    copy_group(problem, state, target, gaining)
    if not add_resident(problem, gaining, resident) or not mend_mode(problem, state, gaining):
        return NOTHING
    _note(gaining, theirs)
    if source == NOBODY:
        return LATTER
    losing = trial_row(problem, state, 0)
    copy_group(problem, state, source, losing)
    drop_resident(losing, resident)
    _note(losing, ours)
    return BOTH


@compiled
def swap(problem: Problem, state: State, floor: float) -> int:
    """Exchange two residents between their groups, or an unplaced one for a placed one."""
    one = random_resident(problem, state)
    if one == NOBODY:
        return NOTHING
    other = partner_of(problem, state, one)
    if other == NOBODY:
        return NOTHING
    first, second = group_of(problem, state)[one], group_of(problem, state)[other]
    told, ours_told = exchange(problem, state, second, other, one), 0
    if first != NOBODY and told != REFUSED:
        ours_told = exchange(problem, state, first, one, other)
    if not _hopeful(state, ours_told, told, floor):
        return NOTHING
    theirs = trial_row(problem, state, 1)
    copy_group(problem, state, second, theirs)
    replace_resident(theirs, other, one)
    if not mend_mode(problem, state, theirs):
        return NOTHING
    _note(theirs, told)
    if first == NOBODY:
        return LATTER
    ours = trial_row(problem, state, 0)
    copy_group(problem, state, first, ours)
    replace_resident(ours, one, other)
    _note(ours, ours_told)
    return BOTH if mend_mode(problem, state, ours) else NOTHING


@compiled
def change_mode(problem: Problem, state: State) -> int:
    """Let a group meet in another mode or at another site."""
    if state.words[LIVE] == 0:
        return NOTHING
    trial = trial_row(problem, state, 1)
    copy_group(problem, state, live(problem, state)[below(state, state.words[LIVE])], trial)
    mode, place = trial[MODE], trial[PLACE]
    if not choose_mode(problem, state, trial) or (trial[MODE] == mode and trial[PLACE] == place):
        return NOTHING
    return LATTER


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
