"""Load what acts concern: their groups and sessions ahead, and when people and rooms are taken otherwise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeAlias, TypeVar

from sqlalchemy import ColumnElement, Select, case, select

from scheduler.bookings.commitments import Stands, booked
from scheduler.bookings.hours import Limits
from scheduler.bookings.places import places
from scheduler.bookings.ways import NO_WAYS, Ways, ways
from scheduler.coordination.board import Board, GroupNow, SessionNow
from scheduler.coordination.model import Act, MergeGroups, PutIn, SwapFacilitators
from scheduler.db import Db
from scheduler.errors import NotFound
from scheduler.languages import say
from scheduler.people.tables import PersonRow
from scheduler.planning.taken import Span
from scheduler.plans.departures import has_not_left
from scheduler.plans.membership import pauses
from scheduler.plans.model import MemberRole, PlanState
from scheduler.plans.tables import GroupRow, MemberRow, PlanRow
from scheduler.programmes.model import Programme
from scheduler.sessions.model import DeputyState, SessionStatus
from scheduler.sessions.quorum import who_is_sorry
from scheduler.sessions.tables import AttendeeRow, DeputyRow, SessionRow
from solvers.vocabulary import IN_PERSON

What = TypeVar("What")
Taken: TypeAlias = Mapping[int, Sequence[tuple[int, What]]]
"""What takes the time of people or rooms, by their ids, each with the id of its session."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What acts are about: one programme, and groups of it."""

    programme_id: int
    keys: frozenset[str]


def scope_of(db: Db, acts: Collection[Act]) -> Scope:
    """The programme and the groups of acts. Raises NotFound where a session is not there, or in another programme."""
    ids = {act.session_id for act in acts if hasattr(act, "session_id")}
    rows = db.execute(
        select(SessionRow.id, SessionRow.programme_id, SessionRow.group_key).where(SessionRow.id.in_(ids))
    )
    found = {session_id: (programme_id, key) for session_id, programme_id, key in rows}
    if found.keys() != ids:
        raise NotFound(say("We can’t find that session."))
    programmes = {programme_id for programme_id, _ in found.values()}
    keys = {key for _, key in found.values()}
    for act in acts:
        if hasattr(act, "session_id"):
            continue
        programmes.add(act.programme_id)
        keys.add(act.group_key)
        if isinstance(act, SwapFacilitators):
            keys.add(act.other_key)
        if isinstance(act, MergeGroups):
            keys.add(act.into_key)
        if isinstance(act, PutIn) and act.out_of:
            keys.add(act.out_of)
    if len(programmes) != 1:
        raise NotFound(say("We can’t find that session."))
    return Scope(programmes.pop(), frozenset(keys))


def load_board(db: Db, programme: Programme, keys: Collection[str], now: datetime) -> Board:
    """These groups as they are published, with their sessions that have not begun."""
    groups = db.scalars(
        select(GroupRow)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .where(PlanRow.programme_id == programme.id, PlanRow.state == PlanState.PUBLISHED, GroupRow.key.in_(keys))
    ).all()
    people = _members(db, [group.id for group in groups])
    paused = pauses(db, [(programme.id, key) for key in keys])
    models = {model.id: model.name for model in programme.models}
    return Board(
        {
            row.key: GroupNow(
                key=row.key,
                name=row.name,
                model_id=row.model_id,
                model_name=models[row.model_id],
                mode=row.mode,
                site_id=row.site_id,
                residents=frozenset(people[row.id, MemberRole.RESIDENT]),
                facilitators=frozenset(people[row.id, MemberRole.FACILITATOR]),
                ended=row.ended_at is not None,
                pause=paused.get((programme.id, row.key)),
            )
            for row in groups
        },
        _sessions(db, programme.id, keys, now),
    )


def _sessions(db: Db, programme_id: int, keys: Collection[str], now: datetime) -> Mapping[int, SessionNow]:
    """The sessions of these groups that have not begun, read by columns: a board may have hundreds."""
    ahead = (SessionRow.programme_id == programme_id, SessionRow.group_key.in_(keys), SessionRow.starts_at > now)
    rows = db.execute(select(*_SESSION).where(*ahead)).all()
    invited: dict[tuple[int, MemberRole], list[int]] = defaultdict(list)
    for session_id, role, person_id in db.execute(
        select(AttendeeRow.session_id, AttendeeRow.role, AttendeeRow.person_id)
        .join(SessionRow, SessionRow.id == AttendeeRow.session_id)
        .where(*ahead)
    ):
        invited[session_id, role].append(person_id)
    stand_ins = _stand_ins(db, [row.id for row in rows])
    return {
        row.id: SessionNow(
            row.id, row.group_key, row.round, row.extra, row.starts_at, row.ends_at, row.mode, row.site_id, row.room_id,
            row.status, frozenset(invited[row.id, MemberRole.RESIDENT]),
            frozenset(invited[row.id, MemberRole.FACILITATOR]), dict(stand_ins[row.id]), row.offers_again,
        )
        for row in rows
    }  # fmt: skip


_SESSION: Final = (
    SessionRow.id, SessionRow.group_key, SessionRow.round, SessionRow.extra, SessionRow.starts_at, SessionRow.ends_at,
    SessionRow.mode, SessionRow.site_id, SessionRow.room_id, SessionRow.status, SessionRow.offers_again,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stay:
    """Another session of somebody's. ``site_id`` is where they have to be for it; None where no way counts."""

    span: Span
    site_id: int | None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What takes people's and rooms' time beside the sessions on a board: in whatever programme. ``groups`` are the
    keys of the other groups of the same programme that somebody is in; ``given`` are the sessions, also those that are
    over, that count for the most hours of a person."""

    people: Mapping[int, Sequence[Stay]]
    rooms: Mapping[int, Sequence[Span]]
    groups: Mapping[int, Sequence[str]]
    given: Mapping[int, Sequence[Stands]]
    ways: Ways = NO_WAYS

    def is_taken(self, person_id: int, session: SessionNow) -> bool:
        """Whether somebody is at another session then, or on the way between."""
        site_id = session.site_id if session.mode == IN_PERSON else None
        return any(self._is_in_the_way(stay, session.span, site_id) for stay in self.people.get(person_id, ()))

    def _is_in_the_way(self, stay: Stay, span: Span, site_id: int | None) -> bool:
        way: timedelta = self.ways.between(stay.site_id, site_id)
        return span.overlaps(Span(stay.span.starts_at - way, stay.span.ends_at + way))

    def has_room(self, room_id: int, span: Span) -> bool:
        """Whether nobody else has the room then."""
        return not any(span.overlaps(other) for other in self.rooms.get(room_id, ()))


NOWHERE: Final = Elsewhere({}, {}, {}, {})


@dataclass(frozen=True, slots=True)
class Everywhere:
    """The same of all groups and sessions, each with its key or id: what is elsewhere depends on the board."""

    people: Taken[Stay]
    rooms: Taken[Span]
    groups: Mapping[int, Sequence[str]]
    given: Taken[Stands]
    ways: Ways

    def but_for(self, board: Board) -> Elsewhere:
        """What is beside the groups and sessions of a board."""
        own = board.sessions.keys()
        groups = {who: [key for key in keys if key not in board.groups] for who, keys in self.groups.items()}
        return Elsewhere(
            _without(self.people, own), _without(self.rooms, own), groups, _without(self.given, own), self.ways
        )


def _without(taken: Taken[What], own: Collection[int]) -> Mapping[int, Sequence[What]]:
    return {one: [what for session_id, what in each if session_id not in own] for one, each in taken.items()}


def load_everywhere(db: Db, programme: Programme, people: Collection[int], now: datetime) -> Everywhere:
    """When these people and the programme's rooms are taken.

    Who has apologised for a session is not at it. A room is taken under whatever name another programme has for it. The
    way counts between sessions of different programmes, as for who is counted on.
    """
    ahead = (SessionRow.ends_at > now, SessionRow.status != SessionStatus.CANCELLED)
    of_people = _of_published(programme.id).where(MemberRow.person_id.in_(people), GroupRow.ended_at.is_(None))
    groups: dict[int, list[str]] = defaultdict(list)
    for person_id, key in db.execute(of_people.add_columns(GroupRow.key)):
        groups[person_id].append(key)
    stays = _stays(db, programme.id, people, ahead)
    known = ways(db) if any(stay.site_id is not None for of_one in stays.values() for _, stay in of_one) else NO_WAYS
    return Everywhere(stays, _rooms_taken(db, programme, ahead), groups, _given(db, programme, people, now), known)


def _given(db: Db, programme: Programme, people: Collection[int], now: datetime) -> Taken[Stands]:
    limits = Limits.of(programme)
    return {} if limits.are_none else booked(db, people, limits.first_moment(now))


def _stays(db: Db, programme_id: int, people: Collection[int], ahead: Collection[ColumnElement[bool]]) -> Taken[Stay]:
    far = (SessionRow.mode == IN_PERSON) & (SessionRow.programme_id != programme_id) & AttendeeRow.by_call.is_(False)
    rows = db.execute(
        select(
            SessionRow.id,
            AttendeeRow.person_id,
            SessionRow.starts_at,
            SessionRow.ends_at,
            case((far, SessionRow.site_id)),
        )
        .join(SessionRow, SessionRow.id == AttendeeRow.session_id)
        .where(AttendeeRow.person_id.in_(people), *ahead)
    ).all()
    sorry = who_is_sorry(db, SessionRow.id.in_({session_id for session_id, *_ in rows}))
    found: dict[int, list[tuple[int, Stay]]] = defaultdict(list)
    for session_id, person_id, starts_at, ends_at, site_id in rows:
        if (session_id, person_id) not in sorry:
            found[person_id].append((session_id, Stay(Span(starts_at, ends_at), site_id)))
    return found


def _rooms_taken(db: Db, programme: Programme, ahead: Collection[ColumnElement[bool]]) -> Taken[Span]:
    known = places(db)
    wanted = {room.id: known[room.id] for site in programme.sites for room in site.rooms}
    same = [room_id for room_id, place in known.items() if place in set(wanted.values())]
    columns = (SessionRow.room_id, SessionRow.id, SessionRow.starts_at, SessionRow.ends_at)
    taken: dict[int, list[tuple[int, Span]]] = defaultdict(list)
    for room_id, session_id, starts_at, ends_at in db.execute(
        select(*columns).where(SessionRow.room_id.in_(same), *ahead)
    ):
        taken[known[room_id or 0]].append((session_id, Span(starts_at, ends_at)))
    return {room_id: taken[place] for room_id, place in wanted.items()}


def live_group_keys(db: Db, programme_id: int) -> Sequence[str]:
    """The keys of the published groups that still meet."""
    return db.scalars(
        select(GroupRow.key)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .where(
            PlanRow.programme_id == programme_id,
            PlanRow.state == PlanState.PUBLISHED,
            GroupRow.ended_at.is_(None),
        )
        .order_by(GroupRow.id)
    ).all()


def names_of(db: Db, people: Iterable[int]) -> Mapping[int, str]:
    """What these people are called."""
    return dict(db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(set(people)))).all())


def _of_published(programme_id: int) -> Select[int]:
    return (
        select(MemberRow.person_id)
        .join(GroupRow, GroupRow.id == MemberRow.group_id)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .where(PlanRow.programme_id == programme_id, PlanRow.state == PlanState.PUBLISHED, has_not_left())
    )


def _members(db: Db, group_ids: Collection[int]) -> Mapping[tuple[int, MemberRole], list[int]]:
    found: dict[tuple[int, MemberRole], list[int]] = defaultdict(list)
    rows = db.execute(
        select(MemberRow.group_id, MemberRow.role, MemberRow.person_id)
        .join(GroupRow, GroupRow.id == MemberRow.group_id)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .where(GroupRow.id.in_(group_ids), has_not_left())
    )
    for group_id, role, person_id in rows:
        found[group_id, role].append(person_id)
    return found


def _stand_ins(db: Db, session_ids: Collection[int]) -> Mapping[int, Mapping[int, int]]:
    found: dict[int, dict[int, int]] = defaultdict(dict)
    rows = db.execute(
        select(DeputyRow.session_id, DeputyRow.for_id, DeputyRow.person_id).where(
            DeputyRow.session_id.in_(session_ids), DeputyRow.state == DeputyState.ACCEPTED
        )
    )
    for session_id, for_id, person_id in rows:
        found[session_id][for_id] = person_id
    return found
