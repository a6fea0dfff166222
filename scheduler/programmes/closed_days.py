"""Days on which a programme does not meet: the public holidays of its country and region, and its own days off.

The holidays are those of the `holidays` library, which follows the laws of each country.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import holidays

from scheduler.languages import locale, mark, say

HOLIDAYS: Final = frozenset({
    mark("Boxing Day"), mark("Christmas Day"), mark("Easter Monday"), mark("Good Friday"),
    mark("Late Summer Bank Holiday"), mark("May Day"), mark("New Year Holiday"), mark("New Year’s Day"),
    mark("Saint Andrew’s Day"), mark("Saint Patrick’s Day"), mark("Spring Bank Holiday"), mark("Summer Bank Holiday"),
})  # fmt: skip
"""Holidays of Great Britain and Ireland by their names in the library, which has them in no other language."""
_OBSERVED: Final = " (observed)"


@dataclass(frozen=True, slots=True)
class DaysOff:
    """Days, both included, on which the programme does not meet, and why."""

    first_day: date
    last_day: date
    name: str


@dataclass(frozen=True, slots=True)
class ClosedDays:
    """Public holidays by ``country`` (ISO 3166-1, two letters; empty: none) and ``region`` (ISO 3166-2 without the
    country; empty: those of the whole country), but for those that are ``kept_open``, and the programme's own."""

    country: str = ""
    region: str = ""
    days_off: tuple[DaysOff, ...] = ()
    kept_open: frozenset[date] = frozenset()

    def names(self, first_day: date, last_day: date) -> Mapping[date, str]:
        """Each closed day between two days, both included, with its reason."""
        public = self.holidays(first_day, last_day)
        found = {day: name for day, name in public.items() if day not in self.kept_open}
        for off in self.days_off:
            for offset in range((min(off.last_day, last_day) - max(off.first_day, first_day)).days + 1):
                found[max(off.first_day, first_day) + timedelta(days=offset)] = off.name
        return dict(sorted(found.items()))

    def holidays(self, first_day: date, last_day: date) -> Mapping[date, str]:
        """The public holidays between two days, both included, those that are kept open too."""
        found: dict[date, str] = {}
        for year in range(first_day.year, last_day.year + 1):
            found |= _of_year(self.country, self.region, year, locale().language)
        return {day: _in_words(name) for day, name in found.items() if first_day <= day <= last_day}


@dataclass(frozen=True, slots=True)
class RegionalHoliday:
    """A public holiday of some regions of a country, by their codes, and not of the whole of it."""

    day: date
    name: str
    regions: tuple[str, ...]


def regional_holidays(closed: ClosedDays, first_day: date, last_day: date) -> tuple[RegionalHoliday, ...]:
    """What would be closed as well between two days, both included, were a region chosen; nothing where one is."""
    if closed.region:
        return ()
    shut, found = closed.holidays(first_day, last_day), dict[date, tuple[str, list[str]]]()
    for region in regions_of(closed.country):
        for day, name in ClosedDays(closed.country, region).holidays(first_day, last_day).items():
            if day not in shut:
                found.setdefault(day, (name, []))[1].append(region)
    return tuple(RegionalHoliday(day, name, tuple(where)) for day, (name, where) in sorted(found.items()))


def regions_of(country: str) -> tuple[str, ...]:
    """The regions of a country whose holidays differ, by code; nothing for a country that is not known."""
    return tuple(_countries().get(country, ()))


@lru_cache(maxsize=64)
def region_names(country: str) -> Mapping[str, str]:
    """What the regions of a country are called, by code and in the order of their names; the code where it has none."""
    if not regions_of(country):
        return MappingProxyType({})
    names = holidays.country_holidays(country).get_subdivision_aliases()
    found = {code: (names.get(code) or [code])[0] for code in regions_of(country)}
    return MappingProxyType(dict(sorted(found.items(), key=lambda each: each[1].casefold())))


def countries() -> tuple[str, ...]:
    """Every country whose holidays are known, by code."""
    return tuple(code for code in _countries() if len(code) == 2)


@lru_cache(maxsize=1)
def _countries() -> Mapping[str, list[str]]:
    return MappingProxyType(holidays.list_supported_countries())


@lru_cache(maxsize=256)
def _languages(country: str) -> Mapping[str, str]:
    """In which languages the library names a country's holidays: its own tags by the language alone."""
    known = holidays.country_holidays(country)
    own = (known.default_language,) if known.default_language else ()
    return {tag.partition("_")[0]: tag for tag in (*known.supported_languages, *own)}


def _in_words(name: str) -> str:
    """A holiday in the language that is spoken, where the product knows it by its English name."""
    written = name.replace("'", "’")
    plain = written.removesuffix(_OBSERVED)
    if plain not in HOLIDAYS:
        return name
    return say(plain) if plain == written else say("%(holiday)s (observed)", holiday=say(plain))


@lru_cache(maxsize=1024)
def _of_year(country: str, region: str, year: int, language: str) -> Mapping[date, str]:
    """The holidays of a year as the library calls them: in the language that is spoken, where it has that for this
    country, else in the country's own."""
    if country not in _countries() or (region and region not in regions_of(country)):
        return {}
    spoken = _languages(country).get(language)
    found = holidays.country_holidays(country, subdiv=region or None, years=year, language=spoken)
    return {day: name for day, name in sorted(found.items()) if day.year == year}
