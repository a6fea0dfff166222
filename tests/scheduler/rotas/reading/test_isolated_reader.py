"""Uploads are read in the sandbox, where no file can do harm."""

from __future__ import annotations

from datetime import date

import pytest

from scheduler.rotas.model import DutyKind, LegendEntry, UnreadableFile
from scheduler.rotas.reading.context import Rolling
from scheduler.rotas.reading.isolated_reader import read_rota_isolated
from scheduler.rotas.reading.reader import read_rota
from tests.scheduler.rotas.sheets import LEGEND, Parts, as_csv, as_xlsx, days, full_shift_grid, rewritten

pytestmark = pytest.mark.usefixtures("new_sandboxes")

ROWS: list[list[object]] = [["Name", *days(3)], ["Ann", "D", "D", "D"]]


def test_a_file_is_read_in_the_sandbox_as_it_is_read_here() -> None:
    grid, legend = as_csv(full_shift_grid(4, 28)), (as_csv(LEGEND), "shifts.csv")
    told = {"year": 2026, "today": date(2026, 8, 1), "zone": "Europe/London"}
    known = {"ZZ": LegendEntry("ZZ", DutyKind.LEAVE, None, None, "")}
    assert read_rota_isolated(grid, "a.csv", legend=legend, known=known, **told) == read_rota(  # type: ignore[arg-type]
        grid,
        "a.csv",
        legend=legend,
        known=known,
        keeping=True,
        **told,  # type: ignore[arg-type]
    )
    lines = as_csv([["line", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], *[[n, *"DDDNN", "", ""] for n in "12"]])
    rolling = Rolling(date(2026, 8, 3), 8)
    here = read_rota(lines, "a.csv", rolling=rolling, keeping=True)
    assert read_rota_isolated(lines, "a.csv", rolling=rolling) == here
    assert read_rota_isolated(as_xlsx(ROWS), "ä\n.xlsx", sheet="Rota").people == ("Ann",)


def test_what_cannot_be_read_in_the_sandbox_says_the_same() -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_rota_isolated(b"%PDF-1.7", "rota.pdf")
    assert (caught.value.message, caught.value.where) == ("The PDF is damaged.", "rota.pdf")
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
    with pytest.raises(UnreadableFile, match="could not be read in full"):
        read_rota_isolated(book, "rota.xlsx")


def test_a_file_that_takes_too_long_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="could not be read in full"):
        read_rota_isolated(as_csv(full_shift_grid(4, 28)), "a.csv", max_seconds=0.01)
