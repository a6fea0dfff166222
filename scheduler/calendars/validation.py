"""Whether a body may be stored and served: what RFC 5545, RFC 7986 and real calendar clients ask for.

It reads the octets by itself, sharing nothing with the library that wrote them. Clients that get an answer that is no
calendar delete every event they have, so a body with any fault is never stored.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from scheduler.calendars.model import UID_MAX_OCTETS
from scheduler.errors import Fault

LINE_MAX_OCTETS: Final = 75
"""Without the line break (RFC 5545 section 3.1)."""

_CONTENT_LINE: Final = re.compile(
    r'([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)*):(.*)'
)
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BARE_BREAK: Final = re.compile(rb"\r(?!\n)|(?<!\r)\n")
_SPLIT_CHARACTER: Final = re.compile(rb"\r\n [\x80-\xbf]")
_UTC: Final = re.compile(r"\d{8}T\d{6}Z")
_LOCAL: Final = re.compile(r"\d{8}T\d{6}")
_DATE: Final = re.compile(r"\d{8}")
_OFFSET: Final = re.compile(r"[+-]\d{4}")
_BEFORE: Final = re.compile(r"-P(\d+D)?(T(\d+H)?(\d+M)?)?")
_TZID: Final = re.compile(r';TZID="?([^";]*)')

_UNWANTED_IN_CALENDAR: Final = {
    "METHOD": "makes Outlook take the feed for an invitation",
    "SOURCE": "would repeat the secret address",
    "UID": "makes some clients keep a single event of the feed",
}
_UNWANTED_IN_EVENT: Final = ("ATTENDEE", "ORGANIZER", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "DURATION")
_ONCE_IN_EVENT: Final = (
    "UID",
    "DTSTAMP",
    "DTSTART",
    "DTEND",
    "SEQUENCE",
    "SUMMARY",
    "STATUS",
    "TRANSP",
    "LAST-MODIFIED",
)
_ONCE_IN_CALENDAR: Final = ("PRODID", "VERSION", "NAME", "X-WR-CALNAME", "REFRESH-INTERVAL", "LAST-MODIFIED")
_ONCE_IN_OBSERVANCE: Final = ("DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME")
_STATUS: Final = ("TENTATIVE", "CONFIRMED", "CANCELLED")


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    parameters: str
    value: str

    @property
    def zone(self) -> str:
        match = _TZID.search(self.parameters)
        return match[1] if match else ""


@dataclass(slots=True)
class _Component:
    name: str
    lines: list[_Line] = field(default_factory=list)
    children: list["_Component"] = field(default_factory=list)

    def first(self, name: str) -> _Line:
        return next((line for line in self.lines if line.name == name), _Line(name, "", ""))

    def count(self, name: str) -> int:
        return sum(1 for line in self.lines if line.name == name)


class _Malformed(Exception):
    """The body cannot be read any further."""


def validate(body: bytes) -> tuple[Fault, ...]:
    """Every fault of a feed's body, each with its place; empty where it may be served."""
    faults = tuple(_octet_faults(body))
    if faults:
        return faults
    try:
        calendar = _read(body.decode())
    except _Malformed as error:
        return (Fault("calendar", str(error)),)
    return tuple(fault for rule in _RULES for fault in rule(calendar))


def _octet_faults(body: bytes) -> Iterator[Fault]:
    if not body.endswith(b"\r\n"):
        yield Fault("end", "the last line is not ended by CRLF")
    if _BARE_BREAK.search(body):
        yield Fault("octets", "a line is not ended by CRLF")
    if _CONTROL.search(body):
        yield Fault("octets", "there is a control character")
    if _SPLIT_CHARACTER.search(body):
        yield Fault("octets", "a line is folded inside a character")
    for number, line in enumerate(body.removesuffix(b"\r\n").split(b"\r\n"), start=1):
        if len(line) > LINE_MAX_OCTETS:
            yield Fault(f"line {number}", f"longer than {LINE_MAX_OCTETS} octets")
        if not line.strip():
            yield Fault(f"line {number}", "empty")
    try:
        body.decode()
    except UnicodeDecodeError as error:
        yield Fault(f"octet {error.start}", "not UTF-8")


def _read(text: str) -> _Component:
    top = _Component("")
    path = [top]
    for number, raw in enumerate(text.replace("\r\n ", "").removesuffix("\r\n").split("\r\n"), start=1):
        match = _CONTENT_LINE.fullmatch(raw)
        if match is None:
            raise _Malformed(f"content line {number} is not NAME:VALUE")
        _place(_Line(match[1].upper(), match[2], match[3]), path)
    if len(path) > 1:
        raise _Malformed(f"{path[-1].name} is not ended")
    if [child.name for child in top.children] != ["VCALENDAR"] or top.lines:
        raise _Malformed("the body is not one VCALENDAR")
    return top.children[0]


def _place(line: _Line, path: list[_Component]) -> None:
    if line.name == "BEGIN":
        component = _Component(line.value)
        path[-1].children.append(component)
        path.append(component)
    elif line.name == "END":
        if path.pop().name != line.value or not path:
            raise _Malformed(f"END:{line.value} ends nothing")
    elif path[-1].name == "VCALENDAR" and path[-1].children:
        raise _Malformed(f"{line.name} stands after the first component")
    else:
        path[-1].lines.append(line)


def _calendar_faults(calendar: _Component) -> Iterator[Fault]:
    yield from _not_once(calendar, _ONCE_IN_CALENDAR, "calendar")
    if calendar.first("VERSION").value != "2.0":
        yield Fault("calendar", "VERSION is not 2.0")
    for name, reason in _UNWANTED_IN_CALENDAR.items():
        if calendar.count(name):
            yield Fault("calendar", f"{name} {reason}")
    if calendar.first("NAME").value != calendar.first("X-WR-CALNAME").value:
        yield Fault("calendar", "NAME and X-WR-CALNAME differ")
    if "VALUE=DURATION" not in calendar.first("REFRESH-INTERVAL").parameters:
        yield Fault("calendar", "REFRESH-INTERVAL has no VALUE=DURATION")


def _component_faults(calendar: _Component) -> Iterator[Fault]:
    names = Counter(child.name for child in calendar.children)
    if not names["VEVENT"]:
        yield Fault("calendar", "no event: some clients would keep the events of before")
    for name in names.keys() - {"VEVENT", "VTIMEZONE"}:
        yield Fault("calendar", f"{name} does not belong into a feed")


def _event_faults(calendar: _Component) -> Iterator[Fault]:
    for event in _children(calendar, "VEVENT"):
        where = f"event {event.first('UID').value}"
        yield from _not_once(event, _ONCE_IN_EVENT, where)
        yield from (Fault(where, f"{name} in a feed") for name in _UNWANTED_IN_EVENT if event.count(name))
        yield from _alarm_faults(event, where)
        yield from _value_faults(event, where)
        yield from _time_faults(event, where)


def _alarm_faults(event: _Component, where: str) -> Iterator[Fault]:
    yield from (Fault(where, f"{child.name} in a feed") for child in event.children if child.name != "VALARM")
    alarms = _children(event, "VALARM")
    if alarms and (len(alarms) > 1 or event.first("STATUS").value == "CANCELLED"):
        yield Fault(where, "more than one alarm, or one for what is cancelled")
    for alarm in alarms:
        yield from _not_once(alarm, ("ACTION", "TRIGGER", "DESCRIPTION"), where)
        if alarm.first("ACTION").value != "DISPLAY" or not _BEFORE.fullmatch(alarm.first("TRIGGER").value):
            yield Fault(where, "an alarm shows a line some time before the start, and does nothing else")


def _value_faults(event: _Component, where: str) -> Iterator[Fault]:
    status = event.first("STATUS").value
    if status not in _STATUS:
        yield Fault(where, f"STATUS {status!r} is none of {', '.join(_STATUS)}")
    if status == "CANCELLED" and event.first("TRANSP").value != "TRANSPARENT":
        yield Fault(where, "cancelled, but it blocks time")
    if not 1 <= len(event.first("UID").value.encode()) <= UID_MAX_OCTETS:
        yield Fault(where, f"the UID has not 1 to {UID_MAX_OCTETS} octets")
    if not event.first("SEQUENCE").value.isdecimal():
        yield Fault(where, "SEQUENCE is no number")
    for name in ("DTSTAMP", "CREATED", "LAST-MODIFIED"):
        if event.count(name) and not _UTC.fullmatch(event.first(name).value):
            yield Fault(where, f"{name} is not in UTC")


def _time_faults(event: _Component, where: str) -> Iterator[Fault]:
    start, end = event.first("DTSTART"), event.first("DTEND")
    kinds = [_time_kind(line) for line in (start, end)]
    yield from (Fault(where, f"{line.name} has no zone or is no time") for line in (start, end) if not _time_kind(line))
    if kinds[0] != kinds[1] or start.zone != end.zone:
        yield Fault(where, "DTSTART and DTEND are written in different ways")
    elif start.value >= end.value:
        yield Fault(where, "it does not end after it starts")


def _time_kind(line: _Line) -> str:
    if line.zone:
        return "zoned" if _LOCAL.fullmatch(line.value) else ""
    if "VALUE=DATE" in line.parameters:
        return "date" if _DATE.fullmatch(line.value) else ""
    return "utc" if _UTC.fullmatch(line.value) else ""


def _uid_faults(calendar: _Component) -> Iterator[Fault]:
    uids = Counter(event.first("UID").value for event in _children(calendar, "VEVENT"))
    yield from (Fault(f"event {uid}", "two events have this UID") for uid, count in uids.items() if count > 1)


def _zone_faults(calendar: _Component) -> Iterator[Fault]:
    lines = [line for event in _children(calendar, "VEVENT") for line in event.lines]
    used = {line.zone for line in lines if line.zone}
    given = Counter(zone.first("TZID").value for zone in _children(calendar, "VTIMEZONE"))
    yield from (Fault(f"zone {zone}", "used, but there is no VTIMEZONE for it") for zone in sorted(used - given.keys()))
    yield from (Fault(f"zone {zone}", "there is a VTIMEZONE, but no use of it") for zone in sorted(given.keys() - used))
    yield from (Fault(f"zone {zone}", "two VTIMEZONEs") for zone, count in given.items() if count > 1)
    for zone in _children(calendar, "VTIMEZONE"):
        yield from _observance_faults(zone, f"zone {zone.first('TZID').value}")


def _observance_faults(zone: _Component, where: str) -> Iterator[Fault]:
    if not zone.children or any(child.name not in ("STANDARD", "DAYLIGHT") for child in zone.children):
        yield Fault(where, "a zone consists of STANDARD and DAYLIGHT")
    for observance in zone.children:
        yield from _not_once(observance, _ONCE_IN_OBSERVANCE, where)
        if not _LOCAL.fullmatch(observance.first("DTSTART").value):
            yield Fault(where, "an observance starts at a wall-clock time")
        offsets = [observance.first(name).value for name in ("TZOFFSETFROM", "TZOFFSETTO")]
        if not all(_OFFSET.fullmatch(offset) for offset in offsets):
            yield Fault(where, "an offset is not ±hhmm")
        yield from (
            Fault(where, f"{name} is misread by some clients")
            for name in ("RDATE", "COMMENT")
            if observance.count(name)
        )


def _not_once(component: _Component, names: tuple[str, ...], where: str) -> Iterator[Fault]:
    counts = Counter(line.name for line in component.lines)
    yield from (Fault(where, f"{name} stands {counts[name]} times, not once") for name in names if counts[name] != 1)


def _children(component: _Component, name: str) -> list[_Component]:
    return [child for child in component.children if child.name == name]


_RULES: Final[tuple[Callable[[_Component], Iterator[Fault]], ...]] = (
    _calendar_faults,
    _component_faults,
    _event_faults,
    _uid_faults,
    _zone_faults,
)
