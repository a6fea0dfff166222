"""Groups of plans as columns, and those that a search meets meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from solvers.engines.bound.earlier_groups import points_for_staying
from solvers.engines.bound.pricing import Column
from solvers.instance import Group, Instance
from solvers.lookup import Lookup, Roll
from solvers.points import group_points

ASKING_SECONDS: Final = 3.0
"""A search is asked no more often than this for the groups that it has met."""
MOST_MET: Final = 6_000
"""More columns would slow the restricted master problem down by more than they are worth."""


def columns_of(instance: Instance, groups: Iterable[Group]) -> Iterator[Column]:
    """The groups of a plan as columns."""
    lookup = Lookup.of(instance)
    resident = {person.id: number for number, person in enumerate(instance.residents)}
    facilitator = {person.id: number for number, person in enumerate(instance.faculty)}
    for group in groups:
        if roll := Roll.call(lookup, group):
            members = tuple(sorted(resident[person.id] for person in roll.residents))
            yield Column(
                members,
                tuple(sorted(facilitator[p.id] for p in roll.faculty)),
                sum(group_points(lookup, roll).values()) + points_for_staying(instance, group),
            )


class MetColumns:
    """The groups that a search has met, as columns. ``known`` are all so far."""

    def __init__(self, instance: Instance, met_groups: Callable[[], Iterable[Group]]) -> None:
        self._instance, self._met_groups = instance, met_groups
        self._seen: set[tuple[object, ...]] = set()
        self._next = 0.0
        self.known: list[Column] = []

    def new(self) -> list[Column]:
        """Those met since the last time, if it is time to ask and there is room for them."""
        if len(self.known) >= MOST_MET or time.monotonic() < self._next:
            return []
        groups = [group for group in self._met_groups() if self._is_new(group)]
        columns = list(columns_of(self._instance, groups[: MOST_MET - len(self.known)]))
        self.known += columns
        self._next = time.monotonic() + ASKING_SECONDS
        return columns

    def _is_new(self, group: Group) -> bool:
        dates = tuple((session.round, session.slot) for session in group.sessions)
        key = (group.model, group.mode, group.site, frozenset(group.residents), frozenset(group.facilitators), dates)
        if key in self._seen:
            return False
        self._seen.add(key)
        return True
