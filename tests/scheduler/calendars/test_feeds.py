"""Feeds in the database: who may have which, what they show, and when their content changes."""

import gzip
import threading
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from time import sleep

import icalendar
import pytest
from sqlalchemy import event, select, text, update

from scheduler.audit.tables import AuditRow
from scheduler.calendars import bodies, uses
from scheduler.calendars.feed_cache import ServedFeed
from scheduler.calendars.feed_store import FeedStore, Unavailable
from scheduler.calendars.feeds import CANCELLED_KEPT, GONE, NOTICE_KEPT, Choices, FeedAddress, Gone, Subject
from scheduler.calendars.icalendar_text import render_event
from scheduler.calendars.model import Event, Fragment, Purpose
from scheduler.calendars.service import (
    choose,
    end_feeds,
    list_feeds,
    open_feed,
    refresh,
    revoke,
    rotate,
)
from scheduler.calendars.tables import FeedBodyRow, FeedRow
from scheduler.calendars.uses import note_use
from scheduler.calendars.validation import validate
from scheduler.calendars.wording import Wording
from scheduler.db import Database
from scheduler.errors import NotAllowed, NotFound, NotPossible
from scheduler.people.model import OPERATOR, Role
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.programmes.service import create_programme
from scheduler.programmes.tables import ModelRow, RoomRow, SiteRow
from scheduler.sessions.apologies import say_sorry, take_back
from scheduler.sessions.tables import SessionRow
from scheduler.sessions.turn_register import bring_turns_up_to_date
from tests.scheduler.calendars.hospital import (
    COORDINATOR,
    FACILITATOR,
    FIRST_SESSION,
    NOW,
    RESIDENTS,
    Hospital,
    a_hospital,
    a_programme,
    participates,
)

ADA, BEN, CLEO = "Ada Quillfeather", "Ben Marrowby", "Cleo Thistlewick"
LATER = NOW + timedelta(days=2)


@pytest.fixture
def hospital(database: Database) -> Hospital:
    return a_hospital(database)


@pytest.fixture
def stored(storage: Database) -> Hospital:
    """The hospital on each kind of database, for tests of what is stored, found and locked."""
    return a_hospital(storage)


def subject_of(hospital: Hospital, purpose: Purpose) -> Subject:
    programme_id = None if purpose in (Purpose.PERSON, Purpose.BUSY) else hospital.programme_id
    return Subject(
        purpose,
        programme_id,
        group_key="g1" if purpose is Purpose.GROUP else None,
        room_id=hospital.rooms["r1"] if purpose is Purpose.ROOM else None,
        site_id=hospital.sites["south"] if purpose is Purpose.SITE else None,
    )


def open_for(hospital: Hospital, name: str, purpose: Purpose, *roles: Role, now: datetime = NOW) -> FeedAddress:
    with hospital.database.writing() as db:
        return open_feed(db, hospital.actor(name, *roles), subject_of(hospital, purpose), now)


def find(hospital: Hospital, token: str, now: datetime = NOW) -> ServedFeed | Gone | None:
    return FeedStore(hospital.database, aside=lambda _: None).fetch(token, now)


def fetch(hospital: Hospital, address: FeedAddress, now: datetime = NOW) -> ServedFeed:
    found = find(hospital, address.token, now)
    assert isinstance(found, ServedFeed)
    assert validate(found.body) == ()
    return found


def events_of(hospital: Hospital, address: FeedAddress, now: datetime = NOW) -> list[icalendar.Event]:
    return icalendar.Calendar.from_ical(fetch(hospital, address, now).body).walk("VEVENT")


def publish(hospital: Hospital, now: datetime) -> int:
    with hospital.database.writing() as db:
        hospital.publish(db, now)
        return refresh(db, hospital.programme_id, now).changed


HOLDERS = [
    (ADA, Purpose.PERSON, ["Mentoring session", "Mentoring session"]),
    (ADA, Purpose.RESIDENT, ["Mentoring session", "Mentoring session"]),
    (FACILITATOR, Purpose.FACILITATOR, ["Peer group 1", "Peer group 2", "Peer group 1", "Peer group 2"]),
    (ADA, Purpose.GROUP, ["Peer group 1", "Peer group 1"]),
    (FACILITATOR, Purpose.GROUP, ["Peer group 1", "Peer group 1"]),
    (COORDINATOR, Purpose.PROGRAMME, ["Peer group 1", "Peer group 2", "Peer group 1", "Peer group 2"]),
    (COORDINATOR, Purpose.ROOM, ["Peer group 1", "Peer group 1"]),
    (COORDINATOR, Purpose.SITE, ["Mentoring: 1 from South released"] * 2),
    (FACILITATOR, Purpose.BUSY, ["Busy"] * 4),
]


@pytest.mark.parametrize(("name", "purpose", "titles"), HOLDERS, ids=[f"{p}-{n.split()[0]}" for n, p, _ in HOLDERS])
def test_each_purpose_shows_its_sessions(hospital: Hospital, name: str, purpose: Purpose, titles: list[str]) -> None:
    address = open_for(hospital, name, purpose)
    events = events_of(hospital, address)
    assert [str(event["SUMMARY"]) for event in events] == titles
    assert [event["DTSTART"].dt for event in events] == sorted(event["DTSTART"].dt for event in events)


def test_every_purpose_on_every_database(stored: Hospital) -> None:
    for name, purpose, titles in HOLDERS:
        assert [str(event["SUMMARY"]) for event in events_of(stored, open_for(stored, name, purpose))] == titles


@pytest.mark.parametrize("purpose", [each for each in Purpose if each is not Purpose.COVER])
def test_no_feed_names_anybody(hospital: Hospital, purpose: Purpose) -> None:
    holder = next(name for name, held, _ in HOLDERS if held is purpose)
    body = fetch(hospital, open_for(hospital, holder, purpose)).body.replace(b"\r\n ", b"").decode()
    for name in (*RESIDENTS["g1"], *RESIDENTS["g2"], FACILITATOR, COORDINATOR):
        for part in name.split():
            assert part not in body
    assert "@example.org" not in body


def test_times_hold_over_the_clock_change(hospital: Hospital) -> None:
    events = events_of(hospital, open_for(hospital, ADA, Purpose.RESIDENT))
    assert [event["DTSTART"].dt.astimezone(UTC) for event in events] == [
        FIRST_SESSION,
        FIRST_SESSION + timedelta(days=28),
    ]
    assert [str(event["LOCATION"]) for event in events] == ["Room 3, North"] * 2


@pytest.mark.parametrize(
    ("name", "purpose"),
    [
        (ADA, Purpose.FACILITATOR),
        (ADA, Purpose.PROGRAMME),
        (ADA, Purpose.ROOM),
        (ADA, Purpose.SITE),
        (CLEO, Purpose.GROUP),
        (FACILITATOR, Purpose.RESIDENT),
        (FACILITATOR, Purpose.PROGRAMME),
    ],
)
def test_nobody_opens_what_is_not_theirs(hospital: Hospital, name: str, purpose: Purpose) -> None:
    with pytest.raises(NotAllowed):
        open_for(hospital, name, purpose)


def test_only_the_product_opens_a_feed_for_somebody_else(hospital: Hospital) -> None:
    subject = subject_of(hospital, Purpose.RESIDENT)
    with hospital.database.writing() as db:
        with pytest.raises(NotAllowed):
            open_feed(db, hospital.actor(BEN), subject, NOW, owner_id=hospital.people[ADA])
        with pytest.raises(NotAllowed):
            open_feed(db, OPERATOR, subject, NOW)
        address = open_feed(db, OPERATOR, subject, NOW, owner_id=hospital.people[ADA])
    assert len(events_of(hospital, address)) == 2


def test_things_that_do_not_exist_have_no_feed(hospital: Hospital) -> None:
    boss = hospital.actor(COORDINATOR)
    for subject in (
        Subject(Purpose.GROUP, hospital.programme_id, group_key="g9"),
        Subject(Purpose.ROOM, hospital.programme_id, room_id=hospital.rooms["r1"] + 99),
        Subject(Purpose.SITE, hospital.programme_id, site_id=hospital.sites["north"] + 99),
    ):
        with pytest.raises(NotFound), hospital.database.writing() as db:
            open_feed(db, boss, subject, NOW)


def test_only_the_digest_of_the_address_is_kept(hospital: Hospital) -> None:
    address = open_for(hospital, ADA, Purpose.RESIDENT)
    assert len(address.token) >= 43, "256 bits"
    with hospital.database.reading() as db:
        row = db.scalars(select(FeedRow)).one()
        values = [getattr(row, column.name) for column in FeedRow.__table__.columns]
        audit = [(line.action, line.details) for line in db.scalars(select(AuditRow))]
    assert sha256(address.token.encode()).hexdigest() in values
    assert not [value for value in values if address.token in str(value)]
    assert address.token not in str(audit)
    assert ("feed.opened", {"feed": address.feed_id, "purpose": "resident"}) in audit


def test_the_address_ends_in_a_name_for_people(hospital: Hospital) -> None:
    address = open_for(hospital, ADA, Purpose.GROUP)
    assert address.path == f"/feeds/{address.token}/autumn-mentoring-peer-group-1.ics"


def test_an_unknown_address_is_nothing(hospital: Hospital) -> None:
    assert find(hospital, "x" * 43) is None


def test_publishing_changes_only_the_feeds_that_show_the_change(stored: Hospital) -> None:
    ada, cleo, fay = (
        open_for(stored, ADA, Purpose.RESIDENT),
        open_for(stored, CLEO, Purpose.PERSON),
        open_for(stored, FACILITATOR, Purpose.FACILITATOR),
    )
    before = {address: fetch(stored, address) for address in (ada, cleo, fay)}
    stored.move("g1", 1, FIRST_SESSION + timedelta(days=29))
    assert publish(stored, LATER) == 2
    after = {address: fetch(stored, address) for address in (ada, cleo, fay)}
    assert after[cleo] == before[cleo]
    for address in (ada, fay):
        assert after[address].etag != before[address].etag
        assert after[address].changed_at == LATER


def test_two_changes_in_one_second_have_different_times(hospital: Hospital) -> None:
    """Clients that go by Last-Modified alone must not miss the second."""
    address = open_for(hospital, ADA, Purpose.RESIDENT)
    for days in (29, 30):
        hospital.move("g1", 1, FIRST_SESSION + timedelta(days=days))
        publish(hospital, LATER)
    assert fetch(hospital, address).changed_at == LATER + timedelta(seconds=1)


def test_publishing_the_same_again_changes_nothing(hospital: Hospital) -> None:
    addresses = [open_for(hospital, name, purpose) for name, purpose, _ in HOLDERS]
    before = [fetch(hospital, address) for address in addresses]
    assert publish(hospital, LATER) == 0
    assert [fetch(hospital, address) for address in addresses] == before


def test_a_session_keeps_its_uid_and_raises_its_sequence(hospital: Hospital) -> None:
    address = open_for(hospital, ADA, Purpose.RESIDENT)
    before = events_of(hospital, address)
    hospital.move("g1", 0, FIRST_SESSION + timedelta(days=7))
    publish(hospital, LATER)
    after = events_of(hospital, address)
    assert [event["UID"] for event in after] == [event["UID"] for event in before]
    assert [event["SEQUENCE"] for event in before] == [0, 0]
    assert [event["SEQUENCE"] for event in after] == [1, 0]
    assert [event["DTSTAMP"].dt for event in after] == [LATER, NOW]
    assert [event["CREATED"].dt for event in after] == [NOW, NOW]


def test_a_cancelled_session_stays_for_30_days(stored: Hospital) -> None:
    address = open_for(stored, ADA, Purpose.RESIDENT)
    busy = open_for(stored, ADA, Purpose.BUSY)
    cancelled = stored.planned.pop(("g1", 1))
    publish(stored, LATER)
    event = events_of(stored, address)[1]
    assert (event["STATUS"], event["SUMMARY"]) == ("CANCELLED", "Cancelled: Mentoring session")
    assert len(events_of(stored, busy)) == 1
    assert publish(stored, LATER + CANCELLED_KEPT - timedelta(days=1)) == 0
    assert publish(stored, LATER + CANCELLED_KEPT) == 1
    assert len(events_of(stored, address)) == 1
    stored.planned["g1", 1] = cancelled
    publish(stored, LATER + CANCELLED_KEPT)
    restored = events_of(stored, address)[1]
    assert (restored["STATUS"], restored["SEQUENCE"], restored["UID"]) == ("CONFIRMED", 2, event["UID"])


@pytest.mark.parametrize("purpose", [Purpose.RESIDENT, Purpose.PERSON, Purpose.PROGRAMME, Purpose.GROUP])
def test_a_new_link_begins_without_what_was_cancelled_before(hospital: Hospital, purpose: Purpose) -> None:
    name, roles = (COORDINATOR, (Role.COORDINATOR,)) if purpose is Purpose.PROGRAMME else (ADA, ())
    before = open_for(hospital, name, purpose, *roles)
    hospital.planned.pop(("g1", 1))
    publish(hospital, LATER)
    new = open_for(hospital, name, purpose, *roles, now=LATER + timedelta(hours=1))
    assert "CANCELLED" in {event["STATUS"] for event in events_of(hospital, before)}
    assert "CANCELLED" not in {event["STATUS"] for event in events_of(hospital, new)}
    hospital.planned.pop(("g1", 0))
    publish(hospital, LATER + timedelta(hours=2))
    cancelled = [event for event in events_of(hospital, new) if event["STATUS"] == "CANCELLED"]
    assert len(cancelled) == 1, "what this link has shown is cancelled in it"


def test_a_feed_without_sessions_shows_a_notice(hospital: Hospital) -> None:
    hospital.planned = {key: session for key, session in hospital.planned.items() if key[0] == "g1"}
    publish(hospital, LATER)
    now = LATER + CANCELLED_KEPT
    address = open_for(hospital, CLEO, Purpose.RESIDENT, now=now)
    (notice,) = events_of(hospital, address, now)
    assert notice["SUMMARY"] == "No mentoring sessions yet"
    assert notice["DTSTART"].dt == now.date()
    body = fetch(hospital, address, now).body
    publish(hospital, now + timedelta(days=3))
    assert fetch(hospital, address, now).body == body


def say(hospital: Hospital, name: str, word: Callable[..., object], now: datetime, number: int = 0) -> None:
    """Somebody's word on a session of the first group, with all that follows from it."""
    with hospital.database.writing() as db:
        of_group = (SessionRow.group_key == "g1", SessionRow.round == number)
        word(db, hospital.actor(name, Role.RESIDENT), db.scalars(select(SessionRow.id).where(*of_group)).one(), now)


def test_whoever_is_not_expected_reads_so_and_is_not_busy(hospital: Hospital) -> None:
    ada = open_for(hospital, ADA, Purpose.PERSON)
    with hospital.database.writing() as db:
        feed_id = db.scalars(select(FeedRow.id)).one()
        choose(db, hospital.actor(ADA), feed_id, Choices(alarm_minutes=60), NOW)
    before = events_of(hospital, ada)
    say(hospital, ADA, say_sorry, LATER)
    first, second = events_of(hospital, ada, LATER)
    assert first["SUMMARY"] == "Mentoring session: you’re not expected"
    assert "nobody expects you" in first["DESCRIPTION"]
    assert (first["TRANSP"], first["X-MICROSOFT-CDO-BUSYSTATUS"]) == ("TRANSPARENT", "FREE")
    assert first["STATUS"] == before[0]["STATUS"], "the session takes place"
    assert not first.walk("VALARM"), "nobody is reminded of what they need not come to"
    assert (first["UID"], first["SEQUENCE"]) == (before[0]["UID"], before[0]["SEQUENCE"])
    assert first["LAST-MODIFIED"].dt == first["DTSTAMP"].dt == LATER
    assert second.to_ical() == before[1].to_ical()


def test_coming_after_all_takes_the_time_again(hospital: Hospital) -> None:
    ada = open_for(hospital, ADA, Purpose.PERSON)
    say(hospital, ADA, say_sorry, LATER)
    say(hospital, ADA, take_back, LATER + timedelta(hours=1))
    first, _second = events_of(hospital, ada, LATER + timedelta(hours=1))
    assert (first["SUMMARY"], first["TRANSP"]) == ("Mentoring session", "OPAQUE")
    assert first["LAST-MODIFIED"].dt == LATER + timedelta(hours=1), "clients take the newer of two"


def test_an_absence_is_in_nobody_elses_calendar(hospital: Hospital) -> None:
    feeds = [
        open_for(hospital, BEN, Purpose.PERSON),
        open_for(hospital, COORDINATOR, Purpose.PROGRAMME, Role.COORDINATOR),
    ]
    with hospital.database.writing() as db:  # where there are turns in the chair, another reads that it is theirs now
        db.execute(update(ModelRow).values(turns=False))
        bring_turns_up_to_date(db, hospital.programme_id, NOW, None, None)
    before = [fetch(hospital, feed).body for feed in feeds]
    say(hospital, ADA, say_sorry, LATER)
    assert [fetch(hospital, feed, LATER).body for feed in feeds] == before


def test_whoever_facilitates_reads_how_many_can_come(hospital: Hospital) -> None:
    fay = open_for(hospital, FACILITATOR, Purpose.FACILITATOR, Role.FACULTY)
    assert "2 of 2 residents can come." in events_of(hospital, fay)[0]["DESCRIPTION"]
    say(hospital, ADA, say_sorry, LATER)
    assert "1 of 2 residents can come." in events_of(hospital, fay, LATER)[0]["DESCRIPTION"]


def test_busy_times_are_those_at_which_one_is_expected(hospital: Hospital) -> None:
    busy = open_for(hospital, ADA, Purpose.BUSY)
    assert len(events_of(hospital, busy)) == 2
    say(hospital, ADA, say_sorry, LATER)
    [left] = events_of(hospital, busy, LATER)
    assert (left["SUMMARY"], left["TRANSP"]) == ("Busy", "OPAQUE")


def test_busy_times_do_not_tell_who_sits_together(hospital: Hospital) -> None:
    feeds = [events_of(hospital, open_for(hospital, name, Purpose.BUSY)) for name in (ADA, BEN)]
    assert [event["DTSTART"].dt for event in feeds[0]] == [event["DTSTART"].dt for event in feeds[1]]
    assert {event["UID"] for event in feeds[0]}.isdisjoint({event["UID"] for event in feeds[1]})
    assert set(feeds[0][0]).isdisjoint({"DESCRIPTION", "LOCATION", "CATEGORIES", "URL"})


def test_other_feeds_share_the_uid_of_a_session(hospital: Hospital) -> None:
    feeds = [
        events_of(hospital, open_for(hospital, name, purpose))
        for name, purpose in ((ADA, Purpose.RESIDENT), (BEN, Purpose.PERSON), (COORDINATOR, Purpose.ROOM))
    ]
    assert len({tuple(event["UID"] for event in events) for events in feeds}) == 1


def test_a_person_sees_all_their_programmes_whichever_changes(stored: Hospital) -> None:
    person, busy, resident = (
        open_for(stored, ADA, purpose) for purpose in (Purpose.PERSON, Purpose.BUSY, Purpose.RESIDENT)
    )
    second = join_another_programme(stored, ADA)
    with stored.database.writing() as db:
        assert refresh(db, second.programme_id, LATER).changed == 2
    for address in (person, busy):
        assert [event["DTSTART"].dt.tzname() for event in events_of(stored, address)] == ["BST", "AEDT", "GMT", "AEDT"]
    assert len(events_of(stored, resident)) == 2
    stored.move("g1", 1, FIRST_SESSION + timedelta(days=29))
    assert publish(stored, LATER) == 3
    assert len(events_of(stored, person)) == len(events_of(stored, busy)) == 4


def join_another_programme(hospital: Hospital, name: str) -> Hospital:
    """A second programme, in Sydney, to which somebody belongs as well."""
    other = replace(a_programme("Australia/Sydney"), slug="spring", name="Spring mentoring")
    with hospital.database.writing() as db:
        programme_id = create_programme(db, OPERATOR, other, NOW)
        site_id = db.scalars(select(SiteRow.id).where(SiteRow.programme_id == programme_id)).first()
        assert site_id is not None
        participates(db, programme_id, hospital.people[name], site_id, Role.RESIDENT)
        planned = {
            ("s1", number): replace(
                plan,
                starts_at=plan.starts_at + timedelta(days=10 - number),
                ends_at=plan.ends_at + timedelta(days=10 - number),
                group_key="s1",
                room_id=None,
                attendees={hospital.people[name]: ("resident", "2")},
            )
            for (key, number), plan in hospital.planned.items()
            if key == "g1"
        }
        second = replace(hospital, programme_id=programme_id, planned=planned)
        second.publish(db, NOW)
    return second


def test_a_revoked_feed_is_gone_at_once(stored: Hospital) -> None:
    address = open_for(stored, ADA, Purpose.RESIDENT)
    with stored.database.writing() as db:
        revoke(db, stored.actor(ADA), address.feed_id, LATER)
    assert find(stored, address.token, LATER) is GONE
    with stored.database.reading() as db:
        assert db.scalars(select(FeedBodyRow.gzipped)).one() == b""
    assert publish(stored, LATER) == 0


def test_a_rotated_feed_shows_a_notice_for_30_days_and_is_gone_then(stored: Hospital) -> None:
    old = open_for(stored, ADA, Purpose.GROUP)
    with stored.database.writing() as db:
        new = rotate(db, stored.actor(ADA), old.feed_id, LATER)
        with pytest.raises(NotPossible):
            rotate(db, stored.actor(ADA), old.feed_id, LATER)
    assert len(events_of(stored, new)) == 2
    for now in (LATER, LATER + NOTICE_KEPT - timedelta(seconds=1)):
        (notice,) = events_of(stored, old, now)
        assert notice["SUMMARY"] == "This calendar has ended"
    assert b"Peer group" not in fetch(stored, old, LATER).body
    assert find(stored, old.token, LATER + NOTICE_KEPT) is GONE


def test_leaving_ends_the_feeds_of_the_programme(hospital: Hospital) -> None:
    resident, person = open_for(hospital, ADA, Purpose.RESIDENT), open_for(hospital, ADA, Purpose.PERSON)
    with hospital.database.writing() as db:
        assert end_feeds(db, OPERATOR, (hospital.people[ADA],), hospital.programme_id, LATER) == 2
    for address in (resident, person):
        assert [str(event["SUMMARY"]) for event in events_of(hospital, address, LATER)] == ["This calendar has ended"]
        assert find(hospital, address.token, LATER + NOTICE_KEPT) is GONE


def test_leaving_one_of_two_programmes_leaves_the_feed_over_all(hospital: Hospital) -> None:
    person = open_for(hospital, ADA, Purpose.PERSON)
    join_another_programme(hospital, ADA)
    with hospital.database.writing() as db:
        assert end_feeds(db, OPERATOR, (hospital.people[ADA],), hospital.programme_id, LATER) == 0
        refresh(db, hospital.programme_id, LATER)
    assert len(events_of(hospital, person, LATER)) == 4


def test_leaving_leaves_what_somebody_holds_for_looking_after_the_programme(hospital: Hospital) -> None:
    programme = open_for(hospital, COORDINATOR, Purpose.PROGRAMME)
    with hospital.database.writing() as db:
        participates(db, hospital.programme_id, hospital.people[COORDINATOR], hospital.sites["north"], Role.RESIDENT)
        assert end_feeds(db, OPERATOR, (hospital.people[COORDINATOR],), hospital.programme_id, LATER) == 0
    assert len(events_of(hospital, programme, LATER)) == 4


def test_choices_change_what_a_feed_shows_and_not_its_address(stored: Hospital) -> None:
    """Nothing by default; a reminder and the group's name for who wants them, also after a change of address."""
    address = open_for(stored, ADA, Purpose.PERSON)
    assert b"VALARM" not in fetch(stored, address).body
    wanted = Choices(alarm_minutes=60, names_group=True)
    with stored.database.writing() as db:
        choose(db, stored.actor(ADA), address.feed_id, wanted, LATER)
    events = events_of(stored, address, LATER)
    assert [str(event["SUMMARY"]) for event in events] == ["Peer group 1"] * 2
    assert [len(event.walk("VALARM")) for event in events] == [1, 1]
    assert [event["SEQUENCE"] for event in events] == [0, 0], "the sessions are as they were"
    with stored.database.writing() as db:
        new = rotate(db, stored.actor(ADA), address.feed_id, LATER)
        assert list_feeds(db, stored.actor(ADA))[0].choices == wanted
        with pytest.raises(NotPossible):
            choose(db, stored.actor(ADA), address.feed_id, Choices(), LATER)
        with pytest.raises(NotFound):
            choose(db, stored.actor(BEN), new.feed_id, Choices(), LATER)
    assert fetch(stored, new, LATER).body.count(b"BEGIN:VALARM") == 2


def test_alarms_come_as_they_are_offered() -> None:
    with pytest.raises(ValueError, match="no alarm is offered 7 minutes before"):
        Choices(alarm_minutes=7)


def test_what_others_do_reminds_nobody(hospital: Hospital) -> None:
    chosen = Choices(alarm_minutes=15, names_group=True)
    with hospital.database.writing() as db:
        for name, purpose in ((COORDINATOR, Purpose.PROGRAMME), (ADA, Purpose.BUSY)):
            address = open_feed(
                db, hospital.actor(name), subject_of(hospital, purpose), NOW, page_url="", choices=chosen
            )
            db.flush()
            assert db.get(FeedRow, address.feed_id)
    with hospital.database.reading() as db:
        bodies_stored = [gzip.decompress(body) for body in db.scalars(select(FeedBodyRow.gzipped))]
    assert len(bodies_stored) == 2
    for body in bodies_stored:
        assert b"VALARM" not in body


def test_a_feed_ends_when_its_owner_has_left_what_it_shows(stored: Hospital) -> None:
    group, resident, other = (
        open_for(stored, ADA, Purpose.GROUP),
        open_for(stored, ADA, Purpose.RESIDENT),
        open_for(stored, BEN, Purpose.GROUP),
    )
    for key in list(stored.planned):
        people = dict(stored.planned[key].attendees)
        people.pop(stored.people[ADA], None)
        stored.planned[key] = replace(stored.planned[key], attendees=people)
    with stored.database.writing() as db:
        left = update(ParticipantRow).where(ParticipantRow.person_id == stored.people[ADA])
        db.execute(left.values(left_at=LATER))
        stored.publish(db, LATER)
        assert refresh(db, stored.programme_id, LATER).ended == 2
    assert events_of(stored, group)[0]["SUMMARY"] == "This calendar has ended"
    assert events_of(stored, resident)[0]["SUMMARY"] == "This calendar has ended"
    assert len(events_of(stored, other)) == 2


def test_feeds_are_listed_with_their_last_use(stored: Hospital) -> None:
    first, second = open_for(stored, ADA, Purpose.RESIDENT), open_for(stored, ADA, Purpose.BUSY)
    open_for(stored, BEN, Purpose.BUSY)
    for now in (LATER, LATER + timedelta(minutes=59)):
        with stored.database.writing() as db:
            note_use(db, [first.feed_id], now)
    with stored.database.reading() as db:
        feeds = list_feeds(db, stored.actor(ADA))
    assert [(feed.id, feed.last_used_at) for feed in feeds] == [(second.feed_id, None), (first.feed_id, LATER)]
    with stored.database.writing() as db:
        note_use(db, [first.feed_id, second.feed_id], LATER + timedelta(hours=1))
        assert {feed.last_used_at for feed in list_feeds(db, stored.actor(ADA))} == {LATER + timedelta(hours=1)}


def test_uses_are_written_for_any_number_of_feeds(stored: Hospital, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database takes only so many values in a statement."""
    monkeypatch.setattr(uses, "AT_A_TIME", 2)
    addresses = [open_for(stored, ADA, Purpose.RESIDENT) for _ in range(5)]
    waiting: list[Callable[[], None]] = []
    shelf = FeedStore(stored.database, aside=waiting.append)
    for address in addresses:
        shelf.fetch(address.token, LATER)
    shelf.fetch(addresses[0].token, LATER + timedelta(minutes=2))
    for write in waiting:
        write()
    with stored.database.reading() as db:
        used = list(db.scalars(select(FeedRow.last_used_at)))
    assert len(used) == 5
    assert None not in used


def test_nobody_touches_the_feeds_of_others(hospital: Hospital) -> None:
    address = open_for(hospital, ADA, Purpose.RESIDENT)
    for change in (revoke, rotate):
        with pytest.raises(NotFound), hospital.database.writing() as db:
            change(db, hospital.actor(BEN), address.feed_id, LATER)
    assert len(events_of(hospital, address)) == 2


def test_calendars_speak_the_language_of_their_owner(hospital: Hospital) -> None:
    with hospital.database.writing() as db:
        db.execute(update(PersonRow).where(PersonRow.id == hospital.people[FACILITATOR]).values(language="de"))
    address = open_for(hospital, FACILITATOR, Purpose.FACILITATOR)
    assert address.name == "Autumn mentoring: Begleitung"
    assert "Per Video" in {str(event["LOCATION"]) for event in events_of(hospital, address)}


def test_a_new_name_of_a_room_reaches_the_feeds(hospital: Hospital) -> None:
    address = open_for(hospital, ADA, Purpose.RESIDENT)
    with hospital.database.writing() as db:
        db.execute(update(RoomRow).values(name="Library, upstairs"))
        assert refresh(db, hospital.programme_id, LATER).changed == 1
    assert events_of(hospital, address)[0]["LOCATION"] == "Library, upstairs, North"


def test_a_body_with_faults_is_never_stored(hospital: Hospital, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last good body goes on being served, the fault is told, and the next sound body clears it."""
    address = open_for(hospital, ADA, Purpose.RESIDENT)
    good = fetch(hospital, address)
    hospital.move("g1", 1, FIRST_SESSION + timedelta(days=29))

    def spoil(session: Event, wording: Wording) -> Fragment:
        fragment = render_event(session, wording)
        return replace(fragment, body=fragment.body.replace(b"STATUS:CONFIRMED", b"STATUS:MAYBE"))

    with monkeypatch.context() as patch:
        patch.setattr(bodies, "render_event", spoil)
        with hospital.database.writing() as db:
            hospital.publish(db, LATER)
            assert refresh(db, hospital.programme_id, LATER).refused == 1
            assert "MAYBE" in list_feeds(db, hospital.actor(ADA))[0].fault
        with pytest.raises(NotPossible, match="MAYBE"):
            open_for(hospital, BEN, Purpose.RESIDENT)
    assert fetch(hospital, address) == good
    with hospital.database.writing() as db:
        assert refresh(db, hospital.programme_id, LATER).changed == 1
        assert list_feeds(db, hospital.actor(ADA))[0].fault == ""


def test_a_refresh_asks_the_same_few_questions_for_any_number_of_feeds(stored: Hospital) -> None:
    counts = []
    for day in (1, 2):
        for name, purpose, _ in HOLDERS:
            open_for(stored, name, purpose)
        counts.append(count_statements(stored, NOW + timedelta(days=day)))
    assert counts[0] == counts[1] <= 11


def count_statements(hospital: Hospital, now: datetime) -> int:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    engine = hospital.database.engine
    event.listen(engine, "before_cursor_execute", note)
    hospital.move("g1", 1, hospital.planned["g1", 1].starts_at + timedelta(hours=3))
    try:
        with hospital.database.writing() as db:
            hospital.publish(db, now)
            statements.clear()
            refresh(db, hospital.programme_id, now)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(statements)


def test_a_database_in_trouble_leaves_the_last_good_body(stored: Hospital) -> None:
    known, unseen = open_for(stored, ADA, Purpose.RESIDENT), open_for(stored, BEN, Purpose.RESIDENT)
    shelf = FeedStore(stored.database, aside=lambda _: None)
    before = shelf.fetch(known.token, NOW)
    with stored.database.writing() as db:
        db.execute(text("ALTER TABLE feed RENAME TO elsewhere"))
    assert shelf.fetch(known.token, NOW) == before
    with pytest.raises(Unavailable):
        shelf.fetch(unseen.token, NOW)
    with stored.database.writing() as db:
        db.execute(text("ALTER TABLE elsewhere RENAME TO feed"))
    assert isinstance(shelf.fetch(unseen.token, NOW), ServedFeed)
    with stored.database.writing() as db:
        revoke(db, stored.actor(ADA), known.feed_id, NOW)
    assert shelf.fetch(known.token, NOW) is GONE


def test_refreshes_at_the_same_time_lose_nothing(stored: Hospital) -> None:
    """The second waits for the first, and shows what both have changed."""
    address = open_for(stored, ADA, Purpose.RESIDENT)
    uids = [str(event["UID"]) for event in events_of(stored, address)]
    first_is_writing = threading.Event()

    def change(uid: str, *, hold: bool) -> None:
        with stored.database.writing() as db:
            db.execute(update(SessionRow).where(SessionRow.uid == uid).values(group_name=f"Renamed {uid[:4]}"))
            refresh(db, stored.programme_id, LATER)
            if hold:
                first_is_writing.set()
                sleep(0.3)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(change, uids[0], hold=True)
        assert first_is_writing.wait(10)
        second = pool.submit(change, uids[1], hold=False)
        first.result(20)
        second.result(20)
    descriptions = [str(event["DESCRIPTION"]) for event in events_of(stored, address)]
    assert [text.startswith(f"Renamed {uid[:4]}") for text, uid in zip(descriptions, uids, strict=True)] == [True, True]


def test_a_tag_always_comes_with_its_own_body(stored: Hospital) -> None:
    """Threads fetch from one shelf while sessions move: never the tag of one body with the octets of another."""
    address = open_for(stored, ADA, Purpose.RESIDENT)
    shelf = FeedStore(stored.database, aside=lambda _: None)
    seen: dict[str, set[bytes]] = defaultdict(set)
    stop = threading.Event()

    def fetch_again_and_again() -> None:
        while not stop.is_set():
            feed = shelf.fetch(address.token, LATER)
            assert isinstance(feed, ServedFeed)
            seen[feed.etag].add(feed.body)

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(fetch_again_and_again) for _ in range(4)]
        try:
            for minute in range(12):
                stored.move("g1", 1, FIRST_SESSION + timedelta(days=29, minutes=minute))
                publish(stored, LATER + timedelta(minutes=minute))
        finally:
            stop.set()
        for reader in readers:
            reader.result(20)
    assert len(seen) > 1
    assert {len(bodies) for bodies in seen.values()} == {1}


def test_noting_use_never_waits_for_a_refresh_nor_stops_it(stored: Hospital) -> None:
    address = open_for(stored, ADA, Purpose.RESIDENT)
    with ThreadPoolExecutor(1) as pool:
        with stored.database.writing() as db:
            refresh(db, stored.programme_id, LATER)
            noting = pool.submit(note, stored, address)
            if stored.database.engine.dialect.name == "postgresql":
                noting.result(10)
        noting.result(20)


def note(hospital: Hospital, address: FeedAddress) -> None:
    with hospital.database.writing() as db:
        note_use(db, [address.feed_id], LATER)
