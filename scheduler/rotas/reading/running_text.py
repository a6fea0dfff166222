"""A message that tells of duties in its lines or sentences instead of in a table."""

from __future__ import annotations

from datetime import date

from scheduler.rotas.reading.cells import text_of
from scheduler.rotas.reading.dates_in_text import dates_in
from scheduler.rotas.reading.workbook import Sheet

_LEAST_DATES, _LEAST_WORDS = 2, 3
_ANY_DAY = date(2026, 1, 1)
"""Which year is meant does not matter here."""
_TABLE_FROM = 4
"""Cells in most lines, from which these are rows of a table."""


def is_running_text(sheet: Sheet) -> bool:
    """Whether several days stand among other words in the lines of a text."""
    lines = [[text_of(cell) for _, cell in sheet.filled(row)] for row in range(sheet.height)]
    if sheet.in_workbook or 2 * sum(len(line) >= _TABLE_FROM for line in lines) > len(lines):
        return False
    return sum(_days_among_words(" ".join(line)) for line in lines) >= _LEAST_DATES


def _days_among_words(line: str) -> int:
    """How many days a line names beside other words."""
    days = dates_in(line, _ANY_DAY)
    others = len(line.split()) - sum(len(day.written.split()) for day in days)
    return len(days) if others >= _LEAST_WORDS else 0
