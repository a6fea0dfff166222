"""Which date is best: most who can come, fewest shut out, the group's rhythm, soonest."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from scheduler.planning.rhythm import NO_RHYTHM, Rhythm

TUESDAY = datetime(2027, 3, 2, 12, 30, tzinfo=ZoneInfo("Europe/London"))
WEEK = timedelta(days=7)


def best_first(rhythm: Rhythm, *dates: tuple[datetime, int, int]) -> list[datetime]:
    return [date[0] for date in sorted(dates, key=lambda date: rhythm.rank(*date))]


def test_who_can_come_counts_before_everything_else() -> None:
    soon, late = TUESDAY, TUESDAY + 3 * WEEK
    assert best_first(NO_RHYTHM, (soon, 4, 0), (late, 5, 2)) == [late, soon]
    assert best_first(NO_RHYTHM, (soon, 4, 2), (late, 4, 1)) == [late, soon]
    assert best_first(NO_RHYTHM, (late, 4, 1), (soon, 4, 1)) == [soon, late]


def test_of_equal_dates_the_one_that_keeps_the_interval_is_first() -> None:
    rhythm = Rhythm(28, (TUESDAY - 4 * WEEK, TUESDAY + 4 * WEEK))
    a_week_early, a_week_late = TUESDAY - WEEK, TUESDAY + WEEK
    dates = [(a_week_early, 4, 0), (TUESDAY, 4, 0), (a_week_late, 4, 0)]
    assert best_first(rhythm, *dates) == [TUESDAY, a_week_early, a_week_late]


def test_days_count_by_whole_weeks_and_then_the_usual_weekday_and_time_do() -> None:
    rhythm = Rhythm(28, (TUESDAY - 4 * WEEK, TUESDAY + 4 * WEEK))
    monday, other_time = TUESDAY - timedelta(days=1), TUESDAY - timedelta(hours=1)
    dates = [(monday, 4, 0), (other_time, 4, 0), (TUESDAY, 4, 0)]
    assert best_first(rhythm, *dates) == [TUESDAY, monday, other_time]


def test_an_hour_that_the_clocks_change_is_the_same_time_of_day() -> None:
    """By the wall clock: in UTC the summer session is an hour earlier."""
    summer = TUESDAY + 8 * WEEK
    rhythm = Rhythm(28, (TUESDAY.astimezone(ZoneInfo("UTC")),))
    assert rhythm.rank(summer, 4, 0)[3] == 0
    assert rhythm.rank(summer + timedelta(hours=1), 4, 0)[3] == 1


def test_an_extra_session_has_no_interval_to_keep() -> None:
    rhythm = Rhythm(None, (TUESDAY,))
    assert rhythm.rank(TUESDAY + WEEK, 4, 0)[2] == 0
