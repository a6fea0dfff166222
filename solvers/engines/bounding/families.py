"""All families of groups of an instance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

from solvers.engines.bounding.attendance import courses, prospects
from solvers.engines.bounding.facts import Bytes, Facts, Floats, Smalls
from solvers.engines.bounding.family import ANYBODY, HOPELESS, NOBODY, Family
from solvers.instance import IN_PERSON, MODES, Instance, Model, Resident

MOST_OPTIONS: Final = 20_000
MOST_SITES: Final = 24


@dataclass(frozen=True, slots=True)
class _Place:
    """Where and by what groups meet. ``site`` is None if it does not matter, or is not looked at."""

    mode: str
    site: str | None
    allowed: Bytes
    change: Smalls
    first: Smalls
    courses: Smalls


@dataclass(frozen=True, slots=True)
class Kind:
    """What the groups of a family have in common. ``site`` is None if it does not matter, or is not looked at."""

    model: str
    mode: str
    site: str | None


def all_families(instance: Instance, facts: Facts) -> list[Family]:
    """Every group that keeps the rules belongs to at least one family; who can be in no group is in none."""
    return [family for _, family in kinds_of_families(instance, facts)]


def kinds_of_families(instance: Instance, facts: Facts) -> list[tuple[Kind, Family]]:
    """All families, each with what its groups have in common."""
    return [
        (Kind(model.id, place.mode, place.site), family)
        for place in _places(instance, facts)
        for model in instance.models
        for family in _of_model(instance, facts, place, model)
    ]


def _places(instance: Instance, facts: Facts) -> Iterator[_Place]:
    anywhere = np.ones(len(instance.slots), dtype=np.uint8)
    by_wire = (*prospects(facts, anywhere), courses(facts, anywhere))
    for mode in MODES:
        if mode != IN_PERSON:
            yield _Place(mode, None, anywhere, *by_wire)
    sites = sorted({person.site for person in instance.residents} | {room.site for room in instance.rooms})
    if len(sites) > MOST_SITES or instance.weights.travel > 0:
        sites_or_any: list[str | None] = [None]
    else:
        sites_or_any = [*sites]
    for site in sites_or_any:
        allowed = _with_rooms(instance, site)
        yield _Place(IN_PERSON, site, allowed, *prospects(facts, allowed), courses(facts, allowed))


def _with_rooms(instance: Instance, site: str | None) -> Bytes:
    allowed = np.zeros(len(instance.slots), dtype=np.uint8)
    for room in instance.rooms:
        if site is None or room.site == site:
            allowed |= np.array([mark == "1" for mark in room.availability], dtype=np.uint8)
    return allowed


def _of_model(instance: Instance, facts: Facts, place: _Place, model: Model) -> Iterator[Family]:
    members = [
        (number, person)
        for number, person in enumerate(instance.residents)
        if model.id in person.models and place.mode in person.modes
    ]
    options = _options(instance, facts, place, model)
    seen: list[set[int]] = []
    for lowest in sorted({person.stage for _, person in members}):
        window = [(n, person) for n, person in members if lowest <= person.stage <= lowest + model.spread[1]]
        ids = {number for number, _ in window}
        if len(ids) >= model.size[0] and options and not any(ids <= other for other in seen):
            seen.append(ids)
            yield _family(instance, facts, place, model, window, options)


@dataclass(frozen=True, slots=True)
class _Options:
    lead_a: Smalls
    lead_b: Smalls
    fits: Bytes
    topics: np.typing.NDArray[np.int64]
    tags: np.typing.NDArray[np.int64]


def _options(instance: Instance, facts: Facts, place: _Place, model: Model) -> _Options | None:
    """The ways in which groups of the model may be facilitated; None if there is none."""
    able = [
        number
        for number, person in enumerate(instance.faculty)
        if model.id in person.models and place.mode in person.modes and person.capacity > 0
    ]
    ways = list(_ways(able, model))
    if not ways:
        return None
    comes = np.array([[mark in "12" for mark in person.availability] for person in instance.faculty], dtype=np.int64)
    comes = comes.reshape(len(instance.faculty), len(instance.slots))
    teams = [able if way[0] == ANYBODY else [person for person in way if person >= 0] for way in ways]
    return _Options(
        lead_a=np.array([way[0] for way in ways], dtype=np.int32),
        lead_b=np.array([way[1] for way in ways], dtype=np.int32),
        fits=np.array([(comes[team].sum(axis=0) >= model.present) & (place.allowed == 1) for team in teams], np.uint8),
        topics=np.array([np.bitwise_or.reduce(facts.lead_topics[team], initial=0) for team in teams], np.int64),
        tags=np.array([np.bitwise_or.reduce(facts.lead_tags[team], initial=0) for team in teams], np.int64),
    )


def _ways(able: list[int], model: Model) -> Iterator[tuple[int, int]]:
    least, most = model.facilitators
    most = min(most, len(able))
    if least == 0:
        yield NOBODY, NOBODY
    pairs = len(able) * (len(able) - 1) // 2
    if most > 2 or (most == 2 and pairs > MOST_OPTIONS):
        yield ANYBODY, NOBODY
        return
    if least <= 1 <= most:
        yield from ((person, NOBODY) for person in able)
    if least <= 2 <= most:
        yield from combinations(able, 2)


def _family(
    instance: Instance, facts: Facts, place: _Place, model: Model, window: list[tuple[int, Resident]], options: _Options
) -> Family:
    ids = np.array([number for number, _ in window], dtype=np.int32)
    return Family(
        ids=ids,
        marks=np.ascontiguousarray(facts.marks[:, ids]),
        base=np.array(
            [_base(instance, place, model, person) + unshared(instance, facts, n) for n, person in window],
            dtype=np.float64,
        ),
        change=place.change,
        first=place.first,
        courses=place.courses[ids],
        stage=np.array([person.stage for _, person in window], dtype=np.int64),
        spread=model.spread[0],
        size_points=_size_points(instance, model),
        smallest=max(1, model.size[0]),
        lead_a=options.lead_a,
        lead_b=options.lead_b,
        fits=options.fits,
        topics=options.topics,
        tags=options.tags,
        leads=model.facilitators[1],
    )


def _size_points(instance: Instance, model: Model) -> Floats:
    sizes = range(min(model.size[1], len(instance.residents)) + 1)
    target = model.target
    return np.array(
        [
            HOPELESS
            if size < max(1, model.size[0])
            else instance.weights.size * abs(size - (size if target is None else target))
            for size in sizes
        ],
        dtype=np.float64,
    )


def _base(instance: Instance, place: _Place, model: Model, person: Resident) -> int:
    """What ``person`` brings in as a member, whatever the dates and the company: exactly, or more."""
    weights = instance.weights
    here = place.site is None or person.site == place.site
    travel = max(0, weights.travel) if place.mode == IN_PERSON and place.site is None else 0
    return (
        weights.placed
        + weights.model * person.models[model.id]
        + weights.mode * (person.modes[:1] == (place.mode,))
        + (travel if here else weights.travel)
        + unmasked(instance, person)
    )


def unmasked(instance: Instance, person: Resident) -> int:
    """Points that are not looked at any closer, taken as had in full."""
    weights = instance.weights
    leaders = {leader.id for leader in instance.faculty}
    before = sum(group.residents.count(person.id) for group in instance.previous)
    changes = max((len(group.sessions) for group in instance.previous), default=0)
    return (
        max(0, weights.want) * sum(name in leaders for name in person.wants)
        + max(0, weights.alone) * len(person.company)
        + max(0, -weights.regroup) * before
        + max(0, weights.moved) * changes
    )


def unshared(instance: Instance, facts: Facts, number: int) -> int:
    """Points for those interests of a resident that found no bit in the mask."""
    masked = int(facts.topics[number]).bit_count()
    return max(0, instance.weights.interest) * (len(instance.residents[number].interests) - masked)
