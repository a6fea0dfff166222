"""Bring the published sessions to what a plan says. A session keeps its row, and so its UID, for life."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from scheduler.db import Db
from scheduler.plans.model import MemberRole
from scheduler.sessions.answers import forget_answers
from scheduler.sessions.model import DeputyState, SessionStatus
from scheduler.sessions.surge import planned_anew
from scheduler.sessions.tables import AttendeeRow, DeputyRow, SessionRow

_MATERIAL = ("starts_at", "ends_at", "mode", "site_id", "room_id", "status")
"""What calendars must be told of: a change raises the sequence (RFC 5545 section 3.8.7.4)."""
_SHOWN = ("group_name", "model_name")


@dataclass(frozen=True, slots=True)
class Planned:
    """A session as a plan wants it. ``attendees`` maps a person's id to their role and mark; ``status`` is tentative
    until the group agrees to the charter."""

    group_key: str
    group_name: str
    model_name: str
    round: int
    starts_at: datetime
    ends_at: datetime
    mode: str
    site_id: int | None
    room_id: int | None
    attendees: Mapping[int, tuple[MemberRole, str]]
    status: SessionStatus = SessionStatus.CONFIRMED


@dataclass(frozen=True, slots=True)
class Changes:
    """How many published sessions came, moved (or changed place) and were cancelled."""

    new: int
    changed: int
    cancelled: int


def publish_sessions(
    db: Db,
    programme_id: int,
    planned: Iterable[Planned],
    now: datetime,
    unchanged: Collection[tuple[str, int]] = (),
) -> Changes:
    """Take over a plan's sessions. What has begun stays as it was: the past is not planned anew.

    What a group arranged beside the plan stays as far as it still makes sense: extra sessions of groups that go on,
    and apologies and deputies for dates that stay. Sessions, by group and round, of which the plan says what the one
    before said are ``unchanged``: whatever was made of them since stays.
    """
    rows = _rows(db, programme_id)
    known = {(row.group_key, row.round): row for row in rows if not row.extra}
    wanted = {(session.group_key, session.round): session for session in planned}
    stand_ins = _stand_ins(db, known.values())
    new = 0
    moved: list[int] = []
    brought: list[int] = []
    for key, session in wanted.items():
        row = known.get(key)
        if row is None:
            db.add(_new_row(programme_id, session, now))
            new += 1
        elif key in unchanged:
            _invite_too(row, _with_stand_ins(session, stand_ins[row.id]), now)
        elif row.starts_at > now:
            if row.starts_at != session.starts_at:
                moved.append(row.id)
            else:
                session = _with_stand_ins(session, stand_ins[row.id])
            if _bring_to(row, session, now):
                brought.append(row.id)
    changed = len(brought)
    planned_anew(db, brought)
    forget_answers(db, moved, now)
    going_on = {group_key for group_key, _ in wanted}
    gone = [row for key, row in known.items() if key not in wanted]
    gone += [row for row in rows if row.extra and row.group_key not in going_on]
    ahead = [row for row in gone if row.starts_at > now and row.status != SessionStatus.CANCELLED]
    for row in ahead:
        _cancel(row, now)
    return Changes(new, changed, len(ahead))


def _stand_ins(db: Db, rows: Iterable[SessionRow]) -> Mapping[int, Mapping[int, int]]:
    """Accepted deputies: session → facilitator → who stands in for them."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    accepted = select(DeputyRow).where(
        DeputyRow.session_id.in_([row.id for row in rows]), DeputyRow.state == DeputyState.ACCEPTED
    )
    for row in db.scalars(accepted):
        found[row.session_id][row.for_id] = row.person_id
    return found


def _with_stand_ins(session: Planned, stand_ins: Mapping[int, int]) -> Planned:
    """The session with deputies in the places of those for whom they stand in."""
    if not stand_ins.keys() & session.attendees.keys():
        return session
    return replace(session, attendees={stand_ins.get(who, who): what for who, what in session.attendees.items()})


def _rows(db: Db, programme_id: int) -> Sequence[SessionRow]:
    return db.scalars(
        select(SessionRow).where(SessionRow.programme_id == programme_id).options(selectinload(SessionRow.attendees))
    ).all()


def _new_row(programme_id: int, session: Planned, now: datetime) -> SessionRow:
    return SessionRow(
        uid=f"{secrets.token_hex(16)}@mentor-rounds",
        programme_id=programme_id,
        group_key=session.group_key,
        round=session.round,
        **_values(session),
        sequence=0,
        created_at=now,
        changed_at=now,
        attendees=[AttendeeRow(person_id=who, role=role, mark=mark) for who, (role, mark) in session.attendees.items()],
    )


def _values(session: Planned) -> dict[str, object]:
    return {
        "group_name": session.group_name,
        "model_name": session.model_name,
        "starts_at": session.starts_at,
        "ends_at": session.ends_at,
        "mode": session.mode,
        "site_id": session.site_id,
        "room_id": session.room_id,
        "status": session.status,
    }


def _bring_to(row: SessionRow, session: Planned, now: datetime) -> bool:
    """Change a row to what the plan says; returns whether calendars must be told of it."""
    values = _values(session)
    material = any(getattr(row, column) != values[column] for column in _MATERIAL)
    shown = any(getattr(row, column) != values[column] for column in _SHOWN)
    for column, value in values.items():
        setattr(row, column, value)
    row.cancelled_at = None
    invited = _invite(row, session.attendees)
    if material:
        row.sequence += 1
    if material or shown or invited:
        row.changed_at = now
    return material


def _invite_too(row: SessionRow, session: Planned, now: datetime) -> None:
    """Invite whoever of the plan is missing, and change nothing else: somebody who left and is back."""
    missing = session.attendees.keys() - {attendee.person_id for attendee in row.attendees}
    if missing and row.starts_at > now:
        row.attendees += [AttendeeRow(person_id=who, role=role, mark=mark)
                          for who, (role, mark) in session.attendees.items() if who in missing]  # fmt: skip
        row.changed_at = now


def _invite(row: SessionRow, attendees: Mapping[int, tuple[MemberRole, str]]) -> bool:
    """Invite exactly these; returns whether anybody came or went."""
    known = {attendee.person_id: attendee for attendee in row.attendees}
    row.attendees = [known.get(who) or AttendeeRow(person_id=who) for who in attendees]
    for attendee in row.attendees:
        attendee.role, attendee.mark = attendees[attendee.person_id]
    return known.keys() != attendees.keys()


def _cancel(row: SessionRow, now: datetime) -> None:
    row.status = SessionStatus.CANCELLED
    row.cancelled_at = row.changed_at = now
    row.sequence += 1
