"""The referee's word on published groups as they are or would be, at whatever times their sessions are.

A plan has one session a round, at one of the programme's slots; what is published may have more, and elsewhere. So each
session is put before the referee as a round of its own, with the marks of its people at its own time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from scheduler.availability.long_leave import leave_of_programme
from scheduler.db import Db
from scheduler.planning.breaches import broken_of
from scheduler.planning.instance_builder import problem_of, rooms_of
from scheduler.planning.keys import database_id, person_key, room_key
from scheduler.planning.known_to import KnownTo
from scheduler.planning.planned_people import slots_away
from scheduler.programmes.model import Programme
from solvers import rules
from solvers.instance import Group, Instance, Slot
from solvers.instance import Session as Meeting
from solvers.lookup import Lookup
from solvers.one_group import OneGroup
from solvers.referee import Breach, breaches_in

_OF_PLANS: Final = frozenset(
    {
        rules.GROUP_ID,
        rules.KNOWN,
        rules.ATTENDING,
        rules.ROOM_OVERLAP,
        rules.PERSON_OVERLAP,
        rules.SLOT_OF_ROUND,
        rules.ONE_SESSION,
        rules.PIN_KEPT,
        rules.PIN_MEMBERS,
        rules.PIN_ROUNDS,
        rules.BOUND,
    }
)
"""What is asked of plans alone: here sessions are at whatever times, deputies come to them, and whether people and
rooms are taken is looked at over all programmes."""
_OF_GROUP: Final = rules.HARD_RULE.keys() - (
    _OF_PLANS
    | {
        rules.ROOM_AT_SITE,
        rules.ROOM_CAPACITY,
        rules.ROOM_FREE,
        rules.QUORUM,
        rules.PRESENT,
        rules.FACILITATOR_FREE,
    }
)
"""What is asked of a group, whenever it meets."""
_OF_SESSION: Final = rules.HARD_RULE.keys() - (
    _OF_PLANS
    | {
        rules.ONCE,
        rules.ONE_GROUP,
        rules.MODEL_ACCEPTED,
        rules.GROUP_SIZE,
        rules.STAGE_SPREAD,
        rules.FACILITATORS,
        rules.CAPACITY,
        rules.GAP,
    }
)
"""What is asked of the people, and the place, of one session."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """One session for the referee. ``ref`` names it before and after a change; an ``extra`` one keeps no gap.

    ``facilitator_ids`` are those who come, deputies too; ``marks`` has everybody's at its time.
    """

    ref: int
    starts_at: datetime
    mode: str
    site_id: int | None
    room_id: int | None
    facilitator_ids: tuple[int, ...]
    marks: Mapping[int, str]
    extra: bool = False


@dataclass(frozen=True, slots=True)
class Gathering:
    """One group for the referee, with its sessions."""

    key: str
    model_id: int
    mode: str
    site_id: int | None
    residents: frozenset[int]
    facilitators: frozenset[int]
    sittings: tuple[Sitting, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that is broken: in which group, at which session (None: at none in particular), about whom. Its figures,
    as ``Broken`` has them, do not make it another."""

    rule_id: str
    group: str | None
    ref: int | None = None
    person_id: int | None = None
    have: int = field(default=0, compare=False)
    needed: float = field(default=0, compare=False)
    of: int = field(default=0, compare=False)


class Judge:
    """The referee for some people of a programme: what it knows of them is loaded once, however often it is asked."""

    def __init__(
        self,
        db: Db,
        programme: Programme,
        people: Collection[int],
        now: datetime,
        known_to: KnownTo = KnownTo.PLANNER,
    ) -> None:
        self._programme = programme
        self._problem = problem_of(db, programme, people, now, known_to)
        self._leave = leave_of_programme(db, programme.id, people)
        self._known = {person.id for person in self._problem.residents} | {one.id for one in self._problem.faculty}
        self._models = {model.id: model.key for model in programme.models}
        self._sites = {site.id: site.key for site in programme.sites}
        self._zone = ZoneInfo(programme.zone)

    def findings(self, gatherings: Iterable[Gathering], elsewhere: Mapping[int, int]) -> frozenset[Finding]:
        """All that is wrong with these groups.

        ``elsewhere`` says in how many other groups of the programme people are, which count for how many somebody
        offered, and for being in one group only.
        """
        them = list(gatherings)
        sittings = sorted((sitting for each in them for sitting in each.sittings), key=lambda one: one.starts_at)
        place_of = {sitting.ref: place for place, sitting in enumerate(sittings)}
        instance = self._instance(them, sittings, elsewhere)
        whole = tuple(self._group(each, place_of) for each in them)
        lookup, by_key = Lookup.of(instance), {group.id: group for group in whole}
        breaches = (breach for breach in breaches_in(instance, whole) if breach.rule_id in _OF_GROUP)
        found = {_finding(lookup, by_key, breach) for breach in breaches}
        found |= set(_in_more_groups(them, elsewhere))
        for each, group in zip(them, whole, strict=True):
            for sitting in each.sittings:
                found |= set(self._of_sitting(group, sitting, lookup, place_of))
        return frozenset(found)

    def _instance(
        self, gatherings: Iterable[Gathering], sittings: Sequence[Sitting], elsewhere: Mapping[int, int]
    ) -> Instance:
        here = {one for each in gatherings for one in (*each.residents, *each.facilitators)}
        here |= {one for sitting in sittings for one in sitting.facilitator_ids}
        keys = set(map(person_key, here))
        slots = tuple(Slot(one.starts_at.astimezone(self._zone), place) for place, one in enumerate(sittings))

        away = slots_away(self._programme, self._leave, slots)

        def marks(key: str) -> str:
            return "".join(one.marks.get(database_id(key), "0") for one in sittings)

        return replace(
            self._problem,
            rounds=max(1, len(sittings)),
            slots=slots,
            residents=tuple(
                replace(
                    person,
                    availability=marks(person.id),
                    leave=away.get(database_id(person.id), frozenset()),
                )
                for person in self._problem.residents
                if person.id in keys
            ),
            faculty=tuple(
                replace(
                    person,
                    availability=marks(person.id),
                    capacity=max(0, person.capacity - elsewhere.get(database_id(person.id), 0)),
                )
                for person in self._problem.faculty
                if person.id in keys
            ),
            rooms=tuple(rooms_of(self._programme, slots, {one.room_id for one in sittings if one.room_id})),
        )

    def _group(self, each: Gathering, place_of: Mapping[int, int]) -> Group:
        """The group with the sessions that keep a gap between them."""
        return Group(
            id=each.key,
            model=self._models[each.model_id],
            mode=each.mode,
            residents=self._here(each.residents),
            facilitators=self._here(each.facilitators),
            sessions=tuple(Meeting(place_of[one.ref], place_of[one.ref]) for one in each.sittings if not one.extra),
            site=self._sites.get(each.site_id or 0),
        )

    def _of_sitting(
        self, whole: Group, sitting: Sitting, lookup: Lookup, place_of: Mapping[int, int]
    ) -> Iterator[Finding]:
        """What is wrong with one session that is not so of the group: its people are those who come."""
        leads, place = self._here(sitting.facilitator_ids), place_of[sitting.ref]
        room = room_key(sitting.room_id) if sitting.room_id is not None else None
        group = replace(
            whole,
            mode=sitting.mode,
            site=self._sites.get(sitting.site_id or 0),
            facilitators=leads,
            sessions=(Meeting(place, place, leads, room),),
        )
        for breach in OneGroup(lookup).breaches(group):
            if breach.rule_id in _OF_SESSION:
                yield replace(_finding(lookup, {group.id: group}, breach), ref=sitting.ref)

    def _here(self, people: Iterable[int]) -> tuple[str, ...]:
        """Those who take part still, by their keys."""
        return tuple(person_key(one) for one in sorted(people) if person_key(one) in self._known)


def _finding(lookup: Lookup, groups: Mapping[str, Group], breach: Breach) -> Finding:
    found = broken_of(lookup, groups, breach)
    # Of how many groups somebody leads and offered, those elsewhere are taken off already.
    if breach.rule_id == rules.CAPACITY:
        return Finding(breach.rule_id, found.group, None, found.person_id)
    return Finding(breach.rule_id, found.group, None, found.person_id, found.have, found.needed, found.of)


def _in_more_groups(gatherings: Iterable[Gathering], elsewhere: Mapping[int, int]) -> Iterator[Finding]:
    for each in gatherings:
        for person_id in each.residents:
            if elsewhere.get(person_id):
                yield Finding(rules.ONE_GROUP, each.key, None, person_id)
