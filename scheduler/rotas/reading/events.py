"""Events out of other people's calendar files: expanded, bounded, and never a reason to fall over.

Real files are often broken in one event; that one is skipped and counted, the others are read. Only bytes are ever
given to the parser: given text it may take it for the name of a file on this machine.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import recurring_ical_events
from icalendar import Calendar, Component
from icalendar.error import IncompleteComponent, InvalidCalendar

from scheduler.languages import say
from scheduler.rotas.model import UnreadableFile

MAX_BYTES = 5 * 1024 * 1024
MAX_EVENTS = 20_000
MAX_SECONDS = 20.0
"""Of the processor's time: on a busy machine the same calendars can be read."""
_AT_A_TIME = 200
_SERIES = frozenset(("RRULE", "RDATE", "RECURRENCE-ID"))
_TOO_OFTEN = frozenset(("SECONDLY", "MINUTELY", "HOURLY"))
_TIMES_OF_DAY = ("BYHOUR", "BYMINUTE", "BYSECOND")
MAX_TIMES_A_DAY = 24
_BROKEN = (
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    OverflowError,
    ArithmeticError,
    RecursionError,
    IncompleteComponent,
    InvalidCalendar,
)
"""What icalendar and recurring-ical-events are seen to raise on real, broken files."""


@dataclass(frozen=True, slots=True)
class Event:
    """One occurrence. Both ends are days for an all-day event (the last one excluded), else moments, naive where the
    file gives no zone. ``free`` is what the file calls transparent."""

    start: date | datetime
    end: date | datetime
    summary: str
    free: bool
    cancelled: bool

    @property
    def all_day(self) -> bool:
        return not isinstance(self.start, datetime)

    def days(self) -> tuple[date, ...]:
        """The days that an all-day event lasts."""
        first, after = date(*self.start.timetuple()[:3]), date(*self.end.timetuple()[:3])
        return tuple(first + timedelta(days=offset) for offset in range((after - first).days))


@dataclass(frozen=True, slots=True)
class Events:
    """The occurrences of a file in order, its own name and zone (empty where it has none), and how many of its
    series were skipped as broken."""

    events: tuple[Event, ...]
    name: str
    zone: str
    skipped: int


def is_calendar(content: bytes) -> bool:
    """Whether the bytes are a calendar file."""
    return b"BEGIN:VCALENDAR" in content[:2000].upper()


def read_events(content: bytes, filename: str, first: date | None = None, last: date | None = None) -> Events:
    """Every occurrence between two days; without them, from the file's first event for 400 days after its last.

    Raises :class:`UnreadableFile` for what is no calendar, or one too large.
    """
    calendars = _parsed(content, filename)
    events = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    if len(events) > MAX_EVENTS:
        advice = say("Export a shorter period: we can read up to %(num)s events.", num=MAX_EVENTS)
        raise UnreadableFile(say("The calendar has too many events."), where=filename, what_to_do=advice)
    window = (first, last) if first and last else _reach(events)
    found: list[Event] = []
    skipped = 0
    ends = time.thread_time() + MAX_SECONDS
    for calendar in calendars:
        occurrences, lost = _expanded(calendar, *window, ends) if window else ([], 0)
        found.extend(occurrences)
        skipped += lost
    name, zone = (_text(calendars, key) for key in ("X-WR-CALNAME", "X-WR-TIMEZONE"))
    return Events(tuple(sorted(found, key=_order)), name, zone, skipped)


def _parsed(content: bytes, filename: str) -> Sequence[Component]:
    if len(content) > MAX_BYTES:
        advice = say("Export a shorter period.")
        raise UnreadableFile(say("The calendar is larger than 5 MB."), where=filename, what_to_do=advice)
    try:
        if found := Calendar.from_ical(content, multiple=True):
            return found
        raise InvalidCalendar
    except _BROKEN as error:
        advice = say("Export it again from the program it came from.")
        raise UnreadableFile(say("The calendar file is damaged."), where=filename, what_to_do=advice) from error


def _reach(events: Iterable[Component]) -> tuple[date, date] | None:
    starts = [day for event in events if (day := _day_of(event)) is not None]
    return (min(starts) - timedelta(days=1), max(starts) + timedelta(days=400)) if starts else None


def _day_of(event: Component) -> date | None:
    try:
        start = getattr(event["DTSTART"], "dt", None)
    except _BROKEN:
        return None
    return start.date() if isinstance(start, datetime) else start if isinstance(start, date) else None


def _expanded(calendar: Component, first: date, last: date, ends: float) -> tuple[list[Event], int]:
    """Occurrences of all single events at once, then of each series by itself: one that is broken costs only itself.

    Raises :class:`UnreadableFile` when this thread has worked until ``ends``: some rules never come to their next date.
    """
    events = calendar.walk("VEVENT")
    sound = [event for event in events if _is_sound(event)]
    dropped = len(events) - len(sound)
    found: list[Event] = []
    for batch in _batches(sound):
        if time.thread_time() > ends:
            advice = say("Export a shorter period.")
            raise UnreadableFile(say("The calendar takes too long to read."), what_to_do=advice)
        occurrences, lost = _of_batch(calendar, batch, first, last)
        found.extend(occurrences)
        dropped += lost
    return found, dropped


def _of_batch(calendar: Component, batch: list[Component], first: date, last: date) -> tuple[list[Event], int]:
    """The batch's occurrences, or where it breaks those of each of its series, and how many of these are broken."""
    try:
        return list(_occurrences(_with_events(calendar, batch), first, last)), 0
    except _BROKEN:
        series = list(_series(batch).values())
    if len(series) == 1:
        return [], 1
    parts = [_of_batch(calendar, each, first, last) for each in series]
    return [event for events, _ in parts for event in events], sum(lost for _, lost in parts)


def _batches(events: Iterable[Component]) -> Iterator[list[Component]]:
    """Some hundred single events at a time, then the series one by one."""
    every = _series(events)
    series = {uid: some for uid, some in every.items() if any(_SERIES.intersection(event) for event in some)}
    plain = [event for uid, some in every.items() if uid not in series for event in some]
    for start in range(0, len(plain), _AT_A_TIME):
        yield plain[start : start + _AT_A_TIME]
    yield from series.values()


def _occurrences(calendar: Component, first: date, last: date) -> Iterator[Event]:
    for each in recurring_ical_events.of(calendar, skip_bad_series=True).between(first, last + timedelta(days=1)):
        start, end = each.start, each.end
        if end > start:
            status = str(each.get("STATUS", "")).upper()
            free = str(each.get("TRANSP", "")).upper() == "TRANSPARENT"
            summary = " ".join(str(each.get("SUMMARY", "")).split())
            yield Event(start, end, summary, free, status == "CANCELLED")


def _is_sound(event: Component) -> bool:
    """Whether its rules can be read and do not repeat too often."""
    try:
        return not _repeats_too_often(event)
    except _BROKEN:
        return False


def _repeats_too_often(event: Component) -> bool:
    rules = event.get("RRULE")
    each = rules if isinstance(rules, list) else [rules] if rules is not None else []
    frequencies = {str(frequency).upper() for rule in each for frequency in rule.get("FREQ", ())}
    times_a_day = (math.prod(len(rule.get(part, (0,))) for part in _TIMES_OF_DAY) for rule in each)
    return bool(frequencies & _TOO_OFTEN) or any(times > MAX_TIMES_A_DAY for times in times_a_day)


def _with_events(calendar: Component, events: Iterable[Component]) -> Calendar:
    """A calendar of these events alone, with the zones and the name of the whole one."""
    part = Calendar()
    for name, value in calendar.items():
        part[name] = value
    part.subcomponents = [*calendar.walk("VTIMEZONE"), *events]
    return part


def _series(events: Iterable[Component]) -> dict[str, list[Component]]:
    by_uid: dict[str, list[Component]] = {}
    for number, event in enumerate(events):
        by_uid.setdefault(str(event.get("UID", f"without {number}")), []).append(event)
    return by_uid


def _text(calendars: Iterable[Component], key: str) -> str:
    return next((str(calendar[key]).strip() for calendar in calendars if key in calendar), "")


def _order(event: Event) -> tuple[str, str]:
    return (event.start.isoformat(), event.summary)
