"""Files as sheets of cells: one reader for every spreadsheet kind and for text, with a guard before it.

Nothing here knows what a rota is.
"""

from __future__ import annotations

import csv
import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

import msgspec
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
from scheduler.rotas.reading.delimited import rows_of_text
from scheduler.rotas.reading.extent import NotXml, Seen, TooLarge, guard, is_too_large
from scheduler.rotas.reading.faults import FAULT, faults_by_sheet
from scheduler.rotas.reading.html_tables import (
    is_mail,
    is_page,
    page_text,
    parts_of_mail,
    tables_in_html,
)
from scheduler.rotas.reading.merged_cells import spread
from scheduler.rotas.reading.spreadsheet_xml import is_spreadsheet_xml, sheets_in_xml
from scheduler.rotas.reading.text_encoding import decoded

MAX_BYTES = 30 * 1024 * 1024
MAX_UNPACKED_BYTES = 150 * 1024 * 1024
LONGEST_TEXT = 1000
SAVE_AS = mark(
    "Save it in one of these formats and try again: Excel (.xlsx, .xls), OpenDocument (.ods), text (.csv, .tsv), "
    "calendar (.ics)."
)
_HEAD = 4096
_PDF = b"%PDF-"
_NAMED_KINDS = (
    (b"\x89PNG", mark("This is a picture, not a spreadsheet.")),
    (b"\xff\xd8\xff", mark("This is a picture, not a spreadsheet.")),
    (b"{\\rtf", mark("This is a text document, not a spreadsheet.")),
)
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

_DAMAGED = (
    zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError, struct.error,
    zlib.error, NotXml,
)  # fmt: skip
"""What reading a broken archive is seen to raise."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A named rectangle of cells; rows may be of different lengths. Rows and columns count from 0. Where rows were put
    in, ``numbers`` says which row of the file each stands for."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    in_workbook: bool = True
    is_turned: bool = False
    numbers: tuple[int, ...] = ()

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
        down = self.numbers[down] if self.numbers else down
        place = f"{column_name(across)}{down + 1}"
        return f"{self.name}!{place}" if self.in_workbook else place

    def filled(self, row: int) -> Iterator[tuple[int, Cell]]:
        """The cells of a row that say something, with their columns."""
        return ((column, cell) for column, cell in enumerate(self.rows[row]) if not is_blank(cell))

    def turned(self) -> Sheet:
        """Rows and columns exchanged; addresses stay those of the file."""
        width = self.width
        padded = (row + ("",) * (width - len(row)) for row in self.rows)
        return replace(self, rows=tuple(zip(*padded, strict=True)), is_turned=not self.is_turned)


def column_name(column: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    name = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


def open_sheets(content: bytes, filename: str) -> tuple[Sheet, ...]:
    """The file's sheets that hold anything, hidden ones last. What kind of file it is, is seen from its content.

    Raises :class:`UnreadableFile` for what is empty, locked, too large or no spreadsheet at all.
    """
    _refuse_oddities(content, filename)
    try:
        sheets = _sheets(content, filename)
    except TooLarge as error:
        raise _too_large(filename) from error
    except (NotXml, csv.Error) as error:
        raise UnreadableFile(say("The file is damaged."), where=filename, what_to_do=say(SAVE_AS)) from error
    return _filled(sheets, filename)


def _filled(sheets: Iterable[Sheet], filename: str) -> tuple[Sheet, ...]:
    filled = tuple(sheet for sheet in sheets if any(not is_blank(cell) for row in sheet.rows for cell in row))
    if not filled:
        raise _empty(filename)
    return filled


def _sheets(content: bytes, filename: str) -> tuple[Sheet, ...]:
    start = content[:_HEAD]
    if content.startswith((_ZIP, _OLE)):
        return _workbook_sheets(content, filename)
    if _PDF in start[:1024]:
        return _pdf_sheets(content, filename)
    if is_spreadsheet_xml(start):
        return _named(sheets_in_xml(content))
    if is_mail(content):
        page, text = parts_of_mail(content)
        return _html_sheets(page, filename) if is_page(page) or not text else (_text_sheet(text, filename),)
    if is_page(content):
        return _html_sheets(content, filename)
    return (_text_sheet(content, filename),)


def _named(tables: Iterable[tuple[str, Sequence[Sequence[Cell]]]]) -> tuple[Sheet, ...]:
    return tuple(Sheet(name, tuple(tuple(map(_shortened, row)) for row in rows)) for name, rows in tables)


def _html_sheets(content: bytes, filename: str) -> tuple[Sheet, ...]:
    """A sheet for each table of a page, called by its caption."""
    tables = [table for table in tables_in_html(page_text(content)) if any(any(row) for row in table[1])]
    if not tables:
        nothing = say("There is no table on this page.")
        raise UnreadableFile(nothing, where=filename, what_to_do=say(SAVE_AS))
    return _named((f"table {number} {name}".strip(), rows) for number, (name, rows) in enumerate(tables, start=1))


def _pdf_sheets(content: bytes, filename: str) -> tuple[Sheet, ...]:
    from scheduler.rotas.reading import pdf_tables  # it takes half a second, which few files need

    try:
        read = pdf_tables.tables_in_pdf(content)
    except pdf_tables.LockedPdf as error:
        raise _locked(filename) from error
    except pdf_tables.TooManyPages as error:
        advice = say("Save just the pages with the rota as a file of their own.")
        pages = say("The PDF has more than %(num)s pages.", num=pdf_tables.MAX_PAGES)
        raise UnreadableFile(pages, where=filename, what_to_do=advice) from error
    except pdf_tables.DamagedPdf as error:
        raise UnreadableFile(say("The PDF is damaged."), where=filename, what_to_do=say(SAVE_AS)) from error
    if not read.tables:
        raise _without_table(filename, read.has_text)
    return _named(read.tables)


def _without_table(filename: str, has_text: bool) -> UnreadableFile:
    advice = say("Ask for the spreadsheet that it was made from, or copy the table and paste it as text.")
    nothing = (
        say("We couldn’t find a table in this PDF.") if has_text else say("This PDF holds only pictures of pages.")
    )
    return UnreadableFile(nothing, where=filename, what_to_do=advice)


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
    if _is_json(content):
        raise UnreadableFile(say("This is a file for programs (JSON)."), where=filename, what_to_do=say(SAVE_AS))


def _is_json(content: bytes) -> bool:
    """Whether a file is JSON from its first sign to its last, and no list of somebody who likes brackets."""
    plain = content.removeprefix(b"\xef\xbb\xbf").strip()
    if plain[:1] + plain[-1:] not in (b"{}", b"[]"):
        return False
    try:
        msgspec.json.decode(plain)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def _workbook_sheets(content: bytes, filename: str) -> tuple[Sheet, ...]:
    seen = Seen({}, {})
    if content.startswith(_ZIP):
        seen = _guard_archive(content, filename)
    elif _ENCRYPTED in content:
        raise _locked(filename)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            wanted = [meta for meta in workbook.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
            ordered = sorted(wanted, key=lambda meta: meta.visible != SheetVisibleEnum.Visible)
            return tuple(_sheet(workbook.get_sheet_by_name(meta.name), seen) for meta in ordered)
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


def _sheet(read: CalamineSheet, seen: Seen) -> Sheet:
    if is_too_large(read.total_height, read.total_width):
        raise _too_large(read.name)
    rows: list[list[Cell]] = [list(map(_shortened, row)) for row in read.to_python(skip_empty_area=False)]
    for row, column in seen.faults.get(read.name, ()):
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = FAULT
    ranges = ((*first, *last) for first, last in read.merged_cell_ranges or ())
    spread(rows, (*ranges, *seen.merged.get(read.name, ())))
    return Sheet(read.name, tuple(map(tuple, rows)))


def _shortened(cell: Cell) -> Cell:
    """The cell, without what goes on for pages: nothing that a rota says is that long."""
    return cell[:LONGEST_TEXT] if isinstance(cell, str) and len(cell) > LONGEST_TEXT else cell


def _guard_archive(content: bytes, filename: str) -> Seen:
    """Refuse archives that would unpack to more than memory holds, and sheets with a stray far cell; say what the
    reader passes over, by the name of the sheet."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED_BYTES:
                raise _too_large(filename)
            seen = guard(archive)
            return Seen(faults_by_sheet(archive, seen.faults), seen.merged)
    except TooLarge as error:
        raise _too_large(filename) from error
    except _DAMAGED as error:
        raise UnreadableFile(say("The file is damaged."), where=filename, what_to_do=say(SAVE_AS)) from error


def _too_large(where: str) -> UnreadableFile:
    advice = say("Copy just the rota into a new workbook; the cause is often a stray entry far below or to the right.")
    return UnreadableFile(say("One of the sheets is far too large for a rota."), where=where, what_to_do=advice)


def _text_sheet(content: bytes, filename: str) -> Sheet:
    if b"\0" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableFile(say("This is not a spreadsheet."), where=filename, what_to_do=say(SAVE_AS))
    rows = tuple(tuple(map(_shortened, row)) for row in rows_of_text(decoded(content)))
    if is_too_large(len(rows), max(map(len, rows), default=0)):
        raise _too_large(filename)
    return Sheet(PurePath(filename).stem, rows, in_workbook=False)
