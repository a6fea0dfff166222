"""The rows or columns of dates of a sheet with the lines under them, and what is asked about them: the ground of every
layout that hangs on dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from scheduler.languages import say
from scheduler.rotas.model import AGAINST_WEEKDAYS, FLIPPED, MONTH, ORDER, YEAR, Question
from scheduler.rotas.pointed_sheets import Holds
from scheduler.rotas.reading.axis import Header, find_headers
from scheduler.rotas.reading.cells import text_of
from scheduler.rotas.reading.contacts import without_contacts
from scheduler.rotas.reading.context import Context
from scheduler.rotas.reading.day_halves import with_undated_halves
from scheduler.rotas.reading.doubtful_dates import astray_questions, flipped
from scheduler.rotas.reading.grid import Grid, Note, read_grid, side_by_side
from scheduler.rotas.reading.labelled_lines import Line
from scheduler.rotas.reading.layout import Use
from scheduler.rotas.reading.questions import (
    day_or_month_first,
    does_not_fit,
    half_a_name,
    heading_or_person,
    note_left_out,
    on_other_weekdays,
    which_month,
    which_year,
    without_date,
    without_month_or_year,
)
from scheduler.rotas.reading.workbook import Sheet
from scheduler.rotas.written_days import Slot

_DATED = "dated sheet"
_LEAST_ABOVE, _LEAST_ROWS_ABOVE = 6, 2
"""Cells above the first dates that say what stands under them, and rows with any, from which a band has lost its
dates."""
_MOST_NOTES = 5
"""Of more notes than these only the first is shown."""


@dataclass(frozen=True, slots=True)
class DatedSheet:
    """A sheet, turned where its dates run down, with its rows of dates and a grid under each."""

    sheet: Sheet
    headers: tuple[Header, ...]
    grids: tuple[Grid, ...]
    said: Holds | None = None
    """What its cells hold, where somebody has said so."""

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every labelled line that holds something."""
        return tuple(line for grid in self.grids for line in grid.lines)

    @property
    def days(self) -> tuple[date, ...]:
        """Every day that has a date, in order."""
        return tuple(sorted({day for grid in self.grids for day in grid.days}))

    @property
    def is_undated(self) -> bool:
        """Whether its days belong to a month that nothing names."""
        return any(header.undated for header in self.headers)

    def slots(self) -> dict[str, Slot]:
        """The days as the sheet writes them, by their cells."""
        places = ((header, column) for header in self.headers for column in header.dates)
        return {
            place: Slot(place, text_of(self.sheet.at(header.row, column)), header.parts[column])
            for header, column in places
            if (place := self.sheet.address(header.row, column))
        }

    def slots_by_day(self) -> dict[date, str]:
        """The cell that writes each day; the last one where two do."""
        return {
            day: self.sheet.address(header.row, column)
            for header in self.headers
            for column, day in header.dates.items()
        }

    def uses(self) -> dict[str, Use]:
        """What the cells around the lines were taken for."""
        uses = {place: use for grid in self.grids for place, use in grid.uses.items()}
        uses |= {line.cell: Use.PERSON for grid in self.grids for line in grid.empty}
        uses |= {note.cell: Use.NOTE for grid in self.grids for note in grid.notes}
        first = min((header.row for header in self.headers), default=0)
        rows = ((row, column) for row in range(first) for column, _ in self.sheet.filled(row))
        return uses | {self.sheet.address(row, column): Use.HEADING for row, column in rows}

    def _notes(self) -> list[Note]:
        """The remarks beside the grids, without a list of codes that stands beside each of several."""
        notes = [note for grid in self.grids for note in grid.notes]
        counts = Counter(note.text for note in notes)
        used = {entry.text for line in self.lines for entry in line.entries}
        several = len(self.grids) > 1
        return [
            note for note in notes if not several or (note.text not in used and counts[note.text] < len(self.grids))
        ]

    def _above(self) -> tuple[str, ...]:
        """The corners of what stands above the first dates though it says what stands under them."""
        first = min((header.row for header in self.headers), default=0)
        used = {entry.text for line in self.lines for entry in line.entries}
        places = [
            (row, column) for row in range(first) for column, cell in self.sheet.filled(row) if text_of(cell) in used
        ]
        rows, columns = {row for row, _ in places}, {column for _, column in places}
        if len(rows) < _LEAST_ROWS_ABOVE or len(places) < _LEAST_ABOVE:
            return ()
        return self.sheet.address(min(rows), min(columns)), self.sheet.address(max(rows), max(columns))

    def questions(self) -> tuple[Question, ...]:
        """What is doubtful about the dates, the remarks beside the grid, and lines without an entry."""
        places = {slot.cell: slot.written for slot in self.slots().values()}
        days = {place: day for day, place in self.slots_by_day().items()}
        far = () if self.is_undated else astray_questions(days, places)
        notes = self._notes()
        empty = (heading_or_person(line.label, line.cell) for grid in self.grids for line in grid.empty)
        undated = (without_date(places) for grid in self.grids for places in grid.undated)
        above = self._above()
        bands = (without_date(above),) if above else ()
        named = {line.cell: half_a_name(line.label, line.cell) for grid in self.grids for line in grid.half_named}
        whole = (_whole_days(place) for grid in self.grids for place in grid.without_half)
        dates = _date_questions(self.sheet, self.headers)
        return tuple(chain(dates, far, undated, bands, named.values(), whole, _note_questions(notes), empty))


def find_dated_sheet(sheet: Sheet, context: Context) -> DatedSheet | None:
    """The sheet by whichever of its rows and columns carries more dates; None if neither does. Looked for once for all
    readers of a sheet."""
    found = context.found.get(_DATED)
    if found is None or found[0] is not sheet:
        found = context.found[_DATED] = (sheet, _look(sheet, context))
    return found[1] if isinstance(found[1], DatedSheet) else None


def _look(sheet: Sheet, context: Context) -> DatedSheet | None:
    turned, said = sheet.turned(), context.pointed
    across = find_headers(sheet, context.hints, context.title, said.date_rows) if said.may_run_across else ()
    down = find_headers(turned, context.hints, context.title, said.date_columns) if said.may_run_down else ()
    if not across and not down:
        return None
    if _reach(across) >= _reach(down):
        return _dated(sheet, across, context)
    return _dated(turned, down, replace(context, skip=context.beside, pointed=said.turned()))


def _reach(headers: Sequence[Header]) -> int:
    return max((len(header.dates) + len(header.wrong) for header in headers), default=0)


def _dated(sheet: Sheet, found: Sequence[Header], context: Context) -> DatedSheet:
    beside = frozenset[int]() if sheet.is_turned else context.beside
    headers = tuple(with_undated_halves(sheet, header) if header.dates else header for header in found)
    said = context.pointed
    blocks = [block for header in headers if header.dates for block in side_by_side(sheet, header, said.name_columns)]
    dated = {column for block in blocks for column in block.dates}
    grids = [read_grid(sheet, block, context.skip, beside, said, dated) for block in blocks]
    for position, columns in _named_elsewhere(blocks, grids).items():
        grids[position] = read_grid(sheet, blocks[position], context.skip, beside, said, dated, columns)
    return DatedSheet(sheet, headers, tuple(grids), said.cells_under_dates())


def _named_elsewhere(blocks: Sequence[Header], grids: Sequence[Grid]) -> dict[int, tuple[int, ...]]:
    """The bands of dates whose lines were named by other columns than those of most bands above and below them, with
    these columns: a band may have lost the heading of its names. Bands with a heading count before others."""
    found: dict[int, tuple[int, ...]] = {}
    for left in {block.left for block in blocks}:
        places = [place for place, block in enumerate(blocks) if block.left == left and grids[place].lines]
        headed = [place for place in places if grids[place].headed_as_people]
        counts = Counter(grids[place].labels for place in headed or places)
        usual = next((columns for columns, _ in counts.most_common(1)), ())
        others = (place for place in places if place not in headed and grids[place].labels != usual)
        found |= {place: usual for place in others if usual and max(usual) < blocks[place].first_column}
    return found


def _date_questions(sheet: Sheet, headers: Iterable[Header]) -> Iterable[Question]:
    asked: set[str] = set()
    for header in headers:
        cell = sheet.address(header.row, min(chain(header.dates, header.wrong)))
        if not header.dates:
            yield on_other_weekdays(cell) if header.doubt == AGAINST_WEEKDAYS else without_month_or_year(cell)
            continue
        if header.undated and MONTH not in asked:
            asked.add(MONTH)
            yield which_month(cell)
        if header.doubt == YEAR:
            yield which_year(cell, min(header.dates.values()).year)
        if header.doubt == ORDER:
            yield day_or_month_first(cell)
        if header.doubt == FLIPPED:
            yield flipped(cell)
        yield from _slips(sheet, header)


def _whole_days(place: str) -> Question:
    text = say("This row doesn’t say which half of the day it is, so its entries count for the whole day.")
    return Question("cell", place, text, (), place)


def _slips(sheet: Sheet, header: Header) -> Iterable[Question]:
    for column in (*header.wrong, *header.mended):
        place, written = sheet.address(header.row, column), text_of(sheet.at(header.row, column))
        if column in header.wrong:
            yield does_not_fit(place, written)
        else:
            day = header.dates[column].day
            text = say("“%(text)s” was read as day %(day)s, to fit the dates around it.", text=written, day=day)
            yield Question("cell", place, text, (), place)


def _note_questions(every: Sequence[Note]) -> Iterable[Question]:
    """The remarks beside the grid, each once; whom to call is none of them."""
    kept = [replace(note, text=text) for note in every if (text := text_of(without_contacts(note.text)))]
    notes = list({note.text: note for note in reversed(kept)}.values())[::-1]
    if len(notes) > _MOST_NOTES:
        first = notes[0]
        text = say(
            "%(num)s notes beside the rota were left out; the first is “%(text)s”.", num=len(notes), text=first.text
        )
        yield Question("cell", first.cell, text, (), first.text)
        return
    for note in notes:
        yield note_left_out(note.text, note.cell)
