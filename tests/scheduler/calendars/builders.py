"""Events and calendars for the tests of feeds."""

from datetime import UTC, datetime, timedelta
from typing import Any

from scheduler.calendars.model import Calendar, Event

HOUR = timedelta(hours=1)
MADE_AT = datetime(2026, 8, 1, 9, 0, tzinfo=UTC)
STARTS_AT = datetime(2026, 9, 15, 13, 0, tzinfo=UTC)


def an_event(number: int = 1, **changes: Any) -> Event:
    """A confirmed session of an hour in London; any field may be changed."""
    starts_at = changes.pop("starts_at", STARTS_AT)
    fields: dict[str, Any] = {
        "uid": f"session-{number}",
        "starts_at": starts_at,
        "ends_at": starts_at + HOUR,
        "zone": "Europe/London",
        "title": "Peer mentoring",
        "created_at": MADE_AT,
        "changed_at": MADE_AT,
    }
    return Event(**(fields | changes))


def a_calendar(**changes: Any) -> Calendar:
    fields: dict[str, Any] = {"name": "Peer mentoring", "zone": "Europe/London", "description": "Dates of your group"}
    return Calendar(**(fields | changes))
