"""An Instance laid out for the compiled search: three blocks of memory, and the functions that read them.

Compiled functions hand their arguments down many levels; a record of forty arrays makes both compiling and calling
several times slower than three flat blocks, so tables lie one behind another and are found by their offsets.

Residents come first, then faculty, in the order of the instance; both share one numbering. Slots are renumbered:
kept are those whose rounds follow one another in time, ordered by start.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solvers.engines.compiling import compiled
from solvers.engines.memory import part

Ints = NDArray[np.int64]
Smalls = NDArray[np.int32]
Bytes = NDArray[np.uint8]

REFUSED = -(10**6)
"""Points standing for "not accepted"; no real weight comes near."""
CLOSED = -(10**8)
"""Value of a slot at which a group cannot meet."""
NOBODY = -1
FREE = -2
"""A round without a pin."""
MASK_BITS = 62
"""Rounds, topics and tags that fit one bit mask; what goes beyond is left to the referee's count."""
TABLE_ROUNDS = 12
"""Up to so many rounds, what missing them costs is looked up; beyond, it is counted."""

# Words 0… of a Problem: sizes, then offsets of tables in the words, the numbers, the flags and in a State.
(
    RESIDENTS,
    FACULTY,
    ROUNDS,
    SEATS,
    LEADS,
    LABELS,
    IN_PERSON,
    ENOUGH,
    SLOTS,
    MODELS,
    SITES,
    BEATS,
    WIDTH,
    GROUPS,
    AT_PERSON,
    AT_MODEL,
    AT_WEIGHT,
    AT_FACT,
    AT_ROUND_START,
    AT_POINTS,
    AT_ACCEPTS,
    AT_LINK_START,
    AT_LINKS,
    AT_QUORUM,
    AT_ROOM,
    AT_SITE_ROOMS,
    AT_OLD_SLOT,
    AT_PIN_SLOT,
    AT_MISSING,
    AT_COMES,
    AT_ROOM_FREE,
    AT_PINNED,
    IN_ROWS,
    IN_BEST,
    IN_JOURNAL,
    IN_TRIAL,
    IN_GROUP_OF,
    IN_LOAD,
    IN_LED,
    IN_LIVE,
    IN_POSITION,
    IN_SPARE,
    IN_HOMELESS,
    IN_CORNER,
    IN_MINE,
    IN_MY_FACULTY,
    IN_OWNED,
    IN_ROOM_BUSY,
    IN_FACULTY_BUSY,
    IN_LINES,
    IN_BEATS,
    IN_DATES,
    IN_STAMP,
    IN_MASKS,
    HEADER,
) = range(55)
# Columns of a person.
(STAGE, SITE, MODES, FIRST_MODE, CAPACITY, INTERESTS, TAGS, COMPANY, EXTERNAL, LABEL, PERSON_COLUMNS) = range(11)
# Values of EXTERNAL.
ANY_SITE, PREFER, REQUIRE = range(3)
# Columns of a model.
(SIZE_MIN, SIZE_MAX, TARGET, SPREAD_MIN, SPREAD_MAX, LEADS_MIN, LEADS_MAX, PRESENT, MODEL_COLUMNS) = range(9)
# Kinds of links.
# BOND lists whom a resident wants and who wants them: twice where both do.
WANTS, APART, CHOICES, NEAR, ALIKE, BOND, LINK_KINDS = range(7)
# Facts about slots: their round; weekday and clock time; how many slots may precede one in a group and which is the
# first that may follow; the first and one past the last slot that overlaps it.
ROUND_OF, BEAT, BEFORE, AFTER, OVERLAP_FIRST, OVERLAP_LAST, FACTS = range(7)
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
    WEIGHTS,
) = range(16)


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
    return part(problem.words, start, start + PERSON_COLUMNS)


@compiled
def model_of(problem: Problem, model: int) -> Ints:
    """The columns of a model."""
    start = problem.words[AT_MODEL] + model * MODEL_COLUMNS
    return part(problem.words, start, start + MODEL_COLUMNS)


@compiled
def weight(problem: Problem, kind: int) -> int:
    """Points for one kind of success."""
    return problem.words[problem.words[AT_WEIGHT] + kind]  # type: ignore[return-value]


@compiled
def facts(problem: Problem, kind: int) -> Smalls:
    """One fact about every slot."""
    slots = problem.words[SLOTS]
    start = problem.words[AT_FACT] + kind * slots
    return part(problem.small, start, start + slots)


@compiled
def fact(problem: Problem, kind: int, slot: int) -> int:
    """One fact about one slot."""
    return problem.small[problem.words[AT_FACT] + kind * problem.words[SLOTS] + slot]  # type: ignore[return-value]


@compiled
def round_start(problem: Problem, number: int) -> int:
    """The first slot of a round, or how many slots there are for the round after the last."""
    return problem.small[problem.words[AT_ROUND_START] + number]  # type: ignore[return-value]


@compiled
def points_of(problem: Problem, resident: int) -> Smalls:
    """What a session at each slot earns with a resident: attending and holding."""
    slots = problem.words[SLOTS]
    start = problem.words[AT_POINTS] + resident * slots
    return part(problem.small, start, start + slots)


@compiled
def comes_of(problem: Problem, person: int) -> Bytes:
    """1 for each slot at which a person can come."""
    slots = problem.words[SLOTS]
    start = problem.words[AT_COMES] + person * slots
    return part(problem.flags, start, start + slots)


@compiled
def earned(problem: Problem, resident: int, slot: int) -> int:
    """What a session at one slot earns with a resident."""
    return problem.small[problem.words[AT_POINTS] + resident * problem.words[SLOTS] + slot]  # type: ignore[return-value]


@compiled
def comes(problem: Problem, person: int, slot: int) -> int:
    """1 if a person can come at one slot, else 0."""
    return problem.flags[problem.words[AT_COMES] + person * problem.words[SLOTS] + slot]  # type: ignore[return-value]


@compiled
def accepts(problem: Problem, person: int, model: int) -> int:
    """Points a person brings to a model, REFUSED if they refuse it."""
    return problem.small[problem.words[AT_ACCEPTS] + person * problem.words[MODELS] + model]  # type: ignore[return-value]


@compiled
def links(problem: Problem, kind: int, person: int) -> Smalls:
    """The people on one of a person's lists."""
    people = problem.words[RESIDENTS] + problem.words[FACULTY]
    entry = problem.words[AT_LINK_START] + kind * (people + 1) + person
    start = problem.words[AT_LINKS]
    return part(problem.small, start + problem.small[entry], start + problem.small[entry + 1])


@compiled
def quorum(problem: Problem, size: int) -> int:
    """How many of so many residents must be able to come."""
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
    return part(problem.flags, start, start + slots)


@compiled
def first_room(problem: Problem, site: int) -> int:
    """The first room of a site; rooms are ordered by site and capacity."""
    return problem.small[problem.words[AT_SITE_ROOMS] + site]  # type: ignore[return-value]


@compiled
def old_slot(problem: Problem, label: int, number: int) -> int:
    """The slot of an earlier group in a round, NOBODY if it missed it."""
    return problem.small[problem.words[AT_OLD_SLOT] + label * problem.words[ROUNDS] + number]  # type: ignore[return-value]


@compiled
def pin_slot(problem: Problem, label: int, number: int) -> int:
    """FREE, or the slot (NOBODY: none) that an earlier group must keep in a round."""
    return problem.small[problem.words[AT_PIN_SLOT] + label * problem.words[ROUNDS] + number]  # type: ignore[return-value]


@compiled
def is_pinned(problem: Problem, number: int) -> bool:
    """Whether the members of the group in a row must stay."""
    return number < problem.words[LABELS] and problem.flags[problem.words[AT_PINNED] + number] != 0


@compiled
def bit_count(word: int) -> int:
    """Count the ones of a non-negative word."""
    total = 0
    while word:
        word &= word - 1
        total += 1
    return total


@compiled
def count_missing(problem: Problem, mask: int) -> int:
    """Points of one resident who comes in the rounds of ``mask`` for being left out and missing twice running."""
    rounds = problem.words[ROUNDS]
    absent = ~mask & ((1 << min(rounds, MASK_BITS)) - 1)
    points = weight(problem, W_TWICE) * bit_count(absent & (absent >> 1))
    if rounds - bit_count(absent) < problem.words[ENOUGH]:
        points += weight(problem, W_LEFT_OUT)
    return points


@compiled
def missing(problem: Problem, mask: int) -> int:
    """The same as ``count_missing``, looked up where there are few rounds."""
    if problem.words[ROUNDS] <= TABLE_ROUNDS:
        return problem.small[problem.words[AT_MISSING] + mask]  # type: ignore[return-value]
    return count_missing(problem, mask)
