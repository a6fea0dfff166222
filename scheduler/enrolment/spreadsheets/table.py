"""The tables in a file: below titles, between blank columns, on several sheets; read in a child process."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from scheduler import sandbox
from scheduler.enrolment.spreadsheets.columns import COLUMNS, ListKind
from scheduler.enrolment.spreadsheets.headings import column_of_heading
from scheduler.languages import say
from scheduler.lists import without_guard
from scheduler.people.model import is_address
from scheduler.rotas.model import UnreadableFile
from scheduler.rotas.reading.cells import Cell, folded, is_blank, text_of
from scheduler.rotas.reading.headings import either
from scheduler.rotas.reading.workbook import SAVE_AS, Sheet, column_name, open_sheets

LIMITS = sandbox.Limits(60, 2 * 1024**3)
HIGHEST_TITLE = 30
"""How many rows above a heading titles and notes may take."""
MOST_ROWS = 20_000
_FEWEST_HEADINGS = 2
_ALMOST = 0.6
_NOT_THIS_ONE = either("leaver|leavers|left|old|archive|archived|previous|template|example|legend|notes|key")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its sheet and number as the spreadsheet shows them, and its cells as text, blank ones empty."""

    sheet: str
    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under one heading; of several sheets where they are alike, the first column then being the sheet's name.

    Columns without a heading are called by their letter. ``left_out`` are sheets that hold a table too and are not
    taken, because their name says so.
    """

    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    left_out: tuple[str, ...] = ()
    has_sheets: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """Which list a file is, its name, and the headings that are known from earlier ones."""

    kind: ListKind
    filename: str
    known: tuple[str, ...]


def read_table(kind: ListKind, content: bytes, filename: str, known: Sequence[str] = ()) -> Table:
    """The table in a file. Raises ``UnreadableFile`` for one that has none, or that no spreadsheet can be."""
    try:
        return sandbox.run(find_table, Asked(kind, filename, tuple(known)), (content,), LIMITS, (UnreadableFile,))
    except UnreadableFile as error:
        if error.what_to_do not in (SAVE_AS, say(SAVE_AS)):
            raise
        advice = say(
            "Save it in one of these formats and try again: Excel (.xlsx, .xls), OpenDocument (.ods), "
            "text (.csv, .tsv)."
        )
        raise UnreadableFile(error.message, where=error.where, what_to_do=advice) from error
    except sandbox.Unfinished as error:
        advice = say("Copy just the list into a new workbook, save it as .xlsx and try again.")
        raise UnreadableFile(say("The file could not be read in full."), where=filename, what_to_do=advice) from error


def find_table(asked: Asked, files: Sequence[bytes]) -> Table:
    """What the sandbox runs."""
    found = [_Found(sheet, *_heading(sheet, asked)) for sheet in open_sheets(files[0], asked.filename)]
    best = max(each.score for each in found)
    alike = [each for each in found if each.score >= max(_FEWEST_HEADINGS, _ALMOST * best)] or found[:1]
    taken = [each for each in alike if not _says_not_this(each.sheet.name)] or alike[:1]
    left_out = tuple(each.sheet.name for each in alike if each not in taken)
    tables = [_table(each.sheet, each.heading) for each in taken]
    table = replace(_joined(tables) if len(tables) > 1 else tables[0], left_out=left_out)
    if not table.rows:
        advice = say("Check that you have chosen the right file, and that it was saved.")
        raise UnreadableFile(say("The file has a heading but no rows."), where=asked.filename, what_to_do=advice)
    if len(table.rows) > MOST_ROWS:
        raise UnreadableFile(
            say("The list has more than %(count)s rows.", count=MOST_ROWS),
            where=asked.filename,
            what_to_do=say("Upload only the rows that belong to this programme."),
        )
    return table


@dataclass(frozen=True, slots=True)
class _Found:
    """A sheet, the row of its heading (None where it has none), and how many of its headings are known."""

    sheet: Sheet
    heading: int | None
    score: int


def _says_not_this(name: str) -> bool:
    return not _NOT_THIS_ONE.isdisjoint(folded(name).split())


def _heading(sheet: Sheet, asked: Asked) -> tuple[int | None, int]:
    """The row that heads the table best; without any known heading the first that looks like one."""
    rows = range(min(HIGHEST_TITLE, sheet.height))
    scores = {row: _known_headings(sheet.rows[row], asked) for row in rows}
    best = max(scores, key=lambda row: (scores[row], -row), default=0)
    if scores.get(best, 0) >= _FEWEST_HEADINGS:
        return best, scores[best]
    return next((row for row in rows if _looks_like_a_heading(sheet.rows[row])), None), scores.get(best, 0)


def _known_headings(cells: Sequence[Cell], asked: Asked) -> int:
    texts = {text for cell in cells if isinstance(cell, str) and (text := folded(cell))}
    columns = {column_of_heading(asked.kind, text) for text in texts} & COLUMNS[asked.kind].keys()
    return len(columns) + len(texts & set(asked.known))


def _looks_like_a_heading(cells: Sequence[Cell]) -> bool:
    filled = [cell for cell in cells if not is_blank(cell)]
    words = {cell for cell in filled if isinstance(cell, str)}
    return len(filled) > 1 and len(words) == len(filled) and not any(is_address(word.strip()) for word in words)


def _table(sheet: Sheet, heading: int | None) -> Table:
    """The columns that hold anything, and the rows below the heading."""
    first = 0 if heading is None else heading + 1
    head = () if heading is None else sheet.rows[heading]
    rows = [(number, [_text(cell) for cell in sheet.rows[number]]) for number in range(first, sheet.height)]
    filled = sorted({column for _, cells in rows for column, text in enumerate(cells) if text})
    names = [text_of(head[column]) if column < len(head) else "" for column in filled]
    headings = tuple(_distinct(name or column_name(column) for name, column in zip(names, filled, strict=True)))
    kept = (
        Row(sheet.name if sheet.in_workbook else "", number + 1, _picked(cells, filled))
        for number, cells in rows
        if any(cells) and [folded(text) for text in _picked(cells, filled)] != [folded(name) for name in names]
    )
    return Table(headings, tuple(kept))


def _picked(cells: Sequence[str], columns: Sequence[int]) -> tuple[str, ...]:
    return tuple(cells[column] if column < len(cells) else "" for column in columns)


def _distinct(names: Iterator[str]) -> Iterator[str]:
    """Names of columns; one that comes again is numbered."""
    seen: dict[str, int] = {}
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        yield name if seen[name] == 1 else f"{name} ({seen[name]})"


def _joined(tables: Sequence[Table]) -> Table:
    """Tables of several sheets as one, with the name of the sheet before each row."""
    by_name = {folded(heading): heading for table in reversed(tables) for heading in table.headings}
    order = list(dict.fromkeys(folded(heading) for table in tables for heading in table.headings))
    rows = []
    for table in tables:
        places = {folded(heading): place for place, heading in enumerate(table.headings)}
        for row in table.rows:
            cells = (row.cells[places[name]] if name in places else "" for name in order)
            rows.append(replace(row, cells=(row.sheet, *cells)))
    return Table((say("Sheet"), *(by_name[name] for name in order)), tuple(rows), has_sheets=True)


def _text(cell: Cell) -> str:
    """The cell as text; dates as 2027-01-31, whatever the spreadsheet shows."""
    if isinstance(cell, datetime) and not (cell.hour or cell.minute or cell.second):
        return cell.date().isoformat()
    text = text_of(cell)
    return "" if is_blank(text) else without_guard(text)
