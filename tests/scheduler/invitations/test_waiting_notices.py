"""When people are told: once nothing that concerns them has changed for a while, and never while they sleep."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select, update

from scheduler.availability.entries import pause
from scheduler.invitations.change_notices import announce_changes
from scheduler.invitations.quiet_hours import asleep_until
from scheduler.invitations.tables import InvitationRow
from scheduler.invitations.waiting_notices import LATEST, STANDS_FOR
from scheduler.mail.model import Letter
from scheduler.mail.service import post, send_waiting
from scheduler.sessions.tables import AttendeeRow
from scheduler.settings import Settings
from tests.mail_server import Inbox, text_of
from tests.scheduler.calendars.hospital import FIRST_SESSION, Hospital
from tests.scheduler.invitations.post import ADA, ADDRESSES, BEN, invitation_of, method_of, new_for, send, tell, want
from tests.scheduler.invitations.test_reminders import give_nights

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FAR = FIRST_SESSION - 20 * DAY


def publish(hospital: Hospital, now: datetime) -> None:
    with hospital.database.writing() as db:
        hospital.publish(db, now)


def live(hospital: Hospital, settings: Settings, start: datetime, end: datetime, step: timedelta = MINUTE) -> None:
    """What the background does from one moment to another."""
    now = start
    while now <= end:
        send(hospital, settings, now)
        now += step


@pytest.fixture
def told(hospital: Hospital, settings: Settings, inbox: Inbox) -> Hospital:
    """The term is published and told, and nothing of that is in the inbox any more."""
    tell(hospital, settings, FAR)
    inbox.messages.clear()
    return hospital


def test_five_moves_of_one_session_are_one_mail_with_the_old_and_the_new_date(
    told: Hospital, settings: Settings, inbox: Inbox
) -> None:
    told.move("g1", 0, FIRST_SESSION + HOUR)
    tell(told, settings, FAR + DAY)
    [known] = new_for(inbox, ADA)
    inbox.messages.clear()
    for number in range(5):
        now = FAR + 2 * DAY + 2 * number * MINUTE
        told.move("g1", 0, FIRST_SESSION + (number + 2) * HOUR)
        publish(told, now)
        send(told, settings, now + MINUTE)
    live(told, settings, now, now + HOUR)
    assert sorted(message["To"] for message in inbox.messages) == sorted(ADDRESSES.values()), "one to each person"
    [message] = new_for(inbox, ADA)
    assert "Tuesday, 6 October 2026, 18:30–19:30" in text_of(message)
    assert "It was on Tuesday, 6 October 2026, 13:30–14:30" in text_of(message)
    before, after = invitation_of(known), invitation_of(message)
    assert (after["UID"], after["ORGANIZER"]) == (before["UID"], before["ORGANIZER"])
    assert after["SEQUENCE"] > before["SEQUENCE"]


@pytest.mark.parametrize("holds_invitation", [False, True])
def test_what_is_moved_back_is_not_told(
    told: Hospital, settings: Settings, inbox: Inbox, holds_invitation: bool
) -> None:
    start = FIRST_SESSION
    if holds_invitation:
        start += HOUR
        told.move("g1", 0, start)
        tell(told, settings, FAR + DAY)
        inbox.messages.clear()
    now = FAR + 2 * DAY
    for number, to in enumerate((start + 2 * HOUR, start + 3 * HOUR, start)):
        told.move("g1", 0, to)
        publish(told, now + 2 * number * MINUTE)
        send(told, settings, now + 2 * number * MINUTE + MINUTE)
    live(told, settings, now + 4 * MINUTE, now + HOUR)
    assert inbox.messages == []
    with told.database.reading() as db:
        assert db.scalars(select(InvitationRow.starts_at)).all()


def test_it_is_not_put_off_for_ever(told: Hospital, settings: Settings, inbox: Inbox) -> None:
    now = FAR + DAY
    while not inbox.messages:
        told.move("g1", 0, told.planned["g1", 0].starts_at + 5 * MINUTE)
        publish(told, now)
        send(told, settings, now + MINUTE)
        now += 2 * MINUTE
    assert LATEST <= now - (FAR + DAY) <= LATEST + 4 * MINUTE


def test_a_change_of_what_begins_soon_is_told_soon(told: Hospital, settings: Settings, inbox: Inbox) -> None:
    now = FIRST_SESSION - 3 * HOUR
    told.move("g1", 0, FIRST_SESSION + HOUR)
    publish(told, now)
    send(told, settings, now + MINUTE)
    assert [method_of(message) for message in new_for(inbox, ADA)] == ["REQUEST"]


def test_following_up_again_tells_nobody(told: Hospital, settings: Settings, inbox: Inbox) -> None:
    publish(told, FAR + DAY)
    live(told, settings, FAR + DAY, FAR + DAY + 2 * HOUR, 10 * MINUTE)
    assert inbox.messages == []


def test_nobody_is_mailed_while_asleep_and_everything_comes_once_when_awake(
    told: Hospital, settings: Settings, inbox: Inbox
) -> None:
    night = datetime.combine((FAR + DAY).date(), time(21, 30), FAR.tzinfo)  # 22:30 in London
    told.move("g1", 0, FIRST_SESSION + HOUR)
    publish(told, night)
    live(told, settings, night, night + 7 * HOUR, 10 * MINUTE)
    assert inbox.messages == []
    live(told, settings, night + 7 * HOUR, night + 10 * HOUR, 10 * MINUTE)
    assert sorted(message["To"] for message in inbox.messages) == sorted(ADDRESSES.values())


def test_what_is_moved_back_overnight_is_not_told(told: Hospital, settings: Settings, inbox: Inbox) -> None:
    night = datetime.combine((FAR + DAY).date(), time(21, 30), FAR.tzinfo)
    told.move("g1", 0, FIRST_SESSION + HOUR)
    publish(told, night)
    live(told, settings, night, night + HOUR, 10 * MINUTE)
    told.move("g1", 0, FIRST_SESSION)
    publish(told, night + HOUR)
    live(told, settings, night + HOUR, night + 12 * HOUR, 10 * MINUTE)
    assert inbox.messages == []


def test_whoever_is_on_nights_is_told_after_the_rest(told: Hospital, settings: Settings, inbox: Inbox) -> None:
    """Two nights end in the morning of the day before the session: the rest lasts into the session's own day."""
    give_nights(told, ADA, 6, 5)
    at = datetime.combine(FIRST_SESSION.date() - 5 * DAY, time(12), FIRST_SESSION.tzinfo)
    told.move("g1", 1, FIRST_SESSION + 29 * DAY)
    publish(told, at)
    live(told, settings, at, at + HOUR, 10 * MINUTE)
    assert (len(new_for(inbox, ADA)), len(new_for(inbox, BEN))) == (0, 1)
    live(told, settings, at + HOUR, at + 3 * DAY, HOUR)
    assert len(new_for(inbox, ADA)) == 1


def test_whoever_would_get_up_for_nothing_is_told_at_night(told: Hospital, settings: Settings, inbox: Inbox) -> None:
    want(told, ADA, quiet_from=time(20), quiet_to=time(12))  # until an hour and a half before the session
    night = datetime.combine(FIRST_SESSION.date(), time(6), FIRST_SESSION.tzinfo)
    del told.planned["g1", 0]
    publish(told, night)
    live(told, settings, night, night + 10 * MINUTE)
    [message] = new_for(inbox, ADA)
    assert message["Subject"].startswith("Cancelled")


def test_long_leave_pauses_mail_and_ends_with_one_digest(told: Hospital, settings: Settings, inbox: Inbox) -> None:
    with told.database.writing() as db:
        pause(db, told.actor(ADA), told.programme_id, told.people[ADA], date(2026, 9, 17), date(2026, 9, 30), FAR)
        db.execute(update(AttendeeRow).values(mark="2"))
    told.move("g1", 0, FIRST_SESSION + HOUR)
    publish(told, FAR + DAY + HOUR)
    live(told, settings, FAR + DAY + HOUR, FAR + 5 * DAY, 2 * HOUR)
    told.move("g1", 1, FIRST_SESSION + 29 * DAY)
    publish(told, FAR + 5 * DAY)
    live(told, settings, FAR + 5 * DAY, FAR + 13 * DAY, 2 * HOUR)
    assert new_for(inbox, ADA) == []
    assert len(new_for(inbox, BEN)) == 2
    live(told, settings, FAR + 13 * DAY, FAR + 16 * DAY, 2 * HOUR)
    [message] = new_for(inbox, ADA)
    assert message["Subject"] == "Changes to 2 of your mentoring sessions"


def test_nobody_on_long_leave_is_told_of_what_takes_place_meanwhile(
    told: Hospital, settings: Settings, inbox: Inbox
) -> None:
    begins, ends = (FAR + DAY).date(), (FIRST_SESSION + 7 * DAY).date()
    with told.database.writing() as db:
        pause(db, told.actor(ADA), told.programme_id, told.people[ADA], begins, ends, FAR)
        db.execute(update(AttendeeRow).values(mark="2"))
    told.planned.pop(("g1", 0))
    publish(told, FAR + 2 * DAY)
    live(told, settings, FAR + 2 * DAY, FAR + 4 * DAY, 2 * HOUR)
    assert new_for(inbox, ADA) == []
    assert len(new_for(inbox, BEN)) == 1


def test_every_other_mail_waits_until_its_reader_is_awake_unless_it_is_urgent(
    told: Hospital, settings: Settings, inbox: Inbox
) -> None:
    night = datetime.combine((FAR + DAY).date(), time(23), FAR.tzinfo)
    with told.database.writing() as db:
        post(db, Letter(ADDRESSES[ADA], "Whenever you like", "…"), night)
        post(db, Letter(ADDRESSES[ADA], "The link that you asked for", "…", urgent=True), night)
    for hours in range(10):
        send_waiting(told.database, settings, night + hours * HOUR, asleep_until)
    found = {message["Subject"]: message["Date"].datetime for message in new_for(inbox, ADA)}
    assert found["The link that you asked for"] == night
    assert found["Whenever you like"] >= datetime.combine((FAR + 2 * DAY).date(), time(6), FAR.tzinfo)


def test_of_a_letter_that_waits_and_a_change_meanwhile_only_what_is_so_is_told(
    told: Hospital, settings: Settings, inbox: Inbox
) -> None:
    away = Settings("", settings.secret_key, smtp_url="smtp://127.0.0.1:9", mail_from="rounds@example.org")
    told.move("g1", 0, FIRST_SESSION + HOUR)
    publish(told, FAR + DAY)
    announce_changes(told.database, away, FAR + DAY + STANDS_FOR)
    told.move("g1", 0, FIRST_SESSION + 3 * HOUR)
    publish(told, FAR + DAY + HOUR)
    live(told, settings, FAR + DAY + HOUR + STANDS_FOR, FAR + DAY + 2 * HOUR)
    [message] = new_for(inbox, ADA)
    assert "15:30–16:30" in text_of(message)
