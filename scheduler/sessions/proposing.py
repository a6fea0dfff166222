"""Dates that members propose to their group, and how a group agrees on one. The referee sees every date first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice

from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

from scheduler.errors import NotFound, NotPossible
from scheduler.groups.membership import Roster, group_roster, roster
from scheduler.languages import say
from scheduler.people.model import Actor
from scheduler.people.tables import PersonRow
from scheduler.plans.dates import OpenDate, find_date, open_dates
from scheduler.programmes.service import get_programme, lock_programme
from scheduler.safety.service import record
from scheduler.sessions.answering import lock_session, must_be_ahead, renew_offers
from scheduler.sessions.model import quorum_of
from scheduler.sessions.moving import add_extra, move
from scheduler.sessions.tables import ProposalAnswerRow, ProposalRow, SessionRow

MOST_SHOWN = 12


class Outcome(StrEnum):
    """What came of somebody's yes."""

    NOTED = "noted"
    ADOPTED = "adopted"
    GONE = "gone"
    """The date does not work any more, or something else was chosen before."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """An open proposal as the group sees it. ``by`` is empty for what the product offers, which one tap takes.

    ``session_id`` is None for an extra session; ``agreed`` has the names of who agreed, ``own`` what the reader said.
    """

    id: int
    session_id: int | None
    starts_at: datetime
    by: str
    is_own: bool
    agreed: tuple[str, ...]
    own: bool | None


def proposals(db: Session, actor: Actor, programme_id: int, group_key: str, now: datetime) -> tuple[Proposal, ...]:
    """What is proposed to one's own group and still lies ahead, in order of time. Raises NotFound to outsiders."""
    roster(db, actor, programme_id, group_key)
    rows = db.scalars(
        select(ProposalRow)
        .where(
            ProposalRow.programme_id == programme_id,
            ProposalRow.group_key == group_key,
            ProposalRow.state == "open",
            ProposalRow.starts_at > now,
        )
        .options(selectinload(ProposalRow.answers))
        .order_by(ProposalRow.starts_at, ProposalRow.id)
    ).all()
    ids = {row.by_id for row in rows} | {answer.person_id for row in rows for answer in row.answers}
    names = dict(db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(ids))).all())
    return tuple(_value(row, actor, names) for row in rows)


def possible_dates(
    db: Session, actor: Actor, programme_id: int, group_key: str, now: datetime, *, session_id: int | None = None
) -> tuple[OpenDate, ...]:
    """Dates that would work for a session of one's own group, or for an extra one; the referee has seen each."""
    roster(db, actor, programme_id, group_key)
    row = db.get(SessionRow, session_id) if session_id is not None else None
    if session_id is not None and (row is None or (row.programme_id, row.group_key) != (programme_id, group_key)):
        raise NotFound(say("There is no such session of yours."))
    return tuple(islice(open_dates(db, programme_id, group_key, now, instead_of=row), MOST_SHOWN))


def propose_move(db: Session, actor: Actor, session_id: int, starts_at: datetime, now: datetime) -> Outcome:
    """Propose another date for a session of one's own group; whoever proposes agrees."""
    row = lock_session(db, session_id)
    must_be_ahead(row, now)
    return _propose(db, actor, row.programme_id, row.group_key, starts_at, now, row)


def propose_extra(
    db: Session, actor: Actor, programme_id: int, group_key: str, starts_at: datetime, now: datetime
) -> Outcome:
    """Propose an extra session to one's own group; whoever proposes agrees."""
    lock_programme(db, programme_id)
    return _propose(db, actor, programme_id, group_key, starts_at, now, None)


def answer(db: Session, actor: Actor, proposal_id: int, agrees: bool, now: datetime) -> Outcome:
    """Say yes or no to what somebody proposed; with enough who agree it is adopted at once."""
    row = _lock_proposal(db, actor, proposal_id)
    if row.state != "open":
        return Outcome.GONE
    _note(row, actor, agrees, now)
    db.flush()
    return _adopt(db, actor, row, now) if _enough(db, row) else Outcome.NOTED


def choose(db: Session, actor: Actor, proposal_id: int, now: datetime) -> Outcome:
    """Take a date that the product offers because too few can come: the first tap counts."""
    row = _lock_proposal(db, actor, proposal_id)
    if row.by_id is not None:
        raise NotFound(say("There is no such date on offer."))
    return _adopt(db, actor, row, now) if row.state == "open" else Outcome.GONE


def withdraw(db: Session, actor: Actor, proposal_id: int, now: datetime) -> None:
    """Take back what one proposed oneself."""
    row = _lock_proposal(db, actor, proposal_id)
    if row.by_id != actor.person_id:
        raise NotFound(say("There is no such proposal of yours."))
    if row.state == "open":
        row.state, row.settled_at = "withdrawn", now


def _propose(
    db: Session,
    actor: Actor,
    programme_id: int,
    group_key: str,
    starts_at: datetime,
    now: datetime,
    instead_of: SessionRow | None,
) -> Outcome:
    roster(db, actor, programme_id, group_key)
    if find_date(db, programme_id, group_key, starts_at, now, instead_of=instead_of) is None:
        raise NotPossible(say("That date does not work any more."), what_to_do=say("Choose another from the list."))
    row = _same(db, programme_id, group_key, starts_at, instead_of) or ProposalRow(
        programme_id=programme_id,
        group_key=group_key,
        session_id=instead_of.id if instead_of else None,
        starts_at=starts_at,
        by_id=actor.person_id,
        made_at=now,
        state="open",
    )
    db.add(row)
    _note(row, actor, True, now)
    db.flush()
    record(db, actor, "date.proposed", now, programme_id, group=group_key, proposal=row.id)
    return _adopt(db, actor, row, now) if _enough(db, row) else Outcome.NOTED


def _same(
    db: Session, programme_id: int, group_key: str, starts_at: datetime, instead_of: SessionRow | None
) -> ProposalRow | None:
    """An open proposal of the very same: the second to propose it agrees to the first."""
    return db.scalar(
        select(ProposalRow).where(
            ProposalRow.programme_id == programme_id,
            ProposalRow.group_key == group_key,
            ProposalRow.state == "open",
            ProposalRow.by_id.is_not(None),
            ProposalRow.starts_at == starts_at,
            ProposalRow.session_id.is_(None) if instead_of is None else ProposalRow.session_id == instead_of.id,
        )
    )


def _adopt(db: Session, actor: Actor, row: ProposalRow, now: datetime) -> Outcome:
    """Make the date the session's, if the referee still accepts it; every other proposal for it is over then."""
    session = db.get(SessionRow, row.session_id) if row.session_id is not None else None
    date = _as_things_stand(db, row, session, now)
    row.state, row.settled_at = ("adopted" if date else "withdrawn"), now
    if date is None:
        if session is not None and row.by_id is None:
            renew_offers(db, session, now)
        return Outcome.GONE
    if session is None:
        session = add_extra(db, row.programme_id, row.group_key, date, now)
    else:
        _end_the_others(db, row, now)
        move(db, session, date, now)
    record(
        db, actor, "session.agreed", now, row.programme_id,
        group=row.group_key, session=session.id, proposal=row.id, extra=session.extra,
    )  # fmt: skip
    return Outcome.ADOPTED


def _as_things_stand(db: Session, row: ProposalRow, session: SessionRow | None, now: datetime) -> OpenDate | None:
    if session is not None and session.starts_at <= now:
        return None
    return find_date(db, row.programme_id, row.group_key, row.starts_at, now, instead_of=session)


def _end_the_others(db: Session, row: ProposalRow, now: datetime) -> None:
    others = (ProposalRow.session_id == row.session_id, ProposalRow.id != row.id, ProposalRow.state == "open")
    db.execute(update(ProposalRow).where(*others).values(state="withdrawn", settled_at=now))


def _enough(db: Session, row: ProposalRow) -> bool:
    """Whether so many agree that the session would be held with them alone."""
    members = group_roster(db, row.programme_id, row.group_key)
    agreed = [members[a.person_id] for a in row.answers if a.agrees and a.person_id in members]
    quorum, present = _needed(db, row, members)
    return agreed.count("resident") >= quorum and agreed.count("facilitator") >= present


def _needed(db: Session, row: ProposalRow, members: Roster) -> tuple[int, int]:
    programme = get_programme(db, row.programme_id)
    name = db.scalar(
        select(SessionRow.model_name)
        .where(SessionRow.programme_id == row.programme_id, SessionRow.group_key == row.group_key)
        .order_by(SessionRow.id.desc())
        .limit(1)
    )
    present = next((model.present for model in programme.models if model.name == name), 0)
    return quorum_of(programme.quorum, list(members.values()).count("resident")), present


def _note(row: ProposalRow, actor: Actor, agrees: bool, now: datetime) -> None:
    assert actor.person_id is not None  # a roster holds people only
    known = next((a for a in row.answers if a.person_id == actor.person_id), None)
    if known is None:
        row.answers.append(ProposalAnswerRow(person_id=actor.person_id, agrees=agrees, said_at=now))
    else:
        known.agrees, known.said_at = agrees, now


def _lock_proposal(db: Session, actor: Actor, proposal_id: int) -> ProposalRow:
    """The proposal's row, read with its programme locked. Raises NotFound to people outside its group."""
    programme_id = db.scalar(select(ProposalRow.programme_id).where(ProposalRow.id == proposal_id))
    if programme_id is None:
        raise NotFound(say("There is no such date on offer."))
    lock_programme(db, programme_id)
    found = select(ProposalRow).where(ProposalRow.id == proposal_id).execution_options(populate_existing=True)
    row = db.scalars(found).one()
    roster(db, actor, programme_id, row.group_key)
    return row


def _value(row: ProposalRow, actor: Actor, names: dict[int, str]) -> Proposal:
    own = next((answer.agrees for answer in row.answers if answer.person_id == actor.person_id), None)
    return Proposal(
        id=row.id,
        session_id=row.session_id,
        starts_at=row.starts_at,
        by=names.get(row.by_id or 0, ""),
        is_own=row.by_id == actor.person_id,
        agreed=tuple(sorted(names[answer.person_id] for answer in row.answers if answer.agrees)),
        own=own,
    )
