"""A proposed date is answered from the mail by a button; opening the link changes nothing."""

from __future__ import annotations

from sqlalchemy import select

from scheduler import clock
from scheduler.invitations.tables import DateQuestionRow
from scheduler.mail.addresses import TagKind, Tags
from scheduler.sessions.model import ProposalState
from scheduler.sessions.tables import AttendeeRow, ProposalAnswerRow, ProposalRow, SessionRow
from scheduler.settings import Settings
from tests.web.builders import RESIDENT, Pages, everything_stored, words_of


def a_question(pages: Pages) -> tuple[str, int]:
    """The link to a date that somebody else proposes to the resident's group, and the proposal's number."""
    me = pages.ids[RESIDENT]
    with pages.database.writing() as db:
        session = db.scalars(
            select(SessionRow)
            .join(AttendeeRow, AttendeeRow.session_id == SessionRow.id)
            .where(AttendeeRow.person_id == me, SessionRow.starts_at > clock.now())
            .order_by(SessionRow.starts_at)
        ).all()[-1]
        other = next(each.person_id for each in session.attendees if each.person_id != me)
        proposal = ProposalRow(
            programme_id=session.programme_id, group_key=session.group_key, session_id=session.id, by_id=other
        )
        proposal.starts_at, proposal.made_at, proposal.state = session.starts_at, clock.now(), ProposalState.OPEN
        db.add(proposal)
        db.flush()
        question = DateQuestionRow(proposal_id=proposal.id, person_id=me)
        db.add(question)
        db.flush()
        return f"/mail/date/{Tags(Settings('', 'k' * 40)).sign(TagKind.DATE, question.id)}", proposal.id


def test_a_date_is_answered_once_by_its_button(pages: Pages) -> None:
    path, proposal = a_question(pages)
    stranger = pages.stranger()
    before = everything_stored(pages.database)
    assert "Can you make this date?" in words_of(stranger.get(path).text)
    assert everything_stored(pages.database) == before, "scanners of mail open every link"
    assert stranger.post(path, {"answer": "no"}).status_code == 303
    assert "You’ve said no to" in words_of(stranger.get(path).text)
    again = stranger.post(path, {"answer": "yes"})
    assert again.status_code == 409
    with pages.database.reading() as db:
        rows = db.scalars(select(ProposalAnswerRow).where(ProposalAnswerRow.proposal_id == proposal)).all()
    assert [(row.person_id, row.agrees) for row in rows] == [(pages.ids[RESIDENT], False)]


def test_a_link_that_somebody_made_up_is_none(pages: Pages) -> None:
    assert pages.stranger().get("/mail/date/d1-aaaaaaaaaaaaaaaaaaaaaaaa").status_code == 404
