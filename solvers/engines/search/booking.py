"""Putting groups into a plan and taking them out: bookings, memberships, and the journal that undoes a move."""

from __future__ import annotations

from solvers.engines.compiling import compiled
from solvers.engines.search.problem import (
    LABELS,
    NOBODY,
    OVERLAP_FIRST,
    OVERLAP_LAST,
    RESIDENTS,
    ROUNDS,
    Problem,
    Smalls,
    fact,
)
from solvers.engines.search.state import (
    DATED,
    FIXED,
    FORETOLD,
    HOMELESS,
    JOURNAL,
    LEADERS,
    LIVE,
    ROW,
    SCORE,
    SIZE,
    SPARE,
    UNTOLD,
    State,
    chairs_of,
    corner,
    dates_of,
    faculty_busy,
    group_of,
    group_row,
    homeless,
    journal_row,
    leaders_of,
    led,
    live,
    load,
    position,
    residents_of,
    room_busy,
    rooms_of,
    spare,
)


@compiled
def _count(busy: Smalls, first: int, last: int, by: int) -> None:
    for slot in range(first, last):
        busy[slot] += by


@compiled
def _book(problem: Problem, state: State, row: Smalls, by: int) -> None:
    """Count the bookings of a group's sessions in (``by`` 1) or out (-1)."""
    dates, rooms, chairs = dates_of(problem, row), rooms_of(problem, row), chairs_of(problem, row)
    leaders = leaders_of(problem, row)
    for number in range(problem.words[ROUNDS]):
        slot = dates[number]
        if slot == NOBODY:
            continue
        first, last = fact(problem, OVERLAP_FIRST, slot), fact(problem, OVERLAP_LAST, slot)
        if rooms[number] != NOBODY:
            _count(room_busy(problem, state, rooms[number]), first, last, by)
        for place in range(len(leaders)):
            if (chairs[number] >> place) & 1:
                _count(faculty_busy(problem, state, leaders[place]), first, last, by)


@compiled
def _leave(problem: Problem, state: State, resident: int) -> None:
    group_of(problem, state)[resident] = NOBODY
    corner(problem, state)[resident] = state.words[HOMELESS]
    homeless(problem, state)[state.words[HOMELESS]] = resident
    state.words[HOMELESS] += 1


@compiled
def _join(problem: Problem, state: State, resident: int, number: int) -> None:
    group_of(problem, state)[resident] = number
    state.words[HOMELESS] -= 1
    last, place = homeless(problem, state)[state.words[HOMELESS]], corner(problem, state)[resident]
    homeless(problem, state)[place] = last
    corner(problem, state)[last] = place
    corner(problem, state)[resident] = NOBODY


@compiled
def _retire(problem: Problem, state: State, number: int) -> None:
    state.words[LIVE] -= 1
    last, place = live(problem, state)[state.words[LIVE]], position(problem, state)[number]
    live(problem, state)[place] = last
    position(problem, state)[last] = place
    position(problem, state)[number] = NOBODY
    if number >= problem.words[LABELS]:
        spare(problem, state)[state.words[SPARE]] = number
        state.words[SPARE] += 1


@compiled
def _enlist(problem: Problem, state: State, number: int) -> None:
    position(problem, state)[number] = state.words[LIVE]
    live(problem, state)[state.words[LIVE]] = number
    state.words[LIVE] += 1
    if number >= problem.words[LABELS]:
        _take_spare(problem, state, number)


@compiled
def _take_spare(problem: Problem, state: State, number: int) -> None:
    """Take a row off the stack of unused ones; nearly always it lies on top."""
    state.words[SPARE] -= 1
    top = state.words[SPARE]
    for place in range(top, -1, -1):
        if spare(problem, state)[place] == number:
            spare(problem, state)[place] = spare(problem, state)[top]
            break


@compiled
def remove(problem: Problem, state: State, number: int) -> None:
    """Take the group in row ``number`` out of the plan; its residents become homeless."""
    row = group_row(problem, state, number)
    if row[SIZE] == 0:
        return
    _book(problem, state, row, -1)
    for resident in residents_of(problem, row):
        _leave(problem, state, resident)
    for leader in leaders_of(problem, row):
        load(problem, state)[leader - problem.words[RESIDENTS]] -= 1
    state.words[SCORE] -= row[FIXED] + row[DATED]
    row[SIZE] = 0
    row[LEADERS] = 0
    _retire(problem, state, number)


@compiled
def insert(problem: Problem, state: State, number: int, row: Smalls) -> None:
    """Put a group, whose residents are homeless, into the unused row ``number``."""
    if row[SIZE] == 0:
        return
    own = group_row(problem, state, number)
    own[:] = row
    own[ROW] = number
    own[FORETOLD] = UNTOLD
    _book(problem, state, own, 1)
    for resident in residents_of(problem, own):
        _join(problem, state, resident, number)
    for leader in leaders_of(problem, own):
        load(problem, state)[leader - problem.words[RESIDENTS]] += 1
        led(problem, state)[leader - problem.words[RESIDENTS]] = number
    state.words[SCORE] += own[FIXED] + own[DATED]
    _enlist(problem, state, number)


@compiled
def lift(problem: Problem, state: State, number: int) -> None:
    """Take a group out as part of a move, keeping in the journal how it was."""
    entries = state.words[JOURNAL]
    known = False
    for entry in range(entries):
        known = known or journal_row(problem, state, entry)[ROW] == number
    if not known:
        journal_row(problem, state, entries)[:] = group_row(problem, state, number)
        journal_row(problem, state, entries)[ROW] = number
        state.words[JOURNAL] += 1
    remove(problem, state, number)


@compiled
def revert(problem: Problem, state: State) -> None:
    """Undo the present move."""
    entries = state.words[JOURNAL]
    for entry in range(entries):
        remove(problem, state, journal_row(problem, state, entry)[ROW])
    for entry in range(entries - 1, -1, -1):
        insert(problem, state, journal_row(problem, state, entry)[ROW], journal_row(problem, state, entry))
    state.words[JOURNAL] = 0


@compiled
def settle(state: State) -> None:
    """Make the present move final."""
    state.words[JOURNAL] = 0
