"""Events out of other people's calendar files: expanded, bounded, and never a reason to fall over.

Real files are often broken in one event; that one is skipped and counted, the others are read. Only bytes are ever
given to the parser: given text it may take it for the name of a file on this machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import recurring_ical_events
from icalendar import Calendar, Component
from icalendar.error import IncompleteComponent, InvalidCalendar

from scheduler.rotas.model import UnreadableFile

MAX_BYTES = 5 * 1024 * 1024
MAX_EVENTS = 20_000
_TOO_OFTEN = frozenset(("SECONDLY", "MINUTELY", "HOURLY"))
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
        advice = f"Export a shorter time: {MAX_EVENTS} events at most are read."
        raise UnreadableFile("The calendar has too many events.", where=filename, what_to_do=advice)
    window = (first, last) if first and last else _reach(events)
    found: list[Event] = []
    skipped = 0
    for calendar in calendars:
        occurrences, lost = _expanded(calendar, *window) if window else ([], 0)
        found.extend(occurrences)
        skipped += lost
    name, zone = (_text(calendars, key) for key in ("X-WR-CALNAME", "X-WR-TIMEZONE"))
    return Events(tuple(sorted(found, key=_order)), name, zone, skipped)


def _parsed(content: bytes, filename: str) -> Sequence[Component]:
    if len(content) > MAX_BYTES:
        advice = "Export a shorter time."
        raise UnreadableFile("The calendar is larger than 5 MB.", where=filename, what_to_do=advice)
    try:
        return Calendar.from_ical(content, multiple=True)
    except _BROKEN as error:
        advice = "Export it again from the program that made it."
        raise UnreadableFile("The calendar file is damaged.", where=filename, what_to_do=advice) from error


def _reach(events: Iterable[Component]) -> tuple[date, date] | None:
    starts = [day for event in events if (day := _day_of(event)) is not None]
    return (min(starts) - timedelta(days=1), max(starts) + timedelta(days=400)) if starts else None


def _day_of(event: Component) -> date | None:
    try:
        start = getattr(event["DTSTART"], "dt", None)
    except _BROKEN:
        return None
    return start.date() if isinstance(start, datetime) else start if isinstance(start, date) else None


def _expanded(calendar: Component, first: date, last: date) -> tuple[list[Event], int]:
    """Occurrences of the whole calendar at once; if one series breaks that, of each series alone."""
    sound = [event for event in calendar.walk("VEVENT") if not _repeats_too_often(event)]
    dropped = len(calendar.walk("VEVENT")) - len(sound)
    try:
        return list(_occurrences(_with_events(calendar, sound), first, last)), dropped
    except _BROKEN:
        pass
    found: list[Event] = []
    for series in _series(sound):
        try:
            found.extend(_occurrences(_with_events(calendar, series), first, last))
        except _BROKEN:
            dropped += 1
    return found, dropped


def _occurrences(calendar: Component, first: date, last: date) -> Iterator[Event]:
    for each in recurring_ical_events.of(calendar, skip_bad_series=True).between(first, last + timedelta(days=1)):
        start, end = each.start, each.end
        if end > start:
            status = str(each.get("STATUS", "")).upper()
            free = str(each.get("TRANSP", "")).upper() == "TRANSPARENT"
            summary = " ".join(str(each.get("SUMMARY", "")).split())
            yield Event(start, end, summary, free, status == "CANCELLED")


def _repeats_too_often(event: Component) -> bool:
    rules = event.get("RRULE")
    each = rules if isinstance(rules, list) else [rules] if rules is not None else []
    return any(str(frequency).upper() in _TOO_OFTEN for rule in each for frequency in rule.get("FREQ", ()))


def _with_events(calendar: Component, events: Iterable[Component]) -> Calendar:
    """A calendar of these events alone, with the zones and the name of the whole one."""
    part = Calendar()
    for name, value in calendar.items():
        part[name] = value
    part.subcomponents = [*calendar.walk("VTIMEZONE"), *events]
    return part


def _series(events: Iterable[Component]) -> Iterable[list[Component]]:
    by_uid: dict[str, list[Component]] = {}
    for number, event in enumerate(events):
        by_uid.setdefault(str(event.get("UID", f"without {number}")), []).append(event)
    return by_uid.values()


def _text(calendars: Iterable[Component], key: str) -> str:
    return next((str(calendar[key]).strip() for calendar in calendars if key in calendar), "")


def _order(event: Event) -> tuple[str, str]:
    return (event.start.isoformat(), event.summary)
