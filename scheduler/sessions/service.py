"""Published sessions, as their own people see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import ColumnElement, Row, and_, exists, or_, select
from sqlalchemy.orm import selectinload

from scheduler import clock
from scheduler.availability.long_leave import away_now
from scheduler.db import Db
from scheduler.errors import NotFound
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import PersonRow
from scheduler.plans.departures import has_not_left, people_who_left
from scheduler.plans.membership import GroupId, closed_groups, pauses
from scheduler.plans.model import MemberRole, PlanState
from scheduler.plans.tables import GroupRow, MemberRow, PlanRow
from scheduler.programmes.firewall import withheld_from, withheld_in
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programmes
from scheduler.sessions.in_writing import Writers, writers
from scheduler.sessions.model import Attendance, ClosedGroup, OwnGroup, Session
from scheduler.sessions.quorum import who_is_sorry
from scheduler.sessions.standing_deputies import standing_deputies
from scheduler.sessions.tables import AttendeeRow, JoinLinkRow, SessionRow
from solvers.quorum import quorum_of
from solvers.vocabulary import CANNOT

_NONE: Final = ("", "", "")


def own_groups(db: Db, actor: Actor) -> tuple[OwnGroup, ...]:
    """The published groups that the actor belongs to, with everybody in them and all their sessions; without those that
    are closed to them."""
    return _own_groups(db, actor, PlanRow.programme_id.not_in(actor.archived))


def closed_groups_of(db: Db, actor: Actor) -> tuple[ClosedGroup, ...]:
    """The published groups that the actor belongs to and may not open: nothing but what they are called."""
    rows = _rows(db, actor, PlanRow.programme_id.not_in(actor.archived))
    closed = closed_groups(db, actor, _people(db, rows))
    programmes = get_programmes(db, {programme_id for _, programme_id, _ in rows})
    return tuple(
        ClosedGroup(programme_id, programmes[programme_id].name, group.name, role == MemberRole.FACILITATOR)
        for group, programme_id, role in rows
        if (programme_id, group.key) in closed and group.ended_at is None
    )


def _rows(db: Db, actor: Actor, which: ColumnElement[bool]) -> Sequence[Row[GroupRow, int, MemberRole]]:
    return db.execute(
        select(GroupRow, PlanRow.programme_id, MemberRow.role)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .join(MemberRow, MemberRow.group_id == GroupRow.id)
        .where(MemberRow.person_id == actor.person_id, PlanRow.state == PlanState.PUBLISHED, has_not_left())
        .where(which)
        .options(selectinload(GroupRow.members))
        .order_by(GroupRow.id)
    ).all()


def _people(db: Db, rows: Sequence[Row[GroupRow, int, MemberRole]]) -> Mapping[GroupId, frozenset[int]]:
    left = people_who_left(db, [group.id for group, _, _ in rows])
    return {
        (programme_id, group.key): frozenset(
            member.person_id for member in group.members if (group.id, member.person_id) not in left
        )
        for group, programme_id, _ in rows
    }


def groups_as_guest(db: Db, actor: Actor) -> tuple[OwnGroup, ...]:
    """The published groups that the actor is a guest coach of, as far as a guest may know them: who is in them, and
    when and how they meet. Who comes to a session, who has left and who is on leave is not in it."""
    here = PlanRow.programme_id.in_(actor.programmes(Role.GUEST))
    found = _own_groups(db, actor, and_(here, GroupRow.ended_at.is_(None)), as_guest=True)
    return tuple(
        replace(
            group, left=(), away=(), sessions=tuple(each.for_guest(actor.person_id or 0) for each in group.sessions)
        )
        for group in found
    )


def _own_groups(db: Db, actor: Actor, which: ColumnElement[bool], *, as_guest: bool = False) -> tuple[OwnGroup, ...]:
    found = _rows(db, actor, which)
    closed = frozenset() if as_guest else closed_groups(db, actor, _people(db, found))
    rows = [
        (group, programme_id, role) for group, programme_id, role in found if (programme_id, group.key) not in closed
    ]
    programmes = get_programmes(db, {programme_id for _, programme_id, _ in rows})
    names = _names(db, (member.person_id for group, _, _ in rows for member in group.members))
    left = people_who_left(db, [group.id for group, _, _ in rows])
    now = clock.now()
    away = away_now(db, {member.person_id for group, _, _ in rows for member in group.members}, now)
    withheld = withheld_in(db, actor, programmes, now)
    silent = {(programme_id, who) for programme_id, people in withheld.items() for who in people}
    keys = {(programme_id, group.key) for group, programme_id, _ in rows}
    paused = pauses(db, keys)
    sessions, meetings = sessions_of_groups(db, keys), _meetings(db, keys)
    standing = {} if as_guest else standing_deputies(db, programmes.keys(), {key for _, key in keys})
    return tuple(
        replace(
            _own_group(
                group,
                programmes[programme_id],
                role,
                names,
                left,
                away - silent,
                tuple(session.without_words_of(withheld[programme_id]) for session in sessions[key]),
                meetings.get(key, _NONE),
            ),
            pause=paused.get(key),
            standing_deputy=standing[key].name if key in standing and standing[key].can_serve else "",
        )
        for group, programme_id, role in rows
        for key in ((programme_id, group.key),)
    )


def own_group(db: Db, actor: Actor, programme_id: int, group_key: str) -> OwnGroup:
    """One published group of the actor's. Raises NotFound to whoever does not belong to it, or to whom it is closed."""
    for group in _own_groups(db, actor, and_(PlanRow.programme_id == programme_id, GroupRow.key == group_key)):
        return group
    raise NotFound(say("That group isn’t one of yours."))


def own_session(db: Db, actor: Actor, session_id: int) -> tuple[OwnGroup, Session]:
    """A session of one of the actor's groups, with the group. Raises NotFound to whoever does not belong to it, or to
    whom it is closed."""
    its_group = (PlanRow.programme_id == SessionRow.programme_id) & (GroupRow.key == SessionRow.group_key)
    for group in _own_groups(db, actor, exists().where(SessionRow.id == session_id, its_group)):
        for session in group.sessions:
            if session.id == session_id:
                return group, session
    raise NotFound(say("That session isn’t one of yours."))


def can_come(db: Db, actor: Actor, session_id: int) -> bool:
    """Whether the actor is counted on at a session, as things stand."""
    place = any_session(db, session_id).attendee(actor.person_id or 0)
    return place is not None and place.comes


def any_session(db: Db, session_id: int) -> Session:
    """A published session, for the product's own work."""
    return any_sessions(db, (session_id,))[session_id]


def any_sessions(db: Db, session_ids: Collection[int]) -> Mapping[int, Session]:
    """Published sessions by id, for the product's own work."""
    return {session.id: session for _, session in _sessions(db, SessionRow.id.in_(session_ids))}


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
    sorry: dict[int, set[int]] = defaultdict(set)
    for session_id, person_id in who_is_sorry(db, condition):
        sorry[session_id].add(person_id)
    names = _names(db, (attendee.person_id for row in rows for attendee in row.attendees))
    writing = writers(db, condition)
    known = get_programmes(db, {row.programme_id for row in rows})
    programmes = {programme_id: _Places.of(programme) for programme_id, programme in known.items()}
    return [
        (
            row.programme_id,
            _session(row, programmes[row.programme_id], names, sorry[row.id], writing.get(row.id, Writers())),
        )
        for row in rows
    ]


def _meetings(db: Db, groups: Iterable[tuple[int, str]]) -> Mapping[tuple[int, str], tuple[str, str, str]]:
    """A group's address, number and code to join from afar, where it has any."""
    wanted = [and_(JoinLinkRow.programme_id == p, JoinLinkRow.group_key == key) for p, key in groups]
    rows = db.scalars(select(JoinLinkRow).where(or_(*wanted))) if wanted else ()
    return {(row.programme_id, row.group_key): (row.url, row.phone, row.code) for row in rows}


@dataclass(frozen=True, slots=True)
class _Places:
    """The zone of a programme and how its sites and rooms are called."""

    zone: str
    rooms: Mapping[int, str]

    @classmethod
    def of(cls, programme: Programme) -> _Places:
        rooms = {room.id: f"{room.name}, {site.name}" for site in programme.sites for room in site.rooms}
        return cls(programme.zone, rooms)


def _session(
    row: SessionRow, places: _Places, names: Mapping[int, str], sorry: Collection[int], writing: Writers
) -> Session:
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
        status=row.status,
        sequence=row.sequence,
        created_at=row.created_at,
        changed_at=row.changed_at,
        attendees=tuple(
            _attendance(a, names[a.person_id], a.person_id in sorry, writing)
            for a in sorted(row.attendees, key=lambda a: names[a.person_id])
        ),
        extra=row.extra,
        chair_id=row.chair_id,
        chair_wants_id=row.chair_wants_id,
    )


def _attendance(row: AttendeeRow, name: str, sorry: bool, writing: Writers) -> Attendance:
    mark = CANNOT if sorry else row.mark
    in_writing, wrote = row.person_id in writing.said, row.person_id in writing.wrote
    lapsed = row.turn_lapsed_at is not None
    return Attendance(
        row.person_id,
        name,
        row.role,
        mark,
        sorry,
        row.away,
        in_writing=in_writing,
        wrote=wrote,
        turn_lapsed=lapsed,
        by_call=row.by_call,
    )


def _names(db: Db, person_ids: Iterable[int]) -> Mapping[int, str]:
    rows = db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(set(person_ids))))
    return dict(rows.all())


def _own_group(
    group: GroupRow,
    programme: Programme,
    role: MemberRole,
    names: Mapping[int, str],
    left: Set[tuple[int, int]],
    away: Set[tuple[int, int]],
    sessions: tuple[Session, ...],
    meeting: tuple[str, str, str],
) -> OwnGroup:
    here = [member for member in group.members if (group.id, member.person_id) not in left]

    def people(wanted: MemberRole) -> tuple[str, ...]:
        return tuple(sorted(names[member.person_id] for member in here if member.role == wanted))

    model = next(model for model in programme.models if model.id == group.model_id)
    residents = people(MemberRole.RESIDENT)
    return OwnGroup(
        programme_id=programme.id,
        programme_name=programme.name,
        key=group.key,
        name=group.name,
        model=model.name,
        mode=group.mode,
        rounds=len(programme.rounds),
        residents=residents,
        facilitators=people(MemberRole.FACILITATOR),
        facilitator_ids=frozenset(member.person_id for member in here if member.role == MemberRole.FACILITATOR),
        left=tuple(sorted(names[member.person_id] for member in group.members if member not in here)),
        sessions=sessions,
        as_facilitator=role == MemberRole.FACILITATOR,
        url=meeting[0],
        phone=meeting[1],
        code=meeting[2],
        quorum=quorum_of(programme.quorum, len(residents)),
        quorum_share=programme.quorum,
        away=tuple(sorted(names[m.person_id] for m in here if (programme.id, m.person_id) in away)),
        present=model.present,
        interval_days=programme.interval_days,
        ended=group.ended_at is not None,
        closes=model.closing,
        is_facilitated=any(member.role == MemberRole.FACILITATOR for member in group.members),
        hybrid=programme.conduct.hybrid,
    )


def session_led(db: Db, actor: Actor, session_id: int) -> tuple[Session, str, str, str]:
    """A session that the actor leads, as a deputy too, with its group's address, number and code to join from afar.

    Raises NotFound to whoever does not lead it, or to whom its group is closed.
    """
    found = _sessions(db, SessionRow.id == session_id)
    for programme_id, session in found:
        key = (programme_id, session.group_key)
        invited = {attendance.person_id for attendance in session.attendees}
        leads = any(facilitator.person_id == actor.person_id for facilitator in session.facilitators)
        if leads and not closed_groups(db, actor, {key: invited}):
            silent = withheld_from(db, actor, programme_id, clock.now())
            return session.without_words_of(silent), *_meetings(db, [key]).get(key, _NONE)
    raise NotFound(say("That session isn’t one of yours."))
