"""Where somebody's clock stands, if not where their programme's does."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import available_timezones

from sqlalchemy import select

from scheduler.audit.service import record
from scheduler.db import Db
from scheduler.errors import Rejected
from scheduler.languages import say
from scheduler.people.model import Actor
from scheduler.people.tables import PersonRow

_NOT_PLACES = ("Etc", "SystemV", "posix", "right", "US", "Canada", "Brazil", "Chile", "Mexico")
"""Families of names that are no places, or older names of places that have another."""
_MOST_NEAR = 6


def zone_of(db: Db, actor: Actor) -> str:
    """The name of the actor's own zone; empty where it is the programme's."""
    return db.scalar(select(PersonRow.zone).where(PersonRow.id == actor.person_id)) or ""


def set_zone(db: Db, actor: Actor, place: str, now: datetime) -> str:
    """Take a city, such as Kampala, or a zone's whole name; empty for the programme's clock. Returns the zone."""
    zone = zone_at(place) if place.strip() else ""
    person = db.get(PersonRow, actor.person_id)
    if person is not None and person.zone != zone:
        person.zone = zone
        record(db, actor, "zone.chosen", now, None)
    return zone


def zone_at(place: str) -> str:
    """The zone of a place named by its city or in whole. Raises :class:`Rejected` for a place that no zone is named
    after: zones are named after large cities."""
    wanted = _plain(place)
    zones = sorted(zone for zone in available_timezones() if "/" in zone and zone.split("/")[0] not in _NOT_PLACES)
    for zone in zones:
        if wanted in (_plain(zone), _plain(_city(zone))):
            return zone
    near = sorted({_city(zone) for zone in zones if _plain(_city(zone))[:3] == wanted[:3]})[:_MOST_NEAR]
    raise Rejected(
        say("We don’t know the time zone “%(place)s”.", place=place.strip()[:60]),
        what_to_do=say("Did you mean one of these? %(places)s", places=", ".join(near))
        if near
        else say("Enter the largest city in your time zone, such as Kampala or Lahore."),
    )


def _city(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")


def _plain(text: str) -> str:
    return text.strip().casefold().replace("_", " ")
