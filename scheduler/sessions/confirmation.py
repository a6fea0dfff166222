"""Whether sessions to come are certain: they are tentative until everybody in the group agrees to the charter."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, update

from scheduler.charters.agreements import agreed_groups
from scheduler.db import Db
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import SessionRow


def bring_statuses_up_to_date(db: Db, programme_id: int, now: datetime) -> frozenset[int]:
    """Bring the status of sessions to come to what their groups have agreed; returns the ids of those that changed.

    A status is a material change, so the sequence rises (RFC 5545 section 3.8.7.4).
    """
    is_agreed = SessionRow.group_key.in_(agreed_groups(db, programme_id, now))
    confirmed = _set(db, programme_id, is_agreed, SessionStatus.TENTATIVE, SessionStatus.CONFIRMED, now)
    tentative = _set(db, programme_id, ~is_agreed, SessionStatus.CONFIRMED, SessionStatus.TENTATIVE, now)
    return confirmed | tentative


def _set(
    db: Db,
    programme_id: int,
    which: ColumnElement[bool],
    before: SessionStatus,
    after: SessionStatus,
    now: datetime,
) -> frozenset[int]:
    to_come = (SessionRow.programme_id == programme_id, SessionRow.starts_at > now, SessionRow.status == before)
    change = update(SessionRow).where(which, *to_come)
    values = {"status": after.value, "sequence": SessionRow.sequence + 1, "changed_at": now}
    return frozenset(db.scalars(change.values(values).returning(SessionRow.id)))
