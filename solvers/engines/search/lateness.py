"""Lateness: what it costs that a group first meets later than some of its residents ask.

Only the first session of a group counts, so its points are not additive over the slots. For each group they are summed
up once, slot by slot, against what it would cost never to meet.
"""

from __future__ import annotations

from solvers.engines.compilation import compiled
from solvers.engines.memory import view
from solvers.engines.search.problem import (
    ASKS_EARLY,
    AT_LATENESS,
    EARLINESS,
    NONE,
    SLOTS,
    Problem,
    Smalls,
    person_of,
)
from solvers.engines.search.state import FIRST_VALUE, State, residents_of, scratch_line


@compiled
def _lateness_of(problem: Problem, kind: int) -> Smalls:
    """Points for a first session at each slot, and last for none, of those who ask so."""
    width = problem.words[SLOTS] + 1
    start = problem.words[AT_LATENESS] + kind * width
    return view(problem.small, start, start + width)


@compiled
def resident_lateness(problem: Problem, resident: int, first: int) -> int:
    """Points for one resident of a group that meets first at a slot, or never (NONE)."""
    if not problem.words[ASKS_EARLY] or person_of(problem, resident)[EARLINESS] == NONE:
        return 0
    points = _lateness_of(problem, person_of(problem, resident)[EARLINESS])
    return points[problem.words[SLOTS] if first == NONE else first]  # type: ignore[return-value]


@compiled
def group_lateness(problem: Problem, row: Smalls, first: int) -> int:
    """Points for all residents of a group that meets first at a slot, or never (NONE)."""
    total = 0
    if problem.words[ASKS_EARLY]:
        for resident in residents_of(problem, row):
            total += resident_lateness(problem, resident, first)
    return total


@compiled
def first_of(dates: Smalls) -> int:
    """The first session's slot, NONE if there is none."""
    for slot in dates:
        if slot != NONE:
            return slot  # type: ignore[return-value]
    return NONE


@compiled
def fill_first_values(problem: Problem, state: State, row: Smalls) -> None:
    """Fill in what a group gains by meeting first at each slot instead of never.

    Where nobody asks, the line stays as it is, and must not be read.
    """
    if not problem.words[ASKS_EARLY]:
        return
    value, slots = scratch_line(problem, state, FIRST_VALUE), problem.words[SLOTS]
    value[:] = 0
    for resident in residents_of(problem, row):
        kind = person_of(problem, resident)[EARLINESS]
        if kind != NONE:
            points = _lateness_of(problem, kind)
            for slot in range(slots):
                value[slot] += points[slot] - points[slots]


@compiled
def first_value(problem: Problem, state: State, slot: int) -> int:
    """What the group gains by meeting first at a slot instead of never; 0 for NONE."""
    if not problem.words[ASKS_EARLY] or slot == NONE:
        return 0
    return scratch_line(problem, state, FIRST_VALUE)[slot]  # type: ignore[return-value]


@compiled
def may_be_first(problem: Problem, dates: Smalls, number: int) -> bool:
    """Whether it matters when a group meets in a round, as it does not meet before."""
    return bool(problem.words[ASKS_EARLY]) and first_of(dates[:number]) == NONE


@compiled
def add_first_values(problem: Problem, state: State, value: Smalls, first: int, otherwise: int) -> None:
    """Add to the values of the slots from ``first`` on what the group gains by meeting first there, and not at
    ``otherwise``, where it would without them."""
    line = scratch_line(problem, state, FIRST_VALUE)
    without = first_value(problem, state, otherwise)
    for index in range(len(value)):
        value[index] += line[first + index] - without
