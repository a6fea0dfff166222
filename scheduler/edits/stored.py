"""A draft's groups as the planner knows them, as they are written into rows, and as JSON for history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scheduler.planning.keys import person_key, room_key
from scheduler.plans.model import MemberRole
from scheduler.plans.tables import GroupRow, MemberRow, PlannedSessionRow
from scheduler.plans.whole import Seat, Sitting, StoredGroup
from scheduler.programmes.model import Programme
from solvers.instance import Group
from solvers.instance import Session as Meeting

SlotIndex = Mapping[tuple[datetime, int], int]
"""The slots of an instance by start and round."""


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
                slot=slot,
                facilitators=tuple(map(person_key, session.facilitator_ids)),
                room=room_key(session.room_id) if session.room_id is not None else None,
            )
            for session in group.sessions
            if session.round not in gone and (slot := index_of.get((session.starts_at, session.round))) is not None
        ),
        site=words.sites[group.site_id] if group.site_id is not None else None,
    )


def _planned(group: StoredGroup, role: MemberRole) -> tuple[str, ...]:
    return tuple(person_key(seat.person_id) for seat in group.members if seat.role == role and not seat.beside)


# --- rows ------------------------------------------------------------------------------------------------------


def write_group(row: GroupRow, group: StoredGroup) -> None:
    """Let a row say this, and change only what is another."""
    row.key, row.name, row.number = group.key, group.name, group.number
    row.model_id, row.mode, row.site_id = group.model_id, group.mode, group.site_id
    members = {member.person_id: member for member in row.members}
    row.members = [_member(members.get(seat.person_id), seat) for seat in group.members]
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
        "seats": [_seat_to_json(seat) for seat in group.members],
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
        members=tuple(map(_seat_from_json, value["seats"])),
        sessions=tuple(
            Sitting(round_, datetime.fromisoformat(start), room, tuple(leads), marks, by_hand)
            for round_, start, room, leads, marks, by_hand in value["sessions"]
        ),
    )
