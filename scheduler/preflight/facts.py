"""What the checks go by: who said yes, who signed what, who has which office, who has power over whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from scheduler.availability.tables import AvailabilityRow
from scheduler.charters.agreements import find_charter
from scheduler.charters.disclosures import told_pairs
from scheduler.db import Db
from scheduler.joining.readiness import Readiness, nothing_yet, readiness_in
from scheduler.joining.tables import AnswerRow, PortraitRow
from scheduler.people.model import RelationKind, Role
from scheduler.people.relations import ASSESSING_KINDS
from scheduler.people.roles import list_offices
from scheduler.people.sites import today_in
from scheduler.people.tables import ParticipantRow
from scheduler.plans.company import Company, company_in
from scheduler.plans.whole import WholePlan
from scheduler.programmes.by_call import accepted_ways
from scheduler.programmes.forbidden_pairs import forbidden_pairs
from scheduler.programmes.model import Programme
from scheduler.programmes.signposts import signposts_of
from scheduler.sessions.model import IN_WRITING
from scheduler.text_input import folded
from scheduler.voices.job_plans import Given, agreed_minutes, given_minutes


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session of a group as the checks see it: when, what was known then of whom, and who is to lead it."""

    starts_at: datetime
    marks: Mapping[str, str]
    leading: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Circle:
    """A group as the checks see it: who is in it, how it meets, and when; ``other_ways`` are those in which some of its
    sessions are met, unlike the rest."""

    key: str
    name: str
    mode: str
    residents: frozenset[int]
    facilitators: frozenset[int]
    sessions: tuple[Meeting, ...]
    other_ways: frozenset[str] = frozenset()

    @property
    def people(self) -> frozenset[int]:
        """Everybody in it."""
        return self.residents | self.facilitators


@dataclass(frozen=True, slots=True)
class Facts:
    """What is so in a programme. ``contacts`` and ``coordinators`` map ids to names as they are compared; ``power`` has
    pairs of which the first has power over the second at some time of the term, as the coordinator's list says, and
    ``apart`` those of them that no recorded reason lets share a group. What people declared themselves, and kinds that
    are never given as a reason, are not in it: a plan that goes against one of them breaks a rule, and is refused
    before anything is looked at here. ``disclosed`` are relations of which a group is told. ``agreed`` are minutes a
    year by job plan, ``given_elsewhere`` those of other programmes. ``company`` says of the others who meets only
    accompanied. ``nothing_yet`` is how far facilitators are who are not in ``readiness``; ``not_alone`` are those who
    would rather not lead alone."""

    today: date
    has_charter: bool
    has_signposts: bool
    contacts: Mapping[int, str]
    coordinators: Mapping[int, str]
    said_yes: frozenset[int]
    residents: frozenset[int]
    readiness: Mapping[int, Readiness]
    nothing_yet: Readiness
    modes: Mapping[int, tuple[str, ...]]
    not_alone: frozenset[int]
    company: Company
    power: frozenset[tuple[int, int]]
    apart: frozenset[tuple[int, int]]
    disclosed: frozenset[tuple[int, int, RelationKind]]
    marks: Mapping[int, str]
    slots: Mapping[datetime, int]
    agreed: Mapping[int, int]
    given_elsewhere: Given
    session_minutes: int
    zone: ZoneInfo

    def year(self, session: Meeting) -> int:
        """The year of a session, on the programme's clock."""
        return session.starts_at.astimezone(self.zone).year

    def ready(self, person_id: int) -> Readiness:
        """How far a facilitator is."""
        return self.readiness.get(person_id, self.nothing_yet)

    def mark(self, person_id: int, session: Meeting) -> str | None:
        """What is known now of somebody and a session; what was known when it was planned, at a time of no slot."""
        slot, marks = self.slots.get(session.starts_at), self.marks.get(person_id, "")
        if slot is not None and slot < len(marks):
            return marks[slot]
        return session.marks.get(str(person_id))


def circles_of(plan: WholePlan, gone: frozenset[int] = frozenset()) -> tuple[Circle, ...]:
    """The groups of a plan that meet, without those who are ``gone``."""
    return tuple(
        Circle(
            group.key,
            group.name,
            group.mode,
            frozenset(group.residents) - gone,
            frozenset(group.facilitators).union(*(each.facilitator_ids for each in group.sessions)) - gone,
            tuple(Meeting(each.starts_at, each.marks, frozenset(each.facilitator_ids)) for each in group.sessions),
        )
        for group in plan.meeting
    )


def _ways(modes: Sequence[str], accepts_writing: bool, programme: Programme) -> tuple[str, ...]:
    """The ways in which somebody's group, or one of its sessions, may meet."""
    return (*accepted_ways(modes, programme), *((IN_WRITING,) if accepts_writing else ()))


def facts_of(db: Db, programme: Programme, now: datetime, *, with_marks: bool = True) -> Facts:
    """The facts of a programme: some queries, whatever its size. Marks are many: they can stay where they are."""
    offices = list_offices(db, programme.id)
    parts = db.execute(
        select(
            ParticipantRow.person_id, ParticipantRow.kind, ParticipantRow.modes, ParticipantRow.accepts_writing
        ).where(ParticipantRow.programme_id == programme.id, ParticipantRow.left_at.is_(None))
    ).all()
    said_yes = select(AnswerRow.person_id).where(
        AnswerRow.programme_id == programme.id, AnswerRow.agreed_at.is_not(None)
    )
    wanting = select(PortraitRow.person_id).where(
        PortraitRow.programme_id == programme.id, PortraitRow.deputy_wanted.is_(True)
    )
    pairs = [
        each
        for each in forbidden_pairs(db, programme.id, programme.first_day, programme.last_day)
        if each.kind in ASSESSING_KINDS
    ]
    marks = select(AvailabilityRow.person_id, AvailabilityRow.marks).where(AvailabilityRow.programme_id == programme.id)
    agreed = agreed_minutes(db, programme.id)
    return Facts(
        today=today_in(programme.zone, now),
        has_charter=find_charter(db, programme.id) is not None,
        has_signposts=bool(signposts_of(db, (programme.id,))),
        contacts={each.person_id: folded(each.name) for each in offices if each.role is Role.OVERSIGHT},
        coordinators={each.person_id: folded(each.name) for each in offices if each.role is Role.COORDINATOR},
        said_yes=frozenset(db.scalars(said_yes)),
        residents=frozenset(part.person_id for part in parts if part.kind == Role.RESIDENT),
        readiness=readiness_in(db, programme.id),
        nothing_yet=nothing_yet(db, programme.id),
        modes={p.person_id: _ways(p.modes, p.accepts_writing, programme) for p in parts},
        not_alone=frozenset(db.scalars(wanting)),
        company=company_in(db, programme.id, pairs),
        power=frozenset((each.person_id, each.about_id) for each in pairs),
        apart=frozenset((each.person_id, each.about_id) for each in pairs if not each.overridden),
        disclosed=told_pairs(db, programme.id, now),
        marks=dict(db.execute(marks).all()) if with_marks else {},
        slots={slot.starts_at: number for number, slot in enumerate(programme.slots())},
        agreed=agreed,
        given_elsewhere=given_minutes(db, programme, agreed, elsewhere=True) if agreed else {},
        session_minutes=programme.session_minutes,
        zone=ZoneInfo(programme.zone),
    )
