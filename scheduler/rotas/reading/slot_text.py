"""What one text says of a stretch of days: both its ends, a beginning and a length, a month, a week's number, or only
the number of a block. Which year and which order of day and month is left open, see :mod:`.slots`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from scheduler.rotas.reading.calendar_words import ENGLISH, MONTHS, month_in_stretch, plain
from scheduler.rotas.reading.cells import folded, text_of
from scheduler.rotas.reading.dates import month_of, partial
from scheduler.rotas.written_days import Partial, Unit


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a text gives, with the fields of :class:`~scheduler.rotas.written_days.Slot`."""

    first: Partial | None = None
    last: Partial | None = None
    length: int | None = None
    number: int | None = None
    unit: Unit = Unit.DAYS


_LONGEST = 60
_DOUBTFUL = re.compile(r"[\s?!*†‡]+$")
_JOINED_BY_WORD = re.compile(
    r"\s+(?:to|au|al|a|à|bis|do|til|till|tot|t/m|until|thru|through|ate|até|hasta|fino al?|ถึง|έως|إلى|до|по|and)\s+",
    re.IGNORECASE,
)
_JOINED_BY_SIGN = re.compile(r"\s*(?:–|—|―|~|〜|～|→|\.{2,}|…|-{2,}|->)\s*|\s+-\s+|から")
_JOINED_BY_HYPHEN = re.compile(r"\s*-\s*")
_TWO_ISO = re.compile(r"(\d{4}-\d\d-\d\d)\s*/\s*(\d{4}-\d\d-\d\d)")
_ONE_DATE = re.compile(
    r"\d{1,4}([-/.])(?:\d{1,2}|[^\W\d_]{3,}\.?)\1\d{1,4}|\d{1,2}\s*[-/.]\s*\d{1,2}\.?|[^\W\d_]{3,}([-/.])\d{1,2}\2\d{2,4}"
)
_BEFORE_A_RANGE = re.compile(r"^(?:from|du|von|vom|del|dal|desde|od|ab|between|the)\s+", re.IGNORECASE)
_AFTER_A_RANGE = re.compile(r"\s*(?:まで|incl(?:usive|\.)?)$", re.IGNORECASE)
_FILLERS = re.compile(
    r"\b(?:de|del|di|of|the|den|der|le|les|el|los|dnia|dne|am|em)\b|\bd['’]|['’](?=\d)", re.IGNORECASE
)
_DAY = re.compile(r"(\d{1,2})\s*(?:st|nd|rd|th|er|º|ª|e|\.)?", re.IGNORECASE)
_DAY_AND_YEAR = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\s*,?\s+(20\d\d)", re.IGNORECASE)
_RUN_TOGETHER = re.compile(r"(?<=\d)(?!(?:st|nd|rd|th|er)\b)(?=[^\W\d_]{3})|(?<=[^\W\d_]{3})(?=\d)")
_WORD = re.compile(r"[^\W\d_]{3,}")

_WEEK = r"(?:week|wk|w|woche|kw|semaine|sem|semana|settimana|tydzień|tydz|vecka|uge|uke|viikko|viikot|hafta|weeknr)"
_BLOCK = (
    r"(?:academic |fiscal |pay |clinical )?(?:block|blk|blok|bloc|bloque|bloco|blocco|period|période|periode|periodo"
    r"|período|rotation|cycle|term|ap|fp|pp|p|b)"
)
_NUMBERED = re.compile(
    rf"(?:{_BLOCK}|{_WEEK})(?:\s*(?:no|nr)\.?)?[\s._#:-]*0*([1-9]\d?)(?![\d/.-]\d)(?!\d)(?:[A-F]\b(?=.*\d))?(.*)",
    re.IGNORECASE,
)
"""A letter behind the number says which part of a block it is; its days must follow."""
_ISO_WEEK = re.compile(
    r"(?:(20\d\d)[\s-]*)?(?:kw|cw|w|kalenderwoche|calendar week|iso week|vecka|v\.|uge|uke|viikko|vko)[\s.-]*(\d{1,2})"
    r"(?:\s*[/,.-]?\s*\(?(20\d\d)\)?)?",
    re.IGNORECASE,
)
_ALWAYS_ISO = re.compile(
    r"kw|cw|kalender|calendar|iso|vecka|v\.|uge|uke|viikko|vko|20\d\d[\s-]*w|w[\s.-]*\d+\s*[/,.-]?\s*\(?20",
    re.IGNORECASE,
)
_WITH_ITS_YEAR = re.compile(rf"{_WEEK}(?:\s*(?:no|nr)\.?)?[\s.-]*(\d{{1,2}})\s*[/,.-]?\s*\(?(20\d\d)\)?", re.IGNORECASE)
_BARE_WEEK = re.compile(rf"({_WEEK})(?:\s*(?:no|nr)\.?)?[\s._#:-]*0*([1-9]\d?)", re.IGNORECASE)
_MOST_WEEKS = 53
_SIGN_TWICE = re.compile(r"(?<=\d)([/.])\1+(?=\d)")
_WEEK_FROM = re.compile(
    r"(?:w\s?/\s?c|w\s?/\s?b|wc|wb|wk/c|(?:week|wk)\.?\s*(?:commencing|comm|beginning|begins?|beg|starting|starts?|of|from)\.?|woche\s*(?:vom|ab)|"
    r"semaine\s*du|sem\.?\s*du|semana\s*(?:del?|de)|settimana\s*del|week\s*van|tydzień\s*od|vecka\s*från)\s*:?\s*(.+)",
    re.IGNORECASE,
)
_WEEK_TO = re.compile(r"(?:w\s?/\s?e|(?:week|wk)\s*ending)\s*:?\s*(.+)", re.IGNORECASE)
_FROM = re.compile(
    r"(?:from|starting|starts?|begins?|beginning|ab|od|desde|dal|dès le|à partir du|vanaf|från|fra)\s*:?\s+(.+)",
    re.IGNORECASE,
)


def is_doubtful(text: str) -> bool:
    """Whether a question mark stands behind what is written."""
    found = _DOUBTFUL.search(text)
    return found is not None and "?" in found[0]


@lru_cache(maxsize=8192)
def stretch_in(written: str) -> Stretch | None:
    """What the text says of days and nothing else; None if it says something else."""
    text = _SIGN_TWICE.sub(r"\1", _DOUBTFUL.sub("", text_of(plain(written))))
    if not text or len(text) > _LONGEST:
        return None
    text = text[1:-1].strip() if text.startswith("(") and text.endswith(")") else text
    if not any(sign.isdecimal() for sign in text):
        return _month(text)
    if _ONE_DATE.fullmatch(text):
        return _single(text)
    return _week_of_year(text) or _begun(text) or _range(text) or _single(text) or _numbered(text) or _month(text)


@lru_cache(maxsize=8192)
def numbered_week(written: str) -> tuple[str, int] | None:
    """The word and the number of a text that numbers a week and says nothing else."""
    found = _BARE_WEEK.fullmatch(text_of(plain(written)))
    return (folded(found[1]), int(found[2])) if found and int(found[2]) <= _MOST_WEEKS else None


def _single(text: str) -> Stretch | None:
    part = partial(_with_plain_months(text))
    return None if part is None else Stretch(part)


def _month(text: str) -> Stretch | None:
    found = month_of(text)
    return Stretch(Partial(1, *found), unit=Unit.MONTH) if found else None


def _week_of_year(text: str) -> Stretch | None:
    """A week by its number in the calendar, Monday to Sunday."""
    found, dated = _ISO_WEEK.fullmatch(text), _WITH_ITS_YEAR.fullmatch(text)
    if dated is not None:
        year, number = dated[2], int(dated[1])
    elif found is not None and _ALWAYS_ISO.match(text):
        year, number = found[1] or found[3], int(found[2])
    else:
        return None
    if not 1 <= number <= _MOST_WEEKS:
        return None
    if year is None:
        return Stretch(number=number, unit=Unit.WEEK)
    try:
        monday = date.fromisocalendar(int(year), number, 1)
    except ValueError:
        return None
    return Stretch(Partial(monday.day, monday.month, monday.year), length=7, number=number)


def _begun(text: str) -> Stretch | None:
    """A stretch of which only one end is written, with words that say which: ``w/c 3 August``."""
    for pattern, length, unit in (
        (_WEEK_FROM, 7, Unit.DAYS),
        (_WEEK_TO, -7, Unit.DAYS),
        (_FROM, None, Unit.UNTIL_NEXT),
    ):
        found = pattern.fullmatch(text)
        if found is not None:
            part = _end(found[1])
            whole = _range(found[1])
            if whole is not None or part is None or part.month is None:
                return whole
            return Stretch(part, length=length, unit=unit)
    return None


def _numbered(text: str) -> Stretch | None:
    """A block or week with its number, and its days if they stand behind it."""
    found = _NUMBERED.fullmatch(text.replace("_", " "))
    if found is None:
        return None
    number, rest = int(found[1]), found[2].strip(" ():,;–-.")
    if not rest:
        return Stretch(number=number)
    inside = _begun(rest) or _range(rest) or _dated(rest)
    return None if inside is None else replace(inside, number=number)


def _dated(text: str) -> Stretch | None:
    """A single day that begins a numbered block."""
    found = _single(text)
    return replace(found, unit=Unit.UNTIL_NEXT) if found and found.first and found.first.month else None


def _range(text: str) -> Stretch | None:
    """Both ends, in whatever way they are joined; the first way in which both make sense."""
    iso = _TWO_ISO.fullmatch(text)
    pairs = [(iso[1], iso[2])] if iso else _pairs(_AFTER_A_RANGE.sub("", _BEFORE_A_RANGE.sub("", text)))
    for left, right in pairs:
        first, last = _end(left), _end(right)
        if first is not None and last is not None and (first.month or last.month):
            return Stretch(first, last)
    return None


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for pattern in (_JOINED_BY_WORD, _JOINED_BY_SIGN):
        for found in pattern.finditer(text):
            yield text[: found.start()], text[found.end() :]
    hyphens = sorted(_JOINED_BY_HYPHEN.finditer(text), key=lambda found: abs(found.start() + found.end() - len(text)))
    for found in hyphens:
        yield text[: found.start()], text[found.end() :]


def _end(text: str) -> Partial | None:
    """One end of a stretch, which may lack its month or year."""
    text = " ".join(_FILLERS.sub(" ", _with_plain_months(text)).split()).strip(" ,/()-:")
    day = _DAY.fullmatch(text)
    if day:
        return Partial(int(day[1])) if 1 <= int(day[1]) <= 31 else None
    with_year = _DAY_AND_YEAR.fullmatch(text)
    if with_year:
        return Partial(int(with_year[1]), None, int(with_year[2])) if 1 <= int(with_year[1]) <= 31 else None
    part = partial(text)
    return part if part is not None and (part.month or part.weekday is not None) else None


def _with_plain_months(text: str) -> str:
    """The text with its months in English, those too that are taken for months only here."""
    return _WORD.sub(_english, _RUN_TOGETHER.sub(" ", text))


def _english(found: re.Match[str]) -> str:
    word = folded(found[0])
    month = None if word in MONTHS else month_in_stretch(word)
    return found[0] if month is None else ENGLISH[month - 1]
