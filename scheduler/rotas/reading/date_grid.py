"""The rows or columns of dates of a sheet with the lines under them, and what is asked about them: the ground of every
layout that hangs on dates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from scheduler.languages import say
from scheduler.rotas.model import ORDER, YEAR, Question
from scheduler.rotas.reading.axis import Header, find_headers
from scheduler.rotas.reading.cells import text_of
from scheduler.rotas.reading.context import Context
from scheduler.rotas.reading.grid import Grid, Line, read_grid
from scheduler.rotas.reading.questions import day_or_month_first, heading_or_person
from scheduler.rotas.reading.slots import Slot, slot_of
from scheduler.rotas.reading.workbook import Sheet


@dataclass(frozen=True, slots=True)
class DatedSheet:
    """A sheet, turned where its dates run down, with its rows of dates and a grid under each."""

    sheet: Sheet
    headers: tuple[Header, ...]
    grids: tuple[Grid, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every labelled line that holds something."""
        return tuple(line for grid in self.grids for line in grid.lines)

    @property
    def days(self) -> tuple[date, ...]:
        """Every day that has a date, in order."""
        return tuple(sorted({day for grid in self.grids for day in grid.days}))

    def slots(self) -> dict[str, Slot]:
        """The days as the sheet writes them, by their cells."""
        places = ((header.row, column) for header in self.headers for column in header.dates)
        found = ((place, slot_of(self.sheet.at(*at), place)) for at in places if (place := self.sheet.address(*at)))
        return {place: slot for place, slot in found if slot is not None}

    def slots_by_day(self) -> dict[date, str]:
        """The cell that writes each day; the last one where two do."""
        return {
            day: self.sheet.address(header.row, column)
            for header in self.headers
            for column, day in header.dates.items()
        }

    def questions(self) -> tuple[Question, ...]:
        """What is doubtful about the dates, the remarks beside the grid, and lines without an entry."""
        asked = (_grid_questions(grid) for grid in self.grids)
        return tuple(chain(_date_questions(self.sheet, self.headers), *asked))


def find_dated_sheet(sheet: Sheet, context: Context) -> DatedSheet | None:
    """The sheet by whichever of its rows and columns carries more dates; None if neither does."""
    across = find_headers(sheet, context.hints, context.title)
    turned = sheet.turned()
    down = find_headers(turned, context.hints, context.title)
    if not across and not down:
        return None
    if _reach(across) >= _reach(down):
        return _dated(sheet, across, context)
    return _dated(turned, down, replace(context, skip=context.beside))


def _reach(headers: Sequence[Header]) -> int:
    return max((len(header.dates) + len(header.wrong) for header in headers), default=0)


def _dated(sheet: Sheet, headers: tuple[Header, ...], context: Context) -> DatedSheet:
    beside = frozenset[int]() if sheet.is_turned else context.beside
    grids = tuple(read_grid(sheet, header, context.skip, beside) for header in headers if header.dates)
    return DatedSheet(sheet, headers, grids)


def _date_questions(sheet: Sheet, headers: Iterable[Header]) -> Iterable[Question]:
    for header in headers:
        cell = sheet.address(header.row, min(chain(header.dates, header.wrong)))
        if not header.dates:
            yield Question("date", cell, say("The dates have no month or year."), (), YEAR)
            continue
        if header.doubt == YEAR:
            yield _which_year(cell, header)
        if header.doubt == ORDER:
            yield day_or_month_first(cell)
        yield from _slips(sheet, header)


def _slips(sheet: Sheet, header: Header) -> Iterable[Question]:
    for column in (*header.wrong, *header.mended):
        place, written = sheet.address(header.row, column), text_of(sheet.at(header.row, column))
        if column in header.wrong:
            text = say("“%(text)s” doesn’t fit the dates around it; the entries under it were left out.", text=written)
        else:
            day = header.dates[column].day
            text = say("“%(text)s” was read as day %(day)s, to fit the dates around it.", text=written, day=day)
        yield Question("cell", place, text, (), place)


def _which_year(cell: str, header: Header) -> Question:
    year = min(header.dates.values()).year
    text = say("The dates have no year, so we assumed %(year)s. Which year is it?", year=year)
    return Question("date", cell, text, tuple(map(str, (year, year - 1, year + 1))), YEAR)


def _grid_questions(grid: Grid) -> Iterable[Question]:
    for note in grid.notes:
        text = say("A note beside the rota was left out: “%(text)s”", text=note.text)
        yield Question("cell", note.cell, text, (), note.text)
    for line in grid.empty:
        yield heading_or_person(line.label, line.cell)
