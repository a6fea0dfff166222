"""Quiet hours: somebody's own night, and the sleep that their rota leaves them. No reminder is sent then."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from scheduler.availability.intervals import Interval, joined, moment
from scheduler.availability.model import Duty
from scheduler.availability.rest import RestRules
from scheduler.availability.rest_periods import rests
from scheduler.rotas.model import DutyKind

_ASLEEP: Final = frozenset({"before_night", "between_nights", "after_nights", "after_duty"})
"""Rest in which somebody sleeps or should: around nights, and after duties that end late or last a day and a night."""
_DAY: Final = timedelta(days=1)
SHORTEST_NOTICE: Final = timedelta(hours=1)
"""A reminder that would come later than this before a session is of no use."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Spans in which nothing is sent, in order and apart from each other; ``away`` are those of long leave."""

    spans: tuple[Interval, ...]
    away: tuple[Interval, ...] = ()

    def span_at(self, at: datetime) -> Interval | None:
        """The quiet span that a moment lies in."""
        index = bisect_right(self.spans, at, key=_start_of) - 1
        return self.spans[index] if index >= 0 and at < self.spans[index].end else None

    def is_away(self, at: datetime) -> bool:
        """Whether somebody is on long leave then."""
        return any(span.start <= at < span.end for span in self.away)

    def moment_for(self, due: datetime, starts_at: datetime, earliest: datetime) -> datetime | None:
        """When to send what is due at a moment: then, or right after the quiet span around it, or, where the session
        begins too soon after that, right before it.

        None where neither is left: before would be earlier than ``earliest``, after too late to be of use.
        """
        span = self.span_at(due)
        if span is None:
            return due
        if span.end <= starts_at - SHORTEST_NOTICE:
            return span.end
        before = span.start - timedelta(minutes=1)
        return before if before >= earliest and self.span_at(before) is None else None


def quiet_hours_of(
    night: tuple[time, time],
    zone: ZoneInfo,
    within: Interval,
    duties: Sequence[Duty],
    rules: RestRules,
    away: Sequence[Interval] = (),
) -> QuietHours:
    """The quiet spans of one person that touch ``within``: their own night, on the clock of ``zone``, their sleep
    around the duties given, and when they are ``away``."""
    asleep = (Interval(rest.start, rest.end) for rest in rests(duties, rules, zone) if rest.key in _ASLEEP)
    at_work = (Interval(duty.start, duty.end) for duty in duties if duty.kind is DutyKind.NIGHT)
    spans = joined([*_nights(night, zone, within), *asleep, *at_work, *away])
    return QuietHours(tuple(span for span in spans if span.overlaps(within)), tuple(away))


def _nights(night: tuple[time, time], zone: ZoneInfo, within: Interval) -> Iterator[Interval]:
    begins, ends = night
    if begins == ends:
        return
    day = (within.start - 2 * _DAY).astimezone(zone).date()
    last = (within.end + _DAY).astimezone(zone).date()
    while day <= last:
        start = datetime.combine(day, begins)
        end = datetime.combine(day if begins < ends else day + _DAY, ends)
        opens, closes = moment(start, zone), moment(end, zone, ends=True)
        if opens < closes:
            yield Interval(opens, closes)
        day += _DAY


def _start_of(span: Interval) -> datetime:
    return span.start
