"""Files as sheets of cells: one reader for every spreadsheet kind and for text, with a guard before it.

Nothing here knows what a rota is.
"""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from scheduler.languages import mark, say
from scheduler.rotas.model import UnreadableFile
from scheduler.rotas.reading.cells import Cell, is_blank
from scheduler.rotas.reading.extent import NotXml, Place, TooLarge, guard, is_too_large
from scheduler.rotas.reading.faults import FAULT, faults_by_sheet

MAX_BYTES = 30 * 1024 * 1024
MAX_UNPACKED_BYTES = 150 * 1024 * 1024
LONGEST_TEXT = 1000
SAVE_AS = mark(
    "Save it in one of these formats and try again: Excel (.xlsx, .xls), OpenDocument (.ods), text (.csv, .tsv), "
    "calendar (.ics)."
)
_NAMED_KINDS = (
    (b"%PDF", mark("This is a PDF, not a spreadsheet.")),
    (b"\x89PNG", mark("This is a picture, not a spreadsheet.")),
    (b"\xff\xd8\xff", mark("This is a picture, not a spreadsheet.")),
    (b"{\\rtf", mark("This is a text document, not a spreadsheet.")),
)
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A named rectangle of cells; rows may be of different lengths. Rows and columns count from 0."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    in_workbook: bool = True
    is_turned: bool = False

    @property
    def height(self) -> int:
        return len(self.rows)

    @property
    def width(self) -> int:
        return max(map(len, self.rows), default=0)

    def at(self, row: int, column: int) -> Cell:
        """The cell, empty where the sheet has none."""
        if 0 <= row < len(self.rows) and 0 <= column < len(self.rows[row]):
            return self.rows[row][column]
        return ""

    def address(self, row: int, column: int) -> str:
        """The place as a spreadsheet names it: ``Ward!F12``, in a text file ``F12``."""
        down, across = (column, row) if self.is_turned else (row, column)
        place = f"{column_name(across)}{down + 1}"
        return f"{self.name}!{place}" if self.in_workbook else place

    def filled(self, row: int) -> Iterator[tuple[int, Cell]]:
        """The cells of a row that say something, with their columns."""
        return ((column, cell) for column, cell in enumerate(self.rows[row]) if not is_blank(cell))

    def turned(self) -> Sheet:
        """Rows and columns exchanged; addresses stay those of the file."""
        width = self.width
        padded = (row + ("",) * (width - len(row)) for row in self.rows)
        return Sheet(self.name, tuple(zip(*padded, strict=True)), self.in_workbook, not self.is_turned)


def column_name(column: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    name = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


def open_sheets(content: bytes, filename: str) -> tuple[Sheet, ...]:
    """The file's sheets that hold anything, hidden ones last.

    Raises :class:`UnreadableFile` for what is empty, locked, too large or no spreadsheet at all.
    """
    _refuse_oddities(content, filename)
    packed = content.startswith((_ZIP, _OLE))
    sheets = _workbook_sheets(content, filename) if packed else (_text_sheet(content, filename),)
    filled = tuple(sheet for sheet in sheets if any(not is_blank(cell) for row in sheet.rows for cell in row))
    if not filled:
        raise _empty(filename)
    return filled


def decoded(content: bytes) -> str:
    """Text of whatever encoding: by its mark, else UTF-8, else Latin-1 as Windows writes it."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _refuse_oddities(content: bytes, filename: str) -> None:
    if not content.strip():
        raise _empty(filename)
    if len(content) > MAX_BYTES:
        size = say("The file is larger than %(num)s MB.", num=MAX_BYTES // 1024 // 1024)
        advice = say("Keep just the sheet with the rota, without pictures.")
        raise UnreadableFile(size, where=filename, what_to_do=advice)
    for start, name in _NAMED_KINDS:
        if content.startswith(start):
            raise UnreadableFile(say(name), where=filename, what_to_do=say(SAVE_AS))


def _workbook_sheets(content: bytes, filename: str) -> tuple[Sheet, ...]:
    faults: Mapping[str, Sequence[Place]] = {}
    if content.startswith(_ZIP):
        faults = _guard_archive(content, filename)
    elif _ENCRYPTED in content:
        raise _locked(filename)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            wanted = [meta for meta in workbook.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
            ordered = sorted(wanted, key=lambda meta: meta.visible != SheetVisibleEnum.Visible)
            return tuple(_sheet(workbook.get_sheet_by_name(meta.name), faults.get(meta.name, ())) for meta in ordered)
    except PasswordError as error:
        raise _locked(filename) from error
    except (CalamineError, OSError) as error:
        nothing = say("This file can’t be read as a spreadsheet.")
        raise UnreadableFile(nothing, where=filename, what_to_do=say(SAVE_AS)) from error


def _empty(filename: str) -> UnreadableFile:
    advice = say("Choose the file again; it may not have been saved.")
    return UnreadableFile(say("The file is empty."), where=filename, what_to_do=advice)


def _locked(filename: str) -> UnreadableFile:
    advice = say("Open it, remove the password, save it and try again.")
    return UnreadableFile(say("The file is protected by a password."), where=filename, what_to_do=advice)


def _sheet(read: CalamineSheet, faults: Sequence[Place]) -> Sheet:
    if is_too_large(read.total_height, read.total_width):
        raise _too_large(read.name)
    rows: list[list[Cell]] = [list(map(_shortened, row)) for row in read.to_python(skip_empty_area=False)]
    for row, column in faults:
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = FAULT
    for (top, left), (bottom, right) in read.merged_cell_ranges or []:
        _spread(rows, top, left, bottom, right)
    return Sheet(read.name, tuple(map(tuple, rows)))


def _shortened(cell: Cell) -> Cell:
    """The cell, without what goes on for pages: nothing that a rota says is that long."""
    return cell[:LONGEST_TEXT] if isinstance(cell, str) and len(cell) > LONGEST_TEXT else cell


def _spread(rows: list[list[Cell]], top: int, left: int, bottom: int, right: int) -> None:
    """Write the value of merged cells into each of them, as far as the sheet reaches."""
    if top >= len(rows) or left >= len(rows[top]) or is_blank(rows[top][left]):
        return
    for row in rows[top : bottom + 1]:
        for column in range(left, min(right + 1, len(row))):
            row[column] = rows[top][left]


def _guard_archive(content: bytes, filename: str) -> Mapping[str, Sequence[Place]]:
    """Refuse archives that would unpack to more than memory holds, and sheets with a stray far cell; say which cells
    of which sheet hold a failed formula."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED_BYTES:
                raise _too_large(filename)
            return faults_by_sheet(archive, guard(archive))
    except TooLarge as error:
        raise _too_large(filename) from error
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error, NotXml) as error:
        raise UnreadableFile(say("The file is damaged."), where=filename, what_to_do=say(SAVE_AS)) from error


def _too_large(where: str) -> UnreadableFile:
    advice = say("Copy just the rota into a new workbook; the cause is often a stray entry far below or to the right.")
    return UnreadableFile(say("One of the sheets is far too large for a rota."), where=where, what_to_do=advice)


def _text_sheet(content: bytes, filename: str) -> Sheet:
    if b"\0" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableFile(say("This is not a spreadsheet."), where=filename, what_to_do=say(SAVE_AS))
    text = decoded(content)
    try:
        rows = tuple(
            tuple(map(_shortened, row)) for row in csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
        )
    except csv.Error as error:
        raise UnreadableFile(say("The text is not a table."), where=filename, what_to_do=say(SAVE_AS)) from error
    if is_too_large(len(rows), max(map(len, rows), default=0)):
        raise _too_large(filename)
    return Sheet(PurePath(filename).stem, rows, in_workbook=False)


def _delimiter(text: str) -> str:
    """The sign that parts most of the first lines, and parts them alike; between quotation marks it parts nothing."""
    start = "\n".join([line for line in text.splitlines() if line.strip()][:60])

    def evenness(sign: str) -> tuple[int, int]:
        try:
            counts = [len(row) - 1 for row in csv.reader(io.StringIO(start, newline=""), delimiter=sign)]
        except csv.Error:  # a cell without an end: this sign is none
            return (0, 0)
        most_usual = max(set(counts), key=lambda count: (count > 0, counts.count(count)), default=0)
        return (counts.count(most_usual) if most_usual else 0, most_usual)

    return max(",;\t|", key=evenness)
