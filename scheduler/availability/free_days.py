"""Days that have to stay free of work and of sessions alike, where a contract asks for one in so many.

Sessions are not put on days off anyway; this keeps people from offering the last free day that they have.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from scheduler.availability.intervals import Interval, whole_days
from scheduler.availability.model import Category, Duty, Reason
from scheduler.rotas.model import DutyKind

_A_DAY = timedelta(days=1)
_FREE = frozenset((DutyKind.OFF, DutyKind.LEAVE))


def days_kept_free(
    duties: Sequence[Duty], loaded: Sequence[tuple[date, date]], zone: ZoneInfo, in_days: int
) -> Iterator[tuple[Interval, Reason]]:
    """The days to keep, whole: of every ``in_days`` days in a row that hold a free day at all, one.

    Free is a day, from midnight to midnight by the clocks of ``zone``, of which a loaded rota speaks and into which
    no work, call or study reaches. Of days that no rota speaks of nothing is known: they do not count as free.
    """
    known_from = min((first for first, _ in loaded), default=date.min)
    for day in chosen_days(_free_days(duties, loaded, zone), known_from, in_days):
        yield whole_days(day, day, zone), Reason(Category.REST, "free_day", (("day", day.isoformat()),))


def chosen_days(free: Iterable[date], known_from: date, in_days: int) -> list[date]:
    """The fewest of these days that leave no run of ``in_days`` days with a free day in it without one of them.

    Runs that begin before ``known_from`` ask for nothing.
    """
    days = sorted(free)
    kept: list[date] = []
    while (after := bisect_right(days, kept[-1]) if kept else 0) < len(days):
        opens = kept[-1] + _A_DAY if kept else known_from
        in_reach = bisect_right(days, opens + (in_days - 1) * _A_DAY)
        kept.append(days[max(after, in_reach - 1)])
    return kept


def _free_days(duties: Sequence[Duty], loaded: Iterable[tuple[date, date]], zone: ZoneInfo) -> set[date]:
    known = {first + offset * _A_DAY for first, last in loaded for offset in range((last - first).days + 1)}
    for duty in duties:
        if duty.kind not in _FREE:
            known.difference_update(_days_of(duty, zone))
    return known


def _days_of(duty: Duty, zone: ZoneInfo) -> Iterator[date]:
    day = duty.start.astimezone(zone).date()
    last = (duty.end - timedelta(seconds=1)).astimezone(zone).date()
    while day <= last:
        yield day
        day += _A_DAY
