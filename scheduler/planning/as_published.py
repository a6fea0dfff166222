"""The previous plan of a problem as its sessions really are by now, and not as a plan once put them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from scheduler.planning.left_alone import SessionOf
from solvers.instance import Group, Instance, Session
from solvers.vocabulary import COMING


@dataclass(frozen=True, slots=True)
class HeldAt:
    """When a published session is held, and in which room, by the planner's key."""

    starts_at: datetime
    room: str | None


def as_published(instance: Instance, held: Mapping[SessionOf, HeldAt], gone: Mapping[str, Collection[str]]) -> Instance:
    """The problem whose previous groups have the sessions that are ``held``, without the people who are ``gone`` from
    them, and whose sessions are led by those who can come. What is held at no slot is left out."""
    present = _Present(instance, held)
    return replace(
        instance, previous=tuple(present.group(group, gone.get(group.id, ())) for group in instance.previous)
    )


class _Present:
    """Sessions by group and round, with slots looked up."""

    def __init__(self, instance: Instance, held: Mapping[SessionOf, HeldAt]) -> None:
        self._held = held
        self._slots = {(slot.start, slot.round): index for index, slot in enumerate(instance.slots)}
        self._marks = {person.id: person.availability for person in instance.faculty}

    def group(self, group: Group, gone: Collection[str]) -> Group:
        """A group as it is now."""
        leads = tuple(key for key in group.facilitators if key not in gone)
        return replace(
            group,
            residents=tuple(key for key in group.residents if key not in gone),
            facilitators=leads,
            sessions=tuple(self._sessions(group, leads)),
        )

    def _sessions(self, group: Group, leads: Collection[str]) -> Iterator[Session]:
        for session in group.sessions:
            now = self._held.get((group.id, session.round))
            slot = self._slots.get((now.starts_at, session.round)) if now is not None else None
            if now is not None and slot is not None:
                coming = tuple(key for key in session.facilitators if key in leads and self._can_come(key, slot))
                yield replace(session, slot=slot, room=session.room and (now.room or session.room), facilitators=coming)

    def _can_come(self, key: str, slot: int) -> bool:
        return self._marks.get(key, "0" * (slot + 1))[slot] in COMING
