"""An Instance laid out in arrays for the compiled search.

Residents come first, then faculty, in the order of the instance; both share one numbering. Slots are renumbered:
kept are those whose rounds follow one another in time, ordered by start.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

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

# Columns of Problem.person.
(STAGE, SITE, MODES, FIRST_MODE, CAPACITY, INTERESTS, TAGS, COMPANY, EXTERNAL, LABEL, PERSON_COLUMNS) = range(11)
# Values of EXTERNAL.
ANY_SITE, PREFER, REQUIRE = range(3)
# Columns of Problem.model.
(SIZE_MIN, SIZE_MAX, TARGET, SPREAD_MIN, SPREAD_MAX, LEADS_MIN, LEADS_MAX, PRESENT, MODEL_COLUMNS) = range(9)
# Rows of Problem.link_start.
WANTS, APART, CHOICES, NEAR, LINK_KINDS = range(5)
# Entries of Problem.weight.
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
    WEIGHT_COUNT,
) = range(16)


class Problem(NamedTuple):
    """Everything the compiled search reads and never writes.

    ``residents``, ``faculty``: how many; ``seats``: residents in the largest group; ``leads``: most facilitators;
    ``labels``: groups of the earlier plan, which take the first rows of every state.
    ``gap_seconds`` parts the sessions of a group; ``enough`` is how often a resident must come not to be left out.

    Slots (S): ``begin`` in seconds, ``round_of``, ``beat`` (weekday and clock time), ``before`` (how many slots
    may precede this one in a group), ``after`` (the first that may follow it), ``overlap`` (first and one past the last slot overlapping it).
    ``round_start`` (rounds + 1) delimits the slots of each round.

    ``points`` (residents, S): what attending and holding earn; ``comes`` (everybody, S): 1 where they can come.
    ``accepts`` (everybody, models): points for the model, REFUSED if refused.
    ``links`` with ``link_start`` (kind, everybody + 1): lists of people by kind.
    ``quorum`` (seats + 1): how many must come, by size of group.
    ``room`` (rooms, 2): capacity and site, by site and capacity; ``site_rooms`` (sites + 1) delimits each site's.
    ``old_slot`` (labels, rounds): earlier slot or NOBODY; ``pin_slot``: FREE, or the slot (NOBODY: none) to keep.
    ``old_leads`` (labels, leads) and ``pinned`` (labels).
    """

    residents: int
    faculty: int
    rounds: int
    seats: int
    leads: int
    labels: int
    in_person: int
    gap_seconds: int
    enough: int
    begin: Ints
    round_of: Smalls
    beat: Smalls
    before: Smalls
    after: Smalls
    overlap: Smalls
    round_start: Smalls
    points: Smalls
    comes: Bytes
    person: Ints
    accepts: Smalls
    link_start: Smalls
    links: Smalls
    model: Ints
    quorum: Smalls
    room: Smalls
    room_free: Bytes
    site_rooms: Smalls
    weight: Ints
    old_slot: Smalls
    pin_slot: Smalls
    pinned: Bytes
