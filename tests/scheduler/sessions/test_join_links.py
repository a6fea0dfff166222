"""Ways to join from afar: who may say them, who is told, and what calendars make of them."""

from datetime import timedelta

import icalendar
import pytest
from sqlalchemy import select

from scheduler.audit.tables import AuditRow
from scheduler.calendars.feed_cache import ServedFeed
from scheduler.calendars.feed_store import FeedStore
from scheduler.calendars.feeds import Subject
from scheduler.calendars.model import Purpose
from scheduler.calendars.service import open_feed
from scheduler.calendars.validation import validate
from scheduler.db import Database
from scheduler.errors import NotAllowed, Rejected
from scheduler.people.model import Actor, Role
from scheduler.sessions.join_links import set_join_links
from tests.scheduler.calendars.hospital import COORDINATOR, FACILITATOR, FIRST_SESSION, NOW, Hospital, a_hospital

CLEO, ADA = "Cleo Thistlewick", "Ada Quillfeather"
ROOM, NUMBER = "https://video.example/rooms/g2?key=a,b", "+44 20 7946 0000"
LATER = NOW + timedelta(days=1)


@pytest.fixture
def stored(storage: Database) -> Hospital:
    return a_hospital(storage)


@pytest.fixture
def hospital(database: Database) -> Hospital:
    return a_hospital(database)


def say(hospital: Hospital, actor: Actor, url: str = ROOM, phone: str = NUMBER) -> None:
    with hospital.database.writing() as db:
        set_join_links(db, actor, hospital.programme_id, "g2", url, phone, LATER)


def open_for(hospital: Hospital, actor: Actor, purpose: Purpose) -> str:
    with hospital.database.writing() as db:
        return open_feed(db, actor, Subject(purpose, hospital.programme_id), NOW).token


def read(hospital: Hospital, token: str) -> ServedFeed:
    feed = FeedStore(hospital.database, aside=lambda _: None).fetch(token, LATER)
    assert isinstance(feed, ServedFeed)
    assert validate(feed.body) == ()
    return feed


def test_a_group_is_told_how_to_join_and_nobody_else(stored: Hospital) -> None:
    cleo, boss = stored.actor(CLEO), stored.actor(COORDINATOR)
    own, whole = open_for(stored, cleo, Purpose.RESIDENT), open_for(stored, boss, Purpose.PROGRAMME)
    say(stored, cleo)
    events = icalendar.Calendar.from_ical(read(stored, own).body).walk("VEVENT")
    for event in events:
        assert [str(address) for address in event["CONFERENCE"]] == [ROOM, "tel:+442079460000"]
        assert event["LOCATION"] == ROOM
        assert ROOM in event["DESCRIPTION"]
        assert NUMBER in event["DESCRIPTION"]
        assert (event["SEQUENCE"], event["DTSTAMP"].dt) == (1, LATER)
    assert b"video.example" not in read(stored, whole).body.replace(b"\r\n ", b"")


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.OVERSIGHT])
def test_who_looks_after_a_group_has_its_dates_and_not_its_ways_to_join(hospital: Hospital, role: Role) -> None:
    cleo, boss = hospital.actor(CLEO), hospital.actor(COORDINATOR, role)
    subject = Subject(Purpose.GROUP, hospital.programme_id, group_key="g2")
    with hospital.database.writing() as db:
        tokens = [open_feed(db, who, subject, NOW).token for who in (cleo, boss)]
    say(hospital, cleo)
    own, looking_after = (read(hospital, token).body.replace(b"\r\n ", b"") for token in tokens)
    for secret in (b"video.example", b"7946", b"CONFERENCE", b"tel:"):
        assert (secret in own, secret in looking_after) == (True, False)
    assert own.count(b"BEGIN:VEVENT") == looking_after.count(b"BEGIN:VEVENT") > 0


@pytest.mark.parametrize(
    ("phone", "code"),
    [("020 7946 0123", "4411#"), ("+44 20 7946 0123 code 4411#", ""), ("+44 20 7946 0123, then 4411#", "")],
)
def test_an_access_code_is_no_part_of_the_number(hospital: Hospital, phone: str, code: str) -> None:
    cleo = hospital.actor(CLEO)
    token = open_for(hospital, cleo, Purpose.RESIDENT)
    with hospital.database.writing() as db:
        set_join_links(db, cleo, hospital.programme_id, "g2", "", phone, LATER, code=code)
    for event in icalendar.Calendar.from_ical(read(hospital, token).body).walk("VEVENT"):
        assert str(event["CONFERENCE"]) == "tel:+442079460123", "London's country, and no digit of the code"
        assert "Call: +44 20 7946 0123, 4411#" in event["DESCRIPTION"]


@pytest.mark.parametrize(
    ("phone", "code", "field"),
    [("2345", "", "phone"), ("ward 7", "", "phone"), (NUMBER, "ask me", "code"), ("", "4411#", "phone")],
)  # fmt: skip
def test_what_cannot_be_dialled_is_refused_at_its_field(hospital: Hospital, phone: str, code: str, field: str) -> None:
    with pytest.raises(Rejected) as refused, hospital.database.writing() as db:
        set_join_links(db, hospital.actor(CLEO), hospital.programme_id, "g2", "", phone, LATER, code=code)
    assert [fault.where for fault in refused.value.faults] == [field]


def test_saying_the_same_again_changes_nothing(hospital: Hospital) -> None:
    token = open_for(hospital, hospital.actor(CLEO), Purpose.RESIDENT)
    say(hospital, hospital.actor(CLEO))
    before = read(hospital, token)
    say(hospital, hospital.actor(CLEO), url=f" {ROOM} ")
    assert read(hospital, token) == before


def test_a_way_to_join_can_be_taken_back(hospital: Hospital) -> None:
    token = open_for(hospital, hospital.actor(CLEO), Purpose.RESIDENT)
    say(hospital, hospital.actor(CLEO))
    say(hospital, hospital.actor(FACILITATOR), url="", phone="")
    assert b"CONFERENCE" not in read(hospital, token).body
    assert b"LOCATION:By video" in read(hospital, token).body


def test_past_and_cancelled_sessions_stay_as_they_were(hospital: Hospital) -> None:
    token = open_for(hospital, hospital.actor(CLEO), Purpose.RESIDENT)
    del hospital.planned["g2", 1]
    with hospital.database.writing() as db:
        hospital.publish(db, FIRST_SESSION)
    after_the_first = FIRST_SESSION + timedelta(days=1)
    with hospital.database.writing() as db:
        set_join_links(db, hospital.actor(CLEO), hospital.programme_id, "g2", ROOM, "", after_the_first)
    events = icalendar.Calendar.from_ical(read(hospital, token).body).walk("VEVENT")
    assert [event["SEQUENCE"] for event in events] == [0, 1]
    assert [event["STATUS"] for event in events] == ["CONFIRMED", "CANCELLED"]


def test_coordinators_may_say_it_and_strangers_may_not(hospital: Hospital) -> None:
    say(hospital, hospital.actor(COORDINATOR, Role.COORDINATOR))
    with pytest.raises(NotAllowed):
        say(hospital, hospital.actor(ADA, Role.RESIDENT), url="https://elsewhere.example/")


@pytest.mark.parametrize(
    ("url", "phone", "place"),
    [
        ("javascript:alert(1)", "", "url"),
        ("video.example/a", "", "url"),
        ("https://video.example/a b", "", "url"),
        ("https://video.example/\r\nATTENDEE:x", "", "url"),
        ("https://video.example/" + "a" * 1000, "", "url"),
        ("", "1\n2", "phone"),
        ("", "1" * 101, "phone"),
    ],
)
def test_what_no_calendar_can_hold_is_rejected(hospital: Hospital, url: str, phone: str, place: str) -> None:
    with pytest.raises(Rejected) as refused:
        say(hospital, hospital.actor(CLEO), url, phone)
    assert [fault.where for fault in refused.value.faults] == [place]


def test_the_audit_trail_does_not_hold_the_address(hospital: Hospital) -> None:
    say(hospital, hospital.actor(CLEO))
    with hospital.database.reading() as db:
        lines = [(line.action, line.details) for line in db.scalars(select(AuditRow))]
    assert ("meeting.changed", {"group": "g2"}) in lines
    assert "video.example" not in str(lines)
