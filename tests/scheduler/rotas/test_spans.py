"""Spans of days: put together and taken apart, against sets of days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import reduce
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from scheduler.rotas.spans import DaySpan, with_days, without_days

FIRST = date(2027, 1, 4)
spans = st.tuples(st.integers(0, 40), st.integers(0, 10)).map(
    lambda pair: (FIRST + timedelta(days=pair[0]), FIRST + timedelta(days=pair[0] + pair[1]))
)


def days(found: Iterable[DaySpan]) -> set[date]:
    return {first + timedelta(days=day) for first, last in found for day in range((last - first).days + 1)}


@given(st.lists(spans, max_size=8), spans)
def test_spans_are_the_days_that_they_cover(several: list[DaySpan], one: DaySpan) -> None:
    kept: tuple[DaySpan, ...] = reduce(with_days, several, ())
    assert days(kept) == days(several)
    assert all(later[0] - earlier[1] > timedelta(days=1) for earlier, later in pairwise(kept))
    assert days(without_days(kept, one)) == days(kept) - days([one])
