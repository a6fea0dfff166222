"""Lowering the bound: prices that no group exceeds, moved towards what the groups found so far justify."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np

from solvers.engines.bounding.facts import Floats, lay_out
from solvers.engines.bounding.families import all_families
from solvers.engines.bounding.master import Master
from solvers.engines.bounding.pricing import Column, Effort, Prices, Sight, look
from solvers.instance import Group, Instance
from solvers.lookup import Lookup, Roll
from solvers.points import group_points
from solvers.solution import Solution

NODES: Final = 20_000
CLOSE: Final = 0.5


class Watch(Protocol):
    """Tells when to end."""

    def left(self) -> float: ...

    def over(self) -> bool: ...


class Report(Protocol):
    """Takes every bound on the worth of all groups together."""

    def __call__(self, groups: float) -> None: ...


class Descent:
    """``safe`` prices are exceeded by no group, so what they amount to is a bound."""

    def __init__(
        self, instance: Instance, best: Floats, watch: Watch, report: Report, incumbent: Solution | None
    ) -> None:
        self._instance = instance
        self._facts = lay_out(instance)
        self._families = all_families(instance, self._facts)
        self._capacity = np.array([person.capacity for person in instance.faculty], dtype=np.float64)
        self._watch = watch
        self._report = report
        self._safe = Prices(best, np.zeros(len(instance.faculty)))
        self._known = tuple(columns_of(instance, incumbent.groups)) if incumbent else ()
        self._effort = Effort(dates=2, nodes=NODES)

    def run(self) -> None:
        """Lower the bound until time is up or nothing is left to gain."""
        master = Master(len(self._instance.residents), self._capacity)
        master.add(self._known)
        share = 0.2
        while not self._watch.over():
            answer = master.solve(self._watch.left())
            if answer is None or answer[0] > self._safe.total(self._capacity) - CLOSE:
                return
            trial = self._safe.towards(answer[1], share)
            sights = self._look(trial)
            if sights is None:
                return
            self._take(trial, sights)
            master.add(column for sight in sights for column in sight.columns)

    def _look(self, trial: Prices) -> list[Sight] | None:
        sights = []
        for family in self._families:
            if self._watch.over():
                return None
            sights.append(look(self._facts, family, trial, self._effort))
        return sights

    def _take(self, trial: Prices, sights: Sequence[Sight]) -> None:
        """Raise the trial prices until nothing exceeds them; safe from now on if they amount to less."""
        if not all(sight.complete for sight in sights):
            return
        more = np.zeros(len(trial.residents))
        for family, sight in zip(self._families, sights, strict=True):
            more[family.ids] = np.maximum(more[family.ids], sight.excess)
        raised = Prices(trial.residents + more, trial.faculty)
        if raised.total(self._capacity) < self._safe.total(self._capacity):
            self._safe = raised
            self._report(raised.total(self._capacity))


def columns_of(instance: Instance, groups: Iterable[Group]) -> Iterator[Column]:
    """The groups of a plan as columns."""
    lookup = Lookup.of(instance)
    resident = {person.id: number for number, person in enumerate(instance.residents)}
    leader = {person.id: number for number, person in enumerate(instance.faculty)}
    for group in groups:
        if roll := Roll.call(lookup, group):
            members = tuple(sorted(resident[person.id] for person in roll.residents))
            yield Column(
                members, tuple(sorted(leader[p.id] for p in roll.faculty)), sum(group_points(lookup, roll).values())
            )
