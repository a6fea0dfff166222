"""Deputies: asked for one session, accepted or declined in a tap, with a hand-over note that only these two read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from scheduler.calendars.service import refresh
from scheduler.charters.agreements import find_charter
from scheduler.errors import NotFound, NotPossible
from scheduler.languages import say, speaking
from scheduler.mail.service import put_in_outbox
from scheduler.people.model import Actor
from scheduler.people.tables import PersonRow
from scheduler.plans.deputies import possible_deputies
from scheduler.safety.service import record
from scheduler.sessions.answering import lock_session, must_be_ahead, renew_offers
from scheduler.sessions.tables import ApologyRow, AttendeeRow, DeputyRow, SessionRow
from solvers.instance import CAN

LONGEST_NOTE = 4000
KEPT = timedelta(days=14)
"""For so long after the session a deputy can still note who came."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could be asked."""

    person_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Request:
    """A request to stand in, as its two people see it. ``is_mine`` to who was asked."""

    id: int
    session_id: int
    programme_id: int
    starts_at: datetime
    group_name: str
    asked_by: str
    asked: str
    state: str
    note: str
    is_mine: bool


def candidates(db: Session, actor: Actor, session_id: int, now: datetime) -> tuple[Candidate, ...]:
    """Whom the actor could ask to stand in at a session that they lead: free then and safe for the group."""
    row = _led(db, actor, session_id)
    ids = possible_deputies(db, row, actor.person_id or 0, now)
    names = db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(ids)).order_by(PersonRow.name))
    return tuple(Candidate(person_id, name) for person_id, name in names)


def ask(
    db: Session, actor: Actor, session_id: int, person_id: int, note: str, now: datetime, *, page_url: str = ""
) -> None:
    """Ask somebody to stand in for the actor; they are told by mail. ``note`` is what they should know."""
    lock_session(db, session_id)
    row = _led(db, actor, session_id)
    must_be_ahead(row, now)
    if _going(db, session_id, actor):
        raise NotPossible(say("Somebody is asked already."), what_to_do=say("Take that back first."))
    if person_id not in possible_deputies(db, row, actor.person_id or 0, now):
        raise NotPossible(say("They cannot stand in then."), what_to_do=say("Choose somebody from the list."))
    deputy = DeputyRow(session_id=session_id, for_id=actor.person_id, person_id=person_id, state="asked", asked_at=now)
    deputy.note = note.strip()[:LONGEST_NOTE]
    db.add(deputy)
    db.flush()
    _write_to(
        db, person_id, now, page_url,
        lambda: say("Could you stand in?"),
        lambda: say("%(name)s asks whether you could stand in at a mentoring session. Answer here:", name=actor.name),
    )  # fmt: skip
    record(db, actor, "deputy.asked", now, row.programme_id, session=session_id, person=person_id)


def accept(
    db: Session, actor: Actor, request_id: int, now: datetime, *, keeps_charter: bool, page_url: str = ""
) -> None:
    """Stand in. The session is in one's own calendar from then on, and in the asker's no more.

    Who stands in keeps to the group's charter: raises NotPossible for who does not say so.
    """
    deputy, row = _asked(db, actor, request_id, now)
    if find_charter(db, row.programme_id) and not keeps_charter:
        raise NotPossible(
            say("The group's charter holds for who stands in, too."), what_to_do=say("Read it and agree.")
        )
    if deputy.person_id not in possible_deputies(db, row, deputy.for_id, now):
        raise NotPossible(say("Something changed since you were asked: you are not free then any more."))
    deputy.state, deputy.answered_at = "accepted", now
    _exchange(db, row, deputy.for_id, deputy.person_id, now)
    _write_to(
        db, deputy.for_id, now, page_url,
        lambda: say("You have a deputy"),
        lambda: say("%(name)s stands in for you at a mentoring session. See here:", name=actor.name),
    )  # fmt: skip
    record(db, actor, "deputy.accepted", now, row.programme_id, session=row.id)


def decline(db: Session, actor: Actor, request_id: int, now: datetime, *, page_url: str = "") -> None:
    """Say no, without a reason."""
    deputy, row = _asked(db, actor, request_id, now)
    deputy.state, deputy.answered_at = "declined", now
    _write_to(
        db, deputy.for_id, now, page_url,
        lambda: say("Somebody cannot stand in"),
        lambda: say("%(name)s cannot stand in this time. You can ask somebody else here:", name=actor.name),
    )  # fmt: skip
    record(db, actor, "deputy.declined", now, row.programme_id, session=row.id)


def take_back(db: Session, actor: Actor, session_id: int, now: datetime) -> None:
    """Lead the session oneself after all."""
    row = lock_session(db, session_id)
    must_be_ahead(row, now)
    deputy = _going(db, session_id, actor)
    if deputy is None:
        raise NotFound(say("There is no such request of yours."))
    if deputy.state == "accepted":
        _exchange(db, row, deputy.person_id, deputy.for_id, now)
    deputy.state, deputy.answered_at = "withdrawn", now
    record(db, actor, "deputy.withdrawn", now, row.programme_id, session=session_id)


def requests(db: Session, actor: Actor, now: datetime) -> tuple[Request, ...]:
    """What the actor was asked and has asked, in order of time: for sessions ahead, and where the actor stood in for
    a while after. Declined ones are for the asker only.
    """
    asked, asker = DeputyRow.person_id == actor.person_id, DeputyRow.for_id == actor.person_id
    rows = db.execute(
        select(DeputyRow, SessionRow)
        .join(SessionRow, SessionRow.id == DeputyRow.session_id)
        .where(
            or_(
                asked & (DeputyRow.state == "asked") & (SessionRow.ends_at > now),
                asked & (DeputyRow.state == "accepted") & (SessionRow.ends_at > now - KEPT),
                asker & (DeputyRow.state != "withdrawn") & (SessionRow.ends_at > now),
            ),
        )
        .order_by(SessionRow.starts_at, DeputyRow.id)
    ).all()
    ids = {person_id for deputy, _ in rows for person_id in (deputy.for_id, deputy.person_id)}
    names = dict(db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(ids))).all())
    return tuple(
        Request(
            id=deputy.id,
            session_id=row.id,
            programme_id=row.programme_id,
            starts_at=row.starts_at,
            group_name=row.group_name,
            asked_by=names[deputy.for_id],
            asked=names[deputy.person_id],
            state=deputy.state,
            note=deputy.note,
            is_mine=deputy.person_id == actor.person_id,
        )
        for deputy, row in rows
    )


def write_note(db: Session, actor: Actor, request_id: int, note: str) -> None:
    """Change the hand-over note; either of the two may, so that it can be handed back."""
    deputy = db.get(DeputyRow, request_id)
    if deputy is None or actor.person_id not in (deputy.for_id, deputy.person_id):
        raise NotFound(say("There is no such request of yours."))
    deputy.note = note.strip()[:LONGEST_NOTE]


def _led(db: Session, actor: Actor, session_id: int) -> SessionRow:
    """A session that the actor is invited to as a facilitator."""
    row = db.get(SessionRow, session_id)
    leads = [a.person_id for a in row.attendees if a.role == "facilitator"] if row else []
    if row is None or actor.person_id not in leads:
        raise NotFound(say("There is no such session of yours."))
    return row


def _going(db: Session, session_id: int, actor: Actor) -> DeputyRow | None:
    going = (DeputyRow.session_id == session_id, DeputyRow.state.in_(("asked", "accepted")))
    return db.scalar(select(DeputyRow).where(DeputyRow.for_id == actor.person_id, *going))


def _asked(db: Session, actor: Actor, request_id: int, now: datetime) -> tuple[DeputyRow, SessionRow]:
    """An open request to the actor, with its programme locked."""
    session_id = db.scalar(
        select(DeputyRow.session_id).where(DeputyRow.id == request_id, DeputyRow.person_id == actor.person_id)
    )
    if session_id is None:
        raise NotFound(say("There is no such request of yours."))
    row = lock_session(db, session_id)
    deputy = db.scalars(
        select(DeputyRow).where(DeputyRow.id == request_id).execution_options(populate_existing=True)
    ).one()
    must_be_ahead(row, now)
    if deputy.state != "asked":
        raise NotPossible(say("This request is answered already, or was taken back."))
    return deputy, row


def _exchange(db: Session, row: SessionRow, goes: int, comes: int, now: datetime) -> None:
    """Invite one facilitator in the place of another."""
    row.attendees = [attendee for attendee in row.attendees if attendee.person_id not in (goes, comes)]
    db.flush()
    row.attendees.append(AttendeeRow(person_id=comes, role="facilitator", mark=CAN))
    row.changed_at = now
    for person_id in (goes, comes):
        if apology := db.get(ApologyRow, (row.id, person_id)):
            db.delete(apology)
    db.flush()
    renew_offers(db, row, now)
    refresh(db, row.programme_id, now)


def _write_to(
    db: Session, person_id: int, now: datetime, page_url: str, subject: Callable[[], str], text: Callable[[], str]
) -> None:
    """Mail a sentence and where to go on, in the language of whoever gets it."""
    person = db.get_one(PersonRow, person_id)
    with speaking(person.language):
        greeting = say("Hello %(name)s,", name=person.name)
        put_in_outbox(db, person.email, subject(), f"{greeting}\n\n{text()}\n\n{page_url}\n", now)
