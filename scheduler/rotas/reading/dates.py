"""Dates as rotas write them: whole, without a year, as day numbers under a month's name, as serial numbers.

Reading goes in two steps. :func:`partial` says what one cell gives; :func:`resolve` turns a whole axis of such
parts into dates, since only the neighbours tell whether ``03/04`` is March or April and when the year turns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise

from scheduler.rotas.model import FLIPPED
from scheduler.rotas.reading.calendar_words import ANY_WEEKDAY, MONTHS, WEEKDAYS, common_year, plain
from scheduler.rotas.reading.calendar_words import may_be_weekday as may_be_weekday
from scheduler.rotas.reading.cells import Cell, folded, text_of
from scheduler.rotas.reading.doubtful_dates import against_the_weekdays, out_of_step, turned_back
from scheduler.rotas.written_days import Partial as Partial

_LONGEST_DATE = 40
_FIRST_SERIAL, _LAST_SERIAL = 36526, 73050  # 2000-01-01 and 2099-12-31 as Excel counts days
_FIRST_COMPACT, _LAST_COMPACT = 20000101, 20991231
_SERIAL_ZERO = date(1899, 12, 30)
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{1,2}:\d\d.*)?")
_COMPACT = re.compile(r"(20\d\d)(\d\d)(\d\d)")
_FIGURES = re.compile(r"(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*(?:\2\s*(\d{2})|[-/.]\s*(\d{4})|[.])?(?:\s+\d{1,2}:\d\d.*)?")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_MONTH_AND_YEAR = re.compile(
    r"(?<![\d/.-])(?:(0?[1-9]|1[0-2])\s?[/.-]\s?20\d\d|20\d\d\s?[/.-]\s?(0[1-9]|1[0-2]|[1-9]))(?![\d/-]|\.\d)"
)
_SPAN_OF_MONTHS = re.compile(
    r"[^\W\d]{3,}\.?\s*(?:20)?\d{0,2}\s*(?:-|–|—|/|to|until|bis|do)\s*[^\W\d]{3,}", re.IGNORECASE
)
_COUNTED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)")
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er|\.)?")
_RUN_TOGETHER = re.compile(r"(?<=\d)(?=(?!(?:st|nd|rd|th|er)\b)[^\W\d_]{3})|(?<=[^\W\d_]{3})(?=\d)")
_TO_NEXT = re.compile(r"\s[-–—~]|[-–—~]\s")
_TWO_DAYS = re.compile(r"(?<![\d-])\d{1,2}\s*(?:st|nd|rd|th|er|\.)?\s*[-–—~]\s*\d{1,2}(?!\d)")


@dataclass(frozen=True, slots=True)
class Hints:
    """What stands around an axis: a first year that was given or written, a first month, a day near the present,
    the last day of an axis that this one goes on from, and the first and last day of the sheet before.

    For stretches of days also the first and last ``years`` that a title names, the ``title_month`` that it names with
    them, and a day on which the sheet was ``changed``. ``month_first`` says whether the month comes first,
    where that is known."""

    year: int | None = None
    month: int | None = None
    today: date | None = None
    after: date | None = None
    sheet_before: tuple[date, date] | None = None
    years: tuple[int, int] | None = None
    title_month: int | None = None
    changed: Partial | None = None
    month_first: bool | None = None


_WEEKDAY_OF_MONTH = {MONTHS[word]: WEEKDAYS[word] for word in MONTHS.keys() & WEEKDAYS.keys()}
"""Months one of whose short names is a weekday as well: *mar* is March and Tuesday."""


@dataclass(frozen=True, slots=True)
class Axis:
    """Dates by their index along the axis; ``doubt`` says what was assumed, ``wrong`` the indexes without a date."""

    dates: dict[int, date]
    doubt: str = ""
    wrong: tuple[int, ...] = ()


def partial(cell: Cell) -> Partial | None:
    """What the cell says of a date; None if it is none. A bare day number is one only among its like."""
    if isinstance(cell, (date, datetime)):
        return Partial(cell.day, cell.month, cell.year)
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return _partial_of_number(float(cell))
    return _partial_of_text(cell) if isinstance(cell, str) and cell else None


def weekday_of(cell: Cell) -> int | None:
    """Monday 0 … Sunday 6 if the cell is a weekday's name and nothing else."""
    return WEEKDAYS.get(folded(cell)) if isinstance(cell, str) else None


def month_of(cell: Cell) -> tuple[int, int | None] | None:
    """Month and, if written, year of a banner such as ``OCT``, ``March 2021``."""
    if isinstance(cell, (date, datetime)):
        return (cell.month, cell.year) if cell.day == 1 else None
    words = folded(plain(cell)).split() if isinstance(cell, str) else []
    months = [MONTHS[word] for word in words if word in MONTHS]
    years = [int(word) for word in words if _YEAR.fullmatch(word)]
    known = len(months) + len(years) == len(words)
    return (months[0], years[0] if years else None) if len(months) == 1 and known else None


def mentioned_month(text: str) -> int | None:
    """The one month that a title names, if it names just one or a span of months, of which it is the first."""
    words = folded(_RUN_TOGETHER.sub(" ", plain(text))).split()
    found = [MONTHS[word] for word in words if word in MONTHS and len(word) > 2]
    if not found:
        figures = {int(each[1] or each[2]) for each in _MONTH_AND_YEAR.finditer(plain(text))}
        return figures.pop() if len(figures) == 1 else None
    is_one = len(set(found)) == 1 or (len(found) == 2 and _SPAN_OF_MONTHS.search(text) is not None)
    return found[0] if is_one else None


def mentioned_year(text: str) -> int | None:
    """The first year, 2000 to 2099, that a title names."""
    found = _YEAR.search(plain(text))
    return int(found[1]) if found else None


def resolve(parts: Sequence[tuple[int, Partial]], hints: Hints) -> Axis:
    """Dates for every part of an axis, in its order.

    Day and month are read in the order that makes a possible calendar, fits the weekdays and is the shortest; where
    that does not tell, day first, with a doubt stated. Without any year the weekdays decide, then the year that lies
    nearest to today, with a doubt stated; so too where a year is known that most weekdays do not fit. A date that is
    out of step with those around it, or that does not fit its weekday, cannot be placed: it moves no other.
    """
    parts = _with_short_weekdays(parts)
    day_first = [part for _, part in parts]
    if slips := out_of_step(day_first):
        rest = resolve([each for position, each in enumerate(parts) if position not in slips], hints)
        return replace(rest, wrong=tuple(sorted((*rest.wrong, *(parts[position][0] for position in slips)))))
    turned = turned_back(day_first) if hints.month_first is None else None
    if turned is not None:
        indexes = [index for index, _ in parts]
        again = resolve(list(zip(indexes, turned, strict=True)), replace(hints, month_first=False))
        return replace(again, doubt=FLIPPED)
    month_first = [part.swapped() for part in day_first]
    year, doubt = _first_year(day_first, hints)
    if year is None:
        return Axis({}, "year", tuple(index for index, _ in parts))
    orders = [day_first, month_first]
    if hints.month_first is not None:
        orders = [month_first] if hints.month_first else [day_first]
    best, *others = sorted(((each, _walk(each, year, hints)) for each in orders), key=_badness)
    undecided = all(part.is_ambiguous for part in day_first) and any(_as_good(best, other) for other in others)
    walked = _walk(day_first, year, hints) if undecided else best[1]
    against = against_the_weekdays(day_first, walked)
    if 2 * len(against) > len(parts) and all(part.year is None for part in day_first):
        doubt = doubt or "year"  # that a title names is last year's, say
    elif not doubt:
        for position in against:
            walked[position] = None
    dates = {index: day for (index, _), day in zip(parts, walked, strict=True) if day is not None}
    wrong = tuple(index for (index, _), day in zip(parts, walked, strict=True) if day is None)
    return Axis(dates, doubt or ("order" if undecided else ""), wrong)


def _with_short_weekdays(parts: Sequence[tuple[int, Partial]]) -> Sequence[tuple[int, Partial]]:
    """The parts with *mar. 4* read as a Tuesday, not as March, among days that have a weekday and no month."""
    alike = sum(part.weekday is not None and part.month is None for _, part in parts)
    if 2 * alike <= len(parts):
        return parts
    return [
        (index, replace(part, month=None, weekday=_WEEKDAY_OF_MONTH[part.month]))
        if part.month in _WEEKDAY_OF_MONTH and part.weekday is None and part.year is None
        else (index, part)
        for index, part in parts
    ]


def _first_year(parts: Sequence[Partial], hints: Hints) -> tuple[int | None, str]:
    if hints.year is not None:
        return hints.year, ""
    written = next((position for position, part in enumerate(parts) if part.year is not None), None)
    if written is not None:
        return _year_before(parts[: written + 1]), ""
    if hints.sheet_before is not None:
        return _year_after(parts, hints, *hints.sheet_before), ""
    if hints.today is None:
        return None, "year"
    around = sorted(range(hints.today.year - 2, hints.today.year + 3), key=lambda year: _distance(parts, year, hints))
    fitting = [year for year in around if _weekdays_fit(parts, year, hints)]
    if any(part.weekday is not None for part in parts) and len(fitting) == 1:
        return fitting[0], ""
    return (fitting or around)[0], "year"


def _year_before(parts: Sequence[Partial]) -> int:
    """The year of the first part, if the last one's is the first that is written: years may have turned between."""
    last = parts[-1]
    assert last.year is not None
    if len(parts) == 1:
        return last.year
    start = next((part.month for part in parts if part.month is not None), None)
    walked = _walk([*parts[:-1], replace(last, year=None)], last.year, Hints(month=start))
    return last.year - (walked[-1].year - last.year if walked[-1] is not None else 0)


def _year_after(parts: Sequence[Partial], hints: Hints, first: date, last: date) -> int:
    """The year that lets a sheet begin with the sheet before it or follow it."""

    def distance(year: int) -> int:
        begins = next((day for day in _walk(parts, year, hints) if day is not None), None)
        return min(abs((begins - day).days) for day in (first, last)) if begins else 10_000

    return min((first.year - 1, first.year, last.year, last.year + 1), key=distance)


def _distance(parts: Sequence[Partial], year: int, hints: Hints) -> int:
    days = [day for day in _walk(parts, year, hints) if day is not None]
    assert hints.today is not None
    return min((abs((day - hints.today).days) for day in days), default=10_000)


def _weekdays_fit(parts: Sequence[Partial], year: int, hints: Hints) -> bool:
    walked = zip(parts, _walk(parts, year, hints), strict=True)
    checked = [day is not None and day.weekday() == part.weekday for part, day in walked if part.weekday is not None]
    return sum(checked) >= 0.9 * len(checked)


def _walk(parts: Sequence[Partial], year: int, hints: Hints) -> list[date | None]:
    """The dates in order: without a month a smaller day begins the next month, without a year a month far
    behind begins the next year."""
    walked: list[date | None] = []
    last_day, month = (hints.after.day, hints.after.month) if hints.after else (0, hints.month)
    for part in parts:
        if part.month is None:
            turned = month is not None and part.day < last_day
            month, year = _next_month(month, year) if turned and month is not None else (month, year)
        elif part.year is None:
            year += 1 if month is not None and part.month < month - 6 else 0
        month = part.month or month
        year = part.year or year
        last_day = part.day
        walked.append(_date(year, month, part.day))
    return walked


def _next_month(month: int, year: int) -> tuple[int, int]:
    return (1, year + 1) if month == 12 else (month + 1, year)


def _date(year: int, month: int | None, day: int) -> date | None:
    try:
        return date(year, month, day) if month is not None else None
    except ValueError:
        return None


Walked = tuple[Sequence[Partial], list[date | None]]
"""Parts and the dates that they make."""


def _badness(walked: Walked) -> tuple[int, int, int, int]:
    parts, days = walked
    known = [day for day in days if day is not None]
    astray = sum(
        day.weekday() != part.weekday
        for part, day in zip(parts, days, strict=True)
        if day is not None and part.weekday is not None
    )
    backwards = sum(later < earlier for earlier, later in pairwise(known))
    return (len(days) - len(known), astray, (max(known) - min(known)).days if known else 0, backwards)


def _as_good(best: Walked, other: Walked) -> bool:
    """Whether the second reading is as possible as the first and makes a calendar that is not much longer."""
    (missing, astray, span, _), (also_missing, also_astray, other_span, _) = _badness(best), _badness(other)
    return (missing, astray) == (also_missing, also_astray) and other_span <= 2 * span


def _partial_of_number(number: float) -> Partial | None:
    if _FIRST_SERIAL <= number <= _LAST_SERIAL:
        day = _SERIAL_ZERO + timedelta(days=int(number))
        return Partial(day.day, day.month, day.year)
    if _FIRST_COMPACT <= number <= _LAST_COMPACT and number.is_integer():
        return _partial_of_text(str(int(number)))
    return Partial(int(number)) if number.is_integer() and 1 <= number <= 31 else None


@lru_cache(maxsize=8192)
def _partial_of_text(written: str) -> Partial | None:
    if len(written) > _LONGEST_DATE or not any(sign.isdecimal() for sign in written):
        return None
    text = text_of(plain(written))
    compact = _COMPACT.fullmatch(text)
    if compact:
        return _possible(Partial(int(compact[3]), int(compact[2]), int(compact[1])))
    if text.isdecimal():
        return _partial_of_number(float(text))
    found = _ISO.fullmatch(text)
    if found:
        return _possible(Partial(int(found[3]), int(found[2]), common_year(int(found[1]))))
    return _partial_of_words(text)


def _partial_of_words(text: str) -> Partial | None:
    """Figures with or without a weekday before or after them, and dates with the month's name, which may be a short
    name of a weekday as well: *Mar* is March and, in other languages, Tuesday."""
    return (
        _partial_beside(*_without_weekday(text))
        or _partial_beside(None, _without_short_weekday(text))
        or _partial_beside(None, text)
    )


def _partial_beside(weekday: int | None, rest: str) -> Partial | None:
    found = _FIGURES.fullmatch(rest)
    if found:
        day, month, year = int(found[1]), int(found[3]), _full_year(found[4] or found[5])
        return _possible(Partial(day, month, year, weekday, swappable=day <= 12 or month <= 31))
    words = re.split(r"[\s,/\-.]+", _RUN_TOGETHER.sub(" ", rest).strip(" ,."))
    months = [MONTHS[word] for word in map(folded, words) if word in MONTHS]
    if not months:
        bare = _ORDINAL.fullmatch(rest) if weekday is not None else _COUNTED.fullmatch(rest)
        return _possible(Partial(int(bare[1]), weekday=weekday)) if bare else None
    return None if _TWO_DAYS.search(rest) else _partial_with_month(words, months, weekday)


def _partial_with_month(words: Sequence[str], months: Sequence[int], weekday: int | None) -> Partial | None:
    figures = [found[1] for word in words if (found := _ORDINAL.fullmatch(word))]
    years = [int(word) for word in words if _YEAR.fullmatch(word)]
    if len(months) != 1 or len(figures) + len(years) + 1 != len(words) or not figures or len(figures) > 2:
        return None
    year = years[0] if years else (_full_year(figures[1]) if len(figures) == 2 else None)
    return _possible(Partial(int(figures[0]), months[0], year, weekday))


def _without_weekday(text: str) -> tuple[int | None, str]:
    """The weekday's number if the text begins or ends with its name, and the text without it."""
    words = [word for word in re.split(r"[\s,]+", text) if word]
    for position, kept in ((0, words[1:]), (-1, words[:-1])):
        weekday = WEEKDAYS.get(folded(words[position])) if len(words) > 1 else None
        may_be_month = weekday is not None and folded(words[position]) in MONTHS
        beside_day = all(_ORDINAL.fullmatch(word) or _YEAR.fullmatch(word) for word in kept)
        if weekday is not None and not (may_be_month and (_TO_NEXT.search(text) or beside_day)):
            return weekday, " ".join(kept)
    return None, text


def _without_short_weekday(text: str) -> str:
    """The text without brackets and without a day's short name in any language, whichever day that is."""
    words = re.split(r"[\s,()]+", text.strip(" ,()"))
    while len(words) > 1 and folded(words[-1]) in ANY_WEEKDAY:
        words.pop()
    return " ".join(words[1:] if len(words) > 1 and folded(words[0]) in ANY_WEEKDAY else words)


def _full_year(figures: str | None) -> int | None:
    if figures is None:
        return None
    return common_year(int(figures)) if len(figures) == 4 else 2000 + int(figures)


def _possible(part: Partial) -> Partial | None:
    """The part, unless no calendar has such a day in either order."""
    if not 1 <= part.day <= 31:
        return None
    if part.month is None or 1 <= part.month <= 12:
        return replace(part, swappable=part.swappable and part.month is not None and part.month <= 31)
    return part if part.swappable and part.day <= 12 and part.month <= 31 else None
