"""What a plan leaves alone that is made while groups meet: sessions that have begun, and others that stay as they are.

A group that has had its session of a round gets no other in it, and its people's time around that session is theirs.
The planner knows of this by marks alone: the group's people cannot come to what must not be.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from scheduler.planning.keys import person_key, room_key
from scheduler.planning.taken import Span
from scheduler.plans.whole import Sitting, StoredGroup
from solvers.instance import Faculty, Group, Instance, Resident, Room
from solvers.vocabulary import CANNOT

SessionOf = tuple[str, int]
"""A session by its group's key and its round."""


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """A session that stays as it is. It takes ``room`` and ``people``, who are those that lead it, by their keys.

    An ``extra`` session is beside that of its round, and closes neither the round nor the days around it.
    """

    group: str
    round: int
    span: Span
    room: str | None = None
    people: frozenset[str] = frozenset()
    extra: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a published plan stays: ``sessions`` wholly, ``dates`` unless the session is dropped.

    Nobody gets a new date before ``earliest``.
    """

    sessions: tuple[LeftAlone, ...] = ()
    dates: frozenset[SessionOf] = frozenset()
    earliest: datetime | None = None


def begun_sessions(groups: Iterable[StoredGroup], length: timedelta, now: datetime) -> tuple[LeftAlone, ...]:
    """The sessions of published groups that have begun or are over."""
    return tuple(
        left_alone(group.key, session, length)
        for group in groups
        for session in group.sessions
        if session.starts_at <= now
    )


def left_alone(key: str, session: Sitting, length: timedelta) -> LeftAlone:
    """A planned session that stays."""
    return LeftAlone(
        group=key,
        round=session.round,
        span=Span(session.starts_at, session.starts_at + length),
        room=room_key(session.room_id) if session.room_id is not None else None,
        people=frozenset(map(person_key, session.facilitator_ids)),
    )


def without(groups: Iterable[Group], sessions: Collection[SessionOf]) -> tuple[Group, ...]:
    """The groups without these sessions."""
    return tuple(
        replace(group, sessions=tuple(s for s in group.sessions if (group.id, s.round) not in sessions))
        for group in groups
    )


def leaving_alone(instance: Instance, standing: Standing) -> Instance:
    """The problem in which all of this stays: closed to whoever it takes, and no part of the previous plan."""
    gone = {(session.group, session.round) for session in standing.sessions if not session.extra}
    previous = without(instance.previous, gone)
    closed = _Closed(instance, {group.id: group for group in previous})
    for session in standing.sessions:
        closed.around(session)
    for group, round_ in standing.dates:
        closed.all_but_its_date(group, round_)
    if standing.earliest is not None:
        closed.before(standing.earliest)
    return replace(
        instance,
        previous=previous,
        residents=tuple(map(closed.to, instance.residents)),
        faculty=tuple(map(closed.to, instance.faculty)),
        rooms=tuple(map(closed.to, instance.rooms)),
    )


def with_closed(marks: str, closed: Collection[int], mark: str = CANNOT) -> str:
    """Marks of a person or a room with these slots closed."""
    if not closed:
        return marks
    each = list(marks)
    for index in closed:
        each[index] = mark
    return "".join(each)


_Marked = TypeVar("_Marked", Resident, Faculty, Room)


class _Closed:
    """The slots that are closed to people and rooms, by their keys."""

    def __init__(self, instance: Instance, groups: Mapping[str, Group]) -> None:
        self.slots: dict[str, set[int]] = defaultdict(set)
        self._instance = instance
        self._groups = groups
        self._length = timedelta(minutes=instance.session_minutes)
        self._gap = timedelta(days=instance.min_gap_days)
        self._own = {key: {session.slot for session in group.sessions} for key, group in groups.items()}

    def to(self, one: _Marked) -> _Marked:
        """A person or a room with what is closed to them."""
        closed = self.slots.get(one.id)
        return replace(one, availability=with_closed(one.availability, closed)) if closed else one

    def around(self, session: LeftAlone) -> None:
        """Close what a session that stays takes: its time, and for its group the round and the days around it."""
        begins, ends = session.span.starts_at - self._length, session.span.ends_at
        during = {i for i, slot in enumerate(self._instance.slots) if begins < slot.start < ends}
        for key in (*session.people, *([session.room] if session.room else [])):
            self.slots[key] |= during
        group = self._groups.get(session.group)
        if group is not None:
            around = during if session.extra else during | self._round_and_gap(session)
            for resident in group.residents:
                self.slots[resident] |= around

    def all_but_its_date(self, key: str, round_: int) -> None:
        """Close a round to a group but for the date that it has."""
        own = {session.slot for session in self._groups[key].sessions if session.round == round_}
        others = {i for i, slot in enumerate(self._instance.slots) if slot.round == round_} - own
        for resident in self._groups[key].residents:
            self.slots[resident] |= others

    def before(self, earliest: datetime) -> None:
        """Close what is too soon, but for the dates that groups have."""
        soon = {i for i, slot in enumerate(self._instance.slots) if slot.start < earliest}
        of_group = {person: self._own[key] for key, group in self._groups.items() for person in group.residents}
        for resident in self._instance.residents if soon else ():
            self.slots[resident.id] |= soon - of_group.get(resident.id, set())

    def _round_and_gap(self, session: LeftAlone) -> set[int]:
        slots, start = self._instance.slots, session.span.starts_at
        near = {i for i, slot in enumerate(slots) if abs(slot.start - start) < self._gap} - self._own[session.group]
        return near | {i for i, slot in enumerate(slots) if slot.round == session.round}
