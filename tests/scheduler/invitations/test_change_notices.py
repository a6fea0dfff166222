"""Who is told what, by which kind of message, and how often."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import icalendar
import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from scheduler.calendars.feeds import Subject
from scheduler.calendars.model import Purpose
from scheduler.calendars.service import open_feed
from scheduler.db import Database
from scheduler.invitations.change_notices import announce_changes
from scheduler.invitations.model import InvitationWish
from scheduler.invitations.tables import InvitationRow
from scheduler.invitations.waiting_notices import STANDS_FOR
from scheduler.mail.service import send_waiting
from scheduler.mail.tables import MailRow
from scheduler.sessions.join_links import set_join_links
from scheduler.settings import Settings
from tests.mail_server import Inbox, calendar_parts, files, text_of
from tests.scheduler.calendars.hospital import FIRST_SESSION, NOW, Hospital, a_hospital
from tests.scheduler.invitations.post import (
    ADA,
    ADDRESSES,
    BEN,
    FAY,
    change_person,
    invitation_of,
    method_of,
    new_for,
    send,
    tell,
    want,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FAR, NEAR = FIRST_SESSION - 20 * DAY, FIRST_SESSION - 50 * HOUR


def test_a_published_term_is_one_message_with_all_dates(storage: Database, settings: Settings, inbox: Inbox) -> None:
    hospital = a_hospital(storage)
    assert tell(hospital, settings, FAR) == 5, "one each: four residents and the facilitator of both groups"
    [message] = new_for(inbox, ADA)
    [file] = files(message)
    calendar = icalendar.Calendar.from_ical(file)
    events = calendar.walk("VEVENT")
    assert (calendar["METHOD"], len(events)) == ("PUBLISH", 2)
    assert not any("ATTENDEE" in event for event in events)
    assert calendar_parts(message, "multipart/alternative") == [], "or programs would take it for an invitation"
    assert "Tuesday, 6 October 2026, 12:30–13:30 (London)" in text_of(message)
    assert "Tuesday, 3 November 2026, 11:30–12:30 (London)" in text_of(message), "after the clock change"
    [fays] = new_for(inbox, FAY)
    assert len(icalendar.Calendar.from_ical(files(fays)[0]).walk("VEVENT")) == 4


def test_what_is_told_is_not_told_again(storage: Database, settings: Settings, inbox: Inbox) -> None:
    hospital = a_hospital(storage)
    tell(hospital, settings, FAR)
    assert [tell(hospital, settings, FAR + days * DAY) for days in (1, 2)] == [0, 0]


def test_what_is_changed_within_a_minute_is_told_together(hospital: Hospital, settings: Settings) -> None:
    assert announce_changes(hospital.database, settings, NOW) == 0
    assert announce_changes(hospital.database, settings, NOW + STANDS_FOR) == 5


def test_a_change_is_told_to_those_whom_it_concerns(hospital: Hospital, settings: Settings, inbox: Inbox) -> None:
    tell(hospital, settings, FAR)
    inbox.messages.clear()
    hospital.move("g1", 0, FIRST_SESSION + HOUR)
    tell(hospital, settings, FAR + DAY)
    assert sorted(message["To"] for message in inbox.messages) == sorted(ADDRESSES.values())
    for message in inbox.messages:
        event = invitation_of(message)
        assert str(event["ATTENDEE"]) == f"mailto:{message['To']}", "nobody else's address is in it"
        assert "It was on" in text_of(message)
        others = set(ADDRESSES.values()) - {message["To"]}
        assert not any(other in message.as_string() for other in others)


def test_changes_of_several_sessions_far_off_are_one_message(
    hospital: Hospital, settings: Settings, inbox: Inbox
) -> None:
    tell(hospital, settings, FAR)
    new_for(inbox, ADA)
    hospital.move("g1", 0, FIRST_SESSION + HOUR)
    del hospital.planned["g1", 1]
    tell(hospital, settings, FAR + DAY)
    [message] = new_for(inbox, ADA)
    assert (method_of(message), message["Subject"]) == ("PUBLISH", "Changes to 2 of your mentoring sessions")
    assert "- Moved: Tuesday, 6 October 2026, 13:30–14:30" in text_of(message)
    assert "- Cancelled: Tuesday, 3 November 2026" in text_of(message)


def test_what_stands_in_a_calendar_as_an_invitation_is_kept_right_by_invitations(
    hospital: Hospital, settings: Settings, inbox: Inbox
) -> None:
    tell(hospital, settings, FAR)
    hospital.move("g1", 0, FIRST_SESSION + HOUR)
    tell(hospital, settings, FAR + DAY)
    want(hospital, ADA, InvitationWish.NONE)
    new_for(inbox, ADA)
    hospital.move("g1", 0, FIRST_SESSION + 2 * HOUR)
    hospital.move("g1", 1, FIRST_SESSION + 28 * DAY + HOUR)
    tell(hospital, settings, FAR + 2 * DAY)
    [message] = new_for(inbox, ADA)
    assert method_of(message) == "REQUEST"
    assert invitation_of(message)["SEQUENCE"] == 2


@pytest.mark.parametrize(
    ("wish", "first", "near"),
    [
        (InvitationWish.EACH, "PUBLISH", "REQUEST"),
        (InvitationWish.NEAR, "PUBLISH", "REQUEST"),
        (InvitationWish.NONE, "", ""),
    ],
)
def test_everybody_is_told_of_the_term_and_of_near_changes_and_of_others_as_they_wish(
    hospital: Hospital, settings: Settings, inbox: Inbox, wish: InvitationWish, first: str, near: str
) -> None:
    want(hospital, ADA, wish)
    tell(hospital, settings, FAR)
    assert [method_of(message) for message in new_for(inbox, ADA)] == [first]
    hospital.move("g1", 1, FIRST_SESSION + 29 * DAY)
    tell(hospital, settings, FAR + DAY)
    assert [method_of(message) for message in new_for(inbox, ADA)] == (
        ["REQUEST"] if wish is InvitationWish.EACH else []
    )
    hospital.move("g1", 0, FIRST_SESSION + 2 * HOUR)
    tell(hospital, settings, NEAR)
    [message] = new_for(inbox, ADA)
    assert method_of(message) == near
    assert "14:30–15:30" in text_of(message)


def test_whoever_has_a_calendar_link_is_not_invited_to_everything_beside_it(
    hospital: Hospital, settings: Settings, inbox: Inbox
) -> None:
    tell(hospital, settings, FAR)
    with hospital.database.writing() as db:
        open_feed(db, hospital.actor(ADA), Subject(Purpose.PERSON), FAR)
    new_for(inbox, ADA), new_for(inbox, BEN)
    hospital.move("g1", 1, FIRST_SESSION + 29 * DAY)
    tell(hospital, settings, FAR + DAY)
    assert (len(new_for(inbox, ADA)), len(new_for(inbox, BEN))) == (0, 1)


def test_whoever_is_no_longer_expected_is_told_and_learns_nothing_new(
    hospital: Hospital, settings: Settings, inbox: Inbox
) -> None:
    tell(hospital, settings, FAR)
    hospital.move("g1", 0, FIRST_SESSION + HOUR)
    tell(hospital, settings, FAR + DAY)
    new_for(inbox, ADA), new_for(inbox, BEN)
    session = hospital.planned["g1", 0]
    without = {who: part for who, part in session.attendees.items() if who != hospital.people[ADA]}
    hospital.planned["g1", 0] = replace(session, attendees=without, room_id=None)
    hospital.move("g1", 0, FIRST_SESSION + 5 * HOUR)
    tell(hospital, settings, FAR + 2 * DAY)
    [message] = new_for(inbox, ADA)
    event = invitation_of(message)
    assert (method_of(message), str(event["STATUS"]), event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 2)
    assert message["Subject"].startswith("You’re no longer expected: mentoring on"), "not “cancelled”: the others meet"
    assert "Hello Ada,\n\nYou’re no longer expected at this mentoring session:" in text_of(message)
    assert event["DTSTART"].dt == FIRST_SESSION + HOUR, "when the others meet now is not theirs to know"
    assert "Room 3" in str(event["LOCATION"])
    assert [method_of(message) for message in new_for(inbox, BEN)] == ["REQUEST"]
    hospital.planned["g1", 0] = replace(hospital.planned["g1", 0], attendees=session.attendees)
    tell(hospital, settings, FAR + 3 * DAY)
    [message] = new_for(inbox, ADA)
    assert (method_of(message), "Back on" in message["Subject"]) == ("REQUEST", True)


def test_a_new_way_to_join_is_told(hospital: Hospital, settings: Settings, inbox: Inbox) -> None:
    tell(hospital, settings, FAR)
    inbox.messages.clear()
    cleo = hospital.actor("Cleo Thistlewick")
    with hospital.database.writing() as db:
        set_join_links(db, cleo, hospital.programme_id, "g2", "https://video.example/g2", "+44 20 7946 0000", FAR + DAY)
    send(hospital, settings, FAR + DAY + STANDS_FOR)
    [message] = inbox.taken("cleo@example.org")
    assert "Join: https://video.example/g2" in text_of(message)
    assert "Call: +44 20 7946 0000" in text_of(message)
    assert inbox.taken(ADDRESSES[ADA]) == []


def test_mail_is_in_the_language_and_on_the_clock_of_whoever_reads_it(
    hospital: Hospital, settings: Settings, inbox: Inbox
) -> None:
    change_person(hospital, ADA, zone="America/New_York")
    change_person(hospital, BEN, zone="Australia/Sydney", language="fr")
    hospital.planned = {key: plan for key, plan in hospital.planned.items() if key == ("g1", 0)}
    tell(hospital, settings, FAR)
    [adas], [bens] = new_for(inbox, ADA), new_for(inbox, BEN)
    assert "07:30–08:30 (New York), that is 12:30–13:30 in London" in text_of(adas)
    assert "22:30–23:30 (Sydney)" in text_of(bens)
    assert "mardi 6 octobre 2026" in text_of(bens)
    [file] = files(bens)
    assert b"SUMMARY:S\xc3\xa9ance de mentorat" in file


def test_a_letter_that_waited_is_replaced_by_one_that_is_true(
    hospital: Hospital, settings: Settings, inbox: Inbox
) -> None:
    """The mail server is away while a term is published and changed; then people get one letter, not two."""
    away = Settings("", settings.secret_key, smtp_url="smtp://127.0.0.1:9", mail_from="rounds@example.org")
    tell(hospital, away, FAR)
    hospital.move("g1", 0, FIRST_SESSION + HOUR)
    tell(hospital, away, FAR + HOUR)
    assert inbox.messages == []
    send_waiting(hospital.database, settings, FAR + DAY)
    [message] = new_for(inbox, ADA)
    starts = [event["DTSTART"].dt for event in icalendar.Calendar.from_ical(files(message)[0]).walk("VEVENT")]
    assert starts == [FIRST_SESSION + HOUR, hospital.planned["g1", 1].starts_at]


@pytest.mark.parametrize("wish", [InvitationWish.NEAR, InvitationWish.NONE])
def test_a_letter_that_waited_is_told_whole_again_to_those_too_who_want_few(
    hospital: Hospital, settings: Settings, inbox: Inbox, wish: InvitationWish
) -> None:
    want(hospital, ADA, wish)
    away = Settings("", settings.secret_key, smtp_url="smtp://127.0.0.1:9", mail_from="rounds@example.org")
    tell(hospital, away, FAR)
    hospital.move("g1", 0, FIRST_SESSION + HOUR)
    tell(hospital, away, FAR + HOUR)
    send_waiting(hospital.database, settings, FAR + DAY)
    texts = "".join(text_of(message) for message in new_for(inbox, ADA))
    assert "13:30–14:30" in texts
    assert "3 November" in texts


@pytest.mark.parametrize("wish", list(InvitationWish))
def test_a_new_term_is_told_to_everybody(
    hospital: Hospital, settings: Settings, inbox: Inbox, wish: InvitationWish
) -> None:
    want(hospital, ADA, wish)
    tell(hospital, settings, FAR)
    new_for(inbox, ADA)
    last = hospital.planned["g1", 1]
    for number in (2, 3):
        starts_at = last.starts_at + number * 28 * DAY
        again = replace(last, round=number, starts_at=starts_at, ends_at=starts_at + HOUR)
        hospital.planned["g1", number] = again
    tell(hospital, settings, last.ends_at + DAY)
    [message] = new_for(inbox, ADA)
    assert message["Subject"] == "Your 2 mentoring dates"


def test_sessions_of_the_past_are_not_told(hospital: Hospital, settings: Settings, inbox: Inbox) -> None:
    send(hospital, settings, FIRST_SESSION + 14 * DAY)
    [message] = new_for(inbox, ADA)
    assert invitation_of(message)["DTSTART"].dt == hospital.planned["g1", 1].starts_at


def test_of_two_that_tell_at_once_only_one_does(storage: Database, settings: Settings, inbox: Inbox) -> None:
    hospital = a_hospital(storage)

    def attempt(_: int) -> None:
        with suppress(IntegrityError):
            announce_changes(hospital.database, settings, NOW + STANDS_FOR)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(attempt, range(3)))
    send(hospital, settings, NOW + STANDS_FOR)
    assert len(new_for(inbox, ADA)) == 1


def test_what_is_kept_of_a_letter_that_is_sent_tells_nothing(hospital: Hospital, settings: Settings) -> None:
    tell(hospital, settings, FAR)
    with hospital.database.reading() as db:
        rows = db.scalars(select(MailRow)).all()
        told = db.scalars(select(InvitationRow.mail_id)).all()
    assert {(row.text, row.calendar, row.sender, row.stop_url) for row in rows} == {("", "", "", "")}
    assert set(told) == {row.id for row in rows}


def test_a_group_that_goes_on_without_a_facilitator_reads_that_and_no_reason(
    hospital: Hospital, settings: Settings, inbox: Inbox
) -> None:
    tell(hospital, settings, FAR)
    new_for(inbox, ADA)
    session, fay = hospital.planned["g1", 0], hospital.people[FAY]
    without = {who: what for who, what in session.attendees.items() if who != fay}
    hospital.planned["g1", 0] = replace(session, attendees=without)
    tell(hospital, settings, FAR + DAY)
    [message] = new_for(inbox, ADA)
    assert message["Subject"] == "No facilitator at the moment: mentoring on Tue 6 Oct, 12:30"
    assert "There’s no facilitator for your mentoring session at the moment." in text_of(message)
    assert "Fay" not in text_of(message)
