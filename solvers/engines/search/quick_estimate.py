"""Quick estimate of the date score of a changed group: its current dates, without the bookings of other groups."""

from __future__ import annotations

from solvers.engines.compilation import compiled
from solvers.engines.search.cadence import weeks_off
from solvers.engines.search.lateness import first_of, group_lateness
from solvers.engines.search.problem import (
    IN_PERSON_MODE,
    MASK_BITS,
    MODES,
    NONE,
    PRESENT,
    PREVIOUS_GROUPS,
    W_CADENCE,
    W_MOVED,
    W_REROOM,
    Ints,
    Problem,
    Smalls,
    absence_points,
    attendance_points,
    available,
    first_room,
    is_suitable_room,
    model_of,
    person_of,
    previous_room,
    previous_slot,
    quorum,
    room_capacity,
    room_free,
    weight,
)
from solvers.engines.search.state import (
    FACILITATORS,
    MEETING_SITE,
    MODE,
    MODEL,
    ROW,
    SIZE,
    State,
    attendance_masks,
    candidate_dates,
    dates_of,
    facilitators_of,
    residents_of,
)


@compiled
def bit_of(number: int) -> int:
    return 1 << number if number < MASK_BITS else 0


@compiled
def mark_attendance(problem: Problem, residents: Smalls, masks: Ints, slot: int, bit: int) -> None:
    for index in range(len(residents)):
        masks[index] |= bit * available(problem, residents[index], slot)


@compiled
def _stability_points(problem: Problem, row: Smalls, number: int, slot: int) -> int:
    """Points saved by keeping a previous slot, less those for another room there, bookings of other groups left out."""
    if row[ROW] >= problem.words[PREVIOUS_GROUPS] or previous_slot(problem, row[ROW], number) != slot:
        return 0
    points, room = -weight(problem, W_MOVED) * row[SIZE], previous_room(problem, row[ROW], number)
    if row[MODE] == problem.words[IN_PERSON_MODE] and room != NONE:
        members = row[SIZE] + row[FACILITATORS]
        if room < 0 or not is_suitable_room(problem, room, row[MEETING_SITE], members, slot):
            points += weight(problem, W_REROOM)
    return points


@compiled
def _can_be_held(problem: Problem, row: Smalls, slot: int) -> bool:
    """Whether facilitators and a room could be available at a slot, bookings of other groups left out."""
    need = model_of(problem, row[MODEL])[PRESENT]
    if need > 0:
        for facilitator in facilitators_of(problem, row):
            need -= available(problem, facilitator, slot)
        if need > 0:
            return False
    if row[MODE] != problem.words[IN_PERSON_MODE]:
        return True
    for room in range(first_room(problem, row[MEETING_SITE]), first_room(problem, row[MEETING_SITE] + 1)):
        if room_free(problem, room)[slot] and room_capacity(problem, room) >= row[SIZE] + row[FACILITATORS]:
            return True
    return False


@compiled
def estimate_date_score(problem: Problem, state: State, row: Smalls) -> int:
    """Estimate the date score at the current dates: exact but for bookings of other groups, pins and rhythm."""
    dates, residents = dates_of(problem, row), residents_of(problem, row)
    masks, need = attendance_masks(problem, state), quorum(problem, row[SIZE])
    held = candidate_dates(problem, state)
    held[:] = NONE
    masks[: len(residents)] = 0
    points = 0
    for number in range(len(dates)):
        slot = dates[number]
        if slot == NONE or not _can_be_held(problem, row, slot):
            continue
        attending = gained = 0
        for resident in residents:
            attending += available(problem, resident, slot)
            gained += attendance_points(problem, resident, slot)
        if attending >= need:
            held[number] = slot
            points += gained + _stability_points(problem, row, number, slot)
            mark_attendance(problem, residents, masks, slot, bit_of(number))
    for index in range(len(residents)):
        points += absence_points(problem, masks[index])
    points += group_lateness(problem, row, first_of(held))
    return points + weight(problem, W_CADENCE) * row[SIZE] * weeks_off(problem, held)


@compiled
def mode_allowed(problem: Problem, row: Smalls, mode: int) -> bool:
    """Whether everybody in the group accepts a mode."""
    for resident in residents_of(problem, row):
        if not (person_of(problem, resident)[MODES] >> mode) & 1:
            return False
    for facilitator in facilitators_of(problem, row):
        if not (person_of(problem, facilitator)[MODES] >> mode) & 1:
            return False
    return True
