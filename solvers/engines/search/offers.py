"""What a session of one group would earn at every slot, against everything the other groups have booked."""

from __future__ import annotations

from solvers.engines.compiling import compiled
from solvers.engines.search.problem import (
    CLOSED,
    FREE,
    IN_PERSON,
    LABELS,
    NOBODY,
    PRESENT,
    ROUNDS,
    W_MOVED,
    Bytes,
    Problem,
    Smalls,
    comes_of,
    first_room,
    is_pinned,
    model_of,
    old_slot,
    pin_slot,
    points_of,
    quorum,
    room_capacity,
    room_free,
    round_start,
    weight,
)
from solvers.engines.search.state import (
    COUNT,
    LEADERS,
    MODE,
    MODEL,
    PLACE,
    ROW,
    SIZE,
    VALUE,
    WORTH,
    State,
    faculty_busy,
    leaders_of,
    line,
    residents_of,
    room_busy,
)

MUST = 10**6
"""Added to the value of a pinned slot, so that it is chosen whenever it is open."""


@compiled
def _add(total: Smalls, part: Smalls) -> None:
    for slot in range(len(total)):
        total[slot] += part[slot]


@compiled
def _add_flags(total: Smalls, part: Bytes) -> None:
    for slot in range(len(total)):
        total[slot] += part[slot]


@compiled
def _add_free(total: Smalls, there: Bytes, busy: Smalls) -> None:
    for slot in range(len(total)):
        total[slot] += there[slot] * (busy[slot] == 0)


@compiled
def _close_below(worth: Smalls, count: Smalls, need: int) -> None:
    for slot in range(len(worth)):
        if count[slot] < need:
            worth[slot] = CLOSED


@compiled
def survey(problem: Problem, state: State, row: Smalls) -> None:
    """Add up, slot by slot, what a session would earn and how many could come."""
    worth, count = line(problem, state, WORTH), line(problem, state, COUNT)
    worth[:] = 0
    count[:] = 0
    for resident in residents_of(problem, row):
        _add(worth, points_of(problem, resident))
        _add_flags(count, comes_of(problem, resident))
    _close_below(worth, count, quorum(problem, row[SIZE]))


@compiled
def _close_for_leaders(problem: Problem, state: State, row: Smalls) -> None:
    present = model_of(problem, row[MODEL])[PRESENT]
    if present <= 0:
        return
    there = line(problem, state, VALUE)
    there[:] = 0
    for leader in leaders_of(problem, row):
        _add_free(there, comes_of(problem, leader), faculty_busy(problem, state, leader))
    _close_below(line(problem, state, WORTH), there, present)


@compiled
def _close_for_rooms(problem: Problem, state: State, row: Smalls) -> None:
    if row[MODE] != problem.words[IN_PERSON]:
        return
    there = line(problem, state, VALUE)
    there[:] = 0
    for room in range(first_room(problem, row[PLACE]), first_room(problem, row[PLACE] + 1)):
        if room_capacity(problem, room) >= row[SIZE] + row[LEADERS]:
            _add_free(there, room_free(problem, room), room_busy(problem, state, room))
    _close_below(line(problem, state, WORTH), there, 1)


@compiled
def _favour_earlier(problem: Problem, state: State, row: Smalls) -> None:
    """Reward the slots of the earlier plan and hold the pinned rounds."""
    label, worth = row[ROW], line(problem, state, WORTH)
    if label >= problem.words[LABELS]:
        return
    for number in range(problem.words[ROUNDS]):
        old, pin = old_slot(problem, label, number), pin_slot(problem, label, number)
        if old != NOBODY:
            worth[old] -= weight(problem, W_MOVED) * row[SIZE]
        if pin == FREE:
            continue
        for slot in range(round_start(problem, number), round_start(problem, number + 1)):
            worth[slot] = worth[slot] + MUST if slot == pin else CLOSED


@compiled
def prepare(problem: Problem, state: State, row: Smalls) -> None:
    """Lay out what a session of the group would earn at every slot, CLOSED where it cannot be held."""
    survey(problem, state, row)
    _close_for_leaders(problem, state, row)
    _close_for_rooms(problem, state, row)
    _favour_earlier(problem, state, row)


@compiled
def highest(values: Smalls) -> int:
    """The highest value, 0 at least."""
    highest = 0
    for place in range(len(values)):
        highest = max(highest, values[place])
    return highest


@compiled
def most_of_dates(problem: Problem, state: State, row: Smalls) -> int:
    """What dates could earn the group at most, whatever the other groups have booked and however close they lie."""
    if row[SIZE] == 0:
        return 0
    if is_pinned(problem, row[ROW]):
        return MUST
    survey(problem, state, row)
    worth, total = line(problem, state, WORTH), 0
    for number in range(problem.words[ROUNDS]):
        total += highest(worth[round_start(problem, number) : round_start(problem, number + 1)])
    if row[ROW] < problem.words[LABELS]:
        total += max(0, -weight(problem, W_MOVED)) * row[SIZE] * problem.words[ROUNDS]
    return total
