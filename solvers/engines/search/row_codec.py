"""Decoding of rows into frozen groups, and encoding of previous groups as rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from solvers.engines.compilation import uncompiled
from solvers.engines.search.memory_layout import empty_row
from solvers.engines.search.problem import (
    FACILITATOR_SEATS,
    NONE,
    OVERLAP_FIRST,
    OVERLAP_LAST,
    PREVIOUS_GROUPS,
    RESIDENT_SEATS,
    ROUNDS,
    Problem,
    Smalls,
    availability_of,
    previous_slot,
    slot_facts,
)
from solvers.engines.search.problem_encoding import Ids
from solvers.engines.search.state import (
    FACILITATORS,
    MEETING_SITE,
    MODE,
    MODEL,
    ROW_HEAD,
    SIZE,
)
from solvers.instance import IN_PERSON, Group, Instance, Session


@dataclass(frozen=True, slots=True)
class EncodedInstance:
    """An instance with its encoding, the ids to decode it by, and the number of each person."""

    instance: Instance
    problem: Problem
    ids: Ids
    number_of: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "number_of", {person: number for number, person in enumerate(self.ids.people)})


@dataclass(frozen=True, slots=True)
class _DecodedRow:
    """The parts of a row as Python integers; ``attending`` has a bit mask a round."""

    residents: list[int]
    facilitators: list[int]
    dates: list[int]
    rooms: list[int]
    attending: list[int]


def _decode_row(problem: Problem, row: Smalls) -> _DecodedRow:
    facilitators = ROW_HEAD + int(problem.words[RESIDENT_SEATS])
    dates = facilitators + int(problem.words[FACILITATOR_SEATS])
    size, rounds = int(row[SIZE]), int(problem.words[ROUNDS])
    numbers = row.tolist()
    return _DecodedRow(
        residents=numbers[ROW_HEAD : ROW_HEAD + size],
        facilitators=numbers[facilitators : facilitators + int(row[FACILITATORS])],
        dates=numbers[dates : dates + rounds],
        rooms=numbers[dates + rounds : dates + 2 * rounds],
        attending=numbers[dates + 2 * rounds : dates + 3 * rounds],
    )


def session_counts(problem: Problem, rows: Smalls) -> tuple[int, int, int]:
    """How many sessions the groups in ``rows`` hold, how many residents can come to them, and how many are invited."""
    used = rows[rows[:, SIZE] > 0]
    rounds = int(problem.words[ROUNDS])
    dates = ROW_HEAD + int(problem.words[RESIDENT_SEATS]) + int(problem.words[FACILITATOR_SEATS])
    held = used[:, dates : dates + rounds] != NONE
    coming = used[:, dates + 3 * rounds : dates + 4 * rounds]
    return int(held.sum()), int(coming[held].sum()), int((held.sum(axis=1) * used[:, SIZE]).sum())


def decode_groups(encoded: EncodedInstance, rows: Smalls) -> tuple[Group, ...]:
    """Decode the groups in ``rows``: previous ones under their ids, new ones under ids not used before."""
    used = [number for number in range(len(rows)) if rows[number, SIZE]]
    decoded_rows = [_decode_row(encoded.problem, rows[number]) for number in used]
    attendance = _Attendance(encoded.problem, decoded_rows)
    ids = _ids(encoded, used)
    return tuple(
        _group(encoded, rows[n], decoded, next(ids), attendance) for n, decoded in zip(used, decoded_rows, strict=True)
    )


def _ids(encoded: EncodedInstance, used: list[int]) -> Iterator[str]:
    taken = {group.id for group in encoded.instance.previous}
    fresh = (f"g{count}" for count in range(1, len(used) + len(taken) + 1) if f"g{count}" not in taken)
    for number in used:
        yield encoded.instance.previous[number].id if number < encoded.problem.words[PREVIOUS_GROUPS] else next(fresh)


class _Attendance:
    """Who of the facilitators attends which session: all who must, then all who can besides."""

    def __init__(self, problem: Problem, decoded_rows: list[_DecodedRow]) -> None:
        self._problem = problem
        self._occupied: defaultdict[int, set[int]] = defaultdict(set)
        for decoded in decoded_rows:
            for slot, attending in zip(decoded.dates, decoded.attending, strict=True):
                for index, facilitator in enumerate(decoded.facilitators):
                    if slot != NONE and attending >> index & 1:
                        self._occupy(facilitator, slot)

    def _occupy(self, facilitator: int, slot: int) -> None:
        first, last = (int(uncompiled(slot_facts)(self._problem, kind)[slot]) for kind in (OVERLAP_FIRST, OVERLAP_LAST))
        self._occupied[facilitator].update(range(first, last))

    def attendees(self, facilitators: list[int], slot: int, attending: int) -> list[int]:
        """Who of a group's facilitators attends at ``slot``."""
        there = []
        for index, facilitator in enumerate(facilitators):
            if attending >> index & 1:
                there.append(facilitator)
            elif (
                uncompiled(availability_of)(self._problem, facilitator)[slot]
                and slot not in self._occupied[facilitator]
            ):
                self._occupy(facilitator, slot)
                there.append(facilitator)
        return there


def _group(
    encoded: EncodedInstance, row: Smalls, decoded: _DecodedRow, group_id: str, attendance: _Attendance
) -> Group:
    ids = encoded.ids
    return Group(
        id=group_id,
        model=ids.models[row[MODEL]],
        mode=ids.modes[row[MODE]],
        residents=tuple(ids.people[i] for i in sorted(decoded.residents)),
        facilitators=tuple(ids.people[i] for i in sorted(decoded.facilitators)),
        sessions=tuple(_sessions(ids, decoded, attendance)),
        site=ids.sites[row[MEETING_SITE]] if row[MEETING_SITE] != NONE else None,
    )


def _sessions(ids: Ids, decoded: _DecodedRow, attendance: _Attendance) -> Iterator[Session]:
    for number, slot in enumerate(decoded.dates):
        if slot != NONE:
            attendees = attendance.attendees(decoded.facilitators, slot, decoded.attending[number])
            yield Session(
                round=number,
                slot=ids.slots[slot],
                facilitators=tuple(ids.people[i] for i in sorted(attendees)),
                room=ids.rooms[decoded.rooms[number]] if decoded.rooms[number] != NONE else None,
            )


def is_still_possible(encoded: EncodedInstance, group: Group) -> bool:
    """Whether anybody could still be in a group of this model, mode and site."""
    has_place = group.site in encoded.ids.sites or group.mode != IN_PERSON
    return group.model in encoded.ids.models and group.mode in encoded.ids.modes and has_place


def encode_previous(encoded: EncodedInstance, group: Group, number: int) -> Smalls | None:
    """Encode a previous group, ``number`` among them, as a row, without those who have left; None if none remains.

    Model, mode and site are those it had only if ``is_still_possible``.
    """
    dates = [uncompiled(previous_slot)(encoded.problem, number, round_) for round_ in range(encoded.instance.rounds)]
    return _encode(encoded, group, number, dates)


def encode_group(encoded: EncodedInstance, group: Group, number: int) -> Smalls | None:
    """The same for a group of any plan, whose sessions name slots of the instance, in row ``number``."""
    place = {slot: index for index, slot in enumerate(encoded.ids.slots)}
    dates = [NONE] * encoded.instance.rounds
    for session in group.sessions:
        if 0 <= session.round < len(dates):
            dates[session.round] = place.get(session.slot, NONE)
    return _encode(encoded, group, number, dates)


def _encode(encoded: EncodedInstance, group: Group, number: int, dates: list[int]) -> Smalls | None:
    problem, ids = encoded.problem, encoded.ids
    people = encoded.number_of
    residents = [people[i] for i in group.residents if i in people]
    if not residents:
        return None
    facilitators = [people[i] for i in group.facilitators if i in people]
    row = empty_row(problem, number)
    if is_still_possible(encoded, group):
        row[[MODEL, MODE]] = ids.models.index(group.model), ids.modes.index(group.mode)
        row[MEETING_SITE] = ids.sites.index(group.site) if group.site in ids.sites else NONE
    row[[SIZE, FACILITATORS]] = len(residents), len(facilitators)
    start = ROW_HEAD + int(problem.words[RESIDENT_SEATS])
    row[ROW_HEAD : ROW_HEAD + len(residents)] = residents
    row[start : start + len(facilitators)] = facilitators
    start += int(problem.words[FACILITATOR_SEATS])
    row[start : start + len(dates)] = dates
    return row
