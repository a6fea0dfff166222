"""All that troubles are worked out from, loaded in a fixed number of queries: for a whole programme or some groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, select, true

from scheduler.availability.service import stored_marks
from scheduler.bookings.places import places
from scheduler.bookings.ways import Ways
from scheduler.db import Db
from scheduler.planning.known_to import KnownTo
from scheduler.plans.company import Company, company_in, unaccompanied_pairs
from scheduler.plans.membership import Roster, pauses, rosters
from scheduler.plans.model import MemberRole, PlanState
from scheduler.plans.tables import GroupRow, PlannedSessionRow, PlanRow
from scheduler.programmes.forbidden_pairs import ForbiddenPair, forbidden_pairs
from scheduler.programmes.model import Programme
from scheduler.sessions.attendance_marks import BOOKING_COLUMNS, Booking, booking_of, bookings_of, ways_between
from scheduler.sessions.in_writing import Writers, writers
from scheduler.sessions.model import Needed, SessionStatus
from scheduler.sessions.quorum import needed_by_group, who_is_sorry
from scheduler.sessions.standing_deputies import StandingDeputy, standing_deputies
from scheduler.sessions.tables import AttendeeRow, SessionRow

_COLUMNS = (
    SessionRow.id,
    SessionRow.group_key,
    SessionRow.round,
    SessionRow.extra,
    SessionRow.starts_at,
    SessionRow.ends_at,
    SessionRow.mode,
    SessionRow.room_id,
    SessionRow.status,
    SessionRow.agreed_at,
    SessionRow.created_at,
    SessionRow.programme_id,
    SessionRow.site_id,
    SessionRow.left_behind_at,
)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A published session with who is invited: id → role and mark, the mark 0 for who has apologised. Who takes
    part ``in_writing`` does not count as missing; who joins ``by_call`` is there."""

    id: int
    group_key: str
    round: int
    extra: int
    starts_at: datetime
    ends_at: datetime
    mode: str
    room_id: int | None
    cancelled: bool
    booking: Booking
    invited: Mapping[int, tuple[MemberRole, str]]
    sorry: frozenset[int]
    away: frozenset[int]
    left_behind_at: datetime | None = None
    in_writing: frozenset[int] = frozenset()
    by_call: frozenset[int] = frozenset()

    def booking_of(self, person_id: int) -> Booking:
        """How it takes somebody's time: who joins by call has no way to go."""
        return replace(self.booking, site_id=None) if person_id in self.by_call else self.booking

    @property
    def residents_away(self) -> int:
        """How many residents are on long leave then: they do not count."""
        return sum(self.invited[person_id][0] == MemberRole.RESIDENT for person_id in self.away)


@dataclass(frozen=True, slots=True)
class Forbidden:
    """Two people who may not share a group by a relation that their coordinator may know of, from a day on."""

    pair: tuple[int, int]
    first_day: date | None
    last_day: date | None

    def holds_on(self, day: date) -> bool:
        """Whether it does on this day."""
        return (self.first_day is None or self.first_day <= day) and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of some groups of a programme: every session of theirs, and what could stand in its way.

    ``marks`` are those of everybody in a group that has lost a session, and of whoever is booked twice, at the
    programme's ``slots``, whatever else takes their time. ``forbidden`` and ``company`` hold what a coordinator may
    know.
    """

    programme: Programme
    now: datetime
    groups: Mapping[str, Roster]
    needed: Mapping[str, Needed]
    meetings: Mapping[str, Sequence[Meeting]]
    booked: Mapping[int, Sequence[Booking]]
    rooms_booked: Mapping[int, Sequence[Booking]]
    forbidden: Sequence[Forbidden]
    company: Company
    ways: Ways
    marks: Mapping[int, str]
    slots: Mapping[tuple[datetime, int], int]
    standing: Mapping[str, StandingDeputy] = field(default_factory=dict)
    """The standing deputies, by their group's key."""


def load_facts(db: Db, programme: Programme, now: datetime, keys: Collection[str] | None) -> Facts:
    """Everything about these groups of the published plan (None: all of them) that have not ended."""
    over = _ended(db, programme.id)
    groups = {key: roster for key, roster in rosters(db, programme.id, keys).items() if key not in over}
    which = and_(SessionRow.programme_id == programme.id, _in(keys))
    meetings = _without_paused(db, programme, _meetings(db, which))
    all_of = [meeting for some in meetings.values() for meeting in some]
    ahead = [meeting for meeting in all_of if meeting.starts_at > now and not meeting.cancelled]
    lost = {m.group_key for m in all_of if m.cancelled and m.starts_at > now and not m.extra}
    of_lost = {person_id for key in lost for person_id in groups.get(key, {})}
    booked = bookings_of(db, {person_id for meeting in ahead for person_id in meeting.invited} | of_lost, now)
    known = ways_between(db, booked)
    today = now.astimezone(ZoneInfo(programme.zone)).date()
    here = {who for roster in groups.values() for who in roster} | {who for one in all_of for who in one.invited}
    pairs = forbidden_pairs(db, programme.id, today, date.max, None if keys is None else here)
    related = [each for each in pairs if KnownTo.COORDINATOR.may_know(each)]
    company = company_in(db, programme.id, related)
    wanted = of_lost | {
        who for meeting in ahead for who in meeting.invited if _clashes(meeting.booking_of(who), booked[who], known)
    }
    standing = {key: each for (_, key), each in standing_deputies(db, (programme.id,), keys).items()}
    slots = {(slot.starts_at, slot.round): i for i, slot in enumerate(programme.slots())} if wanted else {}
    return Facts(
        programme=programme,
        now=now,
        groups=groups,
        needed=needed_by_group(db, programme, keys),
        meetings=meetings,
        booked=booked,
        rooms_booked=_rooms_booked(db, {m.room_id for m in ahead if m.room_id is not None}, now),
        forbidden=_forbidden(related, company, groups, today),
        company=company,
        ways=known,
        marks=stored_marks(db, programme.id, len(slots), wanted) if wanted else {},
        slots=slots,
        standing=standing,
    )


def planned_attendance(db: Db, programme_id: int, keys: Collection[str]) -> Mapping[tuple[str, int], tuple[str, ...]]:
    """The marks that the published plan has of everybody in these groups, by group and person."""
    rows = db.execute(
        select(GroupRow.key, PlannedSessionRow.marks)
        .join(GroupRow, GroupRow.id == PlannedSessionRow.group_id)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .where(PlanRow.programme_id == programme_id, PlanRow.state == PlanState.PUBLISHED, GroupRow.key.in_(keys))
    )
    found: dict[tuple[str, int], tuple[str, ...]] = defaultdict(tuple)
    for key, marks in rows:
        for person_id, mark in marks.items():
            found[key, int(person_id)] += (mark,)
    return found


def _ended(db: Db, programme_id: int) -> frozenset[str]:
    published = (PlanRow.programme_id == programme_id, PlanRow.state == PlanState.PUBLISHED)
    found = select(GroupRow.key).join(PlanRow, PlanRow.id == GroupRow.plan_id)
    return frozenset(db.scalars(found.where(*published, GroupRow.ended_at.is_not(None))))


def _without_paused(
    db: Db, programme: Programme, meetings: Mapping[str, Sequence[Meeting]]
) -> Mapping[str, Sequence[Meeting]]:
    """The sessions without those that a pause of their group has cancelled: they are not to be held."""
    paused = pauses(db, [(programme.id, key) for key in meetings])
    zone, found = ZoneInfo(programme.zone), dict(meetings)
    for (_, key), (first, last) in paused.items():
        found[key] = [m for m in meetings[key] if not (m.cancelled and first <= _day(m, zone) <= last)]
    return found


def _day(meeting: Meeting, zone: ZoneInfo) -> date:
    return meeting.starts_at.astimezone(zone).date()


def _clashes(meeting: Booking, booked: Sequence[Booking], known: Ways) -> bool:
    return any(other.goes_before(meeting, known) for other in booked)


def _in(keys: Collection[str] | None) -> ColumnElement[bool]:
    return true() if keys is None else SessionRow.group_key.in_(keys)


def _meetings(db: Db, which: ColumnElement[bool]) -> Mapping[str, list[Meeting]]:
    invited: dict[int, dict[int, tuple[MemberRole, str]]] = defaultdict(dict)
    away: dict[int, set[int]] = defaultdict(set)
    calling: dict[int, set[int]] = defaultdict(set)
    attendees = select(
        AttendeeRow.session_id, AttendeeRow.person_id, AttendeeRow.role, AttendeeRow.mark, AttendeeRow.away,
        AttendeeRow.by_call,
    )  # fmt: skip
    for session_id, person_id, role, mark, is_away, calls in db.execute(
        attendees.join(SessionRow, SessionRow.id == AttendeeRow.session_id).where(which)
    ):
        invited[session_id][person_id] = (role, mark)
        if is_away:
            away[session_id].add(person_id)
        if calls:
            calling[session_id].add(person_id)
    found: dict[str, list[Meeting]] = defaultdict(list)
    sorry: dict[int, set[int]] = defaultdict(set)
    for session_id, person_id in who_is_sorry(db, which):
        sorry[session_id].add(person_id)
    writing = writers(db, which)
    for row in db.execute(select(*_COLUMNS).where(which).order_by(SessionRow.starts_at, SessionRow.id)):
        booking = booking_of(*(getattr(row, column.key) for column in BOOKING_COLUMNS))
        found[row.group_key].append(
            Meeting(
                row.id, row.group_key, row.round, row.extra, row.starts_at, row.ends_at, row.mode, row.room_id,
                row.status == SessionStatus.CANCELLED, booking, invited[row.id],
                frozenset(sorry[row.id]), frozenset(away[row.id]), row.left_behind_at,
                (those := writing.get(row.id, Writers())).said | those.wrote, frozenset(calling[row.id]),
            )
        )  # fmt: skip
    return found


def _rooms_booked(db: Db, rooms: Collection[int], now: datetime) -> Mapping[int, Sequence[Booking]]:
    """The sessions that take these rooms, of whatever programme, under whatever name they have there."""
    known = places(db)
    wanted = {known[room_id] for room_id in rooms}
    same = [room_id for room_id, place in known.items() if place in wanted]
    rows = db.execute(
        select(SessionRow.room_id, *BOOKING_COLUMNS).where(
            SessionRow.room_id.in_(same), SessionRow.ends_at > now, SessionRow.status != SessionStatus.CANCELLED
        )
    )
    found: dict[int, list[Booking]] = defaultdict(list)
    for row in rows:
        if row.room_id is not None:
            found[known[row.room_id]].append(booking_of(*(getattr(row, column.key) for column in BOOKING_COLUMNS)))
    return {room_id: found[known[room_id]] for room_id in rooms}


def _forbidden(
    related: Iterable[ForbiddenPair], company: Company, groups: Mapping[str, Roster], today: date
) -> list[Forbidden]:
    """Who of these groups may not share one, from today on."""
    here = {person_id for roster in groups.values() for person_id in roster}
    alone = unaccompanied_pairs(company, groups, today)
    found = [
        Forbidden(_pair(each.person_id, each.about_id), each.first_day, each.last_day)
        for each in related
        if not each.overridden or each.pair in alone
    ]
    return [each for each in found if here.intersection(each.pair)]


def _pair(one: int, other: int) -> tuple[int, int]:
    return (min(one, other), max(one, other))
