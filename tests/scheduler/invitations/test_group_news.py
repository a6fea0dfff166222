"""The group is told of what concerns it, once, and can answer from the mail."""

from __future__ import annotations

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import update

from scheduler.errors import NotPossible
from scheduler.invitations import change_notices
from scheduler.invitations.choices import stop
from scheduler.invitations.date_questions import answer_question, get_question
from scheduler.jobs import correspondence
from scheduler.mail.addresses import TagKind, Tags
from scheduler.sessions.model import ProposalState
from scheduler.sessions.tables import AttendeeRow, ProposalAnswerRow, ProposalRow, SessionRow
from scheduler.settings import Settings
from tests.mail_server import Inbox, text_of
from tests.scheduler.calendars.hospital import FIRST_SESSION, Hospital
from tests.scheduler.invitations.post import ADA, BEN, FAY, new_for, tell
from tests.scheduler.invitations.test_waiting_notices import live

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FAR = FIRST_SESSION - 20 * DAY


@pytest.fixture
def told(hospital: Hospital, settings: Settings, inbox: Inbox) -> Hospital:
    tell(hospital, settings, FAR)
    inbox.messages.clear()
    return hospital


def mark(hospital: Hospital, name: str, value: str) -> None:
    with hospital.database.writing() as db:
        first = db.query(SessionRow).filter_by(group_key="g1", round=0).one().id
        place = AttendeeRow.session_id == first, AttendeeRow.person_id == hospital.people[name]
        db.execute(update(AttendeeRow).where(*place).values(mark=value))


def propose(hospital: Hospital, name: str | None, now=FAR) -> int:
    """Somebody, or the product, proposes another date for the first session of g1."""
    with hospital.database.writing() as db:
        session = db.query(SessionRow).filter_by(group_key="g1", round=0).one()
        row = ProposalRow(
            programme_id=hospital.programme_id,
            group_key="g1",
            session_id=session.id,
            starts_at=FIRST_SESSION + 7 * DAY,
            by_id=hospital.people[name] if name else None,
            made_at=now,
            state=ProposalState.OPEN,
        )
        if name:
            row.answers.append(ProposalAnswerRow(person_id=hospital.people[name], agrees=True, said_at=now))
        db.add(row)
        db.flush()
        return row.id


def test_that_too_few_can_come_is_told_to_everybody_once_with_dates_to_choose(
    told: Hospital, settings: Settings, inbox: Inbox
) -> None:
    mark(told, BEN, "?")
    propose(told, None)
    live(told, settings, FAR + DAY, FAR + DAY + 2 * HOUR, 2 * MINUTE)
    for name in (ADA, BEN, FAY):
        [message] = new_for(inbox, name)
        assert message["Subject"] == "Too few can come: mentoring on Tue 6 Oct, 12:30"
        assert "Tue 13 Oct, 12:30: https://rounds.example.org/mail/date/d" in text_of(message)
    assert inbox.messages == [], "not the other group"
    mark(told, BEN, "2")
    live(told, settings, FAR + 2 * DAY, FAR + 2 * DAY + HOUR, 2 * MINUTE)
    [message] = new_for(inbox, ADA)
    assert "Enough people can come on Tue 6 Oct, 12:30 after all." in text_of(message)


def test_what_is_mended_within_minutes_is_not_told(told: Hospital, settings: Settings, inbox: Inbox) -> None:
    mark(told, BEN, "?")
    live(told, settings, FAR + DAY, FAR + DAY + 3 * MINUTE)
    mark(told, BEN, "2")
    live(told, settings, FAR + DAY + 4 * MINUTE, FAR + DAY + HOUR, 2 * MINUTE)
    assert inbox.messages == []


def test_a_proposed_date_is_put_to_the_others_and_answered_once_from_the_mail(
    told: Hospital, settings: Settings, inbox: Inbox
) -> None:
    proposal = propose(told, ADA)
    live(told, settings, FAR + DAY, FAR + DAY + HOUR, 2 * MINUTE)
    assert new_for(inbox, ADA) == [], "who proposes knows it"
    [message] = new_for(inbox, BEN)
    assert f"{ADA} suggests Tue 13 Oct, 12:30 instead of Tue 6 Oct, 12:30." in text_of(message)
    link = re.search(r"https://rounds\.example\.org/mail/date/(\S+)", text_of(message))
    assert link
    question = Tags(settings).find_one(TagKind.DATE, link[1])
    assert question is not None
    now = FAR + DAY + 2 * HOUR
    with told.database.reading() as db:
        assert get_question(db, question, now).is_open
    with told.database.writing() as db:
        answer_question(db, question, False, now)
    with told.database.reading() as db:
        row = db.get_one(ProposalRow, proposal)
        assert {(each.person_id, each.agrees) for each in row.answers} == {
            (told.people[ADA], True),
            (told.people[BEN], False),
        }
        found = get_question(db, question, now)
        assert (found.is_open, found.said) == (False, False)
    with pytest.raises(NotPossible), told.database.writing() as db:
        answer_question(db, question, True, now)


def test_whoever_wants_no_mail_about_a_group_gets_none(told: Hospital, settings: Settings, inbox: Inbox) -> None:
    propose(told, ADA)
    live(told, settings, FAR + DAY, FAR + DAY + HOUR, 5 * MINUTE)
    [message] = new_for(inbox, BEN)
    [tag] = {tag for tag in Tags(settings).find(text_of(message)) if tag.kind is TagKind.STOP_GROUP}
    with told.database.writing() as db:
        stop(db, tag)
    inbox.messages.clear()
    mark(told, ADA, "?")
    live(told, settings, FAR + 2 * DAY, FAR + 2 * DAY + HOUR, 5 * MINUTE)
    assert (len(new_for(inbox, BEN)), len(new_for(inbox, FAY))) == (0, 1)


def test_that_a_session_has_begun_mends_nothing(told: Hospital, settings: Settings, inbox: Inbox) -> None:
    mark(told, BEN, "?")
    live(told, settings, FAR + DAY, FAR + DAY + HOUR, 5 * MINUTE)
    inbox.messages.clear()
    live(told, settings, FIRST_SESSION + MINUTE, FIRST_SESSION + 2 * HOUR, 5 * MINUTE)
    assert not [m for m in inbox.messages if "after all" in text_of(m)]


def test_groups_are_looked_at_once_a_minute(
    told: Hospital, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments, looked = iter([100.0, 100.0, 110.0, 159.0, 160.0, 160.0, 170.0]), []
    monkeypatch.setattr(correspondence, "time", SimpleNamespace(monotonic=lambda: next(moments)))
    monkeypatch.setattr(change_notices, "note_group_news", lambda *_: looked.append(True))
    letters, asked = correspondence.Correspondence(told.database, settings), []
    for _ in range(5):
        while letters.tell():
            pass
        asked.append(len(looked))
    assert asked == [1, 1, 1, 2, 2]
