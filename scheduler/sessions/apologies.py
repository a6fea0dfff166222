"""“I can't make it”: said in one tap, taken back in one, no reason asked. It is that person's own word for that time
(:mod:`scheduler.availability.refusals`): it counts for whatever session is held then, and not for another date.
Where too few are left, the product offers other dates."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from scheduler.availability.entries import replace_own_marks
from scheduler.availability.intervals import Interval
from scheduler.availability.model import OwnMark
from scheduler.availability.refusals import refuse, withdraw_refusal
from scheduler.availability.service import own_answers_at
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.errors import NotFound, NotPossible
from scheduler.languages import say
from scheduler.people.model import Actor
from scheduler.programmes.service import get_programme, lock_programme
from scheduler.sessions.in_writing import no_longer_in_writing
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.quorum import is_held
from scheduler.sessions.tables import AttendeeRow, SessionRow
from solvers.vocabulary import CAN, CANNOT


def say_sorry(db: Db, actor: Actor, session_id: int, now: datetime) -> bool:
    """Say that the actor can't make it to a session; returns whether it will be held all the same.

    Raises NotFound to whoever is not invited, NotPossible once the session is over or cancelled.
    """
    row = lock_session(db, session_id)
    attendee = _invited(row, actor)
    must_be_ahead(row, now)
    if refuse(db, row.programme_id, attendee.person_id, Interval(row.starts_at, row.ends_at)):
        attendee.mark = CANNOT
        note(db, Fact.TIME, row.programme_id, now, (attendee.person_id,))
        note(db, Fact.SESSIONS, row.programme_id, now, (row.id,))
    return is_held(db, row)


def take_back(db: Db, actor: Actor, session_id: int, now: datetime) -> None:
    """Come after all, if rota and rest allow it."""
    row = lock_session(db, session_id)
    attendee = _invited(row, actor)
    must_be_ahead(row, now)
    no_longer_in_writing(db, row.id, attendee.person_id)
    if withdraw_refusal(db, row.programme_id, attendee.person_id, row.starts_at):
        note(db, Fact.TIME, row.programme_id, now, (attendee.person_id,))
        note(db, Fact.SESSIONS, row.programme_id, now, (row.id,))


def come_all_the_same(db: Db, actor: Actor, session_id: int, now: datetime) -> None:
    """Be expected at a session at a time at which one is on leave or not at work: the actor's own word for that start.

    Raises NotPossible where no word of theirs is enough: during rest, nights and long leave, or beside another session.
    """
    row = lock_session(db, session_id)
    _invited(row, actor)
    must_be_ahead(row, now)
    programme = get_programme(db, row.programme_id)
    span = Interval(row.starts_at, row.ends_at)
    known = own_answers_at(db, actor, programme, [span]).get(span)
    if known is None or known[0] != CANNOT or known[1].is_final:
        raise NotPossible(
            say("You can’t be expected at that time."),
            what_to_do=say("If your rota is wrong, please tell your coordinator."),
        )
    take_back(db, actor, session_id, now)
    replace_own_marks(db, actor, row.programme_id, (), (OwnMark(span, CAN, one_start=True),), now)


def lock_session(db: Db, session_id: int) -> SessionRow:
    """The session's row, read with its programme locked: two taps at once take their turns."""
    programme_id = db.scalar(select(SessionRow.programme_id).where(SessionRow.id == session_id))
    if programme_id is None:
        raise NotFound(say("That session isn’t one of yours."))
    lock_programme(db, programme_id)
    return db.scalars(
        select(SessionRow).where(SessionRow.id == session_id).execution_options(populate_existing=True)
    ).one()


def must_be_ahead(row: SessionRow, now: datetime) -> None:
    """Raise NotPossible for a session that has begun or does not take place."""
    if row.starts_at <= now:
        raise NotPossible(say("This session has already begun or finished."))
    if row.status == SessionStatus.CANCELLED:
        raise NotPossible(say("This session is cancelled."))


def _invited(row: SessionRow, actor: Actor) -> AttendeeRow:
    for attendee in row.attendees:
        if attendee.person_id == actor.person_id:
            return attendee
    raise NotFound(say("That session isn’t one of yours."))
