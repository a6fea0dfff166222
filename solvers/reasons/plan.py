"""A plan to try changes on: what each group is worth, and whether it would stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from solvers.instance import COMING, IN_PERSON, Group, Instance, Room, Session
from solvers.lookup import Lookup, Roll
from solvers.points import group_points
from solvers.referee import group_breaches


class Plan:
    """Groups of an instance, by id, with what has been found out about them and their variations. Groups that are
    ``fixed`` keep their people, as pinned ones do."""

    def __init__(self, instance: Instance, groups: Iterable[Group], fixed: Iterable[str] = ()) -> None:
        self.instance = instance
        self.lookup = Lookup.of(instance)
        self.groups = {group.id: group for group in groups}
        self.group_of = {resident: group.id for group in self.groups.values() for resident in group.residents}
        self.group_before = {resident: group.id for group in instance.previous for resident in group.residents}
        self.led_by: dict[str, list[str]] = defaultdict(list)
        for group in self.groups.values():
            for facilitator in group.facilitators:
                self.led_by[facilitator].append(group.id)
        self.pinned = dict.fromkeys(fixed, frozenset[int]()) | {pin.id: frozenset(pin.rounds) for pin in instance.pins}
        self._rolls: dict[Group, Roll] = {}
        self._own_rolls: dict[str, tuple[Group, Roll]] = {}
        self._worth: dict[Group, int] = {}
        self._settled: dict[Group, Group | None] = {}

    def roll(self, group: Group) -> Roll:
        """The group called together; everybody in it exists."""
        own = self._own_rolls.get(group.id)
        if own is not None and own[0] is group:
            return own[1]
        roll = self._rolls.get(group) or Roll.call(self.lookup, group)
        assert roll is not None, "a plan that is explained has passed the referee"
        self._rolls[group] = roll
        if self.groups.get(group.id) is group:
            # The plan's own groups are asked for most, and finding one by its content means hashing all of it.
            self._own_rolls[group.id] = group, roll
        return roll

    def worth(self, group: Group) -> int:
        """The points that a group brings, with those for who is no longer in it; nothing for an empty one."""
        if group not in self._worth:
            own = sum(group_points(self.lookup, self.roll(group)).values()) if group.residents else 0
            self._worth[group] = own + self._gone(group)
        return self._worth[group]

    def settled(self, group: Group) -> Group | None:
        """The group without the sessions that it can no longer hold; None if it breaks a rule even so."""
        if group not in self._settled:
            self._settled[group] = self._settle(group)
        return self._settled[group]

    def held(self, group: Group) -> Group:
        """The group with the sessions that break no rule, whatever else of it does."""
        failing = {breach.round for breach in group_breaches(self.lookup, self.roll(group))} - {None}
        return replace(group, sessions=tuple(s for s in group.sessions if s.round not in failing)) if failing else group

    def unplaced(self) -> list[str]:
        """The residents in no group."""
        return [resident for resident in self.lookup.residents if resident not in self.group_of]

    def _settle(self, group: Group) -> Group | None:
        if not group.residents:
            return group  # Everybody has left: it is dissolved.
        failing = set()
        for breach in group_breaches(self.lookup, self.roll(group)):
            if breach.round is None or breach.round in self.pinned.get(group.id, ()):
                return None
            failing.add(breach.round)
        return replace(group, sessions=tuple(s for s in group.sessions if s.round not in failing)) if failing else group

    def _gone(self, group: Group) -> int:
        """Points for those of the earlier group who take part still, and not in this group."""
        before, weights = self.lookup.previous.get(group.id), self.instance.weights
        if before is None:
            return 0
        residents = {person for person in before.residents if self.lookup.person(person)} - set(group.residents)
        faculty = {person for person in before.facilitators if self.lookup.person(person)} - set(group.facilitators)
        return weights.regroup * len(residents) + weights.handover * len(faculty)


class Bookings:
    """When rooms and facilitators are taken by the sessions of a plan, in minutes since the epoch; ``without`` one that
    may move to a time that overlaps its own."""

    def __init__(self, plan: Plan, without: Session | None = None) -> None:
        self._lookup = plan.lookup
        self._length = plan.instance.session_minutes
        self._taken: dict[str, list[float]] = defaultdict(list)
        for group in plan.groups.values():
            for session in group.sessions:
                if session is not without:
                    self.add(session)

    def add(self, session: Session) -> None:
        """Take the session's room and facilitators."""
        rooms = [f"room {session.room}"] if session.room else []
        for key in (*rooms, *session.facilitators):
            self._taken[key].append(self._lookup.minutes[session.slot])

    def is_free(self, key: str, slot: int) -> bool:
        """Whether a facilitator, or ``room`` and its id, has no session at that time."""
        start = self._lookup.minutes[slot]
        return all(abs(other - start) >= self._length for other in self._taken[key])

    def facilitators(self, roll: Roll, slot: int) -> list[str]:
        """The group's facilitators who could come."""
        able = [person.id for person in roll.faculty if person.availability[slot] in COMING]
        return [person for person in able if self.is_free(person, slot)]

    def rooms(self, roll: Roll, slot: int) -> list[Room]:
        """The rooms in which the group could meet, the smallest first."""
        rooms = [room for room in self._lookup.rooms.values() if fits(room, roll) and room.availability[slot] == "1"]
        return sorted((room for room in rooms if self.is_free(f"room {room.id}", slot)), key=lambda room: room.capacity)

    def session(self, roll: Roll, slot: int) -> Session:
        """A session of the group there, with everybody who can come and the smallest room that does."""
        round_ = self._lookup.instance.slots[slot].round
        rooms = self.rooms(roll, slot) if roll.group.mode == IN_PERSON else []
        return Session(round_, slot, tuple(self.facilitators(roll, slot)), rooms[0].id if rooms else None)


def fits(room: Room, roll: Roll) -> bool:
    """Whether the room is at the group's site and holds everybody."""
    return room.site == roll.group.site and room.capacity >= len(roll.members)
