"""A table as a file: CSV, Excel or JSON. A cell that a spreadsheet would take for a formula is made safe."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from scheduler.exports.tables_out import Table
from scheduler.lists import guarded


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
    from openpyxl import Workbook  # only now: it loads NumPy, which no page needs
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet(table.name)
    sheet.freeze_panes = "A2"
    heading = []
    for column in table.columns:
        cell = WriteOnlyCell(sheet, value=column)
        cell.font = Font(bold=True)
        heading.append(cell)
    sheet.append(heading)
    for row in table.rows:
        sheet.append([guarded(cell) for cell in row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


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
