"""Making a plan of chosen columns: dates, rooms, and who facilitates each session."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

import numpy as np

from solvers.engines.bounding.dating import appraise
from solvers.engines.bounding.facts import Facts
from solvers.engines.bounding.families import Kind
from solvers.engines.bounding.family import NOBODY, Family
from solvers.engines.bounding.grid import Grid
from solvers.engines.bounding.pricing import Column
from solvers.engines.bounding.roll import new_roll
from solvers.instance import COMING, IN_PERSON, Group, Instance, Room, Session


def best_dates_of(facts: Facts, family: Family, grid: Grid, column: Column) -> list[tuple[int, int]]:
    """The best round and slot of every session of a group of ``family``, as if it were alone."""
    roll = new_roll(family, grid, facts.marks.shape[1], int(facts.beat.max(initial=0)))
    members = np.searchsorted(family.ids, column.residents).astype(np.int32)
    appraise(facts, family, grid, roll, column.option, members)
    return [(number, int(slot)) for number, slot in enumerate(roll.dates) if slot != NOBODY]


class Composer:
    """Books what several groups share: the first come have it. A plan is for the referee to judge."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._starts = [slot.start.timestamp() / 60 for slot in instance.slots]
        self._booked: dict[str, list[float]] = {}
        taken = {group.id for group in instance.previous}
        self._names = (name for name in (f"g{number}" for number in count(1)) if name not in taken)

    def group(self, kind: Kind, column: Column, dates: Sequence[tuple[int, int]]) -> Group | None:
        """A group that meets at ``dates``; None if one of them finds no room."""
        instance = self._instance
        leaders = [instance.faculty[number] for number in column.faculty]
        sessions = []
        for number, slot in dates:
            coming = tuple(
                person.id for person in leaders if person.availability[slot] in COMING and self._book(person.id, slot)
            )
            room = None
            if kind.mode == IN_PERSON:
                room = self._room(kind, slot, len(column.residents) + len(leaders))
                if room is None:
                    return None
            sessions.append(Session(number, slot, coming, room.id if room else None))
        return Group(
            next(self._names),
            kind.model,
            kind.mode,
            tuple(instance.residents[number].id for number in column.residents),
            tuple(person.id for person in leaders),
            tuple(sessions),
            kind.site,
        )

    def _room(self, kind: Kind, slot: int, people: int) -> Room | None:
        for room in self._instance.rooms:
            fits = room.site == kind.site and room.capacity >= people and room.availability[slot] == "1"
            if fits and self._book(f"room {room.id}", slot):
                return room
        return None

    def _book(self, what: str, slot: int) -> bool:
        """Book for a session, unless there is another at that time."""
        times = self._booked.setdefault(what, [])
        if any(abs(time - self._starts[slot]) < self._instance.session_minutes for time in times):
            return False
        times.append(self._starts[slot])
        return True
