"""The days between a group's sessions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from scheduler.sessions.rhythm import Rhythm, rhythm_of_starts

FIRST = datetime(2027, 1, 5, 12, 30, tzinfo=UTC)


def after(*days: int) -> list[tuple[datetime, str]]:
    """Starts so many days after one another, in no order."""
    starts = [FIRST + timedelta(days=sum(days[:number])) for number in range(len(days) + 1)]
    return [(start, "Europe/London") for start in reversed(starts)]


@pytest.mark.parametrize(
    ("gaps", "even"),
    [
        ((14, 42, 23, 18, 41), (False, False, True, False, False)),
        ((28, 28, 28), (True, True, True)),
        ((21, 35, 36), (True, True, False)),
        ((), ()),
    ],
)
def test_a_gap_is_even_within_a_quarter_of_the_interval(gaps: tuple[int, ...], even: tuple[bool, ...]) -> None:
    rhythm = rhythm_of_starts(after(*gaps), 28)
    assert (rhythm.gaps, rhythm.even) == (gaps, even)
    assert rhythm.is_even == all(even)


def test_days_are_those_of_the_programmes_calendar() -> None:
    """Half past eleven at night in London, when the clock goes forward between."""
    late = datetime(2027, 3, 1, 23, 30, tzinfo=UTC)
    summer = datetime(2027, 3, 29, 22, 30, tzinfo=UTC)
    assert rhythm_of_starts([(late, "Europe/London"), (summer, "Europe/London")], 28).gaps == (28,)


@pytest.mark.parametrize(("interval", "weeks"), [(28, 4), (7, 1), (30, 0)])
def test_an_interval_is_said_in_weeks_where_it_is_whole_ones(interval: int, weeks: int) -> None:
    assert Rhythm(interval, ()).whole_weeks == weeks
