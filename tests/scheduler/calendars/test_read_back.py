"""Feeds as independent readers see them, across both clock changes and in three zones."""

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

import scheduler
import solvers
import web
from scheduler.calendars.icalendar_text import render_calendar, render_event
from scheduler.calendars.model import Event
from scheduler.calendars.validation import validate
from scheduler.calendars.zones import clock_changes
from scheduler.sessions.model import SessionStatus
from tests.scheduler.calendars.builders import MADE_AT, a_calendar, an_event
from tests.scheduler.calendars.readers import (
    READERS,
    Seen,
    by_ical_js,
    by_icalendar,
    by_icalendar_without_names,
    by_ts_ics,
    in_node,
)

ZONES = ("Europe/London", "America/New_York", "Australia/Sydney")


def expected(events: list[Event]) -> set[Seen]:
    return {(event.uid, event.starts_at, event.ends_at, event.status.upper()) for event in events}


def body_of(events: list[Event]) -> bytes:
    body = render_calendar(a_calendar(), [render_event(event) for event in events], MADE_AT)
    assert validate(body) == ()
    return body


def around_clock_changes() -> list[Event]:
    """Sessions every day at three times of the day, through March/April and October/November of 2026 and 2027.

    None lies in an hour that the clock shows twice: there recurring-ical-events, told X-WR-TIMEZONE, takes times
    written in UTC for the first of the two (the test below covers those hours for the other readers).
    """
    days = [
        datetime(year, month, 1, tzinfo=UTC) + timedelta(days=day, hours=hour)
        for year in (2026, 2027)
        for month in (3, 10)
        for day in range(45)
        for hour in (2, 13, 22)
    ]
    statuses = tuple(SessionStatus)
    return [
        an_event(number, uid=f"{number}-{zone[:4]}", starts_at=starts_at, zone=zone, status=statuses[number % 3])
        for zone in ZONES
        for number, starts_at in enumerate(days)
    ]


@pytest.fixture(scope="module")
def both_clock_changes() -> tuple[list[Event], bytes]:
    events = around_clock_changes()
    return events, body_of(events)


@pytest.mark.parametrize("reader", READERS)
def test_readers_agree_over_both_clock_changes(reader: str, both_clock_changes: tuple[list[Event], bytes]) -> None:
    events, body = both_clock_changes
    read = READERS[reader](body)
    if reader == "ts-ics":  # it sets its clock some hours off, as the zone lies from Greenwich
        near = {event.uid for event in events if is_near_a_change(event)}
        assert 0 < len(near) < 0.1 * len(events)
        events = [event for event in events if event.uid not in near]
        read = {seen for seen in read if seen[0] not in near}
    assert read == expected(events)


def is_near_a_change(event: Event) -> bool:
    """Whether a clock is set within half a day of an event's start or end."""
    half_day = timedelta(hours=12)
    local = [
        (moment + shift).astimezone(ZoneInfo(event.zone)).utcoffset()
        for moment in (event.starts_at, event.ends_at)
        for shift in (-half_day, half_day)
    ]
    return len(set(local)) > 1


def test_ical_js_reads_every_zone_right() -> None:
    """Each zone's VTIMEZONE, at the noon before and after each of its clock changes."""
    first, last = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
    events = []
    for zone in sorted(available_timezones()):
        changes = [change.at for change in clock_changes(zone, first, last)]
        noons = [at.replace(hour=12, minute=0) + timedelta(days=days) for at in changes for days in (-1, 1)]
        for number, starts_at in enumerate([first, *noons]):
            events.append(an_event(uid=f"{zone}-{number}", starts_at=starts_at, zone=zone))
    assert len(events) > 1200
    assert by_ical_js(body_of(events)) == expected(events)


TS_ICS_MISREADS = frozenset(
    ("America/Godthab", "America/Havana", "America/Nuuk", "America/Scoresbysund", "Chile/EasterIsland", "Cuba",
     "Pacific/Easter")
)  # fmt: skip
"""Zones that ts-ics reads wrong on the day beside a change of the clock, whatever a VTIMEZONE says: their clocks change
when another day has begun in UTC, or (Cuba) end summer after a month that it counts wrong."""


def test_a_winter_is_read_right_by_all_though_it_began_in_the_year_before() -> None:
    """Sessions from January on: a reader that looks for observances of the years before must find them."""
    noons = [datetime(2027, 1, 5, 12, tzinfo=UTC) + timedelta(days=14 * number) for number in range(12)]
    events = [an_event(uid=f"s{number}", starts_at=noon, zone="Europe/London") for number, noon in enumerate(noons)]
    body = body_of(events)
    assert {name: reader(body) for name, reader in READERS.items()} == dict.fromkeys(READERS, expected(events))


def test_ts_ics_reads_every_month_of_every_zone_right() -> None:
    """Noon on the fifteenth of each month of three years, and on the days beside each change of the clock."""
    first, last = datetime(2026, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
    months = [datetime(year, month, 15, 12, tzinfo=UTC) for year in (2026, 2027, 2028) for month in range(1, 13)]
    events = []
    for zone in sorted(available_timezones() - TS_ICS_MISREADS):
        changes = [change.at.replace(hour=12, minute=0, second=0) for change in clock_changes(zone, first, last)]
        noons = [*months, *(noon + timedelta(days=days) for noon in changes for days in (-1, 1))]
        events += [an_event(uid=f"{zone}-{number}", starts_at=noon, zone=zone) for number, noon in enumerate(noons)]
    read = by_ts_ics(render_calendar(a_calendar(), [render_event(event) for event in events], MADE_AT))
    assert read == expected(events)


def test_javascript_reads_the_same_titles() -> None:
    title = "Ward\\North; Dr. A, B “quoted” ü🩺 " * 5
    body = body_of([an_event(title=title)])
    assert [event["summary"] for event in in_node("ical.js", body)] == [title.strip()]


@given(
    seconds=st.lists(st.integers(0, 4 * 365 * 24 * 60).map(lambda minutes: minutes * 60), min_size=1, max_size=8),
    zone=st.sampled_from(["Africa/Casablanca", "Asia/Gaza", "America/Nuuk", "Europe/Dublin", "Pacific/Apia", *ZONES]),
    length=st.integers(1, 300).map(lambda minutes: timedelta(minutes=minutes)),
)
def test_readers_agree_on_any_minute(seconds: list[int], zone: str, length: timedelta) -> None:
    starts = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=second) for second in seconds]
    events = [
        an_event(uid=f"s{number}", starts_at=start, ends_at=start + length, zone=zone)
        for number, start in enumerate(starts)
    ]
    body = body_of(events)
    assert by_icalendar(body) == expected(events)
    assert by_icalendar_without_names(body) == expected(events)


def test_a_text_given_to_the_parser_would_be_opened_as_a_file(tmp_path: Path) -> None:
    """Why the product hands octets to the parser, never text."""
    path = tmp_path / "private.ics"
    path.write_bytes(body_of([an_event(title="Private matter")]))
    read = icalendar.Calendar.from_ical(str(path))
    assert str(read.walk("VEVENT")[0]["SUMMARY"]) == "Private matter"
    with pytest.raises(ValueError, match="Content line"):
        icalendar.Calendar.from_ical(str(path).encode())


def test_the_product_hands_only_octets_to_the_parser() -> None:
    """A call of from_ical in the product has to name its argument `body`, and `body` has to be declared bytes."""
    calls = [call for package in (scheduler, web, solvers) for call in unsafe_calls(Path(package.__path__[0]))]
    assert calls == []


def unsafe_calls(folder: Path) -> list[str]:
    return [
        f"{path}:{call.lineno}"
        for path in sorted(folder.rglob("*.py"))
        for function in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(function, ast.FunctionDef | ast.Module)
        for call in from_ical_calls(function)
        if not takes_declared_octets(function, call)
    ]


def from_ical_calls(scope: ast.AST) -> list[ast.Call]:
    """The calls made in this scope itself, not in functions inside it."""
    found: list[ast.Call] = []
    for node in ast.iter_child_nodes(scope):
        if isinstance(node, ast.FunctionDef):
            continue
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "from_ical":
            found.append(node)
        found += from_ical_calls(node)
    return found


def takes_declared_octets(scope: ast.FunctionDef | ast.Module, call: ast.Call) -> bool:
    if isinstance(scope, ast.Module) or len(call.args) != 1 or not isinstance(call.args[0], ast.Name):
        return False
    octets = {a.arg for a in scope.args.args if isinstance(a.annotation, ast.Name) and a.annotation.id == "bytes"}
    return call.args[0].id in octets


@pytest.mark.parametrize(
    ("source", "is_safe"),
    [
        ("def read(body: bytes):\n    return Calendar.from_ical(body)", True),
        ("def read(body: str):\n    return Calendar.from_ical(body)", False),
        ("def read(body):\n    return Calendar.from_ical(body)", False),
        ("def read(body: bytes):\n    return Calendar.from_ical(body.decode())", False),
        ("class A:\n    def read(self, body: bytes):\n        return [Calendar.from_ical(body)]", True),
        ("Calendar.from_ical('a.ics')", False),
    ],
)
def test_the_pin_itself_tells_text_from_octets(source: str, is_safe: bool, tmp_path: Path) -> None:
    (tmp_path / "reader.py").write_text(source)
    assert (unsafe_calls(tmp_path) == []) is is_safe


def test_what_another_library_writes_is_caught() -> None:
    """icalendar's own VTIMEZONEs are lists of dates, which Thunderbird reads an hour wrong."""
    calendar = icalendar.Calendar.from_ical(body_of([an_event()]))
    calendar.subcomponents = calendar.walk("VEVENT")
    calendar.add_missing_timezones()
    body = calendar.to_ical()
    assert any("RDATE" in fault.text for fault in validate(body))
