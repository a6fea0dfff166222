"""Lines such as ``14/01/20 Day``: a date and a code with nothing but a blank between."""

from __future__ import annotations

from dataclasses import replace

from scheduler.rotas.reading.cells import Cell, text_of
from scheduler.rotas.reading.dates import partial
from scheduler.rotas.reading.workbook import Sheet

_MOST_WORDS_IN_A_DATE = 4


def split_dated_lines(sheet: Sheet) -> Sheet:
    """A sheet of one column whose lines mostly begin with dates as a sheet of two; any other as it is."""
    if sheet.width != 1:
        return sheet
    rows = tuple(_parted(row[0]) if row else () for row in sheet.rows)
    dated = sum(len(row) == 2 for row in rows)
    return replace(sheet, rows=rows) if dated >= 2 and dated * 2 > len(rows) else sheet


def _parted(cell: Cell) -> tuple[Cell, ...]:
    words = text_of(cell).split()
    for count in range(min(_MOST_WORDS_IN_A_DATE, len(words) - 1), 0, -1):
        part = partial(" ".join(words[:count]))
        if part is not None and not part.is_number_only:
            return " ".join(words[:count]), " ".join(words[count:])
    return (cell,)
