"""Sentences for people, in the language of their reader.

The product is written in English; the catalogues below ``translations`` hold its other languages and serve pages,
messages and calendars alike. Which language is meant is a matter of the task at hand: a request speaks its reader's,
a message its addressee's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.support import NullTranslations, Translations

CATALOGUES: Final = Path(__file__).parent / "translations"
"""A folder for each language, in the layout of gettext."""

SOURCE: Final = "en"
_BRITISH: Final = "en-GB"

_spoken: ContextVar[str] = ContextVar("spoken", default=SOURCE)


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """Within this, :func:`say` speaks ``language``, a tag such as ``fr`` or ``fr-CA``; English where it is unknown."""
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


def set_language(language: str) -> None:
    """Speak ``language`` from here on in this context: for a request, which has one from its start to its end."""
    _spoken.set(language)


def current_language() -> str:
    """The tag of the language that is spoken now."""
    return _spoken.get()


def locale() -> Locale:
    """How dates and numbers are written in the language spoken now; the product's own English is British."""
    return _locale(current_language())


@cache
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(_BRITISH if language == SOURCE else language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse(_BRITISH, sep="-")


def short_day(day: date) -> str:
    """``9 Mar 2027``, as sentences name days."""
    return format_date(day, "medium", locale=locale())


def short_moment(at: datetime, zone: str) -> str:
    """``Tue 9 Mar, 12:30``, on the clock of the zone."""
    day, time = (format_skeleton(part, at, tzinfo=ZoneInfo(zone), locale=locale()) for part in ("MMMEd", "Hm"))
    return say("%(day)s, %(time)s", day=day, time=time)


def translated() -> tuple[str, ...]:
    """The tags of the languages that the product speaks besides its own."""
    return tuple(sorted(folder.name.replace("_", "-") for folder in CATALOGUES.iterdir() if folder.is_dir()))


def say(text: str, /, **values: object) -> str:
    """The sentence in the language spoken now, with its values: ``say("%(count)s rooms", count=3)``."""
    return _filled(_catalogue(current_language()).gettext(text), values)


def say_many(one: str, many: str, num: int, /, **values: object) -> str:
    """The same for one of something or several, by the language's own rule; ``num`` is among the values."""
    return _filled(plural(one, many, num), {"num": num, **values})


def plural(one: str, many: str, num: int, /) -> str:
    """One of two sentences, by the language's own rule, with its places still to be filled."""
    return _catalogue(current_language()).ngettext(one, many, num)


def mark(text: str) -> str:
    """Mark a constant as a sentence to be translated when it is said; it stays as it is here."""
    return text


def mark_many(one: str, many: str) -> tuple[str, str]:
    """The same of a constant for one of something and for several, which :func:`say_many` says."""
    return one, many


def _filled(text: str, values: dict[str, object]) -> str:
    if not values:
        return text
    filled = text % values
    # A value that ends with a full stop of its own ("30 nov.") ends its sentence with it.
    for value in values.values():
        if isinstance(value, str) and len(value) > 1 and value.endswith(".") and not value.endswith(".."):
            filled = filled.replace(f"{value}.", value)
    return filled


@cache
def _catalogue(language: str) -> NullTranslations:
    """What there is for a language or, failing that, for the language without its region."""
    tag = language.replace("-", "_")
    return Translations.load(CATALOGUES, [tag, tag.partition("_")[0]])
