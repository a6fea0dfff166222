"""A quick look at the dates that a group has: what they would earn, other groups aside."""

from __future__ import annotations

from solvers.engines.compiling import compiled
from solvers.engines.search.problem import (
    IN_PERSON,
    LABELS,
    MASK_BITS,
    MODES,
    NOBODY,
    PRESENT,
    W_MOVED,
    Ints,
    Problem,
    Smalls,
    comes,
    earned,
    first_room,
    missing,
    model_of,
    old_slot,
    person_of,
    quorum,
    room_capacity,
    room_free,
    weight,
)
from solvers.engines.search.state import (
    LEADERS,
    MODE,
    MODEL,
    PLACE,
    ROW,
    SIZE,
    State,
    dates_of,
    leaders_of,
    masks,
    residents_of,
)


@compiled
def bit_of(number: int) -> int:
    return 1 << number if number < MASK_BITS else 0


@compiled
def mark_coming(problem: Problem, residents: Smalls, marks: Ints, slot: int, bit: int) -> None:
    for place in range(len(residents)):
        marks[place] |= bit * comes(problem, residents[place], slot)


@compiled
def _kept(problem: Problem, row: Smalls, number: int, slot: int) -> int:
    """What keeping an earlier slot saves."""
    if row[ROW] >= problem.words[LABELS] or old_slot(problem, row[ROW], number) != slot:
        return 0
    return -weight(problem, W_MOVED) * row[SIZE]


@compiled
def _hosted(problem: Problem, row: Smalls, slot: int) -> bool:
    """Whether facilitators could attend and a room could be had at a slot, other groups aside."""
    need = model_of(problem, row[MODEL])[PRESENT]
    if need > 0:
        for leader in leaders_of(problem, row):
            need -= comes(problem, leader, slot)
        if need > 0:
            return False
    if row[MODE] != problem.words[IN_PERSON]:
        return True
    for room in range(first_room(problem, row[PLACE]), first_room(problem, row[PLACE] + 1)):
        if room_free(problem, room)[slot] and room_capacity(problem, room) >= row[SIZE] + row[LEADERS]:
            return True
    return False


@compiled
def glance(problem: Problem, state: State, row: Smalls) -> int:
    """Estimate the points of the present dates: exact but for what other groups have booked, pins and rhythm."""
    dates, residents = dates_of(problem, row), residents_of(problem, row)
    marks, need = masks(problem, state), quorum(problem, row[SIZE])
    marks[: len(residents)] = 0
    points = 0
    for number in range(len(dates)):
        slot = dates[number]
        if slot == NOBODY or not _hosted(problem, row, slot):
            continue
        come = gained = 0
        for resident in residents:
            come += comes(problem, resident, slot)
            gained += earned(problem, resident, slot)
        if come >= need:
            points += gained + _kept(problem, row, number, slot)
            mark_coming(problem, residents, marks, slot, bit_of(number))
    for place in range(len(residents)):
        points += missing(problem, marks[place])
    return points


@compiled
def mode_allowed(problem: Problem, row: Smalls, mode: int) -> bool:
    """Whether everybody in the group accepts a mode."""
    for resident in residents_of(problem, row):
        if not (person_of(problem, resident)[MODES] >> mode) & 1:
            return False
    for leader in leaders_of(problem, row):
        if not (person_of(problem, leader)[MODES] >> mode) & 1:
            return False
    return True
