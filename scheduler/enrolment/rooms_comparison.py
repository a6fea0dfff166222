"""A list of rooms beside those that are stored: what it adds and changes, and which are not on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scheduler.enrolment.comparison import Comparison, Entry, compare
from scheduler.languages import mark
from scheduler.lists import WEEKDAYS
from scheduler.programmes.tables import RoomRow, SiteRow

NAME, PLACES, DAYS, OPENS, CLOSES = (
    mark("Name"),
    mark("Places"),
    mark("Open on"),
    mark("Opens at"),
    mark("Closes at"),
)


def compare_rooms(sites: Mapping[str, SiteRow], listed: Sequence[tuple[SiteRow, RoomRow]]) -> Comparison:
    """What taking over the list would do. A room that is closed already is missed by nobody."""
    stored = {room_key(site, room): _entry(site, room) for site in sites.values() for room in site.rooms}
    closed = {room_key(site, room) for site in sites.values() for room in site.rooms if not room.weekdays}
    wanted = {room_key(site, room): _entry(site, room) for site, room in listed}
    return compare({key: entry for key, entry in stored.items() if key in wanted or key not in closed}, wanted)


def room_key(site: SiteRow, room: RoomRow) -> str:
    """What names a room in a programme."""
    return f"{site.key}/{room.key}"


def _entry(site: SiteRow, room: RoomRow) -> Entry:
    fields = {
        NAME: room.name,
        PLACES: str(room.capacity),
        DAYS: ";".join(WEEKDAYS[int(day)] for day in room.weekdays),
        OPENS: f"{room.opens_at:%H:%M}",
        CLOSES: f"{room.closes_at:%H:%M}",
    }
    detail = f"{site.name} · {room.capacity} · {fields[DAYS]} · {fields[OPENS]}–{fields[CLOSES]}"
    return Entry(room_key(site, room), room.name, detail, fields)
