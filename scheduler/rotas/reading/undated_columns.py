"""Columns of a grid that hold entries and have lost their date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise, takewhile
from operator import itemgetter

from scheduler.rotas.reading.axis import Header
from scheduler.rotas.reading.cell_parts import names_in
from scheduler.rotas.reading.cells import folded, is_blank, is_number, text_of
from scheduler.rotas.reading.dates import weekday_of
from scheduler.rotas.reading.workbook import Sheet

_NEAR = 3
"""Rows under the dates in which their weekdays may stand."""


@dataclass(frozen=True, slots=True)
class UnderDates:
    """All that stands under dates, without figures: as a whole, several things in a cell one by one, and its words."""

    texts: frozenset[str]
    words: frozenset[str]

    def __contains__(self, text: str) -> bool:
        return text in self.texts

    def speaks_of(self, text: str) -> bool:
        """Whether a text, its parts or all of its words stand there: names are written in many ways."""
        parts = _parts(text)
        if text in self.texts or all(part in self.texts for part in parts):
            return True
        words = [word for part in parts for word in part.split() if len(word) > 1]
        return bool(words) and all(word in self.words for word in words)


def texts_under(sheet: Sheet, header: Header, rows: Iterable[int]) -> UnderDates:
    """What stands under the dates in these rows."""
    cells = (sheet.at(row, column) for row in rows for column in header.dates)
    texts = {text_of(cell) for cell in cells if not is_blank(cell) and not is_number(cell)}
    parts = {part for text in texts for part in _parts(text)}
    return UnderDates(frozenset(texts | parts), frozenset(word for part in parts for word in part.split()))


def _parts(text: str) -> list[str]:
    return [folded(part) for part in names_in(text, commas=True)]


def are_entries(sheet: Sheet, column: int, rows: Iterable[int], used: UnderDates) -> bool:
    """Whether a column without a date holds what also stands under dates, so that its date is missing. A list to choose
    entries from holds each of them once."""
    texts = [text_of(cell) for row in rows if not is_blank(cell := sheet.at(row, column)) and not is_number(cell)]
    known = sum(map(used.speaks_of, texts))
    return known > 1 and 2 * known > len(texts)


def has_lost_its_date(header: Header, column: int) -> bool:
    """Whether just the date is missing that comes between those of the columns beside."""
    days = header.dates
    if column in days or column - 1 not in days or column + 1 not in days:
        return False
    steps = Counter(days[after] - days[before] for before, after in pairwise(sorted(days)) if after == before + 1)
    usual, _ = max(steps.items(), key=itemgetter(1), default=(timedelta(), 0))
    return usual > timedelta() and days[column + 1] - days[column - 1] == 2 * usual


def _has_next_weekday(sheet: Sheet, header: Header, column: int) -> bool:
    """Whether a row of weekdays beside the dates goes on in a column right beside them."""
    near = {1: column - 1, -1: column + 1}
    for row in range(max(0, header.row - 1), header.row + _NEAR + 1):
        day = weekday_of(sheet.at(row, column))
        beside = [(step, weekday_of(sheet.at(row, at))) for step, at in near.items() if at in header.dates]
        if day is not None and any(each is not None and (day - each) % 7 == step % 7 for step, each in beside):
            return True
    return False


def headless_columns(
    sheet: Sheet,
    header: Header,
    rows: Sequence[int],
    others: Collection[int],
    used: UnderDates,
    dated: Collection[int] = (),
) -> Iterator[int]:
    """Columns of entries among the dates, or right beside them, over which no date stands; in other bands of the sheet
    the columns ``dated`` have one."""
    after = range(header.last_column + 1, sheet.width if header.right is None else header.right)
    before = range(header.first_column - 1, header.left - 1, -1)
    among = range(header.first_column, header.last_column)

    def is_headless(column: int) -> bool:
        if column in others or all(is_blank(sheet.at(row, column)) for row in rows):
            return False
        is_a_day = has_lost_its_date(header, column) or _has_next_weekday(sheet, header, column)
        return is_a_day or column in dated or are_entries(sheet, column, rows, used)

    yield from takewhile(is_headless, before)
    known = {*header.dates, *header.wrong}  # of what is wrong it is asked already
    yield from (column for column in among if column not in known and is_headless(column))
    yield from takewhile(is_headless, after)
