"""Pictures of sheets: what cells were taken for, within bounds."""

from __future__ import annotations

from datetime import date

from scheduler.rotas.pointed_sheets import Part, PointedSheet, Pointing
from scheduler.rotas.reading.pictures import LONGEST_TEXT, MOST_COLUMNS, MOST_ROWS
from scheduler.rotas.reading.reader import read_again, read_rota
from tests.scheduler.rotas.sheets import as_xlsx, days

TODAY = date(2026, 8, 1)
ROWS = (
    ["Rota of the northern ward"],
    ["Name", *days(5)],
    ["Ann Bee", "N", "N", "", "D", "D", "07700 900123"],
    ["Cy Dee", *["D"] * 5],
    ["Total", *[2] * 5],
)


def test_each_cell_has_a_use() -> None:
    (picture,) = read_rota(as_xlsx({"Ward": ROWS}), "ward.xlsx", today=TODAY).pictures
    assert picture.taken == ("h      ", "hddddd ", "pcc ccr", "pccccc ", "nnnnnn ")
    assert picture.texts[0][0] == "Rota of the…"
    assert picture.texts[1][1] == "2026-08-05"
    assert picture.texts[2][6] == ""
    assert picture.is_whole


def test_what_is_ignored_is_shown_as_that() -> None:
    source = read_rota(as_xlsx({"Ward": ROWS}), "ward.xlsx", today=TODAY, keeping=True).source
    said = Pointing((PointedSheet("Ward", ignored=(Part(3, 0, 3, None),)),))
    (picture,) = read_again(source, TODAY, {}, said).pictures
    assert picture.taken[3] == "xxxxxx "
    assert picture.texts[3][0] == "Cy Dee"


def test_a_large_sheet_is_shown_in_part() -> None:
    rows = [["Name", *days(100)], *([f"Person With A Long Name {number}", *["N"] * 100] for number in range(80))]
    (picture,) = read_rota(as_xlsx({"Ward": rows}), "ward.xlsx", today=TODAY).pictures
    assert (picture.height, picture.width) == (81, 101)
    assert len(picture.texts) == len(picture.taken) == MOST_ROWS
    assert {len(texts) for texts in picture.texts} == {MOST_COLUMNS}
    assert max(len(text) for texts in picture.texts for text in texts) == LONGEST_TEXT
    assert not picture.is_whole
