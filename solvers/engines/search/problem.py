"""An Instance encoded for the compiled search: three blocks of memory, and the functions that read them.

Compiled functions hand their arguments down many levels; a record of forty arrays makes both compiling and calling
several times slower than three flat blocks, so tables lie one behind another and are found by their offsets.

Residents come first, then faculty, in the order of the instance; both share one numbering. Slots are renumbered:
kept are those whose rounds follow one another in time, ordered by start.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solvers.engines.compilation import compiled
from solvers.engines.memory import view
from solvers.instance import Model, Weights

Ints = NDArray[np.int64]
Smalls = NDArray[np.int32]
Bytes = NDArray[np.uint8]

INFEASIBLE = -(10**6)
"""Returned instead of points where a hard rule is broken; no real score comes near."""
CLOSED = -(10**8)
"""Value of a slot at which a group cannot meet."""
NONE = -1
UNPINNED = -2
"""In place of a pinned slot: the round has no pin."""
GONE = -2
"""In place of a previous room: there was one, which is no longer there."""
MASK_BITS = 62
"""Rounds, topics and tags that fit one bit mask; what goes beyond is left to the referee's count."""
TABLE_ROUNDS = 12
"""Up to so many rounds the points for absences are looked up; beyond, they are counted."""

# Header words of a Problem: sizes, then offsets of tables in the words, the numbers, the flags and in a State.
(
    RESIDENTS,
    FACULTY,
    ROUNDS,
    RESIDENT_SEATS,
    FACILITATOR_SEATS,
    PREVIOUS_GROUPS,
    IN_PERSON_MODE,
    MIN_ATTENDED,
    SLOTS,
    MODELS,
    SITES,
    WEEKLY_TIMES,
    INTERVAL_DAYS,
    MOST_WEEKS_OFF,
    CATEGORIES,
    ASKS_LIKENESS,
    ASKS_NEVER_ALONE,
    ASKS_EARLY,
    ROW_WIDTH,
    ROWS,
    AT_PERSON,
    AT_MODEL,
    AT_WEIGHT,
    AT_SLOT_FACT,
    AT_ROUND_START,
    AT_ATTENDANCE_POINTS,
    AT_MODEL_POINTS,
    AT_NEIGHBOUR_START,
    AT_NEIGHBOURS,
    AT_QUORUM,
    AT_ROOM,
    AT_SITE_ROOMS,
    AT_PREVIOUS_SLOT,
    AT_PREVIOUS_ROOM,
    AT_PREVIOUS_FACILITATORS,
    AT_PIN_SLOT,
    AT_ABSENCE_POINTS,
    AT_TRAIT,
    AT_ASK_START,
    AT_ASKS,
    AT_LATENESS,
    AT_AVAILABLE,
    AT_ROOM_FREE,
    AT_PINNED,
    AT_ROOM_CLAIMED,
    STATE_ROWS,
    STATE_INCUMBENT,
    STATE_JOURNAL,
    STATE_TRIALS,
    STATE_GROUP_OF,
    STATE_LOAD,
    STATE_RECENT_GROUP,
    STATE_USED_ROWS,
    STATE_USED_POSITION,
    STATE_FREE_ROWS,
    STATE_UNPLACED,
    STATE_UNPLACED_POSITION,
    STATE_MOVABLE_RESIDENTS,
    STATE_MOVABLE_FACULTY,
    STATE_MOVABLE,
    STATE_ROOM_BOOKINGS,
    STATE_FACULTY_BOOKINGS,
    STATE_SCRATCH,
    STATE_WEEKLY_COUNTS,
    STATE_CANDIDATE_DATES,
    STATE_STAMP,
    STATE_ATTENDANCE_MASKS,
    HEADER,
) = range(68)
# Columns of a person.
(
    STAGE,
    SITE,
    MODES,
    FIRST_MODE,
    CAPACITY,
    INTERESTS,
    TAGS,
    COMPANY,
    EXTERNAL,
    FORMER_GROUP,
    EARLINESS,
    PERSON_COLUMNS,
) = range(12)
# Values of EXTERNAL.
ANY_SITE, PREFER, REQUIRE = range(3)
# Columns of a model.
(SIZE_MIN, SIZE_MAX, TARGET, SPREAD_MIN, SPREAD_MAX, FACILITATORS_MIN, FACILITATORS_MAX, PRESENT, MODEL_COLUMNS) = (
    range(9)
)
# Kinds of neighbour lists. SIMILAR, WISH_NEIGHBOURS and COMPANIONS only guide the moves, the others enter rules and
# points too; COMPANIONS are residents who would be company to one who must not be the only one;
# WANTS_BOTH_WAYS lists whom a resident wants and who wants them: twice where both do. OVER lists who may be with
# a person only where another facilitator is beside them, TIED both them and those with whom that person may be so.
(WANTS, CONFLICTS, CHOICES, WISH_NEIGHBOURS, SIMILAR, WANTS_BOTH_WAYS, OVER, TIED, COMPANIONS, NEIGHBOUR_KINDS) = range(
    10
)
# Facts about slots: their round; weekday and clock time; how many slots may precede one in a group, and which is the
# first that may follow; the first and one past the last slot that overlaps it; their date as a number of days.
ROUND_OF, WEEKLY_TIME, BEFORE, AFTER, OVERLAP_FIRST, OVERLAP_LAST, DAY, SLOT_FACTS = range(8)
# Weights.
(
    W_PLACED,
    W_HELD,
    W_SIZE,
    W_LEFT_OUT,
    W_TWICE,
    W_MODE,
    W_WANT,
    W_CHOICE,
    W_INTEREST,
    W_ALONE,
    W_EXTERNAL,
    W_TRAVEL,
    W_RHYTHM,
    W_REGROUP,
    W_MOVED,
    W_CADENCE,
    W_HANDOVER,
    W_REROOM,
    W_LIKE,
    W_UNLIKE,
    W_WANT_ANY,
    W_FIRST_LATE,
    WEIGHTS,
) = range(23)


def model_columns(model: Model) -> tuple[int, ...]:
    """A model's columns, in their order."""
    target = NONE if model.target is None else model.target
    return (*model.size, target, *model.spread, *model.facilitators, model.present)


def weight_columns(w: Weights) -> tuple[int, ...]:
    """The weights, in their order; those of availability marks lie in the points for attendance."""
    people = (w.placed, w.held, w.size, w.left_out, w.twice, w.mode, w.want, w.choice, w.interest, w.alone)
    dates = (w.external, w.travel, w.rhythm, w.regroup, w.moved, w.cadence, w.handover, w.reroom)
    return (*people, *dates, w.like, w.unlike, w.want_any, w.first_late)


class Problem(NamedTuple):
    """Everything the compiled search reads and never writes.

    ``words`` start with the header of sizes and offsets; ``small`` and ``flags`` hold the larger tables.
    """

    words: Ints
    small: Smalls
    flags: Bytes


@compiled
def person_of(problem: Problem, person: int) -> Ints:
    """The columns of a person."""
    start = problem.words[AT_PERSON] + person * PERSON_COLUMNS
    return view(problem.words, start, start + PERSON_COLUMNS)


@compiled
def model_of(problem: Problem, model: int) -> Ints:
    """The columns of a model."""
    start = problem.words[AT_MODEL] + model * MODEL_COLUMNS
    return view(problem.words, start, start + MODEL_COLUMNS)


@compiled
def weight(problem: Problem, kind: int) -> int:
    """Points for one kind of success."""
    return problem.words[problem.words[AT_WEIGHT] + kind]  # type: ignore[return-value]


@compiled
def slot_facts(problem: Problem, kind: int) -> Smalls:
    """One fact about every slot."""
    slots = problem.words[SLOTS]
    start = problem.words[AT_SLOT_FACT] + kind * slots
    return view(problem.small, start, start + slots)


@compiled
def slot_fact(problem: Problem, kind: int, slot: int) -> int:
    """One fact about one slot."""
    return problem.small[problem.words[AT_SLOT_FACT] + kind * problem.words[SLOTS] + slot]  # type: ignore[return-value]


@compiled
def round_start(problem: Problem, number: int) -> int:
    """The first slot of a round, or how many slots there are for the round after the last."""
    return problem.small[problem.words[AT_ROUND_START] + number]  # type: ignore[return-value]


@compiled
def attendance_points_of(problem: Problem, resident: int) -> Smalls:
    """Points for a resident of a session at each slot: attending and holding."""
    slots = problem.words[SLOTS]
    start = problem.words[AT_ATTENDANCE_POINTS] + resident * slots
    return view(problem.small, start, start + slots)


@compiled
def availability_of(problem: Problem, person: int) -> Bytes:
    """1 for each slot at which a person can come, else 0."""
    slots = problem.words[SLOTS]
    start = problem.words[AT_AVAILABLE] + person * slots
    return view(problem.flags, start, start + slots)


@compiled
def attendance_points(problem: Problem, resident: int, slot: int) -> int:
    """Points for a resident of a session at one slot."""
    return problem.small[problem.words[AT_ATTENDANCE_POINTS] + resident * problem.words[SLOTS] + slot]  # type: ignore[return-value]


@compiled
def available(problem: Problem, person: int, slot: int) -> int:
    """1 if a person can come at one slot, else 0."""
    return problem.flags[problem.words[AT_AVAILABLE] + person * problem.words[SLOTS] + slot]  # type: ignore[return-value]


@compiled
def model_points(problem: Problem, person: int, model: int) -> int:
    """Points for a person in a group of a model, INFEASIBLE if they do not accept it."""
    return problem.small[problem.words[AT_MODEL_POINTS] + person * problem.words[MODELS] + model]  # type: ignore[return-value]


@compiled
def neighbours(problem: Problem, kind: int, person: int) -> Smalls:
    """The people on one of a person's neighbour lists."""
    people = problem.words[RESIDENTS] + problem.words[FACULTY]
    entry = problem.words[AT_NEIGHBOUR_START] + kind * (people + 1) + person
    start = problem.words[AT_NEIGHBOURS]
    return view(problem.small, start + problem.small[entry], start + problem.small[entry + 1])


@compiled
def quorum(problem: Problem, size: int) -> int:
    """How many of ``size`` residents must be able to come."""
    return problem.small[problem.words[AT_QUORUM] + size]  # type: ignore[return-value]


@compiled
def room_capacity(problem: Problem, room: int) -> int:
    """How many people a room holds."""
    return problem.small[problem.words[AT_ROOM] + room]  # type: ignore[return-value]


@compiled
def room_free(problem: Problem, room: int) -> Bytes:
    """1 for each slot at which a room is free, bookings of groups aside."""
    slots = problem.words[SLOTS]
    start = problem.words[AT_ROOM_FREE] + room * slots
    return view(problem.flags, start, start + slots)


@compiled
def first_room(problem: Problem, site: int) -> int:
    """The first room of a site; rooms are ordered by site and capacity."""
    return problem.small[problem.words[AT_SITE_ROOMS] + site]  # type: ignore[return-value]


@compiled
def previous_slot(problem: Problem, group: int, number: int) -> int:
    """The slot of a previous group in a round, NONE if it had no session there."""
    return problem.small[problem.words[AT_PREVIOUS_SLOT] + group * problem.words[ROUNDS] + number]  # type: ignore[return-value]


@compiled
def previous_room(problem: Problem, group: int, number: int) -> int:
    """The room of a previous group in a round, NONE if it needed none, GONE if there is no such room any more."""
    return problem.small[problem.words[AT_PREVIOUS_ROOM] + group * problem.words[ROUNDS] + number]  # type: ignore[return-value]


@compiled
def previous_facilitators(problem: Problem, group: int) -> Smalls:
    """The facilitators of a previous group, NONE in the place of those who have left."""
    seats = problem.words[FACILITATOR_SEATS]
    start = problem.words[AT_PREVIOUS_FACILITATORS] + group * seats
    return view(problem.small, start, start + seats)


@compiled
def room_claimed(problem: Problem, room: int, slot: int) -> bool:
    """Whether a previous group met in a room at a slot: another takes it only where there is none else."""
    return problem.flags[problem.words[AT_ROOM_CLAIMED] + room * problem.words[SLOTS] + slot] != 0  # type: ignore[no-any-return]


@compiled
def is_suitable_room(problem: Problem, room: int, site: int, members: int, slot: int) -> bool:
    """Whether a room is at a site, holds so many and is free at a slot, bookings of groups aside."""
    if room < first_room(problem, site) or room >= first_room(problem, site + 1):
        return False
    return bool(room_capacity(problem, room) >= members and room_free(problem, room)[slot])


@compiled
def pin_slot(problem: Problem, group: int, number: int) -> int:
    """The slot that a previous group must keep in a round (NONE: no session), UNPINNED if it is free to change."""
    return problem.small[problem.words[AT_PIN_SLOT] + group * problem.words[ROUNDS] + number]  # type: ignore[return-value]


@compiled
def is_pinned(problem: Problem, number: int) -> bool:
    """Whether the group in a row is pinned: its members must stay."""
    return number < problem.words[PREVIOUS_GROUPS] and problem.flags[problem.words[AT_PINNED] + number] != 0


@compiled
def bit_count(word: int) -> int:
    """Count the ones of a non-negative word."""
    total = 0
    while word:
        word &= word - 1
        total += 1
    return total


@compiled
def count_absence_points(problem: Problem, mask: int) -> int:
    """Points for the absences of a resident who comes in the rounds of ``mask``: left out, missing twice running."""
    rounds = problem.words[ROUNDS]
    absent = ~mask & ((1 << min(rounds, MASK_BITS)) - 1)
    points = weight(problem, W_TWICE) * bit_count(absent & (absent >> 1))
    if rounds - bit_count(absent) < problem.words[MIN_ATTENDED]:
        points += weight(problem, W_LEFT_OUT)
    return points


@compiled
def absence_points(problem: Problem, mask: int) -> int:
    """The same as ``count_absence_points``, looked up where there are few rounds."""
    if problem.words[ROUNDS] <= TABLE_ROUNDS:
        return problem.small[problem.words[AT_ABSENCE_POINTS] + mask]  # type: ignore[return-value]
    return count_absence_points(problem, mask)
