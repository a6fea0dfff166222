"""One person as the coordinators of a programme may see them: never with whom not, tags, company, private notes or
what people have declared of each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import false, func, or_, select

from scheduler.audit.tables import AuditRow
from scheduler.availability.entries import Absence, absence_of
from scheduler.availability.patterns import CATEGORIES, Pattern
from scheduler.availability.tables import AbsenceRow, WeeklyRow
from scheduler.availability.timelines import weekly_of
from scheduler.db import Db
from scheduler.enrolment.addresses import under_others
from scheduler.enrolment.people_changes import Details, own_columns, part_of
from scheduler.enrolment.people_register import groups_of
from scheduler.enrolment.relation_list import Relation, relations_of
from scheduler.joining.model import STEPS, JoiningState, Step, state_of
from scheduler.joining.tables import AnswerRow
from scheduler.mail.tables import TroubleRow
from scheduler.people.model import Actor, Role
from scheduler.people.sites import moves_of
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.programmes.firewall import withheld_from
from scheduler.rotas.own import OF_DEPARTMENT
from scheduler.rotas.tables import RotaLineRow, RotaRow
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import AttendedRow, AttendeeRow, SessionRow, WritingPlaceRow

MOST_SHOWN: Final = 30
"""Of somebody's history."""
TOLD: Final = (
    "person.added",
    "person.changed",
    "person.address_changed",
    "person.left",
    "person.back",
    "people.merged",
    "people.split",
    "people.grade_set",
    "people.site_set",
    "site.changed",
    "site.change_withdrawn",
    "pattern.added",
    "pattern.removed",
    "absence.noted",
    "absence.taken_back",
    "relation.added",
    "relation.changed",
    "relation.ended",
    "relation.removed",
    "mail_trouble.forgotten",
    "group.member_out",
    "group.place_given_up",
    "group.swapped",
    "group.member_in",
)
"""What of the record of changes is told of a person: what coordinators did, and coming and going; nothing that somebody
said in confidence."""


@dataclass(frozen=True, slots=True)
class Came:
    """Of the sessions that are over: to how many somebody was invited, and to how many they came or not, as far as
    their facilitators have noted it. Who did not come and wrote for it took part ``in_writing``, and missed nothing."""

    invited: int
    came: int
    missed: int
    in_writing: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """Something that was changed: what, when, by whom; empty where nobody is named."""

    at: datetime
    action: str
    by: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PersonCard:
    """Somebody in a programme. ``own`` are the columns that they answered themselves; ``elsewhere`` says that they have
    a part in a programme too that the reader does not coordinate, ``unreachable`` since when mail does not arrive.
    ``own_rota_at`` is when they gave a rota of their own, of which nobody else sees more. Whether they came, and what
    they wrote of their needs, is ``withheld`` from a reader who has power over them: ``came`` is None then."""

    person_id: int
    details: Details
    site_id: int
    moves: tuple[tuple[date, int], ...]
    modes: tuple[str, ...]
    models: tuple[str, ...]
    capacity: int
    own: frozenset[str]
    state: JoiningState
    saved: int
    steps: int
    invited_at: datetime | None
    reminded_at: datetime | None
    needs: str
    joined_at: datetime
    left_at: datetime | None
    elsewhere: bool
    rotas: tuple[tuple[int, str, str], ...]
    own_rota_at: datetime | None
    groups: tuple[tuple[str, str], ...]
    came: Came | None
    withheld: bool
    relations: tuple[Relation, ...]
    patterns: tuple[Pattern, ...]
    leave: tuple[Absence, ...]
    unreachable: datetime | None


def get_card(db: Db, actor: Actor, programme_id: int, person_id: int, now: datetime) -> PersonCard:
    """All that a coordinator may see of somebody."""
    actor.must_have(programme_id, Role.COORDINATOR)
    part, person = part_of(db, programme_id, person_id), db.get_one(PersonRow, person_id)
    answer = db.get(AnswerRow, (programme_id, person_id))
    steps = frozenset(Step(step) for step in answer.steps) if answer else frozenset()
    withheld = person_id in withheld_from(db, actor, programme_id, now)
    return PersonCard(
        person_id=person_id,
        details=Details(person.name, person.email, part.kind, part.stage),
        site_id=part.site_id,
        moves=moves_of(db, programme_id, [person_id]).get(person_id, ()),
        modes=tuple(part.modes),
        models=tuple(part.models),
        capacity=part.capacity,
        own=own_columns(db, programme_id, person_id),
        state=state_of(part.kind, steps, answer.agreed_at if answer else None, part.left_at, declined=part.declined),
        saved=len(steps),
        steps=len(STEPS[part.kind]),
        invited_at=answer.invited_at if answer else None,
        reminded_at=answer.reminded_at if answer else None,
        needs=answer.needs if answer and not withheld else "",
        joined_at=part.joined_at,
        left_at=part.left_at,
        elsewhere=bool(under_others(db, actor, programme_id, [person_id])),
        rotas=_rotas(db, programme_id, person_id),
        own_rota_at=_own_rota_at(db, programme_id, person_id),
        groups=tuple(groups_of(db, programme_id, [person_id]).get(person_id, ())),
        came=None if withheld else _came(db, programme_id, person_id, now),
        withheld=withheld,
        relations=relations_of(db, actor, programme_id, person_id),
        patterns=_patterns(db, part, person.name),
        leave=_leave(db, part),
        unreachable=db.scalar(select(TroubleRow.first_at).where(TroubleRow.address == person.email.lower())),
    )


def history_of(db: Db, actor: Actor, programme_id: int, person_id: int) -> tuple[Told, ...]:
    """What was changed of somebody, the latest first."""
    actor.must_have(programme_id, Role.COORDINATOR)
    part_of(db, programme_id, person_id)
    many = AuditRow.action.in_(("people.grade_set", "people.site_set"))
    about = AuditRow.details["person"].as_integer() == person_id
    or_about = AuditRow.details["about"].as_integer() == person_id
    rows = db.execute(
        select(AuditRow, PersonRow.name)
        .outerjoin(PersonRow, PersonRow.id == AuditRow.actor_id)
        .where(AuditRow.programme_id == programme_id, AuditRow.action.in_(TOLD), or_(about, or_about, many))
        .order_by(AuditRow.id.desc())
        .limit(10 * MOST_SHOWN)
    )
    told = (
        Told(row.at, row.action, _by(row, name, person_id), row.details)
        for row, name in rows
        if "people" not in row.details or person_id in row.details["people"]
    )
    return tuple(each for each, _ in zip(told, range(MOST_SHOWN), strict=False))


def _by(row: AuditRow, name: str | None, person_id: int) -> str:
    return "" if row.actor_id == person_id else name or ""


def _rotas(db: Db, programme_id: int, person_id: int) -> tuple[tuple[int, str, str], ...]:
    rows = db.execute(
        select(RotaRow.id, RotaRow.name, RotaLineRow.name)
        .join(RotaLineRow, RotaLineRow.rota_id == RotaRow.id)
        .where(RotaRow.programme_id == programme_id, OF_DEPARTMENT, RotaLineRow.person_id == person_id)
        .order_by(RotaRow.name, RotaLineRow.name)
    )
    return tuple((rota_id, rota, line) for rota_id, rota, line in rows)


def _own_rota_at(db: Db, programme_id: int, person_id: int) -> datetime | None:
    given = select(RotaRow.imported_at).where(RotaRow.programme_id == programme_id, RotaRow.given_by == person_id)
    return db.scalar(given)


def _came(db: Db, programme_id: int, person_id: int, now: datetime) -> Came:
    noted = (AttendedRow.session_id == SessionRow.id) & (AttendedRow.person_id == person_id)
    of_them = (WritingPlaceRow.session_id == SessionRow.id) & (WritingPlaceRow.person_id == person_id)
    wrote, there = WritingPlaceRow.wrote_at.is_not(None), func.coalesce(AttendedRow.came, false())
    invited, came, missed, in_writing = db.execute(
        select(
            func.count(),
            func.count().filter(AttendedRow.came),
            func.count().filter(AttendedRow.came.is_(False), ~wrote),
            func.count().filter(wrote, ~there),
        )
        .select_from(SessionRow)
        .join(AttendeeRow, (AttendeeRow.session_id == SessionRow.id) & (AttendeeRow.person_id == person_id))
        .outerjoin(AttendedRow, noted)
        .outerjoin(WritingPlaceRow, of_them)
        .where(
            SessionRow.programme_id == programme_id,
            SessionRow.ends_at <= now,
            SessionRow.status != SessionStatus.CANCELLED,
        )
    ).one()
    return Came(invited, came, missed, in_writing)


def _patterns(db: Db, part: ParticipantRow, name: str) -> tuple[Pattern, ...]:
    rows = db.scalars(
        select(WeeklyRow)
        .where(
            WeeklyRow.programme_id == part.programme_id,
            WeeklyRow.person_id == part.person_id,
            WeeklyRow.category.in_(CATEGORIES),
        )
        .order_by(WeeklyRow.weekday, WeeklyRow.start, WeeklyRow.id)
    )
    return tuple(Pattern(row.id, row.person_id, name, weekly_of(row)) for row in rows)


def _leave(db: Db, part: ParticipantRow) -> tuple[Absence, ...]:
    rows = db.scalars(
        select(AbsenceRow)
        .where(AbsenceRow.programme_id == part.programme_id, AbsenceRow.person_id == part.person_id)
        .order_by(AbsenceRow.first_day)
    )
    return tuple(absence_of(row) for row in rows)
