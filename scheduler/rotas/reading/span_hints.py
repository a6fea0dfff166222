"""What stands around heads that are stretches of days and tells their year: titles, and days that are written whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from scheduler.rotas.reading.cells import Cell, folded, text_of
from scheduler.rotas.reading.context import Context
from scheduler.rotas.reading.dates import Hints, mentioned_month, partial
from scheduler.rotas.reading.slot_years import years_in
from scheduler.rotas.reading.workbook import Sheet
from scheduler.rotas.written_days import Partial, Slot

_CHANGED = re.compile(
    r"\b(?:updated?|revised|revision|rev|changed|modified|as of|as at|printed|version|stand|aktualisiert|mis a jour|"
    r"actualizado|aggiornato|atualizado|aktualizacja|zaktualizowano)\b"
)
_DATE_INSIDE = re.compile(
    r"\d{4}-\d\d-\d\d|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}(?:st|nd|rd|th)?\s+[^\W\d]+,?\s+20\d\d|[^\W\d]+\s+\d{1,2},?\s+20\d\d"
)
_FIRST_YEAR, _LAST_YEAR = 2000, 2099


def hints_around(sheet: Sheet, rows: Mapping[int, Mapping[int, Slot]], context: Context) -> Hints:
    """The context's hints with the years of titles, and with a day that lies in the rota or near it: that of the last
    change, or another that a title writes whole. A year within such a day is no title's."""
    texts = list(_texts_around(sheet, rows))
    changed = sorted((text for text in texts if _whole_day(*text)), key=lambda text: not _says_changed(text[0]))
    titles = [_DATE_INSIDE.sub(_unless_a_day, text) for text, _ in texts if not _says_changed(text)]
    years, title = next(((years, text) for text in (*titles, context.title) if (years := years_in(text))), (None, ""))
    change = next((_whole_day(*text) for text in changed), None)
    return replace(context.hints, years=years, title_month=mentioned_month(title), changed=change)


def _unless_a_day(found: re.Match[str]) -> str:
    """What was found without a day that is written whole; *Week 28 2027* is none."""
    return " " if partial(found[0]) is not None else found[0]


def _texts_around(sheet: Sheet, rows: Mapping[int, Mapping[int, Slot]]) -> Iterator[tuple[str, Cell]]:
    """Words and years above the heads or beside them, each with the cell to its right."""
    for row in range(max(rows) + 1 if rows else 0):
        heads = rows.get(row, {})
        for column, cell in sheet.filled(row):
            if column not in heads and (_is_year(cell) or (isinstance(cell, str) and len(cell) > 3)):
                yield text_of(cell), sheet.at(row, column + 1)


def _is_year(cell: Cell) -> bool:
    return isinstance(cell, (int, float)) and _FIRST_YEAR <= cell <= _LAST_YEAR


def _says_changed(text: str) -> bool:
    """Whether a remark such as *Last updated* gives a day."""
    return _CHANGED.search(folded(text)) is not None


def _whole_day(text: str, beside: Cell) -> Partial | None:
    """The day that words give, or the cell beside them."""
    found = _DATE_INSIDE.search(text)
    part = partial(found[0]) if found else partial(beside)
    return part if part is not None and part.year is not None else None
