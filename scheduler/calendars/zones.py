"""VTIMEZONE components that every calendar client reads alike.

Yearly rules (RRULE) come from the POSIX TZ string in the footer of the zone's TZif file (RFC 8536 §3.3), since some
clients misread lists of dates (RDATE) by an hour. Where the footer does not tell the truth for the span asked for
(a zone whose law is changing, Ramadan in Morocco) each change of the clock is written as an observance of its own.
"""

import calendar
import re
import zoneinfo
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib import resources
from itertools import takewhile
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_DAY: Final = timedelta(days=1)
_SECOND: Final = timedelta(seconds=1)
_WEEKDAYS: Final = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
_LAST_WEEK: Final = 5
_YEARS_BEFORE: Final = 2
"""So many years before the first event observances begin: ts-ics takes one that begins in the autumn before to hold
only from the next January on, and reads a whole winter an hour early."""
_OFFSET: Final = r"([+-]?\d+(?::\d+){0,2})"
_NAME: Final = r"(?:<[^>]+>|[A-Za-z]+)"
_DATE: Final = r"M(\d+)\.(\d)\.(\d)(?:/([+-]?\d+(?::\d+){0,2}))?"
_FOOTER: Final = re.compile(rf"{_NAME}{_OFFSET}{_NAME}{_OFFSET}?,{_DATE},{_DATE}")

Observance = TimezoneStandard | TimezoneDaylight
YearlyRule = dict[str, str | int | list[int]]


@dataclass(frozen=True, slots=True)
class Change:
    """A zone's clock is set at a UTC instant from one offset to another; `name` is what the time is called after."""

    at: datetime
    before: timedelta
    after: timedelta
    name: str


@dataclass(frozen=True, slots=True)
class _Rule:
    """The nth weekday of a month (week 5: the last), so long after local midnight (may be negative or over a day)."""

    month: int
    week: int
    weekday: int
    after_midnight: timedelta
    offset_before: timedelta
    offset_after: timedelta

    def instant(self, year: int) -> datetime:
        day = datetime(year, self.month, self._earliest_day(year), tzinfo=UTC)
        wait = (self.weekday - day.isoweekday()) % 7
        return day + wait * _DAY + self.after_midnight - self.offset_before

    def _earliest_day(self, year: int) -> int:
        if self.week == _LAST_WEEK:
            return calendar.monthrange(year, self.month)[1] - 6
        return 7 * (self.week - 1) + 1

    def yearly(self) -> YearlyRule | None:
        """The RRULE parts, or None where a time of 24 h and more pushes the day over the end of the month."""
        shift = self.after_midnight // _DAY
        weekday = _WEEKDAYS[(self.weekday + shift) % 7]
        common: YearlyRule = {"FREQ": "YEARLY", "BYMONTH": self.month}
        if shift == 0:
            return common | {"BYDAY": f"{-1 if self.week == _LAST_WEEK else self.week}{weekday}"}
        earliest = {self._earliest_day(year) + shift for year in (2027, 2028)}
        days = list(range(min(earliest), max(earliest) + 7))
        if len(days) > 7 or days[0] < 1 or days[-1] > calendar.monthrange(2027, self.month)[1]:
            return None
        return common | {"BYDAY": weekday, "BYMONTHDAY": days}


def vtimezone(zone: str, first: datetime, last: datetime) -> bytes:
    """The VTIMEZONE of an IANA zone, right for every instant from `first` to `last` (both aware).

    The text depends on the years of the two instants alone, so that a feed's body stays the same when a session moves
    within its year. Raises ZoneInfoNotFoundError for an unknown zone.
    """
    return _render(zone, first.astimezone(UTC).year, last.astimezone(UTC).year)


@lru_cache(maxsize=1024)
def _render(zone: str, first_year: int, last_year: int) -> bytes:
    component = Timezone()
    component.add("tzid", zone)
    for observance in _observances(zone, first_year - _YEARS_BEFORE, last_year):
        component.add_component(observance)
    body: bytes = component.to_ical()
    return body


def _observances(zone: str, first_year: int, last_year: int) -> list[Observance]:
    start, end = datetime(first_year, 1, 1, tzinfo=UTC), datetime(last_year + 1, 1, 1, tzinfo=UTC)
    changes, rules = clock_changes(zone, start, end), _footer_rules(zone)
    ruled = _count_ruled(rules, changes, start, end)
    explicit, repeated = changes[: len(changes) - ruled], changes[len(changes) - ruled :][:2]
    if explicit or not repeated:
        explicit.insert(0, _as_is(zone, start))
    standard = min((rule.offset_after for rule in rules), default=_state(ZoneInfo(zone), end)[0])
    return [
        *(_observance(change, standard) for change in explicit),
        *(_observance(change, standard, _rule_of(change, rules).yearly()) for change in repeated),
    ]


def clock_changes(zone: str, start: datetime, end: datetime) -> list[Change]:
    """Every change of the zone's offset or name after `start` and up to `end`, in order, to the second."""
    tz = ZoneInfo(zone)
    days = [start + number * _DAY for number in range((end - start) // _DAY)] + [end]
    states = [_state(tz, day) for day in days]
    numbers = [number for number in range(1, len(days)) if states[number] != states[number - 1]]
    return [_change(tz, _bisect(tz, days[number - 1], days[number])) for number in numbers]


def _bisect(tz: ZoneInfo, low: datetime, high: datetime) -> datetime:
    before = _state(tz, low)
    while high - low > _SECOND:
        middle = low + (high - low) // _SECOND // 2 * _SECOND
        low, high = (middle, high) if _state(tz, middle) == before else (low, middle)
    return high


def _change(tz: ZoneInfo, at: datetime) -> Change:
    after, name = _state(tz, at)
    return Change(at, _state(tz, at - _SECOND)[0], after, name)


def _state(tz: ZoneInfo, at: datetime) -> tuple[timedelta, str]:
    local = at.astimezone(tz)
    return local.utcoffset() or timedelta(), local.tzname() or ""


def _as_is(zone: str, at: datetime) -> Change:
    """No change at all: what holds at the start, for readers that need an observance before the first change."""
    offset, name = _state(ZoneInfo(zone), at)
    return Change(at, offset, offset, name)


def _count_ruled(rules: tuple[_Rule, ...], changes: list[Change], start: datetime, end: datetime) -> int:
    """How many of the last changes the yearly rules give exactly; 0 where they cannot stand for the zone."""
    if any(rule.yearly() is None for rule in rules):
        return 0
    expected = sorted(
        (rule.instant(year), rule.offset_before, rule.offset_after)
        for year in range(start.year, end.year)
        for rule in rules
    )
    given = [(change.at, change.before, change.after) for change in changes]
    pairs = zip(reversed(expected), reversed(given), strict=False)
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return same if same > 1 else 0


def _rule_of(change: Change, rules: tuple[_Rule, ...]) -> _Rule:
    return next(rule for rule in rules if rule.instant((change.at + change.before).year) == change.at)


def _observance(change: Change, standard: timedelta, rule: YearlyRule | None = None) -> Observance:
    component = TimezoneDaylight() if change.after > standard else TimezoneStandard()
    component.add("dtstart", (change.at + change.before).replace(tzinfo=None))
    if rule is not None:
        component.add("rrule", rule)
    component.add("tzname", change.name)
    component.add("tzoffsetfrom", change.before)
    component.add("tzoffsetto", change.after)
    return component


def _footer_rules(zone: str) -> tuple[_Rule, ...]:
    match = _FOOTER.fullmatch(_footer(zone))
    if match is None:
        return ()
    parts = match.groups()
    standard = -_duration(parts[0])
    summer = standard + timedelta(hours=1) if parts[1] is None else -_duration(parts[1])
    return _rule(parts[2:6], standard, summer), _rule(parts[6:10], summer, standard)


def _rule(parts: tuple[str | None, ...], before: timedelta, after: timedelta) -> _Rule:
    month, week, weekday = (int(part or 0) for part in parts[:3])
    return _Rule(month, week, weekday, _duration(parts[3] or "2"), before, after)


def _duration(text: str) -> timedelta:
    """`[+-]h[h[h]][:mm[:ss]]` as in a POSIX TZ string; there a positive offset lies west of Greenwich."""
    sign = -1 if text.startswith("-") else 1
    hours, minutes, seconds = ([int(part) for part in text.lstrip("+-").split(":")] + [0, 0])[:3]
    return sign * timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _footer(zone: str) -> str:
    """The last line of the zone's TZif file; empty in a file of version 1, which has none."""
    data = _tzif(zone)
    return data.rsplit(b"\n", 2)[-2].decode("ascii") if data.endswith(b"\n") else ""


def _tzif(zone: str) -> bytes:
    """The file that `zoneinfo` itself reads: the system's first, then the tzdata package's."""
    ZoneInfo(zone)  # refuses unknown names and names that would leave the folder
    found = (path for path in (Path(root, *zone.split("/")) for root in zoneinfo.TZPATH) if path.is_file())
    path = next(found, None)
    packaged = resources.files("tzdata").joinpath("zoneinfo", *zone.split("/"))
    return path.read_bytes() if path else packaged.read_bytes()
