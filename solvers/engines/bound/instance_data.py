"""An instance laid out in arrays for the bound.

Residents and faculty are numbered separately, each in the order of the instance. Points for attendance depend on the
*outcome* of a round: a resident's mark at the slot of the session (``0 1 2 ?``, numbered 0 to 3), or NOT_HELD if the
group does not meet in that round.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from solvers.engines.bound.attendance_patterns import all_patterns
from solvers.engines.bound.trait_masks import TraitMasks, Wished
from solvers.instance import Faculty, Instance, Resident, Weights

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Smalls = NDArray[np.int32]
Bytes = NDArray[np.uint8]

OUTCOMES: Final = 5
NOT_HELD: Final = 4
MARK_ORDER: Final = "012?"
MASK_BITS: Final = 62
"""Topics and tags that fit into one mask; any others count as shared by everybody, which only relaxes the bound."""


class InstanceData(NamedTuple):
    """What the compiled code reads and never writes.

    ``marks`` (slots, residents) are outcomes, ``away`` (slots, residents) is 1 for whoever is on long leave;
    ``start_minute`` (slots) is when a slot starts, ``weekly_time`` (slots)
    numbers its weekday and clock time; ``slots_by_round`` lists the slots round by round, with offsets ``round_first``
    (rounds + 1); ``min_gap`` is in minutes. ``outcome_points`` and ``attended`` (outcomes) are the points of a round
    and whether the resident came. Whoever attends fewer than ``min_attended`` rounds is left out. ``patterns`` and
    ``next_pattern`` are those of ``attendance_patterns.all_patterns``.

    ``want_to`` with offsets ``want_first`` (residents + 1) lists the residents that each resident wants, and
    ``want_any`` (residents) has what each earns by having any of them, which who wants a facilitator too is granted
    instead. ``choice_to``
    and ``choice_bonus`` with ``choice_first`` list the facilitators that each chose and the most that each of them
    earns the resident. ``facilitator_conflict`` (faculty, residents) is 1 if the two must not share a group;
    ``conflict_to`` with ``conflict_first`` lists the residents that each must not share a group with. ``chooses``
    (faculty, residents) tells choices, ``prefers_external`` (residents) who prefers facilitators of another site;
    ``site`` and ``facilitator_site`` number sites. ``topics``, ``tags``, ``company`` (residents),
    ``facilitator_topics``, ``facilitator_tags`` (faculty) are bit masks; ``firm`` (residents) has the tags of which
    somebody must not be the only one. ``traits`` (residents) and ``facilitator_traits`` (faculty) are masks of values
    as ``trait_masks`` lays them out, with ``trait_fields`` and ``trait_guards``; ``like_traits`` and ``unlike_traits``
    (residents) those that would meet their wishes. ``granted`` (residents) are the points for all of these wishes, and
    ``asks_of_others`` tells whether anything of this has to be looked at. All other fields are weights; those that
    could only lower a score are 0 unless they are modelled exactly.
    """

    marks: Bytes
    away: Bytes
    start_minute: Floats
    weekly_time: Smalls
    slots_by_round: Smalls
    round_first: Smalls
    min_gap: float
    outcome_points: Smalls
    attended: Bytes
    min_attended: int
    patterns: Bytes
    next_pattern: Smalls
    left_out: int
    twice: int
    rhythm: float
    want_first: Smalls
    want_to: Smalls
    want: float
    want_any: Floats
    choice_first: Smalls
    choice_to: Smalls
    choice_bonus: Floats
    facilitator_conflict: Bytes
    conflict_first: Smalls
    conflict_to: Smalls
    chooses: Bytes
    choice: float
    prefers_external: Bytes
    external: float
    site: Smalls
    facilitator_site: Smalls
    topics: Ints
    facilitator_topics: Ints
    interest: float
    tags: Ints
    facilitator_tags: Ints
    company: Ints
    alone: float
    firm: Ints
    traits: Ints
    facilitator_traits: Ints
    like_traits: Ints
    unlike_traits: Ints
    trait_fields: int
    trait_guards: int
    like: float
    unlike: float
    granted: Floats
    asks_of_others: bool


def build_instance_data(instance: Instance) -> InstanceData:
    """The arrays of ``instance``."""
    weights = instance.weights
    residents, faculty = instance.residents, instance.faculty
    starts = [slot.start for slot in instance.slots]
    rounds = np.array([slot.round for slot in instance.slots], dtype=np.int32)
    order = np.argsort(rounds, kind="stable").astype(np.int32)
    want_first, want_to = _wants(residents)
    choice_first, choice_to, choice_bonus = _choice_bonuses(instance)
    conflict_first, conflict_to = _conflicts(instance)
    patterns = all_patterns(instance.rounds, len(residents))
    people: list[Resident | Faculty] = [*residents, *faculty]
    sites = _numbered([person.site for person in people])
    topic_bits = _bits(person.interests for person in people)
    firm = [person.firm for person in residents]
    wished = Wished.of(instance)
    traits = TraitMasks(wished)
    # Tags that decide whether a group may be at all are the last to do without a bit.
    tag_bits = _bits([*firm, *(person.tags for person in people), *(person.company for person in residents)])
    return InstanceData(
        marks=_marks(instance),
        away=_away(instance),
        start_minute=np.array([start.timestamp() / 60 for start in starts], dtype=np.float64),
        weekly_time=_numbered([(start.weekday(), start.strftime("%H:%M")) for start in starts]),
        slots_by_round=order,
        round_first=np.searchsorted(rounds[order], np.arange(instance.rounds + 1)).astype(np.int32),
        min_gap=float(instance.min_gap_days * 24 * 60),  # of one type, whatever is stored: another is compiled anew
        outcome_points=_outcome_points(weights),
        attended=np.array([0, 1, 1, 0, 0], dtype=np.uint8),
        min_attended=max(0, math.ceil(instance.min_attendance * instance.rounds - 1e-9)),
        patterns=patterns.rounds,
        next_pattern=patterns.next_pattern,
        left_out=weights.left_out,
        twice=weights.twice,
        rhythm=float(max(0, weights.rhythm)),
        want_first=want_first,
        want_to=want_to,
        want=float(max(0, weights.want)),
        want_any=_any_wanted(instance),
        choice_first=choice_first,
        choice_to=choice_to,
        choice_bonus=choice_bonus,
        facilitator_conflict=_facilitator_conflicts(instance),
        conflict_first=conflict_first,
        conflict_to=conflict_to,
        chooses=_choices(instance),
        choice=float(max(0, weights.choice)),
        prefers_external=np.array([person.external == "prefer" for person in residents], dtype=np.uint8),
        external=float(max(0, weights.external)),
        site=sites[: len(residents)],
        facilitator_site=sites[len(residents) :],
        topics=_masks([person.interests for person in residents], topic_bits),
        facilitator_topics=_masks([person.interests for person in faculty], topic_bits),
        interest=float(max(0, weights.interest)),
        tags=_masks([person.tags for person in residents], tag_bits),
        facilitator_tags=_masks([person.tags for person in faculty], tag_bits),
        company=_masks([person.company for person in residents], tag_bits),
        alone=float(min(0, weights.alone)),
        firm=_masks(firm, tag_bits),
        traits=np.array([traits.own(person) for person in residents], dtype=np.int64),
        facilitator_traits=np.array([traits.own(person) for person in faculty], dtype=np.int64),
        like_traits=np.array([*map(traits.own, residents, wished.like)], dtype=np.int64),
        unlike_traits=np.array([*map(traits.others, residents, wished.unlike)], dtype=np.int64),
        trait_fields=traits.fields,
        trait_guards=traits.guards,
        like=float(max(0, weights.like)),
        unlike=float(max(0, weights.unlike)),
        granted=np.array(wished.granted(instance), dtype=np.float64),
        asks_of_others=any(map(any, (firm, wished.like, wished.unlike))),
    )


def _marks(instance: Instance) -> Bytes:
    table = np.zeros((len(instance.slots), len(instance.residents)), dtype=np.uint8)
    for number, person in enumerate(instance.residents):
        table[:, number] = [MARK_ORDER.index(mark) for mark in person.availability]
    return table


def _away(instance: Instance) -> Bytes:
    table = np.zeros((len(instance.slots), len(instance.residents)), dtype=np.uint8)
    for number, person in enumerate(instance.residents):
        table[sorted(person.leave), number] = 1
    return table


def _outcome_points(weights: Weights) -> Smalls:
    return np.array([weights.held + weights.attend.get(mark, 0) for mark in MARK_ORDER] + [0], dtype=np.int32)


def _numbered(values: Sequence[object]) -> Smalls:
    number = {value: index for index, value in enumerate(dict.fromkeys(values))}
    return np.array([number[value] for value in values], dtype=np.int32)


def _wants(residents: Sequence[Resident]) -> tuple[Smalls, Smalls]:
    number = {person.id: index for index, person in enumerate(residents)}
    lists = [[number[other] for other in person.wants if other in number] for person in residents]
    return _offsets(lists), np.array([other for row in lists for other in row], dtype=np.int32)


def _any_wanted(instance: Instance) -> Floats:
    faculty = {person.id for person in instance.faculty}
    points = float(max(0, instance.weights.want_any))
    return np.array([points * faculty.isdisjoint(person.wants) for person in instance.residents], dtype=np.float64)


def _offsets(lists: Sequence[Sequence[object]]) -> Smalls:
    return np.cumsum([0, *map(len, lists)], dtype=np.int32)


def _choice_bonuses(instance: Instance) -> tuple[Smalls, Smalls, Floats]:
    """What each facilitator whom a resident chose would earn them alone; several earn at most the highest.

    A choice is met by any one of them, and coming from another site counts only if all do. (Wants are not included.)
    """
    number = {person.id: index for index, person in enumerate(instance.faculty)}
    lists = [
        [(number[name], _choice_bonus(instance.weights, person, instance.faculty[number[name]])) for name in names]
        for person in instance.residents
        for names in [sorted(number.keys() & set(person.choices))]
    ]
    choice_to = np.array([index for row in lists for index, _ in row], dtype=np.int32)
    return _offsets(lists), choice_to, np.array([points for row in lists for _, points in row], dtype=np.float64)


def _choice_bonus(weights: Weights, person: Resident, facilitator: Faculty) -> int:
    chosen = max(0, weights.choice) * (facilitator.id in person.choices)
    outside = max(0, weights.external) * (person.external == "prefer" and facilitator.site != person.site)
    return chosen + outside


def _facilitator_conflicts(instance: Instance) -> Bytes:
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
            table[[facilitator.site == person.site for facilitator in instance.faculty], number] = 1
    return table


def _choices(instance: Instance) -> Bytes:
    """(faculty, residents): 1 if the resident chose the facilitator."""
    row = {person.id: number for number, person in enumerate(instance.faculty)}
    table = np.zeros((len(row), len(instance.residents)), dtype=np.uint8)
    for column, person in enumerate(instance.residents):
        for name in row.keys() & set(person.choices):
            table[row[name], column] = 1
    return table


def _conflicts(instance: Instance) -> tuple[Smalls, Smalls]:
    number = {person.id: index for index, person in enumerate(instance.residents)}
    conflicts: list[set[int]] = [{number[i] for i in person.avoids if i in number} for person in instance.residents]
    for pair in instance.conflicts:
        some = [number[person] for person in pair if person in number]
        if len(some) == 2:
            conflicts[some[0]].add(some[1])
    for one in range(len(conflicts)):
        conflicts[one].discard(one)
        for other in conflicts[one]:
            conflicts[other].add(one)
    lists = [sorted(others) for others in conflicts]
    return _offsets(lists), np.array([other for row in lists for other in row], dtype=np.int32)


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
