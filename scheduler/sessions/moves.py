"""Give a published session another date, or a group an extra one, because the group wants it so.

The session keeps its row and UID; its sequence rises, calendars are told in the same transaction, and mail follows
since what was told of it is no longer so. The published plan takes the date over, so that the next plan starts from it.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, select

from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.planning.open_dates import OpenDate
from scheduler.plans.model import MemberRole, PlanState
from scheduler.plans.tables import GroupRow, PlannedSessionRow, PlanRow
from scheduler.programmes.service import get_programme
from scheduler.sessions.answers import forget_answers
from scheduler.sessions.former_dates import keep_former_date
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.surge import usual_way
from scheduler.sessions.tables import AttendeeRow, SessionRow


def move(db: Db, row: SessionRow, date: OpenDate, now: datetime) -> None:
    """Give a session another date. What people said of the old one counts no more. It lasts as long as sessions do
    now: who can come then was looked at for that.

    One that was cancelled takes place again; one that leaves its round is an extra one of the round it comes to.
    """
    keep_former_date(db, row)
    row.ends_at = date.starts_at + timedelta(minutes=get_programme(db, row.programme_id).session_minutes)
    row.starts_at, row.room_id = date.starts_at, date.room_id
    row.sequence, row.changed_at, row.agreed_at = row.sequence + 1, now, now
    if row.status == SessionStatus.CANCELLED:  # it was offered again
        row.status, row.cancelled_at, row.offers_again = SessionStatus.CONFIRMED, None, False
    row.attendees = _invited(date, row)
    forget_answers(db, [row.id], now)
    if date.round != row.round:
        row.extra = next_extra(db, row.programme_id, row.group_key, date.round)
        row.round = date.round
    if not row.extra:
        _tell_plan(db, row, date)
    db.flush()
    note(db, Fact.SESSIONS, row.programme_id, now, (row.id,))


def add_extra(db: Db, programme_id: int, group_key: str, date: OpenDate, now: datetime) -> SessionRow:
    """Give a group an extra session. It is called as the group's other sessions are, and no plan takes it away."""
    like = db.scalars(
        select(SessionRow)
        .where(SessionRow.programme_id == programme_id, SessionRow.group_key == group_key)
        .order_by(SessionRow.changed_at.desc(), SessionRow.id)
        .limit(1)
    ).one()
    mode, site_id = usual_way(db, like)
    row = SessionRow(
        uid=f"{secrets.token_hex(16)}@mentor-rounds",
        programme_id=programme_id,
        group_key=group_key,
        group_name=like.group_name,
        model_name=like.model_name,
        round=date.round,
        extra=next_extra(db, programme_id, group_key, date.round),
        starts_at=date.starts_at,
        ends_at=date.starts_at + timedelta(minutes=get_programme(db, programme_id).session_minutes),
        mode=mode,
        site_id=site_id,
        room_id=date.room_id,
        status=like.status if like.status != SessionStatus.CANCELLED else SessionStatus.CONFIRMED,
        sequence=0,
        created_at=now,
        changed_at=now,
        agreed_at=now,
        attendees=_invited(date, None),
    )
    db.add(row)
    db.flush()
    note(db, Fact.SESSIONS, programme_id, now, (row.id,))
    return row


def next_extra(db: Db, programme_id: int, group_key: str, round_: int) -> int:
    """The number of one more extra session of a group in a round."""
    of_round = (
        SessionRow.programme_id == programme_id, SessionRow.group_key == group_key, SessionRow.round == round_
    )  # fmt: skip
    return (db.scalar(select(func.max(SessionRow.extra)).where(*of_round)) or 0) + 1


def cancel_extra(db: Db, row: SessionRow, now: datetime) -> None:
    """Take an extra session away that the group does not want after all."""
    row.status, row.cancelled_at = SessionStatus.CANCELLED, now
    row.sequence, row.changed_at = row.sequence + 1, now
    db.flush()
    note(db, Fact.SESSIONS, row.programme_id, now, (row.id,))


def _invited(date: OpenDate, row: SessionRow | None) -> list[AttendeeRow]:
    """Who is invited on a date; people who were invited before keep their rows."""
    known = {attendee.person_id: attendee for attendee in row.attendees} if row else {}
    invited = []
    for person_id, mark in date.marks.items():
        attendee = known.get(person_id) or AttendeeRow(person_id=person_id)
        attendee.role = MemberRole.FACILITATOR if person_id in date.facilitator_ids else MemberRole.RESIDENT
        attendee.mark = mark
        invited.append(attendee)
    return invited


def _tell_plan(db: Db, row: SessionRow, date: OpenDate) -> None:
    group_id = db.scalar(
        select(GroupRow.id)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .where(
            PlanRow.programme_id == row.programme_id,
            PlanRow.state == PlanState.PUBLISHED,
            GroupRow.key == row.group_key,
        )
    )
    if group_id is None:
        return
    planned = db.get(PlannedSessionRow, (group_id, row.round))
    if planned is None:
        planned = PlannedSessionRow(group_id=group_id, round=row.round)
        db.add(planned)
    planned.starts_at, planned.room_id = date.starts_at, date.room_id
    planned.facilitator_ids = list(date.facilitator_ids)
    planned.marks = {str(person_id): mark for person_id, mark in date.marks.items()}
