"""Events out of other people's calendar files: expanded, bounded, and never a reason to fall over.

Real files are often broken in one event; that one is named, the others are read. What has no place in time is named
too, so that no event vanishes. Only bytes are ever given to the parser: given text it may take it for the name of a
file on this machine.
"""

from __future__ import annotations

import math
import re
import time
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

import recurring_ical_events
from icalendar import Calendar, Component
from icalendar.error import BrokenCalendarProperty, IncompleteComponent, InvalidCalendar

from scheduler.languages import say
from scheduler.rotas.model import UnreadableFile

MAX_BYTES = 5 * 1024 * 1024
MAX_EVENTS = 20_000
MAX_SECONDS = 20.0
"""Of the processor's time: on a busy machine the same calendars can be read."""
_YEARS = range(1900, 2200)
_PLACING = frozenset(("DTSTART", "DTEND", "DURATION", "RECURRENCE-ID"))
_REPEATING = frozenset(("RRULE", "RDATE", "EXDATE", "EXRULE"))
_SERIES = frozenset(("RRULE", "RDATE", "RECURRENCE-ID"))
_TOO_OFTEN = frozenset(("SECONDLY", "MINUTELY", "HOURLY"))
_TIMES_OF_DAY = ("BYHOUR", "BYMINUTE", "BYSECOND")
MAX_TIMES_A_DAY = 24
_LINE = re.compile(rb"[A-Za-z0-9-]+[;:]|[ \t]")
BROKEN_CALENDAR = (
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    OverflowError,
    ArithmeticError,
    RecursionError,
    OSError,  # a zone is looked up as a file, and its name may be too long for one
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


class Trouble(Enum):
    """Why an event has no place in time."""

    DATES = "dates"
    RULE = "rule"
    NO_END = "no end"
    ENDS_FIRST = "ends first"


@dataclass(frozen=True, slots=True)
class Unplaced:
    """An event that was left out: its title, its first day if it has one, and why."""

    summary: str
    day: date | None
    trouble: Trouble


@dataclass(frozen=True, slots=True)
class Events:
    """The occurrences of a file in order, its own name and zone (empty where it has none), and what was left out."""

    events: tuple[Event, ...]
    name: str
    zone: str
    unplaced: tuple[Unplaced, ...]


class _NoPlace(Exception):
    """An event cannot be put on the clock."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble


def is_calendar(content: bytes) -> bool:
    """Whether the bytes are a calendar file."""
    return b"BEGIN:VCALENDAR" in content[:2000].upper()


def read_events(content: bytes, filename: str, first: date | None = None, last: date | None = None) -> Events:
    """Every occurrence between two days; without them, from the file's first event for 400 days after its last.

    Raises :class:`UnreadableFile` for what is no calendar, or one too large.
    """
    calendars, damaged = _parsed(content, filename)
    events = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    if len(events) > MAX_EVENTS:
        advice = say("Export a shorter period: we can read up to %(num)s events.", num=MAX_EVENTS)
        raise UnreadableFile(say("The calendar has too many events."), where=filename, what_to_do=advice)
    reader = _Reader(time.thread_time() + MAX_SECONDS, *((first, last) if first and last else _reach(events)))
    reader.unplaced.extend(damaged)
    for calendar in calendars:
        reader.read(calendar)
    name, zone = (_text(calendars, key) for key in ("X-WR-CALNAME", "X-WR-TIMEZONE"))
    return Events(tuple(sorted(reader.found, key=_order)), name, zone, tuple(reader.unplaced))


def _parsed(content: bytes, filename: str) -> tuple[Sequence[Component], Sequence[Unplaced]]:
    """The calendars of the file, and the events that cannot even be parsed."""
    if len(content) > MAX_BYTES:
        advice = say("Export a shorter period.")
        raise UnreadableFile(say("The calendar is larger than 5 MB."), where=filename, what_to_do=advice)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if whole := _calendars(content):
            return whole, ()
        return _piecewise(content, filename)


def _calendars(content: bytes) -> list[Component]:
    try:
        return list(Calendar.from_ical(content, multiple=True))
    except BROKEN_CALENDAR:
        return []


def _piecewise(content: bytes, filename: str) -> tuple[Sequence[Component], Sequence[Unplaced]]:
    """The calendar event by event: lines that belong to none are passed over, an event that breaks is named."""
    head, events = calendar_pieces(content)
    zones = [zone for calendar in _calendars(head) for zone in calendar.walk("VTIMEZONE")]
    parts = [(event, _calendars(b"BEGIN:VCALENDAR\r\n" + event + b"END:VCALENDAR\r\n")) for event in events]
    sound = [each for _, found in parts for calendar in found for each in calendar.walk("VEVENT")]
    if not sound:
        advice = say("Export it again from the program it came from.")
        raise UnreadableFile(say("The calendar file is damaged."), where=filename, what_to_do=advice)
    calendar = next(iter(_calendars(head)), Calendar())
    calendar.subcomponents = [*zones, *sound]
    lost = [Unplaced(title_line(event), None, Trouble.DATES) for event, found in parts if not found]
    return (calendar,), lost


def _reach(events: Iterable[Component]) -> tuple[date, date]:
    """From the first event for 400 days after the last."""
    starts = [day for event in events if (day := _day_of(event)) is not None] or [date(2000, 1, 1)]
    return min(starts) - timedelta(days=1), max(starts) + timedelta(days=400)


def _day_of(event: Component) -> date | None:
    """The event's first day; None without one, or in a year that no calendar of work has."""
    start = _start(event)
    return _as_day(start) if isinstance(start, date) and start.year in _YEARS else None


def _start(event: Component) -> object:
    try:
        return _value(event, "DTSTART")
    except (*BROKEN_CALENDAR, BrokenCalendarProperty):
        return None


def _value(event: Component, name: str) -> Any:
    return getattr(event[name], "dt")  # noqa: B009  # only some of icalendar's properties have one


class _Reader:
    """Gathers occurrences between two days, and what has no place, until this thread has worked until ``ends``."""

    def __init__(self, ends: float, first: date, last: date) -> None:
        self.found: list[Event] = []
        self.unplaced: list[Unplaced] = []
        self._ends, self._first, self._last = ends, first, last

    def read(self, calendar: Component) -> None:
        """Single events one by one; then each series, of which one that is broken costs only itself.

        Raises :class:`UnreadableFile` when time is over: some rules never come to their next date.
        """
        for series in _series(calendar.walk("VEVENT")):
            if time.thread_time() > self._ends:
                advice = say("Export a shorter period.")
                raise UnreadableFile(say("The calendar takes too long to read."), what_to_do=advice)
            self._read_series(calendar, series)

    def _read_series(self, calendar: Component, series: Sequence[Component]) -> None:
        try:
            for event in series:
                _check(event)
            if any(_SERIES.intersection(event) for event in series):
                self._repeat(_with_events(calendar, series), series)
            else:
                self.found.extend(event for event in map(_single, series) if self._is_within(event))
        except _NoPlace as error:
            self._leave_out(series, error.trouble)
        except BROKEN_CALENDAR:
            is_series = any(_SERIES.intersection(event) for event in series)
            self._leave_out(series, Trouble.RULE if is_series else Trouble.DATES)

    def _repeat(self, calendar: Component, series: Sequence[Component]) -> None:
        """The occurrences of a series, of which those without a place are named once.

        The library puts ends before beginnings right by exchanging them, which makes a day of a night: such a series
        is refused.
        """
        if any(_trouble_of(event) is Trouble.ENDS_FIRST for event in series):
            raise _NoPlace(Trouble.ENDS_FIRST)
        lost: set[Trouble] = set()
        for each in recurring_ical_events.of(calendar).between(self._first, self._last + timedelta(days=1)):
            try:
                self.found.append(_event(each, each.start, each.end))
            except _NoPlace as error:
                lost.add(error.trouble)
        for trouble in lost:
            self._leave_out(series, trouble)

    def _leave_out(self, series: Sequence[Component], trouble: Trouble) -> None:
        """Name the event, unless it is a single one of another time."""
        day = _day_of(series[0])
        is_elsewhere = day is not None and not self._first <= day <= self._last
        if not is_elsewhere or any(_SERIES.intersection(event) for event in series):
            self.unplaced.append(Unplaced(_summary(series[0]), day, trouble))

    def _is_within(self, event: Event) -> bool:
        """With a day to spare on both sides, since the day depends on the zone."""
        spare = timedelta(days=1)
        return _as_day(event.start) <= self._last + spare and _as_day(event.end) >= self._first - spare


def _as_day(when: date | datetime) -> date:
    return when.date() if isinstance(when, datetime) else when


def _check(event: Component) -> None:
    """Raises :class:`_NoPlace` for an event whose dates or rules cannot be read, or that repeats too often."""
    wrong = {str(name).upper() for name, _ in event.errors}
    if wrong & _PLACING or _day_of(event) is None:
        raise _NoPlace(Trouble.DATES)
    if wrong & _REPEATING or not _rules_hold(event):
        raise _NoPlace(Trouble.RULE)


def _single(event: Component) -> Event:
    start = _value(event, "DTSTART")
    if "DTEND" in event:
        return _event(event, start, _value(event, "DTEND"))
    if "DURATION" in event:
        return _event(event, start, start + _value(event, "DURATION"))
    return _event(event, start, start)


def _event(event: Component, start: date | datetime, end: date | datetime) -> Event:
    """The occurrence from ``start`` to ``end``. A whole day that ends on the day it begins lasts that day, as many
    programs write it."""
    if isinstance(start, datetime) != isinstance(end, datetime):
        raise _NoPlace(Trouble.DATES)
    if start == end and not isinstance(start, datetime):
        end = start + timedelta(days=1)
    if not start < end:
        raise _NoPlace(Trouble.NO_END if start == end else Trouble.ENDS_FIRST)
    status = str(event.get("STATUS", "")).upper()
    free = str(event.get("TRANSP", "")).upper() == "TRANSPARENT"
    return Event(start, end, _summary(event), free, status == "CANCELLED")


def _summary(event: Component) -> str:
    return " ".join(str(event.get("SUMMARY", "")).split())


def _trouble_of(event: Component) -> Trouble | None:
    try:
        _single(event)
    except _NoPlace as error:
        return error.trouble
    return None


def _rules_hold(event: Component) -> bool:
    """Whether each rule says how often it repeats, and not too often."""
    rules = event.get("RRULE")
    each = rules if isinstance(rules, list) else [rules] if rules is not None else []
    return all(_holds(rule) for rule in each)


def _holds(rule: Mapping[str, Sequence[object]]) -> bool:
    frequencies = {str(frequency).upper() for frequency in rule.get("FREQ", ())}
    times_a_day = math.prod(len(rule.get(part, (0,))) for part in _TIMES_OF_DAY)
    return bool(frequencies) and not frequencies & _TOO_OFTEN and times_a_day <= MAX_TIMES_A_DAY


def _with_events(calendar: Component, events: Iterable[Component]) -> Calendar:
    """A calendar of these events alone, with the zones and the name of the whole one."""
    part = Calendar()
    for name, value in calendar.items():
        part[name] = value
    part.subcomponents = [*calendar.walk("VTIMEZONE"), *events]
    return part


def _series(events: Iterable[Component]) -> Iterator[Sequence[Component]]:
    """What belongs together: a rule with its exceptions. Single events are one each, even where a program gives all
    the same number; of those that were sent again the last counts."""
    together: dict[str, list[Component]] = {}
    for number, event in enumerate(events):
        together.setdefault(str(event.get("UID", f"without {number}")), []).append(event)
    for some in together.values():
        if any(_SERIES.intersection(event) for event in some):
            yield some
        else:
            yield from ([event] for event in _latest(some))


def _latest(events: Sequence[Component]) -> Iterable[Component]:
    """Without the earlier states of an event: a higher sequence replaces all before it."""
    highest = max(_sequence(event) for event in events)
    kept = [event for event in events if _sequence(event) == highest]
    return {str(_start(event) or id(event)): event for event in kept}.values()


def _sequence(event: Component) -> int:
    try:
        return int(event.get("SEQUENCE", 0))
    except BROKEN_CALENDAR:
        return 0


def _text(calendars: Iterable[Component], key: str) -> str:
    return next((str(calendar[key]).strip() for calendar in calendars if key in calendar), "")


def _order(event: Event) -> tuple[str, str]:
    return (event.start.isoformat(), event.summary)


def calendar_pieces(content: bytes) -> tuple[bytes, list[bytes]]:
    """The calendar without its events, of lines that can be ones only, and each event from its beginning to its end,
    or to the next beginning where the end is missing."""
    head: list[bytes] = []
    events: list[list[bytes]] = []
    inside = False
    for line in content.splitlines():
        mark = line.strip().upper()
        if mark == b"BEGIN:VEVENT":
            events.append([])
            inside = True
        if inside and mark != b"END:VCALENDAR":
            events[-1].append(line)
        elif _LINE.match(line):
            head.append(line)
        inside = inside and mark not in (b"END:VEVENT", b"END:VCALENDAR")
    closed = [event for event in events if event[-1].strip().upper() == b"END:VEVENT"]
    torn = [[*event, b"END:VEVENT"] for event in events if event[-1].strip().upper() != b"END:VEVENT"]
    if not any(line.strip().upper() == b"END:VCALENDAR" for line in head):
        head.append(b"END:VCALENDAR")
    return _lines(head), [_lines(event) for event in (*closed, *torn)]


def title_line(event: bytes) -> str:
    """The title of an event that cannot be parsed."""
    lines = (line for line in event.splitlines() if line.upper().startswith(b"SUMMARY"))
    return next((line.partition(b":")[2].decode("utf-8", "replace").strip() for line in lines), "")


def _lines(lines: Iterable[bytes]) -> bytes:
    return b"".join(line + b"\r\n" for line in lines)
