"""Workbooks as Excel 2003 wrote them in XML, which programs still export under the name ``.xls``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from xml.parsers import expat

from scheduler.rotas.reading.cells import Cell
from scheduler.rotas.reading.extent import Block, NotXml, TooLarge, is_too_large
from scheduler.rotas.reading.faults import FAULT
from scheduler.rotas.reading.merged_cells import spread

_NAMESPACE = b"urn:schemas-microsoft-com:office:spreadsheet"


def is_spreadsheet_xml(start: bytes) -> bool:
    """Whether a file that begins so is such a workbook."""
    return (
        start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and _NAMESPACE in start and b"<html" not in start.lower()
    )


def sheets_in_xml(content: bytes) -> list[tuple[str, list[list[Cell]]]]:
    """Each sheet's name and rows. Raises ``NotXml`` for what declares entities or is none, and ``TooLarge``."""
    book = _Book()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _refused
    parser.StartElementHandler, parser.EndElementHandler = book.started, book.ended
    parser.CharacterDataHandler = book.said
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError) as error:
        raise NotXml from error
    return book.finished()


class _Book:
    """Follows the elements; rows and cells number themselves or follow the one before."""

    def __init__(self) -> None:
        self._sheets: list[tuple[str, list[list[Cell]]]] = []
        self._merges: list[list[Block]] = []
        self._column, self._used = 0, -1
        self._type = ""
        self._text: list[str] | None = None

    def started(self, name: str, attributes: Mapping[str, str]) -> None:
        given = {_local(key): value for key, value in attributes.items()}
        element = _local(name)
        if element == "Worksheet":
            self._sheets.append((given.get("Name", ""), []))
            self._merges.append([])
        elif not self._sheets:
            return
        elif element == "Row":
            self._begin_row(given)
        elif element == "Cell" and self._sheets[-1][1]:
            self._begin_cell(given)
        elif element == "Data" and self._sheets[-1][1]:
            self._type, self._text = given.get("Type", "String"), []

    def said(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def ended(self, name: str) -> None:
        if _local(name) == "Data" and self._text is not None:
            self._put("".join(self._text))
            self._text = None

    def finished(self) -> list[tuple[str, list[list[Cell]]]]:
        for (_, rows), merges in zip(self._sheets, self._merges, strict=True):
            for top, _, bottom, right in merges:
                _widen(rows, top, bottom, right)
            spread(rows, merges)
        return self._sheets

    def _begin_row(self, given: Mapping[str, str]) -> None:
        rows = self._sheets[-1][1]
        until = int(given.get("Index", len(rows) + 1))
        _check(until, 1)
        rows.extend([] for _ in range(until - len(rows)))
        self._used = -1

    def _begin_cell(self, given: Mapping[str, str]) -> None:
        row = len(self._sheets[-1][1]) - 1
        self._column = int(given["Index"]) - 1 if "Index" in given else self._used + 1
        across, down = int(given.get("MergeAcross", 0)), int(given.get("MergeDown", 0))
        _check(row + down + 1, self._column + across + 1)
        self._used = self._column + across
        if across or down:
            self._merges[-1].append((row, self._column, row + down, self._used))

    def _put(self, text: str) -> None:
        row = self._sheets[-1][1][-1]
        row.extend([""] * (self._column + 1 - len(row)))
        row[self._column] = _value(text, self._type)


def _value(text: str, kind: str) -> Cell:
    """What the cell holds; a text where it is not of the kind that it says."""
    try:
        if kind == "Number":
            return float(text)
        return datetime.fromisoformat(text) if kind == "DateTime" else FAULT if kind == "Error" else text
    except ValueError:
        return text


def _widen(rows: list[list[Cell]], top: int, bottom: int, right: int) -> None:
    """Make the rows long enough for merged cells from ``top`` to ``bottom``."""
    rows.extend([] for _ in range(bottom + 1 - len(rows)))
    for row in rows[top : bottom + 1]:
        row.extend([""] * (right + 1 - len(row)))


def _check(height: int, width: int) -> None:
    if height < 1 or width < 1:
        raise NotXml
    if is_too_large(height, width):
        raise TooLarge


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _refused(*_: object) -> None:
    raise NotXml
