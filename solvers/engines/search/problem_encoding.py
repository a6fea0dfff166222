"""Encoding of an Instance as the arrays of a Problem, with the ids to decode them by."""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from solvers.engines.compilation import uncompiled
from solvers.engines.search import problem as p
from solvers.engines.search.lateness_tables import earliness, lateness_tables
from solvers.engines.search.likeness_tables import likeness_tables
from solvers.engines.search.memory_layout import assign_offsets, assign_state_offsets
from solvers.engines.search.neighbour_lists import neighbour_lists
from solvers.engines.search.problem import (
    ANY_SITE,
    COMPANY,
    EARLINESS,
    EXTERNAL,
    FORMER_GROUP,
    GONE,
    INFEASIBLE,
    INTERESTS,
    MASK_BITS,
    MODEL_COLUMNS,
    NONE,
    PERSON_COLUMNS,
    PREFER,
    REQUIRE,
    TABLE_ROUNDS,
    TAGS,
    UNPINNED,
    Bytes,
    Ints,
    Problem,
    Smalls,
    model_columns,
    weight,
    weight_columns,
)
from solvers.instance import COMING, IN_PERSON, Faculty, Group, Instance, Resident, Room, Slot

Person = Resident | Faculty
Number = TypeVar("Number", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Ids:
    """What the numbers of a Problem stand for; ``slots`` gives each kept slot's index in the instance."""

    people: tuple[str, ...]
    models: tuple[str, ...]
    modes: tuple[str, ...]
    sites: tuple[str, ...]
    rooms: tuple[str, ...]
    slots: tuple[int, ...]


def encode_instance(instance: Instance) -> tuple[Problem, Ids]:
    """Encode ``instance`` for the compiled search."""
    ids = _ids(instance)
    people: list[Person] = [*instance.residents, *instance.faculty]
    header = np.zeros(p.HEADER, dtype=np.int64)
    _write_sizes(header, instance, ids)
    words = {
        p.AT_PERSON: _people(instance, people, ids),
        p.AT_MODEL: _models(instance),
        p.AT_WEIGHT: np.array(weight_columns(instance.weights), dtype=np.int64),
    }
    small = _small_tables(instance, people, ids, header)
    flags = {
        p.AT_AVAILABLE: _availability(people, ids),
        p.AT_ROOM_FREE: _room_free(instance, ids),
        p.AT_PINNED: _pinned(instance),
        p.AT_ROOM_CLAIMED: _room_claimed(instance, ids),
    }
    assign_offsets(header, words, start=p.HEADER)
    assign_offsets(header, small)
    assign_offsets(header, flags)
    assign_state_offsets(header, len(instance.rooms))
    problem = Problem(_place([header, *words.values()]), _place(list(small.values())), _place(list(flags.values())))
    if instance.rounds <= TABLE_ROUNDS:
        _fill_absence_points(problem)
    return problem, ids


def _place(tables: Sequence[NDArray[Number]]) -> NDArray[Number]:
    return np.concatenate([table.ravel() for table in tables])


def _write_sizes(header: Ints, instance: Instance, ids: Ids) -> None:
    residents, faculty, previous = len(instance.residents), len(instance.faculty), instance.previous
    seats = [min(model.size[1], residents) for model in instance.models]
    facilitator_seats = [min(model.facilitators[1], faculty) for model in instance.models]
    smallest = max(1, min((model.size[0] for model in instance.models), default=1))
    header[p.RESIDENTS], header[p.FACULTY], header[p.ROUNDS] = residents, faculty, instance.rounds
    header[p.RESIDENT_SEATS] = max([1, *seats, *(len(group.residents) for group in previous)])
    header[p.FACILITATOR_SEATS] = max([1, *facilitator_seats, *(len(group.facilitators) for group in previous)])
    header[p.PREVIOUS_GROUPS] = len(previous)
    header[p.INTERVAL_DAYS] = NONE if instance.interval_days is None else instance.interval_days
    header[p.IN_PERSON_MODE] = ids.modes.index(IN_PERSON) if IN_PERSON in ids.modes else NONE
    header[p.MIN_ATTENDED] = math.ceil(instance.min_attendance * instance.rounds - 1e-9)
    header[p.SLOTS], header[p.MODELS], header[p.SITES] = len(ids.slots), len(instance.models), len(ids.sites)
    header[p.ROWS] = len(previous) + residents // smallest + 4


def _small_tables(instance: Instance, people: Sequence[Person], ids: Ids, header: Ints) -> dict[int, NDArray[np.int32]]:
    round_of = np.array([instance.slots[index].round for index in ids.slots], dtype=np.int32)
    neighbour_start, neighbours = neighbour_lists(instance, people, _availability(people, ids))
    old = _previous_slots(instance, ids)
    slot_facts = _slot_facts(instance, ids, round_of)
    likeness = likeness_tables(instance, people)
    header[p.CATEGORIES] = likeness.traits.shape[1]
    header[p.ASKS_LIKENESS], header[p.ASKS_NEVER_ALONE] = likeness.asks_likeness, likeness.asks_never_alone
    lateness = lateness_tables(instance, slot_facts[p.DAY])
    header[p.ASKS_EARLY] = len(lateness.points) > 0
    header[p.WEEKLY_TIMES] = int(slot_facts[p.WEEKLY_TIME].max(initial=0)) + 1
    header[p.MOST_WEEKS_OFF] = _most_weeks_off(instance, slot_facts[p.DAY])
    sizes = np.arange(header[p.RESIDENT_SEATS] + 1)
    return {
        p.AT_SLOT_FACT: slot_facts,
        p.AT_ROUND_START: np.searchsorted(round_of, np.arange(instance.rounds + 1)).astype(np.int32),
        p.AT_ATTENDANCE_POINTS: _points(instance, ids),
        p.AT_MODEL_POINTS: _model_points(instance, people),
        p.AT_NEIGHBOUR_START: neighbour_start,
        p.AT_NEIGHBOURS: neighbours,
        p.AT_QUORUM: np.ceil(instance.quorum * sizes - 1e-9).astype(np.int32),
        p.AT_ROOM: np.array([_rooms(instance)[i].capacity for i in ids.rooms], dtype=np.int32),
        p.AT_SITE_ROOMS: _site_rooms(instance, ids),
        p.AT_PREVIOUS_SLOT: old,
        p.AT_PREVIOUS_ROOM: _previous_rooms(instance, ids),
        p.AT_PREVIOUS_FACILITATORS: _previous_facilitators(instance, people, int(header[p.FACILITATOR_SEATS])),
        p.AT_PIN_SLOT: _pin_slots(instance, old),
        p.AT_ABSENCE_POINTS: np.zeros(1 << min(instance.rounds, TABLE_ROUNDS), dtype=np.int32),
        p.AT_TRAIT: likeness.traits,
        p.AT_ASK_START: likeness.ask_start,
        p.AT_ASKS: likeness.asks,
        p.AT_LATENESS: lateness.points,
    }


def _fill_absence_points(problem: Problem) -> None:
    """Tabulate the points for the absences of each set of rounds attended."""
    start = int(problem.words[p.AT_ABSENCE_POINTS])
    rounds, enough = int(problem.words[p.ROUNDS]), int(problem.words[p.MIN_ATTENDED])
    for mask in range(1 << rounds):
        absent = ~mask & ((1 << rounds) - 1)
        points = uncompiled(weight)(problem, p.W_TWICE) * (absent & absent >> 1).bit_count()
        if rounds - absent.bit_count() < enough:
            points += uncompiled(weight)(problem, p.W_LEFT_OUT)
        problem.small[start + mask] = points


def _slot_facts(instance: Instance, ids: Ids, round_of: Smalls) -> Smalls:
    slots = [instance.slots[index] for index in ids.slots]
    begin = np.array([int(slot.start.timestamp()) for slot in slots], dtype=np.int64)
    length = instance.session_minutes * 60
    gap = max(math.ceil(instance.min_gap_days * 86400 - 1e-6), length)
    table = np.zeros((p.SLOT_FACTS, len(slots)), dtype=np.int32)
    table[p.ROUND_OF] = round_of
    table[p.WEEKLY_TIME] = _weekly_times(slots)
    table[p.BEFORE] = np.minimum(
        np.searchsorted(begin, begin - gap, side="right"), np.searchsorted(round_of, round_of, side="left")
    )
    table[p.AFTER] = np.searchsorted(begin, begin + gap, side="left")
    table[p.OVERLAP_FIRST] = np.searchsorted(begin, begin - length, side="right")
    table[p.OVERLAP_LAST] = np.searchsorted(begin, begin + length, side="left")
    table[p.DAY] = [slot.start.toordinal() for slot in slots]
    return table


def _ids(instance: Instance) -> Ids:
    people: list[Person] = [*instance.residents, *instance.faculty]
    sites = sorted({person.site for person in people} | {room.site for room in instance.rooms})
    site_index = {site: index for index, site in enumerate(sites)}
    rooms = sorted(instance.rooms, key=lambda room: (site_index[room.site], room.capacity, room.id))
    return Ids(
        people=tuple(person.id for person in people),
        models=tuple(model.id for model in instance.models),
        modes=tuple(sorted({mode for person in people for mode in person.modes})),
        sites=tuple(sites),
        rooms=tuple(room.id for room in rooms),
        slots=_kept_slots(instance),
    )


def _kept_slots(instance: Instance) -> tuple[int, ...]:
    """Leave out slots that start before one of an earlier round, unless pinned: a plan can do without them."""
    slots = instance.slots
    pinned = sorted(_pinned_slots(instance), key=lambda index: slots[index].start)
    order = sorted(range(len(slots)), key=lambda index: (slots[index].start, slots[index].round))
    kept, latest, ahead = [], -1, deque(pinned)
    for index in order:
        while ahead and slots[ahead[0]].start <= slots[index].start and index not in pinned:
            ahead.popleft()
        limit = min([instance.rounds - 1, *(slots[i].round for i in ahead)])
        if latest <= slots[index].round <= limit or index in pinned:
            latest = slots[index].round
            kept.append(index)
    return tuple(kept)


def _pinned_slots(instance: Instance) -> set[int]:
    rounds = {pin.id: pin.rounds for pin in instance.pins}
    sessions = [(session, rounds.get(group.id, ())) for group in instance.previous for session in group.sessions]
    return {session.slot for session, kept in sessions if session.round in kept}


def _weekly_times(slots: Sequence[Slot]) -> Smalls:
    known: dict[tuple[int, str], int] = {}
    weekly_counts = [known.setdefault((s.start.weekday(), s.start.strftime("%H:%M")), len(known)) for s in slots]
    return np.array(weekly_counts, dtype=np.int32)


def _marks(lines: Iterable[str], ids: Ids) -> Bytes:
    kept = list(ids.slots)
    rows = [np.frombuffer(line.encode("ascii"), dtype=np.uint8)[kept] for line in lines]
    return np.stack(rows) if rows else np.zeros((0, len(kept)), dtype=np.uint8)


def _points(instance: Instance, ids: Ids) -> Smalls:
    mark_points = np.full(256, instance.weights.held, dtype=np.int32)
    for mark, points in instance.weights.attend.items():
        mark_points[ord(mark)] += points
    return mark_points[_marks((resident.availability for resident in instance.residents), ids)]


def _availability(people: Sequence[Person], ids: Ids) -> Bytes:
    coming = np.zeros(256, dtype=np.uint8)
    coming[[ord(mark) for mark in COMING]] = 1
    return coming[_marks((person.availability for person in people), ids)]


def _bits(labels: Iterable[Sequence[str]]) -> dict[str, int]:
    """Number the labels that at least two people have, the commonest first, as far as a bit mask reaches."""
    counts = Counter(label for is_movable in labels for label in set(is_movable))
    shared = [label for label, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])) if count > 1]
    return {label: bit for bit, label in enumerate(shared[:MASK_BITS])}


def _mask(labels: Iterable[str], bits: dict[str, int]) -> int:
    return sum(1 << bits[label] for label in set(labels) if label in bits)


def _people(instance: Instance, people: Sequence[Person], ids: Ids) -> Ints:
    topics, tags = _bits(p.interests for p in people), _bits(p.tags for p in people)
    table = np.zeros((len(people), PERSON_COLUMNS), dtype=np.int64)
    for row, person in zip(table, people, strict=True):
        row[:5] = _attributes(person, ids)
        row[INTERESTS] = _mask(person.interests, topics)
        row[TAGS] = _mask(person.tags, tags)
        if isinstance(person, Resident):
            row[COMPANY] = _mask(person.company, tags)
    external = {"": ANY_SITE, "prefer": PREFER, "require": REQUIRE}
    table[: len(instance.residents), EXTERNAL] = [external[resident.external] for resident in instance.residents]
    table[:, FORMER_GROUP] = table[:, EARLINESS] = NONE
    table[: len(instance.residents), EARLINESS] = earliness(instance)
    number = {person.id: index for index, person in enumerate(people)}
    for label, group in enumerate(instance.previous):
        table[[number[i] for i in group.residents if i in number], FORMER_GROUP] = label
    return table


def _attributes(person: Person, ids: Ids) -> tuple[int, int, int, int, int]:
    """Stage, site, modes, first mode and capacity."""
    modes = sum(1 << ids.modes.index(mode) for mode in set(person.modes))
    first = ids.modes.index(person.modes[0]) if person.modes else NONE
    stage = person.stage if isinstance(person, Resident) else 0
    capacity = person.capacity if isinstance(person, Faculty) else 0
    return stage, ids.sites.index(person.site), modes, first, capacity


def _model_points(instance: Instance, people: Sequence[Person]) -> Smalls:
    table = np.full((len(people), len(instance.models)), INFEASIBLE, dtype=np.int32)
    for row, person in zip(table, people, strict=True):
        for column, model in enumerate(instance.models):
            if model.id in person.models:
                liked = person.models[model.id] if isinstance(person, Resident) else 0
                row[column] = instance.weights.model * liked
    return table


def _models(instance: Instance) -> Ints:
    rows = [model_columns(model) for model in instance.models]
    return np.array(rows, dtype=np.int64).reshape(-1, MODEL_COLUMNS)


def _rooms(instance: Instance) -> dict[str, Room]:
    return {room.id: room for room in instance.rooms}


def _room_free(instance: Instance, ids: Ids) -> Bytes:
    room = _rooms(instance)
    return (_marks((room[i].availability for i in ids.rooms), ids) == ord("1")).astype(np.uint8)


def _site_rooms(instance: Instance, ids: Ids) -> Smalls:
    room = _rooms(instance)
    sites = np.array([ids.sites.index(room[i].site) for i in ids.rooms], dtype=np.int32)
    return np.searchsorted(sites, np.arange(len(ids.sites) + 1)).astype(np.int32)


def _previous_slots(instance: Instance, ids: Ids) -> Smalls:
    kept = {slot: index for index, slot in enumerate(ids.slots)}
    old = np.full((len(instance.previous), instance.rounds), NONE, dtype=np.int32)
    for row, group in zip(old, instance.previous, strict=True):
        _write_sessions(row, group, kept)
    return old


def _most_weeks_off(instance: Instance, day: Smalls) -> int:
    """By how many weeks two sessions could be off the interval at most."""
    if instance.interval_days is None or not len(day):
        return 0
    return (instance.interval_days + int(day.max() - day.min())) // 7


def _previous_rooms(instance: Instance, ids: Ids) -> Smalls:
    number = {room: index for index, room in enumerate(ids.rooms)}
    old = np.full((len(instance.previous), instance.rounds), NONE, dtype=np.int32)
    for row, group in zip(old, instance.previous, strict=True):
        for session in group.sessions:
            if session.room and 0 <= session.round < len(row):
                row[session.round] = number.get(session.room, GONE)
    return old


def _previous_facilitators(instance: Instance, people: Sequence[Person], seats: int) -> Smalls:
    number = {person.id: index for index, person in enumerate(people)}
    table = np.full((len(instance.previous), seats), NONE, dtype=np.int32)
    for row, group in zip(table, instance.previous, strict=True):
        row[: len(group.facilitators)] = [number.get(person, NONE) for person in group.facilitators]
    return table


def _room_claimed(instance: Instance, ids: Ids) -> Bytes:
    slot_number, room_number = ({id_: index for index, id_ in enumerate(known)} for known in (ids.slots, ids.rooms))
    claimed = np.zeros((len(ids.rooms), len(ids.slots)), dtype=np.uint8)
    for session in (session for group in instance.previous for session in group.sessions):
        if session.room in room_number and session.slot in slot_number:
            claimed[room_number[session.room], slot_number[session.slot]] = 1
    return claimed


def _pin_slots(instance: Instance, old: Smalls) -> Smalls:
    pin_slot = np.full_like(old, UNPINNED)
    label = {group.id: index for index, group in enumerate(instance.previous)}
    for pin in instance.pins:
        for number in pin.rounds:
            pin_slot[label[pin.id], number] = old[label[pin.id], number]
    return pin_slot


def _pinned(instance: Instance) -> Bytes:
    pinned = {pin.id for pin in instance.pins}
    return np.array([group.id in pinned for group in instance.previous], dtype=np.uint8)


def _write_sessions(row: Smalls, group: Group, kept: dict[int, int]) -> None:
    for session in group.sessions:
        if 0 <= session.round < len(row):
            row[session.round] = kept.get(session.slot, NONE)
