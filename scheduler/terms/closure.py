"""Ending a programme, and taking that back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.errors import Fault, NotPossible, Rejected
from scheduler.joining.participant_mail import withdraw_unsent
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.plans.model import RunState
from scheduler.plans.tables import RunRow
from scheduler.programmes.life import has_ended
from scheduler.programmes.service import get_programme, lock_programme
from scheduler.programmes.tables import ProgrammeRow
from scheduler.sessions.model import DeputyState, ProposalState, SessionStatus
from scheduler.sessions.tables import AttendeeRow, DeputyRow, ProposalRow, SessionRow

LONGEST_WHY = 300


@dataclass(frozen=True, slots=True)
class Ending:
    """What ending a programme would do: sessions to come are cancelled, of which so many begin within the freeze, and
    so many people who are invited to them are told."""

    sessions: int
    frozen: int
    people: int


def what_ending_does(db: Db, actor: Actor, programme_id: int, now: datetime) -> Ending:
    """How much would be cancelled, and how many people would be told."""
    actor.must_have(programme_id, Role.COORDINATOR)
    conduct = get_programme(db, programme_id).conduct
    starts = db.scalars(select(SessionRow.starts_at).where(*_to_come(programme_id, now))).all()
    invited = (
        select(AttendeeRow.person_id)
        .join(SessionRow, SessionRow.id == AttendeeRow.session_id)
        .where(*_to_come(programme_id, now))
        .distinct()
    )
    people = db.scalar(select(func.count()).select_from(invited.subquery())) or 0
    return Ending(len(starts), sum(conduct.is_frozen(start, now) for start in starts), people)


def end_programme(db: Db, actor: Actor, programme_id: int, why: str, now: datetime) -> int:
    """End a programme: its sessions to come are cancelled, and nothing is planned or mailed for it any more. Returns
    how many were cancelled. It takes a reason where sessions begin within the freeze, which goes into the record.
    """
    reason = _reason(why)
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    if has_ended(db, programme_id):
        raise NotPossible(say("This programme has already ended."))
    if what_ending_does(db, actor, programme_id, now).frozen and not reason:
        raise Rejected(say("Give a reason for this change."), (Fault("why", say("This change needs a reason.")),))
    cancelled = _cancel(db, programme_id, now)
    _stop_runs(db, programme_id, now)
    withdraw_unsent(db, programme_id)
    db.execute(update(ProgrammeRow).where(ProgrammeRow.id == programme_id).values(ended_at=now))
    note(db, Fact.SESSIONS, programme_id, now)
    record(db, actor, "programme.ended", now, programme_id, sessions=len(cancelled), why=reason)
    return len(cancelled)


def reopen_programme(db: Db, actor: Actor, programme_id: int, now: datetime) -> int:
    """Take back that a programme was ended; returns how many of the sessions that this had cancelled, and that still
    lie ahead, take place again."""
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    ended_at = db.scalar(select(ProgrammeRow.ended_at).where(ProgrammeRow.id == programme_id))
    if ended_at is None:
        raise NotPossible(say("This programme has not ended."))
    back = db.scalars(
        update(SessionRow)
        .where(
            SessionRow.programme_id == programme_id,
            SessionRow.starts_at > now,
            SessionRow.status == SessionStatus.CANCELLED,
            SessionRow.cancelled_at == ended_at,
        )
        .values(status=SessionStatus.TENTATIVE, cancelled_at=None, changed_at=now, sequence=SessionRow.sequence + 1)
        .returning(SessionRow.id)
    ).all()
    db.execute(update(ProgrammeRow).where(ProgrammeRow.id == programme_id).values(ended_at=None, archived_at=None))
    note(db, Fact.SESSIONS, programme_id, now)
    record(db, actor, "programme.reopened", now, programme_id, sessions=len(back))
    return len(back)


def _to_come(programme_id: int, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Of a query: the sessions that ending cancels."""
    return (
        SessionRow.programme_id == programme_id,
        SessionRow.starts_at > now,
        SessionRow.status != SessionStatus.CANCELLED,
    )


def _cancel(db: Db, programme_id: int, now: datetime) -> Sequence[int]:
    values = {
        "status": SessionStatus.CANCELLED,
        "cancelled_at": now,
        "changed_at": now,
        "offers_again": False,
        "sequence": SessionRow.sequence + 1,
    }
    ids = db.scalars(
        update(SessionRow).where(*_to_come(programme_id, now)).values(values).returning(SessionRow.id)
    ).all()
    proposals = (ProposalRow.programme_id == programme_id, ProposalRow.state == ProposalState.OPEN)
    db.execute(update(ProposalRow).where(*proposals).values(state=ProposalState.WITHDRAWN, settled_at=now))
    # a deputy who was found leads the session still, and does so again should it take place after all
    asked = (DeputyRow.session_id.in_(ids), DeputyRow.state == DeputyState.ASKED)
    db.execute(update(DeputyRow).where(*asked).values(state=DeputyState.WITHDRAWN, answered_at=now))
    return ids


def _stop_runs(db: Db, programme_id: int, now: datetime) -> None:
    of_it = RunRow.programme_id == programme_id
    waiting = update(RunRow).where(of_it, RunRow.state == RunState.QUEUED)
    db.execute(waiting.values(state=RunState.CANCELLED, cancel_requested=True, finished_at=now))
    db.execute(update(RunRow).where(of_it, RunRow.state == RunState.RUNNING).values(cancel_requested=True))


def _reason(why: str) -> str:
    reason = " ".join(why.split())
    if len(reason) > LONGEST_WHY:
        raise Rejected(
            say("The reason is too long."),
            (Fault("why", say("Please use no more than %(count)s characters.", count=LONGEST_WHY)),),
        )
    return reason
