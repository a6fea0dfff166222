"""iTIP objects (RFC 5546): an invitation or a cancellation for one person, and a file with many sessions.

A request holds one session. RFC 5546 section 3.2.2 allows no second UID in it, and Outlook would take no notice of it:
it reads the first event of an invitation and drops the others. Many sessions therefore go as a file with the method
PUBLISH (section 3.2.1), which names no attendee.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, Literal

import icalendar

from scheduler.calendars.icalendar_text import render_event
from scheduler.calendars.model import Event, Fragment
from scheduler.calendars.wording import Wording
from scheduler.calendars.zones import vtimezone
from scheduler.sessions.model import SessionStatus

PRODUCT: Final = "-//Mentor Rounds//Invitations//EN"
Method = Literal["REQUEST", "CANCEL", "PUBLISH"]

_rendered = lru_cache(maxsize=2048)(render_event)
"""Everybody in a group is told of the same event."""
_STAMP: Final = re.compile(rb"^DTSTAMP:\d{8}T\d{6}Z", re.MULTILINE)
_OPAQUE: Final = re.compile(rb"^TRANSP:OPAQUE", re.MULTILINE)
_BUSY: Final = re.compile(rb"^(X-MICROSOFT-CDO-BUSYSTATUS):[A-Z]+", re.MULTILINE)
_END: Final = b"END:VEVENT\r\n"
_NO_PARAMETER: Final = re.compile(r'[\x00-\x1f\x7f-\x9f\u2028\u2029"\\^]+')
"""What a name in a parameter may not hold, or what readers take for an escape (RFC 6868)."""


@dataclass(frozen=True, slots=True)
class Parties:
    """Who invites whom: addresses with the names that calendars show. ``answers`` is whether answers by mail are read.

    The recipient is the only attendee: nobody else's address is in it.
    """

    organizer: str
    organizer_name: str
    attendee: str
    attendee_name: str
    answers: bool


def request(event: Event, parties: Parties, stamp: datetime, wording: Wording) -> str:
    """Invite to a session, or tell of a change to one (RFC 5546 sections 3.2.2 and 3.2.2.1)."""
    return _object("REQUEST", [_addressed(event, parties, wording)], stamp)


def cancel(event: Event, parties: Parties, stamp: datetime, wording: Wording) -> str:
    """Take an invitation back (RFC 5546 section 3.2.5): the session is off, or the person not expected any more."""
    off = replace(event, status=SessionStatus.CANCELLED)
    return _object("CANCEL", [_addressed(off, parties, wording)], stamp)


def publish(
    events: Sequence[Event], parties: Parties, stamp: datetime, wording: Wording, free: Collection[str] = ()
) -> str:
    """A file with sessions for a calendar to take over (RFC 5546 section 3.2.1): organizer, no attendee. Those whose
    UIDs are ``free`` take no time of the reader's."""
    fragments = [
        _with_lines(_as_free(_rendered(event, wording)) if event.uid in free else _rendered(event, wording), organizer)
        for organizer in (_organizer(parties),)
        for event in events
    ]
    return _object("PUBLISH", fragments, stamp)


def plain_file(event: Event, stamp: datetime, wording: Wording) -> str:
    """A file with one session and no method, which no client takes for an invitation."""
    return _object(None, [_rendered(event, wording)], stamp)


def _object(method: Method | None, fragments: Sequence[Fragment], stamp: datetime) -> str:
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    if method:
        calendar.add("method", method)
    head: bytes = calendar.to_ical(sorted=False)
    parts = [head.removesuffix(b"END:VCALENDAR\r\n"), *_zones(fragments)]
    parts += (_stamped(fragment.body, stamp) for fragment in fragments)
    return b"".join([*parts, b"END:VCALENDAR\r\n"]).decode()


def _zones(fragments: Sequence[Fragment]) -> list[bytes]:
    named = sorted({fragment.zone for fragment in fragments if fragment.zone})
    first, last = min(f.first for f in fragments), max(f.last for f in fragments)
    return [vtimezone(zone, first, last) for zone in named]


def _as_free(fragment: Fragment) -> Fragment:
    """The event as free time: TRANSP for most calendars, Microsoft's own property for Outlook, where it outranks it."""
    return replace(fragment, body=_BUSY.sub(b"\\1:FREE", _OPAQUE.sub(b"TRANSP:TRANSPARENT", fragment.body)))


def _stamped(body: bytes, stamp: datetime) -> bytes:
    """With a method, DTSTAMP is when the object was made (RFC 5545 section 3.8.7.2): of two with one sequence the
    later counts."""
    return _STAMP.sub(f"DTSTAMP:{stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}".encode(), body, count=1)


def _addressed(event: Event, parties: Parties, wording: Wording) -> Fragment:
    lines = _organizer(parties)
    attendee = icalendar.vCalAddress(f"mailto:{parties.attendee}")
    attendee.params.update(
        {
            "CN": _NO_PARAMETER.sub(" ", parties.attendee_name),
            "CUTYPE": "INDIVIDUAL",
            "ROLE": "REQ-PARTICIPANT",
            "PARTSTAT": "NEEDS-ACTION",
            "RSVP": "TRUE" if parties.answers else "FALSE",
        }
    )
    lines["attendee"] = attendee
    return _with_lines(_rendered(event, wording), lines)


def _organizer(parties: Parties) -> icalendar.Event:
    lines = icalendar.Event()
    organizer = icalendar.vCalAddress(f"mailto:{parties.organizer}")
    organizer.params["CN"] = _NO_PARAMETER.sub(" ", parties.organizer_name)
    lines["organizer"] = organizer
    return lines


def _with_lines(fragment: Fragment, lines: icalendar.Event) -> Fragment:
    added: bytes = lines.to_ical(sorted=False).removeprefix(b"BEGIN:VEVENT\r\n")
    return replace(fragment, body=fragment.body.removesuffix(_END) + added)
