"""Who could stand in for a facilitator at one session: free then, and safe for everybody in the group.

Nothing here asks the database: whoever looks for a deputy hands over the instance and who is taken.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from scheduler.planning.keys import database_id, person_key, room_key
from scheduler.planning.taken import CurrentSession, Span, Taken, current_groups
from solvers.instance import Faculty, Group, Instance
from solvers.instance import Session as Meeting
from solvers.lookup import Lookup
from solvers.one_group import OneGroup
from solvers.vocabulary import COMING


def possible_deputies(
    instance: Instance, group_key: str, session: CurrentSession, for_id: int, taken: Taken
) -> Mapping[int, str]:
    """The faculty who could, by id, with their marks: nobody who is taken, or against whom a rule stands that the
    ``instance`` knows of. What is shown to anybody is worked out of one as they may know it. Standing in once does not
    count as leading a group, so nobody's capacity is asked.
    """
    slot = next(
        (i for i, s in enumerate(instance.slots) if (s.start, s.round) == (session.starts_at, session.round)), None
    )
    group = current_groups(instance).get(group_key)
    if slot is None or group is None:
        return {}
    place = _Place(group, session, slot, person_key(for_id), OneGroup(Lookup.of(instance)))
    return {database_id(person.id): person.availability[slot] for person in place.fitting(instance.faculty, taken)}


@dataclass(frozen=True, slots=True)
class _Place:
    """The place of one facilitator (``for_key``) at a session of a group."""

    group: Group
    session: CurrentSession
    slot: int
    for_key: str
    referee: OneGroup

    def fitting(self, faculty: Collection[Faculty], taken: Taken) -> Iterator[Faculty]:
        before = self._broken(replace(self.group, sessions=()))
        when = Span(self.session.starts_at, self.session.ends_at)
        for person in faculty:
            booked = any(when.overlaps(span) for span in taken.people.get(person.id, ()))
            free = person.availability[self.slot] in COMING and not booked
            if free and person.id not in self.group.facilitators and self._broken(self._with(person)) <= before:
                yield person

    def _with(self, person: Faculty) -> Group:
        """The group as it would sit together then."""
        stays = tuple(key for key in self.group.facilitators if key != self.for_key)
        leads = tuple(key for key in map(person_key, self.session.facilitator_ids) if key in stays)
        room = room_key(self.session.room_id) if self.session.room_id is not None else None
        meeting = Meeting(self.session.round, self.slot, (*leads, person.id), room)
        return replace(self.group, facilitators=(*stays, person.id), sessions=(meeting,))

    def _broken(self, group: Group) -> frozenset[tuple[str, str | None, str | None]]:
        return frozenset((breach.rule_id, breach.group, breach.person) for breach in self.referee.breaches(group))
