"""Quiet hours: the own night and the sleep around duties, and where a reminder goes instead."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.availability.duties import duty_at
from scheduler.availability.intervals import Interval, joined
from scheduler.availability.model import Duty
from scheduler.availability.rest import rules_for
from scheduler.invitations.quiet_times import SHORTEST_NOTICE, QuietHours, quiet_hours_of
from scheduler.rotas.model import DutyKind

LONDON, NIGHT = ZoneInfo("Europe/London"), (time(22), time(7))
ENGLAND = rules_for("england-2016")
MONDAY = datetime(2027, 3, 22, tzinfo=UTC)
"""The week in which clocks go forward, on its Sunday."""
WEEK = Interval(MONDAY, MONDAY + timedelta(days=9))
HOUR = timedelta(hours=1)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """So many days after Monday, by the clocks of London."""
    day_of = MONDAY.date() + timedelta(days=day)
    return datetime.combine(day_of, time(hour, minute), LONDON).astimezone(UTC)


def night_duty(day: int) -> Duty:
    return duty_at(
        DutyKind.NIGHT, "N", MONDAY.date() + timedelta(days=day), at(day, 20, 30), at(day + 1, 8, 30), LONDON
    )


def quiet(*duties: Duty, night: tuple[time, time] = NIGHT) -> QuietHours:
    return quiet_hours_of(night, LONDON, WEEK, duties, ENGLAND)


@pytest.mark.parametrize(
    ("hour", "is_quiet"), [(21, False), (22, True), (23, True), (3, True), (6, True), (7, False), (12, False)]
)
@pytest.mark.parametrize("day", [1, 5, 6, 7])
def test_the_own_night_is_quiet_on_the_own_clock(day: int, hour: int, is_quiet: bool) -> None:
    assert (quiet().span_at(at(day, hour)) is not None) == is_quiet


def test_a_night_may_lie_within_a_day_and_may_be_none() -> None:
    by_day = quiet(night=(time(9), time(17)))
    assert by_day.span_at(at(2, 12))
    assert by_day.span_at(at(2, 3)) is None
    assert quiet(night=(time(7), time(7))).spans == ()


def test_nothing_is_sent_while_somebody_sleeps_around_nights() -> None:
    calm = quiet(night_duty(0), night_duty(1), night_duty(2))
    for moment in (at(0, 15), at(1, 10), at(2, 13), at(3, 12), at(4, 14), at(5, 6)):
        assert calm.span_at(moment), f"{moment} is before, between or up to 46 hours after the nights"
    assert calm.span_at(at(5, 7)) is None
    assert calm.span_at(at(0, 11)) is None


def test_an_ordinary_day_s_work_keeps_nothing_back() -> None:
    day = duty_at(DutyKind.DAY, "D", date(2027, 3, 23), at(1, 9), at(1, 17), LONDON)
    assert quiet(day).spans == quiet().spans


def test_a_reminder_in_the_night_comes_after_it() -> None:
    assert quiet().moment_for(at(2, 3), at(2, 12, 30), at(0, 0)) == at(2, 7)


def test_where_after_is_too_late_it_comes_before() -> None:
    assert quiet().moment_for(at(2, 6), at(2, 7, 30), at(0, 0)) == at(1, 21, 59)
    nights = quiet(night_duty(0), night_duty(1))
    assert nights.moment_for(at(3, 12), at(4, 7, 30), at(0, 0)) == at(0, 12, 29), "before the sleep before the first"


def test_where_neither_is_left_none_is_sent() -> None:
    assert quiet().moment_for(at(2, 6), at(2, 7, 30), earliest=at(2, 0)) is None


SPANS = st.lists(st.tuples(st.integers(0, 200), st.integers(1, 60)), max_size=8)


@given(spans=SPANS, due=st.integers(0, 250), notice=st.integers(1, 200), earliest=st.integers(0, 250))
def test_no_reminder_ever_falls_into_quiet_hours_or_comes_too_late(
    spans: list[tuple[int, int]], due: int, notice: int, earliest: int
) -> None:
    calm = QuietHours(joined(Interval(MONDAY + s * HOUR, MONDAY + (s + length) * HOUR) for s, length in spans))
    starts_at, wanted = MONDAY + (due + notice) * HOUR, MONDAY + due * HOUR
    found = calm.moment_for(wanted, starts_at, MONDAY + earliest * HOUR)
    if found is None:
        assert calm.span_at(wanted)
        return
    assert calm.span_at(found) is None
    assert found == wanted or found <= starts_at - SHORTEST_NOTICE
    assert found >= min(wanted, MONDAY + earliest * HOUR)
