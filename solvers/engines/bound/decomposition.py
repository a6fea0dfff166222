"""The decomposition of an instance into pricing subproblems."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

from solvers.engines.bound.attendance import attendance_by_pattern, attendance_by_state
from solvers.engines.bound.earlier_groups import MAX_PAIRS, Earlier, EarlierGroup, knows_ids, open_slots, under_id
from solvers.engines.bound.instance_data import Bytes, Floats, InstanceData, Smalls
from solvers.engines.bound.subproblem import ANY_FACILITATOR, MINUS_INFINITY, NO_FACILITATOR, Subproblem
from solvers.instance import IN_PERSON, MODES, Instance, Model, Resident
from solvers.lateness import most_weeks_late
from solvers.quorum import quorum_of

MAX_SITES: Final = 24


@dataclass(frozen=True, slots=True)
class _Setting:
    """A mode and a site, with the slots it allows and what attendance can earn there. See ``GroupKind``."""

    mode: str
    site: str | None
    allowed: Bytes
    outcome_change: Smalls
    best_attendance: Smalls
    attendance_by_pattern: Smalls


@dataclass(frozen=True, slots=True)
class GroupKind:
    """What the groups of a subproblem share. ``site`` is None if it does not matter or is relaxed.

    ``id`` is that of an earlier group, None for new ones.
    """

    model: str
    mode: str
    site: str | None
    id: str | None = None


def decompose(instance: Instance, data: InstanceData) -> list[Subproblem]:
    """Subproblems that together cover every group that keeps the rules."""
    return [subproblem for _, subproblem in decompose_by_kind(instance, data)]


def decompose_by_kind(instance: Instance, data: InstanceData) -> list[tuple[GroupKind, Subproblem]]:
    """All subproblems, each with what its groups share."""
    return list(each_subproblem(instance, data))


def each_subproblem(instance: Instance, data: InstanceData) -> Iterator[tuple[GroupKind, Subproblem]]:
    """All subproblems one after the other: of a large instance each takes a while to lay out."""
    earlier = Earlier.of(instance)
    for setting in _settings(instance, data):
        for model in instance.models:
            for id_, subproblem in _by_id(instance, data, setting, model, earlier):
                yield GroupKind(model.id, setting.mode, setting.site, id_), subproblem


def _by_id(
    instance: Instance, data: InstanceData, setting: _Setting, model: Model, earlier: Earlier | None
) -> Iterator[tuple[str | None, Subproblem]]:
    """Subproblems of new groups, and of groups with the id of each earlier one."""
    pinned = earlier.pinned_residents if earlier else frozenset()
    for subproblem in _subproblems_of_model(instance, data, setting, model, pinned):
        yield None, subproblem
        for group in earlier.free if earlier else ():
            yield group.id, under_id(instance, subproblem, group)
    for group, rounds in earlier.pinned if earlier else ():
        only = _pinned(instance, data, setting, model, group, rounds)
        if only is not None:
            yield group.id, under_id(instance, only, group)


def _settings(instance: Instance, data: InstanceData) -> Iterator[_Setting]:
    anywhere = np.ones(len(instance.slots), dtype=np.uint8)
    by_video = (*attendance_by_state(data, anywhere), attendance_by_pattern(data, anywhere))
    for mode in MODES:
        if mode != IN_PERSON:
            yield _Setting(mode, None, anywhere, *by_video)
    sites = sorted({person.site for person in instance.residents} | {room.site for room in instance.rooms})
    if len(sites) > MAX_SITES or instance.weights.travel > 0:
        sites_or_any: list[str | None] = [None]
    else:
        sites_or_any = [*sites]
    for site in sites_or_any:
        allowed = _with_rooms(instance, site)
        yield _Setting(
            IN_PERSON, site, allowed, *attendance_by_state(data, allowed), attendance_by_pattern(data, allowed)
        )


def _with_rooms(instance: Instance, site: str | None) -> Bytes:
    allowed = np.zeros(len(instance.slots), dtype=np.uint8)
    for room in instance.rooms:
        if site is None or room.site == site:
            allowed |= np.array([mark == "1" for mark in room.availability], dtype=np.uint8)
    return allowed


def _pinned(
    instance: Instance,
    data: InstanceData,
    setting: _Setting,
    model: Model,
    group: EarlierGroup,
    rounds: tuple[int, ...],
) -> Subproblem | None:
    """The groups of exactly the members of a pinned one; None if somebody does not accept the model or the mode."""
    window = [(number, instance.residents[number]) for number in sorted(group.residents)]
    if not window or not all(model.id in person.models and setting.mode in person.modes for _, person in window):
        return None
    leading = sorted(group.facilitators)
    if len(leading) > 2:
        pair = (ANY_FACILITATOR, NO_FACILITATOR)
    else:
        first, second, *_ = *leading, NO_FACILITATOR, NO_FACILITATOR
        pair = (first, second)
    allowed = setting.allowed & open_slots(instance, group, rounds)
    options = _options_of(instance, data, allowed, model, [pair], [leading])
    numbers = [number for number, _ in window]
    own = data._replace(marks=np.ascontiguousarray(data.marks[:, numbers]))
    whole = _subproblem(instance, data, setting, model, window, options)
    size = len(window)
    size_points = np.full(size + 1, MINUS_INFINITY)
    size_points[size] = instance.weights.size * abs(size - (size if model.target is None else model.target))
    return whole._replace(
        attendance_by_pattern=attendance_by_pattern(own, allowed),
        size_points=size_points,
        min_size=size,
        least_coming=np.array([quorum_of(instance.quorum, some) for some in range(size + 1)], dtype=np.int32),
        min_spread=0,
        max_facilitators=len(leading),
    )


def _subproblems_of_model(
    instance: Instance, data: InstanceData, setting: _Setting, model: Model, pinned: frozenset[int]
) -> Iterator[Subproblem]:
    members = [
        (number, person)
        for number, person in enumerate(instance.residents)
        if model.id in person.models and setting.mode in person.modes and number not in pinned
    ]
    options = _options(instance, data, setting, model)
    seen: list[set[int]] = []
    for lowest in sorted({person.stage for _, person in members}):
        window = [(n, person) for n, person in members if lowest <= person.stage <= lowest + model.spread[1]]
        residents = {number for number, _ in window}
        if len(residents) >= model.size[0] and options and not any(residents <= other for other in seen):
            seen.append(residents)
            yield _subproblem(instance, data, setting, model, window, options)


@dataclass(frozen=True, slots=True)
class _Options:
    first_facilitator: Smalls
    second_facilitator: Smalls
    can_meet: Bytes
    topics: np.typing.NDArray[np.int64]
    tags: np.typing.NDArray[np.int64]
    traits: np.typing.NDArray[np.int64]


def _options(instance: Instance, data: InstanceData, setting: _Setting, model: Model) -> _Options | None:
    """The facilitation options of the model's groups; None if there are none."""
    able = [
        number
        for number, person in enumerate(instance.faculty)
        if model.id in person.models and setting.mode in person.modes and person.capacity > 0
    ]
    facilitator_sets = list(_facilitator_sets(able, model))
    if not facilitator_sets:
        return None
    able_sets = [
        able if facilitator_set[0] == ANY_FACILITATOR else [person for person in facilitator_set if person >= 0]
        for facilitator_set in facilitator_sets
    ]
    return _options_of(instance, data, setting.allowed, model, facilitator_sets, able_sets)


def _options_of(
    instance: Instance,
    data: InstanceData,
    allowed: Bytes,
    model: Model,
    facilitator_sets: list[tuple[int, int]],
    able_sets: list[list[int]],
) -> _Options:
    """The options of some sets of facilitators; ``able_sets`` are those who may be meant by each."""
    can_come = np.array([[mark in "12" for mark in person.availability] for person in instance.faculty], dtype=np.int64)
    can_come = can_come.reshape(len(instance.faculty), len(instance.slots))
    return _Options(
        first_facilitator=np.array([facilitator_set[0] for facilitator_set in facilitator_sets], dtype=np.int32),
        second_facilitator=np.array([facilitator_set[1] for facilitator_set in facilitator_sets], dtype=np.int32),
        can_meet=np.array(
            [(can_come[able_set].sum(axis=0) >= model.present) & (allowed == 1) for able_set in able_sets],
            np.uint8,
        ),
        topics=np.array(
            [np.bitwise_or.reduce(data.facilitator_topics[able_set], initial=0) for able_set in able_sets], np.int64
        ),
        tags=np.array(
            [np.bitwise_or.reduce(data.facilitator_tags[able_set], initial=0) for able_set in able_sets], np.int64
        ),
        traits=np.array(
            [np.bitwise_or.reduce(data.facilitator_traits[able_set], initial=0) for able_set in able_sets], np.int64
        ),
    )


def _facilitator_sets(able: list[int], model: Model) -> Iterator[tuple[int, int]]:
    least, most = model.facilitators
    most = min(most, len(able))
    if least == 0:
        yield NO_FACILITATOR, NO_FACILITATOR
    pairs = len(able) * (len(able) - 1) // 2
    if most > 2 or (most == 2 and pairs > MAX_PAIRS):
        yield ANY_FACILITATOR, NO_FACILITATOR
        return
    if least <= 1 <= most:
        yield from ((person, NO_FACILITATOR) for person in able)
    if least <= 2 <= most:
        yield from combinations(able, 2)


def _subproblem(
    instance: Instance,
    data: InstanceData,
    setting: _Setting,
    model: Model,
    window: list[tuple[int, Resident]],
    options: _Options,
) -> Subproblem:
    residents = np.array([number for number, _ in window], dtype=np.int32)
    return Subproblem(
        residents=residents,
        marks=np.ascontiguousarray(data.marks[:, residents]),
        counted=np.ascontiguousarray(data.attended[data.marks[:, residents]] | data.away[:, residents]),
        base=np.array(
            [
                _base_points(instance, setting, model, person)
                + _unmasked_interest_points(instance, data, n)
                + data.granted[n]
                for n, person in window
            ],
            dtype=np.float64,
        ),
        outcome_change=setting.outcome_change,
        best_attendance=setting.best_attendance,
        attendance_by_pattern=setting.attendance_by_pattern[residents],
        stage=np.array([person.stage for _, person in window], dtype=np.int64),
        min_spread=model.spread[0],
        size_points=_size_points(instance, model),
        min_size=max(1, model.size[0]),
        least_coming=_least_coming(instance, model),
        first_facilitator=options.first_facilitator,
        second_facilitator=options.second_facilitator,
        can_meet=options.can_meet,
        option_topics=options.topics,
        option_tags=options.tags,
        option_traits=options.traits,
        option_points=np.zeros(len(options.traits)),
        slot_points=np.zeros(len(instance.slots)),
        skip_points=np.zeros(instance.rounds),
        max_facilitators=model.facilitators[1],
    )


def _size_points(instance: Instance, model: Model) -> Floats:
    sizes = range(min(model.size[1], len(instance.residents)) + 1)
    target = model.target
    return np.array(
        [
            MINUS_INFINITY
            if size < max(1, model.size[0])
            else instance.weights.size * abs(size - (size if target is None else target))
            for size in sizes
        ],
        dtype=np.float64,
    )


def _least_coming(instance: Instance, model: Model) -> Smalls:
    """The quorum by size. Where some are on long leave it is lower, by no more than they are."""
    sizes = range(min(model.size[1], len(instance.residents)) + 1)
    return np.array([quorum_of(instance.quorum, size) for size in sizes], dtype=np.int32)


def _base_points(instance: Instance, setting: _Setting, model: Model, person: Resident) -> int:
    """A member's points whatever the dates and companions: exact, or an overestimate."""
    weights = instance.weights
    here = setting.site is None or person.site == setting.site
    travel = max(0, weights.travel) if setting.mode == IN_PERSON and setting.site is None else 0
    return (
        weights.placed
        + weights.model * person.models[model.id]
        + weights.mode * (person.modes[:1] == (setting.mode,))
        + (travel if here else weights.travel)
        + _unexamined_points(instance, person)
    )


def _unexamined_points(instance: Instance, person: Resident) -> int:
    """Points that are not modelled any closer, counted in full."""
    weights = instance.weights
    facilitators = {facilitator.id for facilitator in instance.faculty}
    before = sum(group.residents.count(person.id) for group in instance.previous)
    changes = max((len(group.sessions) for group in instance.previous), default=0)
    return (
        max(0, weights.want) * sum(name in facilitators for name in person.wants)
        + max(0, weights.want_any) * (not facilitators.isdisjoint(person.wants))
        + max(0, weights.alone) * len(person.company)
        + (0 if knows_ids(instance) else max(0, -weights.regroup) * before)
        + max(0, weights.first_late) * most_weeks_late(person.first_within_days)
        + max(0, weights.moved) * changes
    )


def _unmasked_interest_points(instance: Instance, data: InstanceData, number: int) -> int:
    """Points for the interests of a resident that have no bit in the mask."""
    masked = int(data.topics[number]).bit_count()
    return max(0, instance.weights.interest) * (len(instance.residents[number].interests) - masked)
