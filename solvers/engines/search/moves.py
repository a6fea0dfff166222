"""The simple moves of the neighbourhood: each writes a random change of one group or two into trial rows.

A move returns NO_PROPOSAL if the random choice failed, else which trials to try: SECOND_TRIAL is row 1 alone,
BOTH_TRIALS rows 0 and 1; the REDATED ones ask for dates from scratch rather than from the current ones.
"""

from __future__ import annotations

from solvers.engines.compilation import compiled
from solvers.engines.search.acceptance import (
    BOTH_REDATED,
    BOTH_TRIALS,
    NO_PROPOSAL,
    SECOND_KICKED,
    SECOND_REDATED,
    SECOND_TRIAL,
)
from solvers.engines.search.delta_evaluation import UNDECIDED, exchange_delta
from solvers.engines.search.problem import (
    FACILITATORS_MAX,
    FACILITATORS_MIN,
    FACULTY,
    INFEASIBLE,
    MODELS,
    NONE,
    RESIDENT_SEATS,
    Problem,
    Smalls,
    model_of,
    round_start,
)
from solvers.engines.search.rng import random_below
from solvers.engines.search.row_edits import (
    add_facilitator,
    add_resident,
    choose_mode,
    copy_group,
    drop_facilitator,
    drop_resident,
    empty_row,
    ensure_mode,
    replace_resident,
    sample_facilitator,
)
from solvers.engines.search.sampling import (
    group_of_chosen,
    is_changeable,
    random_group,
    random_resident,
    sample_group_with_seat,
    sample_partner,
)
from solvers.engines.search.shortfalls import is_worth_dating
from solvers.engines.search.state import (
    DELTA,
    FACILITATORS,
    MEETING_SITE,
    MODE,
    MODEL,
    ROW,
    ROW_HEAD,
    SIZE,
    USED_ROWS,
    State,
    dates_of,
    facilitators_of,
    group_of,
    group_row,
    residents_of,
    trial_row,
    used_rows,
)
from solvers.engines.search.static_score import lacks_company


@compiled
def relocate(problem: Problem, state: State, threshold: float) -> int:
    """Move a resident into another group."""
    resident = random_resident(problem, state)
    if resident == NONE:
        return NO_PROPOSAL
    return relocate_to(problem, state, resident, sample_group_with_seat(problem, state, resident), threshold)


@compiled
def _may_be_accepted(state: State, first_delta: int, second_delta: int, threshold: float) -> bool:
    """Whether the deltas of two groups reach the threshold, or new dates may make up for what is missing."""
    if first_delta <= INFEASIBLE // 2 or second_delta <= INFEASIBLE // 2:
        return False
    return is_worth_dating(state, threshold - first_delta - second_delta)


@compiled
def _store_delta(trial: Smalls, delta: int) -> None:
    """Store in a trial the delta of its group, if it is decided."""
    if delta < UNDECIDED:
        trial[DELTA] = delta


@compiled
def relocate_to(problem: Problem, state: State, resident: int, target: int, threshold: float) -> int:
    """Move a resident into the group ``target``, if the score delta could reach ``threshold``."""
    source = group_of(problem, state)[resident]
    if target == NONE or target == source:
        return NO_PROPOSAL
    target_delta, source_delta = exchange_delta(problem, state, target, NONE, resident), 0
    if source != NONE and target_delta != INFEASIBLE:
        source_delta = exchange_delta(problem, state, source, resident, NONE)
    if not _may_be_accepted(state, source_delta, target_delta, threshold):
        return NO_PROPOSAL
    target_trial = trial_row(problem, state, 1)
    copy_group(problem, state, target, target_trial)
    if not add_resident(problem, target_trial, resident) or not ensure_mode(problem, state, target_trial):
        return NO_PROPOSAL
    _store_delta(target_trial, target_delta)
    if source == NONE:
        return SECOND_TRIAL
    source_trial = trial_row(problem, state, 0)
    copy_group(problem, state, source, source_trial)
    drop_resident(source_trial, resident)
    _store_delta(source_trial, source_delta)
    return BOTH_TRIALS


@compiled
def swap(problem: Problem, state: State, threshold: float) -> int:
    """Swap two residents between their groups, or an unplaced one with a placed one."""
    one = random_resident(problem, state)
    if one == NONE:
        return NO_PROPOSAL
    other = sample_partner(problem, state, one)
    if other == NONE:
        return NO_PROPOSAL
    first, second = group_of(problem, state)[one], group_of(problem, state)[other]
    second_delta, first_delta = exchange_delta(problem, state, second, other, one), 0
    if first != NONE and second_delta != INFEASIBLE:
        first_delta = exchange_delta(problem, state, first, one, other)
    if not _may_be_accepted(state, first_delta, second_delta, threshold):
        return NO_PROPOSAL
    second_trial = trial_row(problem, state, 1)
    copy_group(problem, state, second, second_trial)
    replace_resident(second_trial, other, one)
    if not ensure_mode(problem, state, second_trial):
        return NO_PROPOSAL
    _store_delta(second_trial, second_delta)
    if first == NONE:
        return SECOND_TRIAL
    first_trial = trial_row(problem, state, 0)
    copy_group(problem, state, first, first_trial)
    replace_resident(first_trial, one, other)
    _store_delta(first_trial, first_delta)
    return BOTH_TRIALS if ensure_mode(problem, state, first_trial) else NO_PROPOSAL


@compiled
def _perhaps_redated(state: State) -> int:
    """Propose the second trial, now and then with dates from scratch: rooms and facilitators allow other ones."""
    return SECOND_REDATED if random_below(state, 4) == 0 else SECOND_TRIAL


@compiled
def change_mode(problem: Problem, state: State) -> int:
    """Let a group meet in another mode or at another site."""
    if state.words[USED_ROWS] == 0:
        return NO_PROPOSAL
    trial = trial_row(problem, state, 1)
    copy_group(problem, state, used_rows(problem, state)[random_below(state, state.words[USED_ROWS])], trial)
    mode, site = trial[MODE], trial[MEETING_SITE]
    if not choose_mode(problem, state, trial) or (trial[MODE] == mode and trial[MEETING_SITE] == site):
        return NO_PROPOSAL
    return _perhaps_redated(state)


@compiled
def _kick(problem: Problem, state: State, dates: Smalls) -> None:
    """Give some rounds, two at least, a random slot or none: changing one at a time may lead nowhere."""
    for _ in range(2 + random_below(state, 2)):
        number = random_below(state, len(dates))
        first, last = round_start(problem, number), round_start(problem, number + 1)
        slot = first + random_below(state, last - first + 1)
        dates[number] = slot if slot < last else NONE


@compiled
def redate(problem: Problem, state: State) -> int:
    """Choose the dates of a group from scratch, or from the current ones with some rounds at random."""
    if state.words[USED_ROWS] == 0:
        return NO_PROPOSAL
    trial = trial_row(problem, state, 1)
    copy_group(problem, state, used_rows(problem, state)[random_below(state, state.words[USED_ROWS])], trial)
    dates = dates_of(problem, trial)
    if len(dates) == 1 or random_below(state, 2) == 0:
        return SECOND_REDATED
    _kick(problem, state, dates)
    return SECOND_KICKED


@compiled
def _find_company(problem: Problem, state: State, trial: Smalls) -> None:
    """Add a facilitator beside one who leads only accompanied, if one can be sampled."""
    model = model_of(problem, trial[MODEL])
    for _ in range(12):
        if trial[FACILITATORS] == model[FACILITATORS_MAX] or not lacks_company(problem, trial):
            return
        facilitator = sample_facilitator(problem, state, trial)
        if facilitator != NONE and add_facilitator(problem, trial, facilitator) and lacks_company(problem, trial):
            drop_facilitator(problem, trial, trial[FACILITATORS] - 1)


@compiled
def ensure_facilitator_count(problem: Problem, state: State, trial: Smalls) -> bool:
    """Bring the number of facilitators within the model's limits; False if not enough could be sampled."""
    model = model_of(problem, trial[MODEL])
    while trial[FACILITATORS] > model[FACILITATORS_MAX]:
        drop_facilitator(problem, trial, random_below(state, trial[FACILITATORS]))
    for _ in range(12):
        if trial[FACILITATORS] >= model[FACILITATORS_MIN]:
            _find_company(problem, state, trial)
            return True
        facilitator = sample_facilitator(problem, state, trial)
        if facilitator != NONE:
            add_facilitator(problem, trial, facilitator)
    return bool(trial[FACILITATORS] >= model[FACILITATORS_MIN])


@compiled
def change_model(problem: Problem, state: State) -> int:
    """Give a group another model, with as many facilitators as that asks for."""
    number = random_group(problem, state)
    if number == NONE:
        number = (
            used_rows(problem, state)[random_below(state, state.words[USED_ROWS])] if state.words[USED_ROWS] else NONE
        )
    if number == NONE or problem.words[MODELS] < 2:
        return NO_PROPOSAL
    trial = trial_row(problem, state, 1)
    copy_group(problem, state, number, trial)
    trial[MODEL] = (trial[MODEL] + 1 + random_below(state, problem.words[MODELS] - 1)) % problem.words[MODELS]
    if is_changeable(problem, number):
        if not ensure_facilitator_count(problem, state, trial) or not ensure_mode(problem, state, trial):
            return NO_PROPOSAL
    return _perhaps_redated(state)


@compiled
def change_facilitator(problem: Problem, state: State) -> int:
    """Add, drop or replace a facilitator."""
    number = random_group(problem, state)
    if number == NONE or problem.words[FACULTY] == 0:
        return NO_PROPOSAL
    trial = trial_row(problem, state, 1)
    copy_group(problem, state, number, trial)
    if trial[FACILITATORS] and random_below(state, 3) > 0:
        drop_facilitator(problem, trial, random_below(state, trial[FACILITATORS]))
        if random_below(state, 4) == 0:
            return SECOND_TRIAL
    facilitator = sample_facilitator(problem, state, trial)
    if facilitator == NONE or not add_facilitator(problem, trial, facilitator):
        return NO_PROPOSAL
    return _perhaps_redated(state) if ensure_mode(problem, state, trial) else NO_PROPOSAL


@compiled
def _sample_other_group(problem: Problem, state: State, trial: Smalls) -> int:
    """A group of a facilitator whom a member of the trial would choose, or any group; NONE if that fails."""
    if random_below(state, 2) == 0:
        return random_group(problem, state)
    return group_of_chosen(problem, state, trial[ROW_HEAD + random_below(state, trial[SIZE])])


@compiled
def exchange_facilitators(problem: Problem, state: State) -> int:
    """Pass a facilitator from the second group to the first, for one of the first's in return if it has any."""
    first = random_group(problem, state)
    if first == NONE or group_row(problem, state, first)[SIZE] == 0:
        return NO_PROPOSAL
    first_trial, second_trial = trial_row(problem, state, 0), trial_row(problem, state, 1)
    copy_group(problem, state, first, first_trial)
    second = _sample_other_group(problem, state, first_trial)
    if second == NONE or second == first or group_row(problem, state, second)[FACILITATORS] == 0:
        return NO_PROPOSAL
    copy_group(problem, state, second, second_trial)
    index = random_below(state, second_trial[FACILITATORS])
    coming = facilitators_of(problem, second_trial)[index]
    for facilitator in facilitators_of(problem, first_trial):
        if facilitator == coming:
            return NO_PROPOSAL
    drop_facilitator(problem, second_trial, index)
    if first_trial[FACILITATORS]:
        going = facilitators_of(problem, first_trial)[random_below(state, first_trial[FACILITATORS])]
        _hand_over(problem, first_trial, second_trial, going)
    if not add_facilitator(problem, first_trial, coming):
        return NO_PROPOSAL
    if not (ensure_mode(problem, state, first_trial) and ensure_mode(problem, state, second_trial)):
        return NO_PROPOSAL
    return BOTH_TRIALS


@compiled
def _hand_over(problem: Problem, giving: Smalls, receiving: Smalls, facilitator: int) -> None:
    """Move a facilitator from one trial to another, unless that has them already."""
    for other in facilitators_of(problem, receiving):
        if other == facilitator:
            return
    for index in range(giving[FACILITATORS]):
        if facilitators_of(problem, giving)[index] == facilitator:
            drop_facilitator(problem, giving, index)
            add_facilitator(problem, receiving, facilitator)
            return


@compiled
def split(problem: Problem, state: State) -> int:
    """Split a group into two."""
    number = random_group(problem, state)
    if number == NONE or group_row(problem, state, number)[SIZE] < 2:
        return NO_PROPOSAL
    old_trial, new_trial = trial_row(problem, state, 0), trial_row(problem, state, 1)
    copy_group(problem, state, number, old_trial)
    copy_group(problem, state, number, new_trial)
    target = empty_row(problem, state, old_trial[ROW_HEAD])
    if target == NONE:
        return NO_PROPOSAL
    new_trial[ROW] = target
    new_trial[SIZE] = 0
    new_trial[FACILITATORS] = 0
    new_trial[MODEL] = random_below(state, problem.words[MODELS])
    for _ in range(old_trial[SIZE] // 2):
        resident = old_trial[ROW_HEAD + random_below(state, old_trial[SIZE])]
        drop_resident(old_trial, resident)
        add_resident(problem, new_trial, resident)
    if not ensure_facilitator_count(problem, state, new_trial) or not ensure_mode(problem, state, new_trial):
        return NO_PROPOSAL
    return BOTH_REDATED


@compiled
def merge(problem: Problem, state: State) -> int:
    """Merge two groups into one."""
    first, second = random_group(problem, state), random_group(problem, state)
    if first == NONE or second == NONE or first == second:
        return NO_PROPOSAL
    if group_row(problem, state, first)[SIZE] + group_row(problem, state, second)[SIZE] > problem.words[RESIDENT_SEATS]:
        return NO_PROPOSAL
    emptied, merged = trial_row(problem, state, 0), trial_row(problem, state, 1)
    copy_group(problem, state, first, merged)
    copy_group(problem, state, second, emptied)
    for resident in residents_of(problem, group_row(problem, state, second)):
        add_resident(problem, merged, resident)
    emptied[SIZE] = 0
    emptied[FACILITATORS] = 0
    return BOTH_REDATED if ensure_mode(problem, state, merged) else NO_PROPOSAL
