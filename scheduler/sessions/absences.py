"""Who is away from which session on long leave: they keep their place, and the session does not count them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import or_, select

from scheduler.availability.intervals import Interval
from scheduler.availability.long_leave import is_away, leave_of_programme
from scheduler.db import Db
from scheduler.plans.model import MemberRole
from scheduler.sessions.tables import AttendeeRow, SessionRow


def bring_absences_up_to_date(db: Db, programme_id: int, now: datetime) -> frozenset[int]:
    """Set for everybody invited to what lies ahead in a programme whether they are on long leave then. Returns the ids
    of the sessions for which that is other than it was."""
    leave = leave_of_programme(db, programme_id)
    rows = db.execute(
        select(AttendeeRow, SessionRow.starts_at, SessionRow.ends_at)
        .join(SessionRow, SessionRow.id == AttendeeRow.session_id)
        .where(
            SessionRow.programme_id == programme_id,
            SessionRow.starts_at > now,
            or_(AttendeeRow.away, AttendeeRow.person_id.in_(leave)),
        )
    )
    changed: set[int] = set()
    for row, starts_at, ends_at in rows:
        away = is_away(leave, row.person_id, Interval(starts_at, ends_at))
        if row.away != away:
            row.away = away
            changed.add(row.session_id)
    db.flush()
    return frozenset(changed)


def residents_away(db: Db, session_ids: Collection[int]) -> Mapping[int, int]:
    """How many residents are away from each of these sessions."""
    away = (AttendeeRow.away, AttendeeRow.role == MemberRole.RESIDENT)
    return Counter(db.scalars(select(AttendeeRow.session_id).where(AttendeeRow.session_id.in_(session_ids), *away)))
