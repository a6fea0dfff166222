"""Sessions of a plan as pictures show them: published ones as they are now, those of a draft as they were planned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select, true

from scheduler.db import Db
from scheduler.equity.plan_shown import PlanShown
from scheduler.people.tables import PersonRow
from scheduler.plans.departures import has_not_left
from scheduler.plans.group_search import is_called
from scheduler.plans.model import MemberRole
from scheduler.plans.tables import GroupRow, MemberRow, PlannedSessionRow, PlanRow
from scheduler.sessions.model import Needed, SessionStatus
from scheduler.sessions.quorum import NOBODY, needed_by_group
from scheduler.sessions.tables import AttendeeRow, SessionRow
from scheduler.troubles.model import TroubleState
from scheduler.troubles.tables import TroubleRow
from solvers.quorum import quorum_of
from solvers.vocabulary import CANNOT, COMING


@dataclass(frozen=True, slots=True)
class Light:
    """A session by a few columns: the id is its own where it is published, else its group's in the draft."""

    id: int
    group_key: str
    group_name: str
    round: int
    extra: int
    starts_at: datetime
    mode: str
    site_id: int | None
    room_id: int | None
    in_trouble: bool

    def day(self, zone: ZoneInfo) -> date:
        """The day on which it is, by the clock of a zone."""
        return self.starts_at.astimezone(zone).date()


@dataclass(frozen=True, slots=True)
class ShownSession:
    """A session with who can come. ``session_id`` is None in a draft; ``marks`` has one for each resident invited,
    ``leads`` its facilitators by id and name; ``in_trouble`` says that it waits for its coordinator."""

    session_id: int | None
    group_key: str
    group_name: str
    round: int
    extra: int
    starts_at: datetime
    mode: str
    site: str
    room: str
    marks: tuple[str, ...]
    leads: tuple[tuple[int, str], ...]
    holds: bool
    in_trouble: bool

    @property
    def coming(self) -> int:
        """How many residents can come."""
        return sum(mark in COMING for mark in self.marks)


def light_sessions(
    db: Db, plan: PlanShown, q: str, site_id: int | None, room_id: int | None, lead_id: int | None, in_trouble: bool
) -> tuple[Light, ...]:
    """All sessions that take place and fit, in order of time."""
    find = _published if plan.is_published else _planned
    found = find(db, plan, _called(db, plan, q), lead_id)
    return tuple(
        one
        for one in found
        if (site_id is None or one.site_id == site_id)
        and (room_id is None or one.room_id == room_id)
        and (not in_trouble or one.in_trouble)
    )


def loaded(db: Db, plan: PlanShown, sessions: Sequence[Light]) -> tuple[ShownSession, ...]:
    """These sessions with who can come, in their order: a few queries however many they are."""
    seats = _seats_published(db, sessions) if plan.is_published else _seats_planned(db, plan, sessions)
    names = _names(db, {who for found in seats.values() for who, role, _, _ in found if role == MemberRole.FACILITATOR})
    sites = {site.id: site.name for site in plan.programme.sites}
    rooms = {room.id: room.name for site in plan.programme.sites for room in site.rooms}
    needed = _needed(db, plan, sessions, seats)
    return tuple(
        _shown(one, seats.get(_key(plan, one), []), names, sites, rooms, needed[one.group_key], plan.is_published)
        for one in sessions
    )


def leads_of(db: Db, plan: PlanShown) -> tuple[tuple[int, str], ...]:
    """Everybody who facilitates a group of the plan, by name."""
    rows = db.execute(
        select(PersonRow.id, PersonRow.name)
        .join(MemberRow, MemberRow.person_id == PersonRow.id)
        .join(GroupRow, GroupRow.id == MemberRow.group_id)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .where(GroupRow.plan_id == plan.id, MemberRow.role == MemberRole.FACILITATOR, has_not_left())
        .distinct()
        .order_by(PersonRow.name, PersonRow.id)
    )
    return tuple((person_id, name) for person_id, name in rows)


_Key = tuple[int, int]
_Seat = tuple[int, MemberRole, str, bool]
_Seats = Mapping[_Key, list[_Seat]]
"""Who is invited to a session: person, role, mark, whether on long leave. Sessions go by their id and 0, planned ones
by group and round."""


def _key(plan: PlanShown, one: Light) -> _Key:
    return (one.id, 0) if plan.is_published else (one.id, one.round)


def _called(db: Db, plan: PlanShown, q: str) -> frozenset[str] | None:
    if not q.strip():
        return None
    return frozenset(db.scalars(select(GroupRow.key).where(GroupRow.plan_id == plan.id, is_called(q))))


def _published(db: Db, plan: PlanShown, called: frozenset[str] | None, lead_id: int | None) -> Iterator[Light]:
    leads: ColumnElement[bool] = true()
    if lead_id is not None:
        lead = (AttendeeRow.person_id == lead_id, AttendeeRow.role == MemberRole.FACILITATOR)
        leads = SessionRow.id.in_(select(AttendeeRow.session_id).where(*lead))
    rows = db.execute(
        select(
            SessionRow.id, SessionRow.group_key, SessionRow.group_name, SessionRow.round, SessionRow.extra,
            SessionRow.starts_at, SessionRow.mode, SessionRow.site_id, SessionRow.room_id,
        )
        .where(SessionRow.programme_id == plan.programme.id, SessionRow.status != SessionStatus.CANCELLED, leads)
        .order_by(SessionRow.starts_at, SessionRow.id)
    )  # fmt: skip
    troubled = set(
        db.scalars(
            select(TroubleRow.session_id).where(
                TroubleRow.programme_id == plan.programme.id, TroubleRow.state == TroubleState.OPEN
            )
        )
    )
    for row in rows:
        if called is None or row.group_key in called:
            yield Light(*row, in_trouble=row.id in troubled)


def _planned(db: Db, plan: PlanShown, called: frozenset[str] | None, lead_id: int | None) -> Iterator[Light]:
    leads: ColumnElement[bool] = true()
    if lead_id is not None:
        lead = (MemberRow.person_id == lead_id, MemberRow.role == MemberRole.FACILITATOR)
        leads = GroupRow.id.in_(select(MemberRow.group_id).where(*lead))
    rows = db.execute(
        select(
            GroupRow.id, GroupRow.key, GroupRow.name, PlannedSessionRow.round, PlannedSessionRow.starts_at,
            GroupRow.mode, GroupRow.site_id, PlannedSessionRow.room_id,
        )
        .join(PlannedSessionRow, PlannedSessionRow.group_id == GroupRow.id)
        .where(GroupRow.plan_id == plan.id, GroupRow.ended_at.is_(None), leads)
        .order_by(PlannedSessionRow.starts_at, GroupRow.id)
    )  # fmt: skip
    for group_id, key, name, number, starts_at, mode, site_id, room_id in rows:
        if called is None or key in called:
            yield Light(group_id, key, name, number, 0, starts_at, mode, site_id, room_id, False)


def _seats_published(db: Db, sessions: Sequence[Light]) -> _Seats:
    found: dict[_Key, list[_Seat]] = defaultdict(list)
    ids = [one.id for one in sessions]
    rows = db.execute(
        select(
            AttendeeRow.session_id, AttendeeRow.person_id, AttendeeRow.role, AttendeeRow.mark, AttendeeRow.away
        ).where(AttendeeRow.session_id.in_(ids))
    )
    for session_id, person_id, role, mark, away in rows:
        found[session_id, 0].append((person_id, role, mark, away))
    return found


def _seats_planned(db: Db, plan: PlanShown, sessions: Sequence[Light]) -> _Seats:
    ids, wanted = {one.id for one in sessions}, {(one.id, one.round) for one in sessions}
    members: dict[int, list[tuple[int, MemberRole]]] = defaultdict(list)
    of_plan = (GroupRow.plan_id == plan.id, MemberRow.group_id.in_(ids), has_not_left())
    for group_id, person_id, role in db.execute(
        select(MemberRow.group_id, MemberRow.person_id, MemberRow.role)
        .join(GroupRow, GroupRow.id == MemberRow.group_id)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .where(*of_plan)
    ):
        members[group_id].append((person_id, role))
    rows = db.execute(
        select(PlannedSessionRow.group_id, PlannedSessionRow.round, PlannedSessionRow.marks).where(
            PlannedSessionRow.group_id.in_(ids)
        )
    )
    return {
        (group_id, number): [(who, role, marks.get(str(who), CANNOT), False) for who, role in members[group_id]]
        for group_id, number, marks in rows
        if (group_id, number) in wanted
    }


def _needed(db: Db, plan: PlanShown, sessions: Sequence[Light], seats: _Seats) -> Mapping[str, Needed]:
    """How many a session of each of these groups needs."""
    keys = {one.group_key for one in sessions}
    if plan.is_published:
        found = needed_by_group(db, plan.programme, keys)
        return {key: found.get(key, NOBODY) for key in keys}
    residents = {
        one.group_key: sum(role == MemberRole.RESIDENT for _, role, _, _ in seats[_key(plan, one)]) for one in sessions
    }
    return {key: Needed(quorum_of(plan.programme.quorum, size), 0) for key, size in residents.items()}


def _names(db: Db, people: set[int]) -> Mapping[int, str]:
    return dict(db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(people))).all())


def _shown(
    one: Light,
    seats: Sequence[_Seat],
    names: Mapping[int, str],
    sites: Mapping[int, str],
    rooms: Mapping[int, str],
    needed: Needed,
    is_published: bool,
) -> ShownSession:
    marks = tuple(mark for _, role, mark, is_away in seats if role == MemberRole.RESIDENT and not is_away)
    leads = [(who, mark) for who, role, mark, _ in seats if role == MemberRole.FACILITATOR]
    away = sum(is_away for _, role, _, is_away in seats if role == MemberRole.RESIDENT)
    coming, leading = sum(mark in COMING for mark in marks), sum(mark in COMING for _, mark in leads)
    return ShownSession(
        session_id=one.id if is_published else None,
        group_key=one.group_key,
        group_name=one.group_name,
        round=one.round,
        extra=one.extra,
        starts_at=one.starts_at,
        mode=one.mode,
        site=sites.get(one.site_id or 0, ""),
        room=rooms.get(one.room_id or 0, ""),
        marks=marks,
        leads=tuple(sorted(((who, names[who]) for who, _ in leads), key=lambda each: each[1])),
        holds=needed.without(away).are_met_by(coming, leading),
        in_trouble=one.in_trouble,
    )
