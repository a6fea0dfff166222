"""Who is away from which session on long leave: they keep their place, and the session does not count them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import or_, select, update

from scheduler.availability.intervals import Interval
from scheduler.availability.long_leave import is_away, leave_of_programme
from scheduler.db import Db
from scheduler.plans.model import MemberRole
from scheduler.sessions.concerned_places import concerned_places
from scheduler.sessions.tables import AttendeeRow, SessionRow


def bring_absences_up_to_date(
    db: Db,
    programme_id: int,
    now: datetime,
    people: Collection[int] | None = None,
    sessions: Collection[int] | None = None,
) -> frozenset[int]:
    """Set for these people, and for everybody at these sessions (None: for all of them), whether they are on long leave
    during what lies ahead. Returns the ids of the sessions for which that is other than it was."""
    leave = leave_of_programme(db, programme_id)
    place = (AttendeeRow.session_id, AttendeeRow.person_id, AttendeeRow.away)
    rows = db.execute(
        select(*place, SessionRow.starts_at, SessionRow.ends_at)
        .join(SessionRow, SessionRow.id == AttendeeRow.session_id)
        .where(
            SessionRow.programme_id == programme_id,
            SessionRow.starts_at > now,
            concerned_places(db, people, sessions),
            or_(AttendeeRow.away, AttendeeRow.person_id.in_(leave)),
        )
    ).all()
    found = ((one, who, was, is_away(leave, who, Interval(starts, ends))) for one, who, was, starts, ends in rows)
    changed = [{"session_id": one, "person_id": who, "away": away} for one, who, was, away in found if was != away]
    if changed:
        db.flush()
        db.execute(update(AttendeeRow), changed)
        db.expire_all()  # what is loaded already is read again
    return frozenset(each["session_id"] for each in changed)


def residents_away(db: Db, session_ids: Collection[int]) -> Mapping[int, int]:
    """How many residents are away from each of these sessions."""
    away = (AttendeeRow.away, AttendeeRow.role == MemberRole.RESIDENT)
    return Counter(db.scalars(select(AttendeeRow.session_id).where(AttendeeRow.session_id.in_(session_ids), *away)))
