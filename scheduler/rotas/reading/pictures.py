"""Pictures of a file's sheets, drawn from what its reading says of their cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from scheduler.rotas.pointed_sheets import NOT_POINTED, PointedSheet
from scheduler.rotas.reading.cells import is_blank, text_of
from scheduler.rotas.reading.contacts import without_contacts
from scheduler.rotas.reading.layout import Reading, Use
from scheduler.rotas.reading.legend import SheetLegend
from scheduler.rotas.reading.pointed import cells_of
from scheduler.rotas.reading.workbook import Sheet
from scheduler.rotas.sheet_picture import Picture, Taken

MOST_SHEETS, MOST_ROWS, MOST_COLUMNS, LONGEST_TEXT = 12, 60, 40, 12

_TAKEN: Mapping[Use, Taken] = {
    Use.DATE: Taken.DATE,
    Use.PERSON: Taken.PERSON,
    Use.CODE: Taken.CODE,
    Use.HEADING: Taken.HEADING,
    Use.COUNT: Taken.COUNT,
    Use.NOTE: Taken.NOTE,
}


def pictures(
    sheets: Sequence[Sheet],
    reading: Reading,
    legends: Mapping[str, SheetLegend | None],
    said: Mapping[str, PointedSheet],
) -> tuple[Picture, ...]:
    """A picture of each sheet, the first ones of very many; ``said`` is what somebody has pointed at."""
    taken: dict[str, Taken] = {entry.cell: Taken.CODE for entry in (*reading.entries, *reading.pattern)}
    taken |= {place: _TAKEN[use] for place, use in reading.uses.items()}
    taken |= dict.fromkeys(reading.slots, Taken.DATE)
    for sheet in sheets[:MOST_SHEETS]:
        for part in said.get(sheet.name, NOT_POINTED).ignored:
            taken |= dict.fromkeys((sheet.address(*place) for place in cells_of(part, sheet)), Taken.IGNORED)
    return tuple(_picture(sheet, taken, legends.get(sheet.name)) for sheet in sheets[:MOST_SHEETS])


def date_cells(reading: Reading) -> frozenset[str]:
    """The cells that hold dates, by their addresses."""
    return frozenset(reading.slots.keys() | {place for place, use in reading.uses.items() if use is Use.DATE})


def _picture(sheet: Sheet, taken: Mapping[str, Taken], legend: SheetLegend | None) -> Picture:
    rows, columns = range(min(sheet.height, MOST_ROWS)), range(min(sheet.width, MOST_COLUMNS))
    texts = tuple(tuple(_short(sheet, row, column) for column in columns) for row in rows)
    signs = tuple("".join(_signs(sheet, row, columns, taken, legend)) for row in rows)
    return Picture(sheet.name, sheet.height, sheet.width, texts, signs)


def _short(sheet: Sheet, row: int, column: int) -> str:
    text = text_of(without_contacts(sheet.at(row, column))).removesuffix(" 00:00:00")
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1].rstrip()}…"


def _signs(
    sheet: Sheet, row: int, columns: Iterable[int], taken: Mapping[str, Taken], legend: SheetLegend | None
) -> Iterator[Taken]:
    in_legend = legend is not None and row in legend.rows
    for column in columns:
        if is_blank(sheet.at(row, column)):
            yield Taken.EMPTY
        else:
            explains = in_legend or (legend is not None and column in legend.columns)
            yield taken.get(sheet.address(row, column), Taken.HEADING if explains else Taken.LEFT)
