"""Insertion and removal of groups, with their bookings and memberships, and the undo journal that rolls a move back."""

from __future__ import annotations

from solvers.engines.compilation import compiled
from solvers.engines.search.problem import (
    NONE,
    OVERLAP_FIRST,
    OVERLAP_LAST,
    PREVIOUS_GROUPS,
    RESIDENT_SEATS,
    RESIDENTS,
    ROUNDS,
    Problem,
    Smalls,
    slot_fact,
)
from solvers.engines.search.state import (
    DATE_SCORE,
    DELTA,
    FACILITATORS,
    FREE_ROWS,
    JOURNAL_ROWS,
    JOURNAL_SEATS,
    JOURNAL_SIZE,
    NO_DELTA,
    ROW,
    SCORE,
    SIZE,
    STATIC_SCORE,
    UNPLACED,
    USED_ROWS,
    State,
    attending_of,
    dates_of,
    facilitator_load,
    facilitators_of,
    faculty_bookings,
    free_rows,
    group_of,
    group_row,
    journal_row,
    recent_group,
    residents_of,
    room_bookings,
    rooms_of,
    unplaced,
    unplaced_position,
    used_position,
    used_rows,
)


@compiled
def _add_range(busy: Smalls, first: int, last: int, by: int) -> None:
    for slot in range(first, last):
        busy[slot] += by


@compiled
def _count_bookings(problem: Problem, state: State, row: Smalls, by: int) -> None:
    """Add the bookings of a group's sessions (``by`` 1) or subtract them (-1)."""
    dates, rooms, attending = dates_of(problem, row), rooms_of(problem, row), attending_of(problem, row)
    facilitators = facilitators_of(problem, row)
    for number in range(problem.words[ROUNDS]):
        slot = dates[number]
        if slot == NONE:
            continue
        first, last = slot_fact(problem, OVERLAP_FIRST, slot), slot_fact(problem, OVERLAP_LAST, slot)
        if rooms[number] != NONE:
            _add_range(room_bookings(problem, state, rooms[number]), first, last, by)
        for index in range(len(facilitators)):
            if (attending[number] >> index) & 1:
                _add_range(faculty_bookings(problem, state, facilitators[index]), first, last, by)


@compiled
def _unplace(problem: Problem, state: State, resident: int) -> None:
    group_of(problem, state)[resident] = NONE
    unplaced_position(problem, state)[resident] = state.words[UNPLACED]
    unplaced(problem, state)[state.words[UNPLACED]] = resident
    state.words[UNPLACED] += 1


@compiled
def _place(problem: Problem, state: State, resident: int, number: int) -> None:
    group_of(problem, state)[resident] = number
    state.words[UNPLACED] -= 1
    last, index = unplaced(problem, state)[state.words[UNPLACED]], unplaced_position(problem, state)[resident]
    unplaced(problem, state)[index] = last
    unplaced_position(problem, state)[last] = index
    unplaced_position(problem, state)[resident] = NONE


@compiled
def _release_row(problem: Problem, state: State, number: int) -> None:
    state.words[USED_ROWS] -= 1
    last, index = used_rows(problem, state)[state.words[USED_ROWS]], used_position(problem, state)[number]
    used_rows(problem, state)[index] = last
    used_position(problem, state)[last] = index
    used_position(problem, state)[number] = NONE
    if number >= problem.words[PREVIOUS_GROUPS]:
        free_rows(problem, state)[state.words[FREE_ROWS]] = number
        state.words[FREE_ROWS] += 1


@compiled
def _claim_row(problem: Problem, state: State, number: int) -> None:
    used_position(problem, state)[number] = state.words[USED_ROWS]
    used_rows(problem, state)[state.words[USED_ROWS]] = number
    state.words[USED_ROWS] += 1
    if number >= problem.words[PREVIOUS_GROUPS]:
        _pop_free_row(problem, state, number)


@compiled
def _pop_free_row(problem: Problem, state: State, number: int) -> None:
    """Take a row off the stack of free ones; nearly always it lies on top."""
    state.words[FREE_ROWS] -= 1
    top = state.words[FREE_ROWS]
    for index in range(top, -1, -1):
        if free_rows(problem, state)[index] == number:
            free_rows(problem, state)[index] = free_rows(problem, state)[top]
            break


@compiled
def remove(problem: Problem, state: State, number: int) -> None:
    """Remove the group in row ``number`` from the plan; its residents become unplaced."""
    row = group_row(problem, state, number)
    if row[SIZE] == 0:
        return
    _count_bookings(problem, state, row, -1)
    for resident in residents_of(problem, row):
        _unplace(problem, state, resident)
    for facilitator in facilitators_of(problem, row):
        facilitator_load(problem, state)[facilitator - problem.words[RESIDENTS]] -= 1
    state.words[SCORE] -= row[STATIC_SCORE] + row[DATE_SCORE]
    row[SIZE] = 0
    row[FACILITATORS] = 0
    _release_row(problem, state, number)


@compiled
def insert(problem: Problem, state: State, number: int, row: Smalls) -> None:
    """Insert a group, whose residents are unplaced, into the empty row ``number``."""
    if row[SIZE] == 0:
        return
    own = group_row(problem, state, number)
    own[:] = row
    own[ROW] = number
    own[DELTA] = NO_DELTA
    _count_bookings(problem, state, own, 1)
    for resident in residents_of(problem, own):
        _place(problem, state, resident, number)
    for facilitator in facilitators_of(problem, own):
        facilitator_load(problem, state)[facilitator - problem.words[RESIDENTS]] += 1
        recent_group(problem, state)[facilitator - problem.words[RESIDENTS]] = number
    state.words[SCORE] += own[STATIC_SCORE] + own[DATE_SCORE]
    _claim_row(problem, state, number)


@compiled
def remove_logged(problem: Problem, state: State, number: int) -> None:
    """Remove a group as part of a move, logging in the undo journal how it was."""
    entries = state.words[JOURNAL_SIZE]
    known = False
    for entry in range(entries):
        known = known or journal_row(problem, state, entry)[ROW] == number
    if not known:
        journal_row(problem, state, entries)[:] = group_row(problem, state, number)
        journal_row(problem, state, entries)[ROW] = number
        state.words[JOURNAL_SIZE] += 1
    remove(problem, state, number)


@compiled
def rollback(problem: Problem, state: State) -> None:
    """Roll the current move back."""
    entries = state.words[JOURNAL_SIZE]
    for entry in range(entries):
        remove(problem, state, journal_row(problem, state, entry)[ROW])
    for entry in range(entries - 1, -1, -1):
        insert(problem, state, journal_row(problem, state, entry)[ROW], journal_row(problem, state, entry))
    state.words[JOURNAL_SIZE] = 0


@compiled
def commit(state: State) -> None:
    """Commit the current move."""
    state.words[JOURNAL_SIZE] = 0


@compiled
def has_space(problem: Problem, state: State) -> bool:
    """Whether the journal has room for another group: moves that touch as many as it holds have to end there."""
    return bool(state.words[JOURNAL_SIZE] < JOURNAL_SEATS * problem.words[RESIDENT_SEATS] + JOURNAL_ROWS)
