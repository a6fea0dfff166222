"""From values to octets: an event is rendered once per change, calendars are joined from rendered events.

Writing with icalendar costs about 0.2 ms an event, joining next to nothing; nothing here reads the clock, so that the
same sessions always give the same octets and a feed's ETag changes exactly when its content does.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import icalendar

from scheduler.calendars.model import Calendar, Event, Fragment, Notice
from scheduler.calendars.wording import ENGLISH, Wording
from scheduler.calendars.zones import vtimezone
from scheduler.sessions.model import SessionStatus

PRODUCT: Final = "-//Mentor Rounds//Calendar feeds//EN"
REFRESH: Final = timedelta(hours=1)
"""How often clients that listen are asked to come back."""
_BUSY: Final = {
    SessionStatus.TENTATIVE: "TENTATIVE",
    SessionStatus.CONFIRMED: "BUSY",
    SessionStatus.CANCELLED: "FREE",
}
_LINE_BREAKS: Final = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_UNSPEAKABLE: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f\x80-\x9f\ud800-\udfff\ufffe\uffff]")
_NUMBER: Final = re.compile(r"\+?\d[\d ()./-]{3,}\d")


class _Text(icalendar.vText):
    """TEXT with the escapes of RFC 5545 section 3.3.11 and no others.

    icalendar's own takes a backslash before a capital N for a line break, and `Ward\\North` would lose its name.
    """

    def to_ical(self) -> bytes:
        escaped = self.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
        return escaped.encode()


def render_event(event: Event, wording: Wording = ENGLISH) -> Fragment:
    """The VEVENT of a session, folded and ended by CRLF."""
    zone = "" if event.zone == "UTC" or _is_ambiguous(event) else event.zone
    component = icalendar.Event()
    _add_head(component, event.uid, event.created_at, event.changed_at, event.sequence)
    component["dtstart"] = _shown(event.starts_at, zone)
    component["dtend"] = _shown(event.ends_at, zone)
    _add_texts(component, event, wording)
    _add_status(component, event)
    _add_ways_to_join(component, event, wording)
    if event.page_url:
        component.add("url", event.page_url)
    if event.alarm_minutes and event.status != SessionStatus.CANCELLED:
        component.add_component(_alarm(event))
    return Fragment(_octets(component), zone, event.starts_at, event.ends_at, event.changed_at)


def render_notice(notice: Notice) -> Fragment:
    """The all-day VEVENT of a notice; it blocks nobody's time."""
    component = icalendar.Event()
    _add_head(component, notice.uid, notice.changed_at, notice.changed_at, 0)
    component.add("dtstart", notice.day)
    component.add("dtend", notice.day + timedelta(days=1))
    component["summary"] = _line(notice.text)
    if notice.description:
        component["description"] = _text(notice.description)
    component.add("status", "CONFIRMED")
    component.add("transp", "TRANSPARENT")
    component.add("x-microsoft-cdo-busystatus", "FREE")
    day = datetime(notice.day.year, notice.day.month, notice.day.day, tzinfo=UTC)
    return Fragment(_octets(component), "", day, day + timedelta(days=1), notice.changed_at)


def render_calendar(calendar: Calendar, fragments: Sequence[Fragment], changed_at: datetime) -> bytes:
    """The whole body of a feed: properties, one VTIMEZONE for each zone in use, then the events as given.

    `changed_at` is when the calendar itself last changed; a later change of an event outranks it. Raises ValueError
    without any fragment: such a calendar needs a notice.
    """
    if not fragments:
        raise ValueError("a calendar without any event does not clear the events of before: give it a notice")
    modified = max([changed_at, *(fragment.changed_at for fragment in fragments)])
    parts = [_calendar_head(calendar, modified), *_zones(fragments), *(fragment.body for fragment in fragments)]
    return b"".join([*parts, b"END:VCALENDAR\r\n"])


def _zones(fragments: Sequence[Fragment]) -> list[bytes]:
    spans: dict[str, tuple[datetime, datetime]] = {}
    for fragment in fragments:
        first, last = spans.get(fragment.zone, (fragment.first, fragment.last))
        spans[fragment.zone] = min(first, fragment.first), max(last, fragment.last)
    return [vtimezone(zone, first, last) for zone, (first, last) in sorted(spans.items()) if zone]


@lru_cache(maxsize=256)
def _calendar_head(calendar: Calendar, modified: datetime) -> bytes:
    component = icalendar.Calendar()
    component.add("version", "2.0")
    component.add("prodid", PRODUCT)
    component["name"] = component["x-wr-calname"] = _line(calendar.name)
    if calendar.description:
        component["description"] = component["x-wr-caldesc"] = _text(calendar.description)
    if calendar.zone:
        component.add("x-wr-timezone", calendar.zone)
    component.add("color", calendar.color)
    component.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    component["x-published-ttl"] = icalendar.vDuration(REFRESH)
    component.add("last-modified", modified)
    if calendar.page_url:
        component.add("url", calendar.page_url)
    return _octets(component).removesuffix(b"END:VCALENDAR\r\n")


def _octets(component: icalendar.Component) -> bytes:
    body: bytes = component.to_ical(sorted=False)
    return body


def _add_head(component: icalendar.Event, uid: str, created: datetime, changed: datetime, sequence: int) -> None:
    component.add("uid", uid)
    component.add("dtstamp", changed)
    component.add("created", created)
    component.add("last-modified", changed)
    component.add("sequence", sequence)


def _add_texts(component: icalendar.Event, event: Event, wording: Wording) -> None:
    prefix = wording.cancelled if event.status == SessionStatus.CANCELLED else ""
    component["summary"] = _line(prefix + event.title)
    description = _description(event, wording)
    if description:
        component["description"] = _text(description)
    location = event.location or event.conference_url
    if location:
        component["location"] = _line(location)
    if event.categories:
        component.add("categories", [_line(category.replace("\\", "/")) for category in event.categories])


def _description(event: Event, wording: Wording) -> str:
    """What to do in words too: Outlook and Google are not known to read CONFERENCE."""
    lines = [
        event.description,
        wording.join + event.conference_url if event.conference_url else "",
        wording.call + event.phone if event.phone else "",
        wording.more + event.page_url if event.page_url else "",
    ]
    return "\n".join(line for line in lines if line)


def _add_status(component: icalendar.Event, event: Event) -> None:
    component.add("status", event.status.upper())
    is_free = event.status == SessionStatus.CANCELLED or not event.takes_time
    component.add("transp", "TRANSPARENT" if is_free else "OPAQUE")
    component.add("x-microsoft-cdo-busystatus", "FREE" if is_free else _BUSY[event.status])
    component.add("class", "PRIVATE" if event.private else "PUBLIC")


def _add_ways_to_join(component: icalendar.Event, event: Event, wording: Wording) -> None:
    if event.conference_url:
        _add_conference(component, event.conference_url, ["AUDIO", "VIDEO"], wording.video_label)
    number = _NUMBER.match(_clean(event.phone))
    if number:
        _add_conference(component, "tel:" + re.sub(r"[^\d+]", "", number[0]), ["PHONE"], wording.phone_label)


def _alarm(event: Event) -> icalendar.Alarm:
    component = icalendar.Alarm()
    component.add("action", "DISPLAY")
    component.add("trigger", -timedelta(minutes=event.alarm_minutes))
    component["description"] = _line(event.title)
    return component


def _add_conference(component: icalendar.Event, address: str, features: list[str], label: str) -> None:
    parameters: dict[str, str | list[str]] = {"VALUE": "URI", "FEATURE": features, "LABEL": label}
    component["conference"] = [*component.get("conference", []), icalendar.vUri(address, params=parameters)]


def _shown(moment: datetime, zone: str) -> icalendar.vDatetime:
    """On the clock of the zone, under the very name it was given: icalendar would write some zones as UTC."""
    if not zone:
        return icalendar.vDatetime(moment.astimezone(UTC))
    local = icalendar.vDatetime(moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None))
    local.params["TZID"] = zone
    return local


def _is_ambiguous(event: Event) -> bool:
    """Whether the wall clock shows the start or end twice that night; such times are written in UTC."""
    ends = (moment.astimezone(ZoneInfo(event.zone)) for moment in (event.starts_at, event.ends_at))
    return any(end.replace(fold=0).utcoffset() != end.replace(fold=1).utcoffset() for end in ends)


def _clean(text: str) -> str:
    """Text without what a calendar may not hold: every kind of line break is one, control characters are none."""
    return _UNSPEAKABLE.sub("", _LINE_BREAKS.sub("\n", text))


def _text(text: str) -> icalendar.vText:
    return _Text(_clean(text).strip("\n"))


def _line(text: str) -> icalendar.vText:
    """Text for properties that are shown as one line."""
    return _Text(" ".join(_clean(text).split("\n")).strip())
