"""Tables in the text of a PDF: cells between drawn lines, or, without lines, words that stand under each other."""

from __future__ import annotations

import io
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.page import Page
from pdfplumber.table import Table
from pdfplumber.utils.exceptions import PdfminerException

from scheduler.rotas.reading.cells import Cell, is_blank
from scheduler.rotas.reading.extent import Block, TooLarge, is_too_large
from scheduler.rotas.reading.merged_cells import spread
from scheduler.rotas.reading.pdf_words import table_of_words

MAX_PAGES = 40
_FEWEST_ROWS, _FEWEST_COLUMNS = 2, 2
_SAME_EDGE = 2.0
"""Points between edges that are one."""


class LockedPdf(Exception):
    """The file asks for a password."""


_UNKNOWN_SIGN = "(cid:"
"""What stands for letters of a font that does not say which they are: names would be misread."""


class DamagedPdf(Exception):
    """The file cannot be read as a PDF."""


class TooManyPages(Exception):
    """The file has more pages than any rota."""


@dataclass(frozen=True, slots=True)
class PdfTables:
    """The tables with their names, and whether the pages hold any text at all: pictures of pages have none."""

    tables: tuple[tuple[str, list[list[Cell]]], ...]
    has_text: bool


def tables_in_pdf(content: bytes) -> PdfTables:
    """The tables of a PDF. One that goes on over pages is one. Raises the errors above, and ``TooLarge``."""
    try:
        with pdfplumber.open(io.BytesIO(content)) as pdf:
            if len(pdf.pages) > MAX_PAGES:
                raise TooManyPages
            return _read(pdf.pages)
    except PdfminerException as error:
        locked = any(isinstance(cause, PDFPasswordIncorrect) for cause in error.args)
        raise (LockedPdf if locked else DamagedPdf) from error
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, AssertionError) as error:
        raise DamagedPdf from error


def _read(pages: Sequence[Page]) -> PdfTables:
    found: list[tuple[str, list[list[Cell]]]] = []
    has_text = False
    for number, page in enumerate(pages, start=1):
        has_text = has_text or bool(page.chars)
        tables = list(_tables(page))
        for place, rows in enumerate(tables, start=1):
            _add(found, f"page {number}" if len(tables) == 1 else f"page {number} table {place}", rows)
        page.close()
    if any(_UNKNOWN_SIGN in str(cell) for _, rows in found for row in rows for cell in row):
        return PdfTables((), has_text)
    return PdfTables(tuple(found), has_text)


def _add(found: list[tuple[str, list[list[Cell]]]], name: str, rows: list[list[Cell]]) -> None:
    """Append a table to the one before if it has the same columns and repeats its heading."""
    before = found[-1][1] if found else []
    if (
        before
        and len(before[0]) == len(rows[0])
        and before[0] == rows[0]
        and any(not is_blank(cell) for cell in rows[0])
    ):
        before.extend(rows[1:])
    else:
        found.append((name, rows))
    if is_too_large(len(found[-1][1]), len(rows[0])):
        raise TooLarge


def _tables(page: Page) -> Iterator[list[list[Cell]]]:
    drawn = [rows for table in page.find_tables() if (rows := _cells(table))]
    if drawn:
        yield from drawn
        return
    if words := table_of_words(page):
        yield [list(row) for row in words]


def _cells(table: Table) -> list[list[Cell]]:
    """The drawn table as a rectangle; what spans several rows or columns stands in each of them."""
    lefts, tops = (_edges([cell[side] for cell in table.cells]) for side in (0, 1))
    if len(lefts) < _FEWEST_COLUMNS or len(tops) < _FEWEST_ROWS:
        return []
    if is_too_large(len(tops), len(lefts)):
        raise TooLarge
    rows: list[list[Cell]] = [[""] * len(lefts) for _ in tops]
    merged: list[Block] = []
    for drawn, texts in zip(table.rows, table.extract(), strict=True):
        for box, text in zip(drawn.cells, texts, strict=True):
            if box is None:
                continue
            left, top, right, bottom = box
            block = (_place(tops, top), _place(lefts, left), _last(tops, bottom), _last(lefts, right))
            rows[block[0]][block[1]] = " ".join((text or "").split())
            merged.append(block)
    spread(rows, (block for block in merged if block[:2] != block[2:]))
    return rows


def _edges(places: Sequence[float]) -> list[float]:
    """The places at which cells begin, those that are nearly one as one."""
    edges: list[float] = []
    for place in sorted(places):
        if not edges or place - edges[-1] > _SAME_EDGE:
            edges.append(place)
    return edges


def _place(edges: Sequence[float], place: float) -> int:
    """Which column or row begins here."""
    return max(0, bisect_left(edges, place + _SAME_EDGE) - 1)


def _last(edges: Sequence[float], end: float) -> int:
    """The last column or row that begins before this end."""
    return max(0, bisect_left(edges, end - _SAME_EDGE) - 1)
