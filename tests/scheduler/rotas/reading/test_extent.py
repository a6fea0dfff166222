"""Files that are made to harm are refused before they eat the memory."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest

from scheduler.rotas.model import UnreadableFile
from scheduler.rotas.reading.extent import TooLarge, guard
from scheduler.rotas.reading.reader import read_rota
from tests.scheduler.rotas.sheets import Parts, as_xlsx, days, rewritten

ROWS: list[list[object]] = [["Name", *days(3)], ["Ann", "D", "D", "D"]]


def in_sheet(old: bytes, new: bytes) -> Callable[[Parts], Parts]:
    """Write the only sheet otherwise."""

    def change(parts: Parts) -> Parts:
        assert old in parts["xl/worksheets/sheet1.xml"]
        return parts | {"xl/worksheets/sheet1.xml": parts["xl/worksheets/sheet1.xml"].replace(old, new)}

    return change


def moved(parts: Parts) -> Parts:
    """Keep the sheet under another path."""
    kept = {name: part for name, part in parts.items() if name != "xl/worksheets/sheet1.xml"}
    return kept | {
        "xl/other/a.png": parts["xl/worksheets/sheet1.xml"].replace(b'r="B2"', b'r="XFD1048576"'),
        "xl/_rels/workbook.xml.rels": parts["xl/_rels/workbook.xml.rels"].replace(
            b"worksheets/sheet1.xml", b"other/a.png"
        ),
    }


FAR = {
    "single quotes": in_sheet(b'r="B2"', b"r='XFD1048576'"),
    "spaces": in_sheet(b'r="B2"', b'r = "XFD1048576"'),
    "small letters": in_sheet(b'r="B2"', b'r="xfd1048576"'),
    "a greater-than sign in another attribute": in_sheet(b'r="B2"', b'foo=">" r="XFD1048576"'),
    "rows that number themselves": in_sheet(b'<row r="2"><c r="A2"', b'<row r="1048576"><c'),
    "cells that follow a far one": in_sheet(b'<c r="B2"', b'<c r="XFC1048576"/><c'),
    "another path": moved,
}


@pytest.mark.parametrize("way", FAR)
def test_a_stray_cell_is_refused_however_it_is_written(way: str) -> None:
    book = rewritten(as_xlsx(ROWS), FAR[way])
    with zipfile.ZipFile(io.BytesIO(book)) as archive, pytest.raises(TooLarge):
        guard(archive)
    with pytest.raises(UnreadableFile, match="far too large for a rota"):
        read_rota(book, "rota.xlsx")


@pytest.mark.parametrize("declared", [b"<!DOCTYPE a>", b'<!DOCTYPE a [<!ENTITY b "XFD1048576">]>'])
def test_a_sheet_that_declares_entities_or_is_no_xml_is_refused(declared: bytes) -> None:
    for change in (in_sheet(b"<worksheet", declared + b"<worksheet"), in_sheet(b"</row>", b"</ro")):
        with pytest.raises(UnreadableFile, match="damaged"):
            read_rota(rewritten(as_xlsx(ROWS), change), "rota.xlsx")


def test_colour_out_to_the_last_corner_is_no_stray_cell() -> None:
    coloured = in_sheet(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>')
    assert len(read_rota(rewritten(as_xlsx(ROWS), coloured), "rota.xlsx").duties) == 3


ODS = "urn:oasis:names:tc:opendocument:xmlns"


def as_ods(lines: str) -> bytes:
    names = " ".join(f'xmlns:{key}="{ODS}:{key}:1.0"' for key in ("office", "table", "text"))
    body = f'<office:body><office:spreadsheet><table:table table:name="Rota">{lines}</table:table></office:spreadsheet>'
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{ODS}:manifest:1.0"/>')
        archive.writestr(
            "content.xml", f"<office:document-content {names}>{body}</office:body></office:document-content>"
        )
    return packed.getvalue()


def ods_row(repeated: str, cells: str) -> str:
    return f"<table:table-row {repeated}>{cells}</table:table-row>"


FILLED = '<table:table-cell office:value-type="string"><text:p>D</text:p></table:table-cell>'


def test_repeated_cells_of_opendocument_are_counted_as_far_as_they_are_filled() -> None:
    wide = FILLED.replace(" ", ' table:number-columns-repeated="9000" ', 1)
    many = ods_row("table:number-rows-repeated='1000'", wide)
    late = ods_row('table:number-rows-repeated="1000000"', "<table:table-cell/>") + ods_row("", FILLED * 5)
    for lines in (many, late):
        with pytest.raises(UnreadableFile, match="far too large for a rota"):
            read_rota(as_ods(lines), "rota.ods")
    empty = ods_row('table:number-rows-repeated="1048000"', '<table:table-cell table:number-columns-repeated="16384"/>')
    with zipfile.ZipFile(io.BytesIO(as_ods(ods_row("", FILLED) + empty))) as archive:
        guard(archive)
