"""Give a published session another date, or a group an extra one, because the group wants it so.

The session keeps its row and UID; its sequence rises, calendars are told in the same transaction, and mail follows
since what was told of it is no longer so. The published plan takes the date over, so that the next plan starts from it.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.calendars.service import refresh
from scheduler.plans.dates import OpenDate
from scheduler.plans.model import PlanState
from scheduler.plans.tables import GroupRow, PlannedSessionRow, PlanRow
from scheduler.programmes.service import get_programme
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import AttendeeRow, SessionRow
from scheduler.sessions.voiding import forget_answers


def move(db: Session, row: SessionRow, date: OpenDate, now: datetime) -> None:
    """Give a session another date. What people said of the old one counts no more."""
    row.ends_at = date.starts_at + (row.ends_at - row.starts_at)
    row.starts_at, row.room_id = date.starts_at, date.room_id
    row.sequence, row.changed_at, row.agreed_at = row.sequence + 1, now, now
    row.attendees = _invited(date, row)
    forget_answers(db, [row.id], now)
    if not row.extra:
        _tell_plan(db, row, date)
    db.flush()
    refresh(db, row.programme_id, now)


def add_extra(db: Session, programme_id: int, group_key: str, date: OpenDate, now: datetime) -> SessionRow:
    """Give a group an extra session. It is called as the group's other sessions are, and no plan takes it away."""
    like = db.scalars(
        select(SessionRow)
        .where(SessionRow.programme_id == programme_id, SessionRow.group_key == group_key)
        .order_by(SessionRow.changed_at.desc(), SessionRow.id)
        .limit(1)
    ).one()
    extras = (
        SessionRow.programme_id == programme_id, SessionRow.group_key == group_key, SessionRow.round == date.round
    )  # fmt: skip
    row = SessionRow(
        uid=f"{secrets.token_hex(16)}@mentor-rounds",
        programme_id=programme_id,
        group_key=group_key,
        group_name=like.group_name,
        model_name=like.model_name,
        round=date.round,
        extra=(db.scalar(select(func.max(SessionRow.extra)).where(*extras)) or 0) + 1,
        starts_at=date.starts_at,
        ends_at=date.starts_at + timedelta(minutes=get_programme(db, programme_id).session_minutes),
        mode=like.mode,
        site_id=like.site_id,
        room_id=date.room_id,
        status=like.status if like.status != SessionStatus.CANCELLED else SessionStatus.CONFIRMED.value,
        sequence=0,
        created_at=now,
        changed_at=now,
        agreed_at=now,
        attendees=_invited(date, None),
    )
    db.add(row)
    db.flush()
    refresh(db, programme_id, now)
    return row


def _invited(date: OpenDate, row: SessionRow | None) -> list[AttendeeRow]:
    """Who is invited on a date; people who were invited before keep their rows."""
    known = {attendee.person_id: attendee for attendee in row.attendees} if row else {}
    invited = []
    for person_id, mark in date.marks.items():
        attendee = known.get(person_id) or AttendeeRow(person_id=person_id)
        attendee.role = "facilitator" if person_id in date.facilitator_ids else "resident"
        attendee.mark = mark
        invited.append(attendee)
    return invited


def _tell_plan(db: Session, row: SessionRow, date: OpenDate) -> None:
    planned = db.scalar(
        select(PlannedSessionRow)
        .join(GroupRow, GroupRow.id == PlannedSessionRow.group_id)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .where(
            PlanRow.programme_id == row.programme_id,
            PlanRow.state == PlanState.PUBLISHED,
            GroupRow.key == row.group_key,
            PlannedSessionRow.round == row.round,
        )
    )
    if planned is not None:
        planned.starts_at, planned.room_id = date.starts_at, date.room_id
        planned.facilitator_ids = list(date.facilitator_ids)
        planned.marks = {str(person_id): mark for person_id, mark in date.marks.items()}
