"""Leaving a programme and coming back. Nobody has to say why, and nothing of the why is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from scheduler.availability.service import recompute
from scheduler.calendars.service import end_feeds, refresh
from scheduler.charters.agreements import agreed_groups
from scheduler.errors import NotFound, NotPossible
from scheduler.joining.model import State, Step, state_of
from scheduler.joining.tables import AnswerRow
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow
from scheduler.programmes.service import lock_programme
from scheduler.programmes.tables import ProgrammeRow
from scheduler.safety.service import record
from scheduler.sessions.settling import settle
from scheduler.sessions.tables import AttendeeRow, SessionRow


@dataclass(frozen=True, slots=True)
class OwnPart:
    """A programme in which somebody takes part, or did."""

    programme_id: int
    programme: str
    kind: str
    state: State
    left_at: datetime | None
    invited: bool

    @property
    def is_open(self) -> bool:
        """Whether an answer is waited for."""
        return self.invited and self.state in (State.NOT, State.HALF)


def own_parts(db: Session, actor: Actor) -> tuple[OwnPart, ...]:
    """The actor's programmes as resident or faculty, oldest first, those too that they have left."""
    rows = db.execute(
        select(ParticipantRow, ProgrammeRow.name, AnswerRow.steps, AnswerRow.agreed_at, AnswerRow.invited_at)
        .join(ProgrammeRow, ProgrammeRow.id == ParticipantRow.programme_id)
        .outerjoin(
            AnswerRow,
            (AnswerRow.programme_id == ParticipantRow.programme_id) & (AnswerRow.person_id == ParticipantRow.person_id),
        )
        .where(ParticipantRow.person_id == actor.person_id)
        .order_by(ParticipantRow.programme_id)
    )
    return tuple(
        OwnPart(
            part.programme_id,
            name,
            part.kind,
            state_of(part.kind, frozenset(Step(step) for step in steps or ()), agreed_at, part.left_at),
            part.left_at,
            invited_at is not None,
        )
        for part, name, steps, agreed_at, invited_at in rows
    )


def leave(db: Session, actor: Actor, programme_id: int, now: datetime, *, person_id: int | None = None) -> int:
    """Take somebody out: the actor, or by a coordinator whoever asked them to. Returns in how many sessions ahead they
    are not expected any more.

    Their feeds of the programme end, and they are taken off every session ahead. The group learns that they have left.
    """
    part = _part(db, actor, programme_id, person_id)
    if part.left_at is not None:
        raise NotPossible(say("This person has left the programme already."))
    part.left_at = now
    db.flush()
    end_feeds(db, actor, part.person_id, programme_id, now)
    sessions = _ahead(db, part, now)
    db.execute(delete(AttendeeRow).where(AttendeeRow.person_id == part.person_id, AttendeeRow.session_id.in_(sessions)))
    db.execute(update(SessionRow).where(SessionRow.id.in_(sessions)).values(changed_at=now))
    db.flush()
    db.expire_all()
    if not settle(db, programme_id, agreed_groups(db, programme_id), now):
        refresh(db, programme_id, now)
    record(db, actor, "person.left", now, programme_id, person=part.person_id, sessions=len(sessions))
    return len(sessions)


def come_back(db: Session, actor: Actor, programme_id: int, now: datetime, *, person_id: int | None = None) -> None:
    """Take somebody in again, with the answers that they had. The next plan finds them a group."""
    part = _part(db, actor, programme_id, person_id)
    if part.left_at is None:
        raise NotPossible(say("This person is in the programme as it is."))
    part.left_at, part.joined_at = None, now
    db.flush()
    recompute(db, programme_id, now, (part.person_id,))
    record(db, actor, "person.back", now, programme_id, person=part.person_id)


def _part(db: Session, actor: Actor, programme_id: int, person_id: int | None) -> ParticipantRow:
    """The part of the actor themselves or, for a coordinator, of somebody else; locked with its programme."""
    if person_id is not None and person_id != actor.person_id:
        actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    who = actor.person_id if person_id is None else person_id
    part = db.get(ParticipantRow, (programme_id, who)) if who is not None else None
    if part is None:
        raise NotFound(say("Nobody of that name takes part in this programme."))
    return part


def _ahead(db: Session, part: ParticipantRow, now: datetime) -> Sequence[int]:
    """The sessions of the programme to which the person is invited and that have not begun."""
    return db.scalars(
        select(SessionRow.id)
        .join(AttendeeRow, AttendeeRow.session_id == SessionRow.id)
        .where(
            SessionRow.programme_id == part.programme_id,
            SessionRow.starts_at > now,
            AttendeeRow.person_id == part.person_id,
        )
    ).all()
