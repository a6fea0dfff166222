"""Delta evaluation: the change of a group's score if one resident left it and another joined, from its row alone.

Most moves exchange residents, and most are rejected. So their delta is evaluated first without writing the changed
groups out: it is what depends on who joins less what depends on who leaves, at the dates that the group has.
"""

from __future__ import annotations

from solvers.engines.compilation import compiled
from solvers.engines.search.cadence import weeks_off
from solvers.engines.search.companions import companion_delta
from solvers.engines.search.lateness import first_of, resident_lateness
from solvers.engines.search.likeness import leaves_alone
from solvers.engines.search.problem import (
    ASKS_NEVER_ALONE,
    CHOICES,
    CONFLICTS,
    EXTERNAL,
    FIRST_MODE,
    FORMER_GROUP,
    IN_PERSON_MODE,
    INFEASIBLE,
    MODES,
    NONE,
    PREFER,
    PREVIOUS_GROUPS,
    REQUIRE,
    RESIDENTS,
    SITE,
    TARGET,
    TIED,
    W_CADENCE,
    W_CHOICE,
    W_EXTERNAL,
    W_MODE,
    W_MOVED,
    W_PLACED,
    W_REGROUP,
    W_SIZE,
    W_TRAVEL,
    W_WANT,
    WANTS_BOTH_WAYS,
    Problem,
    Smalls,
    absence_points,
    attendance_points,
    available,
    model_of,
    model_points,
    neighbours,
    person_of,
    previous_slot,
    quorum,
    room_capacity,
    weight,
)
from solvers.engines.search.quick_estimate import bit_of
from solvers.engines.search.state import (
    FACILITATORS,
    MEETING_SITE,
    MODE,
    MODEL,
    ROW,
    SIZE,
    TRAIT_SCORE,
    State,
    dates_of,
    facilitators_of,
    group_of,
    group_row,
    rooms_of,
    turnout_of,
)
from solvers.engines.search.static_score import all_external, residents_fit_model, trait_points

UNDECIDED = 1 << 40
"""Returned instead of a delta where only a full evaluation of the changed group can tell."""


@compiled
def exchange_delta(problem: Problem, state: State, number: int, leaving: int, joining: int) -> int:
    """Score delta of the group in row ``number`` at its current dates; either resident may be NONE.

    INFEASIBLE if a rule would be broken, UNDECIDED if mode, room or a session would have to change,
    or if who joins is with somebody only where another facilitator is beside them.
    """
    row = group_row(problem, state, number)
    size = row[SIZE] + (joining != NONE) - (leaving != NONE)
    if size == 0:
        return UNDECIDED
    if not residents_fit_model(problem, row, size, leaving, joining):
        return INFEASIBLE
    if problem.words[ASKS_NEVER_ALONE] and leaves_alone(problem, row, leaving, joining):
        return INFEASIBLE
    points = trait_points(problem, row, leaving, joining) - row[TRAIT_SCORE] + _size_delta(problem, row, size)
    points += companion_delta(problem, state, row, leaving, joining)
    if leaving != NONE:
        points -= _resident_points(problem, state, row, leaving, NONE)
    if joining != NONE:
        brought = _brought_points(problem, state, row, joining, leaving)
        if brought in (INFEASIBLE, UNDECIDED):
            return brought
        points += brought
    if size > row[SIZE] and not _fits_rooms(problem, row, size):
        return UNDECIDED
    attending = _attendance_delta(problem, row, size, leaving, joining)
    return UNDECIDED if attending == UNDECIDED else points + attending


@compiled
def _brought_points(problem: Problem, state: State, row: Smalls, joining: int, leaving: int) -> int:
    """Points that a resident who joins brings; INFEASIBLE or UNDECIDED as for the whole exchange."""
    if not (person_of(problem, joining)[MODES] >> row[MODE]) & 1:
        return UNDECIDED
    if _count_among(problem, state, row, neighbours(problem, CONFLICTS, joining), leaving):
        return INFEASIBLE
    if _count_among(problem, state, row, neighbours(problem, TIED, joining), leaving):
        return UNDECIDED
    return _resident_points(problem, state, row, joining, leaving)


@compiled
def _size_delta(problem: Problem, row: Smalls, size: int) -> int:
    """Delta of another size: its distance from the target, the cost of moved sessions and of an uneven cadence."""
    points, target = 0, model_of(problem, row[MODEL])[TARGET]
    if target != NONE:
        points += weight(problem, W_SIZE) * (abs(size - target) - abs(row[SIZE] - target))
    if size == row[SIZE]:
        return points
    dates = dates_of(problem, row)
    points += weight(problem, W_CADENCE) * (size - row[SIZE]) * weeks_off(problem, dates)
    if row[ROW] < problem.words[PREVIOUS_GROUPS]:
        for number in range(len(dates)):
            old = previous_slot(problem, row[ROW], number)
            if old != NONE and old != dates[number]:
                points += weight(problem, W_MOVED) * (size - row[SIZE])
    return points


@compiled
def _count_among(problem: Problem, state: State, row: Smalls, people: Smalls, leaving: int) -> int:
    """How many of some people are in a group, not counting who leaves."""
    count = 0
    for other in people:
        if other < problem.words[RESIDENTS]:
            count += other != leaving and group_of(problem, state)[other] == row[ROW]
        else:
            for facilitator in facilitators_of(problem, row):
                count += facilitator == other
    return count


@compiled
def _resident_points(problem: Problem, state: State, row: Smalls, resident: int, leaving: int) -> int:
    """Points that depend on one resident, who leaves or joins; INFEASIBLE if they cannot be in the group."""
    points = model_points(problem, resident, row[MODEL])
    if points == INFEASIBLE:
        return INFEASIBLE
    person = person_of(problem, resident)
    points += weight(problem, W_PLACED)
    if person[FIRST_MODE] == row[MODE]:
        points += weight(problem, W_MODE)
    if row[MODE] == problem.words[IN_PERSON_MODE] and person[SITE] != row[MEETING_SITE]:
        points += weight(problem, W_TRAVEL)
    if row[ROW] < problem.words[PREVIOUS_GROUPS] and person[FORMER_GROUP] == row[ROW]:
        points -= weight(problem, W_REGROUP)
    points += weight(problem, W_WANT) * _count_among(
        problem, state, row, neighbours(problem, WANTS_BOTH_WAYS, resident), leaving
    )
    if row[FACILITATORS] == 0:
        return points
    if _count_among(problem, state, row, neighbours(problem, CHOICES, resident), leaving):
        points += weight(problem, W_CHOICE)
    if person[EXTERNAL]:
        if all_external(problem, row, person[SITE]):
            points += weight(problem, W_EXTERNAL) * (person[EXTERNAL] == PREFER)
        elif person[EXTERNAL] == REQUIRE:
            return INFEASIBLE
    return points


@compiled
def _fits_rooms(problem: Problem, row: Smalls, size: int) -> bool:
    """Whether all rooms allocated to a group would hold another size."""
    if row[MODE] != problem.words[IN_PERSON_MODE]:
        return True
    for room in rooms_of(problem, row):
        if room != NONE and room_capacity(problem, room) < size + row[FACILITATORS]:
            return False
    return True


@compiled
def _attendance_delta(problem: Problem, row: Smalls, size: int, leaving: int, joining: int) -> int:
    """Delta of attendance and absence at the sessions; UNDECIDED if one could not be held."""
    dates, turnout = dates_of(problem, row), turnout_of(problem, row)
    need, points = quorum(problem, size), 0
    left = joined = 0
    for number in range(len(dates)):
        slot = dates[number]
        if slot == NONE:
            continue
        attending = turnout[number]
        if leaving != NONE:
            comes = available(problem, leaving, slot)
            points -= attendance_points(problem, leaving, slot)
            left |= bit_of(number) * comes
            attending -= comes
        if joining != NONE:
            comes = available(problem, joining, slot)
            points += attendance_points(problem, joining, slot)
            joined |= bit_of(number) * comes
            attending += comes
        if attending < need:
            return UNDECIDED
    first = first_of(dates)
    if leaving != NONE:
        points -= absence_points(problem, left) + resident_lateness(problem, leaving, first)
    if joining != NONE:
        points += absence_points(problem, joined) + resident_lateness(problem, joining, first)
    return points
