"""A first plan: groups gathered one by one from residents who are free at the same times."""

from __future__ import annotations

from solvers.engines.compiling import compiled, entry
from solvers.engines.search.booking import lift, revert, settle
from solvers.engines.search.dice import below
from solvers.engines.search.merit import fits
from solvers.engines.search.moves import relocate_to, suit_leaders
from solvers.engines.search.problem import (
    APART,
    GROUPS,
    MODELS,
    NOBODY,
    REFUSED,
    SEATS,
    SIZE_MAX,
    SIZE_MIN,
    SPREAD_MAX,
    SPREAD_MIN,
    STAGE,
    TARGET,
    Bytes,
    Problem,
    Smalls,
    accepts,
    comes_of,
    is_pinned,
    links,
    model_of,
    person_of,
)
from solvers.engines.search.state import (
    HOMELESS,
    LEADERS,
    MODEL,
    REACH,
    SIZE,
    State,
    bare,
    homeless,
    line,
    position,
    residents_of,
    trial_row,
)
from solvers.engines.search.trials import (
    NOTHING,
    add_resident,
    attempt,
    choose_mode,
    clear_dates,
    copy_group,
    empty_row,
    judge,
    mend_mode,
    put,
)

_SAMPLE = 60
_NEVER = -(1 << 40)


@compiled
def _in_common(common: Smalls, comes: Bytes) -> int:
    total = 0
    for slot in range(len(common)):
        total += common[slot] * comes[slot]
    return total


@compiled
def _stages(problem: Problem, trial: Smalls, resident: int) -> int:
    """The spread of stages once a resident joins."""
    lowest = highest = person_of(problem, resident)[STAGE]
    for other in residents_of(problem, trial):
        lowest = min(lowest, person_of(problem, other)[STAGE])
        highest = max(highest, person_of(problem, other)[STAGE])
    return int(highest - lowest)


@compiled
def _suits(problem: Problem, trial: Smalls, resident: int, wanted: int) -> bool:
    """Whether a resident may join a group that is being gathered up to ``wanted`` residents."""
    model = model_of(problem, trial[MODEL])
    if accepts(problem, resident, trial[MODEL]) == REFUSED:
        return False
    for other in residents_of(problem, trial):
        if other == resident:
            return False
    spread = _stages(problem, trial, resident)
    if spread > model[SPREAD_MAX]:
        return False
    return bool(trial[SIZE] + 1 < wanted or spread >= model[SPREAD_MIN])


@compiled
def _best_company(problem: Problem, state: State, trial: Smalls, wanted: int) -> int:
    """The homeless resident, of some drawn, who shares most free slots with those gathered; NOBODY if none suits."""
    best, chosen = _NEVER, NOBODY
    for _ in range(_SAMPLE):
        resident = homeless(problem, state)[below(state, state.words[HOMELESS])]
        if not _suits(problem, trial, resident, wanted):
            continue
        shared = _in_common(line(problem, state, REACH), comes_of(problem, resident))
        if shared > best and _compatible(problem, state, trial, resident):
            best, chosen = shared, resident
    return int(chosen)


@compiled
def _compatible(problem: Problem, state: State, trial: Smalls, resident: int) -> bool:
    """Whether a resident shares a mode with those gathered and nobody must be kept from them."""
    other = trial_row(problem, state, 2)
    other[:] = trial
    if not add_resident(problem, other, resident) or not mend_mode(problem, state, other):
        return False
    for first in residents_of(problem, trial):
        for other_end in links(problem, APART, resident):
            if other_end == first:
                return False
    return True


@compiled
def _welcome(problem: Problem, state: State, trial: Smalls, resident: int) -> None:
    """Add a resident and keep only the slots at which they are free as well."""
    add_resident(problem, trial, resident)
    mend_mode(problem, state, trial)
    common, comes = line(problem, state, REACH), comes_of(problem, resident)
    for slot in range(len(comes)):
        common[slot] *= comes[slot]


@compiled
def _gather(problem: Problem, state: State, trial: Smalls, starter: int, wanted: int) -> None:
    """Fill a trial with residents around a starter."""
    trial[SIZE] = 0
    trial[LEADERS] = 0
    line(problem, state, REACH)[:] = 1
    add_resident(problem, trial, starter)
    choose_mode(problem, state, trial)
    trial[SIZE] = 0
    _welcome(problem, state, trial, starter)
    while trial[SIZE] < wanted:
        resident = _best_company(problem, state, trial, wanted)
        if resident == NOBODY:
            return
        _welcome(problem, state, trial, resident)


@compiled
def _usual_size(problem: Problem, number: int) -> int:
    model = model_of(problem, number)
    if model[TARGET] == NOBODY:
        return int(model[SIZE_MIN] + model[SIZE_MAX] + 1) // 2
    return int(max(model[SIZE_MIN], min(model[SIZE_MAX], model[TARGET])))


@compiled
def _start_group(problem: Problem, state: State, starter: int, number: int) -> bool:
    """Gather a group of a model around a starter and put it into the plan."""
    target = empty_row(problem, state, starter)
    if target == NOBODY or accepts(problem, starter, number) == REFUSED:
        return False
    trial = trial_row(problem, state, 3)
    copy_group(problem, state, target, trial)
    trial[MODEL] = number
    _gather(problem, state, trial, starter, min(problem.words[SEATS], _usual_size(problem, number)))
    if not suit_leaders(problem, state, trial) or not fits(problem, trial):
        return False
    clear_dates(problem, trial)
    if not mend_mode(problem, state, trial) or not judge(problem, state, trial):
        return False
    lift(problem, state, target)
    if not put(problem, state, trial, True):
        revert(problem, state)
        return False
    settle(state)
    return True


@compiled
def _start_any_group(problem: Problem, state: State, starter: int) -> bool:
    """Start a group of a model that the starter accepts, trying a few."""
    models = problem.words[MODELS]
    offset = below(state, models)
    for turn in range(models):
        if _start_group(problem, state, starter, (offset + turn) % models):
            return True
    return False


@entry
def found_some(problem: Problem, state: State, tries: int) -> bool:
    """Gather groups around so many starters drawn; whether it is worth going on."""
    problem, state = bare(problem, state)
    if problem.words[MODELS] == 0:
        return False
    found = False
    for _ in range(tries):
        if state.words[HOMELESS] == 0:
            return False
        starter = homeless(problem, state)[below(state, state.words[HOMELESS])]
        found = _start_any_group(problem, state, starter) or found
    return found


@entry
def squeeze_in(problem: Problem, state: State, resident: int) -> bool:
    """Put an unplaced resident into any group that can take them; False if none can."""
    problem, state = bare(problem, state)
    for number in range(problem.words[GROUPS]):
        if position(problem, state)[number] != NOBODY and not is_pinned(problem, number):
            drawn = relocate_to(problem, state, resident, number, float(_NEVER))
            if drawn != NOTHING and attempt(problem, state, drawn, float(_NEVER)):
                return True
    return False
