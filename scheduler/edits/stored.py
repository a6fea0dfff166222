"""A draft's groups as they are stored, as values: read from their rows, written into them, and as JSON for history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from scheduler.planning.keys import person_key, room_key
from scheduler.plans.model import MemberRole
from scheduler.plans.tables import GroupRow, MemberRow, PlannedSessionRow
from scheduler.programmes.model import Programme
from solvers.instance import Group
from solvers.instance import Session as Meeting

SlotIndex = Mapping[tuple[datetime, int], int]
"""The slots of an instance by start and round."""


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody in a group; ``since`` when, if they came in after its plan was published."""

    person_id: int
    role: MemberRole
    beside: bool = False
    by_hand: bool = False
    since: datetime | None = None

    def as_own(self) -> Seat:
        """The same place, beside no other."""
        return replace(self, beside=False)

    def set_by_hand(self, *, beside: bool) -> Seat:
        """The same person's place in another group, where a coordinator has put them."""
        return Seat(self.person_id, self.role, beside, by_hand=True)


@dataclass(frozen=True, slots=True)
class Sitting:
    """A session of a group."""

    round: int
    starts_at: datetime
    room_id: int | None
    facilitator_ids: tuple[int, ...]
    marks: Mapping[str, str]
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class StoredGroup:
    """A group of a draft. ``id`` is its row's, None for one that has none yet."""

    id: int | None
    key: str
    name: str
    number: int | None
    model_id: int
    mode: str
    site_id: int | None
    seats: tuple[Seat, ...]
    sessions: tuple[Sitting, ...]

    def people(self, role: MemberRole) -> tuple[int, ...]:
        """Who is in it in that role."""
        return tuple(seat.person_id for seat in self.seats if seat.role == role)

    @property
    def residents(self) -> tuple[int, ...]:
        """Its residents."""
        return self.people(MemberRole.RESIDENT)

    @property
    def own_residents(self) -> frozenset[int]:
        """Its residents who are in it beside no other group."""
        return frozenset(s.person_id for s in self.seats if s.role == MemberRole.RESIDENT and not s.beside)

    @property
    def facilitators(self) -> tuple[int, ...]:
        """Its facilitators."""
        return self.people(MemberRole.FACILITATOR)

    def seat_of(self, person_id: int) -> Seat | None:
        """Somebody's place in it."""
        return next((seat for seat in self.seats if seat.person_id == person_id), None)

    def session_in(self, round_: int) -> Sitting | None:
        """Its session of a round."""
        return next((session for session in self.sessions if session.round == round_), None)

    def with_session(self, round_: int, session: Sitting | None) -> StoredGroup:
        """The group with another session in a round, or with none."""
        others = [known for known in self.sessions if known.round != round_]
        found = [*others, session] if session is not None else others
        return replace(self, sessions=tuple(sorted(found, key=lambda each: each.round)))


@dataclass(frozen=True, slots=True)
class Words:
    """What models and sites are called in instances, by their ids."""

    models: Mapping[int, str]
    sites: Mapping[int, str]

    @classmethod
    def of(cls, programme: Programme) -> Words:
        """Those of a programme."""
        return cls({m.id: m.key for m in programme.models}, {site.id: site.key for site in programme.sites})


def planned_group(group: StoredGroup, words: Words, index_of: SlotIndex, begun: Iterable[int] = ()) -> Group | None:
    """A group as the planner knows it, without people who are in it beside another and without sessions that have
    ``begun`` (their rounds) or are at no slot. None where all its residents are beside."""
    residents = _planned(group, MemberRole.RESIDENT)
    if not residents:
        return None
    gone = set(begun)
    return Group(
        id=group.key,
        model=words.models[group.model_id],
        mode=group.mode,
        residents=residents,
        facilitators=_planned(group, MemberRole.FACILITATOR),
        sessions=tuple(
            Meeting(
                round=session.round,
                slot=index_of[session.starts_at, session.round],
                facilitators=tuple(map(person_key, session.facilitator_ids)),
                room=room_key(session.room_id) if session.room_id is not None else None,
            )
            for session in group.sessions
            if (session.starts_at, session.round) in index_of and session.round not in gone
        ),
        site=words.sites[group.site_id] if group.site_id is not None else None,
    )


def _planned(group: StoredGroup, role: MemberRole) -> tuple[str, ...]:
    return tuple(person_key(seat.person_id) for seat in group.seats if seat.role == role and not seat.beside)


# --- rows ------------------------------------------------------------------------------------------------------


def group_of_row(row: GroupRow) -> StoredGroup:
    """What a row says."""
    seats = (Seat(m.person_id, m.role, m.beside, m.by_hand, m.since) for m in row.members)
    return StoredGroup(
        id=row.id,
        key=row.key,
        name=row.name,
        number=row.number,
        model_id=row.model_id,
        mode=row.mode,
        site_id=row.site_id,
        seats=in_order(seats),
        sessions=tuple(
            Sitting(s.round, s.starts_at, s.room_id, tuple(s.facilitator_ids), dict(s.marks), s.by_hand)
            for s in row.sessions
        ),
    )


def in_order(seats: Iterable[Seat]) -> tuple[Seat, ...]:
    """Seats in the order in which instances have people."""
    return tuple(sorted(seats, key=lambda seat: (seat.role, seat.person_id)))


def write_group(row: GroupRow, group: StoredGroup) -> None:
    """Let a row say this, and change only what is another."""
    row.key, row.name, row.number = group.key, group.name, group.number
    row.model_id, row.mode, row.site_id = group.model_id, group.mode, group.site_id
    members = {member.person_id: member for member in row.members}
    row.members = [_member(members.get(seat.person_id), seat) for seat in group.seats]
    sessions = {session.round: session for session in row.sessions}
    row.sessions = [_session(sessions.get(session.round), session) for session in group.sessions]


def _member(row: MemberRow | None, seat: Seat) -> MemberRow:
    found = row or MemberRow(person_id=seat.person_id)
    found.role, found.beside, found.by_hand, found.since = seat.role, seat.beside, seat.by_hand, seat.since
    return found


def _session(row: PlannedSessionRow | None, session: Sitting) -> PlannedSessionRow:
    found = row or PlannedSessionRow(round=session.round)
    found.starts_at, found.room_id, found.by_hand = session.starts_at, session.room_id, session.by_hand
    found.facilitator_ids, found.marks = list(session.facilitator_ids), dict(session.marks)
    return found


# --- JSON ------------------------------------------------------------------------------------------------------


def group_to_json(group: StoredGroup | None) -> dict[str, Any] | None:
    """A group as plain lists and dictionaries; None stays None."""
    if group is None:
        return None
    return {
        "id": group.id,
        "key": group.key,
        "name": group.name,
        "number": group.number,
        "model": group.model_id,
        "mode": group.mode,
        "site": group.site_id,
        "seats": [_seat_to_json(seat) for seat in group.seats],
        "sessions": [
            [s.round, s.starts_at.isoformat(), s.room_id, list(s.facilitator_ids), dict(s.marks), s.by_hand]
            for s in group.sessions
        ],
    }


def _seat_to_json(seat: Seat) -> list[Any]:
    since = [seat.since.isoformat()] if seat.since is not None else []
    return [seat.person_id, seat.role.value, seat.beside, seat.by_hand, *since]


def _seat_from_json(value: Sequence[Any]) -> Seat:
    who, role, beside, by_hand, *since = value
    return Seat(who, MemberRole(role), beside, by_hand, datetime.fromisoformat(since[0]) if since else None)


def group_from_json(value: Mapping[str, Any] | None) -> StoredGroup | None:
    """What :func:`group_to_json` wrote."""
    if value is None:
        return None
    return StoredGroup(
        id=value["id"],
        key=value["key"],
        name=value["name"],
        number=value["number"],
        model_id=value["model"],
        mode=value["mode"],
        site_id=value["site"],
        seats=tuple(map(_seat_from_json, value["seats"])),
        sessions=tuple(
            Sitting(round_, datetime.fromisoformat(start), room, tuple(leads), marks, by_hand)
            for round_, start, room, leads, marks, by_hand in value["sessions"]
        ),
    )
