"""Rooms and facilitators for the sessions of groups that change, beside all that the others take."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from solvers.free_rooms import free_room, will_hold
from solvers.instance import COMING, IN_PERSON, Group, Session
from solvers.lookup import is_slot_of_round
from solvers.scorecard import Scorecard


@dataclass(frozen=True, slots=True)
class Resources:
    """What rooms and people have free beside the groups of a ``scorecard``, of which the ``changed`` ones are others by
    now."""

    scorecard: Scorecard
    changed: Mapping[str, Group | None]

    def settled(self, before: Group | None, group: Group, newly: Collection[str]) -> Group:
        """The group with sessions as it can hold them. Whoever no longer facilitates it comes to none, those who
        ``newly`` do to the ones they can. A room that would do ``before`` and will not do now is exchanged for a free
        one."""
        if before is not None and _asks_no_more(before, group):
            return group
        sessions = (self._led(group, session, newly) for session in group.sessions)
        return replace(group, sessions=tuple(self._housed(before, group, session) for session in sessions))

    def dated_like(self, group: Group) -> Group:
        """The group with a session wherever it has one, with its facilitators who can come; in person without those for
        which no room is free."""
        sessions = (replace(each, facilitators=(), room=None) for each in group.sessions)
        found = tuple(self.in_room(group, self._led(group, each, group.facilitators)) for each in sessions)
        return replace(group, sessions=tuple(each for each in found if group.mode != IN_PERSON or each.room))

    def can_lead(self, group: Group, facilitator: str, slot: int) -> bool:
        """Whether somebody can come to a session of the group as far as their time and other groups go."""
        known = self.scorecard.lookup.faculty.get(facilitator)
        if known is None or known.availability[slot] not in COMING:
            return False
        return not self._is_busy(group, facilitator, slot)

    def in_room(self, group: Group, session: Session) -> Session:
        """The session in its room if that will do, else in a free one; where there is none it stays where it is."""
        if group.mode != IN_PERSON or not is_slot_of_round(self.scorecard.lookup.instance, session):
            return session
        instance = self.scorecard.lookup.instance
        room = free_room(instance, group, session.slot, partial(self._is_room_taken, group), session.room)
        return replace(session, room=room.id) if room else session

    def _led(self, group: Group, session: Session, newly: Collection[str]) -> Session:
        stay = [who for who in session.facilitators if who in group.facilitators]
        if is_slot_of_round(self.scorecard.lookup.instance, session):
            stay += [who for who in newly if who not in stay and self.can_lead(group, who, session.slot)]
        return replace(session, facilitators=tuple(stay))

    def _housed(self, before: Group | None, group: Group, session: Session) -> Session:
        if group.mode != IN_PERSON:
            return replace(session, room=None)
        was_fine = before is None or before.mode != IN_PERSON or self._will_do(before, session)
        return self.in_room(group, session) if was_fine and not self._will_do(group, session) else session

    def _will_do(self, group: Group, session: Session) -> bool:
        """Whether a session's room is a good one for the group, as far as the group goes."""
        room = self.scorecard.lookup.rooms.get(session.room or "")
        known = is_slot_of_round(self.scorecard.lookup.instance, session)
        return room is not None and known and will_hold(room, group, session.slot)

    def _is_room_taken(self, group: Group, room: str, slot: int) -> bool:
        changed = (each.slot for other, each in self._meetings(group) if other.mode == IN_PERSON and each.room == room)
        return self._overlaps(slot, (*self.scorecard.room_slots(room, self._but(group)), *changed))

    def _is_busy(self, group: Group, person: str, slot: int) -> bool:
        meetings = self._meetings(group)
        changed = (each.slot for other, each in meetings if person in each.facilitators or person in other.residents)
        return self._overlaps(slot, (*self.scorecard.person_slots(person, self._but(group)), *changed))

    def _but(self, group: Group) -> Collection[str]:
        return {group.id, *self.changed}

    def _meetings(self, group: Group) -> Iterator[tuple[Group, Session]]:
        """The sessions of the other groups that have changed."""
        for other in self.changed.values():
            for session in other.sessions if other is not None and other.id != group.id else ():
                if other is not None and is_slot_of_round(self.scorecard.lookup.instance, session):
                    yield other, session

    def _overlaps(self, slot: int, others: Iterable[int]) -> bool:
        minutes, length = self.scorecard.lookup.minutes, self.scorecard.lookup.instance.session_minutes
        return any(abs(minutes[other] - minutes[slot]) < length for other in others)


def _asks_no_more(before: Group, group: Group) -> bool:
    """Whether whatever rooms and facilitators a group had will do for it still, so that none has to be looked for."""
    if (before.facilitators, before.mode, before.site) != (group.facilitators, group.mode, group.site):
        return False
    return group.mode != IN_PERSON or len(group.residents) <= len(before.residents)
