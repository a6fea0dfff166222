"""The sheets of a file, packed to be read once more when somebody has pointed at what they hold.

Only what was in the cells is kept, without phone numbers and e-mail addresses, and how the file was to be read.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from scheduler.json_values import as_json, from_json
from scheduler.rotas.reading.cells import Cell
from scheduler.rotas.reading.contacts import without_contacts
from scheduler.rotas.reading.context import NOT_ROLLING, Rolling
from scheduler.rotas.reading.legend import SheetLegend
from scheduler.rotas.reading.workbook import Sheet

_FROM_TEXT: Mapping[str, Callable[[str], date | time]] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": time.fromisoformat,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a file is to be read: its name, the only sheet that counts, the legend that was given with it, the year of
    its first date, and when its lines begin to roll."""

    filename: str
    sheet: str | None = None
    legend: SheetLegend | None = None
    year: int | None = None
    rolling: Rolling = NOT_ROLLING


def packed(sheets: Sequence[Sheet], wanted: Wanted, dates: Collection[str]) -> bytes:
    """The sheets and how they are to be read; ``dates`` are cells that are no phone number, whatever they look like."""
    kept = [
        {"name": sheet.name, "in_workbook": sheet.in_workbook, "rows": _rows(sheet, frozenset(dates))}
        for sheet in sheets
    ]
    return zlib.compress(json.dumps({"wanted": as_json(wanted), "sheets": kept}).encode())


def unpacked(content: bytes) -> tuple[tuple[Sheet, ...], Wanted]:
    """What :func:`packed` wrote."""
    kept = json.loads(zlib.decompress(content))
    sheets = tuple(
        Sheet(each["name"], tuple(tuple(map(_cell, row)) for row in each["rows"]), each["in_workbook"])
        for each in kept["sheets"]
    )
    return sheets, from_json(Wanted, kept["wanted"])


def _rows(sheet: Sheet, dates: Collection[str]) -> list[list[Any]]:
    return [
        [
            _plain(cell if cell == "" or sheet.address(row, column) in dates else without_contacts(cell))
            for column, cell in enumerate(cells)
        ]
        for row, cells in enumerate(sheet.rows)
    ]


def _plain(cell: Cell) -> Any:
    """The cell as JSON has it, one of a kind that JSON lacks as a pair of its kind and its text."""
    if isinstance(cell, timedelta):
        return ["timedelta", cell.total_seconds()]
    if isinstance(cell, (date, time)):
        return [type(cell).__name__, cell.isoformat()]
    return cell


def _cell(kept: Any) -> Cell:
    if not isinstance(kept, list):
        cell: Cell = kept
        return cell
    kind, written = kept
    if kind == "timedelta":
        return timedelta(seconds=written)
    return _FROM_TEXT[kind](written)
