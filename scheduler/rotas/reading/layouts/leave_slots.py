"""A leave sheet: dates across or down, numbered places for whoever is away, names in the cells. That it is one stands
in its title, its labels, or the name of the sheet or file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from scheduler.languages import mark, say, say_many
from scheduler.rotas.model import LegendEntry, Question
from scheduler.rotas.reading.axis import Header, weekday_columns
from scheduler.rotas.reading.cell_names import CellNames, looks_like_name
from scheduler.rotas.reading.cells import Cell, folded, is_blank, is_number, text_of
from scheduler.rotas.reading.codes import certain_kind
from scheduler.rotas.reading.context import Context
from scheduler.rotas.reading.date_grid import DatedSheet, find_dated_sheet
from scheduler.rotas.reading.dates import partial, weekday_of
from scheduler.rotas.reading.filled_posts import PostCell, filled
from scheduler.rotas.reading.grid import explains_dates
from scheduler.rotas.reading.headings import names_a_post
from scheduler.rotas.reading.layout import Layout, Reading, SheetReader, Sign, Use
from scheduler.rotas.reading.leave_words import is_leave_label, is_not_yet_leave, is_slot, says_leave
from scheduler.rotas.reading.nobody import is_nobody
from scheduler.rotas.reading.questions import is_about_empty_line
from scheduler.rotas.reading.workbook import Sheet

LEAVE_SLOTS = Layout("leave", mark("a leave sheet: who is away on which day, with names in the cells"))
LEAVE = "Leave"
"""The code of whoever stands in a numbered place."""
_MOST_POSTS, _LEAST_NAMES, _MOST_BARE = 0.2, 0.5, 0.25


@dataclass(frozen=True, slots=True)
class _Row:
    """A row under a row of dates: its label with its cell, and its filled cells with row and column."""

    label: str
    cell: str
    filled: Mapping[tuple[int, int], tuple[date, str]]

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.filled.values()]

    @property
    def is_post(self) -> bool:
        """Whether a post stands before it rather than a place of the list of leave."""
        is_place = is_slot(self.label) or says_leave(self.label) or is_not_yet_leave(self.label)
        return names_a_post(self.label) and not is_place


def read_leave_slots(sheet: Sheet, context: Context) -> Reading | None:
    """The sheet as a leave sheet; None if nothing says that it is one, or its cells hold no names."""
    dated = find_dated_sheet(sheet, context)
    if dated is None:
        return None
    every = [row for header in dated.headers if header.dates for row in _rows(dated.sheet, header, context)]
    rows = [row for row, is_heading in every if not is_heading]
    if not _is_about_leave(dated, rows, context) or not _hold_names(rows, context.legend):
        return None
    waiting = [row for row in rows if is_not_yet_leave(row.label)]
    taken = [row for row in rows if row not in waiting]
    found = filled(list(_cells(dated, taken)), context.legend)
    dates = (each for each in dated.questions() if not is_about_empty_line(each) and each.cell not in found.uses)
    unlabelled = _unlabelled(dated.sheet, taken)
    questions = (*dates, *unlabelled, *found.questions, *_left_waiting(dated.sheet, waiting))
    return Reading(
        LEAVE_SLOTS,
        found.people,
        found.entries,
        dated.days,
        questions,
        codes_are_posts=True,
        uses={**_uses(dated, every, waiting), **found.uses},
        slots=dated.slots(),
    )


def _is_about_leave(dated: DatedSheet, rows: Sequence[_Row], context: Context) -> bool:
    """Whether a title or most labels speak of leave, and hardly any row is a post's."""
    if not rows or sum(row.is_post for row in rows) > _MOST_POSTS * len(rows):
        return False
    labels = {folded(row.label) for row in rows}
    titles = (text for text in _titles(dated, context.legend) if folded(text) not in labels)
    titled = any(says_leave(text) for text in (context.title, context.file, *titles))
    return titled or sum(is_leave_label(row.label) for row in rows) * 2 > len(rows)


def _titles(dated: DatedSheet, legend: Mapping[str, LegendEntry]) -> Iterator[str]:
    """The words above the first dates, but for labels beside which names stand already."""
    first = min(dated.headers, key=lambda header: header.row)
    for row in range(first.row):
        cells = [(column, text_of(cell)) for column, cell in dated.sheet.filled(row)]
        under = [text for column, text in cells if column >= first.first_column]
        is_labelled = any(looks_like_name(text, legend) and not says_leave(text) for text in under)
        yield from under
        yield from (text for column, text in cells if column < first.first_column and not is_labelled)


def _hold_names(rows: Sequence[_Row], legend: Mapping[str, LegendEntry]) -> bool:
    texts = [text for row in rows for text in row.texts if not is_nobody(text)]
    names = CellNames(texts)
    named = sum(any(looks_like_name(who.name, legend) for who in names.of(text)) for text in texts)
    return bool(texts) and named >= _LEAST_NAMES * len(texts)


def _rows(sheet: Sheet, header: Header, context: Context) -> Iterator[tuple[_Row, bool]]:
    """The rows with entries under a row of dates, and whether each only heads the next section."""
    found = [
        row
        for number in range(header.row + 1, header.last_row + 1)
        if number not in context.skip
        and not explains_dates(sheet, number, header)
        and not weekday_columns(sheet, number)
        and (row := _row(sheet, header, number)).filled
    ]
    for position, row in enumerate(found):
        ends_section = position + 1 == len(found) and header.last_row + 1 < sheet.height
        yield row, _is_heading(row, ends_section=ends_section)


def _row(sheet: Sheet, header: Header, number: int) -> _Row:
    labels = {c: text for c in range(header.first_column) if not is_blank(text := text_of(sheet.at(number, c)))}
    place = max(labels, default=0)
    filled_cells = {
        (number, column): (day, _text(cell))
        for column, day in sorted(header.dates.items())
        if _may_name(cell := sheet.at(number, column))
    }
    return _Row(labels.get(place, ""), sheet.address(number, place), filled_cells)


def _text(cell: Cell) -> str:
    return cell if isinstance(cell, str) else text_of(cell)


def _may_name(cell: Cell) -> bool:
    """Whether a cell may name somebody: no number, date or weekday."""
    return not (is_blank(cell) or is_number(cell) or weekday_of(cell) is not None or partial(cell) is not None)


def _is_heading(row: _Row, *, ends_section: bool) -> bool:
    """Whether a row without a label only heads what follows: one text, be it merged over the days."""
    texts = set(row.texts)
    return not row.label and len(texts) == 1 and (ends_section or names_a_post(texts.pop()))


def _cells(dated: DatedSheet, rows: Sequence[_Row]) -> Iterator[PostCell]:
    slots = dated.slots_by_day()
    for row in rows:
        for (number, column), (day, text) in row.filled.items():
            yield PostCell(_code(row), day, text, dated.sheet.address(number, column), slot=slots[day])


def _code(row: _Row) -> str:
    """What the row's people do: its label where that says it, else leave."""
    says_so = is_leave_label(row.label) and certain_kind(row.label) is not None
    return row.label if says_so or row.is_post else LEAVE


def _unlabelled(sheet: Sheet, rows: Sequence[_Row]) -> Iterator[Question]:
    """What is said of rows without a label where nearly all have one: it may have been that of the waiting list."""
    bare = [row for row in rows if not row.label]
    for row in bare if len(bare) <= _MOST_BARE * len(rows) else ():
        place = sheet.address(*next(iter(row.filled)))
        names = ", ".join(dict.fromkeys(map(text_of, row.texts)))
        text = say("The row of “%(names)s” has no label, so we read it as leave. Is that right?", names=names)
        yield Question("cell", place, text, (), place)


def _left_waiting(sheet: Sheet, rows: Sequence[_Row]) -> Iterator[Question]:
    """What is said once of everybody who only waits for leave."""
    cells = [place for row in rows for place in row.filled]
    if cells:
        cell, count = sheet.address(*cells[0]), len(cells)
        text = say_many(
            "%(num)s entry under “%(name)s” was left out: it isn’t leave yet.",
            "%(num)s entries under “%(name)s” were left out: they aren’t leave yet.",
            count,
            name=rows[0].label,
        )
        yield Question("cell", cell, text, (), cell)


def _uses(dated: DatedSheet, rows: Sequence[tuple[_Row, bool]], waiting: Sequence[_Row]) -> dict[str, Use]:
    uses = dated.uses()
    headings = (place for row, is_heading in rows if is_heading for place in row.filled)
    uses |= {dated.sheet.address(*place): Use.HEADING for place in headings}
    uses |= {row.cell: Use.CODE for row, _ in rows if row.label}
    return uses | {dated.sheet.address(*place): Use.NOTE for row in waiting for place in row.filled}


READER = SheetReader((LEAVE_SLOTS,), Sign.COLUMNS, read_leave_slots)
