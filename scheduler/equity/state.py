"""In which state that is which the figures of a plan follow from: looked up by sums, without loading any of it."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Select, case, cast, func, select

from scheduler.audit.tables import AuditRow
from scheduler.availability.model import PatternCategory
from scheduler.availability.tables import WeeklyRow
from scheduler.db import Db
from scheduler.equity.plan_shown import PlanShown
from scheduler.joining.tables import AnswerRow
from scheduler.people.tables import ParticipantRow
from scheduler.plans.expected import leave_mark
from scheduler.plans.tables import GroupRow, MemberRow, PlannedSessionRow
from scheduler.rotas.tables import RotaRow
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import AttendeeRow, SessionRow
from solvers.vocabulary import CAN, CANNOT, IF_NEED_BE, IN_PERSON, NOT_KNOWN

State = Hashable
_WEIGHTS: Final = {CANNOT: 1, IF_NEED_BE: 2, CAN: 3, NOT_KNOWN: 4}


def hour_of(now: datetime) -> datetime:
    """So long figures are believed where nothing but the clock has changed."""
    return now.replace(minute=0, second=0, microsecond=0)


def state_of(db: Db, plan: PlanShown, now: datetime) -> State:
    """Another value whenever any of it is other than it was; and once an hour, whatever else has changed."""
    programme = plan.programme
    return (
        plan.id,
        plan.is_published,
        (programme.min_attendance, programme.rounds, programme.models, programme.sites),
        hour_of(now),
        *(tuple(db.execute(query).one()) for query in (*_facts(programme.id), *_groups(plan.id))),
        _attendance(db, programme.id) if plan.is_published else _dates(db, plan.id),
    )


def _facts(programme_id: int) -> tuple[Select[*tuple[Any, ...]], ...]:
    """What is known of people: what was done, what they answered, rotas, parts, days off."""
    sums = (
        func.sum(_product(column, ParticipantRow.person_id))
        for column in (ParticipantRow.stage, ParticipantRow.site_id)
    )
    return (
        select(func.max(AuditRow.id)).where(AuditRow.programme_id == programme_id),
        select(func.max(AnswerRow.changed_at)).where(AnswerRow.programme_id == programme_id),
        select(func.count(), func.max(RotaRow.imported_at)).where(RotaRow.programme_id == programme_id),
        select(func.count(), func.count(ParticipantRow.left_at), *sums).where(
            ParticipantRow.programme_id == programme_id
        ),
        select(func.count(), func.sum(_product(WeeklyRow.id, WeeklyRow.person_id))).where(
            WeeklyRow.programme_id == programme_id, WeeklyRow.category == PatternCategory.NOT_WORKING
        ),
    )


def _groups(plan_id: int) -> tuple[Select[*tuple[Any, ...]], ...]:
    """Who is in which group, and what the groups are."""
    meets = (GroupRow.plan_id == plan_id, GroupRow.ended_at.is_(None))
    in_person = case((GroupRow.mode == IN_PERSON, 1), else_=0)
    whats = (func.sum(_product(GroupRow.id, what)) for what in (GroupRow.model_id, GroupRow.site_id, in_person))
    return (
        select(func.count(), *whats).where(*meets),
        select(func.count(), func.sum(_product(MemberRow.group_id, MemberRow.person_id)))
        .join(GroupRow, GroupRow.id == MemberRow.group_id)
        .where(*meets),
    )


def _attendance(db: Db, programme_id: int) -> State:
    """Who is invited to what, and what is known of them."""
    weight = case((AttendeeRow.away, 7), else_=case(_WEIGHTS, value=AttendeeRow.mark, else_=5))
    return tuple(
        db.execute(
            select(func.count(), func.sum(_product(AttendeeRow.session_id, AttendeeRow.person_id) * weight))
            .join(SessionRow, SessionRow.id == AttendeeRow.session_id)
            .where(SessionRow.programme_id == programme_id, SessionRow.status != SessionStatus.CANCELLED)
        ).one()
    )


def _dates(db: Db, plan_id: int) -> State:
    """The dates of a draft, and who is on long leave; what else was known of people then stays with them."""
    rows = db.execute(
        select(PlannedSessionRow.group_id, PlannedSessionRow.round, PlannedSessionRow.starts_at)
        .join(GroupRow, GroupRow.id == PlannedSessionRow.group_id)
        .where(GroupRow.plan_id == plan_id)
        .order_by(PlannedSessionRow.group_id, PlannedSessionRow.round)
    )
    return hash((tuple(map(tuple, rows)), leave_mark(db, plan_id)))


def _product(one: Any, other: Any) -> ColumnElement[int]:
    """Of two numbers, told apart from that of others by its second part; wide enough for any sum."""
    return cast(one, BigInteger) * (cast(other, BigInteger) * 31 + 7)
