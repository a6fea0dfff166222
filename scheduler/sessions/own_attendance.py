"""Why somebody can or cannot come to their own sessions, as things stand: in full, for themselves alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from scheduler.availability.intervals import Interval
from scheduler.availability.model import Reason
from scheduler.availability.service import own_answers_at
from scheduler.db import Db
from scheduler.people.model import Actor
from scheduler.programmes.service import get_programmes
from scheduler.sessions.model import Session, SessionStatus
from scheduler.sessions.tables import AttendeeRow, SessionRow
from solvers.vocabulary import CANNOT

_NEAR: Final = timedelta(hours=12)
"""A session of one's own that takes the time of another lies no further from it, way included."""


@dataclass(frozen=True, slots=True)
class OtherSession:
    """Another session of the same person's, which takes their time."""

    group_name: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class OwnAttendance:
    """Why somebody is marked as they are at one session: what is known of their time, or another session of theirs.

    ``may_come`` says that their own word would be enough for them to be expected all the same.
    """

    reason: Reason | None = None
    other: OtherSession | None = None
    may_come: bool = False


def own_attendance(db: Db, actor: Actor, sessions: Iterable[tuple[int, Session]]) -> Mapping[int, OwnAttendance]:
    """Why the actor can come to these sessions or not, by the session's id; each session with its programme's id."""
    by_programme: dict[int, list[Session]] = defaultdict(list)
    for programme_id, session in sessions:
        if session.attendee(actor.person_id or 0):
            by_programme[programme_id].append(session)
    programmes = get_programmes(db, by_programme)
    found: dict[int, OwnAttendance] = {}
    clashing: list[Session] = []
    for programme_id, own in by_programme.items():
        answers = own_answers_at(db, actor, programmes[programme_id], [_span(session) for session in own])
        for session in own:
            mark, reason = answers.get(_span(session), ("", None))
            place = session.attendee(actor.person_id or 0)
            closed = place is not None and place.mark == CANNOT and not place.sorry
            if closed and mark != CANNOT:
                clashing.append(session)
            else:
                found[session.id] = OwnAttendance(reason, None, closed and reason is not None and not reason.is_final)
    others = _others(db, actor, clashing)
    return found | {session.id: OwnAttendance(other=others.get(session.id)) for session in clashing}


def _span(session: Session) -> Interval:
    return Interval(session.starts_at, session.ends_at)


def _others(db: Db, actor: Actor, sessions: Sequence[Session]) -> Mapping[int, OtherSession]:
    """For each of these sessions the actor's other session that is nearest to it."""
    if not sessions:
        return {}
    first, last = min(s.starts_at for s in sessions), max(s.ends_at for s in sessions)
    rows = db.execute(
        select(SessionRow.id, SessionRow.group_name, SessionRow.starts_at)
        .join(AttendeeRow, AttendeeRow.session_id == SessionRow.id)
        .where(AttendeeRow.person_id == actor.person_id, SessionRow.status != SessionStatus.CANCELLED)
        .where(SessionRow.starts_at > first - _NEAR, SessionRow.starts_at < last + _NEAR)
        .order_by(SessionRow.id)
    ).all()
    found: dict[int, OtherSession] = {}
    for session in sessions:
        apart = [(abs(at - session.starts_at), name, at) for other_id, name, at in rows if other_id != session.id]
        distance, name, starts_at = min(apart, default=(_NEAR, "", session.starts_at))
        if distance < _NEAR:
            found[session.id] = OtherSession(name, starts_at)
    return found
