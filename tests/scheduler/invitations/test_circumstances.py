"""Each event has its own words, and mail says of each date whether its reader is expected."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import icalendar
import pytest
from sqlalchemy import update

from scheduler.availability.tables import AvailabilityRow
from scheduler.plans.model import MemberRole
from scheduler.plans.tables import GroupPauseRow, GroupRow, MemberRow
from scheduler.programmes.service import get_programme
from scheduler.publishing.leavers import leave
from scheduler.sessions.join_links import set_join_links
from scheduler.sessions.model import DeputyState
from scheduler.sessions.tables import AttendeeRow, DeputyRow, SessionRow
from scheduler.settings import Settings
from tests.mail_server import Inbox, files, text_of
from tests.scheduler.calendars.hospital import FIRST_SESSION, Hospital
from tests.scheduler.invitations.post import (
    ADA,
    ADDRESSES,
    BEN,
    FAY,
    invitation_of,
    method_of,
    new_for,
    send,
    tell,
)
from tests.scheduler.invitations.test_waiting_notices import live

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FAR = FIRST_SESSION - 20 * DAY
DAN = "Dan Oxbridgeton"


def cannot(hospital: Hospital, name: str, round_: int, category: str, key: str, mark: str = "0") -> None:
    """What is known of somebody at a session of their group, as if it had been worked out."""
    who = hospital.people[name]
    with hospital.database.writing() as db:
        slots = len(get_programme(db, hospital.programme_id).slots())
        own = AvailabilityRow.person_id == who
        reasons = [[0, slots - 1, category, key, {"code": "X"}]]
        db.execute(update(AvailabilityRow).where(own).values(marks=mark * slots, reasons=reasons))
        sessions = [row.id for row in db.query(SessionRow).filter_by(round=round_, group_key="g1")]
        place = AttendeeRow.session_id.in_(sessions), AttendeeRow.person_id == who
        db.execute(update(AttendeeRow).where(*place).values(mark=mark))


@pytest.mark.parametrize(
    ("category", "key", "words"),
    [
        ("leave", "leave", "You’re on leave then, and nobody expects you."),
        ("on_duty", "night", "You’re on nights then, and nobody expects you."),
        ("rest", "after_nights", "That’s your time to rest after or before duties, and nobody expects you."),
    ],
)
def test_the_first_mail_says_for_each_date_whether_its_reader_is_expected(
    hospital: Hospital, settings: Settings, inbox: Inbox, category: str, key: str, words: str
) -> None:
    cannot(hospital, ADA, 0, category, key)
    send(hospital, settings, FAR)
    [message] = new_for(inbox, ADA)
    text = text_of(message)
    assert text.index("6 October") < text.index(words) < text.index("3 November")
    assert text.count("nobody expects you") == 1
    [file] = files(message)
    [event] = icalendar.Calendar.from_ical(file).walk("VEVENT")
    assert event["DTSTART"].dt.month == 11, "what one cannot come to takes no time in one's calendar"
    [bens] = new_for(inbox, BEN)
    assert "nobody expects you" not in text_of(bens), "reasons are for the person themselves"


def test_whoever_can_come_to_nothing_reads_that_and_gets_no_events(
    hospital: Hospital, settings: Settings, inbox: Inbox
) -> None:
    for round_ in (0, 1):
        cannot(hospital, ADA, round_, "on_duty", "night")
    send(hospital, settings, FAR)
    [message] = new_for(inbox, ADA)
    assert message["Subject"] == "Your group’s 2 mentoring dates"
    assert files(message) == []
    assert text_of(message).count("nobody expects you") == 2


def test_whoever_cannot_come_any_more_is_told_once_and_their_calendar_is_free_again(
    hospital: Hospital, settings: Settings, inbox: Inbox
) -> None:
    tell(hospital, settings, FAR)
    hospital.move("g1", 0, FIRST_SESSION + HOUR)
    tell(hospital, settings, FAR + DAY)
    inbox.messages.clear()
    cannot(hospital, ADA, 0, "leave", "leave")
    live(hospital, settings, FAR + 2 * DAY, FAR + 2 * DAY + HOUR, 5 * MINUTE)
    [message] = [each for each in new_for(inbox, ADA) if each["Subject"].startswith("You’re no longer")]
    assert method_of(message) == "CANCEL"
    assert "Your group is meeting without you, because you can’t make it:" in text_of(message)
    cannot(hospital, ADA, 0, "free", "", mark="2")
    live(hospital, settings, FAR + 3 * DAY, FAR + 3 * DAY + HOUR, 5 * MINUTE)
    [message] = new_for(inbox, ADA)
    assert method_of(message) == "REQUEST"
    assert message["Subject"].startswith("You’re expected after all")


def test_a_date_known_from_a_file_becomes_free_time(hospital: Hospital, settings: Settings, inbox: Inbox) -> None:
    tell(hospital, settings, FAR)
    inbox.messages.clear()
    for round_ in (0, 1):
        cannot(hospital, ADA, round_, "leave", "leave")
    live(hospital, settings, FAR + 2 * DAY, FAR + 2 * DAY + HOUR, 5 * MINUTE)
    [message] = new_for(inbox, ADA)
    events = icalendar.Calendar.from_ical(files(message)[0]).walk("VEVENT")
    shown = [(event["TRANSP"], event["STATUS"], event["X-MICROSOFT-CDO-BUSYSTATUS"]) for event in events]
    assert shown == [("TRANSPARENT", "CONFIRMED", "FREE")] * 2
    assert text_of(message).count("nobody expects you") == 2


def test_what_somebody_said_themselves_is_not_told_to_them(
    hospital: Hospital, settings: Settings, inbox: Inbox
) -> None:
    tell(hospital, settings, FAR)
    inbox.messages.clear()
    cannot(hospital, ADA, 1, "own", "said_so")
    live(hospital, settings, FAR + 2 * DAY, FAR + 2 * DAY + HOUR, 5 * MINUTE)
    assert not any("no longer expected" in text_of(message) for message in new_for(inbox, ADA))


def test_a_leaver_reads_that_they_have_left_and_the_others_that_somebody_has(
    hospital: Hospital, settings: Settings, inbox: Inbox
) -> None:
    tell(hospital, settings, FAR)
    inbox.messages.clear()
    with hospital.database.writing() as db:
        leave(db, hospital.actor(ADA), hospital.programme_id, FAR + DAY)
    live(hospital, settings, FAR + DAY, FAR + DAY + HOUR, 2 * MINUTE)
    [message] = new_for(inbox, ADA)
    assert message["Subject"] == "You’re no longer expected at 2 mentoring sessions"
    assert "You’ve left the programme" in text_of(message)
    assert message["Reply-To"] == "cora@example.org", "the group is not theirs any more"
    for name in (BEN, FAY):
        [message] = new_for(inbox, name)
        assert f"{ADA} has left the programme and your group." in text_of(message)
        assert str(message["Reply-To"]).startswith("rounds+g")


def test_a_new_number_and_a_new_link_are_called_so(hospital: Hospital, settings: Settings, inbox: Inbox) -> None:
    dan = hospital.actor(DAN)
    with hospital.database.writing() as db:
        set_join_links(db, dan, hospital.programme_id, "g2", "https://video.example/g2", "+44 20 7946 0000", FAR - DAY)
    tell(hospital, settings, FAR)
    del hospital.planned["g2", 1]
    tell(hospital, settings, FAR + DAY)
    inbox.messages.clear()
    with hospital.database.writing() as db:
        set_join_links(db, dan, hospital.programme_id, "g2", "https://video.example/g2", "+44 20 7946 0001", FAR + DAY)
    live(hospital, settings, FAR + 2 * DAY, FAR + 2 * DAY + HOUR, 5 * MINUTE)
    [message] = inbox.taken("cleo@example.org")
    assert message["Subject"].startswith("New number to call: mentoring on")
    assert "Your mentoring group has a new number to call. The date and time stay the same:" in text_of(message)


def test_a_deputy_and_whom_they_stand_in_for_read_which_session_it_is(
    hospital: Hospital, settings: Settings, inbox: Inbox
) -> None:
    tell(hospital, settings, FAR)
    inbox.messages.clear()
    fay, dan = hospital.people[FAY], hospital.people[DAN]
    with hospital.database.writing() as db:
        row = db.query(SessionRow).filter_by(group_key="g1", round=0).one()
        db.add(DeputyRow(session_id=row.id, for_id=fay, person_id=dan, state=DeputyState.ACCEPTED, note="",
                         asked_at=FAR, answered_at=FAR))  # fmt: skip
        place = next(each for each in row.attendees if each.person_id == fay)
        row.attendees.remove(place)
        db.flush()
        row.attendees.append(AttendeeRow(person_id=dan, role="facilitator", mark="2"))
        row.changed_at = FAR + DAY
    live(hospital, settings, FAR + DAY, FAR + DAY + HOUR, 5 * MINUTE)
    [fays], [dans], [adas] = new_for(inbox, FAY), inbox.taken("dan@example.org"), inbox.taken(ADDRESSES[ADA])
    assert f"{DAN} is standing in for you, so you’re no longer expected" in text_of(fays)
    assert not fays["Subject"].startswith("Cancelled")
    assert dans["Subject"].startswith("You’re standing in: mentoring on")
    for words in ("Tuesday, 6 October 2026, 12:30–13:30", "Peer group 1", "Room 3, North"):
        assert words in text_of(dans)
    assert str(invitation_of(dans)["ATTENDEE"]) == "mailto:dan@example.org"
    assert adas["Subject"].startswith("A deputy is standing in: mentoring on")
    assert f"Led by: {DAN}" in text_of(adas)


def test_a_group_that_ends_is_called_so_in_one_mail(hospital: Hospital, settings: Settings, inbox: Inbox) -> None:
    tell(hospital, settings, FAR)
    inbox.messages.clear()
    with hospital.database.writing() as db:
        db.execute(update(GroupRow).where(GroupRow.key == "g1").values(ended_at=FAR + DAY))
    del hospital.planned["g1", 0], hospital.planned["g1", 1]
    with hospital.database.writing() as db:
        hospital.publish(db, FAR + DAY)
    live(hospital, settings, FAR + DAY, FAR + DAY + HOUR, 5 * MINUTE)
    [message] = new_for(inbox, ADA)
    assert "Your mentoring group has ended, so these sessions won’t take place:" in text_of(message)
    assert message["Reply-To"]
    [fays] = new_for(inbox, FAY)
    assert "Your mentoring group has ended, so these sessions won’t take place:" in text_of(fays), (
        "of two that she leads"
    )


def test_a_group_that_goes_on_in_another_is_called_so(hospital: Hospital, settings: Settings, inbox: Inbox) -> None:
    tell(hospital, settings, FAR)
    inbox.messages.clear()
    with hospital.database.writing() as db:
        goes, stays = (db.query(GroupRow).filter_by(key=key).one() for key in ("g1", "g2"))
        goes.ended_at, goes.members = FAR + DAY, []
        stays.members += [MemberRow(person_id=hospital.people[name], role="resident") for name in (ADA, BEN)]
    for number in (0, 1):
        del hospital.planned["g1", number]
        session = hospital.planned["g2", number]
        come = {hospital.people[name]: (MemberRole.RESIDENT, "2") for name in (ADA, BEN)}
        hospital.planned["g2", number] = replace(session, attendees={**session.attendees, **come})
    with hospital.database.writing() as db:
        hospital.publish(db, FAR + DAY)
    live(hospital, settings, FAR + DAY, FAR + DAY + HOUR, 5 * MINUTE)
    [message] = new_for(inbox, ADA)
    text = text_of(message)
    assert "Your mentoring group has become part of another one. These sessions have changed for you:" in text
    assert text.count("- Your group has joined another: ") == 2
    assert f"Group: {hospital.planned['g2', 0].group_name}" in text


def test_a_group_that_pauses_is_called_so(hospital: Hospital, settings: Settings, inbox: Inbox) -> None:
    tell(hospital, settings, FAR)
    inbox.messages.clear()
    day = FIRST_SESSION.date()
    with hospital.database.writing() as db:
        db.add(GroupPauseRow(programme_id=hospital.programme_id, group_key="g1", first_day=day, last_day=day + DAY))
    del hospital.planned["g1", 0]
    with hospital.database.writing() as db:
        hospital.publish(db, FAR + DAY)
    live(hospital, settings, FAR + DAY, FAR + DAY + HOUR, 5 * MINUTE)
    [message] = new_for(inbox, ADA)
    assert message["Subject"].startswith("Your group is pausing: mentoring on")
