"""A resident's own record: the sessions that they came to, their hours, the turns they chaired, and of their private
notes those that they choose to take along."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select

from scheduler.db import Db
from scheduler.errors import NotFound
from scheduler.groups.private import own_notes
from scheduler.languages import say
from scheduler.people.model import Actor
from scheduler.plans.model import MemberRole
from scheduler.programmes.tables import ProgrammeRow
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.service import sessions_of_groups
from scheduler.sessions.tables import AttendedRow, AttendeeRow, SessionRow


@dataclass(frozen=True, slots=True)
class OwnSession:
    """A session that the actor came to as a resident. ``note`` is their private note on it, empty without one."""

    session_id: int
    programme: str
    starts_at: datetime
    zone: str
    minutes: int
    chaired: bool
    note: str


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """Everything that counts, in order of time, of all terms."""

    sessions: tuple[OwnSession, ...]

    @property
    def minutes(self) -> int:
        """All of them together."""
        return sum(session.minutes for session in self.sessions)

    @property
    def chaired(self) -> int:
        """At how many it was their turn in the chair."""
        return sum(session.chaired for session in self.sessions)


def own_record(db: Db, actor: Actor, now: datetime) -> OwnRecord:
    """The actor's record, also of terms that are over and programmes that they have left."""
    actor.must_be_confirmed()
    me = actor.person_id or 0
    place = and_(AttendeeRow.session_id == SessionRow.id, AttendeeRow.person_id == AttendedRow.person_id)
    rows = db.execute(
        select(SessionRow, ProgrammeRow.name, ProgrammeRow.zone)
        .join(AttendedRow, AttendedRow.session_id == SessionRow.id)
        .join(AttendeeRow, place)
        .join(ProgrammeRow, ProgrammeRow.id == SessionRow.programme_id)
        .where(
            AttendedRow.person_id == me,
            AttendedRow.came.is_(True),
            AttendeeRow.role == MemberRole.RESIDENT,
            SessionRow.ends_at <= now,
            SessionRow.status != SessionStatus.CANCELLED,
        )
        .order_by(SessionRow.starts_at, SessionRow.id)
    ).all()
    chaired = _chaired(db, me, {(row.programme_id, row.group_key) for row, _, _ in rows})
    notes = own_notes(db, actor)
    return OwnRecord(
        tuple(
            OwnSession(
                row.id,
                programme,
                row.starts_at,
                zone,
                round((row.ends_at - row.starts_at).total_seconds() / 60),
                row.id in chaired,
                notes.get(row.id, ""),
            )
            for row, programme, zone in rows
        )
    )


def chosen_notes(record: OwnRecord, session_ids: Collection[int]) -> tuple[OwnSession, ...]:
    """The sessions whose notes go into the document. Raises NotFound for any that is not the reader's or has none."""
    chosen = tuple(session for session in record.sessions if session.session_id in session_ids and session.note)
    if len(chosen) != len(set(session_ids)):
        raise NotFound(say("That session isn’t one of yours."))
    return chosen


def _chaired(db: Db, person_id: int, groups: Collection[tuple[int, str]]) -> frozenset[int]:
    """The sessions of these groups at which it was somebody's turn in the chair."""
    found = sessions_of_groups(db, sorted(groups)).values()
    return frozenset(session.id for sessions in found for session in sessions if session.chair_id == person_id)
