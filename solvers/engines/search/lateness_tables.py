"""Lateness encoded: what a first session at each slot costs those who ask for an early start."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solvers.engines.search.problem import NONE, Smalls
from solvers.instance import Instance
from solvers.lateness import weeks_late


@dataclass(frozen=True, slots=True)
class LatenessTables:
    """``points`` (kinds of asking, slots + 1) are those for a first session at each slot, and last for none at all."""

    points: Smalls


def lateness_tables(instance: Instance, day: Smalls) -> LatenessTables:
    """The tables of an instance whose kept slots are on these days."""
    kinds, weight = _kinds(instance), instance.weights.first_late
    points = np.zeros((len(kinds), len(day) + 1), dtype=np.int32)
    for row, within in zip(points, kinds, strict=True):
        first = instance.slots[0].start.toordinal() if instance.slots else 0
        row[:-1] = [weight * weeks_late(within, int(each) - first) for each in day]
        row[-1] = weight * weeks_late(within, None)
    return LatenessTables(points)


def earliness(instance: Instance) -> list[int]:
    """Which kind of asking each resident's is, NONE if they do not ask or nothing is given for it."""
    number = {within: index for index, within in enumerate(_kinds(instance))}
    return [
        NONE if resident.first_within_days is None else number.get(resident.first_within_days, NONE)
        for resident in instance.residents
    ]


def _kinds(instance: Instance) -> list[int]:
    if not instance.weights.first_late:
        return []
    return sorted({each.first_within_days for each in instance.residents if each.first_within_days is not None})
