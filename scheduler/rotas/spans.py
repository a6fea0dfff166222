"""Spans of days, both ends included: what a rota speaks for, put together from its versions. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

DaySpan = tuple[date, date]
"""First and last day."""

_A_DAY = timedelta(days=1)


def with_days(spans: Iterable[DaySpan], added: DaySpan) -> tuple[DaySpan, ...]:
    """The days of all spans, as few spans as can be, in order; a gap between them stays one."""
    kept: list[DaySpan] = []
    for first, last in sorted((*spans, added)):
        if kept and first <= kept[-1][1] + _A_DAY:
            kept[-1] = (kept[-1][0], max(kept[-1][1], last))
        else:
            kept.append((first, last))
    return tuple(kept)


def without_days(spans: Iterable[DaySpan], taken: DaySpan) -> tuple[DaySpan, ...]:
    """The days of the spans that ``taken`` does not cover."""
    return tuple(part for span in spans for part in _remaining(span, taken))


def _remaining(span: DaySpan, taken: DaySpan) -> Iterator[DaySpan]:
    before, after = (span[0], min(span[1], taken[0] - _A_DAY)), (max(span[0], taken[1] + _A_DAY), span[1])
    return (part for part in (before, after) if part[0] <= part[1])
