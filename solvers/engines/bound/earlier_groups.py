"""Groups under the ids of an earlier plan: what it is worth to stay together, and what pins leave open."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from solvers.engines.bound.instance_data import Bytes
from solvers.engines.bound.subproblem import Subproblem
from solvers.instance import Group, Instance

MAX_IDS: Final = 150
"""With more earlier groups, everybody is taken to stay in theirs and no session to move."""
MAX_PAIRS: Final = 100_000
"""With more pairs of facilitators than this, they are not looked at one by one."""
MAX_FACILITATORS: Final = 2
"""With more facilitators a group, nobody is taken to hand a group over."""


@dataclass(frozen=True, slots=True)
class EarlierGroup:
    """An earlier group, as far as its members are still there: their numbers, and its slots by round."""

    id: str
    residents: frozenset[int]
    facilitators: frozenset[int]
    slots: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Earlier:
    """The groups of an earlier plan: those free to change, and those pinned, with the rounds that keep their slots."""

    free: tuple[EarlierGroup, ...]
    pinned: tuple[tuple[EarlierGroup, tuple[int, ...]], ...]

    @staticmethod
    def of(instance: Instance) -> Earlier | None:
        """The earlier groups of an instance; None if there are none or too many to look at each."""
        if not knows_ids(instance):
            return None
        resident = {person.id: number for number, person in enumerate(instance.residents)}
        facilitator = {person.id: number for number, person in enumerate(instance.faculty)}
        pinned_rounds = {pin.id: pin.rounds for pin in instance.pins}
        groups = [
            EarlierGroup(
                group.id,
                frozenset(resident[who] for who in group.residents if who in resident),
                frozenset(facilitator[who] for who in group.facilitators if who in facilitator),
                {session.round: session.slot for session in group.sessions},
            )
            for group in instance.previous
        ]
        return Earlier(
            free=tuple(group for group in groups if group.id not in pinned_rounds),
            pinned=tuple((group, pinned_rounds[group.id]) for group in groups if group.id in pinned_rounds),
        )

    @property
    def pinned_residents(self) -> frozenset[int]:
        """The numbers of those whose group is pinned."""
        return frozenset(number for group, _ in self.pinned for number in group.residents)


def knows_ids(instance: Instance) -> bool:
    """Whether the bound looks at each earlier group."""
    return 0 < len(instance.previous) <= MAX_IDS


def counts_handover(instance: Instance) -> bool:
    """Whether the bound knows who hands a group over."""
    faculty = len(instance.faculty)
    return (
        knows_ids(instance)
        and all(model.facilitators[1] <= MAX_FACILITATORS for model in instance.models)
        and all(len(group.facilitators) <= MAX_FACILITATORS for group in instance.previous)
        and faculty * (faculty - 1) // 2 <= MAX_PAIRS
    )


def under_id(instance: Instance, subproblem: Subproblem, group: EarlierGroup) -> Subproblem:
    """The groups of ``subproblem`` that have the id of an earlier one."""
    weights = instance.weights
    stays = np.isin(subproblem.residents, sorted(group.residents))
    leads = np.zeros(len(subproblem.first_facilitator))
    if counts_handover(instance):
        for some in (subproblem.first_facilitator, subproblem.second_facilitator):
            leads += np.isin(some, sorted(group.facilitators))
    moved = min(0, weights.moved)
    slot_points, skip_points = np.zeros(len(instance.slots)), np.zeros(instance.rounds)
    for number, slot in enumerate(instance.slots):
        before = group.slots.get(slot.round)
        slot_points[number] = moved if before is not None and before != number else 0
    skip_points[[round_ for round_ in group.slots if round_ < instance.rounds]] = moved
    return subproblem._replace(
        base=subproblem.base - weights.regroup * stays,
        option_points=-weights.handover * leads,
        slot_points=slot_points,
        skip_points=skip_points,
    )


def open_slots(instance: Instance, group: EarlierGroup, rounds: Collection[int]) -> Bytes:
    """(slots): 1 where a pinned group can still meet: in the rounds pinned only at its slot."""
    return np.array(
        [
            slot.round not in rounds or group.slots.get(slot.round) == number
            for number, slot in enumerate(instance.slots)
        ],
        dtype=np.uint8,
    )


def points_for_staying(instance: Instance, group: Group) -> int:
    """What a group earns back of the points for nobody staying, by its members who were in it before."""
    before = next((some for some in instance.previous if some.id == group.id), None)
    if before is None:
        return 0
    weights = instance.weights
    led = len({*before.facilitators} & {*group.facilitators}) if counts_handover(instance) else 0
    return -weights.regroup * len({*before.residents} & {*group.residents}) - weights.handover * led
