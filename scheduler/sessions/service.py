"""Published sessions, as their own people see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session as Db
from sqlalchemy.orm import selectinload

from scheduler.calendars.tables import MeetingRow
from scheduler.errors import NotFound
from scheduler.languages import say
from scheduler.people.model import Actor
from scheduler.people.tables import PersonRow
from scheduler.plans.members import gone, is_still_there
from scheduler.plans.model import PlanState
from scheduler.plans.tables import GroupRow, MemberRow, PlanRow
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.sessions.model import Attendance, OwnGroup, Session, SessionStatus, quorum_of
from scheduler.sessions.tables import ApologyRow, AttendeeRow, SessionRow
from solvers.instance import CANNOT


def own_groups(db: Db, actor: Actor) -> tuple[OwnGroup, ...]:
    """The published groups that the actor belongs to, with everybody in them and all their sessions."""
    rows = db.execute(
        select(GroupRow, PlanRow.programme_id, MemberRow.role)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .join(MemberRow, MemberRow.group_id == GroupRow.id)
        .where(MemberRow.person_id == actor.person_id, PlanRow.state == PlanState.PUBLISHED, is_still_there())
        .options(selectinload(GroupRow.members))
        .order_by(GroupRow.id)
    ).all()
    programmes = {programme_id: get_programme(db, programme_id) for programme_id in {row[1] for row in rows}}
    names = _names(db, (member.person_id for group, _, _ in rows for member in group.members))
    left = {programme_id: gone(db, programme_id) for programme_id in programmes}
    keys = {(programme_id, group.key) for group, programme_id, _ in rows}
    sessions, meetings = sessions_of_groups(db, keys), _meetings(db, keys)
    return tuple(
        _own_group(
            group, programmes[programme_id], role, names, left[programme_id], sessions[key], meetings.get(key, ("", ""))
        )
        for group, programme_id, role in rows
        for key in ((programme_id, group.key),)
    )


def own_group(db: Db, actor: Actor, programme_id: int, group_key: str) -> OwnGroup:
    """One published group of the actor's. Raises NotFound to whoever does not belong to it."""
    for group in own_groups(db, actor):
        if (group.programme_id, group.key) == (programme_id, group_key):
            return group
    raise NotFound(say("There is no such group of yours."))


def own_session(db: Db, actor: Actor, session_id: int) -> tuple[OwnGroup, Session]:
    """A session of one of the actor's groups, with the group. Raises NotFound to whoever does not belong to it."""
    for group in own_groups(db, actor):
        for session in group.sessions:
            if session.id == session_id:
                return group, session
    raise NotFound(say("There is no such session of yours."))


def sessions_of_groups(db: Db, groups: Iterable[tuple[int, str]]) -> Mapping[tuple[int, str], tuple[Session, ...]]:
    """The published sessions of groups, given as (programme id, group key), each in order of time."""
    found: dict[tuple[int, str], list[Session]] = defaultdict(list)
    wanted = list(groups)
    if wanted:
        either = (and_(SessionRow.programme_id == p, SessionRow.group_key == key) for p, key in wanted)
        for programme_id, session in _sessions(db, or_(*either)):
            found[(programme_id, session.group_key)].append(session)
    return defaultdict(tuple, {key: tuple(sessions) for key, sessions in found.items()})


def _sessions(db: Db, condition: ColumnElement[bool]) -> list[tuple[int, Session]]:
    rows = db.scalars(
        select(SessionRow).where(condition).options(selectinload(SessionRow.attendees)).order_by(SessionRow.starts_at)
    ).all()
    sorry = _sorry(db, condition)
    names = _names(db, (attendee.person_id for row in rows for attendee in row.attendees))
    programmes = {key: _Places.of(get_programme(db, key)) for key in {row.programme_id for row in rows}}
    return [(row.programme_id, _session(row, programmes[row.programme_id], names, sorry[row.id])) for row in rows]


def _sorry(db: Db, condition: ColumnElement[bool]) -> Mapping[int, set[int]]:
    """Who has said that they cannot make it, by session."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = db.execute(
        select(ApologyRow.session_id, ApologyRow.person_id)
        .join(SessionRow, SessionRow.id == ApologyRow.session_id)
        .where(condition)
    )
    for session_id, person_id in rows:
        found[session_id].add(person_id)
    return found


def _meetings(db: Db, groups: Iterable[tuple[int, str]]) -> Mapping[tuple[int, str], tuple[str, str]]:
    """A group's address and number to join from afar, where it has any."""
    wanted = [and_(MeetingRow.programme_id == p, MeetingRow.group_key == key) for p, key in groups]
    rows = db.scalars(select(MeetingRow).where(or_(*wanted))) if wanted else ()
    return {(row.programme_id, row.group_key): (row.url, row.phone) for row in rows}


@dataclass(frozen=True, slots=True)
class _Places:
    """The zone of a programme and how its sites and rooms are called."""

    zone: str
    rooms: Mapping[int, str]

    @classmethod
    def of(cls, programme: Programme) -> _Places:
        rooms = {room.id: f"{room.name}, {site.name}" for site in programme.sites for room in site.rooms}
        return cls(programme.zone, rooms)


def _session(row: SessionRow, places: _Places, names: Mapping[int, str], sorry: Collection[int]) -> Session:
    return Session(
        id=row.id,
        uid=row.uid,
        group_key=row.group_key,
        group_name=row.group_name,
        model_name=row.model_name,
        round=row.round,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        zone=places.zone,
        mode=row.mode,
        place=places.rooms[row.room_id] if row.room_id is not None else "",
        status=SessionStatus(row.status),
        sequence=row.sequence,
        created_at=row.created_at,
        changed_at=row.changed_at,
        attendees=tuple(
            _attendance(a, names[a.person_id], a.person_id in sorry)
            for a in sorted(row.attendees, key=lambda a: names[a.person_id])
        ),
        extra=row.extra,
    )


def _attendance(row: AttendeeRow, name: str, sorry: bool) -> Attendance:
    return Attendance(row.person_id, name, row.role, CANNOT if sorry else row.mark, sorry)


def _names(db: Db, person_ids: Iterable[int]) -> Mapping[int, str]:
    rows = db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(set(person_ids))))
    return dict(rows.all())


def _own_group(
    group: GroupRow,
    programme: Programme,
    role: str,
    names: Mapping[int, str],
    left: Set[int],
    sessions: tuple[Session, ...],
    meeting: tuple[str, str],
) -> OwnGroup:
    def people(wanted: str) -> tuple[str, ...]:
        here = (member for member in group.members if member.role == wanted and member.person_id not in left)
        return tuple(sorted(names[member.person_id] for member in here))

    model = next(model for model in programme.models if model.id == group.model_id)
    residents = people("resident")
    return OwnGroup(
        programme_id=programme.id,
        programme_name=programme.name,
        key=group.key,
        name=group.name,
        model=model.name,
        mode=group.mode,
        rounds=len(programme.rounds),
        residents=residents,
        facilitators=people("facilitator"),
        left=tuple(sorted(names[member.person_id] for member in group.members if member.person_id in left)),
        sessions=sessions,
        as_facilitator=role == "facilitator",
        url=meeting[0],
        phone=meeting[1],
        quorum=quorum_of(programme.quorum, len(residents)),
        present=model.present,
    )


def session_led(db: Db, actor: Actor, session_id: int) -> tuple[Session, str, str]:
    """A session that the actor leads, as a deputy too, with its group's address and number to join from afar.

    Raises NotFound to whoever does not lead it.
    """
    found = _sessions(db, SessionRow.id == session_id)
    for programme_id, session in found:
        if any(facilitator.person_id == actor.person_id for facilitator in session.facilitators):
            key = (programme_id, session.group_key)
            return session, *_meetings(db, [key]).get(key, ("", ""))
    raise NotFound(say("There is no such session of yours."))
