"""Beginning a programme: a template, and what only its coordinator knows of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from babel.core import get_global
from sqlalchemy import select

from scheduler.db import Db
from scheduler.errors import Fault, Rejected
from scheduler.languages import say
from scheduler.people.clocks import zone_at
from scheduler.people.model import Actor
from scheduler.programmes.closed_days import ClosedDays, countries
from scheduler.programmes.model import Conduct, Differing, Programme, Site, equal_rounds
from scheduler.programmes.service import create_programme
from scheduler.programmes.tables import ProgrammeRow
from scheduler.programmes.templates import Template

LONGEST_NAME: Final = 120
MOST_SITES: Final = 50
_SETTING_UP: Final = timedelta(weeks=2)
"""To gather people and rotas in, before what is planned is published."""
NO_COUNTRY: Final = "none"
"""Chosen where public holidays do not matter."""


@dataclass(frozen=True, slots=True)
class Start:
    """What a programme begins with beside its template, as it was written: ``place`` is a city or a zone's whole name,
    ``country`` a code, empty for that of the place, or :data:`NO_COUNTRY`; ``sites`` are names."""

    name: str
    place: str
    country: str
    first_day: date
    sites: tuple[str, ...]


def usual_first_day(now: datetime, zone: str = "UTC") -> date:
    """A Monday that leaves time to gather people in and to publish as early as a programme does."""
    today = now.astimezone(ZoneInfo(zone)).date()
    soonest = today + timedelta(days=Conduct().publish_ahead_days) + _SETTING_UP
    return soonest + timedelta(days=-soonest.weekday() % 7)


def begin_programme(db: Db, actor: Actor, template: Template, start: Start, now: datetime) -> int:
    """Make a programme of a template; its maker becomes its coordinator. Returns its id.

    Raises ``Rejected`` with every field at fault, and then makes nothing.
    """
    actor.must_be_able_to_begin()
    faults = list(_faults(start, now))
    if template.facilitators_differ is Differing.SITE and len(_clean(start.sites)) == 1:
        faults.append(
            Fault("sites", say("Name at least two sites: the two facilitators of a group work at different ones."))
        )
    zone = _zone(start.place, faults)
    if faults:
        raise Rejected(say("Please check the fields marked below."), tuple(faults))
    name = " ".join(start.name.split())
    wanted = Programme(
        slug=free_slug(db, name),
        name=name,
        zone=zone,
        rounds=equal_rounds(start.first_day, template.rounds, template.weeks),
        windows=template.windows(),
        models=template.models,
        sites=sites_called(start.sites, zone),
        session_minutes=template.session_minutes,
        min_gap_days=template.min_gap_days,
        conduct=template.conduct,
        grades=template.grades,
        first_within_days=template.first_within_days,
        facilitators_differ=template.facilitators_differ,
        weights=template.weights,
        closed=ClosedDays(country=closed_country(start.country, zone)),
    )
    return create_programme(db, actor, wanted, now)


def free_slug(db: Db, name: str) -> str:
    """A short name made of a name, which no programme has yet."""
    wanted = _plain(name) or "programme"
    taken = set(db.scalars(select(ProgrammeRow.slug).where(ProgrammeRow.slug.startswith(wanted))))
    return _free(wanted, taken)


def sites_called(names: Iterable[str], zone: str) -> tuple[Site, ...]:
    """Sites with these names, each with a short name of its own."""
    found: dict[str, Site] = {}
    for name in _clean(names):
        key = free_key(name, found)
        found[key] = Site(key, name, zone)
    return tuple(found.values())


def free_key(name: str, taken: Collection[str]) -> str:
    """A short name for a site of this name, which none of those that there are has."""
    return _free(_plain(name) or "site", taken)


def country_of(zone: str) -> str:
    """The country in which a zone's city lies, by code, as far as its public holidays are known; else empty."""
    found = get_global("zone_territories").get(get_global("zone_aliases").get(zone, zone), "")
    return found if found in countries() else ""


def _faults(start: Start, now: datetime) -> Iterator[Fault]:
    if not start.name.strip():
        yield Fault("name", say("Give the programme a name."))
    if len(start.name) > LONGEST_NAME:
        yield Fault("name", say("Shorten the name to %(most)s characters.", most=LONGEST_NAME))
    if start.country not in ("", NO_COUNTRY, *countries()):
        yield Fault("country", say("Choose a country from the list."))
    if start.first_day < now.date():
        yield Fault("first_day", say("Choose a day from today on."))
    yield from _faults_of_sites(_clean(start.sites))


def _faults_of_sites(names: Sequence[str]) -> Iterator[Fault]:
    plain = [name.casefold() for name in names]
    twice = next((name for name in names if plain.count(name.casefold()) > 1), None)
    if not names:
        yield Fault("sites", say("Name at least one hospital or other place of work."))
    elif twice:
        yield Fault("sites", say("“%(name)s” is in the list twice.", name=twice))
    elif len(names) > MOST_SITES:
        yield Fault("sites", say("Name at most %(most)s sites. You can add others later.", most=MOST_SITES))
    elif any(len(name) > LONGEST_NAME for name in names):
        yield Fault("sites", say("Shorten each name to %(most)s characters.", most=LONGEST_NAME))


def _zone(place: str, faults: list[Fault]) -> str:
    if not place.strip():
        faults.append(Fault("place", say("Enter the largest city in your time zone, such as Kampala or Lahore.")))
        return ""
    try:
        return zone_at(place)
    except Rejected as error:
        faults.append(Fault("place", f"{error.message} {error.what_to_do}".strip()))
        return ""


def closed_country(chosen: str, zone: str) -> str:
    """Whose public holidays are closed: those of a country chosen, else of the zone’s; of none where that was said."""
    return "" if chosen == NO_COUNTRY else chosen or country_of(zone)


def _clean(names: Iterable[str]) -> tuple[str, ...]:
    tidied = (" ".join(name.split()) for name in names)
    return tuple(name for name in tidied if name)


def _plain(name: str) -> str:
    """Lower-case letters, digits and hyphens of a name; letters lose their accents."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:40].strip("-")


def _free(wanted: str, taken: Collection[str]) -> str:
    number = 1
    found = wanted
    while found in taken:
        number += 1
        found = f"{wanted}-{number}"
    return found
