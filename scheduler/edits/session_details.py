"""Rooms, facilitators and marks for the sessions of a draft's groups as these change."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from scheduler.edits.facts import Facts
from scheduler.planning.keys import database_id, person_key, room_key
from scheduler.plans.whole import Sitting, StoredGroup
from solvers.free_rooms import free_room
from solvers.instance import Group
from solvers.scorecard import Scorecard
from solvers.vocabulary import CANNOT, COMING, IN_PERSON


@dataclass(frozen=True, slots=True)
class Dating:
    """What rooms and people have free beside a draft's groups: those of the ``scorecard`` as they are, but for the
    ``changed`` ones, which are so by now. ``planned`` tells how the planner knows a group."""

    facts: Facts
    scorecard: Scorecard
    planned: Callable[[StoredGroup], Group | None]
    changed: Mapping[str, StoredGroup | None]

    def is_ahead(self, group: StoredGroup, session: Sitting) -> bool:
        """Whether a session can still be another: it is at a slot and has not begun."""
        known = (session.starts_at, session.round) in self.facts.index_of
        return known and session.round not in self.facts.begun_of(group.key)

    def brought_up_to_date(self, group: StoredGroup) -> StoredGroup:
        """The group with rooms that hold it, its facilitators who can come, and everybody's marks at each session that
        can still be another. Rooms and facilitators that will do stay."""
        for session in group.sessions:
            if self.is_ahead(group, session):
                led = replace(session, facilitator_ids=self._leads(group, session))
                group = group.with_session(session.round, self._with_marks(group, self._in_room(group, led)))
        return group

    def at_another_time(self, group: StoredGroup, session: Sitting, *, stays: bool) -> StoredGroup:
        """The group with this session, in its room (as it ``stays``, or if it is free) or in one that is free."""
        leads = tuple(who for who in group.facilitators if self._can_lead(group, who, self._slot(session)))
        led = replace(session, facilitator_ids=leads)
        return group.with_session(session.round, self._with_marks(group, led if stays else self._in_room(group, led)))

    def redated(self, group: StoredGroup, round_: int) -> StoredGroup:
        """The group with its session of a round as its people, rooms and facilitators allow now."""
        session = group.session_in(round_)
        if session is None or not self.is_ahead(group, session):
            return group
        return self.at_another_time(group, session, stays=False)

    def with_free_rooms(self, group: StoredGroup) -> StoredGroup:
        """The group without sessions for which there is no room."""
        for session in group.sessions if group.mode == IN_PERSON else ():
            room_id = self._free_room(group, replace(session, room_id=None))
            held = replace(session, room_id=room_id) if room_id is not None else None
            group = group.with_session(session.round, held)
        return group

    def mark(self, person_id: int, slot: int) -> str:
        """What is known of somebody's coming."""
        return self.facts.marks.get(person_key(person_id), CANNOT * (slot + 1))[slot]

    def _slot(self, session: Sitting) -> int:
        return self.facts.index_of[session.starts_at, session.round]

    def _leads(self, group: StoredGroup, session: Sitting) -> tuple[int, ...]:
        """Who led it and still facilitates the group, and who newly does and can come."""
        slot, known = self._slot(session), set(session.facilitator_ids)
        new = {seat.person_id for seat in group.members} - set(self._before(group.key))
        return tuple(
            who for who in group.facilitators if who in known or (who in new and self._can_lead(group, who, slot))
        )

    def _before(self, key: str) -> Iterable[int]:
        """Who was in a group before it was changed."""
        card = self.scorecard.cards.get(key)
        return map(database_id, card.group.facilitators) if card else ()

    def _can_lead(self, group: StoredGroup, person_id: int, slot: int) -> bool:
        person = self.facts.lookup.faculty.get(person_key(person_id))
        if person is None or person.availability[slot] not in COMING:
            return False
        return not self._is_taken(self.scorecard.person_slots, group, person.id, slot)

    def _in_room(self, group: StoredGroup, session: Sitting) -> Sitting:
        """The session in its room if that will do, else in one that is free; without one it stays where it is."""
        if group.mode != IN_PERSON:
            return replace(session, room_id=None)
        return replace(session, room_id=self._free_room(group, session) or session.room_id)

    def _free_room(self, group: StoredGroup, session: Sitting) -> int | None:
        planned, slot = self.planned(replace(group, sessions=group.sessions)), self._slot(session)
        if planned is None:
            return session.room_id

        def is_taken(room: str, index: int) -> bool:
            return self._is_taken(self.scorecard.room_slots, group, room, index)

        first = room_key(session.room_id) if session.room_id is not None else None
        room = free_room(self.facts.instance, planned, slot, is_taken, first)
        return database_id(room.id) if room else None

    def _is_taken(
        self, slots: Callable[[str, Collection[str]], Iterable[int]], group: StoredGroup, key: str, slot: int
    ) -> bool:
        others = {other for other in self.changed if other != group.key}
        taken = [*slots(key, {group.key, *others}), *self._taken_by_changed(group, key)]
        minutes, length = self.facts.lookup.minutes, self.facts.instance.session_minutes
        return any(abs(minutes[other] - minutes[slot]) < length for other in taken)

    def _taken_by_changed(self, group: StoredGroup, key: str) -> Iterable[int]:
        """The slots at which other groups that have changed take a room or a person."""
        for other in self.changed.values():
            planned = self.planned(other) if other is not None and other.key != group.key else None
            for meeting in planned.sessions if planned else ():
                if planned is not None and key in (meeting.room, *meeting.facilitators, *planned.residents):
                    yield meeting.slot

    def _with_marks(self, group: StoredGroup, session: Sitting) -> Sitting:
        slot = self._slot(session)
        invited = (*group.residents, *session.facilitator_ids)
        return replace(session, marks={str(who): self.mark(who, slot) for who in invited})
