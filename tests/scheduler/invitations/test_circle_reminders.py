"""Members are reminded of their circles' dates as of other sessions, and nobody else hears of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select

from scheduler import clock
from scheduler.circles.dates import find_dates
from scheduler.circles.service import leave_circle
from scheduler.circles.tables import CircleMeetingRow, CircleReminderRow
from scheduler.db import Database
from scheduler.enrolment.new_addresses import give_address
from scheduler.invitations.choices import choose
from scheduler.invitations.circle_reminders import remind_of_circles
from scheduler.invitations.model import Channel, MailChoices
from scheduler.mail.tables import MailRow, TextRow
from scheduler.people.tables import PersonRow
from scheduler.settings import Settings
from scheduler.signing_in.links import start_login
from tests.scheduler.circles.test_service import ADA, BEN, CAT, begun, offer
from tests.scheduler.sessions.term import Term, a_term

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SETTINGS = Settings("sqlite://", "k" * 32, base_url="https://rounds.example")


@pytest.fixture
def dated(database: Database) -> tuple[Term, int, datetime]:
    """A circle of Ada, Ben and Cat with dates, nothing of which is in the outbox any more; its first date."""
    term = a_term(database)
    offer(term, circles=True)
    circle = begun(term, ADA, BEN, CAT)
    with term.database.writing() as db:
        assert find_dates(db, term.actor(ADA), circle.id, clock.now())
        first = db.scalars(select(CircleMeetingRow.starts_at).order_by(CircleMeetingRow.starts_at)).first()
        assert first
        for name in (ADA, BEN, CAT):
            choose(db, term.actor(name), MailChoices(reminder_hours=(24,), quiet_from=time(), quiet_to=time()))
        for mail in db.scalars(select(MailRow)).all():
            db.delete(mail)
    return term, circle.id, first


def reminded(term: Term, now: datetime) -> list[str]:
    """The addresses to which a reminder goes now."""
    remind_of_circles(term.database, SETTINGS, now)
    with term.database.writing() as db:
        found = db.scalars(select(MailRow)).all()
        for mail in found:
            db.delete(mail)
        return sorted(mail.address for mail in found)


def test_each_member_once_at_the_hours_they_chose(dated: tuple[Term, int, datetime]) -> None:
    term, circle_id, first = dated
    everybody = ["ada.quill@example.org", "ben.marrow@example.org", "cat.osier@example.org"]
    assert reminded(term, first - 25 * HOUR) == []
    with term.database.writing() as db:
        choose(db, term.actor(BEN), MailChoices(reminder_hours=(), quiet_from=time(), quiet_to=time()))
        leave_circle(db, term.actor(CAT), circle_id, clock.now())
    assert reminded(term, first - 24 * HOUR) == everybody[:1]
    assert reminded(term, first - 23 * HOUR) == []
    with term.database.writing() as db:
        choose(db, term.actor(BEN), MailChoices(reminder_hours=(24, 2), quiet_from=time(), quiet_to=time()))
    assert reminded(term, first - 2 * HOUR) == everybody[1:2], "one for both that are due"
    assert reminded(term, first - 2 * HOUR) == []
    with term.database.reading() as db:
        assert len(db.scalars(select(CircleReminderRow)).all()) == 3


def test_it_names_neither_circle_nor_programme_and_is_answered_to_nobody_who_runs_one(
    dated: tuple[Term, int, datetime],
) -> None:
    term, _, first = dated
    remind_of_circles(term.database, SETTINGS, first - 24 * HOUR)
    with term.database.reading() as db:
        mails = db.scalars(select(MailRow)).all()
    assert len(mails) == 3
    for mail in mails:
        assert not mail.reply_to
        assert mail.subject == "Group – 60 min"
        assert not {"Common ground", "Spring term", "Room 4", "Quill", "Marrow"} & set(mail.text.split("\n"))
        assert "Common" not in mail.text
        assert "Spring" not in mail.text
        assert "circle" not in mail.text.lower(), "nor by its address"


def test_nobody_is_woken_and_nobody_hears_what_they_have_just_been_told(dated: tuple[Term, int, datetime]) -> None:
    term, _, first = dated
    due = first - 24 * HOUR
    with term.database.writing() as db:
        for name, quiet in ((ADA, (due - HOUR, due + HOUR)), (BEN, (due + HOUR, due + 2 * HOUR))):
            begins, ends = (moment.time().replace(tzinfo=None) for moment in quiet)
            choose(db, term.actor(name), MailChoices(reminder_hours=(24,), quiet_from=begins, quiet_to=ends))
        choose(db, term.actor(CAT), MailChoices(reminder_hours=(168,), quiet_from=time(), quiet_to=time()))
        for meeting in db.scalars(select(CircleMeetingRow)):
            meeting.found_at = first - 100 * HOUR
    assert reminded(term, due) == ["ben.marrow@example.org"]
    assert reminded(term, due + HOUR) == ["ada.quill@example.org"]
    assert reminded(term, first - 2 * HOUR) == [], "Cat was told of the date after a week before it"


def test_a_reminder_that_comes_too_late_is_left_out(dated: tuple[Term, int, datetime]) -> None:
    term, _, first = dated
    assert reminded(term, first - 30 * MINUTE) == []


def test_nothing_goes_to_an_address_that_somebody_else_has_given_them(dated: tuple[Term, int, datetime]) -> None:
    term, circle_id, first = dated
    with term.database.writing() as db:
        ben = db.get_one(PersonRow, term.id_of(BEN))
        start_login(db, ben.id, "", clock.now())
        give_address(db, term.here.coordinator, term.programme_id, ben, "really.hers@example.org", first - 30 * HOUR)
        for mail in db.scalars(select(MailRow)).all():
            db.delete(mail)
        for meeting in db.scalars(select(CircleMeetingRow)).all():
            if meeting.starts_at > first:
                db.delete(meeting)
    with term.database.writing() as db:
        find_dates(db, term.actor(ADA), circle_id, clock.now())
    told = ["ada.quill@example.org", "cat.osier@example.org", "cat.osier@example.org"]
    assert reminded(term, first - 24 * HOUR) == told, "reminders, and that there are new dates"


def test_a_text_on_a_locked_phone_leads_to_the_first_page(dated: tuple[Term, int, datetime]) -> None:
    term, _, first = dated
    with term.database.writing() as db:
        wanted = MailChoices(channel=Channel.TEXT, number="+447700900123", reminder_hours=(24,))
        choose(db, term.actor(ADA), wanted, texts=True)
    remind_of_circles(term.database, replace(SETTINGS, text_gateway="https://gateway.example"), first - 24 * HOUR)
    with term.database.reading() as db:
        [text] = db.scalars(select(TextRow.text)).all()
    assert text.endswith("https://rounds.example")
    assert "circle" not in text.lower()
