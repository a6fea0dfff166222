"""From selected columns to a plan: dates, rooms, and who facilitates each session."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

import numpy as np

from solvers.engines.bound.decomposition import GroupKind
from solvers.engines.bound.group_dates import date_group
from solvers.engines.bound.instance_data import InstanceData
from solvers.engines.bound.loss_grid import LossGrid
from solvers.engines.bound.members_first_workspace import new_members_first_workspace
from solvers.engines.bound.pricing import Column
from solvers.engines.bound.subproblem import NO_SESSION, Subproblem
from solvers.instance import COMING, IN_PERSON, Group, Instance, Room, Session


def dates_of_column(
    data: InstanceData, subproblem: Subproblem, grid: LossGrid, column: Column
) -> list[tuple[int, int]]:
    """Round and slot of every session of a group of ``subproblem``, at its best dates regardless of other groups."""
    work = new_members_first_workspace(subproblem, grid, data.marks.shape[1], int(data.weekly_time.max(initial=0)))
    members = np.searchsorted(subproblem.residents, column.residents).astype(np.int32)
    date_group(data, subproblem, grid, work, column.option, members)
    return [(number, int(slot)) for number, slot in enumerate(work.best_slot) if slot != NO_SESSION]


class PlanBuilder:
    """Books rooms and facilitators, first come, first served. The referee has to judge the plan."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._starts = [slot.start.timestamp() / 60 for slot in instance.slots]
        self._booked: dict[str, list[float]] = {}
        self._earlier = taken = {group.id for group in instance.previous}
        known = frozenset(taken)
        self._names = (name for name in (f"g{number}" for number in count(1)) if name not in known)

    def group(self, kind: GroupKind, column: Column, dates: Sequence[tuple[int, int]]) -> Group | None:
        """A group that meets at ``dates``; None if there is no room at one of them."""
        instance = self._instance
        facilitators = [instance.faculty[number] for number in column.faculty]
        sessions = []
        for number, slot in dates:
            coming = tuple(
                person.id
                for person in facilitators
                if person.availability[slot] in COMING and self._book(person.id, slot)
            )
            room = None
            if kind.mode == IN_PERSON:
                room = self._room(kind, slot, len(column.residents) + len(facilitators))
                if room is None:
                    return None
            sessions.append(Session(number, slot, coming, room.id if room else None))
        return Group(
            self._id(kind),
            kind.model,
            kind.mode,
            tuple(instance.residents[number].id for number in column.residents),
            tuple(person.id for person in facilitators),
            tuple(sessions),
            kind.site,
        )

    def _id(self, kind: GroupKind) -> str:
        """The earlier group's id, for the first group that goes by it."""
        if kind.id in self._earlier:
            self._earlier.remove(kind.id)
            return kind.id
        return next(self._names)

    def _room(self, kind: GroupKind, slot: int, people: int) -> Room | None:
        for room in self._instance.rooms:
            fits = room.site == kind.site and room.capacity >= people and room.availability[slot] == "1"
            if fits and self._book(f"room {room.id}", slot):
                return room
        return None

    def _book(self, what: str, slot: int) -> bool:
        """Book a room or facilitator for a session, unless another session takes place at that time."""
        times = self._booked.setdefault(what, [])
        if any(abs(time - self._starts[slot]) < self._instance.session_minutes for time in times):
            return False
        times.append(self._starts[slot])
        return True
