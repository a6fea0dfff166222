"""Whether sessions to come are certain: they are tentative until everybody in the group agrees to the charter."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import Session

from scheduler.calendars.service import refresh
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import SessionRow


def settle(db: Session, programme_id: int, agreed: Collection[str], now: datetime) -> int:
    """Bring the status of sessions to come to what their groups have agreed; returns how many changed.

    Calendars are told at once: a status is a material change (RFC 5545 section 3.8.7.4).
    """
    is_agreed = SessionRow.group_key.in_(agreed)
    changed = _set(db, programme_id, is_agreed, SessionStatus.TENTATIVE, SessionStatus.CONFIRMED, now)
    changed += _set(db, programme_id, ~is_agreed, SessionStatus.CONFIRMED, SessionStatus.TENTATIVE, now)
    if changed:
        refresh(db, programme_id, now)
    return changed


def _set(
    db: Session,
    programme_id: int,
    which: ColumnElement[bool],
    before: SessionStatus,
    after: SessionStatus,
    now: datetime,
) -> int:
    to_come = (SessionRow.programme_id == programme_id, SessionRow.ends_at > now, SessionRow.status == before)
    change = update(SessionRow).where(which, *to_come)
    values = {"status": after.value, "sequence": SessionRow.sequence + 1, "changed_at": now}
    changed = db.execute(change.values(values).returning(SessionRow.id))
    return len(changed.all())
