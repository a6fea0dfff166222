"""Days as they are written: those that arithmetic can go on from, and no others."""

from __future__ import annotations

from datetime import date

import pytest

from scheduler.calendar_days import FIRST_DAY, LAST_DAY, is_usual, read_day


@pytest.mark.parametrize("day", [date(2027, 3, 31), FIRST_DAY, LAST_DAY])
def test_a_day_is_read_as_it_is_written(day: date) -> None:
    assert read_day(day.isoformat()) == day


@pytest.mark.parametrize(
    "text",
    [
        "0001-01-01",
        "9999-12-31",
        "1899-12-31",
        "2200-01-01",
        "2027-02-30",
        "2027-W05-1",
        "20270331",
        "9" * 5000,
        "",
        "٢٠٢٧-٠٣-٣١",
    ],
)
def test_what_no_programme_has_is_no_day(text: str) -> None:
    assert read_day(text) is None


def test_days_beyond_are_known_for_it() -> None:
    assert not is_usual(date.min)
    assert not is_usual(date.max)
