"""What is wrong with sites and rooms by themselves. What they are used for is looked at where they are changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from scheduler.errors import Fault
from scheduler.languages import say
from scheduler.programmes.field_faults import are_keys, between, name_faults, named_once, zone_faults
from scheduler.programmes.model import Programme, Room, Site

MOST_CAPACITY: Final = 1000


def site_faults(sites: Sequence[Site]) -> Iterator[Fault]:
    """Every fault of these sites and their rooms."""
    if not are_keys(site.key for site in sites):
        yield Fault("sites", say("Give each site a short name of its own."))
    yield from named_once(((f"sites-{site.key}-name", site.name) for site in sites), _twice)
    for site in sites:
        yield from zone_faults(f"sites-{site.key}-zone", site.zone)
        yield from _rooms(f"sites-{site.key}-rooms", site.rooms)


def room_warnings(programme: Programme) -> Iterator[Fault]:
    """Rooms in which sessions of some or all of the programme's times can't be held, at the end of the room's hours.
    It is no reason to refuse them."""
    for site in programme.sites:
        for room in site.rooms:
            if room.weekdays and (text := _not_held(programme, site, room)):
                yield Fault(f"sites-{site.key}-rooms-{room.key}-closes_at", text)


def _not_held(programme: Programme, site: Site, room: Room) -> str:
    """Which times of the week the room is shut for, in words; empty where it is open for all on its days."""
    zone, local = ZoneInfo(programme.zone), ZoneInfo(site.zone)
    held: dict[tuple[time, time], bool] = {}
    for start in _starts(programme):
        wall = start.astimezone(zone)
        is_open = room.is_open(start.astimezone(local), programme.session_minutes)
        for window in programme.windows:
            if window.weekday == wall.weekday() and window.opens_at <= wall.time() < window.closes_at:
                hours = (window.opens_at, window.closes_at)
                held[hours] = held.get(hours, False) or is_open
    shut = [hours for hours, is_held in sorted(held.items()) if not is_held]
    if not shut:
        return ""
    if len(shut) == len(held):
        return say("No session can be held in this room: none of the programme’s times is within its hours.")
    times = ", ".join(f"{opens_at:%H:%M}–{closes_at:%H:%M}" for opens_at, closes_at in shut)
    return say("Sessions at %(times)s can’t be held in this room: its hours don’t cover them.", times=times)


def _starts(programme: Programme) -> Iterator[datetime]:
    """One candidate start for each weekday and time of day."""
    zone = ZoneInfo(programme.zone)
    walls = ((slot.starts_at.astimezone(zone), slot.starts_at) for slot in programme.slots())
    yield from {(wall.weekday(), wall.time()): start for wall, start in walls}.values()


def _twice(name: str) -> str:
    return say("“%(name)s” is in the list twice. Rename one.", name=name)


def _rooms(where: str, rooms: Sequence[Room]) -> Iterator[Fault]:
    if not are_keys(room.key for room in rooms):
        yield Fault(where, say("Give each room of a site a short name of its own."))
    yield from named_once(((f"{where}-{room.key}-name", room.name) for room in rooms if room.weekdays), _twice)
    for room in rooms:
        yield from _room(f"{where}-{room.key}", room)


def _room(where: str, room: Room) -> Iterator[Fault]:
    if not room.weekdays:  # closed: another may have its name by now
        yield from name_faults(f"{where}-name", room.name)
    yield from between(f"{where}-capacity", room.capacity, 1, MOST_CAPACITY)
    if not room.weekdays <= frozenset(range(7)):
        yield Fault(f"{where}-weekdays", say("Choose a day of the week."))
    if room.closes_at <= room.opens_at:
        yield Fault(f"{where}-closes_at", say("The end is before the start. Enter a later end."))
