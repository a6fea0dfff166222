"""From duties on a rota, wall clock, to duties as moments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from scheduler.availability.intervals import moment, whole_days
from scheduler.availability.model import Duty
from scheduler.rotas.model import AWAY, DutyKind, wall_span
from scheduler.rotas.reading.codes import likely_kinds

USUAL_HOURS: Mapping[DutyKind, tuple[time, time]] = MappingProxyType(
    {
        DutyKind.DAY: (time(9), time(17)),
        DutyKind.LONG_DAY: (time(8), time(20, 30)),
        DutyKind.LATE: (time(12), time(22)),
        DutyKind.NIGHT: (time(20), time(9, 30)),
        DutyKind.RESIDENT_ON_CALL: (time(9), time(9)),
        DutyKind.NON_RESIDENT_ON_CALL: (time(9), time(9)),
        DutyKind.PROTECTED: (time(9), time(17)),
    }
)
"""Hours taken for a duty whose legend gives none: the widest that are usual, so that nothing is promised free that
is worked. Duties of kinds not listed take the whole day."""

_HALF_DAY = timedelta(hours=6)


@lru_cache(maxsize=20_000)
def duty_at(
    kind: DutyKind,
    code: str,
    day: date,
    start: datetime | None,
    end: datetime | None,
    zone: ZoneInfo,
    site_id: int = 0,
) -> Duty:
    """A duty with its hours, or the usual ones where it has none.

    Days off and leave count for the whole day, unless the rota gives them for half of one only. Many people have the
    same duty on the same day: they get the same value, which is quick to tell from others.
    """
    if start is None or end is None:
        start, end = _usual(kind, day, zone)
    elif kind in AWAY and end - start >= _HALF_DAY:
        last = max(day, (end.astimezone(zone) - timedelta(seconds=1)).date())
        span = whole_days(day, last, zone)
        start, end = span.start, span.end
    maybe = kind is DutyKind.UNKNOWN and DutyKind.NIGHT in likely_kinds(code)[:1]
    return Duty(kind, code, day, start, end, maybe, zone, site_id)


def _usual(kind: DutyKind, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    if kind not in USUAL_HOURS:
        span = whole_days(day, day, zone)
        return span.start, span.end
    start, end = wall_span(day, *USUAL_HOURS[kind])
    return moment(start, zone), moment(end, zone, ends=True)
