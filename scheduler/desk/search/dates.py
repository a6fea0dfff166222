"""Days and times as people type them: ``11 March``, ``Thu 12:30``, ``2027-03-11``, ``11/3``, ``tomorrow``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import get_day_names, get_month_names

from scheduler.languages import current_language, locale, say
from scheduler.text_input import folded

_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_NUMERIC: Final = re.compile(r"(\d{1,2})[./](\d{1,2})(?:[./](\d{4}))?\.?")
_TIME: Final = re.compile(r"(\d{1,2})(?::|h)(\d{2})")
_NUMBER: Final = re.compile(r"(\d{1,4})(?:st|nd|rd|th|er)?")
_PASSED_OVER: Final = frozenset(("on", "at", "the", "of", "le", "a", "de", "du"))
_PIECE: Final = re.compile(r"[^\s,]+")


@dataclass(frozen=True, slots=True)
class When:
    """What is known of a moment that is meant; what is None may be anything."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    at: time | None = None

    @property
    def says_something(self) -> bool:
        """Whether it is more than a mere number."""
        return bool(self.month or self.weekday is not None or self.at)

    def day_near(self, today: date) -> date | None:
        """The day that is meant, of several years the one nearest to today; None if no single day is."""
        if self.month is None or self.day is None:
            return None
        years = (self.year,) if self.year else (today.year - 1, today.year, today.year + 1)
        days = [day for year in years if (day := _day(year, self.month, self.day))]
        return min(days, key=lambda day: abs(day - today), default=None)

    def is_meant(self, starts_at: datetime, zone: str) -> bool:
        """Whether a moment, on the clock of a zone, is one that is meant."""
        here = starts_at.astimezone(ZoneInfo(zone))
        pairs = (
            (self.year, here.year),
            (self.month, here.month),
            (self.day, here.day),
            (self.weekday, here.weekday()),
            (self.at, here.time().replace(second=0)),
        )
        return all(wanted is None or wanted == found for wanted, found in pairs)


def find_when(q: str, today: date) -> When | None:
    """The moment that is typed; None if it is something else."""
    found = When()
    for piece in _PIECE.findall(q.lower()):
        known = _with(found, piece, today)
        if known is None:
            return None
        found = known
    return found if found.says_something and _can_be(found) else None


def _with(known: When, piece: str, today: date) -> When | None:
    """What is known after one more piece; None if it is no piece of a date."""
    if match := _ISO.fullmatch(piece):
        year, month, day = (int(part) for part in match.groups())
        return replace(known, year=year, month=month, day=day)
    if match := _TIME.fullmatch(piece):
        hour, minute = (int(part) for part in match.groups())
        return replace(known, at=time(hour, minute)) if hour < 24 and minute < 60 else None
    if match := _NUMERIC.fullmatch(piece):
        return replace(known, day=int(match[1]), month=int(match[2]), year=int(match[3]) if match[3] else None)
    if match := _NUMBER.fullmatch(piece):
        number = int(match[1])
        return replace(known, year=number) if number > 31 else replace(known, day=number)
    return _with_word(known, folded(piece), today)


def _with_word(known: When, word: str, today: date) -> When | None:
    if word in _PASSED_OVER:
        return known
    for name, days in ((say("today"), 0), (say("tomorrow"), 1), ("today", 0), ("tomorrow", 1)):
        if word == folded(name):
            day = today + timedelta(days=days)
            return replace(known, year=day.year, month=day.month, day=day.day)
    names = _names(current_language())
    if (weekday := names.weekdays.get(word)) is not None:
        return replace(known, weekday=weekday)
    if month := names.months.get(word):
        return replace(known, month=month)
    return None


def _can_be(found: When) -> bool:
    """Whether there is such a day in some year."""
    return _day(found.year or 2028, found.month or 1, found.day or 1) is not None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class _Names:
    weekdays: Mapping[str, int]
    months: Mapping[str, int]


@lru_cache(maxsize=16)
def _names(_language: str) -> _Names:
    """What days and months are called in the language spoken now, and in English."""
    spoken = (locale(), Locale("en"))
    weekdays = {name: number for each in spoken for number, name in _called(get_day_names, each)}
    months = {name: number for each in spoken for number, name in _called(get_month_names, each)}
    return _Names(weekdays, months)


def _called(names: Callable[..., Mapping[int, str]], spoken: Locale) -> Iterator[tuple[int, str]]:
    for width in ("abbreviated", "wide"):
        for number, name in names(width, locale=spoken).items():
            yield number, folded(name)
