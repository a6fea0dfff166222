"""Other people's calendars as busy time: when, and nothing else of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from scheduler.availability.intervals import Interval, joined, moment, whole_days
from scheduler.rotas.reading.events import Event, read_events


@dataclass(frozen=True, slots=True)
class Busy:
    """Time taken in a calendar. ``timed`` is certain; what ``all_day`` events mean only their owner knows.

    ``skipped`` counts entries that have no place in time, or a rule that cannot be read.
    """

    timed: tuple[Interval, ...]
    all_day: tuple[Interval, ...]
    skipped: int


def read_busy(content: bytes, zone: ZoneInfo, first: date, last: date) -> Busy:
    """The busy time of a calendar file between two days.

    Cancelled events are none, nor are timed ones that the calendar itself shows as free. All-day events count though
    they are shown as free: calendars write holidays so. Times without a zone are meant by the clocks of ``zone``.
    Raises ``UnreadableFile``.
    """
    read = read_events(content, "the calendar", first, last)
    kept = [event for event in read.events if not event.cancelled]
    return Busy(joined(_timed(kept, zone)), joined(_all_day(kept, zone)), len(read.unplaced))


def _timed(events: Iterable[Event], zone: ZoneInfo) -> Iterator[Interval]:
    for event in events:
        if isinstance(event.start, datetime) and isinstance(event.end, datetime) and not event.free:
            start, end = _placed(event.start, zone), _placed(event.end, zone, ends=True)
            if start < end:
                yield Interval(start, end)


def _all_day(events: Iterable[Event], zone: ZoneInfo) -> Iterator[Interval]:
    for event in events:
        days = event.days() if event.all_day else ()
        if days:
            yield whole_days(days[0], days[-1], zone)


def _placed(when: datetime, zone: ZoneInfo, *, ends: bool = False) -> datetime:
    return moment(when, zone, ends=ends) if when.tzinfo is None else when
