"""When a session is, as e-mails say it: on the reader's clock, with the programme's beside it where they differ."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date, format_skeleton, get_timezone_location

from scheduler.languages import SOURCE, current_language, say

_BRITISH: Final = "en_GB"


def long_time(start: datetime, end: datetime, zone: str, own_zone: str) -> str:
    """``Tuesday 9 March 2027, 12:30–13:30 (London)``; where the reader's clock shows another hour than the
    programme's, the programme's beside it."""
    told, here, there = _span(start, end, own_zone), _wall(start, own_zone), _wall(start, zone)
    if here == there:
        return told
    if here.date() != there.date():
        return say("%(own)s, that is %(there)s", own=told, there=_span(start, end, zone))
    return say("%(own)s, that is %(times)s in %(place)s", own=told, times=_times(start, end, zone), place=_place(zone))


def short_time(start: datetime, zone: str) -> str:
    """``Tue, 9 Mar, 12:30``."""
    day = format_skeleton("MMMEd", start, tzinfo=ZoneInfo(zone), locale=_locale())
    return say("%(day)s, %(time)s", day=day, time=_clock(start, zone))


def day_in_words(day: date) -> str:
    """``Tuesday 9 March 2027``."""
    return format_date(day, "full", locale=_locale())


def _span(start: datetime, end: datetime, zone: str) -> str:
    day = day_in_words(start.astimezone(ZoneInfo(zone)).date())
    return say("%(day)s, %(times)s (%(place)s)", day=day, times=_times(start, end, zone), place=_place(zone))


def _times(start: datetime, end: datetime, zone: str) -> str:
    return f"{_clock(start, zone)}–{_clock(end, zone)}"


def _place(zone: str) -> str:
    return get_timezone_location(zone, return_city=True, locale=_locale())


def _clock(at: datetime, zone: str) -> str:
    return format_skeleton("Hm", at, tzinfo=ZoneInfo(zone), locale=_locale())


def _wall(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def _locale() -> Locale:
    """How dates are written in the language that is spoken; the product's own English is British."""
    try:
        return Locale.parse(_BRITISH if current_language() == SOURCE else current_language().replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse(_BRITISH)
