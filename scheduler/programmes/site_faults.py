"""What is wrong with sites and rooms by themselves. What they are used for is looked at where they are changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from scheduler.errors import Fault
from scheduler.languages import say
from scheduler.programmes.field_faults import are_keys, between, name_faults, named_once, zone_faults
from scheduler.programmes.model import Room, Site

MOST_CAPACITY: Final = 1000


def site_faults(sites: Sequence[Site]) -> Iterator[Fault]:
    """Every fault of these sites and their rooms."""
    if not are_keys(site.key for site in sites):
        yield Fault("sites", say("Give each site a short name of its own."))
    yield from named_once(((f"sites-{site.key}-name", site.name) for site in sites), _twice)
    for site in sites:
        yield from zone_faults(f"sites-{site.key}-zone", site.zone)
        yield from _rooms(f"sites-{site.key}-rooms", site.rooms)


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
