"""What the checks go by: who said yes, who signed what, who has which office, who has power over whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import or_, select

from scheduler.availability.tables import AvailabilityRow
from scheduler.charters.agreements import find_charter
from scheduler.db import Db
from scheduler.joining.model import Portrait
from scheduler.joining.people_search import portrait_of
from scheduler.joining.tables import AnswerRow, PortraitRow
from scheduler.people.model import RelationKind, Role
from scheduler.people.roles import list_offices
from scheduler.people.sites import today_in
from scheduler.people.tables import ParticipantRow, RelationRow
from scheduler.plans.whole import WholePlan
from scheduler.programmes.model import Programme
from scheduler.text_input import folded

POWER: Final = frozenset(
    {RelationKind.SUPERVISES, RelationKind.ASSESSES, RelationKind.LINE_MANAGES, RelationKind.PANEL}
)
"""Relations of power that may be told. Secret kinds are never listed: a plan that goes against one of them breaks a
rule, and is refused before anything is looked at here."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session of a group as the checks see it: when, and what was known then of whom."""

    starts_at: datetime
    marks: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Company:
    """A group as the checks see it: who is in it, how it meets, and when."""

    key: str
    name: str
    mode: str
    residents: frozenset[int]
    facilitators: frozenset[int]
    sessions: tuple[Meeting, ...]

    @property
    def people(self) -> frozenset[int]:
        """Everybody in it."""
        return self.residents | self.facilitators


@dataclass(frozen=True, slots=True)
class Facts:
    """What is so in a programme. ``contacts`` and ``coordinators`` map ids to names as they are compared; ``power`` has
    pairs of which the first has power over the second at some time of the term, as the coordinator's list says."""

    today: date
    has_charter: bool
    contacts: Mapping[int, str]
    coordinators: Mapping[int, str]
    said_yes: frozenset[int]
    residents: frozenset[int]
    portraits: Mapping[int, Portrait]
    modes: Mapping[int, tuple[str, ...]]
    power: frozenset[tuple[int, int]]
    marks: Mapping[int, str]
    slots: Mapping[datetime, int]

    def mark(self, person_id: int, session: Meeting) -> str | None:
        """What is known now of somebody and a session; what was known when it was planned, at a time of no slot."""
        slot, marks = self.slots.get(session.starts_at), self.marks.get(person_id, "")
        if slot is not None and slot < len(marks):
            return marks[slot]
        return session.marks.get(str(person_id))


def companies_of(plan: WholePlan, gone: frozenset[int] = frozenset()) -> tuple[Company, ...]:
    """The groups of a plan that meet, without those who are ``gone``."""
    return tuple(
        Company(
            group.key,
            group.name,
            group.mode,
            frozenset(group.residents) - gone,
            frozenset(group.facilitators).union(*(each.facilitator_ids for each in group.sessions)) - gone,
            tuple(Meeting(each.starts_at, each.marks) for each in group.sessions),
        )
        for group in plan.meeting
    )


def facts_of(db: Db, programme: Programme, now: datetime, *, with_marks: bool = True) -> Facts:
    """The facts of a programme: some queries, whatever its size. Marks are many: they can stay where they are."""
    offices = list_offices(db, programme.id)
    parts = db.execute(
        select(ParticipantRow.person_id, ParticipantRow.kind, ParticipantRow.modes).where(
            ParticipantRow.programme_id == programme.id, ParticipantRow.left_at.is_(None)
        )
    ).all()
    said_yes = select(AnswerRow.person_id).where(
        AnswerRow.programme_id == programme.id, AnswerRow.agreed_at.is_not(None)
    )
    portraits = db.scalars(select(PortraitRow).where(PortraitRow.programme_id == programme.id))
    marks = select(AvailabilityRow.person_id, AvailabilityRow.marks).where(AvailabilityRow.programme_id == programme.id)
    return Facts(
        today=today_in(programme.zone, now),
        has_charter=find_charter(db, programme.id) is not None,
        contacts={each.person_id: folded(each.name) for each in offices if each.role is Role.OVERSIGHT},
        coordinators={each.person_id: folded(each.name) for each in offices if each.role is Role.COORDINATOR},
        said_yes=frozenset(db.scalars(said_yes)),
        residents=frozenset(part.person_id for part in parts if part.kind == Role.RESIDENT),
        portraits={row.person_id: portrait_of(row) for row in portraits},
        modes={part.person_id: tuple(part.modes) for part in parts},
        power=frozenset(_power(db, programme)),
        marks=dict(db.execute(marks).all()) if with_marks else {},
        slots={slot.starts_at: number for number, slot in enumerate(programme.slots())},
    )


def _power(db: Db, programme: Programme) -> Iterable[tuple[int, int]]:
    """What people declared themselves is told to nobody, so it is left out, too."""
    row = RelationRow
    rows = db.execute(
        select(row.person_id, row.about_id).where(
            row.programme_id == programme.id,
            row.kind.in_(POWER),
            row.declared.is_(False),
            or_(row.first_day.is_(None), row.first_day <= programme.last_day),
            or_(row.last_day.is_(None), row.last_day >= programme.first_day),
        )
    )
    return ((one, other) for one, other in rows)
