"""“I can't make it”: said in one tap, taken back in one, no reason asked. Where too few are left, the product offers
other dates."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from scheduler.errors import NotFound, NotPossible
from scheduler.groups.membership import group_roster
from scheduler.languages import say
from scheduler.people.model import Actor
from scheduler.plans.dates import OpenDate, open_dates
from scheduler.programmes.service import get_programme, lock_programme
from scheduler.sessions.model import SessionStatus, quorum_of
from scheduler.sessions.tables import ApologyRow, ProposalRow, SessionRow
from solvers.instance import COMING

OFFERED = 3


def say_sorry(db: Session, actor: Actor, session_id: int, now: datetime) -> bool:
    """Say that one cannot make it to a session; returns whether it will be held all the same.

    Raises NotFound to whoever is not invited, NotPossible once the session is over or cancelled.
    """
    row = lock_session(db, session_id)
    _must_be_invited(row, actor)
    must_be_ahead(row, now)
    assert actor.person_id is not None  # it is somebody who is invited
    if db.get(ApologyRow, (session_id, actor.person_id)) is None:
        db.add(ApologyRow(session_id=session_id, person_id=actor.person_id, said_at=now))
        db.flush()
    return renew_offers(db, row, now)


def take_back(db: Session, actor: Actor, session_id: int, now: datetime) -> bool:
    """Come after all; returns whether the session will be held."""
    row = lock_session(db, session_id)
    _must_be_invited(row, actor)
    must_be_ahead(row, now)
    if apology := db.get(ApologyRow, (session_id, actor.person_id)):
        db.delete(apology)
        db.flush()
    return renew_offers(db, row, now)


def renew_offers(db: Session, row: SessionRow, now: datetime) -> bool:
    """Offer other dates exactly where too few can come; returns whether enough can."""
    holds = is_held(db, row)
    withdraw_offers(db, row, now)
    if not holds:
        for date in _other_dates(db, row, now):
            offer = ProposalRow(programme_id=row.programme_id, group_key=row.group_key, session_id=row.id, by_id=None)
            offer.starts_at, offer.made_at, offer.state = date.starts_at, now, "open"
            db.add(offer)
    db.flush()
    return holds


def is_held(db: Session, row: SessionRow) -> bool:
    """Whether enough residents, and as many facilitators as the model asks for, are counted on."""
    programme = get_programme(db, row.programme_id)
    sorry = set(db.scalars(select(ApologyRow.person_id).where(ApologyRow.session_id == row.id)))
    coming = [a.role for a in row.attendees if a.mark in COMING and a.person_id not in sorry]
    residents = list(group_roster(db, row.programme_id, row.group_key).values()).count("resident")
    present = next((model.present for model in programme.models if model.name == row.model_name), 0)
    quorum = quorum_of(programme.quorum, residents)
    return coming.count("resident") >= quorum and coming.count("facilitator") >= present


def withdraw_offers(db: Session, row: SessionRow, now: datetime) -> None:
    """Take back what the product itself offered for a session."""
    offers = (ProposalRow.session_id == row.id, ProposalRow.state == "open", ProposalRow.by_id.is_(None))
    db.execute(update(ProposalRow).where(*offers).values(state="withdrawn", settled_at=now))


def lock_session(db: Session, session_id: int) -> SessionRow:
    """The session's row, read with its programme locked: two taps at once take their turns."""
    programme_id = db.scalar(select(SessionRow.programme_id).where(SessionRow.id == session_id))
    if programme_id is None:
        raise NotFound(say("There is no such session of yours."))
    lock_programme(db, programme_id)
    return db.scalars(
        select(SessionRow).where(SessionRow.id == session_id).execution_options(populate_existing=True)
    ).one()


def must_be_ahead(row: SessionRow, now: datetime) -> None:
    """Raise NotPossible for a session that has begun or does not take place."""
    if row.starts_at <= now:
        raise NotPossible(say("This session has begun, or is over."))
    if row.status == SessionStatus.CANCELLED:
        raise NotPossible(say("This session is cancelled."))


def _must_be_invited(row: SessionRow, actor: Actor) -> None:
    if not any(attendee.person_id == actor.person_id for attendee in row.attendees):
        raise NotFound(say("There is no such session of yours."))


def _other_dates(db: Session, row: SessionRow, now: datetime) -> list[OpenDate]:
    """The next dates that would work. Not on the same day: who cannot make it then has hardly an hour of it in mind."""
    length = timedelta(hours=12)
    try:
        found = open_dates(db, row.programme_id, row.group_key, now, instead_of=row)
        return list(islice((date for date in found if abs(date.starts_at - row.starts_at) >= length), OFFERED))
    except NotPossible:  # the term is over, or its windows have changed: there is nothing to offer
        return []
