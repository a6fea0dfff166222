"""Memory layout: the offset of each table in its block of memory, and a new State laid out as its Problem says."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from solvers.engines.search import problem as p
from solvers.engines.search import state as s
from solvers.engines.search.problem import NONE, Ints, Problem, Smalls
from solvers.engines.search.state import State

DEFAULT_PARAMETERS = (380, 120, 90, 35, 45, 10, 5, 5, 80, 1, 1, 150, 350, 200, 200, 0)
"""The search parameters unless others are set, in the order of the parameter words of a State."""

_MOST_REBUILT, _REBUILT_OF_RESIDENTS = 20, 300
"""Groups are rebuilt so many times in a thousand moves at most, and less often the more residents there are."""


def assign_offsets(header: Ints, tables: Mapping[int, NDArray[np.generic]], start: int = 0) -> int:
    """Write the offset of each table into the header word it is keyed by; returns the end of the block."""
    for entry, table in tables.items():
        header[entry] = start
        start += table.size
    return start


def assign_state_offsets(header: Ints, rooms: int) -> None:
    """Write the offset of each table of a State into the header."""
    residents, faculty, slots = (int(header[i]) for i in (p.RESIDENTS, p.FACULTY, p.SLOTS))
    rounds, seats, groups = (int(header[i]) for i in (p.ROUNDS, p.RESIDENT_SEATS, p.ROWS))
    header[p.ROW_WIDTH] = width = s.ROW_HEAD + seats + int(header[p.FACILITATOR_SEATS]) + 4 * rounds
    sizes = {
        p.STATE_ROWS: groups * width,
        p.STATE_INCUMBENT: groups * width,
        p.STATE_JOURNAL: (s.JOURNAL_SEATS * seats + s.JOURNAL_ROWS) * width,
        p.STATE_TRIALS: s.TRIAL_ROWS * width,
        p.STATE_GROUP_OF: residents,
        p.STATE_LOAD: faculty,
        p.STATE_RECENT_GROUP: faculty,
        p.STATE_USED_ROWS: groups,
        p.STATE_USED_POSITION: groups,
        p.STATE_FREE_ROWS: groups,
        p.STATE_UNPLACED: residents,
        p.STATE_UNPLACED_POSITION: residents,
        p.STATE_MOVABLE_RESIDENTS: residents,
        p.STATE_MOVABLE_FACULTY: faculty,
        p.STATE_MOVABLE: residents + faculty,
        p.STATE_ROOM_BOOKINGS: rooms * slots,
        p.STATE_FACULTY_BOOKINGS: faculty * slots,
        p.STATE_SCRATCH: s.SCRATCH_LINES * (slots + 1),
        p.STATE_WEEKLY_COUNTS: int(header[p.WEEKLY_TIMES]),
        p.STATE_CANDIDATE_DATES: rounds + 1,
    }
    start = 0
    for entry, size in sizes.items():
        header[entry] = start
        start += size
    header[p.STATE_STAMP] = s.STATE_HEADER
    header[p.STATE_ATTENDANCE_MASKS] = s.STATE_HEADER + residents + faculty


def new_state(problem: Problem, seed: int) -> State:
    """A State with nobody placed, nothing booked and everybody movable."""
    header = problem.words
    residents, faculty, groups, previous_groups = (
        int(header[i]) for i in (p.RESIDENTS, p.FACULTY, p.ROWS, p.PREVIOUS_GROUPS)
    )
    words = np.zeros(int(header[p.STATE_ATTENDANCE_MASKS] + header[p.RESIDENT_SEATS]), dtype=np.int64)
    words[s.FREE_ROWS] = groups - previous_groups
    words[s.UNPLACED] = words[s.MOVABLE_RESIDENTS] = residents
    words[s.MOVABLE_FACULTY] = faculty
    words[s.RNG_STATE] = seed
    words[s.INCUMBENT_SCORE] = -(1 << 60)
    words[s.DATING_ODDS : s.FIRST_PARAMETER] = s.FULL_ODDS
    words[s.FIRST_PARAMETER : s.STATE_HEADER] = DEFAULT_PARAMETERS
    words[s.PER_MILLE_REBUILD] = max(1, min(_MOST_REBUILT, _REBUILT_OF_RESIDENTS // max(1, residents)))
    small = np.zeros(int(header[p.STATE_CANDIDATE_DATES] + header[p.ROUNDS] + 1), dtype=np.int32)
    state = State(words, small)
    rows = rows_view(problem, small)
    rows[:, s.ROW] = np.arange(groups)
    rows_view(problem, small, p.STATE_INCUMBENT)[:, s.ROW] = np.arange(groups)
    for entry, content in (
        (p.STATE_GROUP_OF, np.full(residents, NONE)),
        (p.STATE_RECENT_GROUP, np.full(faculty, NONE)),
        (p.STATE_USED_POSITION, np.full(groups, NONE)),
        (p.STATE_FREE_ROWS, np.arange(groups - 1, -1, -1)),
        (p.STATE_UNPLACED, np.arange(residents)),
        (p.STATE_UNPLACED_POSITION, np.arange(residents)),
        (p.STATE_MOVABLE_RESIDENTS, np.arange(residents)),
        (p.STATE_MOVABLE_FACULTY, np.arange(faculty)),
        (p.STATE_MOVABLE, np.ones(residents + faculty)),
    ):
        start = int(header[entry])
        small[start : start + len(content)] = content
    return state


def rows_view(problem: Problem, small: Smalls, entry: int = p.STATE_ROWS) -> Smalls:
    """The rows of the current plan (or, with STATE_INCUMBENT, of the incumbent) as a table over the same memory."""
    start, groups, width = (int(problem.words[i]) for i in (entry, p.ROWS, p.ROW_WIDTH))
    return small[start : start + groups * width].reshape(groups, width)


def empty_rows(problem: Problem) -> Smalls:
    """Rows without groups."""
    rows = np.zeros((int(problem.words[p.ROWS]), int(problem.words[p.ROW_WIDTH])), dtype=np.int32)
    rows[:, s.ROW] = np.arange(len(rows))
    return rows


def empty_row(problem: Problem, number: int) -> Smalls:
    """A row by itself, without a group."""
    row = np.zeros(int(problem.words[p.ROW_WIDTH]), dtype=np.int32)
    row[s.ROW] = number
    return row
