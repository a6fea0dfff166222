"""Files that are made to harm: refused before they eat the memory, and read where they can do no harm."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date

import pytest

from scheduler.rotas.model import DutyKind, LegendEntry, UnreadableFile
from scheduler.rotas.reading import read_rota
from scheduler.rotas.reading.apart import read_rota_apart
from scheduler.rotas.reading.by_week import Rolling
from scheduler.rotas.reading.extent import TooLarge, guard
from tests.scheduler.rotas.sheets import LEGEND, as_csv, as_xlsx, days, full_shift_grid

ROWS: list[list[object]] = [["Name", *days(3)], ["Ann", "D", "D", "D"]]

Parts = dict[str, bytes]


def rewritten(content: bytes, change: Callable[[Parts], Parts]) -> bytes:
    """A workbook with its parts changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in change(parts).items():
            archive.writestr(name, part)
    return packed.getvalue()


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
    with pytest.raises(UnreadableFile, match="larger than any rota"):
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
        with pytest.raises(UnreadableFile, match="larger than any rota"):
            read_rota(as_ods(lines), "rota.ods")
    empty = ods_row('table:number-rows-repeated="1048000"', '<table:table-cell table:number-columns-repeated="16384"/>')
    with zipfile.ZipFile(io.BytesIO(as_ods(ods_row("", FILLED) + empty))) as archive:
        guard(archive)


def test_a_file_is_read_apart_as_it_is_read_here() -> None:
    grid, legend = as_csv(full_shift_grid(4, 28)), (as_csv(LEGEND), "shifts.csv")
    told = {"year": 2026, "today": date(2026, 8, 1), "zone": "Europe/London"}
    known = {"ZZ": LegendEntry("ZZ", DutyKind.LEAVE, None, None, "")}
    assert read_rota_apart(grid, "a.csv", legend=legend, known=known, **told) == read_rota(  # type: ignore[arg-type]
        grid,
        "a.csv",
        legend=legend,
        known=known,
        **told,  # type: ignore[arg-type]
    )
    lines = as_csv([["line", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], *[[n, *"DDDNN", "", ""] for n in "12"]])
    rolling = Rolling(date(2026, 8, 3), 8)
    assert read_rota_apart(lines, "a.csv", rolling=rolling) == read_rota(lines, "a.csv", rolling=rolling)
    assert read_rota_apart(as_xlsx(ROWS), "ä\n.xlsx", sheet="Rota").people == ("Ann",)


def test_what_cannot_be_read_apart_says_the_same() -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_rota_apart(b"%PDF-1.7", "rota.pdf")
    assert (caught.value.message, caught.value.where) == ("This is a PDF, not a spreadsheet.", "rota.pdf")
    assert caught.value.what_to_do


def test_a_file_that_takes_all_memory_is_refused_and_harms_nobody() -> None:
    # One long text that each of many cells repeats: small as a file, more than any machine has when unpacked.
    text, cells = b"x" * 30_000_000, b'<c t="s"><v>0</v></c>' * 200_000
    names = (
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>' + text + b"</t></si></sst>"
    )

    def filled(parts: Parts) -> Parts:
        kind = b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"'
        rels = parts["xl/_rels/workbook.xml.rels"]
        sheet = parts["xl/worksheets/sheet1.xml"].replace(b"</row></sheetData>", cells + b"</row></sheetData>")
        return parts | {
            "xl/sharedStrings.xml": names,
            "xl/worksheets/sheet1.xml": sheet,
            "xl/_rels/workbook.xml.rels": rels.replace(
                b"</Relationships>",
                b"<Relationship " + kind + b' Target="sharedStrings.xml" Id="rId9" /></Relationships>',
            ),
        }

    book = rewritten(as_xlsx(ROWS), filled)
    assert len(book) < 100_000
    with pytest.raises(UnreadableFile, match="could not be read to its end"):
        read_rota_apart(book, "rota.xlsx")


def test_a_file_that_takes_too_long_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="could not be read to its end"):
        read_rota_apart(as_csv(full_shift_grid(4, 28)), "a.csv", max_seconds=0.01)
