"""Months and years that titles and names of files give, in words or in figures."""

from __future__ import annotations

import re

from scheduler.rotas.reading.dates import mentioned_month

_YEAR_MONTH = re.compile(r"(?<![\d.-])(20\d\d)\s*[-_./ ]\s*(0?[1-9]|1[0-2])(?![\d]|[-_./]\d)")
_YEAR_MONTH_TOGETHER = re.compile(r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])(?!\d)")
_MONTH_AND_SHORT_YEAR = re.compile(r"(?<![^\W_])([^\W\d_]{3,})\.?[-_ ]?['’]?(\d\d)(?!\d)")
_MONTH_YEAR = re.compile(r"(?<!\d)(?<!\d[-_./])(0?[1-9]|1[0-2])\s*[-_./ ]\s*(20\d\d)(?!\d)")
_YEARS = re.compile(r"(?<!\d)(20\d\d)(?:\s*[-/–]\s*(?:20)?(\d\d))?(?!\d)")


def named_months(text: str) -> list[tuple[int | None, int]]:
    """Years, if written, and months that a title names, in words or in figures: ``Oct 2027``, ``2027-10``. What stands
    behind a month's name in two figures may be the year or a day: so both."""
    figures = [
        (int(found[1]), int(found[2]))
        for pattern in (_YEAR_MONTH, _YEAR_MONTH_TOGETHER)
        for found in pattern.finditer(text)
    ]
    figures += [(int(found[2]), int(found[1])) for found in _MONTH_YEAR.finditer(text)]
    named = [(found[1], int(found[2])) for found in _MONTH_AND_SHORT_YEAR.finditer(text)]
    short = [(2000 + year, month) for word, year in named if (month := mentioned_month(word))]
    month = mentioned_month(text.replace("_", " "))
    return [*short, *([(None, month)] if month else []), *figures]


def named_years(text: str) -> list[int]:
    """The years that a title names, both of an academic year such as ``2027-28``."""
    years: list[int] = []
    for found in _YEARS.finditer(text):
        year = int(found[1])
        years.append(year)
        if found[2] and int(found[2]) == (year + 1) % 100:
            years.append(year + 1)
    return years
