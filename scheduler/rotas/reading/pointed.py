"""Pointing applied to a file's sheets: which of them it speaks of, whether the form is still the same, and the sheets
without what is to be left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from scheduler.languages import say
from scheduler.rotas.model import Question
from scheduler.rotas.pointed_sheets import Mark, Part, PointedSheet, Pointing
from scheduler.rotas.reading.cells import Cell, folded, is_blank, is_number, text_of
from scheduler.rotas.reading.contacts import without_contacts
from scheduler.rotas.reading.dates import mentioned_month, partial, weekday_of
from scheduler.rotas.reading.workbook import Sheet

_LEAST_DAYS = 2
_SIGNS = ("", "#", "~")

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Applied:
    """What was said of each sheet, by its name, with the marks by which its form is known again; and the sheets whose
    form has changed since."""

    by_sheet: Mapping[str, PointedSheet]
    changed: tuple[str, ...] = ()

    def questions(self) -> Iterator[Question]:
        """That a form has changed, so that somebody looks."""
        return map(form_has_changed, self.changed)


def form_has_changed(sheet: str) -> Question:
    """The question about a sheet that is not read as was said, since its form is another."""
    text = say(
        "The form of the sheet “%(sheet)s” has changed since you showed us how to read it. We read it afresh.",
        sheet=sheet,
    )
    return Question("layout", sheet, text, (), f"form of {sheet}")


def applied(pointing: Pointing, sheets: Sequence[Sheet]) -> Applied:
    """What was said of the sheets of a file: of those by name, and of others of the very same form."""
    found: dict[str, PointedSheet] = {}
    changed = []
    known = [_seen(each, sheets, pointing) for each in pointing.sheets]
    for sheet in sheets:
        own = next((each for each in known if _is_named(each, sheet, sheets, pointing)), None)
        alike = (each for each in (*known, *pointing.others) if _is_sure(each) and fits(each, sheet))
        said = own if own is not None and fits(own, sheet) else next(alike, None)
        if said is not None:
            found[sheet.name] = with_marks(replace(said, sheet=sheet.name), sheet)
        elif own is not None:
            changed.append(sheet.name)
    return Applied(found, tuple(changed))


def _seen(said: PointedSheet, sheets: Sequence[Sheet], pointing: Pointing) -> PointedSheet:
    """What was said, with the marks of its sheet, if that was not seen before."""
    if said.seen:
        return said
    own = (sheet for sheet in sheets if _is_named(said, sheet, sheets, pointing))
    return next((with_marks(said, sheet) for sheet in own), said)


def _is_named(said: PointedSheet, sheet: Sheet, sheets: Sequence[Sheet], pointing: Pointing) -> bool:
    """Whether it was said of this sheet; an only sheet may be called by the month."""
    return said.sheet == sheet.name or len(sheets) == len(pointing.sheets) == 1


def _is_sure(said: PointedSheet) -> bool:
    """Whether a form can be told by its marks alone, whatever the sheet is called."""
    return bool(said.date_lines) and any(mark.text not in _SIGNS for mark in said.marks)


def fits(said: PointedSheet, sheet: Sheet) -> bool:
    """Whether the sheet has the form of that of which something was said: the same headings at the places, and dates
    where dates were."""
    same = all(_text(sheet.at(mark.row, mark.column)) == mark.text for mark in said.marks)
    return same and (not said.has_days or _has_days(said, sheet))


def with_marks(said: PointedSheet, sheet: Sheet) -> PointedSheet:
    """What was said, with what tells the form of this sheet."""
    places = sorted(set(_places(said, sheet)))
    marks = tuple(Mark(row, column, _text(sheet.at(row, column))) for row, column in places)
    return replace(said, seen=True, marks=marks, has_days=_has_days(said, sheet))


def _has_days(said: PointedSheet, sheet: Sheet) -> bool:
    lines = (*(_row(sheet, row) for row in said.date_rows), *(_column(sheet, column) for column in said.date_columns))
    counts = [sum(partial(sheet.at(*place)) is not None for place in line) for line in lines]
    return bool(counts) and min(counts) >= _LEAST_DAYS


def _places(said: PointedSheet, sheet: Sheet) -> Iterator[Place]:
    """Where the headings stand of all that was pointed at: where names and dates cross, else the first words."""
    for row in said.date_rows:
        yield from ((row, column) for column in said.name_columns)
        yield from _first_words(sheet, [] if said.name_columns else _row(sheet, row))
    for column in said.date_columns:
        yield from ((row, column) for row in said.name_rows)
        yield from _first_words(sheet, [] if said.name_rows else _column(sheet, column))
    for column in said.name_columns:
        yield from _first_words(sheet, [] if said.date_rows else _column(sheet, column))
    for row in said.name_rows:
        yield from _first_words(sheet, [] if said.date_columns else _row(sheet, row))
    for part in said.ignored:
        inside = list(cells_of(part, sheet))
        yield from (place for place in inside[:1])
        yield from _first_words(sheet, inside)
        yield from _heads(said, part)


def _heads(said: PointedSheet, part: Part) -> Iterator[Place]:
    """Where a whole row or column crosses the names and dates: what heads it there."""
    if part.bottom is None and part.top == 0:
        yield from ((row, part.left) for row in (*said.date_rows, *said.name_rows))
    if part.right is None and part.left == 0:
        yield from ((part.top, column) for column in (*said.name_columns, *said.date_columns))


def _first_words(sheet: Sheet, places: Iterable[Place]) -> Iterator[Place]:
    """The first of the places that holds words which next month's sheet holds as well, so no date and no month."""
    first = next((place for place in places if _is_lasting(sheet.at(*place))), None)
    if first is not None:
        yield first


def _is_lasting(cell: Cell) -> bool:
    cell = without_contacts(cell)
    words = isinstance(cell, str) and any(sign.isalpha() for sign in cell) and not any(map(str.isdecimal, cell))
    return words and partial(cell) is None and weekday_of(cell) is None and mentioned_month(text_of(cell)) is None


def _row(sheet: Sheet, row: int) -> list[Place]:
    return [(row, column) for column in range(sheet.width)]


def _column(sheet: Sheet, column: int) -> list[Place]:
    return [(row, column) for row in range(sheet.height)]


def cells_of(part: Part, sheet: Sheet) -> Iterator[Place]:
    """The cells of a part, as far as the sheet has them."""
    bottom = sheet.height - 1 if part.bottom is None else min(part.bottom, sheet.height - 1)
    for row in range(part.top, bottom + 1):
        width = len(sheet.rows[row])
        right = width - 1 if part.right is None else min(part.right, width - 1)
        yield from ((row, column) for column in range(part.left, right + 1))


def _text(cell: Cell) -> str:
    """The text of a mark."""
    cell = without_contacts(cell)
    if is_blank(cell):
        return ""
    if is_number(cell):
        return "#"
    return folded(text_of(cell)) if _is_lasting(cell) else "~"


def without_ignored(sheets: Iterable[Sheet], said: Mapping[str, PointedSheet]) -> tuple[Sheet, ...]:
    """The sheets with nothing in the parts that are to be left out; every other cell keeps its place."""
    return tuple(_without(sheet, said[sheet.name].ignored) if sheet.name in said else sheet for sheet in sheets)


def _without(sheet: Sheet, parts: Sequence[Part]) -> Sheet:
    if not parts:
        return sheet
    rows = [list(row) for row in sheet.rows]
    for part in parts:
        for row, column in cells_of(part, sheet):
            rows[row][column] = ""
    return replace(sheet, rows=tuple(map(tuple, rows)))
