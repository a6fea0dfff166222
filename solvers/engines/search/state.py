"""The changing side of the search: a plan as one row of numbers a group, and what is booked.

A row holds, after its head, the residents, the facilitators and, a round each, the slot, the room, who of the
facilitators attends and how many residents can come; the functions at the end of this module cut it into those parts.
"""

from __future__ import annotations

from typing import NamedTuple

from solvers.engines.compiling import compiled
from solvers.engines.memory import part, pointer
from solvers.engines.search.problem import (
    FACULTY,
    GROUPS,
    IN_BEATS,
    IN_BEST,
    IN_CORNER,
    IN_DATES,
    IN_FACULTY_BUSY,
    IN_GROUP_OF,
    IN_HOMELESS,
    IN_JOURNAL,
    IN_LED,
    IN_LINES,
    IN_LIVE,
    IN_LOAD,
    IN_MASKS,
    IN_MINE,
    IN_MY_FACULTY,
    IN_OWNED,
    IN_POSITION,
    IN_ROOM_BUSY,
    IN_ROWS,
    IN_SPARE,
    IN_STAMP,
    IN_TRIAL,
    LEADS,
    RESIDENTS,
    ROUNDS,
    SEATS,
    SLOTS,
    WIDTH,
    Ints,
    Problem,
    Smalls,
)

# Head of a row. FIXED: points that do not hang on dates; SHARED: those of them for interests and tags; DATED: those
# that do hang on dates; LINEAR: what its sessions earn one by one; GLANCED: what ``glance`` makes of them; FORETOLD: in
# a trial, what it would change, or UNTOLD.
(ROW, MODEL, MODE, PLACE, SIZE, LEADERS, FIXED, SHARED, DATED, LINEAR, GLANCED, FORETOLD, HEAD) = range(13)
UNTOLD = -(1 << 30)

# The first words of a State. LIVE: groups in use; SPARE: rows unused; MINE, MY_FACULTY: lengths of those lists.
(LIVE, SCORE, JOURNAL, TOKEN, SPARE, BEST, HOMELESS, ACCEPTED, TRIED, MINE, MY_FACULTY, DICE, DIALS) = range(13)
# The words after them are set by whoever starts the search. SLACK: how many points new dates are expected to add at
# most to what the present dates show; HOPE: how many to what they would earn if every round had its best slot; DRAWS:
# how often a move looks for a partner that would suit; then the chances in 1000 of each kind of move, a relocation
# being what is left; last, the chances in 1000 that a resident is to join somebody who wants or is wanted, somebody
# alike, or a facilitator of their choice rather than anybody.
(
    SLACK,
    HOPE,
    DRAWS,
    ODDS_SWAP,
    ODDS_CHANGE_LEADER,
    ODDS_EXCHANGE_LEADERS,
    ODDS_CHANGE_MODE,
    ODDS_CHANGE_MODEL,
    ODDS_REDATE,
    ODDS_SPLIT,
    ODDS_MERGE,
    ODDS_FOUND,
    ODDS_DISSOLVE,
    ODDS_HOUSE,
    ODDS_NEAR,
    ODDS_ALIKE,
    ODDS_CHOSEN,
    TALLIES,
) = range(DIALS, DIALS + 18)

# Scratch lines, one number a slot and one over: value of a session, how many can come, value given the other rounds,
# and the table of the chain with its way back.
WORTH, COUNT, VALUE, REACH, BACK, LINES = range(6)
TRIALS = 4


class State(NamedTuple):
    """A plan being changed: ``words`` start with the tallies, ``small`` holds the tables below."""

    words: Ints
    small: Smalls


@compiled
def bare(problem: Problem, state: State) -> tuple[Problem, State]:
    """The same with pointers instead of arrays, for compiled functions to hand on."""
    return (
        Problem(pointer(problem.words), pointer(problem.small), pointer(problem.flags)),
        State(pointer(state.words), pointer(state.small)),
    )


@compiled
def group_row(problem: Problem, state: State, number: int) -> Smalls:
    """The row of a group."""
    start = problem.words[IN_ROWS] + number * problem.words[WIDTH]
    return part(state.small, start, start + problem.words[WIDTH])


@compiled
def best_rows(problem: Problem, state: State) -> Smalls:
    """All rows of the best plan, one behind another."""
    start = problem.words[IN_BEST]
    return part(state.small, start, start + problem.words[WIDTH] * problem.words[GROUPS])


@compiled
def all_rows(problem: Problem, state: State) -> Smalls:
    """All rows of the present plan, one behind another."""
    start = problem.words[IN_ROWS]
    return part(state.small, start, start + problem.words[WIDTH] * problem.words[GROUPS])


@compiled
def journal_row(problem: Problem, state: State, entry: int) -> Smalls:
    """A row as it was before the present move."""
    start = problem.words[IN_JOURNAL] + entry * problem.words[WIDTH]
    return part(state.small, start, start + problem.words[WIDTH])


@compiled
def trial_row(problem: Problem, state: State, place: int) -> Smalls:
    """A row in which a move draws a changed group."""
    start = problem.words[IN_TRIAL] + place * problem.words[WIDTH]
    return part(state.small, start, start + problem.words[WIDTH])


@compiled
def group_of(problem: Problem, state: State) -> Smalls:
    """The row of each resident's group, or NOBODY."""
    start = problem.words[IN_GROUP_OF]
    return part(state.small, start, start + problem.words[RESIDENTS])


@compiled
def load(problem: Problem, state: State) -> Smalls:
    """How many groups each facilitator leads."""
    start = problem.words[IN_LOAD]
    return part(state.small, start, start + problem.words[FACULTY])


@compiled
def led(problem: Problem, state: State) -> Smalls:
    """A row that each facilitator leads or led of late: a hint, to be checked."""
    start = problem.words[IN_LED]
    return part(state.small, start, start + problem.words[FACULTY])


@compiled
def live(problem: Problem, state: State) -> Smalls:
    """The rows in use, in the first LIVE places."""
    start = problem.words[IN_LIVE]
    return part(state.small, start, start + problem.words[GROUPS])


@compiled
def position(problem: Problem, state: State) -> Smalls:
    """Where each row stands among those in use, or NOBODY."""
    start = problem.words[IN_POSITION]
    return part(state.small, start, start + problem.words[GROUPS])


@compiled
def spare(problem: Problem, state: State) -> Smalls:
    """A stack of the unused rows without an earlier group, in the first SPARE places."""
    start = problem.words[IN_SPARE]
    return part(state.small, start, start + problem.words[GROUPS])


@compiled
def homeless(problem: Problem, state: State) -> Smalls:
    """The unplaced residents, in the first HOMELESS places."""
    start = problem.words[IN_HOMELESS]
    return part(state.small, start, start + problem.words[RESIDENTS])


@compiled
def corner(problem: Problem, state: State) -> Smalls:
    """Where each resident stands among the unplaced."""
    start = problem.words[IN_CORNER]
    return part(state.small, start, start + problem.words[RESIDENTS])


@compiled
def mine(problem: Problem, state: State) -> Smalls:
    """The residents whom this search may move."""
    start = problem.words[IN_MINE]
    return part(state.small, start, start + state.words[MINE])


@compiled
def my_faculty(problem: Problem, state: State) -> Smalls:
    """The facilitators, counted from the first, whom this search may use."""
    start = problem.words[IN_MY_FACULTY]
    return part(state.small, start, start + state.words[MY_FACULTY])


@compiled
def owned(problem: Problem, state: State, person: int) -> bool:
    """Whether this search may move a person."""
    return state.small[problem.words[IN_OWNED] + person] != 0  # type: ignore[no-any-return]


@compiled
def room_busy(problem: Problem, state: State, room: int) -> Smalls:
    """How many bookings of a room overlap each slot."""
    start = problem.words[IN_ROOM_BUSY] + room * problem.words[SLOTS]
    return part(state.small, start, start + problem.words[SLOTS])


@compiled
def faculty_busy(problem: Problem, state: State, person: int) -> Smalls:
    """How many bookings of a facilitator overlap each slot."""
    start = problem.words[IN_FACULTY_BUSY] + (person - problem.words[RESIDENTS]) * problem.words[SLOTS]
    return part(state.small, start, start + problem.words[SLOTS])


@compiled
def line(problem: Problem, state: State, kind: int) -> Smalls:
    """One of the scratch lines, a number a slot."""
    start = problem.words[IN_LINES] + kind * (problem.words[SLOTS] + 1)
    return part(state.small, start, start + problem.words[SLOTS])


@compiled
def beats(problem: Problem, state: State) -> Smalls:
    """Scratch: how often each beat is used by the dates in hand."""
    start = problem.words[IN_BEATS]
    return part(state.small, start, problem.words[IN_DATES])


@compiled
def spare_dates(problem: Problem, state: State) -> Smalls:
    """Scratch: dates chosen afresh."""
    start = problem.words[IN_DATES]
    return part(state.small, start, start + problem.words[ROUNDS])


@compiled
def stamp(problem: Problem, state: State) -> Ints:
    """Scratch: the latest token given to each person."""
    start = problem.words[IN_STAMP]
    return part(state.words, start, problem.words[IN_MASKS])


@compiled
def masks(problem: Problem, state: State) -> Ints:
    """Scratch: the rounds in which each resident of the group in hand comes, as bits."""
    start = problem.words[IN_MASKS]
    return part(state.words, start, start + problem.words[SEATS])


@compiled
def residents_of(problem: Problem, row: Smalls) -> Smalls:
    """The residents in a row."""
    return row[HEAD : HEAD + row[SIZE]]


@compiled
def leaders_of(problem: Problem, row: Smalls) -> Smalls:
    """The facilitators in a row, numbered among all people."""
    start = HEAD + problem.words[SEATS]
    return row[start : start + row[LEADERS]]


@compiled
def dates_of(problem: Problem, row: Smalls) -> Smalls:
    """The slot of each round in a row, NOBODY where the group misses the round."""
    start = HEAD + problem.words[SEATS] + problem.words[LEADS]
    return row[start : start + problem.words[ROUNDS]]


@compiled
def rooms_of(problem: Problem, row: Smalls) -> Smalls:
    """The room of each round in a row."""
    start = HEAD + problem.words[SEATS] + problem.words[LEADS] + problem.words[ROUNDS]
    return row[start : start + problem.words[ROUNDS]]


@compiled
def chairs_of(problem: Problem, row: Smalls) -> Smalls:
    """Bits, a round, of the facilitators in a row (by their place in it) who are booked to attend."""
    start = HEAD + problem.words[SEATS] + problem.words[LEADS] + 2 * problem.words[ROUNDS]
    return row[start : start + problem.words[ROUNDS]]


@compiled
def turnout_of(problem: Problem, row: Smalls) -> Smalls:
    """How many residents in a row can come, a round each, to the sessions held."""
    start = HEAD + problem.words[SEATS] + problem.words[LEADS] + 3 * problem.words[ROUNDS]
    return row[start : start + problem.words[ROUNDS]]
