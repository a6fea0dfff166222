"""The days that a sentence names: ``Sun 3 Nov``, ``3/11``, ``3 and 5 Nov``, ``Nov 3-5``, ``2027-11-03``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from scheduler.rotas.reading.calendar_words import MONTHS, WEEKDAYS
from scheduler.rotas.reading.cells import folded

PAST, AHEAD = timedelta(days=31), timedelta(days=330)
"""How far around today a day without a year may lie."""

_LONGEST_RANGE = 14
_SHORT = "|".join(sorted({word.capitalize() for word in WEEKDAYS if len(word) == 2}))
_LONG = "|".join(sorted((word for word in WEEKDAYS if len(word) > 2), key=len, reverse=True))
_WEEKDAY = rf"(?:{_LONG}|(?-i:{_SHORT}))"
"""Weekdays by two letters are written with a capital: *do* and *so* are words besides."""
_MONTH = f"(?:{'|'.join(sorted((word for word in MONTHS if len(word) > 2), key=len, reverse=True))})"
_DAY = (
    rf"(?:\b(?P<w>{_WEEKDAY})\.?,?[ ]+(?:(?:the|den|le|el)[ ]+)?)?"
    r"(?<![\d:/.])(?P<d>\d{1,2})(?:st|nd|rd|th|er|º|ª|\.)?(?![\d:/])"
)
_BETWEEN = r"[ ]*(?:,|&|\+|\band\b|\bund\b|\bet\b|\by\b|\be\b|\bi\b|\ben\b|\boch\b|\bog\b)[ ]*(?:and[ ]+)?"
_UNTIL = r"[ ]*(?:-|–|—|\bto\b|\buntil\b|\bbis\b|\bau\b|\bal\b)[ ]*"
_DAYS = rf"{_DAY}(?:(?:{_UNTIL}|{_BETWEEN}){_DAY})*"


def _nameless(pattern: str) -> str:
    return re.sub(r"\?P<\w>", "?:", pattern)


_YEAR = r"(?:,?[ ]+(?P<y>20\d\d))?"
_MONTH_LAST = re.compile(
    rf"(?P<days>{_nameless(_DAYS)})[ ]*(?:of[ ]+|de[ ]+)?(?P<m>{_MONTH})\b\.?{_YEAR}", re.IGNORECASE
)
_MONTH_FIRST = re.compile(rf"\b(?P<m>{_MONTH})\.?[ ]+(?P<days>{_nameless(_DAYS)}){_YEAR}", re.IGNORECASE)
_ISO = re.compile(r"\b(20\d\d)-(\d{1,2})-(\d{1,2})\b")
_FIGURES = re.compile(
    rf"(?:\b(?P<w>{_WEEKDAY})\.?,?[ ]+)?(?<![\d.:/])(?P<a>\d{{1,2}})(?P<s>[./])(?P<b>\d{{1,2}})"
    r"(?:(?P=s)(?P<y>\d{4}|\d{2}))?\.?(?![\d:])",
    re.IGNORECASE,
)
_ONE_DAY = re.compile(rf"(?P<u>{_nameless(_UNTIL)})?(?:{_nameless(_BETWEEN)})?{_DAY}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mention:
    """The days that one place of the text may mean: none if its weekday contradicts, several if it is unclear."""

    written: str
    start: int
    end: int
    days: tuple[date, ...]

    @property
    def is_clear(self) -> bool:
        return len(self.days) == 1


def dates_in(text: str, today: date) -> tuple[Mention, ...]:
    """Every day that is named, in the order of the text. A day without a year is the one nearest to come."""
    plain = "".join(map(_base, text))
    found: list[Mention] = []
    for read in (
        _iso(plain),
        _with_month(_MONTH_LAST, plain, today),
        _with_month(_MONTH_FIRST, plain, today),
        _figures(plain, today),
    ):
        found.extend([mention for mention in read if not _overlaps(mention, found)])
    return tuple(sorted(found, key=lambda mention: mention.start))


def _overlaps(mention: Mention, others: Iterable[Mention]) -> bool:
    return any(other.start < mention.end and mention.start < other.end for other in others)


def _base(sign: str) -> str:
    """The letter without its accent; the text keeps its length."""
    return unicodedata.normalize("NFKD", sign)[:1] or sign


def _iso(text: str) -> Iterator[Mention]:
    for match in _ISO.finditer(text):
        year, month, day = map(int, match.groups())
        yield Mention(match[0], *match.span(), tuple(_existing([(year, month, day)])))


def _figures(text: str, today: date) -> Iterator[Mention]:
    """``3/11``: either order, as far as the weekday and the year leave it open."""
    for match in _FIGURES.finditer(text):
        weekday = _weekday(match["w"])
        first, second = int(match["a"]), int(match["b"])
        orders = {(first, second), (second, first)}
        days = {day for day_, month in orders for day in _around(day_, month, _full_year(match["y"]), weekday, today)}
        yield Mention(match[0], *match.span(), tuple(sorted(days)))


def _with_month(pattern: re.Pattern[str], text: str, today: date) -> Iterator[Mention]:
    for match in pattern.finditer(text):
        month = MONTHS[folded(match["m"])]
        year = int(match["y"]) if match["y"] else None
        for written, day, weekday in _days(match["days"]):
            days = tuple(sorted(_around(day, month, year, weekday, today)))
            yield Mention(f"{written} {match['m']}", *match.span(), days)


def _days(written: str) -> Iterator[tuple[str, int, int | None]]:
    """The numbers of a list, those between the ends of a range too, each with its weekday."""
    last = 0
    for match in _ONE_DAY.finditer(written):
        day, weekday = int(match["d"]), _weekday(match["w"])
        if match["u"] and last < day <= last + _LONGEST_RANGE:
            yield from ((str(between), between, None) for between in range(last + 1, day))
        yield match[0].strip(" ,&+-–"), day, weekday
        last = day


def _weekday(written: str | None) -> int | None:
    return WEEKDAYS.get(folded(written)) if written else None


def _full_year(written: str | None) -> int | None:
    return None if written is None else int(written) + (2000 if len(written) == 2 else 0)


def _around(day: int, month: int, year: int | None, weekday: int | None, today: date) -> Iterator[date]:
    """The day in its year, or in that which brings it near today; none that falls on another weekday."""
    years = [year] if year is not None else range(today.year - 1, today.year + 2)
    for each in _existing([(each, month, day) for each in years]):
        is_near = year is not None or today - PAST <= each <= today + AHEAD
        if is_near and weekday in (None, each.weekday()):
            yield each


def _existing(parts: Iterable[Sequence[int]]) -> Iterator[date]:
    for year, month, day in parts:
        try:
            yield date(year, month, day)
        except ValueError:
            continue
