"""The timetable's pages: whole weeks, each once, in order."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scheduler.exports.timetable import pages_of_weeks

WEEKS = st.lists(st.integers(0, 30), max_size=200).map(
    lambda numbers: [date(2027, 1, 4) + timedelta(weeks=number) for number in sorted(numbers)]
)


@given(WEEKS, st.integers(1, 40))
def test_every_week_stands_on_one_page_and_no_page_is_longer_than_its_first_week_makes_it(
    mondays: list[date], most: int
) -> None:
    pages = pages_of_weeks(mondays, most)
    assert [week for page in pages for week in page] == sorted(set(mondays))
    lines = Counter(mondays)
    assert all(page and (len(page) == 1 or sum(lines[week] for week in page) <= most) for page in pages)
    assert all(
        sum(lines[week] for week in page) + lines[following[0]] > most for page, following in itertools.pairwise(pages)
    )
