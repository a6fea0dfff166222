"""The bodies of many feeds at once: what is shown is compared first, and only what changed is rendered."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Final

from scheduler.calendars.contents import Invitee, PublishedSession
from scheduler.calendars.icalendar_text import render_calendar, render_event, render_notice
from scheduler.calendars.model import Calendar, Event, Fragment, Notice
from scheduler.calendars.views import PRIVATE, View, event_of
from scheduler.calendars.wording import Wording
from scheduler.calendars.zones import vtimezone

FORM: Final = "1"
"""Raised when the same content is to be written differently, so that every feed is rendered again."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a feed is to show: events, or nothing but a notice."""

    calendar: Calendar
    events: tuple[Event, ...]
    notice: tuple[str, str]
    notice_uid: str
    wording: Wording

    def zones(self) -> list[bytes]:
        """Zones are part of the content: a change of their law has to reach feeds without a change of sessions."""
        if not self.events:
            return []
        first, last = min(e.starts_at for e in self.events), max(e.ends_at for e in self.events)
        return [vtimezone(zone, first, last) for zone in sorted({event.zone for event in self.events})]


@dataclass(slots=True)
class Renderer:
    """Renders drafts; an event that stands in many feeds is made and rendered once."""

    _events: dict[tuple[int, View, Invitee | None], Event] = field(default_factory=dict)
    _told: dict[Event, str] = field(default_factory=dict)
    _fragments: dict[tuple[Event, Wording], Fragment] = field(default_factory=dict)

    def events(
        self, view: View, sessions: Sequence[PublishedSession], wording: Wording, reader_id: int
    ) -> tuple[Event, ...]:
        """What a view shows of these sessions to its reader."""
        return tuple(self._event(view, session, wording, reader_id) for session in sessions)

    def etag(self, draft: Draft) -> str:
        """A strong tag of all that a draft shows: equal exactly for equal content, whenever it is rendered."""
        shown = [self._tell(event) for event in draft.events] or [repr(draft.notice)]
        zones = [zone.decode() for zone in draft.zones()]
        parts = (FORM, repr(draft.calendar), repr(draft.wording), *shown, *zones)
        return sha256("\n".join(parts).encode()).hexdigest()[:32]

    def body(self, draft: Draft, changed_at: datetime) -> bytes:
        """The calendar of a draft as of its last change."""
        fragments = [self._fragment(event, draft.wording) for event in draft.events]
        if not fragments:
            fragments = [_notice(draft, changed_at.date(), changed_at)]
        return render_calendar(draft.calendar, fragments, changed_at)

    def _tell(self, event: Event) -> str:
        if event not in self._told:
            self._told[event] = repr(event)
        return self._told[event]

    def _event(self, view: View, session: PublishedSession, wording: Wording, reader_id: int) -> Event:
        place = session.place_of(reader_id) if view.purpose in PRIVATE else None
        stance = replace(place, person_id=0, site_id=None, mark="", away=False) if place else None
        key = (session.row.id, view, stance)
        if key not in self._events:
            self._events[key] = event_of(view, session, wording, stance)
        return self._events[key]

    def _fragment(self, event: Event, wording: Wording) -> Fragment:
        key = (event, wording)
        if key not in self._fragments:
            self._fragments[key] = render_event(event, wording)
        return self._fragments[key]


def _notice(draft: Draft, day: date, changed_at: datetime) -> Fragment:
    text, description = draft.notice
    return render_notice(Notice(draft.notice_uid, text, day, changed_at, description))
