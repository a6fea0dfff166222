"""Calendars as independent clients read them: each reader gives UID, start and end in UTC, and status."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import icalendar
import recurring_ical_events
import vobject

from tests.scheduler.calendars.libical import LIBRARY, by_libical

Seen = tuple[str, datetime, datetime, str]
Reader = Callable[[bytes], set[Seen]]

NODE = Path(sys.executable).parent / "node"
READERS_FOLDER = Path(__file__).parents[2] / "readers"


def by_icalendar(body: bytes) -> set[Seen]:
    """icalendar, which goes by the names of zones."""
    return {_seen(component) for component in icalendar.Calendar.from_ical(body).walk("VEVENT")}


def by_icalendar_without_names(body: bytes) -> set[Seen]:
    """icalendar again; zone names that nobody knows force it to go by the VTIMEZONEs.

    It keeps zones by name from one calendar to the next, so the names differ from body to body.
    """
    own = f"{sha256(body).hexdigest()[:8]}-".encode()
    return by_icalendar(body.replace(b"TZID:", b"TZID:" + own).replace(b"TZID=", b"TZID=" + own))


def by_recurring_ical_events(body: bytes) -> set[Seen]:
    """recurring-ical-events, which expands what lies in a span."""
    query = recurring_ical_events.of(icalendar.Calendar.from_ical(body))
    return {_seen(component) for component in query.between(datetime(2026, 1, 1), datetime(2030, 1, 1))}  # noqa: DTZ001


def by_vobject(body: bytes) -> set[Seen]:
    """vobject, the reader inside Radicale."""
    calendar = vobject.readOne(body.decode())
    return {
        (
            event.uid.value,
            event.dtstart.value.astimezone(UTC),
            event.dtend.value.astimezone(UTC),
            event.status.value,
        )
        for event in calendar.vevent_list
    }


def by_ical_js(body: bytes) -> set[Seen]:
    """ical.js, the reader inside Thunderbird, which goes by the VTIMEZONEs alone."""
    return {_of_node(event) for event in in_node("ical.js", body)}


def by_node_ical(body: bytes) -> set[Seen]:
    """node-ical, which many web calendars are built on."""
    return {_of_node(event) for event in in_node("node-ical", body)}


def by_ts_ics(body: bytes) -> set[Seen]:
    """ts-ics, which goes by the VTIMEZONEs and misreads an observance that begins in the winter before a session."""
    return {_of_node(event) for event in in_node("ts-ics", body)}


def in_node(reader: str, body: bytes) -> list[dict[str, str]]:
    """What a JavaScript reader sees. ``make setup-tests`` installs Node and the readers."""
    script = READERS_FOLDER / "read.mjs"
    found = subprocess.run([NODE, script, reader], input=body, capture_output=True, check=False, timeout=60)
    assert found.returncode == 0, found.stderr.decode()[-2000:]
    events: list[dict[str, str]] = json.loads(found.stdout)
    return events


READERS: Mapping[str, Reader] = {
    "icalendar": by_icalendar,
    "icalendar by VTIMEZONE": by_icalendar_without_names,
    "recurring-ical-events": by_recurring_ical_events,
    "vobject": by_vobject,
    "ical.js": by_ical_js,
    "node-ical": by_node_ical,
    "ts-ics": by_ts_ics,
    **({"libical": by_libical} if LIBRARY else {}),
}
"""libical is among them where it is installed, as it is by ``make setup-tests`` on Debian."""


def _seen(component: Any) -> Seen:
    start, end = component["DTSTART"].dt, component["DTEND"].dt
    return str(component["UID"]), start.astimezone(UTC), end.astimezone(UTC), str(component["STATUS"])


def _of_node(event: Mapping[str, str]) -> Seen:
    return event["uid"], datetime.fromisoformat(event["start"]), datetime.fromisoformat(event["end"]), event["status"]
