"""Programmes: their slots on the wall clock, what is refused, and the list of rooms."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from scheduler.calendars.feeds import Purpose, Subject
from scheduler.calendars.keeping import ServedFeed
from scheduler.calendars.service import open_feed
from scheduler.calendars.serving import Shelf
from scheduler.db import Database
from scheduler.errors import NotAllowed, NotFound, Rejected
from scheduler.people.model import OPERATOR, Role
from scheduler.programmes.model import Programme, Room, Window, equal_rounds
from scheduler.programmes.rooms import import_rooms
from scheduler.programmes.service import create_programme, find_programme_id, get_programme
from scheduler.safety.tables import AuditRow
from scheduler.sessions.tables import SessionRow
from tests.builders import NOW, actor, programme, world
from tests.scheduler.calendars.hospital import COORDINATOR, FIRST_SESSION, a_hospital

ONE_WEEK = equal_rounds(date(2027, 3, 22), 1, 2)
"""Two weeks around the clock change in London on 28 March 2027."""


def test_slots_keep_their_wall_clock_through_the_clock_change() -> None:
    mondays = programme(rounds=ONE_WEEK, windows=(Window(0, time(12, 30), time(13, 30)),))
    assert [slot.starts_at for slot in mondays.slots()] == [
        datetime(2027, 3, 22, 12, 30, tzinfo=UTC),
        datetime(2027, 3, 29, 11, 30, tzinfo=UTC),
    ]


def test_a_session_must_end_inside_its_window() -> None:
    windows = (Window(0, time(12, 30), time(14, 15), 45),)
    starts = [
        slot.starts_at.astimezone(ZoneInfo("Europe/London")).time()
        for slot in programme(rounds=equal_rounds(date(2027, 1, 4), 1, 1), windows=windows).slots()
    ]
    assert starts == [time(12, 30), time(13, 15)]


def test_slots_are_in_order_and_know_their_round() -> None:
    slots = programme().slots()
    assert list(slots) == sorted(slots, key=lambda slot: slot.starts_at)
    assert [sum(slot.round == index for slot in slots) for index in range(3)] == [40, 40, 40]


def test_overlapping_windows_give_one_slot_a_start_and_the_protected_one_counts() -> None:
    free, protected = Window(0, time(12), time(14), 30), Window(0, time(12, 30), time(13, 30), 30, protected=True)
    for windows in ((free, protected), (protected, free), (free, protected, free)):
        slots = programme(rounds=equal_rounds(date(2027, 1, 4), 1, 1), windows=windows).slots()
        assert [(f"{slot.starts_at:%H:%M}", slot.protected) for slot in slots] == [
            ("12:00", False),
            ("12:30", True),
            ("13:00", False),
        ]


def test_a_start_that_the_clock_skips_is_no_second_slot() -> None:
    nights = programme(rounds=ONE_WEEK, windows=(Window(6, time(0, 30), time(4), 30),))
    starts = [slot.starts_at for slot in nights.slots() if slot.starts_at.date() == date(2027, 3, 28)]
    assert [f"{start:%H:%M}" for start in starts] == ["00:30", "01:00", "01:30", "02:00"]


def test_a_programme_comes_back_as_it_was_stored(storage: Database) -> None:
    wanted = programme(weights={"want": 30}, windows=(Window(2, time(13), time(14), 30, protected=True),))
    with storage.writing() as db:
        programme_id = create_programme(db, OPERATOR, wanted, NOW)
    with storage.reading() as db:
        assert without_ids(get_programme(db, programme_id)) == wanted
        assert find_programme_id(db, "spring") == programme_id
        assert [line.action for line in db.scalars(select(AuditRow))] == ["programme.created"]


def without_ids(stored: Programme) -> Programme:
    sites = tuple(replace(site, id=0, rooms=tuple(replace(room, id=0) for room in site.rooms)) for site in stored.sites)
    return replace(stored, id=0, models=tuple(replace(model, id=0) for model in stored.models), sites=sites)


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"slug": "Spring Term"}, "slug"),
        ({"zone": "Europe/Atlantis"}, "zone"),
        ({"rounds": ()}, "rounds"),
        ({"models": ()}, "models"),
        ({"windows": ()}, "windows"),
        ({"windows": (Window(0, time(12), time(12, 30)),)}, "windows"),
    ],
)
def test_a_programme_that_cannot_work_is_refused(database: Database, changes: dict[str, object], where: str) -> None:
    with pytest.raises(Rejected) as rejected, database.writing() as db:
        create_programme(db, OPERATOR, programme(**changes), NOW)
    assert where in [fault.where for fault in rejected.value.faults]


def test_an_unknown_programme_is_not_found(database: Database) -> None:
    with pytest.raises(NotFound), database.reading() as db:
        get_programme(db, 99)


@pytest.mark.parametrize(
    ("start", "is_open"),
    [
        (datetime(2027, 1, 4, 12, 0, tzinfo=UTC), True),
        (datetime(2027, 1, 4, 11, 59, tzinfo=UTC), False),
        (datetime(2027, 1, 4, 13, 0, tzinfo=UTC), True),
        (datetime(2027, 1, 4, 13, 1, tzinfo=UTC), False),
        (datetime(2027, 1, 5, 12, 0, tzinfo=UTC), False),
    ],
)
def test_a_room_is_open_when_the_whole_session_fits(start: datetime, is_open: bool) -> None:
    room = Room("a", "A", 8, frozenset({0}), time(12), time(14))
    assert room.is_open(start, 60) is is_open


ROOMS = "site,room,name,capacity,weekdays,opens_at,closes_at\n"


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
        ("west,a,A,6,mon,12:00,14:00", "none of north, south"),
        ("north,a,A,six,mon,12:00,14:00", "whole number"),
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
    feed = Shelf(storage, aside=lambda _: None).fetch(token, later)
    assert isinstance(feed, ServedFeed)
    assert (b"Attic" in feed.body) == bool(rises)
