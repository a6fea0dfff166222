"""The list of rooms: what is taken over, what is refused, and whose calendars are told."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from sqlalchemy import select

from scheduler.calendars.feed_cache import ServedFeed
from scheduler.calendars.feed_store import FeedStore
from scheduler.calendars.feeds import Subject
from scheduler.calendars.model import Purpose
from scheduler.calendars.service import open_feed
from scheduler.db import Database
from scheduler.enrolment.rooms import import_rooms
from scheduler.errors import NotAllowed, Rejected
from scheduler.people.model import Role
from scheduler.programmes.service import get_programme
from scheduler.sessions.tables import SessionRow
from tests.builders import NOW, actor, world
from tests.scheduler.calendars.hospital import COORDINATOR, FIRST_SESSION, a_hospital

ROOMS = "site,room,name,capacity,weekdays,opens_at,closes_at\n"
CELLS = ("Mon Tue Wed", "Mon-Fri", "mon/tue", "Monday and Thursday", "montag", "mo", "", "mon;foo")


@pytest.mark.parametrize("cell", CELLS)
def test_weekdays_that_are_not_understood_whole_are_refused(database: Database, cell: str) -> None:
    here = world(database)
    content = f"{ROOMS}north,attic,Attic,6,{cell},12:00,14:00\n".encode()
    with pytest.raises(Rejected), database.writing() as db:
        import_rooms(db, here.coordinator, here.programme_id, content, NOW)


def test_weekdays_may_be_written_in_full_or_cut_short(database: Database) -> None:
    here = world(database)
    content = f"{ROOMS}north,attic,Attic,6,Monday; tues.;THU,12:00,14:00\n".encode()
    with database.writing() as db:
        import_rooms(db, here.coordinator, here.programme_id, content, NOW)
        [attic] = [room for room in get_programme(db, here.programme_id).sites[0].rooms if room.key == "attic"]
    assert attic.weekdays == {0, 1, 3}


def test_rooms_are_taken_over_and_one_no_longer_listed_is_closed(storage: Database) -> None:
    here = world(storage)
    content = (ROOMS + "north,attic,Attic,6,mon;fri,12:00,14:00\nsouth,hall,Hall,20,tue,9:00,17:00\n").encode()
    with storage.writing() as db:
        assert import_rooms(db, here.coordinator, here.programme_id, content, NOW) == 2
    with storage.reading() as db:
        north, south = get_programme(db, here.programme_id).sites
    assert {(room.key, room.weekdays) for room in north.rooms} == {
        ("library", frozenset()),
        ("attic", frozenset({0, 4})),
    }
    assert [(room.name, room.capacity, room.opens_at) for room in south.rooms] == [("Hall", 20, time(9))]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("west,a,A,6,mon,12:00,14:00", "not one of these: north, south"),
        ("north,a,A,six,mon,12:00,14:00", "whole number"),
        (f"north,a,A,{'9' * 20},mon,12:00,14:00", "more than 1000"),
        (f"north,a,{'A' * 5000},6,mon,12:00,14:00", "more than 120 characters"),
        ("north,a,A,0,mon,12:00,14:00", "capacity is 0"),
        ("north,a,A,6,someday,12:00,14:00", "mon;tue;fri"),
        ("north,a,A,6,mon,noon,14:00", "not a time"),
    ],
)
def test_a_bad_room_is_named_and_nothing_changes(database: Database, line: str, words: str) -> None:
    here = world(database)
    with pytest.raises(Rejected) as rejected, database.writing() as db:
        import_rooms(db, here.coordinator, here.programme_id, (ROOMS + line).encode(), NOW)
    [fault] = rejected.value.faults
    assert fault.where == "row 2"
    assert words in fault.text
    with database.reading() as db:
        assert get_programme(db, here.programme_id).sites[0].rooms[0].weekdays


def test_only_the_coordinator_changes_rooms(database: Database) -> None:
    here = world(database)
    with pytest.raises(NotAllowed), database.writing() as db:
        import_rooms(db, actor(1, here.programme_id, Role.FACULTY), here.programme_id, ROOMS.encode(), NOW)


@pytest.mark.parametrize(("name", "rises"), [("Room 3", 0), ("Attic", 1)])
def test_calendars_are_told_of_a_new_name_of_a_room_to_come_to(storage: Database, name: str, rises: int) -> None:
    here = a_hospital(storage)
    ada, boss = here.actor("Ada Quillfeather"), here.actor(COORDINATOR, Role.COORDINATOR)
    with storage.writing() as db:
        token = open_feed(db, ada, Subject(Purpose.RESIDENT, here.programme_id), FIRST_SESSION).token
    later = FIRST_SESSION + timedelta(days=1)
    with storage.writing() as db:
        import_rooms(db, boss, here.programme_id, (ROOMS + f"north,r1,{name},12,tue,8:00,18:00\n").encode(), later)
    with storage.reading() as db:
        rows = db.scalars(select(SessionRow).where(SessionRow.group_key == "g1").order_by(SessionRow.starts_at)).all()
        assert [row.sequence for row in rows] == [0, rises]
        assert (rows[1].changed_at == later) == bool(rises)
    feed = FeedStore(storage, aside=lambda _: None).fetch(token, later)
    assert isinstance(feed, ServedFeed)
    assert (b"Attic" in feed.body) == bool(rises)
