"""An instance laid out in arrays for the bound.

Residents and faculty are numbered apart, each in the order of the instance. What attending is worth is told by
*outcomes*: a resident's mark at the slot of a session held (``0 1 2 ?``, numbered 0 to 3), or ABSENT where the group
meets not at all in that round.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from solvers.engines.bounding.patterns import all_patterns
from solvers.instance import Faculty, Instance, Resident, Weights

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Smalls = NDArray[np.int32]
Bytes = NDArray[np.uint8]

OUTCOMES: Final = 5
ABSENT: Final = 4
MARK_ORDER: Final = "012?"
MASK_BITS: Final = 62
"""Topics and tags that fit one mask; those beyond count as shared by everybody, which only loosens the bound."""


class Facts(NamedTuple):
    """What the compiled parts read and never write.

    ``marks`` (slots, residents) holds outcomes; ``minute`` and ``beat`` (slots) when a slot starts and its weekday
    and clock time, numbered; ``by_round`` lists the slots round by round, delimited by ``round_first`` (rounds + 1);
    ``gap`` is in minutes. ``gain`` and ``reached`` (outcomes) say what a round is worth and whether one came.
    ``need`` is how many rounds somebody has to come to, not to be left out. ``patterns`` and ``after`` are those of
    ``patterns.all_patterns``.

    ``want_to`` with ``want_first`` (residents + 1) lists the residents that each wants. ``gift_by`` and ``gift``
    with ``gift_first`` list the faculty that each chose and what their facilitating earns, at most that. ``apart``
    (faculty, residents) is 1 where the two must not share a group; ``torn_to`` with ``torn_first`` lists the residents
    that each must not share one with. ``chosen`` (faculty, residents) tells choices, ``prefers`` (residents) who would
    like facilitators from outside, ``site`` and ``lead_site`` number sites, ``want_lead`` (faculty, residents) counts
    wants.
    ``topics``, ``tags``, ``company`` (residents), ``lead_topics``, ``lead_tags`` (faculty) are bit masks.
    The weights that are left are bounded from above: those that could only cost are 0 where that is not exact.
    """

    marks: Bytes
    minute: Floats
    beat: Smalls
    by_round: Smalls
    round_first: Smalls
    gap: float
    gain: Smalls
    reached: Bytes
    need: int
    patterns: Bytes
    after: Smalls
    left_out: int
    twice: int
    rhythm: float
    want_first: Smalls
    want_to: Smalls
    want: float
    gift_first: Smalls
    gift_by: Smalls
    gift: Floats
    apart: Bytes
    torn_first: Smalls
    torn_to: Smalls
    chosen: Bytes
    choice: float
    prefers: Bytes
    external: float
    site: Smalls
    lead_site: Smalls
    want_lead: Bytes
    topics: Ints
    lead_topics: Ints
    interest: float
    tags: Ints
    lead_tags: Ints
    company: Ints
    alone: float


def lay_out(instance: Instance) -> Facts:
    """Lay ``instance`` out."""
    weights = instance.weights
    residents, faculty = instance.residents, instance.faculty
    starts = [slot.start for slot in instance.slots]
    rounds = np.array([slot.round for slot in instance.slots], dtype=np.int32)
    order = np.argsort(rounds, kind="stable").astype(np.int32)
    want_first, want_to = _wants(residents)
    gift_first, gift_by, gift = _gifts(instance)
    torn_first, torn_to = _torn(instance)
    patterns = all_patterns(instance.rounds)
    people: list[Resident | Faculty] = [*residents, *faculty]
    sites = _numbered([person.site for person in people])
    topic_bits = _bits(person.interests for person in people)
    tag_bits = _bits([*(person.tags for person in people), *(person.company for person in residents)])
    return Facts(
        marks=_marks(instance),
        minute=np.array([start.timestamp() / 60 for start in starts], dtype=np.float64),
        beat=_numbered([(start.weekday(), start.strftime("%H:%M")) for start in starts]),
        by_round=order,
        round_first=np.searchsorted(rounds[order], np.arange(instance.rounds + 1)).astype(np.int32),
        gap=instance.min_gap_days * 24 * 60,
        gain=_gain(weights),
        reached=np.array([0, 1, 1, 0, 0], dtype=np.uint8),
        need=max(0, math.ceil(instance.min_attendance * instance.rounds - 1e-9)),
        patterns=patterns.rounds,
        after=patterns.after,
        left_out=weights.left_out,
        twice=weights.twice,
        rhythm=float(max(0, weights.rhythm)),
        want_first=want_first,
        want_to=want_to,
        want=float(max(0, weights.want)),
        gift_first=gift_first,
        gift_by=gift_by,
        gift=gift,
        apart=_apart(instance),
        torn_first=torn_first,
        torn_to=torn_to,
        chosen=_named(instance, lambda person: set(person.choices)),
        choice=float(max(0, weights.choice)),
        prefers=np.array([person.external == "prefer" for person in residents], dtype=np.uint8),
        external=float(max(0, weights.external)),
        site=sites[: len(residents)],
        lead_site=sites[len(residents) :],
        want_lead=_named(instance, lambda person: person.wants),
        topics=_masks([person.interests for person in residents], topic_bits),
        lead_topics=_masks([person.interests for person in faculty], topic_bits),
        interest=float(max(0, weights.interest)),
        tags=_masks([person.tags for person in residents], tag_bits),
        lead_tags=_masks([person.tags for person in faculty], tag_bits),
        company=_masks([person.company for person in residents], tag_bits),
        alone=float(min(0, weights.alone)),
    )


def _marks(instance: Instance) -> Bytes:
    table = np.zeros((len(instance.slots), len(instance.residents)), dtype=np.uint8)
    for number, person in enumerate(instance.residents):
        table[:, number] = [MARK_ORDER.index(mark) for mark in person.availability]
    return table


def _gain(weights: Weights) -> Smalls:
    return np.array([weights.held + weights.attend.get(mark, 0) for mark in MARK_ORDER] + [0], dtype=np.int32)


def _numbered(values: Sequence[object]) -> Smalls:
    number = {value: index for index, value in enumerate(dict.fromkeys(values))}
    return np.array([number[value] for value in values], dtype=np.int32)


def _wants(residents: Sequence[Resident]) -> tuple[Smalls, Smalls]:
    number = {person.id: index for index, person in enumerate(residents)}
    lists = [[number[other] for other in person.wants if other in number] for person in residents]
    return _delimited(lists), np.array([other for row in lists for other in row], dtype=np.int32)


def _delimited(lists: Sequence[Sequence[object]]) -> Smalls:
    return np.cumsum([0, *map(len, lists)], dtype=np.int32)


def _gifts(instance: Instance) -> tuple[Smalls, Smalls, Floats]:
    """What each of the faculty that a resident chose would alone earn them; several together earn at most the highest.

    For a choice met by one is met, and somebody from outside counts only if all are. (Wants are not in it.)
    """
    number = {person.id: index for index, person in enumerate(instance.faculty)}
    lists = [
        [(number[name], _gift(instance.weights, person, instance.faculty[number[name]])) for name in names]
        for person in instance.residents
        for names in [sorted(number.keys() & set(person.choices))]
    ]
    by = np.array([index for row in lists for index, _ in row], dtype=np.int32)
    return _delimited(lists), by, np.array([points for row in lists for _, points in row], dtype=np.float64)


def _gift(weights: Weights, person: Resident, leader: Faculty) -> int:
    chosen = max(0, weights.choice) * (leader.id in person.choices)
    outside = max(0, weights.external) * (person.external == "prefer" and leader.site != person.site)
    return chosen + outside


def _apart(instance: Instance) -> Bytes:
    row = {person.id: number for number, person in enumerate(instance.faculty)}
    column = {person.id: number for number, person in enumerate(instance.residents)}
    table = np.zeros((len(row), len(column)), dtype=np.uint8)
    for pair in instance.conflicts:
        for one in pair & row.keys():
            for other in pair & column.keys():
                table[row[one], column[other]] = 1
    for number, person in enumerate(instance.residents):
        for other in row.keys() & set(person.avoids):
            table[row[other], number] = 1
        if person.external == "require":
            table[[leader.site == person.site for leader in instance.faculty], number] = 1
    return table


def _named(instance: Instance, names: Callable[[Resident], Iterable[str]]) -> Bytes:
    """(faculty, residents): how often each resident names each of the faculty."""
    row = {person.id: number for number, person in enumerate(instance.faculty)}
    table = np.zeros((len(row), len(instance.residents)), dtype=np.uint8)
    for column, person in enumerate(instance.residents):
        for name in names(person):
            if name in row:
                table[row[name], column] += 1
    return table


def _torn(instance: Instance) -> tuple[Smalls, Smalls]:
    number = {person.id: index for index, person in enumerate(instance.residents)}
    enemies: list[set[int]] = [{number[i] for i in person.avoids if i in number} for person in instance.residents]
    for pair in instance.conflicts:
        some = [number[person] for person in pair if person in number]
        if len(some) == 2:
            enemies[some[0]].add(some[1])
    for one in range(len(enemies)):
        enemies[one].discard(one)
        for other in enemies[one]:
            enemies[other].add(one)
    lists = [sorted(others) for others in enemies]
    return _delimited(lists), np.array([other for row in lists for other in row], dtype=np.int32)


def _bits(labels: Iterable[Iterable[str]]) -> dict[str, int]:
    found = dict.fromkeys(label for some in labels for label in some)
    return {label: 1 << index for index, label in enumerate(found) if index < MASK_BITS}


def _masks(labels: Sequence[Sequence[str]], bits: dict[str, int]) -> Ints:
    return np.array([_mask(some, bits) for some in labels], dtype=np.int64)


def _mask(some: Iterable[str], bits: dict[str, int]) -> int:
    mask = 0
    for label in some:
        mask |= bits.get(label, 0)
    return mask
