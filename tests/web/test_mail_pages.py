"""Choose your e-mails: chosen on a page, ended by one tap, answered by upload; whom mail does not reach."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select, true

from scheduler import clock
from scheduler.db import Database
from scheduler.desk.wishes import wish_row
from scheduler.invitations.change_notices import announce_changes
from scheduler.invitations.choices import own_choices
from scheduler.invitations.model import Channel, InvitationWish, MailChoices
from scheduler.invitations.reminders import plan_reminders
from scheduler.invitations.tables import MailChoiceRow
from scheduler.mail.addresses import TagKind, Tags
from scheduler.mail.service import put_in_outbox, send_waiting
from scheduler.mail.troubles import note_trouble
from scheduler.people.model import Actor
from scheduler.people.tables import PersonRow
from scheduler.sessions.quorum import who_is_sorry
from scheduler.sessions.tables import SessionRow
from scheduler.settings import Settings
from tests.web.builders import (
    COORDINATOR,
    FACILITATOR,
    RESIDENT,
    Pages,
    Published,
    everything_stored,
    make_pages,
    words_of,
)

PATH = "/account/mail"
FORM = {"invitations": "near", "reminder": ["72", "2"], "quiet_from": "23:00", "quiet_to": "06:30"}
SENDING = Settings("", "k" * 40, smtp_url="smtp://127.0.0.1:9", mail_from="rounds@example.org", mail_tag="+")


def by_day() -> datetime:
    """A moment at which nobody is asleep, and everything has been left alone for long enough to be told."""
    return datetime.combine(clock.now().date() + timedelta(days=1), time(12), UTC)


def choices(pages: Pages, email: str = RESIDENT) -> MailChoices:
    with pages.database.reading() as db:
        return own_choices(db, Actor(pages.ids[email], "")).choices


@pytest.mark.parametrize("email", [RESIDENT, FACILITATOR])
def test_people_choose_what_comes_by_mail(pages: Pages, email: str) -> None:
    browser = pages.signed_in(email)
    assert re.search(r'value="each" checked', browser.get(PATH).text)
    assert browser.post(PATH, FORM).status_code == 303
    assert choices(pages, email) == MailChoices(InvitationWish.NEAR, (72, 2), time(23), time(6, 30))
    page = browser.get(PATH).text
    assert re.search(r'value="near" checked', page)
    assert re.findall(r'name="reminder" value="(\d+)" checked', page) == ["72", "2"]
    assert 'value="23:00"' in page


def test_times_that_are_none_are_refused_and_nothing_changes(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    before = everything_stored(pages.database)
    answer = browser.post(PATH, {**FORM, "quiet_from": "late"})
    assert answer.status_code == 422
    assert "“late” is not a valid time. Write it like 22:30." in answer.text
    assert everything_stored(pages.database) == before


def test_without_a_word_a_calendar_link_counts(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    browser.post("/calendar", {"purpose": "person"})
    page = browser.get(PATH).text
    assert re.search(r'value="near" checked', page)
    assert "most calendars will show each session twice" in page


def test_planned_reminders_are_shown_and_where_none_is_left_it_is_said(pages: Pages) -> None:
    with pages.database.reading() as db:
        start = db.scalars(select(SessionRow.starts_at).where(SessionRow.group_name.contains("Peer group 1"))).first()
    assert start
    long_before = start - timedelta(days=9)
    announce_changes(pages.database, SENDING, by_day())
    all_day = {**FORM, "reminder": ["168", "2"], "quiet_from": "06:00", "quiet_to": "23:59"}
    pages.signed_in(RESIDENT).post(PATH, all_day)
    while plan_reminders(pages.database, long_before):
        pass
    page = words_of(pages.signed_in(RESIDENT).get(PATH).text)
    assert "Your next reminders" in page
    assert "05:59, for the session on" in page or "23:59, for the session on" in page


@pytest.mark.parametrize(
    ("kind", "words"), [(TagKind.STOP_REMINDERS, "reminders"), (TagKind.STOP_INVITATIONS, "invitations")]
)
def test_one_tap_ends_mail_without_signing_in(pages: Pages, kind: TagKind, words: str) -> None:
    path = f"/mail/stop/{Tags(SENDING).sign(kind, pages.ids[RESIDENT])}"
    stranger = pages.stranger()
    page = stranger.get(path)
    assert f"Stop {words}" in page.text
    with pages.database.reading() as db:
        assert db.scalars(select(MailChoiceRow)).all() == [], "a scanner that opens the link ends nothing"
    assert f"any more {words}" in stranger.post(path).text
    found = choices(pages)
    assert (found.reminder_hours == ()) == (kind is TagKind.STOP_REMINDERS)
    assert (found.invitations is InvitationWish.NONE) == (kind is TagKind.STOP_INVITATIONS)


def test_one_tap_ends_what_a_coordinator_is_told_of_one_programme(pages: Pages) -> None:
    with pages.database.writing() as db:
        cora = db.scalars(select(PersonRow.id).where(PersonRow.email == COORDINATOR)).one()
        wish_id = wish_row(db, pages.programme_id, cora).id
    path, stranger = f"/mail/stop/{Tags(SENDING).sign(TagKind.STOP_DESK, wish_id)}", pages.stranger()
    assert "Stop e-mails about what needs you?" in words_of(stranger.get(path).text)
    assert "We’ll no longer e-mail you about what needs you" in words_of(stranger.post(path).text)
    assert '<option value="never" selected' in pages.signed_in(COORDINATOR).get(PATH).text


def test_the_button_of_a_mail_program_needs_no_token(pages: Pages) -> None:
    """RFC 8058: a POST from elsewhere, with this form and no cookie."""
    path = f"/mail/stop/{Tags(SENDING).sign(TagKind.STOP_REMINDERS, pages.ids[RESIDENT])}"
    client = pages.app.test_client(use_cookies=False)
    assert client.post(path, data={"anything": "else"}).status_code == 400
    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert choices(pages).reminder_hours == ()


def test_a_made_up_link_ends_nothing(pages: Pages) -> None:
    tags, person_id = Tags(SENDING), pages.ids[RESIDENT]
    for secret in (f"s{person_id}-{'a' * 24}", tags.sign(TagKind.ANSWER, person_id), "x"):
        assert pages.stranger().get(f"/mail/stop/{secret}").status_code == 404
        answer = pages.stranger().client.post(f"/mail/stop/{secret}", data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 404
    with pages.database.reading() as db:
        assert db.scalars(select(MailChoiceRow)).all() == []


def test_an_answer_is_uploaded(pages: Pages) -> None:
    announce_changes(pages.database, SENDING, by_day())
    with pages.database.reading() as db:
        session = db.scalars(select(SessionRow).where(SessionRow.group_name.contains("Peer group 1"))).first()
    assert session
    answer = "\r\n".join([
        "BEGIN:VCALENDAR", "METHOD:REPLY", "BEGIN:VEVENT", f"UID:{session.uid}", "DTSTAMP:20300101T000000Z",
        f"SEQUENCE:{session.sequence}", f"ATTENDEE;PARTSTAT=DECLINED:mailto:{RESIDENT}", "END:VEVENT",
        "END:VCALENDAR", "",
    ]).encode()  # fmt: skip
    browser = pages.signed_in(RESIDENT)
    assert browser.upload(f"{PATH}/answer", answer, "reply.ics").status_code == 303
    with pages.database.reading() as db:
        assert {person_id for _, person_id in who_is_sorry(db, true())} == {pages.ids[RESIDENT]}
    facilitator = pages.signed_in(FACILITATOR)
    before = everything_stored(pages.database)
    assert facilitator.upload(f"{PATH}/answer", answer, "reply.ics").status_code == 404
    refused = browser.upload(f"{PATH}/answer", b"hello", "reply.ics")
    assert (refused.status_code, "does not contain a calendar" in refused.text) == (422, True)
    assert everything_stored(pages.database) == before


def test_the_coordinator_sees_whom_mail_does_not_reach_and_what_to_do(published: Published, database: Database) -> None:
    pages = make_pages(published, database, smtp_url="smtp://127.0.0.1:9")
    coordinator = pages.signed_in(COORDINATOR)
    path = pages.path("/mail")
    assert "our e-mails reach everyone" in coordinator.get(path).text
    with pages.database.writing() as db:
        note_trouble(db, RESIDENT, "returned", "5.1.1", clock.now())
        note_trouble(db, "stranger@example.org", "refused", "5.7.1", clock.now())
    page = words_of(coordinator.get(path).text)
    assert "Ada Quill" in page
    assert "This e-mail address does not exist." in page
    assert "correct it in your list of people" in page
    assert "stranger@example.org" not in page
    assert "We can’t reach 1 person by e-mail" in words_of(coordinator.get(pages.path()).text)
    answer = coordinator.post(pages.path(f"/mail/people/{pages.ids[RESIDENT]}"))
    assert answer.status_code == 303
    assert "our e-mails reach everyone" in coordinator.get(path).text


def test_messages_that_wait_are_told(published: Published, database: Database) -> None:
    pages = make_pages(published, database, smtp_url="smtp://127.0.0.1:9")
    with database.writing() as db:
        put_in_outbox(db, "a@example.org", "Hello", "Hello", clock.now())
    send_waiting(database, SENDING, clock.now())
    page = words_of(pages.signed_in(COORDINATOR).get(pages.path("/mail")).text)
    assert "1 e-mail could not be sent yet" in page


def test_where_no_mail_is_sent_it_is_said(pages: Pages) -> None:
    page = pages.signed_in(COORDINATOR).get(pages.path("/mail")).text
    assert "E-mails can’t be sent yet" in page
    assert "reach everyone" not in page
    assert "We can’t send e-mails from here at the moment" in pages.signed_in(RESIDENT).get(PATH).text


TEXTING = {"text_gateway": "http://127.0.0.1:9/send"}


def test_text_messages_are_offered_only_where_they_are_sent(published: Published, database: Database) -> None:
    pages = make_pages(published, database)
    browser = pages.signed_in(RESIDENT)
    assert 'value="text"' not in browser.get(PATH).text
    assert browser.post(PATH, {**FORM, "channel": "text", "number": "+44 7700 900123"}).status_code == 422
    assert choices(pages).number == ""
    pages = make_pages(published, database, **TEXTING)
    browser = pages.signed_in(RESIDENT)
    assert 'value="text"' in browser.get(PATH).text
    refused = browser.post(PATH, {**FORM, "channel": "text", "number": "call me"})
    assert refused.status_code == 422
    assert "country’s code" in refused.text
    assert browser.post(PATH, {**FORM, "channel": "text", "number": "07700 900123"}).status_code == 303
    assert choices(pages).number == "+44 7700 900123"
    assert "+44 7700 900123" in browser.get(PATH).text
    assert browser.post(PATH, {**FORM, "channel": "email", "number": "07700 900123"}).status_code == 303
    assert choices(pages).number == ""


def test_the_calendar_alone_is_offered_only_with_a_calendar_link(pages: Pages) -> None:
    browser = pages.signed_in(RESIDENT)
    assert 'value="calendar"' not in browser.get(PATH).text
    assert browser.post(PATH, {**FORM, "channel": "calendar"}).status_code == 422
    browser.post("/calendar", {"purpose": "person"})
    assert 'value="calendar"' in browser.get(PATH).text
    assert browser.post(PATH, {**FORM, "channel": "calendar"}).status_code == 303
    assert choices(pages).channel is Channel.CALENDAR


def test_nobody_but_its_owner_sees_a_number(published: Published, database: Database) -> None:
    pages = make_pages(published, database, **TEXTING)
    pages.signed_in(RESIDENT).post(PATH, {**FORM, "channel": "text", "number": "+44 7700 900123"})
    for who in (COORDINATOR, FACILITATOR):
        browser = pages.signed_in(who)
        for path in (PATH, pages.path(f"/people/{pages.ids[RESIDENT]}"), pages.path("/people"), pages.path("/mail")):
            assert "900123" not in browser.get(path).text
