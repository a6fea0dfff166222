"""Answering a proposed date by the link in a mail: once, without signing in, and by a button, since scanners of mail
open every link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update

from scheduler.audit.service import record
from scheduler.db import Db
from scheduler.errors import NotFound, NotPossible
from scheduler.invitations.tables import DateQuestionRow
from scheduler.languages import say
from scheduler.people.model import Actor
from scheduler.people.tables import PersonRow
from scheduler.plans.membership import closed_groups, group_roster
from scheduler.programmes.service import get_programme
from scheduler.sessions.model import ProposalState
from scheduler.sessions.proposals import Outcome, answer
from scheduler.sessions.tables import ProposalRow, SessionRow


@dataclass(frozen=True, slots=True)
class DateQuestion:
    """A date that somebody is asked about. ``by`` is empty for what the product offers, ``instead`` None for an extra
    session; ``is_open`` is false once it was answered by its link, settled or withdrawn; ``said`` is what was answered,
    ``is_adopted`` whether the group meets then."""

    starts_at: datetime
    instead: datetime | None
    by: str
    zone: str
    is_open: bool
    said: bool | None = None
    is_adopted: bool = False


def get_question(db: Db, question_id: int, now: datetime) -> DateQuestion:
    """The question that a link names. Raises NotFound where it is no more."""
    row, proposal, person = _rows(db, question_id)
    session = db.get(SessionRow, proposal.session_id) if proposal.session_id is not None else None
    by = db.get(PersonRow, proposal.by_id) if proposal.by_id is not None else None
    said = next((each.agrees for each in proposal.answers if each.person_id == row.person_id), None)
    return DateQuestion(
        starts_at=proposal.starts_at,
        instead=session.starts_at if session else None,
        by=by.name if by else "",
        zone=person.zone or get_programme(db, proposal.programme_id).zone,
        is_open=row.used_at is None and proposal.state == ProposalState.OPEN and proposal.starts_at > now,
        said=said if row.used_at else None,
        is_adopted=proposal.state == ProposalState.ADOPTED,
    )


def answer_question(db: Db, question_id: int, agrees: bool, now: datetime) -> Outcome:
    """Say yes or no to the date, as the person whom the link names. Raises NotPossible for a link that was used."""
    _, proposal, person = _rows(db, question_id)
    unused = DateQuestionRow.id == question_id, DateQuestionRow.used_at.is_(None)
    if not db.scalars(update(DateQuestionRow).where(*unused).values(used_at=now).returning(DateQuestionRow.id)).all():
        raise NotPossible(
            say("This link has expired or been used."), what_to_do=say("You can still answer on your group’s page.")
        )
    actor = Actor(person.id, person.name)
    outcome = answer(db, actor, proposal.id, agrees, now)
    record(db, actor, "date.answered_by_mail", now, proposal.programme_id, proposal=proposal.id)
    return outcome


def _rows(db: Db, question_id: int) -> tuple[DateQuestionRow, ProposalRow, PersonRow]:
    row = db.get(DateQuestionRow, question_id)
    proposal = db.get(ProposalRow, row.proposal_id) if row else None
    if row is None or proposal is None:
        raise NotFound(say("This link is not one of ours, or no longer works."))
    person = db.get_one(PersonRow, row.person_id)
    group = (proposal.programme_id, proposal.group_key)
    if closed_groups(db, Actor(person.id, person.name), {group: group_roster(db, *group)}):
        raise NotFound(say("This link is not one of ours, or no longer works."))
    return row, proposal, person
