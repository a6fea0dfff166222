"""Rows and columns that stand for the morning or the afternoon of a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from scheduler.rotas.reading.axis import Header
from scheduler.rotas.reading.cells import Cell, folded, is_blank
from scheduler.rotas.reading.workbook import Sheet

_NEAR = 3
"""Rows under the dates in which it may stand what half of a day a column is."""
_MORNING = "am|a m|morning|vormittag|vorm|vm|matin|manana|manha|mattina|mattino|rano|ochtend|fm|오전|午前|上午|เช้า"
_AFTERNOON = "pm|p m|afternoon|nachmittag|nachm|nm|apres midi|tarde|pomeriggio|popoludnie|middag|em|오후|午後|下午|บ่าย"
_HALVES = dict.fromkeys(_MORNING.split("|"), "AM") | dict.fromkeys(_AFTERNOON.split("|"), "PM")


def half_of(cell: Cell) -> str:
    return _HALVES.get(folded(cell), "") if isinstance(cell, str) else ""


def mostly_halves(sheet: Sheet, column: int, rows: Sequence[int]) -> bool:
    return bool(rows) and sum(bool(half_of(sheet.at(row, column))) for row in rows) * 2 > len(rows)


def halves_across(sheet: Sheet, header: Header) -> dict[int, str]:
    """AM and PM columns under one date each."""
    row = _row_of_halves(sheet, header)
    if row is None:
        return {}
    halves = {column: half_of(sheet.at(row, column)) for column in sorted(header.dates)}
    for column, half in halves.items():  # of two columns of a day, the other one tells
        for beside, other in ((column + 1, "AM"), (column - 1, "PM")):
            if not half and halves.get(beside) and header.dates[beside] == header.dates[column]:
                halves[column] = other
    return {column: half for column, half in halves.items() if half}


def _row_of_halves(sheet: Sheet, header: Header) -> int | None:
    """The row near the dates that says of each column which half of the day it is."""
    near = range(header.row + 1, min(header.row + 1 + _NEAR, sheet.height))
    return next((row for row in near if any(half_of(sheet.at(row, column)) for column in header.dates)), None)


def with_undated_halves(sheet: Sheet, header: Header) -> Header:
    """The header with its afternoons dated too where only the morning beside them has the date."""
    row = _row_of_halves(sheet, header)
    if row is None:
        return header
    dates, parts = dict(header.dates), dict(header.parts)
    for column in range(header.first_column, header.last_column + 2):
        undated = column not in dates and is_blank(sheet.at(header.row, column))
        if undated and column - 1 in dates and half_of(sheet.at(row, column)) == "PM":
            dates[column], parts[column] = dates[column - 1], parts[column - 1]
    return replace(header, dates=dates, parts=parts)
