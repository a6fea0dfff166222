"""Words, dates and times in the reader's language."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import cache, lru_cache
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import flask_babel
from babel import Locale
from babel.dates import format_date, format_skeleton, get_timezone_location
from babel.numbers import format_decimal
from flask import Flask, g, has_request_context, request, session

from scheduler import languages
from scheduler.languages import plural, say, say_many
from scheduler.sessions.model import IN_WRITING
from scheduler.sessions.phone_numbers import dialled
from solvers.vocabulary import IN_PERSON, PHONE, VIDEO
from web.problems import is_api
from web.request_context import find_current_actor

SOURCE = "en_GB"
"""The language that the pages are written in."""

WEEKDAYS = tuple(date(2024, 1, number) for number in range(1, 8))
"""A Monday and the days after it, to be named with :func:`weekday`."""

CHOSEN = "language"
"""Where the signed cookie holds the language that was chosen in this browser."""


SHOWN, NAMED = "zones_shown", "zones_named"


def speak(app: Flask) -> None:
    """Set the application's languages up: the source, and whatever translations are there."""
    flask_babel.Babel(
        app,
        default_locale=SOURCE,
        default_timezone="UTC",
        default_translation_directories=str(languages.CATALOGUES),
        locale_selector=_preferred,
    )
    app.before_request(speak_the_readers)
    # A page of hundreds of groups has thousands of sentences: Flask-Babel would look for the reader's language anew at
    # each of them, in 20 to 30 times as long.
    app.jinja_env.install_gettext_callables(say, plural, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals.update(
        language_tag=language_tag,
        text_direction=text_direction,
        languages_to_choose=languages_to_choose,
        zones_to_name=zones_to_name,
        spoken_language=lambda: locale().language,
    )
    app.jinja_env.filters.update(
        day_and_time=day_and_time,
        dialled=dialled,
        short_day=short_day,
        weekday=weekday,
        weekday_short=weekday_short,
        weekday_and_day=weekday_and_day,
        day_of_month=day_of_month,
        clock=clock_time,
        moment=moment,
        number=number,
        percent=percent,
        mode_name=mode_name,
        zone_name=zone_name,
        zone_named=zone_named,
    )


def speak_the_readers() -> None:
    """Find out which language the reader of this request's page speaks; it is spoken to the request's end."""
    flask_babel.refresh()
    languages.set_language(str(flask_babel.get_locale()).replace("_", "-"))


gettext = say
"""The text in the reader's language, with its values."""

ngettext = say_many
"""The same for one of something or several; ``num`` is among the values."""


def lazy_gettext(text: str) -> str:
    """A text that is put into the reader's language when it is shown: for constants."""
    return cast(str, flask_babel.LazyString(say, text))


def number(value: float) -> str:
    """A number with the reader's separators."""
    return _decimal(value, str(locale()))


@lru_cache(maxsize=4096)
def _decimal(value: float, language: str) -> str:
    """A page of hundreds of groups has thousands of numbers, and few different ones."""
    return format_decimal(value, locale=language)


def signed(value: float) -> str:
    """The same with its sign, also where it is above zero."""
    return number(value) if value < 0 else f"+{number(value)}"


_ = gettext


def locale() -> Locale:
    """The reader's locale, or the source's outside a request."""
    return languages.locale()


def language_tag() -> str:
    """The page's language as HTML writes it."""
    return str(locale()).replace("_", "-")


def text_direction() -> str:
    """``ltr`` or ``rtl``."""
    return locale().text_direction


@lru_cache(maxsize=8192)
def _by_skeleton(skeleton: str, at: datetime, zone: str, tag: str) -> str:
    """A moment with these parts, as the language puts them. A page has thousands of dates, and few different ones."""
    return format_skeleton(skeleton, at, tzinfo=ZoneInfo(zone), locale=Locale.parse(tag, sep="-"))


def day_and_time(at: datetime, zone: str) -> str:
    """``Tuesday 9 March, 12:30``, on the clock of the zone."""
    return _("%(day)s, %(time)s", day=long_day(at, zone), time=clock_time(at, zone))


def long_day(at: datetime, zone: str) -> str:
    """``Tuesday 9 March``."""
    return _by_skeleton("MMMMEEEEd", at, zone, language_tag())


def short_day(at: datetime | date, zone: str = "UTC") -> str:
    """``9 Mar 2027`` for a day, ``Tue 9 Mar`` for a moment."""
    if isinstance(at, datetime):
        return _by_skeleton("MMMEd", at, zone, language_tag())
    return format_date(at, "medium", locale=locale())


def weekday(day: date) -> str:
    """``Tuesday``."""
    return format_date(day, "EEEE", locale=locale())


def weekday_short(day: date) -> str:
    """``Tue``."""
    return format_date(day, "EEE", locale=locale())


def weekday_and_day(day: date) -> str:
    """``Tue 9``."""
    return _by_skeleton("Ed", datetime.combine(day, time()), "UTC", language_tag())


def day_of_month(day: date) -> str:
    """``9 March``."""
    return _by_skeleton("MMMMd", datetime.combine(day, time()), "UTC", language_tag())


def month_and_year(day: date) -> str:
    """``March 2027``."""
    return _by_skeleton("yMMMM", datetime.combine(day, time()), "UTC", language_tag())


def month_name(number: int) -> str:
    """``March``, for a month by its number."""
    return format_date(date(WEEKDAYS[0].year, number, 1), "LLLL", locale=locale())


def month_short(day: date) -> str:
    """``Mar``."""
    return format_date(day, "LLL", locale=locale())


def clock_time(at: datetime, zone: str) -> str:
    """``12:30``."""
    _zones(SHOWN).setdefault(zone)
    return _by_skeleton("Hm", at, zone, language_tag())


def moment(at: datetime, zone: str) -> str:
    """``9 Mar 2027, 14:02``: when something was done."""
    day = _by_skeleton("yMMMd", at, zone, language_tag())
    return _("%(day)s, %(time)s", day=day, time=clock_time(at, zone))


def zone_name(zone: str) -> str:
    """The place whose clock is meant, such as ``London``."""
    return "UTC" if zone == "UTC" else get_timezone_location(zone, return_city=True, locale=locale())


def zone_named(zone: str) -> str:
    """The same, where the page says of all its times that they are meant so: its foot need not say it again."""
    _zones(NAMED).setdefault(zone)
    return zone_name(zone)


def zones_to_name() -> list[str]:
    """The places whose clocks a page has shown without naming them, as it is told at its foot."""
    return [zone_name(zone) for zone in list(_zones(SHOWN)) if zone not in _zones(NAMED)]


def _zones(kind: str) -> dict[str, None]:
    """The zones that the page has shown so far, or named, in order; nothing is kept where there is no page."""
    if not has_request_context():
        return {}
    found: dict[str, None] = g.setdefault(kind, {})
    return found


def percent(share: float) -> str:
    """``91 %``; never 100 % for something that is not whole."""
    whole = round(share * 100)
    return _("%(number)s %%", number=99 if whole == 100 and share < 1 else whole)


def mode_name(mode: str) -> str:
    """How a group meets, as people say it."""
    names = {IN_PERSON: _("in person"), VIDEO: _("by video"), PHONE: _("by phone"), IN_WRITING: _("in writing")}
    return names.get(mode, mode)


def languages_to_choose() -> dict[str, str]:
    """Tag → the language's own name for itself, for all that the product speaks."""
    return {found.language: (found.get_language_name(found.language) or "").capitalize() for found in _spoken()}


def _preferred() -> str:
    """What was chosen in this browser, else what the person who is signed in uses, else what the browser asks for."""
    spoken = {found.language: str(found) for found in _spoken()}
    actor = find_current_actor()
    chosen = None if is_api() else session.get(CHOSEN)
    choices = [chosen, actor.language if actor else None]
    wishes = [tag.partition("-")[0].lower() for tag, quality in request.accept_languages if quality]
    return next((spoken[language] for language in (*choices, *wishes) if language in spoken), SOURCE)


def _spoken() -> list[Locale]:
    return _spoken_from(languages.CATALOGUES)


@cache
def _spoken_from(_catalogues: Path) -> list[Locale]:
    """Looked for once: every request asks."""
    translated = flask_babel.get_babel().instance.list_translations()
    return [Locale.parse(SOURCE), *(found for found in translated if found.language != languages.SOURCE)]
