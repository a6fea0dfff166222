"""Who of a group's facilitators comes to its sessions.

The planner names those whom a rule needs; where a model needs none at every session, it may name none. Everybody who
belongs to a group and can come is invited all the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from solvers.instance import Group, Instance, Session
from solvers.solution import Solution
from solvers.vocabulary import COMING


def with_all_who_can_come(instance: Instance, solution: Solution) -> Solution:
    """The solution with every facilitator at every session of theirs that they can come to, twice booked nowhere."""
    diary = _Diary(instance, solution)
    return replace(solution, groups=tuple(_filled(group, diary) for group in solution.groups))


class _Diary:
    """When facilitators can come, and what they are booked for already."""

    def __init__(self, instance: Instance, solution: Solution) -> None:
        self._starts = [slot.start for slot in instance.slots]
        self._length = timedelta(minutes=instance.session_minutes)
        self._marks: Mapping[str, str] = {person.id: person.availability for person in instance.faculty}
        self._booked: dict[str, list[datetime]] = defaultdict(list)
        for group in solution.groups:
            for session in group.sessions:
                for person in session.facilitators:
                    self._booked[person].append(self._starts[session.slot])

    def book(self, person: str, slot: int) -> bool:
        """Book the person for the slot if they can come and are not booked then; returns whether they were."""
        start = self._starts[slot]
        free = all(abs(start - other) >= self._length for other in self._booked[person])
        if self._marks[person][slot] not in COMING or not free:
            return False
        self._booked[person].append(start)
        return True


def _filled(group: Group, diary: _Diary) -> Group:
    return replace(group, sessions=tuple(_with_more(group, session, diary) for session in group.sessions))


def _with_more(group: Group, session: Session, diary: _Diary) -> Session:
    more = (person for person in group.facilitators if person not in session.facilitators)
    return replace(session, facilitators=(*session.facilitators, *(p for p in more if diary.book(p, session.slot))))
