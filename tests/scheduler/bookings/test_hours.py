"""Hours of mentoring: which months are full, and how rounds are spread so that none fills over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from scheduler.bookings.hours import Limits, closed_slots

LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True)
class At:
    starts_at: datetime
    minutes: int = 60

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


def limits(month: int | None = None, year: int | None = None) -> Limits:
    return Limits(LONDON, month, year)


def test_a_month_is_full_when_one_more_session_would_be_too_much() -> None:
    taken = [At(datetime(2027, 1, day, 12, tzinfo=UTC)) for day in (5, 12)]
    january = (datetime(2027, 1, 1, tzinfo=LONDON), datetime(2027, 2, 1, tzinfo=LONDON))
    assert limits(month=120).full(taken, 60) == [january]
    assert limits(month=179).full(taken, 60) == [january]
    assert limits(month=180).full(taken, 60) == []
    assert limits(month=120).minutes(taken) == {(2027, 1): 120}


def test_months_and_years_are_those_of_the_programme_s_clocks() -> None:
    last_hour_in_london = At(datetime(2027, 6, 30, 23, 30, tzinfo=UTC))
    assert limits(month=60).full([last_hour_in_london], 60)[0][0] == datetime(2027, 7, 1, tzinfo=LONDON)
    december = At(datetime(2027, 12, 5, 12, tzinfo=UTC))
    assert limits(month=60).full([december], 60)[0][1] == datetime(2028, 1, 1, tzinfo=LONDON)
    year = (datetime(2027, 1, 1, tzinfo=LONDON), datetime(2028, 1, 1, tzinfo=LONDON))
    assert limits(year=60).full([december], 60) == [year]


def test_rounds_are_spread_so_that_no_month_fills_over() -> None:
    first = datetime(2027, 1, 4, 12, tzinfo=UTC)
    slots = [(first + timedelta(days=day), day // 28) for day in range(3 * 28)]
    closed, without = closed_slots(limits(month=60), slots, {}, 60)
    assert without == 0
    months: dict[int, set[int]] = {}
    for index, (start, round_) in enumerate(slots):
        if index not in closed:
            months.setdefault(start.month, set()).add(round_)
    assert months == {1: {0}, 2: {1}, 3: {2}}
    assert closed_slots(limits(month=180), slots, {}, 60) == (frozenset(), 0)


def test_hours_given_elsewhere_close_a_month() -> None:
    slots = [(datetime(2027, 1, 20, 12, tzinfo=UTC), 0), (datetime(2027, 2, 2, 12, tzinfo=UTC), 0)]
    used = limits(month=120).minutes([At(datetime(2027, 1, 5, 12, tzinfo=UTC), 90)])
    assert closed_slots(limits(month=120), slots, used, 60) == (frozenset({0}), 0)


def test_who_has_no_hours_left_in_a_year_is_asked_for_nothing_more() -> None:
    slots = [(datetime(2027, month, 5, 12, tzinfo=UTC), month) for month in range(1, 6)]
    closed, without = closed_slots(limits(year=120), slots, {}, 60)
    assert (closed, without) == (frozenset({2, 3, 4}), 3)
