"""Trying a changed group or two: judged first at their present dates, then dated anew, then kept or undone."""

from __future__ import annotations

from solvers.engines.compiling import compiled
from solvers.engines.search.booking import insert, lift, revert, settle
from solvers.engines.search.dating import arrange
from solvers.engines.search.dice import below
from solvers.engines.search.glancing import glance, mode_allowed
from solvers.engines.search.merit import worth
from solvers.engines.search.offers import most_of_dates
from solvers.engines.search.problem import (
    CAPACITY,
    CHOICES,
    CLOSED,
    IN_PERSON,
    LABEL,
    LEADS,
    MODES,
    NOBODY,
    REFUSED,
    RESIDENTS,
    SEATS,
    SITE,
    Problem,
    Smalls,
    links,
    person_of,
)
from solvers.engines.search.state import (
    DATED,
    FIXED,
    FORETOLD,
    GLANCED,
    HEAD,
    HOPE,
    LEADERS,
    LINEAR,
    MODE,
    MY_FACULTY,
    PLACE,
    ROW,
    SCORE,
    SIZE,
    SLACK,
    SPARE,
    UNTOLD,
    State,
    dates_of,
    group_row,
    leaders_of,
    load,
    my_faculty,
    owned,
    residents_of,
    spare,
    trial_row,
)

NOTHING, LATTER, BOTH, LATTER_AFRESH, BOTH_AFRESH = range(5)
"""Which trials a move has drawn: none, ``trial[1]``, or both; AFRESH asks for dates chosen anew."""


@compiled
def copy_group(problem: Problem, state: State, number: int, trial: Smalls) -> None:
    """Copy the group in row ``number`` for changing it."""
    trial[:] = group_row(problem, state, number)
    trial[ROW] = number
    trial[FORETOLD] = UNTOLD


@compiled
def add_resident(problem: Problem, trial: Smalls, resident: int) -> bool:
    """Add a resident, if there is a seat."""
    if trial[SIZE] >= problem.words[SEATS]:
        return False
    trial[HEAD + trial[SIZE]] = resident
    trial[SIZE] += 1
    return True


@compiled
def drop_resident(trial: Smalls, resident: int) -> None:
    """Take a resident out; a group left without residents has no facilitators either."""
    for place in range(HEAD, HEAD + trial[SIZE]):
        if trial[place] == resident:
            trial[SIZE] -= 1
            trial[place] = trial[HEAD + trial[SIZE]]
            break
    if trial[SIZE] == 0:
        trial[LEADERS] = 0


@compiled
def replace_resident(trial: Smalls, leaving: int, joining: int) -> None:
    """Put one resident in the place of another: so a group of one keeps its facilitators."""
    for place in range(HEAD, HEAD + trial[SIZE]):
        if trial[place] == leaving:
            trial[place] = joining


@compiled
def add_leader(problem: Problem, trial: Smalls, leader: int) -> bool:
    """Add a facilitator, if there is a place."""
    if trial[LEADERS] >= problem.words[LEADS]:
        return False
    trial[HEAD + problem.words[SEATS] + trial[LEADERS]] = leader
    trial[LEADERS] += 1
    return True


@compiled
def drop_leader(problem: Problem, trial: Smalls, place: int) -> None:
    """Take out the facilitator at a place of the list."""
    trial[LEADERS] -= 1
    start = HEAD + problem.words[SEATS]
    trial[start + place] = trial[start + trial[LEADERS]]


@compiled
def pick_leader(problem: Problem, state: State, trial: Smalls) -> int:
    """Draw a facilitator with capacity left, half of the time one whom a member would choose; NOBODY if none."""
    leader = NOBODY
    if below(state, 2) == 0 and trial[SIZE] > 0:
        resident = trial[HEAD + below(state, trial[SIZE])]
        chosen = links(problem, CHOICES, resident)
        if len(chosen):
            leader = chosen[below(state, len(chosen))]
    elif state.words[MY_FACULTY]:
        leader = problem.words[RESIDENTS] + my_faculty(problem, state)[below(state, state.words[MY_FACULTY])]
    if leader < problem.words[RESIDENTS] or not owned(problem, state, leader):
        return NOBODY
    if load(problem, state)[leader - problem.words[RESIDENTS]] >= person_of(problem, leader)[CAPACITY]:
        return NOBODY
    for other in leaders_of(problem, trial):
        if other == leader:
            return NOBODY
    return int(leader)


@compiled
def choose_mode(problem: Problem, state: State, trial: Smalls) -> bool:
    """Draw a mode that everybody accepts, in person at the site of one of the residents; False if there is none."""
    common = -1
    for resident in residents_of(problem, trial):
        common &= person_of(problem, resident)[MODES]
    for leader in leaders_of(problem, trial):
        common &= person_of(problem, leader)[MODES]
    seen = mode = 0
    while common > 0:
        if common & 1:
            seen += 1
            if below(state, seen) == 0:
                trial[MODE] = mode
        common >>= 1
        mode += 1
    if seen == 0:
        return False
    settle_place(problem, state, trial)
    return True


@compiled
def settle_place(problem: Problem, state: State, trial: Smalls) -> None:
    """Give an in-person group the site of one of its residents, any other group none."""
    if trial[MODE] == problem.words[IN_PERSON]:
        resident = trial[HEAD + below(state, trial[SIZE])]
        trial[PLACE] = person_of(problem, resident)[SITE]
    else:
        trial[PLACE] = NOBODY


@compiled
def mend_mode(problem: Problem, state: State, trial: Smalls) -> bool:
    """Draw another mode if somebody in the group does not accept the present one."""
    if trial[SIZE] == 0 or mode_allowed(problem, trial, trial[MODE]):
        return True
    return choose_mode(problem, state, trial)


@compiled
def empty_row(problem: Problem, state: State, resident: int) -> int:
    """A row for a new group: the resident's earlier one if it is free, else an unused one; NOBODY if none is left."""
    label = person_of(problem, resident)[LABEL]
    if label != NOBODY and group_row(problem, state, label)[SIZE] == 0:
        return int(label)
    if state.words[SPARE] == 0:
        return NOBODY
    return int(spare(problem, state)[state.words[SPARE] - 1])


@compiled
def judge(problem: Problem, state: State, trial: Smalls) -> bool:
    """Write the points that do not hang on dates into a trial; False if it breaks a rule."""
    if trial[SIZE] == 0:
        trial[FIXED] = 0
        trial[DATED] = 0
        return True
    points = worth(problem, state, trial)
    trial[FIXED] = points
    return points != REFUSED


@compiled
def _forecast(problem: Problem, state: State, trial: Smalls) -> int:
    """Estimate what a trial would change, from the present dates."""
    if trial[FORETOLD] != UNTOLD:
        return int(trial[FORETOLD])
    change = trial[FIXED]
    if trial[SIZE]:
        change += glance(problem, state, trial)
    old = group_row(problem, state, trial[ROW])
    if old[SIZE]:
        change -= old[FIXED] + old[GLANCED]
    return int(change)


@compiled
def settle_or_revert(problem: Problem, state: State, before: int, floor: float) -> bool:
    """Keep the present move if it changed the score by at least ``floor``."""
    if state.words[SCORE] - before >= floor:
        settle(state)
        return True
    revert(problem, state)
    return False


@compiled
def put(problem: Problem, state: State, trial: Smalls, afresh: bool) -> bool:
    """Date a judged trial and put it into its row, which is lifted; False if its pins fail."""
    if trial[SIZE] == 0:
        return True
    if arrange(problem, state, trial, afresh) <= CLOSED:
        return False
    insert(problem, state, trial[ROW], trial)
    return True


@compiled
def _points_in(problem: Problem, state: State, number: int) -> int:
    """Points of the group now in a row."""
    row = group_row(problem, state, number)
    return row[FIXED] + row[DATED] if row[SIZE] else 0


@compiled
def _promise(problem: Problem, state: State, trial: Smalls) -> int:
    """What a trial would change if it could have the best slot of every round, but for rhythm and misses in a row."""
    old = group_row(problem, state, trial[ROW])
    was = old[FIXED] + old[LINEAR] if old[SIZE] else 0
    return trial[FIXED] + most_of_dates(problem, state, trial) - was


@compiled
def _worth_dating(problem: Problem, state: State, both: bool, floor: float) -> bool:
    """Whether dates might make the drawn trials change the score by at least ``floor``."""
    change = state.words[HOPE] + _promise(problem, state, trial_row(problem, state, 1))
    if both:
        change += _promise(problem, state, trial_row(problem, state, 0))
    return change >= floor


@compiled
def attempt(problem: Problem, state: State, drawn: int, floor: float) -> bool:
    """Put the drawn trials in place of their groups if that changes the score by at least ``floor``.

    Whatever looks hopeless is given up early: by the present dates, and once the first of two groups is dated.
    """
    both, afresh = drawn in (BOTH, BOTH_AFRESH), drawn >= LATTER_AFRESH
    first, second = trial_row(problem, state, 0), trial_row(problem, state, 1)
    if not judge(problem, state, second) or (both and not judge(problem, state, first)):
        return False
    slack = float(1 << 40) if afresh else float(state.words[SLACK])
    other = _forecast(problem, state, first) if both and not afresh else 0
    if not afresh and other + _forecast(problem, state, second) + slack < floor:
        return False
    if not afresh and not _worth_dating(problem, state, both, floor):
        return False
    before, was = state.words[SCORE], _points_in(problem, state, second[ROW])
    lift(problem, state, second[ROW])
    if both:
        lift(problem, state, first[ROW])
    placed = put(problem, state, second, afresh)
    if placed and both:
        hopeful = second[FIXED] + second[DATED] - was + other + slack / 2 >= floor
        placed = hopeful and put(problem, state, first, afresh)
    if placed:
        return settle_or_revert(problem, state, before, floor)
    revert(problem, state)
    return False


@compiled
def clear_dates(problem: Problem, trial: Smalls) -> None:
    """Forget the dates of a trial."""
    dates_of(problem, trial)[:] = NOBODY
