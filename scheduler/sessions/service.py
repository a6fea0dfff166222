"""Published sessions, as their own people see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session as Db
from sqlalchemy.orm import selectinload

from scheduler.people.model import Actor
from scheduler.people.tables import PersonRow
from scheduler.plans.model import PlanState
from scheduler.plans.tables import GroupRow, MemberRow, PlanRow
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.sessions.model import Attendance, OwnGroup, Session, SessionStatus
from scheduler.sessions.tables import SessionRow


def own_groups(db: Db, actor: Actor) -> tuple[OwnGroup, ...]:
    """The published groups that the actor belongs to, with everybody in them and all their sessions."""
    rows = db.execute(
        select(GroupRow, PlanRow.programme_id, MemberRow.role)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .join(MemberRow, MemberRow.group_id == GroupRow.id)
        .where(MemberRow.person_id == actor.person_id, PlanRow.state == PlanState.PUBLISHED)
        .options(selectinload(GroupRow.members))
        .order_by(GroupRow.id)
    ).all()
    programmes = {programme_id: get_programme(db, programme_id) for programme_id in {row[1] for row in rows}}
    names = _names(db, (member.person_id for group, _, _ in rows for member in group.members))
    sessions = sessions_of_groups(db, {(programme_id, group.key) for group, programme_id, _ in rows})
    return tuple(
        _own_group(group, programmes[programme_id], role, names, sessions[(programme_id, group.key)])
        for group, programme_id, role in rows
    )


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
    names = _names(db, (attendee.person_id for row in rows for attendee in row.attendees))
    programmes = {key: _Places.of(get_programme(db, key)) for key in {row.programme_id for row in rows}}
    return [(row.programme_id, _session(row, programmes[row.programme_id], names)) for row in rows]


@dataclass(frozen=True, slots=True)
class _Places:
    """The zone of a programme and how its sites and rooms are called."""

    zone: str
    rooms: Mapping[int, str]

    @classmethod
    def of(cls, programme: Programme) -> _Places:
        rooms = {room.id: f"{room.name}, {site.name}" for site in programme.sites for room in site.rooms}
        return cls(programme.zone, rooms)


def _session(row: SessionRow, places: _Places, names: Mapping[int, str]) -> Session:
    return Session(
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
            Attendance(a.person_id, names[a.person_id], a.role, a.mark)
            for a in sorted(row.attendees, key=lambda a: names[a.person_id])
        ),
    )


def _names(db: Db, person_ids: Iterable[int]) -> Mapping[int, str]:
    rows = db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(set(person_ids))))
    return dict(rows.all())


def _own_group(
    group: GroupRow, programme: Programme, role: str, names: Mapping[int, str], sessions: tuple[Session, ...]
) -> OwnGroup:
    def people(wanted: str) -> tuple[str, ...]:
        return tuple(sorted(names[member.person_id] for member in group.members if member.role == wanted))

    model = next(model.name for model in programme.models if model.id == group.model_id)
    return OwnGroup(
        programme_id=programme.id,
        programme_name=programme.name,
        key=group.key,
        name=group.name,
        model=model,
        mode=group.mode,
        rounds=len(programme.rounds),
        residents=people("resident"),
        facilitators=people("facilitator"),
        sessions=sessions,
        as_facilitator=role == "facilitator",
    )
