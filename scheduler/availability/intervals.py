"""Spans of time and what can be done with them. All are half-open: the end does not belong to the span."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """From ``start`` up to ``end``, both aware; kept in UTC. Raises ValueError if empty, turned round or naive."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a span of time needs moments with their zone")
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        object.__setattr__(self, "end", self.end.astimezone(UTC))
        if self.end <= self.start:
            raise ValueError("a span of time ends after it starts")

    @property
    def length(self) -> timedelta:
        """How long it lasts."""
        return self.end - self.start

    def overlaps(self, other: Interval) -> bool:
        """Whether they share any moment; one that begins as the other ends does not."""
        return self.start < other.end and other.start < self.end


def joined(spans: Iterable[Interval]) -> tuple[Interval, ...]:
    """The same time as few spans as can be, in order; spans that touch become one."""
    kept: list[Interval] = []
    for span in sorted(spans):
        if kept and span.start <= kept[-1].end:
            kept[-1] = Interval(kept[-1].start, max(kept[-1].end, span.end))
        else:
            kept.append(span)
    return tuple(kept)


def moment(wall: datetime, zone: ZoneInfo, *, ends: bool = False) -> datetime:
    """The moment at which a clock in ``zone`` shows ``wall`` (naive), in UTC.

    A time that the clock shows twice is taken as the first showing for a start and as the second for an end, so that
    nothing is promised free that may be worked. A time that the clock skips is read with the offset before the gap
    (RFC 5545, section 3.3.5).
    """
    first = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    return max(first, wall.replace(tzinfo=zone, fold=1).astimezone(UTC)) if ends else first


def whole_days(first: date, last: date, zone: ZoneInfo) -> Interval:
    """From midnight before ``first`` to midnight after ``last`` by the clocks of ``zone``."""
    after = datetime.combine(last + timedelta(days=1), time())
    return Interval(moment(datetime.combine(first, time()), zone), moment(after, zone))
