"""Which column names the lines under heads that are stretches of days, and what may be such a name."""

from __future__ import annotations

from scheduler.rotas.reading.cells import Cell, folded, is_blank, text_of
from scheduler.rotas.reading.headings import is_person_heading
from scheduler.rotas.reading.slots import slot_of
from scheduler.rotas.reading.span_heads import Band
from scheduler.rotas.reading.workbook import Sheet


def is_label(cell: Cell) -> bool:
    """Whether a cell may name a line: words, no number, address or date."""
    text = text_of(cell)
    if not text or is_blank(cell) or not isinstance(cell, str) or "@" in text or text.replace(".", "").isdecimal():
        return False
    slot = slot_of(cell, "")
    if slot is None or not any(sign.isdecimal() for sign in text):  # people and posts are called like months
        return True
    return slot.number is not None and not slot.is_dated


def label_column(sheet: Sheet, band: Band) -> int | None:
    """The column before the heads that names the lines: headed as people are, or that with the most different labels,
    longer ones rather than letters of a cohort."""
    columns = range(band.first_column)
    heading_rows = range(max(0, band.row - 1), min(sheet.height, band.row + 3))
    headed = [
        column
        for column in columns
        if any(is_person_heading(folded(text_of(sheet.at(row, column)))) for row in heading_rows)
    ]
    worth = {column: _label_worth(sheet, band, column) for column in headed or columns}
    best = max(worth, key=lambda column: worth[column], default=None)
    return best if best is not None and worth[best] > 0 else None


def _label_worth(sheet: Sheet, band: Band, column: int) -> float:
    texts = [text_of(sheet.at(row, column)) for row in band.rows if is_label(sheet.at(row, column))]
    if not texts:
        return 0
    long = sum(len(text) > 2 for text in texts)
    return len(set(texts)) + 0.1 * len(texts) + 0.5 * long
