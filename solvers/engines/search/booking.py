"""Putting groups into a plan and taking them out: bookings, memberships, and the journal that undoes a move."""

from __future__ import annotations

from solvers.engines.search.compiled import compiled
from solvers.engines.search.problem import NOBODY, Problem, Smalls
from solvers.engines.search.state import (
    DATED,
    FIXED,
    HOMELESS,
    JOURNAL,
    LEADERS,
    LIVE,
    ROW,
    SCORE,
    SIZE,
    SPARE,
    State,
    chairs_of,
    dates_of,
    leaders_of,
    residents_of,
    rooms_of,
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
    for number in range(problem.rounds):
        slot = dates[number]
        if slot == NOBODY:
            continue
        first, last = problem.overlap[slot, 0], problem.overlap[slot, 1]
        if rooms[number] != NOBODY:
            _count(state.room_busy[rooms[number]], first, last, by)
        for place in range(len(leaders)):
            if (chairs[number] >> place) & 1:
                _count(state.faculty_busy[leaders[place] - problem.residents], first, last, by)


@compiled
def _leave(state: State, resident: int) -> None:
    state.group_of[resident] = NOBODY
    state.corner[resident] = state.tally[HOMELESS]
    state.homeless[state.tally[HOMELESS]] = resident
    state.tally[HOMELESS] += 1


@compiled
def _join(state: State, resident: int, number: int) -> None:
    state.group_of[resident] = number
    state.tally[HOMELESS] -= 1
    last, corner = state.homeless[state.tally[HOMELESS]], state.corner[resident]
    state.homeless[corner] = last
    state.corner[last] = corner
    state.corner[resident] = NOBODY


@compiled
def _retire(problem: Problem, state: State, number: int) -> None:
    state.tally[LIVE] -= 1
    last, position = state.live[state.tally[LIVE]], state.position[number]
    state.live[position] = last
    state.position[last] = position
    state.position[number] = NOBODY
    if number >= problem.labels:
        state.spare[state.tally[SPARE]] = number
        state.tally[SPARE] += 1


@compiled
def _enlist(problem: Problem, state: State, number: int) -> None:
    state.position[number] = state.tally[LIVE]
    state.live[state.tally[LIVE]] = number
    state.tally[LIVE] += 1
    if number >= problem.labels:
        _take_spare(state, number)


@compiled
def _take_spare(state: State, number: int) -> None:
    """Take a row off the stack of unused ones; nearly always it lies on top."""
    state.tally[SPARE] -= 1
    top = state.tally[SPARE]
    for place in range(top, -1, -1):
        if state.spare[place] == number:
            state.spare[place] = state.spare[top]
            break


@compiled
def remove(problem: Problem, state: State, number: int) -> None:
    """Take the group in row ``number`` out of the plan; its residents become homeless."""
    row = state.rows[number]
    if row[SIZE] == 0:
        return
    _book(problem, state, row, -1)
    for resident in residents_of(problem, row):
        _leave(state, resident)
    for leader in leaders_of(problem, row):
        state.load[leader - problem.residents] -= 1
    state.tally[SCORE] -= row[FIXED] + row[DATED]
    row[SIZE] = 0
    row[LEADERS] = 0
    _retire(problem, state, number)


@compiled
def insert(problem: Problem, state: State, number: int, row: Smalls) -> None:
    """Put a group, whose residents are homeless, into the unused row ``number``."""
    if row[SIZE] == 0:
        return
    own = state.rows[number]
    own[:] = row
    own[ROW] = number
    _book(problem, state, own, 1)
    for resident in residents_of(problem, own):
        _join(state, resident, number)
    for leader in leaders_of(problem, own):
        state.load[leader - problem.residents] += 1
        state.led[leader - problem.residents] = number
    state.tally[SCORE] += own[FIXED] + own[DATED]
    _enlist(problem, state, number)


@compiled
def lift(problem: Problem, state: State, number: int) -> None:
    """Take a group out as part of a move, keeping in the journal how it was."""
    entries = state.tally[JOURNAL]
    known = False
    for entry in range(entries):
        known = known or state.journal[entry, ROW] == number
    if not known:
        state.journal[entries] = state.rows[number]
        state.journal[entries, ROW] = number
        state.tally[JOURNAL] += 1
    remove(problem, state, number)


@compiled
def revert(problem: Problem, state: State) -> None:
    """Undo the present move."""
    entries = state.tally[JOURNAL]
    for entry in range(entries):
        remove(problem, state, state.journal[entry, ROW])
    for entry in range(entries - 1, -1, -1):
        insert(problem, state, state.journal[entry, ROW], state.journal[entry])
    state.tally[JOURNAL] = 0


@compiled
def settle(state: State) -> None:
    """Make the present move final."""
    state.tally[JOURNAL] = 0
