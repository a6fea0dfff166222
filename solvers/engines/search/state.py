"""The state of the search: the current plan as one row of numbers a group, the incumbent, and what is booked.

A row holds, after its head, the residents, the facilitators and, a round each, the slot, the room, who of the
facilitators attends and how many residents can come; the functions at the end of this module are views of these parts.
"""

from __future__ import annotations

from typing import NamedTuple

from solvers.engines.compilation import compiled
from solvers.engines.memory import pointer, view
from solvers.engines.search.problem import (
    FACILITATOR_SEATS,
    FACULTY,
    RESIDENT_SEATS,
    RESIDENTS,
    ROUNDS,
    ROW_WIDTH,
    ROWS,
    SLOTS,
    STATE_ATTENDANCE_MASKS,
    STATE_CANDIDATE_DATES,
    STATE_FACULTY_BOOKINGS,
    STATE_FREE_ROWS,
    STATE_GROUP_OF,
    STATE_INCUMBENT,
    STATE_JOURNAL,
    STATE_LOAD,
    STATE_MOVABLE,
    STATE_MOVABLE_FACULTY,
    STATE_MOVABLE_RESIDENTS,
    STATE_RECENT_GROUP,
    STATE_ROOM_BOOKINGS,
    STATE_ROWS,
    STATE_SCRATCH,
    STATE_STAMP,
    STATE_TRIALS,
    STATE_UNPLACED,
    STATE_UNPLACED_POSITION,
    STATE_USED_POSITION,
    STATE_USED_ROWS,
    STATE_WEEKLY_COUNTS,
    Ints,
    Problem,
    Smalls,
)

# Head of a row. STATIC_SCORE: points that do not depend on dates; TRAIT_SCORE: those of them for interests, tags and
# likeness;
# DATE_SCORE: points that do; ADDITIVE_SCORE: what its sessions earn one by one; ESTIMATED_SCORE: the quick estimate of
# its date score; DELTA: in a trial row, the change of the group's score at its current dates, or NO_DELTA.
(
    ROW,
    MODEL,
    MODE,
    MEETING_SITE,
    SIZE,
    FACILITATORS,
    STATIC_SCORE,
    TRAIT_SCORE,
    DATE_SCORE,
    ADDITIVE_SCORE,
    ESTIMATED_SCORE,
    DELTA,
    ROW_HEAD,
) = range(13)
NO_DELTA = -(1 << 30)

# Header words of a State: lengths of the lists USED_ROWS, FREE_ROWS, UNPLACED, MOVABLE_RESIDENTS, MOVABLE_FACULTY and
# of the undo journal; scores of the current plan and of the incumbent; of late, moves tried and those that changed
# the score.
(
    USED_ROWS,
    SCORE,
    JOURNAL_SIZE,
    TOKEN,
    FREE_ROWS,
    INCUMBENT_SCORE,
    UNPLACED,
    MOVABLE_RESIDENTS,
    MOVABLE_FACULTY,
    RNG_STATE,
    RECENTLY_TRIED,
    RECENTLY_CHANGED,
    SHORTFALL_CLASS,
    FIRST_CLASS,
) = range(14)
# What is learnt of moves that fall short at the current dates, by the class of the shortfall: how many were dated and
# how many of them accepted, lately, and the odds, out of FULL_ODDS, that the next is dated. SHORTFALL_CLASS is that of
# the current move. A move counts ONE_MOVE, so that little can be forgotten of few.
SHORTFALL_CLASSES, FULL_ODDS, ONE_MOVE = 24, 1024, 256
SHORTFALLS_DATED, SHORTFALLS_MENDED, DATING_ODDS, FIRST_PARAMETER = range(
    FIRST_CLASS, FIRST_CLASS + 4 * SHORTFALL_CLASSES, SHORTFALL_CLASSES
)
# Then the parameters of the search: the probabilities, in 1000, of each kind of move, a relocation being the rest; the
# probabilities that a resident is to join somebody of their wishes, somebody similar, or a
# facilitator of their choice; last, that groups are rebuilt.
(
    PER_MILLE_SWAP,
    PER_MILLE_CHANGE_FACILITATOR,
    PER_MILLE_EXCHANGE_FACILITATORS,
    PER_MILLE_CHANGE_MODE,
    PER_MILLE_CHANGE_MODEL,
    PER_MILLE_REDATE,
    PER_MILLE_SPLIT,
    PER_MILLE_MERGE,
    PER_MILLE_SEVERAL,
    PER_MILLE_FORM,
    PER_MILLE_DISSOLVE,
    PER_MILLE_PLACE,
    PER_MILLE_WISHED,
    PER_MILLE_SIMILAR,
    PER_MILLE_CHOSEN,
    PER_MILLE_REBUILD,
    STATE_HEADER,
) = range(FIRST_PARAMETER, FIRST_PARAMETER + 17)

# Scratch lines, one number a slot and one over: the value of a session, how many can come, the value given the other
# rounds, the table of the dynamic program with its backpointers, and the gain by meeting first there.
SLOT_VALUE, SLOT_ATTENDANCE, MARGINAL_VALUE, PREFIX_BEST, BACKPOINTER, FIRST_VALUE, SCRATCH_LINES = range(7)
TRIAL_ROWS = 4
JOURNAL_SEATS, JOURNAL_ROWS = 4, 8
"""The undo journal holds so many rows for each seat of the largest group, and so many besides."""


class State(NamedTuple):
    """A plan being changed: ``words`` start with the header, ``small`` holds the tables below."""

    words: Ints
    small: Smalls


@compiled
def as_pointers(problem: Problem, state: State) -> tuple[Problem, State]:
    """The same with pointers instead of arrays, for compiled functions to hand on."""
    return (
        Problem(pointer(problem.words), pointer(problem.small), pointer(problem.flags)),
        State(pointer(state.words), pointer(state.small)),
    )


@compiled
def group_row(problem: Problem, state: State, number: int) -> Smalls:
    """The row of a group."""
    start = problem.words[STATE_ROWS] + number * problem.words[ROW_WIDTH]
    return view(state.small, start, start + problem.words[ROW_WIDTH])


@compiled
def incumbent_rows(problem: Problem, state: State) -> Smalls:
    """All rows of the incumbent, one behind another."""
    start = problem.words[STATE_INCUMBENT]
    return view(state.small, start, start + problem.words[ROW_WIDTH] * problem.words[ROWS])


@compiled
def current_rows(problem: Problem, state: State) -> Smalls:
    """All rows of the current plan, one behind another."""
    start = problem.words[STATE_ROWS]
    return view(state.small, start, start + problem.words[ROW_WIDTH] * problem.words[ROWS])


@compiled
def journal_row(problem: Problem, state: State, entry: int) -> Smalls:
    """An entry of the undo journal: a row as it was before the current move."""
    start = problem.words[STATE_JOURNAL] + entry * problem.words[ROW_WIDTH]
    return view(state.small, start, start + problem.words[ROW_WIDTH])


@compiled
def trial_row(problem: Problem, state: State, index: int) -> Smalls:
    """A trial row, into which a move writes a changed group."""
    start = problem.words[STATE_TRIALS] + index * problem.words[ROW_WIDTH]
    return view(state.small, start, start + problem.words[ROW_WIDTH])


@compiled
def group_of(problem: Problem, state: State) -> Smalls:
    """The row of each resident's group, or NONE."""
    start = problem.words[STATE_GROUP_OF]
    return view(state.small, start, start + problem.words[RESIDENTS])


@compiled
def facilitator_load(problem: Problem, state: State) -> Smalls:
    """How many groups each facilitator has."""
    start = problem.words[STATE_LOAD]
    return view(state.small, start, start + problem.words[FACULTY])


@compiled
def recent_group(problem: Problem, state: State) -> Smalls:
    """The last row that each facilitator was inserted with: a hint, to be checked."""
    start = problem.words[STATE_RECENT_GROUP]
    return view(state.small, start, start + problem.words[FACULTY])


@compiled
def used_rows(problem: Problem, state: State) -> Smalls:
    """The used rows, in the first USED_ROWS entries."""
    start = problem.words[STATE_USED_ROWS]
    return view(state.small, start, start + problem.words[ROWS])


@compiled
def used_position(problem: Problem, state: State) -> Smalls:
    """The index of each row among the used rows, or NONE."""
    start = problem.words[STATE_USED_POSITION]
    return view(state.small, start, start + problem.words[ROWS])


@compiled
def free_rows(problem: Problem, state: State) -> Smalls:
    """A stack of the free rows without a previous group, in the first FREE_ROWS entries."""
    start = problem.words[STATE_FREE_ROWS]
    return view(state.small, start, start + problem.words[ROWS])


@compiled
def unplaced(problem: Problem, state: State) -> Smalls:
    """The unplaced residents, in the first UNPLACED entries."""
    start = problem.words[STATE_UNPLACED]
    return view(state.small, start, start + problem.words[RESIDENTS])


@compiled
def unplaced_position(problem: Problem, state: State) -> Smalls:
    """The index of each resident among the unplaced, or NONE."""
    start = problem.words[STATE_UNPLACED_POSITION]
    return view(state.small, start, start + problem.words[RESIDENTS])


@compiled
def movable_residents(problem: Problem, state: State) -> Smalls:
    """The residents whom this chain may move."""
    start = problem.words[STATE_MOVABLE_RESIDENTS]
    return view(state.small, start, start + state.words[MOVABLE_RESIDENTS])


@compiled
def movable_faculty(problem: Problem, state: State) -> Smalls:
    """The facilitators, counted from the first, whom this chain may use."""
    start = problem.words[STATE_MOVABLE_FACULTY]
    return view(state.small, start, start + state.words[MOVABLE_FACULTY])


@compiled
def is_movable(problem: Problem, state: State, person: int) -> bool:
    """Whether this chain may move a person."""
    return state.small[problem.words[STATE_MOVABLE] + person] != 0  # type: ignore[no-any-return]


@compiled
def room_bookings(problem: Problem, state: State, room: int) -> Smalls:
    """How many bookings of a room overlap each slot."""
    start = problem.words[STATE_ROOM_BOOKINGS] + room * problem.words[SLOTS]
    return view(state.small, start, start + problem.words[SLOTS])


@compiled
def faculty_bookings(problem: Problem, state: State, person: int) -> Smalls:
    """How many bookings of a facilitator overlap each slot."""
    start = problem.words[STATE_FACULTY_BOOKINGS] + (person - problem.words[RESIDENTS]) * problem.words[SLOTS]
    return view(state.small, start, start + problem.words[SLOTS])


@compiled
def scratch_line(problem: Problem, state: State, kind: int) -> Smalls:
    """One of the scratch lines, a number a slot."""
    start = problem.words[STATE_SCRATCH] + kind * (problem.words[SLOTS] + 1)
    return view(state.small, start, start + problem.words[SLOTS])


@compiled
def weekly_counts(problem: Problem, state: State) -> Smalls:
    """Scratch: how often each weekly time is used by the dates being assigned."""
    start = problem.words[STATE_WEEKLY_COUNTS]
    return view(state.small, start, problem.words[STATE_CANDIDATE_DATES])


@compiled
def candidate_dates(problem: Problem, state: State) -> Smalls:
    """Scratch: the dates being assigned."""
    start = problem.words[STATE_CANDIDATE_DATES]
    return view(state.small, start, start + problem.words[ROUNDS])


@compiled
def stamp(problem: Problem, state: State) -> Ints:
    """Scratch: the latest token given to each person."""
    start = problem.words[STATE_STAMP]
    return view(state.words, start, problem.words[STATE_ATTENDANCE_MASKS])


@compiled
def attendance_masks(problem: Problem, state: State) -> Ints:
    """Scratch: the rounds in which each resident of the group being dated or estimated comes, as bits."""
    start = problem.words[STATE_ATTENDANCE_MASKS]
    return view(state.words, start, start + problem.words[RESIDENT_SEATS])


@compiled
def residents_of(problem: Problem, row: Smalls) -> Smalls:
    """The residents in a row."""
    return row[ROW_HEAD : ROW_HEAD + row[SIZE]]


@compiled
def facilitators_of(problem: Problem, row: Smalls) -> Smalls:
    """The facilitators in a row, numbered among all people."""
    start = ROW_HEAD + problem.words[RESIDENT_SEATS]
    return row[start : start + row[FACILITATORS]]


@compiled
def dates_of(problem: Problem, row: Smalls) -> Smalls:
    """The slot of each round in a row, NONE where the group misses the round."""
    start = ROW_HEAD + problem.words[RESIDENT_SEATS] + problem.words[FACILITATOR_SEATS]
    return row[start : start + problem.words[ROUNDS]]


@compiled
def rooms_of(problem: Problem, row: Smalls) -> Smalls:
    """The room of each round in a row."""
    start = ROW_HEAD + problem.words[RESIDENT_SEATS] + problem.words[FACILITATOR_SEATS] + problem.words[ROUNDS]
    return row[start : start + problem.words[ROUNDS]]


@compiled
def attending_of(problem: Problem, row: Smalls) -> Smalls:
    """Bits, a round, of the facilitators in a row (by their index in it) who are booked to attend."""
    start = ROW_HEAD + problem.words[RESIDENT_SEATS] + problem.words[FACILITATOR_SEATS] + 2 * problem.words[ROUNDS]
    return row[start : start + problem.words[ROUNDS]]


@compiled
def turnout_of(problem: Problem, row: Smalls) -> Smalls:
    """How many residents in a row can come, a round each, to the sessions held."""
    start = ROW_HEAD + problem.words[RESIDENT_SEATS] + problem.words[FACILITATOR_SEATS] + 3 * problem.words[ROUNDS]
    return row[start : start + problem.words[ROUNDS]]
