"""Who came: recorded by the person who led the session, read only by people who belong to it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select

from scheduler.audit.service import record
from scheduler.db import Db
from scheduler.errors import NotFound, NotPossible
from scheduler.languages import say
from scheduler.people.model import Actor
from scheduler.plans.model import MemberRole
from scheduler.sessions.apologies import lock_session
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import AttendedRow, AttendeeRow, SessionRow


def note_who_came(db: Db, actor: Actor, session_id: int, came: Collection[int], now: datetime) -> int:
    """Note who of those invited came; what was noted before is replaced. Returns how many came.

    Facilitators of the session may, and where there is none whoever was invited. Raises NotFound to others,
    NotPossible before it has begun.
    """
    row = lock_session(db, session_id)
    _must_lead(row, actor)
    if row.starts_at > now:
        raise NotPossible(say("This session has not begun yet."))
    if row.status == SessionStatus.CANCELLED:
        raise NotPossible(say("This session is cancelled."))
    known = {noted.person_id: noted for noted in _noted(db, [session_id])}
    for attendee in row.attendees:
        noted = known.get(attendee.person_id) or AttendedRow(session_id=session_id, person_id=attendee.person_id)
        noted.came = attendee.person_id in came
        noted.noted_by, noted.noted_at = actor.person_id, now
        db.add(noted)
    record(db, actor, "attendance.noted", now, row.programme_id, session=session_id)
    return len({attendee.person_id for attendee in row.attendees} & set(came))


def who_came(db: Db, actor: Actor, session_ids: Collection[int]) -> Mapping[int, frozenset[int]]:
    """Who came, for each of these sessions that the actor was invited to and for which it is noted."""
    own = select(AttendeeRow.session_id).where(AttendeeRow.person_id == actor.person_id)
    mine = set(db.scalars(own.where(AttendeeRow.session_id.in_(session_ids))))
    noted = _noted(db, mine)
    return {
        session_id: frozenset(row.person_id for row in noted if row.session_id == session_id and row.came)
        for session_id in {row.session_id for row in noted}
    }


def may_note(row: SessionRow, person_id: int | None) -> bool:
    """Whether somebody may note who came to a session."""
    leads = [a.person_id for a in row.attendees if a.role == MemberRole.FACILITATOR]
    return person_id in (leads or [a.person_id for a in row.attendees])


def _must_lead(row: SessionRow, actor: Actor) -> None:
    if not may_note(row, actor.person_id):
        raise NotFound(say("That session isn’t one of yours."))


def _noted(db: Db, session_ids: Collection[int]) -> list[AttendedRow]:
    return list(db.scalars(select(AttendedRow).where(AttendedRow.session_id.in_(session_ids))))
