"""The names of months and of days of the week in many languages, and the years of other calendars.

The names come from Unicode's collection of locale data. Short names that are plain words elsewhere (``pro``, ``ara``)
are months only where a stretch of days is looked for, see :func:`month_in_stretch`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Literal

from babel.dates import get_day_names, get_month_names

from scheduler.rotas.reading.cells import folded

_LANGUAGES = (
    "en", "de", "fr", "es", "it", "pl", "pt", "nl", "sv", "da", "nb", "hu", "ro", "sk", "cs", "fi", "tr", "el", "ru",
    "uk", "ar",
)  # fmt: skip
_WITHOUT_SPACES = ("th", "ko", "ja", "zh")
_SHORT_ARE_WORDS = frozenset(("cs", "fi", "tr", "sv", "hu", "ro", "sk"))
"""Languages whose short names are not taken for months or days by themselves: words and people are called so too."""
_LONGEST_WORD = 5

_USUAL_MONTHS = (
    "january jan januar janvier janv enero ene gennaio gen styczen stycznia sty januari janeiro",
    "february feb februar fevrier fevr febrero febbraio luty lutego lut februari fevereiro fev",
    "march mar marz maerz mars marzo marzec marca maart mrt marco",
    "april apr avril avr abril abr aprile kwiecien kwietnia kwi",
    "may mai mayo maggio mag maj maja mei maio",
    "june jun juni juin junio giugno giu czerwiec czerwca cze junho",
    "july jul juli juillet juil julio luglio lug lipiec lipca lip julho",
    "august aug aout agosto ago sierpien sierpnia sie augustus",
    "september sep sept septembre septiembre settembre set wrzesien wrzesnia wrz setembro",
    "october oct oktober okt octobre octubre ottobre ott pazdziernik pazdziernika paz outubro out",
    "november nov novembre noviembre listopad listopada lis novembro",
    "december dec dezember dez decembre diciembre dic dicembre grudzien grudnia gru dezembro",
)
"""As people write them, which is not always as the locale data have them; the first of each is the English name."""

_USUAL_DAYS = (
    "monday mon mo montag lundi lun lunes lunedi poniedzialek pon pn maandag ma",
    "tuesday tue tues tu dienstag di mardi mar martes martedi wtorek wt dinsdag",
    "wednesday wed weds we mittwoch mi mercredi mer miercoles mie mercoledi sroda sr woensdag wo",
    "thursday thu thur thurs th donnerstag do jeudi jeu jueves jue giovedi gio czwartek czw cz donderdag",
    "friday fri fr freitag vendredi ven viernes vie venerdi piatek pt pi vrijdag vr",
    "saturday sat sa samstag samedi sam sabado sab sabato sobota sob so zaterdag za",
    "sunday sun su sonntag so dimanche dim domingo dom domenica niedziela nd niedz nie zondag zo",
)
ENGLISH = tuple(names.split()[0] for names in _USUAL_MONTHS)
_BUDDHIST = 543
_FIRST_BUDDHIST, _LAST_BUDDHIST = 2543, 2642
_REIWA = 2018
_LATEST_TWO_FIGURES = 42
"""Up to here two figures of a Thai year are of the common era: 69 is 2569, which is 2026, but 26 is 2026."""

Width = Literal["abbreviated", "wide", "short", "narrow"]


def _month_names(language: str, width: Literal["abbreviated", "wide"]) -> Iterator[tuple[str, int]]:
    contexts: tuple[Literal["format", "stand-alone"], ...] = ("format", "stand-alone")
    for context in contexts:
        for number, name in get_month_names(width, context, language).items():
            if not any(sign.isdecimal() for sign in name):
                yield name, number


def _day_names(language: str, width: Width) -> Iterator[tuple[str, int]]:
    return ((folded(name), number) for number, name in get_day_names(width, "format", language).items())


def _is_plain_word(name: str) -> bool:
    plain_name = folded(name)
    return plain_name.isascii() and len(plain_name) <= 3


def _months() -> dict[str, int]:
    found = {word: number for number, words in enumerate(_USUAL_MONTHS, start=1) for word in words.split()}
    for language in _LANGUAGES:
        for name, number in _month_names(language, "wide"):
            found.setdefault(folded(name), number)
        for name, number in _month_names(language, "abbreviated"):
            if not (language in _SHORT_ARE_WORDS and _is_plain_word(name)):
                found.setdefault(folded(name), number)
    return found


def _days() -> dict[str, int]:
    found: dict[str, int] = {}
    for number, words in enumerate(_USUAL_DAYS):
        for word in words.split():
            found.setdefault(word, number)
    for language in (*_LANGUAGES, *_WITHOUT_SPACES):
        for name, number in _day_names(language, "wide"):
            if language not in _SHORT_ARE_WORDS or len(name) > _LONGEST_WORD:
                found.setdefault(name, number)
    return found


def _days_of(language: str) -> dict[str, int]:
    widths: tuple[Width, ...] = ("wide", "abbreviated", "short")
    return {name: number for width in widths for name, number in _day_names(language, width)}


MONTHS: Mapping[str, int] = _months()
"""Folded names of months, January 1, that are taken for one wherever they stand beside a number."""
WEEKDAYS: Mapping[str, int] = _days()
"""Folded names of days, Monday 0, that are taken for one wherever they stand alone."""
WEEKDAYS_BY_LANGUAGE = tuple(_days_of(language) for language in (*_LANGUAGES, *_WITHOUT_SPACES))
"""All names of days, the shortest too, language by language: the same two letters are Saturday in one, Sunday in
another."""
ANY_WEEKDAY = frozenset(name for names in WEEKDAYS_BY_LANGUAGE for name in names)
_NAMES_OF_DAY = tuple(
    frozenset(words.split()).union(
        name for names in WEEKDAYS_BY_LANGUAGE for name, day in names.items() if day == number
    )
    for number, words in enumerate(_USUAL_DAYS)
)
_ONLY_IN_STRETCHES = {
    folded(name): number
    for language in _LANGUAGES
    if language in _SHORT_ARE_WORDS
    for name, number in _month_names(language, "abbreviated")
    if folded(name) not in MONTHS
}
_THAI_MONTHS = {name: number for width in ("wide", "abbreviated") for name, number in _month_names("th", width)}
_CHINESE_MONTHS = dict(_month_names("zh", "wide"))
_THAI = re.compile(
    "(" + "|".join(re.escape(name) for name in sorted(_THAI_MONTHS, key=len, reverse=True))
    + r")(?:\s*(\d{4}|\d{2})(?!\d))?"
)  # fmt: skip
_CHINESE = re.compile("|".join(sorted(_CHINESE_MONTHS, key=len, reverse=True)))
_WIDE = {"／": "/", "－": "-", "．": ".", "（": "(", "）": ")", "：": ":", "、": ",", "　": " "}
_ANY_THAI = re.compile("[\u0e01-\u0e5b]")
_LONG_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_REIWA_YEAR = re.compile(
    r"(?:令和|(?<![^\W_])R\.?)\s?(\d{1,2}|元)(?:\s*年|(?=[./-]\d{1,2}[./-]\d{1,2}(?!\d)))", re.IGNORECASE
)
_EASTERN_YEAR = re.compile(r"(?<!\d)(\d{4}|\d{2})\s*[年년]")
_EASTERN_MONTH = re.compile(r"(?<!\d)(1[0-2]|0?[1-9])\s*[月월](?!曜|요)")
_EASTERN_DAY = re.compile(r"(?<=\d)\s*[日일号號](?!曜|요)")


def may_be_weekday(text: str, weekday: int) -> bool:
    """Whether the text may abbreviate the weekday, Monday 0, in some language: ``M`` or ``Tu``."""
    start = folded(text)
    return bool(start) and any(name.startswith(start) for name in _NAMES_OF_DAY[weekday])


@lru_cache(maxsize=8192)
def month_in_stretch(word: str) -> int | None:
    """The month of a folded word in a text that seems to write a stretch of days: short names of every language and
    names cut short count as well."""
    known = MONTHS.get(word) or _ONLY_IN_STRETCHES.get(word)
    if known or len(word) < 3 or not word.isalpha():
        return known
    begun = {number for name, number in MONTHS.items() if name.startswith(word)}
    return begun.pop() if len(begun) == 1 else None


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """The text with its figures as 0 to 9, Thai, Chinese, Japanese and Korean months in English, and years of the
    Buddhist era and of Reiwa as those of the common era."""
    if text.isascii() and text[:1] not in ("R", "r"):
        return text
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        text = "".join(str(unicodedata.digit(sign)) if sign.isdecimal() else _WIDE.get(sign, sign) for sign in text)
    text = _REIWA_YEAR.sub(_common_from_reiwa, text)
    if _ANY_THAI.search(text):
        text = _LONG_YEAR.sub(lambda found: str(common_year(int(found[1]))), _THAI.sub(_english_from_thai, text))
    text = _EASTERN_YEAR.sub(lambda found: f" {found[1] if len(found[1]) == 4 else '20' + found[1]} ", text)
    text = _CHINESE.sub(lambda found: f" {ENGLISH[_CHINESE_MONTHS[found[0]] - 1]} ", text)
    text = _EASTERN_MONTH.sub(lambda found: f" {ENGLISH[int(found[1]) - 1]} ", text)
    return _EASTERN_DAY.sub(" ", text)


def common_year(year: int) -> int:
    """The year of the common era: one that only the Buddhist era has in our days is converted."""
    return year - _BUDDHIST if _FIRST_BUDDHIST <= year <= _LAST_BUDDHIST else year


def _common_from_reiwa(found: re.Match[str]) -> str:
    year = _REIWA + (1 if found[1] == "元" else int(found[1]))
    return f"{year} " if found[0].endswith("年") else str(year)


def _english_from_thai(found: re.Match[str]) -> str:
    month = ENGLISH[_THAI_MONTHS[found[1]] - 1]
    if found[2] is None:
        return f" {month} "
    year = int(found[2])
    if year < 100:
        year += 2000 if year <= _LATEST_TWO_FIGURES else 2500
    return f" {month} {common_year(year)} "
