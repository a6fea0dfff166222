"""The changing side of the search: a plan as one row of numbers a group, and what is booked.

A row holds, after its head, the residents, the facilitators and, a round each, the slot, the room and who of the
facilitators attends; the functions at the end of this module cut a row into those parts.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from solvers.engines.search.compiled import compiled
from solvers.engines.search.dice import Dice
from solvers.engines.search.problem import NOBODY, Bytes, Ints, Problem, Smalls

# Head of a row. FIXED: points that do not hang on dates; DATED: those that do.
(ROW, MODEL, MODE, PLACE, SIZE, LEADERS, FIXED, DATED, HEAD) = range(9)

# Entries of State.tally.
(LIVE, SCORE, JOURNAL, TOKEN, SPARE, BEST, HOMELESS, ACCEPTED, TRIED, TALLIES) = range(10)


class Bench(NamedTuple):
    """Scratch arrays of one search, so that nothing is allocated while it runs."""

    trial: Smalls
    stamp: Ints
    worth: Smalls
    count: Smalls
    value: Smalls
    masks: Ints
    beats: Smalls
    dates: Smalls
    reach: Smalls
    back: Smalls


class State(NamedTuple):
    """A plan being changed.

    ``rows`` (groups, row length): the groups; ``group_of`` (residents): row or NOBODY; ``load`` (faculty): groups led.
    ``room_busy`` (rooms, slots) and ``faculty_busy`` (faculty, slots) count the bookings that overlap each slot.
    ``live`` lists the rows in use and ``position`` where each stands in it; ``spare`` stacks the unused ones.
    ``homeless`` lists unplaced residents and ``corner`` where each stands in it.
    ``journal`` keeps rows as they were before the present move.
    ``mine`` and ``my_faculty`` list the people this search may place, ``owned`` (everybody) marks them.
    ``led`` (faculty) is a row each of them leads or led of late: a hint, to be checked.
    ``best`` and ``best_group_of`` are the best plan seen.
    """

    rows: Smalls
    group_of: Smalls
    load: Smalls
    room_busy: Smalls
    faculty_busy: Smalls
    live: Smalls
    position: Smalls
    spare: Smalls
    homeless: Smalls
    corner: Smalls
    journal: Smalls
    mine: Smalls
    my_faculty: Smalls
    owned: Bytes
    led: Smalls
    best: Smalls
    tally: Ints
    dice: Dice
    bench: Bench


def row_length(problem: Problem) -> int:
    """Numbers in the row of a group."""
    return HEAD + problem.seats + problem.leads + 3 * problem.rounds


def row_count(problem: Problem) -> int:
    """Rows enough for the earlier groups and for as many new ones as the smallest size allows, and some spare."""
    smallest = max(1, int(problem.model[:, 0].min(initial=1)) if len(problem.model) else 1)
    return problem.labels + problem.residents // smallest + 4


def empty_rows(problem: Problem) -> Smalls:
    """Rows without groups."""
    rows = np.full((row_count(problem), row_length(problem)), NOBODY, dtype=np.int32)
    rows[:, :HEAD] = 0
    rows[:, ROW] = np.arange(len(rows))
    return rows


def new_bench(problem: Problem) -> Bench:
    """Scratch arrays of the right sizes."""
    slots = len(problem.begin)
    small = np.int32
    return Bench(
        trial=np.zeros((4, row_length(problem)), dtype=small),
        stamp=np.zeros(len(problem.person), dtype=np.int64),
        worth=np.zeros(slots, dtype=small),
        count=np.zeros(slots, dtype=small),
        value=np.zeros(slots + 1, dtype=small),
        masks=np.zeros(problem.seats, dtype=np.int64),
        beats=np.zeros(int(problem.beat.max(initial=0)) + 1, dtype=small),
        dates=np.zeros((4, problem.rounds), dtype=small),
        reach=np.zeros(slots + 1, dtype=small),
        back=np.zeros(slots + 1, dtype=small),
    )


def new_state(problem: Problem, seed: int) -> State:
    """Nobody placed, nothing booked, everything owned."""
    rows = empty_rows(problem)
    people, slots = problem.residents, len(problem.begin)
    small = np.int32
    tally = np.zeros(TALLIES, dtype=np.int64)
    tally[SPARE] = len(rows) - problem.labels
    tally[HOMELESS] = people
    return State(
        rows=rows,
        group_of=np.full(people, NOBODY, dtype=small),
        load=np.zeros(problem.faculty, dtype=small),
        room_busy=np.zeros((len(problem.room), slots), dtype=small),
        faculty_busy=np.zeros((problem.faculty, slots), dtype=small),
        live=np.zeros(len(rows), dtype=small),
        position=np.full(len(rows), NOBODY, dtype=small),
        spare=np.arange(len(rows) - 1, -1, -1, dtype=small),
        homeless=np.arange(people, dtype=small),
        corner=np.arange(people, dtype=small),
        journal=np.zeros((2 * problem.seats + 8, rows.shape[1]), dtype=small),
        mine=np.arange(people, dtype=small),
        my_faculty=np.arange(problem.faculty, dtype=small),
        owned=np.ones(len(problem.person), dtype=np.uint8),
        led=np.full(problem.faculty, NOBODY, dtype=small),
        best=rows.copy(),
        tally=tally,
        dice=np.array([seed], dtype=np.uint64),
        bench=new_bench(problem),
    )


@compiled
def residents_of(problem: Problem, row: Smalls) -> Smalls:
    """The residents in a row."""
    return row[HEAD : HEAD + row[SIZE]]


@compiled
def leaders_of(problem: Problem, row: Smalls) -> Smalls:
    """The facilitators in a row, numbered among all people."""
    start = HEAD + problem.seats
    return row[start : start + row[LEADERS]]


@compiled
def dates_of(problem: Problem, row: Smalls) -> Smalls:
    """The slot of each round in a row, NOBODY where the group misses the round."""
    start = HEAD + problem.seats + problem.leads
    return row[start : start + problem.rounds]


@compiled
def rooms_of(problem: Problem, row: Smalls) -> Smalls:
    """The room of each round in a row."""
    start = HEAD + problem.seats + problem.leads + problem.rounds
    return row[start : start + problem.rounds]


@compiled
def chairs_of(problem: Problem, row: Smalls) -> Smalls:
    """Bits, a round, of the facilitators in a row (by their place in it) who are booked to attend."""
    start = HEAD + problem.seats + problem.leads + 2 * problem.rounds
    return row[start : start + problem.rounds]
