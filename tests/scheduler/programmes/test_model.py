"""Programmes: their slots on the wall clock, and when a room is open."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from scheduler.programmes.model import Room, Window, equal_rounds
from tests.builders import programme

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
