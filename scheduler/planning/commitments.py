"""What a new plan finds taken: people and rooms by sessions that it does not replace, and hours of mentoring that
somebody has given already. For the planner that is time in which nobody can come, and a room is not free."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from scheduler.bookings.commitments import Stands, people_elsewhere, places_elsewhere
from scheduler.bookings.hours import Limits, closed_slots
from scheduler.bookings.places import places
from scheduler.bookings.ways import Ways, ways
from scheduler.db import Db
from scheduler.planning.keys import database_id, person_key
from scheduler.planning.left_alone import with_closed
from scheduler.programmes.by_call import only_callers
from scheduler.programmes.model import Programme
from solvers.instance import Faculty, Instance, Resident, Room
from solvers.vocabulary import IN_PERSON

_CLOSED = "0"


def with_what_stands(
    db: Db, programme: Programme, instance: Instance, settled: Collection[int], now: datetime
) -> Instance:
    """The problem without the time, the rooms and the hours that are taken already.

    ``settled`` are the rounds that the plan leaves alone.
    """
    limits = Limits.of(programme)
    since = now if limits.are_none else limits.first_moment(now)
    people = people_elsewhere(db, programme.id, settled, since)
    where = {room_id: place for room_id, place in places(db).items() if room_id in _rooms_of(programme)}
    taken = places_elsewhere(db, programme.id, settled, now, set(where.values()))
    if not people and not taken and limits.are_none:
        return instance
    view = _View(programme, instance, limits, ways(db), frozenset(map(person_key, only_callers(db, programme))))
    return replace(
        instance,
        residents=tuple(view.resident(person, people.get(database_id(person.id), ())) for person in instance.residents),
        faculty=tuple(view.facilitator(person, people.get(database_id(person.id), ())) for person in instance.faculty),
        rooms=tuple(view.room(room, taken.get(where[database_id(room.id)], ())) for room in instance.rooms),
    )


def _rooms_of(programme: Programme) -> Mapping[int, int]:
    return {room.id: site.id for site in programme.sites for room in site.rooms}


class _View:
    """The slots of a problem, and which of them are closed to whom."""

    def __init__(
        self, programme: Programme, instance: Instance, limits: Limits, known: Ways, calling: frozenset[str]
    ) -> None:
        self._starts = [slot.start.timestamp() for slot in instance.slots]
        self._slots = [(slot.start, slot.round) for slot in instance.slots]
        self._minutes = programme.session_minutes
        self._limits = limits
        self._ways = known
        self._calling = calling
        self._meeting_sites = [site.id for site in programme.sites if site.rooms]
        self._spread: dict[frozenset[tuple[tuple[int, ...], int]], tuple[frozenset[int], int]] = {}

    def resident(self, person: Resident, taken: Sequence[Stands]) -> Resident:
        closed = self._taken(taken, person) | self._full(taken, 1)[0]
        return replace(person, availability=with_closed(person.availability, closed)) if closed else person

    def facilitator(self, person: Faculty, taken: Sequence[Stands]) -> Faculty:
        """Whoever leads several groups gives as many times the hours: to fewer of them, if they are too many."""
        groups, hours = self._groups_within(person.capacity, taken)
        closed = self._taken(taken, person) | hours
        if not closed and groups == person.capacity:
            return person
        return replace(person, capacity=groups, availability=with_closed(person.availability, closed))

    def room(self, room: Room, taken: Sequence[Stands]) -> Room:
        closed = {index for each in taken for index in self._beside(each.starts_at, each.ends_at)}
        return replace(room, availability=with_closed(room.availability, closed, _CLOSED)) if closed else room

    def _groups_within(self, capacity: int, taken: Sequence[Stands]) -> tuple[int, frozenset[int]]:
        for groups in range(capacity, 1, -1):
            closed, without = self._full(taken, groups)
            if not without:
                return groups, closed
        return min(capacity, 1), self._full(taken, 1)[0]

    def _taken(self, taken: Iterable[Stands], person: Resident | Faculty) -> frozenset[int]:
        found: set[int] = set()
        goes = IN_PERSON in person.modes and person.id not in self._calling
        for each in taken:
            way = self._longest_way(each.site_id) if goes else timedelta()
            found.update(self._beside(each.starts_at - way, each.ends_at + way))
        return frozenset(found)

    def _longest_way(self, site_id: int | None) -> timedelta:
        """To wherever a group may meet in person: at which site somebody's will is not known before."""
        return max((self._ways.between(site_id, other) for other in self._meeting_sites), default=timedelta())

    def _full(self, taken: Sequence[Stands], groups: int) -> tuple[frozenset[int], int]:
        """What the hours that are left close to somebody in so many groups, and how many rounds that closes whole."""
        if self._limits.are_none:
            return frozenset(), 0
        used = self._limits.minutes(taken)
        key = frozenset([((), groups), *used.items()])
        if key not in self._spread:
            self._spread[key] = closed_slots(self._limits, self._slots, used, self._minutes * groups)
        return self._spread[key]

    def _beside(self, starts_at: datetime, ends_at: datetime) -> range:
        """The sessions that would have a moment in common with this."""
        earliest = (starts_at - timedelta(minutes=self._minutes)).timestamp()
        return range(bisect_right(self._starts, earliest), bisect_left(self._starts, ends_at.timestamp()))
