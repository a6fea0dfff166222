"""How far the sheets of a packed workbook reach, seen before anything is unpacked into memory.

The reader of workbooks keeps every cell of the rectangle that a sheet's cells span, so that one stray cell in the
last row and column would ask for more memory than any machine has. The parts are read by an XML parser, as the
reader does it, since there are many ways to write the same cell.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Protocol
from xml.parsers import expat

MAX_CELLS, MAX_ROWS = 2_000_000, 300_000
"""Height times width of a sheet, and its height: a list of the duties of 500 people over a year and a half."""

MAX_PARTS = 5_000
"""Parts of a packed workbook."""

_PIECE_BYTES = 256 * 1024
_SHEET, _TABLES = b"sheetData", b"table-row"
_REFERENCE = re.compile(r"([A-Za-z]{1,4})(\d{1,10})")


class TooLarge(Exception):
    """A sheet spans more cells than any rota."""


class NotXml(Exception):
    """A part is not the XML that it must be, or declares entities."""


Place = tuple[int, int]
"""Row and column of a cell, from 0."""

Block = tuple[int, int, int, int]
"""Merged cells: first row and column, last row and column, from 0."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the reader of workbooks passes over: cells whose formula failed, by the part that holds them, and merged
    cells of OpenDocument tables, by the table's name."""

    faults: Mapping[str, Sequence[Place]]
    merged: Mapping[str, Sequence[Block]]


def is_too_large(height: int, width: int) -> bool:
    """Whether no rota reaches so far."""
    return height * width > MAX_CELLS or height > MAX_ROWS or width > MAX_CELLS


def guard(archive: zipfile.ZipFile) -> Seen:
    """Refuse sheets that reach too far; say what the reader of workbooks passes over. Raises :class:`TooLarge` or
    :class:`NotXml`.

    Which parts are sheets is not asked of the list of contents, which may say what it likes: no sheet is without the
    element that gives it its name.
    """
    if len(archive.infolist()) > MAX_PARTS:
        raise TooLarge
    faults: dict[str, Sequence[Place]] = {}
    tables = _Tables()
    for member in archive.infolist():
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise NotXml
        cells = _Cells()
        for word, extent in ((_SHEET, cells), (_TABLES, tables)):
            if _holds(archive, member, word):
                with archive.open(member) as part:
                    follow(part, extent)
        if cells.faults:
            faults[member.filename] = tuple(cells.faults)
    return Seen(faults, tables.merged)


class Listener(Protocol):
    """What wants to hear of a part's elements. ``names`` are those that it knows, without their namespace."""

    names: frozenset[str]

    def started(self, name: str, attributes: Mapping[str, str], /) -> None:
        """An element begins."""

    def ended(self, name: str, /) -> None:
        """An element ends."""


def _holds(archive: zipfile.ZipFile, member: zipfile.ZipInfo, word: bytes) -> bool:
    """Whether the word stands anywhere in the part, over the seams of its pieces too."""
    seam = b""
    with archive.open(member) as part:
        while piece := part.read(_PIECE_BYTES):
            if word in seam + piece:
                return True
            seam = piece[-len(word) :]
    return False


class _Cells:
    """The cells of an Excel sheet: each names its place, or follows the one before it.

    Only cells that hold something count: whole rows and columns are coloured out to the last corner.
    """

    names = frozenset(("row", "c", "v", "is", "f"))

    def __init__(self) -> None:
        self._row = self._column = 0
        self._height = self._width = 0
        self._is_fault = False
        self.faults: list[Place] = []

    def started(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "row":
            self._row, self._column = _number(attributes.get("r"), self._row + 1), 0
        elif name == "c":
            self._column += 1
            if "r" in attributes:
                self._row, self._column = self._place(attributes["r"])
            self._is_fault = attributes.get("t") == "e"
        else:
            if self._is_fault and name == "v":
                self.faults.append((self._row - 1, self._column - 1))
            self._height, self._width = max(self._height, self._row), max(self._width, self._column)
            if is_too_large(self._height, self._width):
                raise TooLarge

    def ended(self, name: str) -> None:
        """Nothing that counts ends."""

    def _place(self, reference: str) -> tuple[int, int]:
        found = _REFERENCE.fullmatch(reference)
        if found is None:
            raise NotXml
        column = 0
        for letter in found[1].upper():
            column = column * 26 + ord(letter) - ord("A") + 1
        return int(found[2]), column


class _Tables:
    """The tables of an OpenDocument workbook: rows and cells that may stand for many of their kind.

    Only as far as something is filled: programs write a million empty rows after every table.
    """

    names = frozenset(("table", "table-row", "table-cell", "covered-table-cell", "p"))

    def __init__(self) -> None:
        self._row = self._column = self._height = self._width = 0
        self._repeats, self._filled = 1, False
        self.merged: dict[str, list[Block]] = {}
        self._blocks: list[Block] = []

    def started(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "table":
            self._row = self._height = self._width = 0
            self._blocks = self.merged.setdefault(attributes.get("name", ""), [])
        elif name == "table-row":
            self._repeats = _number(attributes.get("number-rows-repeated"), 1)
            self._column, self._filled = 0, False
        elif name in ("table-cell", "covered-table-cell"):
            self._note_merged(attributes)
            self._column += _number(attributes.get("number-columns-repeated"), 1)
            if "value-type" in attributes or "formula" in attributes:
                self._note()
        elif name == "p":
            self._note()

    def ended(self, name: str) -> None:
        if name == "table-row":
            self._row += self._repeats
            self._height = self._row if self._filled else self._height
            self._check()

    def _note_merged(self, attributes: Mapping[str, str]) -> None:
        across = _number(attributes.get("number-columns-spanned"), 1)
        down = _number(attributes.get("number-rows-spanned"), 1)
        if across > 1 or down > 1:
            self._blocks.append((self._row, self._column, self._row + down - 1, self._column + across - 1))

    def _note(self) -> None:
        self._filled, self._width = True, max(self._width, self._column)
        self._check()

    def _check(self) -> None:
        if is_too_large(self._height, self._width):
            raise TooLarge


def _number(written: str | None, otherwise: int) -> int:
    if written is None:
        return otherwise
    if not written.isascii() or not written.isdecimal() or len(written) > 10:
        raise NotXml
    return int(written)


def follow(part: IO[bytes], listener: Listener) -> None:
    """Tell ``listener`` of the elements of a part. Raises :class:`NotXml`."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refused
    parser.EntityDeclHandler = _refused
    parser.StartElementHandler = _starting(listener)
    parser.EndElementHandler = lambda name: listener.ended(_local(name))
    try:
        parser.ParseFile(part)
    except expat.ExpatError as error:
        raise NotXml from error


def _starting(listener: Listener) -> Callable[[str, dict[str, str]], None]:
    def started(name: str, attributes: dict[str, str]) -> None:
        if (local := _local(name)) in listener.names:
            listener.started(local, {_local(key): value for key, value in attributes.items()})

    return started


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _refused(*_: object) -> None:
    raise NotXml
