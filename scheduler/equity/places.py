"""Who has a place in which group of a plan, with what is known of them in each round; and what people are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from scheduler.availability.model import PatternCategory
from scheduler.availability.tables import WeeklyRow
from scheduler.db import Db
from scheduler.equity.plan_shown import PlanShown
from scheduler.people.model import Role
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.plans.departures import has_not_left
from scheduler.plans.expected import not_expected
from scheduler.plans.kept import kept_for_readers, plan_mark
from scheduler.plans.model import MemberRole
from scheduler.plans.tables import GroupRow, MemberRow, PlannedSessionRow, PlanRow
from scheduler.programmes.model import Programme
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import AttendeeRow, SessionRow
from solvers.vocabulary import CANNOT, COMING

NO_SESSION = " "


@dataclass(frozen=True, slots=True)
class Place:
    """A resident in a group. ``marks`` has one character a round: 0, 1, 2, ? or a space where there is no session, or
    none at which they are expected: who is on long leave then has no seat."""

    person_id: int
    group_key: str
    group_name: str
    mode: str
    site_id: int | None
    marks: str

    @property
    def can(self) -> int:
        """To how many sessions they can come."""
        return sum(mark in COMING for mark in self.marks)

    @property
    def held(self) -> int:
        """At how many sessions they are expected."""
        return len(self.marks) - self.marks.count(NO_SESSION)

    @property
    def share(self) -> float:
        """To which share of them they can come; 0 without sessions."""
        return self.can / self.held if self.held else 0.0


@dataclass(frozen=True, slots=True)
class Profile:
    """What a resident is who takes part. Part-time is who has weekly days on which they do not work."""

    person_id: int
    name: str
    stage: int | None
    site_id: int
    part_time: bool


_Marks = Mapping[tuple[str, int], dict[int, str]]
"""The marks of people by group and round."""


def places_of(db: Db, plan: PlanShown) -> tuple[Place, ...]:
    """Every place of a resident in a group that meets: as things stand, or as a draft was made; looked up once until
    something of the programme changes."""
    what = ("places", plan_mark(db, plan.id), plan.is_published)
    return kept_for_readers(db, plan.programme.id, what, lambda: _looked_up(db, plan))


def _looked_up(db: Db, plan: PlanShown) -> tuple[Place, ...]:
    marks = _published_marks(db, plan) if plan.is_published else _planned_marks(db, plan)
    if not plan.is_published:
        for key, number, who in not_expected(db, plan.id):
            marks[key, number][who] = NO_SESSION
    rows = db.execute(
        select(MemberRow.person_id, GroupRow.key, GroupRow.name, GroupRow.mode, GroupRow.site_id)
        .join(GroupRow, GroupRow.id == MemberRow.group_id)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .where(GroupRow.plan_id == plan.id, GroupRow.ended_at.is_(None), MemberRow.role == MemberRole.RESIDENT)
        .where(has_not_left())
        .order_by(GroupRow.id, MemberRow.person_id)
    )
    rounds = range(len(plan.programme.rounds))
    return tuple(
        Place(who, key, name, mode, site_id, "".join(_mark(marks.get((key, number)), who) for number in rounds))
        for who, key, name, mode, site_id in rows
    )


def profiles_of(db: Db, programme: Programme) -> Mapping[int, Profile]:
    """Every resident who takes part now, by id."""
    part_time = part_time_in(db, programme.id)
    rows = db.execute(
        select(PersonRow.id, PersonRow.name, ParticipantRow.stage, ParticipantRow.site_id)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .where(
            ParticipantRow.programme_id == programme.id,
            ParticipantRow.kind == Role.RESIDENT,
            ParticipantRow.left_at.is_(None),
        )
    )
    return {who: Profile(who, name, stage, site_id, who in part_time) for who, name, stage, site_id in rows}


def part_time_in(db: Db, programme_id: int) -> frozenset[int]:
    """Who works part-time: who has weekly days on which they do not work."""
    off = (WeeklyRow.programme_id == programme_id, WeeklyRow.category == PatternCategory.NOT_WORKING)
    return frozenset(db.scalars(select(WeeklyRow.person_id).where(*off).distinct()))


def _mark(marks: Mapping[int, str] | None, person_id: int) -> str:
    return NO_SESSION if marks is None else marks.get(person_id, CANNOT)


def _published_marks(db: Db, plan: PlanShown) -> _Marks:
    found: dict[tuple[str, int], dict[int, str]] = defaultdict(dict)
    rows = db.execute(
        select(SessionRow.group_key, SessionRow.round, AttendeeRow.person_id, AttendeeRow.mark, AttendeeRow.away)
        .join(AttendeeRow, AttendeeRow.session_id == SessionRow.id)
        .where(
            SessionRow.programme_id == plan.programme.id,
            SessionRow.extra == 0,
            SessionRow.status != SessionStatus.CANCELLED,
        )
    )
    for key, number, person_id, mark, away in rows:
        found[key, number][person_id] = NO_SESSION if away else mark
    return found


def _planned_marks(db: Db, plan: PlanShown) -> _Marks:
    rows = db.execute(
        select(GroupRow.key, PlannedSessionRow.round, PlannedSessionRow.marks)
        .join(PlannedSessionRow, PlannedSessionRow.group_id == GroupRow.id)
        .where(GroupRow.plan_id == plan.id)
    )
    return {(key, number): {int(who): mark for who, mark in marks.items()} for key, number, marks in rows}
