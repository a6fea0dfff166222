"""A table as a file: CSV, Excel or JSON. A cell that a spreadsheet would take for a formula is made safe."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from scheduler.exports.tables_out import Table
from scheduler.lists import guarded

_WIDEST_COLUMN: Final = 60
_LONGEST_SHEET_NAME: Final = 31
_NOT_IN_SHEET_NAMES: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: what it is called, the end of its name, its type, and how a table is written."""

    name: str
    ending: str
    kind: str
    write: Callable[[Table], bytes]


def as_csv(table: Table) -> bytes:
    """Comma separated, in UTF-8 with the mark by which Excel knows it."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(table.columns)
    writer.writerows([guarded(cell) for cell in row] for row in table.rows)
    return written.getvalue().encode("utf-8-sig")


def as_xlsx(table: Table) -> bytes:
    """A workbook with one sheet; every cell is text, so that nothing is read as something else."""
    return as_workbook((table,))


def as_workbook(tables: Sequence[Table]) -> bytes:
    """A workbook with a sheet for each table, called as the table is."""
    from openpyxl import Workbook  # only now: it loads NumPy, which no page needs

    book = Workbook(write_only=True)
    names: list[str] = []
    for table in tables:
        names.append(sheet_name(table.name, names))
        _write_sheet(book.create_sheet(names[-1]), table)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def sheet_name(name: str, taken: Collection[str]) -> str:
    """A name that Excel takes for a sheet: no more than 31 characters, none of those it keeps for itself, and another
    one than those ``taken``, whatever their capitals."""
    plain = _NOT_IN_SHEET_NAMES.sub(" ", name).strip(" '")[:_LONGEST_SHEET_NAME].strip(" '") or "1"
    known, found, number = {each.casefold() for each in taken}, plain, 1
    while found.casefold() in known or found.casefold() == "history":
        number += 1
        end = f" ({number})"
        found = plain[: _LONGEST_SHEET_NAME - len(end)] + end
    return found


def _write_sheet(sheet: Any, table: Table) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = "A2"
    for number, width in enumerate(_widths(table), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    heading = []
    for column in table.columns:
        cell = WriteOnlyCell(sheet, value=column)
        cell.font = Font(bold=True)
        heading.append(cell)
    sheet.append(heading)
    for row in table.rows:
        sheet.append([guarded(cell) for cell in row])


def _widths(table: Table) -> list[int]:
    """So wide that a column shows what it holds, in letters and up to a limit."""
    lines = (table.columns, *table.rows)
    return [min(max(map(len, cells)) + 2, _WIDEST_COLUMN) for cells in zip(*lines, strict=True)]


def as_json(table: Table) -> bytes:
    """A list of objects."""
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    return (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode()


FORMATS: Mapping[str, Format] = {
    each.ending: each
    for each in (
        Format("Excel", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_xlsx),
        Format("CSV", "csv", "text/csv; charset=utf-8", as_csv),
        Format("JSON", "json", "application/json", as_json),
    )
}
