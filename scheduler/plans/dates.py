"""Dates on which a published group could meet besides those it has. Each has passed the referee."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session as Db

from scheduler.plans.building import build_instance, database_id, person_key
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import AttendeeRow, SessionRow
from solvers.instance import COMING, IN_PERSON, Group, Instance, Room
from solvers.instance import Session as Meeting
from solvers.lookup import Lookup
from solvers.referee import Breach, check
from solvers.solution import Solution

NOTICE = timedelta(hours=24)
"""Nobody is asked to come sooner than this."""


@dataclass(frozen=True, slots=True)
class OpenDate:
    """A date that would work. ``marks`` maps everybody who would be invited to 0, 1, 2 or ?: all residents, and the
    facilitators who can come."""

    starts_at: datetime
    round: int
    room_id: int | None
    facilitator_ids: tuple[int, ...]
    marks: Mapping[int, str]

    @property
    def coming(self) -> int:
        """How many of those invited can come."""
        return sum(mark in COMING for mark in self.marks.values())


def open_dates(
    db: Db, programme_id: int, group_key: str, now: datetime, *, instead_of: SessionRow | None = None
) -> Iterator[OpenDate]:
    """The dates that would work, in order of time, at most one a day: of each day the start that most can come to.

    With ``instead_of`` they are other dates of that session, in its round; else dates of an extra session, which may
    lie closer to the others than the programme's gap. Raises NotPossible where nothing can be planned any more.
    """
    world = _World.of(db, programme_id, group_key, now, instead_of)
    for candidates in world.days():
        best = sorted(candidates, key=lambda found: (-found.coming, found.starts_at))
        if accepted := next(filter(world.is_accepted, best), None):
            yield accepted


def find_date(
    db: Db,
    programme_id: int,
    group_key: str,
    starts_at: datetime,
    now: datetime,
    *,
    instead_of: SessionRow | None = None,
) -> OpenDate | None:
    """That very date as things stand now, if the referee accepts it."""
    world = _World.of(db, programme_id, group_key, now, instead_of)
    found = (date for day in world.days() for date in day if date.starts_at == starts_at)
    return next(filter(world.is_accepted, found), None)


@dataclass(frozen=True, slots=True)
class _World:
    """A group among all others, as things stand. ``taken`` maps the key of a person or room to when they are taken."""

    programme: Programme
    instance: Instance
    group: Group
    others: tuple[Group, ...]
    instead_of: SessionRow | None
    earliest: datetime
    taken: Mapping[str, Collection[datetime]]
    lookup: Lookup
    broken_before: frozenset[tuple[object, ...]] = field(default=frozenset())

    @classmethod
    def of(cls, db: Db, programme_id: int, group_key: str, now: datetime, instead_of: SessionRow | None) -> _World:
        programme = get_programme(db, programme_id)
        instance = replace(build_instance(db, programme_id, now, begun_too=True), pins=())
        known = {p.id for p in instance.residents} | {p.id for p in instance.faculty}
        groups = [_with_who_is_left(group, known) for group in instance.previous]
        group = next(group for group in groups if group.id == group_key)
        others = tuple(other for other in groups if other is not group)
        taken = _taken(db, programme_id, group, now, instead_of)
        world = cls(programme, instance, group, others, instead_of, now + NOTICE, taken, Lookup.of(instance))
        return replace(world, broken_before=world.broken(group.sessions))

    def days(self) -> Iterator[list[OpenDate]]:
        """The dates that may work, a list for each day on the programme's clock."""
        days: dict[object, list[OpenDate]] = defaultdict(list)
        zone = ZoneInfo(self.programme.zone)
        for index, slot in enumerate(self.instance.slots):
            if self._is_asked_for(index) and (date := self._date(index)):
                days[slot.start.astimezone(zone).date()].append(date)
        yield from days.values()

    def is_accepted(self, date: OpenDate) -> bool:
        """Whether the referee finds nothing wrong with the date that was not wrong before."""
        index = next(i for i, s in enumerate(self.instance.slots) if (s.start, s.round) == (date.starts_at, date.round))
        room = f"room{date.room_id}" if date.room_id is not None else None
        facilitators = tuple(person_key(person_id) for person_id in date.facilitator_ids)
        meeting = Meeting(date.round, index, facilitators, room)
        # An extra session stands alone before the referee: a plan has one session a round, with the gap between them.
        beside = () if self.instead_of is None else self._other_rounds()
        return self.broken((*beside, meeting)) <= self.broken_before

    def broken(self, sessions: tuple[Meeting, ...]) -> frozenset[tuple[object, ...]]:
        """Which rules are broken where, with the group's sessions so."""
        solution = Solution(self.instance.name, (*self.others, replace(self.group, sessions=sessions)))
        return frozenset(map(_what, check(self.instance, solution).broken))

    def _other_rounds(self) -> tuple[Meeting, ...]:
        assert self.instead_of is not None
        return tuple(meeting for meeting in self.group.sessions if meeting.round != self.instead_of.round)

    def _is_asked_for(self, index: int) -> bool:
        slot = self.instance.slots[index]
        if slot.start < self.earliest or self._meets_that_day(slot.start):
            return False
        known = self.instead_of
        return known is None or (slot.round == known.round and slot.start != known.starts_at)

    def _meets_that_day(self, start: datetime) -> bool:
        zone = ZoneInfo(self.programme.zone)
        day = start.astimezone(zone).date()
        return any(other.astimezone(zone).date() == day for other in self.taken[self.group.id])

    def _date(self, index: int) -> OpenDate | None:
        """What the date would look like, if enough can come and there is a room."""
        slot = self.instance.slots[index]
        marks = {key: self._mark(key, index) for key in (*self.group.residents, *self.group.facilitators)}
        coming = [key for key in self.group.residents if marks[key] in COMING]
        leading = tuple(key for key in self.group.facilitators if marks[key] in COMING)
        room = self._room(index) if self.group.mode == IN_PERSON else None
        needed = self.lookup.quorum_of(len(self.group.residents))
        few = len(coming) < needed or len(leading) < self.lookup.models[self.group.model].present
        if few or (self.group.mode == IN_PERSON and room is None):
            return None
        return OpenDate(
            starts_at=slot.start.astimezone(UTC),
            round=slot.round,
            room_id=database_id(room.id) if room else None,
            facilitator_ids=tuple(map(database_id, leading)),
            marks={database_id(key): marks[key] for key in (*self.group.residents, *leading)},
        )

    def _mark(self, key: str, index: int) -> str:
        person = self.lookup.person(key)
        assert person is not None  # who has left is not in the group any more
        return "0" if self._is_taken(key, self.instance.slots[index].start) else person.availability[index]

    def _room(self, index: int) -> Room | None:
        """A free room that holds everybody, the one that the group knows first."""
        size = len(self.group.residents) + len(self.group.facilitators)
        known = {meeting.room for meeting in self.group.sessions}
        start = self.instance.slots[index].start
        free = (
            room
            for room in sorted(self.instance.rooms, key=lambda room: (room.id not in known, room.capacity, room.id))
            if room.site == self.group.site and room.capacity >= size and room.availability[index] == "1"
        )
        return next((room for room in free if not self._is_taken(room.id, start)), None)

    def _is_taken(self, key: str, start: datetime) -> bool:
        length = timedelta(minutes=self.programme.session_minutes)
        return any(abs(start - other) < length for other in self.taken[key])


def _with_who_is_left(group: Group, known: Collection[str]) -> Group:
    """The group without those who have left the programme."""
    return replace(
        group,
        residents=tuple(key for key in group.residents if key in known),
        facilitators=tuple(key for key in group.facilitators if key in known),
    )


def _what(breach: Breach) -> tuple[object, ...]:
    return breach.rule_id, breach.group, breach.person, breach.round


def _taken(
    db: Db, programme_id: int, group: Group, now: datetime, instead_of: SessionRow | None
) -> Mapping[str, list[datetime]]:
    """When the group's people meet anyway, in whatever programme, and which rooms are taken when."""
    people = [database_id(key) for key in (*group.residents, *group.facilitators)]
    ahead = (SessionRow.ends_at > now, SessionRow.status != SessionStatus.CANCELLED)
    invited = select(AttendeeRow.session_id).where(AttendeeRow.person_id.in_(people))
    rows = db.execute(
        select(SessionRow, AttendeeRow.person_id)
        .outerjoin(AttendeeRow, AttendeeRow.session_id == SessionRow.id)
        .where(or_(SessionRow.id.in_(invited), SessionRow.room_id.is_not(None)), *ahead)
    )
    taken: dict[str, list[datetime]] = defaultdict(list)
    for row, person_id in rows:
        if instead_of is not None and row.id == instead_of.id:
            continue
        if person_id is not None:
            taken[person_key(person_id)].append(row.starts_at)
        if row.room_id is not None:
            taken[f"room{row.room_id}"].append(row.starts_at)
        if (row.programme_id, row.group_key) == (programme_id, group.id):
            taken[group.id].append(row.starts_at)
    return taken
