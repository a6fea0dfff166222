"""Weekdays under the words that say which week they are, such as ``w/c 3 May 2027`` before or above them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from scheduler.rotas.reading.axis import weekday_columns
from scheduler.rotas.reading.calendar_words import ENGLISH
from scheduler.rotas.reading.cells import Cell
from scheduler.rotas.reading.dates import weekday_of
from scheduler.rotas.reading.slot_text import Stretch, stretch_in
from scheduler.rotas.reading.workbook import Sheet

_DAYS_OF_A_WEEK, _LEAST = 7, 3
_ANY_YEAR = 2027
"""A year without a 29 February, for weeks that say none."""


def with_dated_weekdays(sheet: Sheet) -> Sheet:
    """The sheet with the date in each weekday of a row whose week stands in the same row, or alone in the one above."""
    rows = list(sheet.rows)
    for row in range(sheet.height):
        columns = named_weekdays(sheet, row) if _begins_with_a_week(sheet, row) else {}
        week = _week(sheet, row, columns) if columns else None
        if week is not None:
            first, with_year = week
            begins = first.weekday() if with_year else columns[min(columns)]
            days = {column: first + timedelta(days=(day - begins) % _DAYS_OF_A_WEEK) for column, day in columns.items()}
            rows[row] = tuple(
                written_day(days[column], with_year=with_year) if column in days else cell
                for column, cell in enumerate(rows[row])
            )
    return replace(sheet, rows=tuple(rows)) if rows != list(sheet.rows) else sheet


def _begins_with_a_week(sheet: Sheet, row: int) -> bool:
    """Whether a week stands first in the row or in the one above; looked at first, since rows are many."""
    firsts = (next(sheet.filled(near), (0, ""))[1] for near in (row, row - 1) if near >= 0)
    return any(cell and _first_day(cell) is not None for cell in firsts)


def named_weekdays(sheet: Sheet, row: int) -> dict[int, int]:
    """Columns of weekdays, some of which may have lost their name, with one that stands between two of them."""
    named = {column: day for column, cell in sheet.filled(row) if (day := weekday_of(cell)) is not None}
    found = weekday_columns(sheet, row) or (named if len(set(named.values())) >= _LEAST else {})
    after = {column + 1: (day + 1) % _DAYS_OF_A_WEEK for column, day in found.items() if column + 1 not in found}
    lost = {column: day for column, day in after.items() if found.get(column + 1) == (day + 1) % _DAYS_OF_A_WEEK}
    return found | lost


def _week(sheet: Sheet, row: int, columns: dict[int, int]) -> tuple[date, bool] | None:
    """The first day of the week that one cell beside the weekdays gives, or the only one above, and whether it says
    its year."""
    beside = [cell for column, cell in sheet.filled(row) if column not in columns]
    above = [cell for _, cell in sheet.filled(row - 1)] if row and not beside else []
    cells = {cell for cell in beside or above if cell}
    return _first_day(cells.pop()) if len(cells) == 1 else None


def _first_day(cell: Cell) -> tuple[date, bool] | None:
    found = stretch_in(cell) if isinstance(cell, str) else None
    if found is None or found.first is None or found.first.month is None or not _is_a_week(found):
        return None
    try:
        return date(found.first.year or _ANY_YEAR, found.first.month, found.first.day), found.first.year is not None
    except ValueError:
        return None


def _is_a_week(found: Stretch) -> bool:
    return found.length == _DAYS_OF_A_WEEK or found.last is not None


def written_day(day: date, *, with_year: bool) -> str:
    """A day as it leaves no choice of day and month."""
    return f"{day.day} {ENGLISH[day.month - 1]}{f' {day.year}' if with_year else ''}"
