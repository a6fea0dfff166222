"""The candidate slots seen on the clocks of one zone: prepared once, used for thousands of people."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from scheduler.availability.intervals import moment
from scheduler.availability.model import Candidate, Weekly

Span = tuple[datetime, datetime]
"""Start and end, aware; the end does not belong to it."""

_A_DAY = timedelta(days=1)
_NONE = range(0)


class SlotTable:
    """Slots in order of their starts, all of one length, found by the time that they touch or lie in.

    ``candidates`` are in order of their starts and all last ``session_minutes``. Raises ValueError if they are not in
    order.
    """

    def __init__(self, candidates: Sequence[Candidate], session_minutes: float, zone: ZoneInfo) -> None:
        self.zone = zone
        self.session = timedelta(minutes=session_minutes)
        self.starts = [candidate.start.astimezone(UTC) for candidate in candidates]
        if self.starts != sorted(self.starts):
            raise ValueError("slots must be in order of their starts")
        self.protected = [candidate.protected for candidate in candidates]
        self.walls = self.walls_in(zone)
        self.days = [wall.date() for wall in self.walls]
        self._by_day = {day: self.on_days(day, day) for day in set(self.days)}
        self.past_midnight = self._past_midnight()
        self._days_of_week = self._weekdays()
        self._moments: dict[tuple[date, time, bool], datetime] = {}
        self._between: dict[tuple[time, time, str], list[bool]] = {}

    def __len__(self) -> int:
        return len(self.starts)

    def walls_in(self, zone: ZoneInfo) -> list[datetime]:
        """Each start as a clock of the zone shows it, naive."""
        return [start.astimezone(zone).replace(tzinfo=None) for start in self.starts]

    def between_clocks(self, opens: time, closes: time, zone: ZoneInfo) -> list[bool]:
        """For each slot whether it starts between two times of day as a clock of the zone shows it."""
        key = opens, closes, zone.key
        if key not in self._between:
            walls = self.walls if zone.key == self.zone.key else self.walls_in(zone)
            self._between[key] = [opens <= wall.time() < closes for wall in walls]
        return self._between[key]

    def touching(self, start: datetime, end: datetime) -> range:
        """Slots of which any part lies between two moments."""
        return range(bisect_right(self.starts, start - self.session), bisect_left(self.starts, end))

    def inside(self, start: datetime, end: datetime) -> range:
        """Slots that lie between two moments from their start to their end."""
        return range(bisect_left(self.starts, start), bisect_right(self.starts, end - self.session))

    def starting(self, start: datetime) -> range:
        """The slots that start at this moment."""
        return range(bisect_left(self.starts, start), bisect_right(self.starts, start))

    def starting_within(self, start: datetime, end: datetime) -> range:
        """Slots that start between two moments; one that starts at the end does not."""
        return range(bisect_left(self.starts, start), bisect_left(self.starts, end))

    def on_days(self, first: date, last: date) -> range:
        """Slots that start on these days, both included."""
        return range(bisect_left(self.days, first), bisect_right(self.days, last))

    def on_day(self, day: date) -> range:
        """Slots that start on this day; empty where there are none."""
        return self._by_day.get(day, _NONE)

    def spans_of(self, weekly: Weekly) -> Iterator[Span]:
        """The pattern as moments, on every day on which it holds and a slot may touch it.

        It keeps to its wall clock through a clock change.
        """
        for day in self._days_of_week[weekly.weekday]:
            if weekly.holds_on(day):
                ends_on = day if weekly.end > weekly.start else day + _A_DAY
                yield self._moment(day, weekly.start), self._moment(ends_on, weekly.end, ends=True)

    def _past_midnight(self) -> dict[int, date]:
        """Slots that end on another day than they start on, and on which; one that ends at midnight does not."""
        if not self.starts:
            return {}
        last_moment = self.session - timedelta(microseconds=1)
        ends = [(start + last_moment).astimezone(self.zone).date() for start in self.starts]
        return {index: day for index, day in enumerate(ends) if day != self.days[index]}

    def _weekdays(self) -> list[list[date]]:
        """By weekday the days of the slots, and those beside them: a session may begin before midnight."""
        near = {day + offset for day in set(self.days) for offset in (-_A_DAY, timedelta(), _A_DAY)}
        found: list[list[date]] = [[] for _ in range(7)]
        for day in sorted(near):
            found[day.weekday()].append(day)
        return found

    def _moment(self, day: date, clock: time, *, ends: bool = False) -> datetime:
        key = day, clock, ends
        if key not in self._moments:
            self._moments[key] = moment(datetime.combine(day, clock), self.zone, ends=ends)
        return self._moments[key]
