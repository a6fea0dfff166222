"""Spans of time: joining, taking away, walls and moments."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.availability.intervals import Interval, joined, moment, whole_days
from tests.scheduler.availability.timelines import LONDON, wall

START = datetime(2026, 3, 28, tzinfo=UTC)
ZONES = [ZoneInfo(name) for name in ("Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC")]


def span(start: int, minutes: int) -> Interval:
    return Interval(START + timedelta(minutes=start), START + timedelta(minutes=start + minutes))


spans = st.lists(st.builds(span, st.integers(0, 300), st.integers(1, 60)), max_size=12)


def minutes(of: object) -> set[int]:
    """The minutes that spans cover, one by one."""
    return {
        minute
        for each in of  # type: ignore[attr-defined]
        for minute in range(
            int((each.start - START).total_seconds() // 60), int((each.end - START).total_seconds() // 60)
        )
    }


@given(spans)
def test_joining_keeps_every_minute_and_leaves_gaps_between(given_spans: list[Interval]) -> None:
    whole = joined(given_spans)
    assert minutes(whole) == minutes(given_spans)
    assert all(left.end < right.start for left, right in pairwise(whole))
    assert joined(whole) == whole


def pieces_of(span: Interval, line: datetime) -> list[Interval]:
    if not span.start < line < span.end:
        return [span]
    return [Interval(span.start, line), Interval(line, span.end)]


@given(spans, st.integers(1, 359))
def test_splitting_and_joining_gives_the_same(some: list[Interval], cut: int) -> None:
    line = START + timedelta(minutes=cut)
    pieces = [piece for each in some for piece in pieces_of(each, line)]
    assert joined(pieces) == joined(some)


@given(spans, st.sampled_from(ZONES))
def test_moving_to_another_zone_changes_nothing(some: list[Interval], zone: ZoneInfo) -> None:
    moved = [Interval(each.start.astimezone(zone), each.end.astimezone(zone)) for each in some]
    assert moved == some
    assert joined(moved) == joined(some)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)), st.sampled_from(ZONES))  # noqa: DTZ001 - wall clock
def test_a_wall_clock_time_comes_back_unless_the_clock_skips_it(shown: datetime, zone: ZoneInfo) -> None:
    back = moment(shown, zone).astimezone(zone).replace(tzinfo=None)
    assert back == shown or moment(back, zone) == moment(shown, zone)
    assert moment(shown, zone) <= moment(shown, zone, ends=True) <= moment(shown, zone) + timedelta(hours=1)


def test_both_clock_changes() -> None:
    assert moment(wall("2026-03-29T01:30"), LONDON) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert moment(wall("2026-10-25T01:30"), LONDON) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert moment(wall("2026-10-25T01:30"), LONDON, ends=True) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)])
def test_whole_days_have_their_own_length(day: date, hours: int) -> None:
    assert whole_days(day, day, LONDON).length == timedelta(hours=hours)


@pytest.mark.parametrize("minutes_long", [0, -1])
def test_empty_and_turned_spans_are_refused(minutes_long: int) -> None:
    with pytest.raises(ValueError, match="ends after"):
        span(0, minutes_long)


def test_naive_moments_are_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        Interval(wall("2026-01-01T00:00"), wall("2026-01-01T01:00"))
