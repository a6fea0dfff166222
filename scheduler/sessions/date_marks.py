"""Who can come on dates that are offered or proposed, as things stand, and which of the dates is the best."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import case, select

from scheduler.availability.intervals import Interval
from scheduler.availability.service import stored_marks
from scheduler.bookings.ways import NO_WAYS, Ways, ways
from scheduler.db import Db, pair_in
from scheduler.planning.rhythm import Rank, Rhythm
from scheduler.plans.membership import GroupId, Roster
from scheduler.plans.model import PlanState
from scheduler.plans.tables import GroupRow, PlanRow
from scheduler.programmes.by_call import only_callers
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programmes
from scheduler.sessions.model import IN_WRITING, SessionStatus
from scheduler.sessions.quorum import who_is_sorry
from scheduler.sessions.tables import AttendeeRow, ProposalRow, SessionRow
from solvers.vocabulary import CANNOT, COMING, IN_PERSON, NOT_KNOWN


@dataclass(frozen=True, slots=True)
class DateMarks:
    """A date: the mark of everybody in the group, by person, and how good it is beside others."""

    by_person: Mapping[int, str]
    rank: Rank

    @property
    def coming(self) -> int:
        """How many can come."""
        return sum(mark in COMING for mark in self.by_person.values())

    @property
    def shut_out(self) -> int:
        """How many cannot."""
        return list(self.by_person.values()).count(CANNOT)


@dataclass(frozen=True, slots=True)
class _Booked:
    """A session that takes somebody's time; ``site_id`` is where they have to be for it, if they have to."""

    session_id: int
    programme_id: int
    span: Interval
    site_id: int | None

    def is_in_the_way_of(self, other: _Booked, known: Ways) -> bool:
        """Whether nobody can be at both: the way counts between programmes, as for who is counted on."""
        same = self.programme_id == other.programme_id
        way = timedelta() if same else known.between(self.site_id, other.site_id)
        return self.span.start < other.span.end + way and other.span.start < self.span.end + way


def date_marks(db: Db, rows: Sequence[ProposalRow], members: Mapping[GroupId, Roster]) -> Mapping[int, DateMarks]:
    """Of each of these proposals, by id; ``members`` has their groups."""
    if not rows:
        return {}
    programmes = get_programmes(db, {row.programme_id for row in rows})
    people = {person_id for roster in members.values() for person_id in roster}
    known = {each.id: _Known.of(db, each, people) for each in programmes.values()}
    groups = {(row.programme_id, row.group_key) for row in rows}
    booked, starts, sites = _booked(db, people, rows), _starts(db, groups), _sites(db, groups)
    calling = {each.id: only_callers(db, each) for each in programmes.values()}
    on_the_way = ways(db) if any(each.site_id is not None for of_one in booked.values() for each in of_one) else NO_WAYS
    found = {}
    for row in rows:
        group, here = (row.programme_id, row.group_key), known[row.programme_id]
        span = Interval(row.starts_at, row.starts_at + here.length)
        date = _Booked(row.session_id or 0, row.programme_id, span, sites.get(group))
        marks = {
            person_id: CANNOT if _is_taken(booked[person_id], each, on_the_way) else here.mark(person_id, span.start)
            for person_id in members[group]
            for each in (replace(date, site_id=None) if person_id in calling[row.programme_id] else date,)
        }
        found[row.id] = DateMarks(marks, _rank(row, programmes[row.programme_id], starts[group], marks))
    return found


@dataclass(frozen=True, slots=True)
class _Known:
    """What is kept of when people can come, at the slots of a programme."""

    length: timedelta
    index: Mapping[datetime, int]
    marks: Mapping[int, str]

    @classmethod
    def of(cls, db: Db, programme: Programme, people: Collection[int]) -> _Known:
        slots = programme.slots()
        index = {slot.starts_at: number for number, slot in reversed(list(enumerate(slots)))}
        return cls(
            timedelta(minutes=programme.session_minutes), index, stored_marks(db, programme.id, len(slots), people)
        )

    def mark(self, person_id: int, starts_at: datetime) -> str:
        number, marks = self.index.get(starts_at), self.marks.get(person_id)
        return NOT_KNOWN if number is None or marks is None else marks[number]


def _booked(db: Db, people: Collection[int], rows: Sequence[ProposalRow]) -> Mapping[int, list[_Booked]]:
    """What these people are invited to from the day before the first of the dates to the day after the last, in any
    programme. Who has apologised for a session is not at it."""
    day = timedelta(days=1)
    first, last = min(row.starts_at for row in rows) - day, max(row.starts_at for row in rows) + day
    found: dict[int, list[_Booked]] = defaultdict(list)
    invited = db.execute(
        select(
            AttendeeRow.person_id,
            SessionRow.id,
            SessionRow.programme_id,
            SessionRow.starts_at,
            SessionRow.ends_at,
            case(((SessionRow.mode == IN_PERSON) & AttendeeRow.by_call.is_(False), SessionRow.site_id)),
        )
        .join(SessionRow, SessionRow.id == AttendeeRow.session_id)
        .where(
            AttendeeRow.person_id.in_(people),
            SessionRow.status != SessionStatus.CANCELLED,
            SessionRow.mode != IN_WRITING,
            SessionRow.ends_at > first,
            SessionRow.starts_at < last,
        )
    ).all()
    sorry = who_is_sorry(db, SessionRow.id.in_({session_id for _, session_id, *_ in invited}))
    for person_id, session_id, programme_id, start, end, site_id in invited:
        if (session_id, person_id) not in sorry:
            found[person_id].append(_Booked(session_id, programme_id, Interval(start, end), site_id))
    return found


def _is_taken(booked: Iterable[_Booked], date: _Booked, known: Ways) -> bool:
    return any(each.session_id != date.session_id and each.is_in_the_way_of(date, known) for each in booked)


def _sites(db: Db, groups: Collection[GroupId]) -> Mapping[GroupId, int | None]:
    """Where published groups meet in person, if they do."""
    rows = db.execute(
        select(PlanRow.programme_id, GroupRow.key, case((GroupRow.mode == IN_PERSON, GroupRow.site_id)))
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .where(PlanRow.state == PlanState.PUBLISHED, pair_in(PlanRow.programme_id, GroupRow.key, groups))
    )
    return {(programme_id, key): site_id for programme_id, key, site_id in rows}


def _starts(db: Db, groups: Collection[GroupId]) -> Mapping[GroupId, Mapping[int, datetime]]:
    """When the sessions of groups start that are held in the rounds, by id."""
    found: dict[GroupId, dict[int, datetime]] = defaultdict(dict)
    rows = db.execute(
        select(SessionRow.programme_id, SessionRow.group_key, SessionRow.id, SessionRow.starts_at).where(
            pair_in(SessionRow.programme_id, SessionRow.group_key, groups),
            SessionRow.extra == 0,
            SessionRow.status != SessionStatus.CANCELLED,
        )
    )
    for programme_id, group_key, session_id, starts_at in rows:
        found[programme_id, group_key][session_id] = starts_at
    return found


def _rank(row: ProposalRow, programme: Programme, starts: Mapping[int, datetime], marks: Mapping[int, str]) -> Rank:
    others = tuple(starts_at for session_id, starts_at in starts.items() if session_id != row.session_id)
    rhythm = Rhythm(None if row.session_id is None else programme.interval_days, others)
    coming = sum(mark in COMING for mark in marks.values())
    return rhythm.rank(row.starts_at.astimezone(ZoneInfo(programme.zone)), coming, list(marks.values()).count(CANNOT))
