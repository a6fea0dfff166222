"""All sessions of one person in order of time, of whatever programmes and groups, and which of them stand in each
other's way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from scheduler.bookings.ways import ways
from scheduler.db import Db
from scheduler.people.model import Actor
from scheduler.programmes.tables import ProgrammeRow
from scheduler.sessions.attendance_marks import BOOKING_COLUMNS, Booking, booking_of
from scheduler.sessions.in_writing import writers
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.quorum import who_is_sorry
from scheduler.sessions.tables import AttendeeRow, SessionRow
from solvers.vocabulary import COMING


@dataclass(frozen=True, slots=True)
class Entry:
    """A session ahead to which somebody is invited. ``instead`` is another of theirs that stands in its way, to which
    they are expected: at the same time, or too near for the way between. Who is not there and ``writes`` takes part in
    writing."""

    session_id: int
    group_key: str
    group_name: str
    programme_id: int
    programme_name: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    sorry: bool
    writes: bool = False
    instead: Entry | None = None

    @property
    def is_on_the_way(self) -> bool:
        """Whether what stands in the way is at another time: only the way between is too long."""
        other = self.instead
        return other is not None and not (self.starts_at < other.ends_at and other.starts_at < self.ends_at)


def own_diary(db: Db, actor: Actor, now: datetime) -> tuple[Entry, ...]:
    """The actor's own sessions ahead."""
    rows = db.execute(
        select(
            SessionRow.group_key,
            SessionRow.group_name,
            ProgrammeRow.name,
            ProgrammeRow.zone,
            AttendeeRow.mark,
            *BOOKING_COLUMNS,
            AttendeeRow.by_call,
        )
        .join(AttendeeRow, AttendeeRow.session_id == SessionRow.id)
        .join(ProgrammeRow, ProgrammeRow.id == SessionRow.programme_id)
        .where(
            AttendeeRow.person_id == actor.person_id,
            SessionRow.ends_at > now,
            SessionRow.status != SessionStatus.CANCELLED,
        )
        .order_by(SessionRow.starts_at, SessionRow.id)
    ).all()
    of_these = SessionRow.id.in_([row.id for row in rows])
    apologies, writing = who_is_sorry(db, of_these), writers(db, of_these)
    sorry = {session_id for session_id, person_id in apologies if person_id == actor.person_id}
    said = {session_id for session_id, each in writing.items() if actor.person_id in each.said}
    found = []
    for key, group, programme, zone, mark, *session in rows:
        booking = booking_of(*session)
        number, there = booking.session_id, mark in COMING and booking.session_id not in sorry
        entry = Entry(
            number, key, group, booking.programme_id, programme, booking.span.start, booking.span.end, zone,
            number in sorry, writes=number in said and not there,
        )  # fmt: skip
        found.append((entry, booking))
    return _with_what_is_in_the_way(db, found)


def _with_what_is_in_the_way(db: Db, found: Sequence[tuple[Entry, Booking]]) -> tuple[Entry, ...]:
    known = ways(db) if found else None
    wanted = [(entry, booking) for entry, booking in found if not entry.sorry]
    return tuple(
        replace(
            entry,
            instead=next((each for each, other in wanted if known and other.goes_before(booking, known)), None),
        )
        for entry, booking in found
    )
