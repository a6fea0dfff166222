"""From the frozen values of an Instance to the arrays of a Problem, and the names to read them back with."""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from solvers.engines.compiling import plain
from solvers.engines.search import problem as p
from solvers.engines.search.blocks import plan_state, write_block
from solvers.engines.search.likeness import links_of
from solvers.engines.search.problem import (
    ANY_SITE,
    COMPANY,
    FREE,
    INTERESTS,
    LABEL,
    MASK_BITS,
    MODEL_COLUMNS,
    NOBODY,
    PERSON_COLUMNS,
    PREFER,
    REFUSED,
    REQUIRE,
    TABLE_ROUNDS,
    TAGS,
    Bytes,
    Ints,
    Problem,
    Smalls,
    weight,
)
from solvers.instance import COMING, IN_PERSON, Faculty, Group, Instance, Resident, Room, Slot

Person = Resident | Faculty
Number = TypeVar("Number", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Names:
    """What the numbers of a Problem stand for; ``slots`` gives each kept slot's place in the instance."""

    people: tuple[str, ...]
    models: tuple[str, ...]
    modes: tuple[str, ...]
    sites: tuple[str, ...]
    rooms: tuple[str, ...]
    slots: tuple[int, ...]


def lay_out(instance: Instance) -> tuple[Problem, Names]:
    """Lay ``instance`` out for the compiled search."""
    names = _names(instance)
    people: list[Person] = [*instance.residents, *instance.faculty]
    header = np.zeros(p.HEADER, dtype=np.int64)
    _write_sizes(header, instance, names)
    words = {
        p.AT_PERSON: _people(instance, people, names),
        p.AT_MODEL: _models(instance),
        p.AT_WEIGHT: _weights(instance),
    }
    small = _small_tables(instance, people, names, header)
    flags = {
        p.AT_COMES: _comes(people, names),
        p.AT_ROOM_FREE: _room_free(instance, names),
        p.AT_PINNED: _pinned(instance),
    }
    write_block(header, words, start=p.HEADER)
    write_block(header, small)
    write_block(header, flags)
    plan_state(header, len(instance.rooms))
    problem = Problem(_join([header, *words.values()]), _join(list(small.values())), _join(list(flags.values())))
    if instance.rounds <= TABLE_ROUNDS:
        _fill_missing(problem)
    return problem, names


def _join(tables: Sequence[NDArray[Number]]) -> NDArray[Number]:
    return np.concatenate([table.ravel() for table in tables])


def _write_sizes(header: Ints, instance: Instance, names: Names) -> None:
    residents, faculty, earlier = len(instance.residents), len(instance.faculty), instance.previous
    seats = [min(model.size[1], residents) for model in instance.models]
    leads = [min(model.facilitators[1], faculty) for model in instance.models]
    smallest = max(1, min((model.size[0] for model in instance.models), default=1))
    header[p.RESIDENTS], header[p.FACULTY], header[p.ROUNDS] = residents, faculty, instance.rounds
    header[p.SEATS] = max([1, *seats, *(len(group.residents) for group in earlier)])
    header[p.LEADS] = max([1, *leads, *(len(group.facilitators) for group in earlier)])
    header[p.LABELS] = len(earlier)
    header[p.IN_PERSON] = names.modes.index(IN_PERSON) if IN_PERSON in names.modes else NOBODY
    header[p.ENOUGH] = math.ceil(instance.min_attendance * instance.rounds - 1e-9)
    header[p.SLOTS], header[p.MODELS], header[p.SITES] = len(names.slots), len(instance.models), len(names.sites)
    header[p.GROUPS] = len(earlier) + residents // smallest + 4


def _small_tables(
    instance: Instance, people: Sequence[Person], names: Names, header: Ints
) -> dict[int, NDArray[np.int32]]:
    round_of = np.array([instance.slots[index].round for index in names.slots], dtype=np.int32)
    link_start, links = links_of(instance, people, _comes(people, names))
    old = _old_slots(instance, names)
    facts = _facts(instance, names, round_of)
    header[p.BEATS] = int(facts[p.BEAT].max(initial=0)) + 1
    sizes = np.arange(header[p.SEATS] + 1)
    return {
        p.AT_FACT: facts,
        p.AT_ROUND_START: np.searchsorted(round_of, np.arange(instance.rounds + 1)).astype(np.int32),
        p.AT_POINTS: _points(instance, names),
        p.AT_ACCEPTS: _accepts(instance, people),
        p.AT_LINK_START: link_start,
        p.AT_LINKS: links,
        p.AT_QUORUM: np.ceil(instance.quorum * sizes - 1e-9).astype(np.int32),
        p.AT_ROOM: np.array([_rooms(instance)[i].capacity for i in names.rooms], dtype=np.int32),
        p.AT_SITE_ROOMS: _site_rooms(instance, names),
        p.AT_OLD_SLOT: old,
        p.AT_PIN_SLOT: _pin_slots(instance, old),
        p.AT_MISSING: np.zeros(1 << min(instance.rounds, TABLE_ROUNDS), dtype=np.int32),
    }


def _fill_missing(problem: Problem) -> None:
    """Work out once what missing each set of rounds costs."""
    start = int(problem.words[p.AT_MISSING])
    rounds, enough = int(problem.words[p.ROUNDS]), int(problem.words[p.ENOUGH])
    for mask in range(1 << rounds):
        absent = ~mask & ((1 << rounds) - 1)
        points = plain(weight)(problem, p.W_TWICE) * (absent & absent >> 1).bit_count()
        if rounds - absent.bit_count() < enough:
            points += plain(weight)(problem, p.W_LEFT_OUT)
        problem.small[start + mask] = points


def _facts(instance: Instance, names: Names, round_of: Smalls) -> Smalls:
    slots = [instance.slots[index] for index in names.slots]
    begin = np.array([int(slot.start.timestamp()) for slot in slots], dtype=np.int64)
    length = instance.session_minutes * 60
    gap = max(math.ceil(instance.min_gap_days * 86400 - 1e-6), length)
    table = np.zeros((p.FACTS, len(slots)), dtype=np.int32)
    table[p.ROUND_OF] = round_of
    table[p.BEAT] = _beats(slots)
    table[p.BEFORE] = np.minimum(
        np.searchsorted(begin, begin - gap, side="right"), np.searchsorted(round_of, round_of, side="left")
    )
    table[p.AFTER] = np.searchsorted(begin, begin + gap, side="left")
    table[p.OVERLAP_FIRST] = np.searchsorted(begin, begin - length, side="right")
    table[p.OVERLAP_LAST] = np.searchsorted(begin, begin + length, side="left")
    return table


def _names(instance: Instance) -> Names:
    people: list[Person] = [*instance.residents, *instance.faculty]
    sites = sorted({person.site for person in people} | {room.site for room in instance.rooms})
    place = {site: index for index, site in enumerate(sites)}
    rooms = sorted(instance.rooms, key=lambda room: (place[room.site], room.capacity, room.id))
    return Names(
        people=tuple(person.id for person in people),
        models=tuple(model.id for model in instance.models),
        modes=tuple(sorted({mode for person in people for mode in person.modes})),
        sites=tuple(sites),
        rooms=tuple(room.id for room in rooms),
        slots=_kept_slots(instance),
    )


def _kept_slots(instance: Instance) -> tuple[int, ...]:
    """Leave out slots that start before one of an earlier round: a plan may do without them, but for pinned ones."""
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


def _beats(slots: Sequence[Slot]) -> Smalls:
    known: dict[tuple[int, str], int] = {}
    beats = [known.setdefault((s.start.weekday(), s.start.strftime("%H:%M")), len(known)) for s in slots]
    return np.array(beats, dtype=np.int32)


def _marks(lines: Iterable[str], names: Names) -> Bytes:
    kept = list(names.slots)
    rows = [np.frombuffer(line.encode("ascii"), dtype=np.uint8)[kept] for line in lines]
    return np.stack(rows) if rows else np.zeros((0, len(kept)), dtype=np.uint8)


def _points(instance: Instance, names: Names) -> Smalls:
    worth = np.full(256, instance.weights.held, dtype=np.int32)
    for mark, points in instance.weights.attend.items():
        worth[ord(mark)] += points
    return worth[_marks((resident.availability for resident in instance.residents), names)]


def _comes(people: Sequence[Person], names: Names) -> Bytes:
    coming = np.zeros(256, dtype=np.uint8)
    coming[[ord(mark) for mark in COMING]] = 1
    return coming[_marks((person.availability for person in people), names)]


def _bits(labels: Iterable[Sequence[str]]) -> dict[str, int]:
    """Number the labels that at least two people have, the commonest first, as far as a mask reaches."""
    counts = Counter(label for owned in labels for label in set(owned))
    shared = [label for label, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])) if count > 1]
    return {label: bit for bit, label in enumerate(shared[:MASK_BITS])}


def _mask(labels: Iterable[str], bits: dict[str, int]) -> int:
    return sum(1 << bits[label] for label in set(labels) if label in bits)


def _people(instance: Instance, people: Sequence[Person], names: Names) -> Ints:
    topics, tags = _bits(p.interests for p in people), _bits(p.tags for p in people)
    table = np.zeros((len(people), PERSON_COLUMNS), dtype=np.int64)
    for row, person in zip(table, people, strict=True):
        row[:5] = _standing(person, names)
        row[INTERESTS] = _mask(person.interests, topics)
        row[TAGS] = _mask(person.tags, tags)
        if isinstance(person, Resident):
            row[COMPANY] = _mask(person.company, tags)
    external = {"": ANY_SITE, "prefer": PREFER, "require": REQUIRE}
    table[: len(instance.residents), 8] = [external[resident.external] for resident in instance.residents]
    table[:, LABEL] = NOBODY
    number = {person.id: index for index, person in enumerate(people)}
    for label, group in enumerate(instance.previous):
        table[[number[i] for i in group.residents if i in number], LABEL] = label
    return table


def _standing(person: Person, names: Names) -> tuple[int, int, int, int, int]:
    """Stage, site, modes, first mode and capacity."""
    modes = sum(1 << names.modes.index(mode) for mode in set(person.modes))
    first = names.modes.index(person.modes[0]) if person.modes else NOBODY
    stage = person.stage if isinstance(person, Resident) else 0
    capacity = person.capacity if isinstance(person, Faculty) else 0
    return stage, names.sites.index(person.site), modes, first, capacity


def _accepts(instance: Instance, people: Sequence[Person]) -> Smalls:
    table = np.full((len(people), len(instance.models)), REFUSED, dtype=np.int32)
    for row, person in zip(table, people, strict=True):
        for column, model in enumerate(instance.models):
            if model.id in person.models:
                liked = person.models[model.id] if isinstance(person, Resident) else 0
                row[column] = instance.weights.model * liked
    return table


def _models(instance: Instance) -> Ints:
    rows = [
        (*m.size, NOBODY if m.target is None else m.target, *m.spread, *m.facilitators, m.present)
        for m in instance.models
    ]
    return np.array(rows, dtype=np.int64).reshape(-1, MODEL_COLUMNS)


def _rooms(instance: Instance) -> dict[str, Room]:
    return {room.id: room for room in instance.rooms}


def _room_free(instance: Instance, names: Names) -> Bytes:
    room = _rooms(instance)
    return (_marks((room[i].availability for i in names.rooms), names) == ord("1")).astype(np.uint8)


def _site_rooms(instance: Instance, names: Names) -> Smalls:
    room = _rooms(instance)
    sites = np.array([names.sites.index(room[i].site) for i in names.rooms], dtype=np.int32)
    return np.searchsorted(sites, np.arange(len(names.sites) + 1)).astype(np.int32)


def _weights(instance: Instance) -> Ints:
    w = instance.weights
    order = (w.placed, w.held, w.size, w.left_out, w.twice, w.mode, w.want, w.choice, w.interest, w.alone)
    return np.array((*order, w.external, w.travel, w.rhythm, w.regroup, w.moved), dtype=np.int64)


def _old_slots(instance: Instance, names: Names) -> Smalls:
    kept = {slot: index for index, slot in enumerate(names.slots)}
    old = np.full((len(instance.previous), instance.rounds), NOBODY, dtype=np.int32)
    for row, group in zip(old, instance.previous, strict=True):
        _write_sessions(row, group, kept)
    return old


def _pin_slots(instance: Instance, old: Smalls) -> Smalls:
    pin_slot = np.full_like(old, FREE)
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
            row[session.round] = kept.get(session.slot, NOBODY)
