"""Sheets of cells that know themselves, so that what is true of a cell stays true wherever it is moved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from random import Random

Value = str | int | float | date | datetime | time | None


@dataclass(eq=False, slots=True)
class Cell:
    """One cell; two cells are never the same one. ``shown`` is the number format of a date."""

    value: Value = None
    shown: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in it."""
        return self.value in (None, "")


@dataclass(frozen=True, slots=True)
class Span:
    """A merged range by its first cell: ``height`` rows and ``width`` columns."""

    first: Cell
    height: int
    width: int


@dataclass(eq=False, slots=True)
class Sheet:
    """Rows of cells. ``loose_rows`` and ``loose_columns`` are groups, by number from 0, that may change places among
    themselves without changing what the sheet says."""

    name: str
    rows: list[list[Cell]] = field(default_factory=list)
    merged: list[Span] = field(default_factory=list)
    loose_rows: list[list[int]] = field(default_factory=list)
    loose_columns: list[list[int]] = field(default_factory=list)

    def add(self, values: Iterable[Value] = (), shown: str = "") -> list[Cell]:
        """A row below all others, and its cells."""
        row = [Cell(value, shown if isinstance(value, date) else "") for value in values]
        self.rows.append(row)
        return row

    def cell(self, row: int, column: int) -> Cell:
        """The cell there; the sheet grows as need be."""
        while len(self.rows) <= row:
            self.rows.append([])
        line = self.rows[row]
        while len(line) <= column:
            line.append(Cell())
        return line[column]

    def put(self, row: int, column: int, value: Value, shown: str = "") -> Cell:
        """Write a value and give its cell."""
        found = self.cell(row, column)
        found.value, found.shown = value, shown
        return found

    def merge(self, row: int, column: int, width: int, height: int = 1) -> None:
        """One cell over this range."""
        if width > 1 or height > 1:
            self.merged.append(Span(self.cell(row, column), height, width))

    @property
    def width(self) -> int:
        """The number of columns."""
        return max((len(row) for row in self.rows), default=0)

    def places(self) -> dict[int, tuple[int, int]]:
        """Row and column, from 0, by the cell's ``id``."""
        return {id(cell): (r, c) for r, row in enumerate(self.rows) for c, cell in enumerate(row)}

    def evened(self) -> None:
        """Make all rows of one length."""
        width = self.width
        for row in self.rows:
            row.extend(Cell() for _ in range(width - len(row)))


@dataclass(eq=False, slots=True)
class Book:
    """The sheets of a file. ``kept_order`` says that the sheets go on from each other and may not change places."""

    sheets: list[Sheet] = field(default_factory=list)
    kept_order: bool = False

    def sheet(self, name: str) -> Sheet:
        """A new last sheet."""
        self.sheets.append(Sheet(name))
        return self.sheets[-1]


def shuffle_rows(sheet: Sheet, random: Random) -> None:
    """Put the loose rows in another order."""
    sheet.evened()
    for group in sheet.loose_rows:
        moved = random.sample(group, len(group))
        rows = [sheet.rows[number] for number in moved]
        for number, row in zip(group, rows, strict=True):
            sheet.rows[number] = row


def shuffle_columns(sheet: Sheet, random: Random) -> None:
    """Put the loose columns in another order."""
    sheet.evened()
    for group in sheet.loose_columns:
        moved = random.sample(group, len(group))
        for row in sheet.rows:
            cells = [row[number] for number in moved]
            for number, cell in zip(group, cells, strict=True):
                row[number] = cell


def numbers(first: int, count: int) -> list[int]:
    """``count`` numbers of rows or columns from ``first`` on."""
    return list(range(first, first + count))


def texts(row: Sequence[Cell]) -> list[str]:
    """What stands in a row, as text."""
    return ["" if cell.value is None else str(cell.value) for cell in row]
