"""The first bound: every resident in the group they would like best, as if nobody else had to agree."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from solvers.engines.bound.trait_masks import Wished
from solvers.instance import COMING, IN_PERSON, Instance, Model, Resident
from solvers.lateness import most_weeks_late


def bound_per_resident(instance: Instance) -> list[float]:
    """The most that each resident's place in a group can add to the score; 0 if staying out is better.

    What a group earns as a whole (size, rhythm) is shared equally among its members.
    """
    slots = [[n for n, slot in enumerate(instance.slots) if slot.round == number] for number in range(instance.rounds)]
    staying = Counter(person for group in instance.previous for person in group.residents)
    return [
        max(
            0.0,
            _attendance_points(instance, slots, person)
            + _group_points(instance, person)
            + _companion_points(instance, person, staying)
            + granted,
        )
        for person, granted in zip(instance.residents, Wished.of(instance).granted(instance), strict=True)
    ]


def _attendance_points(instance: Instance, slots: Sequence[Sequence[int]], person: Resident) -> float:
    """The most points for attendance, by dynamic programming over the rounds.

    A state is the number of sessions attended and whether the last one was.
    """
    weights = instance.weights
    best = {(0, True): 0}
    for some in slots:
        after: dict[tuple[int, bool], int] = {}
        marks = {person.availability[slot] for slot in some}
        for (times, came), points in best.items():
            for mark in (None, *marks):
                comes = mark in COMING
                more = 0 if mark is None else weights.held + weights.attend.get(mark, 0)
                again = 0 if came or comes else weights.twice
                state = (times + comes, comes)
                after[state] = max(after.get(state, points + more + again), points + more + again)
        best = after
    need = instance.min_attendance * instance.rounds - 1e-9
    return max(points + weights.left_out * (times < need) for (times, _), points in best.items())


def _group_points(instance: Instance, person: Resident) -> float:
    """The most points for model, size, rhythm, mode and travel."""
    weights = instance.weights
    modes = [
        weights.mode * (person.modes[:1] == (mode,)) + (max(0, weights.travel) if mode == IN_PERSON else 0)
        for mode in person.modes
    ]
    models = [
        weights.model * person.models[model.id] + _shared_points(instance, model)
        for model in instance.models
        if model.id in person.models
    ]
    return weights.placed + max(modes, default=-math.inf) + max(models, default=-math.inf)


def _shared_points(instance: Instance, model: Model) -> float:
    """A member's share of what the group earns as a whole, at the best size for it."""
    weights = instance.weights
    rhythm = max(0, weights.rhythm) * instance.rounds
    sizes = range(max(1, model.size[0]), min(model.size[1], len(instance.residents)) + 1)
    off = {size: 0 if model.target is None else abs(size - model.target) for size in sizes}
    return max(((weights.size * off[size] + rhythm) / size for size in sizes), default=0.0)


def _companion_points(instance: Instance, person: Resident, staying: Counter[str]) -> float:
    """Points for every other wish met, nobody alone, and the place in the earlier plan kept."""
    weights = instance.weights
    sessions = max((len(group.sessions) for group in instance.previous), default=0)
    return (
        max(0, weights.want) * len(person.wants)
        + max(0, weights.want_any) * bool(person.wants)
        + max(0, weights.choice) * bool(person.choices)
        + max(0, weights.interest) * len(person.interests)
        + max(0, weights.alone) * len(person.company)
        + max(0, weights.first_late) * most_weeks_late(person.first_within_days)
        + max(0, weights.external) * (person.external == "prefer")
        + max(0, -weights.regroup) * staying[person.id]
        + max(0, weights.moved) * sessions
    )
