"""Laying tables one behind another in blocks of memory, and a fresh State in the layout its Problem fixes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from solvers.engines.search import problem as p
from solvers.engines.search import state as s
from solvers.engines.search.problem import NOBODY, Ints, Problem, Smalls
from solvers.engines.search.state import State

DIALS = (80, 0, 1, 380, 120, 90, 35, 45, 10, 5, 5, 1, 1, 150, 350, 200, 200)
"""How a search behaves unless it is told otherwise, in the order of the dials of a State."""


def write_block(header: Ints, tables: Mapping[int, NDArray[np.generic]], start: int = 0) -> int:
    """Give each table, by the header word that is to hold its offset, its place; returns the end of the block."""
    for entry, table in tables.items():
        header[entry] = start
        start += table.size
    return start


def plan_state(header: Ints, rooms: int) -> None:
    """Fix where each table of a State lies."""
    residents, faculty, slots = (int(header[i]) for i in (p.RESIDENTS, p.FACULTY, p.SLOTS))
    rounds, seats, groups = (int(header[i]) for i in (p.ROUNDS, p.SEATS, p.GROUPS))
    header[p.WIDTH] = width = s.HEAD + seats + int(header[p.LEADS]) + 4 * rounds
    sizes = {
        p.IN_ROWS: groups * width,
        p.IN_BEST: groups * width,
        p.IN_JOURNAL: (2 * seats + 8) * width,
        p.IN_TRIAL: s.TRIALS * width,
        p.IN_GROUP_OF: residents,
        p.IN_LOAD: faculty,
        p.IN_LED: faculty,
        p.IN_LIVE: groups,
        p.IN_POSITION: groups,
        p.IN_SPARE: groups,
        p.IN_HOMELESS: residents,
        p.IN_CORNER: residents,
        p.IN_MINE: residents,
        p.IN_MY_FACULTY: faculty,
        p.IN_OWNED: residents + faculty,
        p.IN_ROOM_BUSY: rooms * slots,
        p.IN_FACULTY_BUSY: faculty * slots,
        p.IN_LINES: s.LINES * (slots + 1),
        p.IN_BEATS: int(header[p.BEATS]),
        p.IN_DATES: rounds + 1,
    }
    start = 0
    for entry, size in sizes.items():
        header[entry] = start
        start += size
    header[p.IN_STAMP] = s.TALLIES
    header[p.IN_MASKS] = s.TALLIES + residents + faculty


def new_state(problem: Problem, seed: int) -> State:
    """Nobody placed, nothing booked, everything owned."""
    header = problem.words
    residents, faculty, groups, labels = (int(header[i]) for i in (p.RESIDENTS, p.FACULTY, p.GROUPS, p.LABELS))
    words = np.zeros(int(header[p.IN_MASKS] + header[p.SEATS]), dtype=np.int64)
    words[s.SPARE] = groups - labels
    words[s.HOMELESS] = words[s.MINE] = residents
    words[s.MY_FACULTY] = faculty
    words[s.DICE] = seed
    words[s.BEST] = -(1 << 60)
    words[s.SLACK : s.TALLIES] = DIALS
    small = np.zeros(int(header[p.IN_DATES] + header[p.ROUNDS] + 1), dtype=np.int32)
    state = State(words, small)
    rows = rows_view(problem, small)
    rows[:, s.ROW] = np.arange(groups)
    rows_view(problem, small, p.IN_BEST)[:, s.ROW] = np.arange(groups)
    for entry, content in (
        (p.IN_GROUP_OF, np.full(residents, NOBODY)),
        (p.IN_LED, np.full(faculty, NOBODY)),
        (p.IN_POSITION, np.full(groups, NOBODY)),
        (p.IN_SPARE, np.arange(groups - 1, -1, -1)),
        (p.IN_HOMELESS, np.arange(residents)),
        (p.IN_CORNER, np.arange(residents)),
        (p.IN_MINE, np.arange(residents)),
        (p.IN_MY_FACULTY, np.arange(faculty)),
        (p.IN_OWNED, np.ones(residents + faculty)),
    ):
        start = int(header[entry])
        small[start : start + len(content)] = content
    return state


def rows_view(problem: Problem, small: Smalls, entry: int = p.IN_ROWS) -> Smalls:
    """The rows of a state (or, with IN_BEST, of its best plan) as a table over the same memory."""
    start, groups, width = (int(problem.words[i]) for i in (entry, p.GROUPS, p.WIDTH))
    return small[start : start + groups * width].reshape(groups, width)


def empty_rows(problem: Problem) -> Smalls:
    """Rows without groups."""
    rows = np.zeros((int(problem.words[p.GROUPS]), int(problem.words[p.WIDTH])), dtype=np.int32)
    rows[:, s.ROW] = np.arange(len(rows))
    return rows
