"""Groups beside the one that a plan finds for each resident, where a programme lets residents be in several.

The planning format knows one group a resident. So a plan is made without these: groups that people form themselves, and
further groups that somebody was put in. They join it when it is stored, dated around it, and are looked at by
themselves before it is published.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from scheduler.own_groups.service import OWN
from scheduler.planning.own_group_pins import OwnGroup, is_allowed, site_of, whole_group
from scheduler.plans.model import MemberRole
from scheduler.plans.whole import Seat, StoredGroup
from solvers import rules
from solvers.instance import Group, Instance
from solvers.instance import Session as Meeting
from solvers.lookup import Lookup
from solvers.solution import Solution
from solvers.vocabulary import COMING, IN_PERSON


def planned_members(groups: Iterable[StoredGroup]) -> Mapping[str, list[Seat]]:
    """The members that a plan gives its groups, by key: of whoever is in several the first that is not beside.

    Groups that are beside with all of their residents are left out.
    """
    found: dict[str, list[Seat]] = {}
    placed: set[int] = set()
    for group in groups:
        residents = {m.person_id for m in group.members if m.role == MemberRole.RESIDENT and not m.beside} - placed
        placed |= residents
        if residents:
            found[group.key] = [m for m in group.members if m.role != MemberRole.RESIDENT or m.person_id in residents]
    return found


def further_residents(groups: Sequence[StoredGroup]) -> Mapping[str, frozenset[int]]:
    """Residents whom the planner does not know in a group that it knows, by the group's key."""
    planned = planned_members(groups)
    return {
        group.key: frozenset(m.person_id for m in group.members) - {m.person_id for m in planned[group.key]}
        for group in groups
        if group.key in planned
    }


def without_own_groups(instance: Instance) -> Instance:
    """The problem without groups that people form themselves: everybody is planned as if they were in none."""
    return replace(
        instance,
        models=tuple(model for model in instance.models if model.id != OWN),
        residents=tuple(
            replace(person, models={key: liked for key, liked in person.models.items() if key != OWN})
            for person in instance.residents
        ),
        previous=tuple(group for group in instance.previous if group.model != OWN),
    )


def dated_own_groups(
    instance: Instance,
    solution: Solution,
    groups: Iterable[OwnGroup],
    before: Mapping[str, Mapping[int, datetime]],
) -> Iterator[Group]:
    """The self-formed groups that may be, each with dates that suit its people and none of whose people the plan has
    elsewhere then. ``before`` are the dates that a group has, by key and round: it keeps them where it can."""
    known = {person.id for person in instance.residents} | {person.id for person in instance.faculty}
    diary = Diary(instance, solution.groups)
    for each in groups:
        group = whole_group(each, known)
        if group is not None and is_allowed(instance, group):
            dated = Group(
                id=group.key,
                model=OWN,
                mode=group.mode,
                residents=group.residents,
                facilitators=group.facilitators,
                sessions=(),
                site=site_of(instance, group) if group.mode == IN_PERSON else None,
            )
            yield replace(dated, sessions=tuple(diary.dates_for(dated, before.get(group.key, {}))))


class Diary:
    """Who and which room is taken when, by the groups of a plan."""

    def __init__(self, instance: Instance, groups: Iterable[Group]) -> None:
        self._instance = instance
        self._lookup = Lookup.of(instance)
        self._length = timedelta(minutes=instance.session_minutes)
        self._taken: dict[str, list[datetime]] = defaultdict(list)
        for group in groups:
            for meeting in group.sessions:
                self._book(group, meeting)

    def dates_for(self, group: Group, before: Mapping[int, datetime]) -> Iterator[Meeting]:
        """One date a round in which enough can come; what is chosen is booked."""
        slots = self._instance.slots
        last = max((date for round_, date in before.items() if round_ not in {s.round for s in slots}), default=None)
        for round_ in sorted({slot.round for slot in slots}):
            open_slots = [i for i, s in enumerate(slots) if s.round == round_ and self._is_long_enough(last, s.start)]
            possible = [meeting for index in open_slots if (meeting := self._meeting(group, index))]
            if possible:
                best = min(possible, key=lambda each: self._order(group, each, before.get(round_)))
                last = slots[best.slot].start
                self._book(group, best)
                yield best

    def coming(self, group: Group, slot: int) -> list[str]:
        """The residents of a group who can come and are nowhere else."""
        return [key for key in group.residents if self._is_free(key, slot)]

    def has_quorum(self, group: Group, slot: int) -> bool:
        """Whether enough residents can come."""
        return len(self.coming(group, slot)) >= self._lookup.quorum_at(group.residents, slot)

    def _order(self, group: Group, meeting: Meeting, before: datetime | None) -> tuple[bool, int, int]:
        moves = self._instance.slots[meeting.slot].start != before
        return moves, -len(self.coming(group, meeting.slot)), meeting.slot

    def _is_long_enough(self, last: datetime | None, start: datetime) -> bool:
        return last is None or start - last >= timedelta(days=self._instance.min_gap_days)

    def _meeting(self, group: Group, slot: int) -> Meeting | None:
        if not self.has_quorum(group, slot):
            return None
        room = self._room(group, slot) if group.mode == IN_PERSON else None
        if group.mode == IN_PERSON and room is None:
            return None
        leads = tuple(key for key in group.facilitators if self._is_free(key, slot))
        return Meeting(self._instance.slots[slot].round, slot, leads, room)

    def _room(self, group: Group, slot: int) -> str | None:
        size = len(group.residents) + len(group.facilitators)
        fitting = (
            room for room in self._instance.rooms
            if room.site == group.site and room.capacity >= size and room.availability[slot] == "1"
        )  # fmt: skip
        return next((room.id for room in fitting if not self._is_taken(room.id, slot)), None)

    def _is_free(self, key: str, slot: int) -> bool:
        person = self._lookup.person(key)
        return person is not None and person.availability[slot] in COMING and not self._is_taken(key, slot)

    def _is_taken(self, key: str, slot: int) -> bool:
        start = self._instance.slots[slot].start
        return any(abs(start - other) < self._length for other in self._taken[key])

    def _book(self, group: Group, meeting: Meeting) -> None:
        start = self._instance.slots[meeting.slot].start
        rooms = () if meeting.room is None else (meeting.room,)
        for key in (*group.residents, *meeting.facilitators, *rooms):
            self._taken[key].append(start)


def broken_beside(
    instance: Instance, groups: Sequence[StoredGroup], whole: Collection[Group]
) -> Iterator[tuple[str, str]]:
    """Each rule that groups or members that are beside break, with the key of the group.

    ``whole`` are all groups as they are stored; the referee has looked at those that are planned.
    """
    planned = planned_members(groups)
    avoided = {person.id: set(person.avoids) for person in instance.residents}
    lookup = Lookup.of(instance)
    for group in whole:
        people = {*group.residents, *group.facilitators}
        if any(pair <= people for pair in instance.conflicts):
            yield rules.CONFLICT, group.id
        if any(avoided.get(person, set()) & people for person in people):
            yield rules.AVOIDS, group.id
        if group.model != OWN and _leaves_alone(lookup, group):
            yield rules.COMPANY_REQUIRED, group.id
    diary = Diary(instance, [group for group in whole if group.id in planned])
    for group in whole:
        if group.id not in planned and not all(diary.has_quorum(group, meeting.slot) for meeting in group.sessions):
            yield rules.QUORUM, group.id


def _leaves_alone(lookup: Lookup, group: Group) -> bool:
    """Whether somebody would be the only one in a group with a tag of which they must not be."""
    people = [person for who in {*group.residents, *group.facilitators} if (person := lookup.person(who))]
    having = Counter(tag for person in people for tag in set(person.tags))
    asking = [lookup.residents[who] for who in group.residents if who in lookup.residents]
    return any(having[tag] <= (tag in person.tags) for person in asking for tag in person.firm)
