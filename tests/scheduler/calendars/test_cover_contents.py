"""The calendar of a rota manager, as independent readers see it."""

from __future__ import annotations

from datetime import datetime, timedelta

import icalendar
import pytest

from scheduler import clock
from scheduler.calendars.cover_feeds import list_cover_feeds
from scheduler.calendars.feed_store import FeedStore
from scheduler.calendars.feeds import GONE, FeedAddress, Subject
from scheduler.calendars.model import Purpose
from scheduler.calendars.service import list_feeds, open_feed, revoke, rotate
from scheduler.cover import managers
from scheduler.db import Database
from scheduler.errors import NotAllowed, NotFound
from scheduler.offices import service as offices
from scheduler.offices.coordinators import COORDINATOR
from scheduler.people import roles
from scheduler.people.model import Role
from scheduler.releases.keepers import releases_of_managers
from scheduler.releases.register import ENDED_KEPT
from scheduler.sessions import apologies
from tests.builders import actor
from tests.scheduler.calendars.readers import by_icalendar, by_recurring_ical_events, by_vobject
from tests.scheduler.cover.test_service import keep
from tests.scheduler.releases.rostered import a_rostered_term, import_duties
from tests.scheduler.sessions.term import PEERS, Term

ADA, BEN, _, _ = PEERS


@pytest.fixture
def term(storage: Database) -> Term:
    return a_rostered_term(storage)


@pytest.fixture
def office(term: Term) -> int:
    return keep(term, "Rota office")


def opened(term: Term, office: int, now: datetime | None = None) -> FeedAddress:
    with term.database.writing() as db:
        subject = Subject(Purpose.COVER, term.programme_id, manager_id=office)
        return open_feed(db, term.coordinator(), subject, now or clock.now())


def body(term: Term, address: FeedAddress, now: datetime | None = None) -> bytes:
    store = FeedStore(term.database, aside=lambda work: work())
    feed = store.fetch(address.token, now or clock.now())
    assert feed is not None
    assert feed is not GONE
    return store.plain(feed)  # type: ignore[arg-type]


def events(content: bytes) -> dict[str, icalendar.Event]:
    return {str(event["SUMMARY"]): event for event in icalendar.Calendar.from_ical(content).walk("VEVENT")}


def test_it_shows_who_is_to_be_released_and_neither_group_nor_model(term: Term, office: int) -> None:
    address, session = opened(term, office), term.session()
    content = body(term, address)
    shown = events(content)
    assert shown.keys() == {"Release: Ada Quill", "Release: Ben Marrow", "Release: Cat Osier"}
    ada = shown["Release: Ada Quill"]
    assert (str(ada["DESCRIPTION"]), str(ada["LOCATION"]), str(ada["TRANSP"])) == (
        "NROC · ward", "North Hospital", "TRANSPARENT",
    )  # fmt: skip
    assert session.uid.encode() not in content
    for word in (session.group_name, session.model_name):
        assert word not in content.decode()
    seen = {(start, end, status) for _, start, end, status in by_icalendar(content)}
    assert seen == {(session.starts_at, session.ends_at, "CONFIRMED")}
    for reader in (by_recurring_ical_events, by_vobject):
        assert reader(content) == by_icalendar(content)


def test_what_is_no_longer_needed_is_cancelled_under_the_same_name(term: Term, office: int) -> None:
    address = opened(term, office)
    before = events(body(term, address))["Release: Ada Quill"]
    with term.database.writing() as db:
        apologies.say_sorry(db, term.actor(ADA), term.session().id, clock.now())
    shown = [
        event
        for event in icalendar.Calendar.from_ical(body(term, address)).walk("VEVENT")
        if event["UID"] == before["UID"]
    ]
    [after] = shown
    assert (str(after["STATUS"]), int(after["SEQUENCE"])) == ("CANCELLED", int(before.get("SEQUENCE", 0)) + 1)


def test_a_new_link_begins_without_what_was_over_before_it(term: Term, office: int) -> None:
    before = opened(term, office)
    with term.database.writing() as db:
        apologies.say_sorry(db, term.actor(ADA), term.session().id, clock.now())
    later = clock.now() + timedelta(minutes=1)
    new = opened(term, office, later)
    assert len(events(body(term, before))) == 3
    assert events(body(term, new)).keys() == {"Release: Ben Marrow", "Release: Cat Osier"}
    with term.database.writing() as db:
        apologies.say_sorry(db, term.actor(BEN), term.session().id, later + timedelta(minutes=1))
    assert [name for name in events(body(term, new)) if name.startswith("Cancelled")] == [
        "Cancelled: Release: Ben Marrow"
    ]


def test_a_rota_under_another_name_leaves_one_event_a_person(term: Term, office: int) -> None:
    address = opened(term, office)
    import_duties(term, clock.now(), (ADA, "NROC", "09:00", "21:00"), name="ward two")
    uids = [str(event["UID"]) for event in icalendar.Calendar.from_ical(body(term, address)).walk("VEVENT")]
    assert len(uids) == len(set(uids)) == 3


def test_who_keeps_a_rota_no_longer_has_cancelled_releases_in_their_calendar_and_none_after_a_month(
    term: Term, office: int
) -> None:
    address = opened(term, office)
    keep(term, "Ward clerk", rota="ward")
    shown = icalendar.Calendar.from_ical(body(term, address)).walk("VEVENT")
    assert {str(event["STATUS"]) for event in shown} == {"CANCELLED"}
    with term.database.reading() as db:
        later = clock.now() + ENDED_KEPT + timedelta(days=1)
        assert releases_of_managers(db, [office], later) == ()


def test_every_coordinator_renews_and_ends_it_and_nobody_else(term: Term, office: int) -> None:
    address, now = opened(term, office), clock.now()
    with term.database.writing() as db:
        other = roles.appoint(db, term.coordinator(), term.programme_id, "Co", "co@example.org", Role.COORDINATOR, now)
    colleague = actor(other, term.programme_id, Role.COORDINATOR)
    with term.database.writing() as db:
        assert list_feeds(db, term.coordinator()) == ()  # none of the coordinator's own calendars
        assert [feed.id for feed in list_cover_feeds(db, colleague, term.programme_id)] == [address.feed_id]
        with pytest.raises(NotFound):
            revoke(db, term.actor(BEN), address.feed_id, now)
        with pytest.raises(NotAllowed):
            list_cover_feeds(db, term.actor(BEN), term.programme_id)
    first = term.coordinator().person_id or 0
    with term.database.writing() as db:
        offices.dismiss(db, COORDINATOR, colleague, term.programme_id, first, now)
    assert len(events(body(term, address))) == 3  # it goes on, though who made it went
    with term.database.writing() as db:
        renewed = rotate(db, colleague, address.feed_id, now)
    assert len(events(body(term, renewed))) == 3
    assert len(events(body(term, address))) == 1
    with term.database.writing() as db:
        revoke(db, colleague, renewed.feed_id, now)
    assert FeedStore(term.database).fetch(renewed.token, now) is GONE


def test_with_a_rota_manager_their_calendars_go(term: Term, office: int) -> None:
    address = opened(term, office)
    with term.database.writing() as db:
        managers.remove_manager(db, term.coordinator(), term.programme_id, office, clock.now())
    assert FeedStore(term.database).fetch(address.token, clock.now() + timedelta(minutes=1)) is None
    with pytest.raises(NotFound):
        opened(term, office)


def test_a_rota_that_somebody_else_keeps_is_cancelled_in_the_former_calendar_and_can_come_back(
    term: Term, office: int
) -> None:
    with term.database.writing() as db:
        now = clock.now()
        other = managers.add_manager(db, term.coordinator(), term.programme_id, "Ward office", "", now)
    first, second = opened(term, office), opened(term, other)
    uid = events(body(term, first))["Release: Ada Quill"]["UID"]

    def seen(address: FeedAddress) -> tuple[str, int]:
        """Status and sequence of her release: in the first calendar by its name there, in the second the only one."""
        found = icalendar.Calendar.from_ical(body(term, address)).walk("VEVENT")
        [hers] = [one for one in found if one["UID"] == uid or (address is second and "Ada Quill" in one["SUMMARY"])]
        return str(hers["STATUS"]), int(hers.get("SEQUENCE", 0))

    def given_to(keeper: int) -> None:
        with term.database.writing() as db:
            kept = managers.list_kept(db, term.coordinator(), term.programme_id)
            keepers = {(one.site_id, one.rota): keeper for one in kept if one.manager_id is not None}
            managers.set_keepers(db, term.coordinator(), term.programme_id, keepers, clock.now())

    known = [seen(first)]
    for keeper, status in ((other, "CANCELLED"), (office, "CONFIRMED")):
        given_to(keeper)
        known.append(seen(first))
        assert known[-1][0] == status
        assert known[-1][1] > known[-2][1], "a calendar takes it as later"
        assert seen(second)[0] == ("CONFIRMED" if keeper == other else "CANCELLED")
