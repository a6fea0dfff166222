"""When the people and rooms of some groups are taken by published sessions: loaded once for all of the groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from scheduler.bookings.hours import Limits
from scheduler.bookings.places import places
from scheduler.bookings.ways import NO_WAYS, Ways, ways
from scheduler.db import Db
from scheduler.planning.keys import person_key, room_key
from scheduler.planning.taken import Span, Taken
from scheduler.programmes.by_call import only_callers
from scheduler.programmes.model import Programme
from scheduler.sessions.model import IN_WRITING, SessionStatus
from scheduler.sessions.quorum import who_is_sorry
from scheduler.sessions.tables import AttendeeRow, SessionRow
from solvers.vocabulary import COMING, IN_PERSON


@dataclass(frozen=True, slots=True)
class _Taking:
    """A session that takes somebody's time; ``site_id`` if it is in person, ``counts`` if they are expected to come."""

    session_id: int
    span: Span
    site_id: int | None
    counts: bool


@dataclass(frozen=True, slots=True)
class TakenTime:
    """What sessions take, in whatever programme: of people by id, of rooms by the place that they are; and by group key
    when it meets."""

    programme: Programme
    people: Mapping[int, Sequence[_Taking]]
    rooms: Mapping[int, Sequence[tuple[int, Span]]]
    meetings: Mapping[str, Sequence[tuple[int, Span]]]
    places: Mapping[int, int]
    ways: Ways
    callers: frozenset[int] = frozenset()
    """Who joins by call wherever a session is, and has no way to go."""

    @classmethod
    def load(cls, db: Db, programme: Programme, people: Collection[int], group_keys: Collection[str], now: datetime,
             *, in_person: bool) -> TakenTime:  # fmt: skip
        """Of these people and groups, and where any of them meets in person of all rooms."""
        known = places(db) if in_person else {}
        return cls(
            programme=programme,
            people=_of_people(db, programme, people, now),
            rooms=_of_rooms(db, programme, known, now) if known else {},
            meetings=_of_groups(db, programme, group_keys, now),
            places=known,
            ways=ways(db) if in_person else NO_WAYS,
            callers=only_callers(db, programme) if in_person else frozenset(),
        )

    def for_group(self, group_key: str, people: Iterable[int], site_key: str | None, instead_of: int | None) -> Taken:
        """For a session of these people, at a site if it is in person, without the session that it is to replace."""
        site = next((site for site in self.programme.sites if site.key == site_key), None)
        return Taken(
            people=self.of_people(people, site.id if site else None, instead_of),
            rooms={room_key(room.id): self._of_place(room.id, instead_of) for room in (site.rooms if site else ())},
            group=[span for session_id, span in self.meetings.get(group_key, ()) if session_id != instead_of],
        )

    def of_people(
        self, people: Iterable[int], site_id: int | None, instead_of: int | None
    ) -> Mapping[str, Sequence[Span]]:
        """When they are at other sessions, or on the way to this site; and months in which they have no hours left."""
        return {person_key(person_id): self._of_person(person_id, site_id, instead_of) for person_id in people}

    def _of_person(self, person_id: int, site_id: int | None, instead_of: int | None) -> Sequence[Span]:
        found: list[Span] = []
        given: list[Span] = []
        for each in self.people.get(person_id, ()):
            if each.session_id == instead_of:
                continue
            way = self.ways.between(each.site_id, None if person_id in self.callers else site_id)
            found.append(Span(each.span.starts_at - way, each.span.ends_at + way))
            if each.counts:
                given.append(each.span)
        full = Limits.of(self.programme).full(given, self.programme.session_minutes)
        return [*found, *(Span(*period) for period in full)]

    def _of_place(self, room_id: int, instead_of: int | None) -> Sequence[Span]:
        taken = self.rooms.get(self.places[room_id], ())
        return [span for session_id, span in taken if session_id != instead_of]


def _of_people(db: Db, programme: Programme, people: Collection[int], now: datetime) -> Mapping[int, list[_Taking]]:
    """Who has apologised for a session is not at it."""
    limits = Limits.of(programme)
    since = now if limits.are_none else min(now, limits.first_moment(now))
    of_these = (
        AttendeeRow.person_id.in_(people),
        SessionRow.ends_at > since,
        SessionRow.status != SessionStatus.CANCELLED,
    )
    rows = db.execute(
        select(
            SessionRow.id,
            AttendeeRow.person_id,
            AttendeeRow.mark,
            SessionRow.starts_at,
            SessionRow.ends_at,
            SessionRow.mode,
            SessionRow.site_id,
            AttendeeRow.by_call,
        )
        .join(SessionRow, SessionRow.id == AttendeeRow.session_id)
        .where(*of_these, SessionRow.mode != IN_WRITING)
    ).all()
    sorry = who_is_sorry(db, SessionRow.id.in_({row.id for row in rows})) if rows else frozenset()
    found: dict[int, list[_Taking]] = defaultdict(list)
    for session_id, person_id, mark, starts_at, ends_at, mode, site_id, by_call in rows:
        if (session_id, person_id) not in sorry:
            where = site_id if mode == IN_PERSON and not by_call else None
            found[person_id].append(_Taking(session_id, Span(starts_at, ends_at), where, mark in COMING))
    return found


def _of_rooms(
    db: Db, programme: Programme, known: Mapping[int, int], now: datetime
) -> Mapping[int, list[tuple[int, Span]]]:
    """When the programme's rooms are taken, by whatever programme, by place."""
    own = {known[room.id] for site in programme.sites for room in site.rooms}
    same = [room_id for room_id, place in known.items() if place in own]
    rows = db.execute(
        select(SessionRow.room_id, SessionRow.id, SessionRow.starts_at, SessionRow.ends_at).where(
            SessionRow.room_id.in_(same), SessionRow.ends_at > now, SessionRow.status != SessionStatus.CANCELLED
        )
    )
    found: dict[int, list[tuple[int, Span]]] = defaultdict(list)
    for room_id, session_id, *when in rows:
        found[known[room_id or 0]].append((session_id, Span(*when)))
    return found


def _of_groups(
    db: Db, programme: Programme, group_keys: Collection[str], now: datetime
) -> Mapping[str, list[tuple[int, Span]]]:
    rows = db.execute(
        select(SessionRow.group_key, SessionRow.id, SessionRow.starts_at, SessionRow.ends_at).where(
            SessionRow.programme_id == programme.id,
            SessionRow.group_key.in_(group_keys),
            SessionRow.ends_at > now,
            SessionRow.status != SessionStatus.CANCELLED,
        )
    )
    found: dict[str, list[tuple[int, Span]]] = defaultdict(list)
    for key, session_id, *when in rows:
        found[key].append((session_id, Span(*when)))
    return found
