"""Slot values: what a session of one group would earn at every slot, given what the other groups have booked."""

from __future__ import annotations

from solvers.engines.compilation import compiled
from solvers.engines.search.problem import (
    CLOSED,
    IN_PERSON_MODE,
    MOST_WEEKS_OFF,
    NONE,
    PRESENT,
    PREVIOUS_GROUPS,
    ROUNDS,
    UNPINNED,
    W_CADENCE,
    W_FIRST_LATE,
    W_MOVED,
    W_REROOM,
    Bytes,
    Problem,
    Smalls,
    attendance_points_of,
    availability_of,
    first_room,
    is_pinned,
    is_suitable_room,
    model_of,
    pin_slot,
    previous_room,
    previous_slot,
    quorum,
    room_capacity,
    room_free,
    round_start,
    weight,
)
from solvers.engines.search.state import (
    FACILITATORS,
    MARGINAL_VALUE,
    MEETING_SITE,
    MODE,
    MODEL,
    ROW,
    SIZE,
    SLOT_ATTENDANCE,
    SLOT_VALUE,
    State,
    facilitators_of,
    faculty_bookings,
    residents_of,
    room_bookings,
    scratch_line,
)
from solvers.lateness import MOST_WEEKS_LATE

PIN_BONUS = 10**6
"""Added to the value of a pinned slot, so that it is chosen whenever it is open."""


@compiled
def _accumulate(total: Smalls, addend: Smalls) -> None:
    for slot in range(len(total)):
        total[slot] += addend[slot]


@compiled
def _add_flags(total: Smalls, addend: Bytes) -> None:
    for slot in range(len(total)):
        total[slot] += addend[slot]


@compiled
def _add_free(total: Smalls, available: Bytes, busy: Smalls) -> None:
    for slot in range(len(total)):
        total[slot] += available[slot] * (busy[slot] == 0)


@compiled
def _close_below(slot_value: Smalls, attendance: Smalls, need: int) -> None:
    for slot in range(len(slot_value)):
        if attendance[slot] < need:
            slot_value[slot] = CLOSED


@compiled
def sum_attendance(problem: Problem, state: State, row: Smalls) -> None:
    """Sum up, slot by slot, what a session would earn and how many could come."""
    slot_value, attendance = scratch_line(problem, state, SLOT_VALUE), scratch_line(problem, state, SLOT_ATTENDANCE)
    slot_value[:] = 0
    attendance[:] = 0
    for resident in residents_of(problem, row):
        _accumulate(slot_value, attendance_points_of(problem, resident))
        _add_flags(attendance, availability_of(problem, resident))
    _close_below(slot_value, attendance, quorum(problem, row[SIZE]))


@compiled
def _close_for_facilitators(problem: Problem, state: State, row: Smalls) -> None:
    present = model_of(problem, row[MODEL])[PRESENT]
    if present <= 0:
        return
    available = scratch_line(problem, state, MARGINAL_VALUE)
    available[:] = 0
    for facilitator in facilitators_of(problem, row):
        _add_free(available, availability_of(problem, facilitator), faculty_bookings(problem, state, facilitator))
    _close_below(scratch_line(problem, state, SLOT_VALUE), available, present)


@compiled
def _close_for_rooms(problem: Problem, state: State, row: Smalls) -> None:
    if row[MODE] != problem.words[IN_PERSON_MODE]:
        return
    available = scratch_line(problem, state, MARGINAL_VALUE)
    available[:] = 0
    for room in range(first_room(problem, row[MEETING_SITE]), first_room(problem, row[MEETING_SITE] + 1)):
        if room_capacity(problem, room) >= row[SIZE] + row[FACILITATORS]:
            _add_free(available, room_free(problem, room), room_bookings(problem, state, room))
    _close_below(scratch_line(problem, state, SLOT_VALUE), available, 1)


@compiled
def keeps_room(problem: Problem, state: State, row: Smalls, number: int) -> bool:
    """Whether a group that meets in person at its previous slot of a round can do so in its previous room."""
    room, slot = previous_room(problem, row[ROW], number), previous_slot(problem, row[ROW], number)
    if room < 0 or not is_suitable_room(problem, room, row[MEETING_SITE], row[SIZE] + row[FACILITATORS], slot):
        return False
    return bool(room_bookings(problem, state, room)[slot] == 0)


@compiled
def _favour_previous(problem: Problem, state: State, row: Smalls) -> None:
    """Reward the slots of the previous plan and enforce the pinned rounds."""
    group, slot_value = row[ROW], scratch_line(problem, state, SLOT_VALUE)
    if group >= problem.words[PREVIOUS_GROUPS]:
        return
    for number in range(problem.words[ROUNDS]):
        old, pin = previous_slot(problem, group, number), pin_slot(problem, group, number)
        if old != NONE:
            slot_value[old] -= weight(problem, W_MOVED) * row[SIZE]
            in_room = row[MODE] == problem.words[IN_PERSON_MODE] and previous_room(problem, group, number) != NONE
            if in_room and not keeps_room(problem, state, row, number):
                slot_value[old] += weight(problem, W_REROOM)
        if pin == UNPINNED:
            continue
        for slot in range(round_start(problem, number), round_start(problem, number + 1)):
            slot_value[slot] = slot_value[slot] + PIN_BONUS if slot == pin else CLOSED


@compiled
def compute_slot_values(problem: Problem, state: State, row: Smalls) -> None:
    """Compute what a session of the group would earn at every slot, CLOSED where it cannot be held."""
    sum_attendance(problem, state, row)
    _close_for_facilitators(problem, state, row)
    _close_for_rooms(problem, state, row)
    _favour_previous(problem, state, row)


@compiled
def highest(values: Smalls) -> int:
    """The highest value, at least 0."""
    highest = 0
    for index in range(len(values)):
        highest = max(highest, values[index])
    return highest


@compiled
def date_score_bound(problem: Problem, state: State, row: Smalls) -> int:
    """Upper bound on the date score of a group, without bookings of other groups and the gap between dates."""
    if row[SIZE] == 0:
        return 0
    if is_pinned(problem, row[ROW]):
        return PIN_BONUS
    sum_attendance(problem, state, row)
    slot_value, total = scratch_line(problem, state, SLOT_VALUE), 0
    for number in range(problem.words[ROUNDS]):
        total += highest(slot_value[round_start(problem, number) : round_start(problem, number + 1)])
    if row[ROW] < problem.words[PREVIOUS_GROUPS]:
        total += max(0, -weight(problem, W_MOVED)) * row[SIZE] * problem.words[ROUNDS]
        total += max(0, weight(problem, W_REROOM)) * problem.words[ROUNDS]
    total += max(0, weight(problem, W_FIRST_LATE)) * row[SIZE] * MOST_WEEKS_LATE
    return (
        total + max(0, weight(problem, W_CADENCE)) * row[SIZE] * problem.words[ROUNDS] * problem.words[MOST_WEEKS_OFF]
    )
