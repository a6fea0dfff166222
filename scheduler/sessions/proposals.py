"""Other dates for a session, and extra ones: what the product offers and members propose, and what a group says to it.

The referee sees every date before it is proposed and again before it is taken
(:mod:`scheduler.sessions.date_settlement`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice

from sqlalchemy import select, update
from sqlalchemy.orm import selectinload

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.db import Db, pair_in
from scheduler.errors import NotFound, NotPossible
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import PersonRow
from scheduler.planning.open_dates import OpenDate
from scheduler.plans.membership import GroupId, own_group_roster, own_rosters
from scheduler.programmes.life import must_go_on
from scheduler.programmes.model import DateSettling
from scheduler.programmes.service import get_programme, lock_programme
from scheduler.sessions.alternatives import find_date, must_be_open, other_dates
from scheduler.sessions.apologies import lock_session, must_be_ahead
from scheduler.sessions.date_marks import DateMarks, date_marks
from scheduler.sessions.date_settlement import settling_of
from scheduler.sessions.model import ProposalState, SessionStatus
from scheduler.sessions.moves import add_extra, move
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
    """An open proposal as the group sees it. ``by`` is empty for what the product offers.

    ``session_id`` is None for an extra session; ``agreed`` has the names of who agreed, ``own`` what the reader said,
    ``own_mark`` whether they can come then. ``marks`` are those of everybody in the group, in no order of theirs.
    """

    id: int
    session_id: int | None
    starts_at: datetime
    by: str
    is_own: bool
    agreed: tuple[str, ...]
    own: bool | None
    own_mark: str
    marks: tuple[str, ...]
    coming: int
    shut_out: int


def proposals_to(
    db: Db, actor: Actor, groups: Collection[GroupId], now: datetime
) -> Mapping[GroupId, tuple[Proposal, ...]]:
    """What is proposed to one's own groups and still lies ahead, by group, best first. NotFound to outsiders."""
    members = own_rosters(db, actor, groups)
    rows = db.scalars(
        select(ProposalRow)
        .where(
            pair_in(ProposalRow.programme_id, ProposalRow.group_key, groups),
            ProposalRow.state == ProposalState.OPEN,
            ProposalRow.starts_at > now,
        )
        .options(selectinload(ProposalRow.answers))
    ).all()
    ids = {row.by_id for row in rows} | {answer.person_id for row in rows for answer in row.answers}
    names = dict(db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(ids))).all())
    marks = date_marks(db, rows, members)
    found: dict[GroupId, tuple[Proposal, ...]] = dict.fromkeys(groups, ())
    for row in sorted(rows, key=lambda row: (marks[row.id].rank, row.id)):
        found[row.programme_id, row.group_key] += (_value(row, actor, names, marks[row.id]),)
    return found


def possible_dates(
    db: Db, actor: Actor, programme_id: int, group_key: str, now: datetime, *, session_id: int | None = None
) -> tuple[OpenDate, ...]:
    """Dates that would work for a session of one's own group, or for an extra one, best first; the referee has seen
    each."""
    own_group_roster(db, actor, programme_id, group_key)
    row = db.get(SessionRow, session_id) if session_id is not None else None
    if session_id is not None and (row is None or (row.programme_id, row.group_key) != (programme_id, group_key)):
        raise NotFound(say("That session isn’t one of yours."))
    return tuple(islice(other_dates(db, programme_id, group_key, now, instead_of=row), MOST_SHOWN))


def propose_move(db: Db, actor: Actor, session_id: int, starts_at: datetime, now: datetime) -> Outcome:
    """Propose another date for a session of one's own group; whoever proposes agrees."""
    row = lock_session(db, session_id)
    must_be_ahead(row, now)
    return _propose(db, actor, row.programme_id, row.group_key, starts_at, now, row)


def propose_extra(
    db: Db, actor: Actor, programme_id: int, group_key: str, starts_at: datetime, now: datetime
) -> Outcome:
    """Propose an extra session to one's own group; whoever proposes agrees."""
    lock_programme(db, programme_id)
    must_go_on(db, programme_id)
    return _propose(db, actor, programme_id, group_key, starts_at, now, None)


def answer(db: Db, actor: Actor, proposal_id: int, agrees: bool, now: datetime) -> Outcome:
    """Say yes or no to a date that is offered or proposed; it is taken once enough of those who can come agree."""
    row = _lock_proposal(db, actor, proposal_id)
    if row.state != ProposalState.OPEN:
        return Outcome.GONE
    _note(row, actor, agrees, now)
    db.flush()
    return _adopt_if_settled(db, actor, row, now) if agrees else Outcome.NOTED


def settle(db: Db, actor: Actor, proposal_id: int, now: datetime) -> Outcome:
    """Take a date for a group, as its coordinator, where the programme leaves that to them.

    Raises NotFound to anybody but a coordinator of the programme, NotPossible where the groups decide themselves.
    """
    programme_id = db.scalar(select(ProposalRow.programme_id).where(ProposalRow.id == proposal_id))
    if programme_id is None or not actor.has(programme_id, Role.COORDINATOR):
        raise NotFound(say("That date has not been proposed."))
    row = _locked(db, programme_id, proposal_id)
    if get_programme(db, programme_id).conduct.settling != DateSettling.COORDINATOR:
        raise NotPossible(
            say("The groups of this programme choose their dates themselves."),
            what_to_do=say("To decide for them, change “How the programme runs” first."),
            section="running",
        )
    return _adopt_if_open(db, actor, row, now)


def take_for_group(db: Db, actor: Actor, proposal_id: int, now: datetime) -> Outcome:
    """Take a date that is on offer, for the product itself. Raises NotFound to anybody else."""
    programme_id = db.scalar(select(ProposalRow.programme_id).where(ProposalRow.id == proposal_id))
    if programme_id is None or not actor.trusted:
        raise NotFound(say("That date has not been proposed."))
    row = _locked(db, programme_id, proposal_id)
    return _adopt_if_open(db, actor, row, now)


def withdraw(db: Db, actor: Actor, proposal_id: int, now: datetime) -> None:
    """Take back what one proposed oneself."""
    row = _lock_proposal(db, actor, proposal_id)
    if row.by_id != actor.person_id:
        raise NotFound(say("That proposal isn’t one of yours."))
    if row.state == ProposalState.OPEN:
        row.state, row.settled_at = ProposalState.WITHDRAWN, now


def _propose(
    db: Db,
    actor: Actor,
    programme_id: int,
    group_key: str,
    starts_at: datetime,
    now: datetime,
    instead_of: SessionRow | None,
) -> Outcome:
    own_group_roster(db, actor, programme_id, group_key)
    if find_date(db, programme_id, group_key, starts_at, now, instead_of=instead_of) is None:
        must_be_open(get_programme(db, programme_id), starts_at)
        raise NotPossible(say("That date no longer works."), what_to_do=say("Choose another date from the list."))
    row = _same(db, programme_id, group_key, starts_at, instead_of) or ProposalRow(
        programme_id=programme_id,
        group_key=group_key,
        session_id=instead_of.id if instead_of else None,
        starts_at=starts_at,
        by_id=actor.person_id,
        made_at=now,
        state=ProposalState.OPEN,
    )
    db.add(row)
    _note(row, actor, True, now)
    db.flush()
    record(db, actor, "date.proposed", now, programme_id, group=group_key, proposal=row.id)
    return _adopt_if_settled(db, actor, row, now)


def _same(
    db: Db, programme_id: int, group_key: str, starts_at: datetime, instead_of: SessionRow | None
) -> ProposalRow | None:
    """The very same, offered or proposed before: whoever proposes it again agrees to it."""
    return db.scalar(
        select(ProposalRow).where(
            ProposalRow.programme_id == programme_id,
            ProposalRow.group_key == group_key,
            ProposalRow.state == ProposalState.OPEN,
            ProposalRow.starts_at == starts_at,
            ProposalRow.session_id.is_(None) if instead_of is None else ProposalRow.session_id == instead_of.id,
        )
    )


def _adopt_if_settled(db: Db, actor: Actor, row: ProposalRow, now: datetime) -> Outcome:
    """Take a date if those who agreed are enough; whether they can come then is only asked if they may be."""
    settling = settling_of(db, row.programme_id, row.group_key)
    agreed = [answer.person_id for answer in row.answers if answer.agrees]
    if not settling.is_met_by(agreed):
        return Outcome.NOTED
    date = _as_things_stand(db, row, now)
    if date and not settling.is_met_by([person_id for person_id in agreed if date.suits(person_id)]):
        return Outcome.NOTED
    return _adopt(db, actor, row, date, now)


def _adopt_if_open(db: Db, actor: Actor, row: ProposalRow, now: datetime) -> Outcome:
    if row.state != ProposalState.OPEN:
        return Outcome.GONE
    return _adopt(db, actor, row, _as_things_stand(db, row, now), now)


def _adopt(db: Db, actor: Actor, row: ProposalRow, date: OpenDate | None, now: datetime) -> Outcome:
    """Make the date the session's, unless it has gone; every other proposal for the session is over then."""
    session = db.get(SessionRow, row.session_id) if row.session_id is not None else None
    row.state, row.settled_at = (ProposalState.ADOPTED if date else ProposalState.WITHDRAWN), now
    if date is None:
        if session is not None and row.by_id is None:
            note(db, Fact.SESSIONS, session.programme_id, now, (session.id,))
        return Outcome.GONE
    if session is None:
        session = add_extra(db, row.programme_id, row.group_key, date, now)
        row.session_id = session.id
    else:
        row.moved_from = session.starts_at
        _end_the_others(db, row, now)
        move(db, session, date, now)
    record(
        db, actor, "session.agreed", now, row.programme_id,
        group=row.group_key, session=session.id, proposal=row.id, extra=session.extra,
    )  # fmt: skip
    return Outcome.ADOPTED


def _as_things_stand(db: Db, row: ProposalRow, now: datetime) -> OpenDate | None:
    session = db.get(SessionRow, row.session_id) if row.session_id is not None else None
    over = session is not None and (session.starts_at <= now or session.status == SessionStatus.CANCELLED)
    if session is not None and over and not session.offers_again:
        return None
    return find_date(db, row.programme_id, row.group_key, row.starts_at, now, instead_of=session)


def _end_the_others(db: Db, row: ProposalRow, now: datetime) -> None:
    others = (
        ProposalRow.session_id == row.session_id,
        ProposalRow.id != row.id,
        ProposalRow.state == ProposalState.OPEN,
    )
    db.execute(update(ProposalRow).where(*others).values(state=ProposalState.WITHDRAWN, settled_at=now))


def _note(row: ProposalRow, actor: Actor, agrees: bool, now: datetime) -> None:
    assert actor.person_id is not None  # a roster holds people only
    known = next((a for a in row.answers if a.person_id == actor.person_id), None)
    if known is None:
        row.answers.append(ProposalAnswerRow(person_id=actor.person_id, agrees=agrees, said_at=now))
    else:
        known.agrees, known.said_at = agrees, now


def _lock_proposal(db: Db, actor: Actor, proposal_id: int) -> ProposalRow:
    """The proposal's row, read with its programme locked. Raises NotFound to people outside its group."""
    programme_id = db.scalar(select(ProposalRow.programme_id).where(ProposalRow.id == proposal_id))
    if programme_id is None:
        raise NotFound(say("That date has not been proposed."))
    row = _locked(db, programme_id, proposal_id)
    own_group_roster(db, actor, programme_id, row.group_key)
    return row


def _locked(db: Db, programme_id: int, proposal_id: int) -> ProposalRow:
    lock_programme(db, programme_id)
    found = select(ProposalRow).where(ProposalRow.id == proposal_id).execution_options(populate_existing=True)
    return db.scalars(found).one()


def _value(row: ProposalRow, actor: Actor, names: Mapping[int, str], date: DateMarks) -> Proposal:
    own = next((answer.agrees for answer in row.answers if answer.person_id == actor.person_id), None)
    return Proposal(
        id=row.id,
        session_id=row.session_id,
        starts_at=row.starts_at,
        by=names.get(row.by_id or 0, ""),
        is_own=row.by_id == actor.person_id,
        agreed=tuple(sorted(names[answer.person_id] for answer in row.answers if answer.agrees)),
        own=own,
        own_mark=date.by_person[actor.person_id or 0],
        marks=tuple(sorted(date.by_person.values())),
        coming=date.coming,
        shut_out=date.shut_out,
    )
