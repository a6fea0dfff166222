"""Sheets that are kept while a rota waits: every kind of cell comes back, whom to call does not."""

from __future__ import annotations

from datetime import date, time, timedelta

from scheduler.rotas.reading.context import Rolling
from scheduler.rotas.reading.kept_sheets import Wanted, packed, unpacked
from scheduler.rotas.reading.workbook import Sheet
from tests.scheduler.rotas.sheets import wall


def test_every_kind_of_cell_comes_back() -> None:
    cells = ("", "N", 3, 2.5, True, date(2027, 1, 4), wall("2027-01-04 09:00"), time(9, 30), timedelta(hours=12.5))
    sheets = (Sheet("Ward", (cells, (), ("x",))), Sheet("list", (("1",),), in_workbook=False))
    wanted = Wanted("ward.xlsx", "Ward", None, 2027, Rolling(date(2027, 1, 4), 12))
    assert unpacked(packed(sheets, wanted, ())) == (sheets, wanted)


def test_whom_to_call_is_not_kept_and_dates_are() -> None:
    row = ("Ann 020 7946 0958", "ann@example.org", "01.08.24-05.08.24")
    (sheet,), _ = unpacked(packed((Sheet("Ward", (row,)),), Wanted("ward.xlsx"), {"Ward!C1"}))
    assert [str(cell).strip() for cell in sheet.rows[0]] == ["Ann", "", "01.08.24-05.08.24"]
