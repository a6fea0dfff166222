"""The cover list as files, opened again: no formulas, a sheet for each rota manager."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta

from openpyxl import load_workbook

from scheduler.cover.files import cover_csv, cover_workbook
from tests.scheduler.cover.test_model import LINE

EVIL = replace(LINE, name="=HYPERLINK(1)", duty="+N")
NIGHT = replace(LINE, ends_at=LINE.ends_at + timedelta(days=1), manager="Ward: a/b [1]", manager_id=1)
LONG = replace(LINE, manager="W" * 40, manager_id=2)
LONG_TOO = replace(LINE, manager="w" * 41, manager_id=3)


def test_the_table_is_utf8_with_a_mark_and_holds_no_formula() -> None:
    content = cover_csv([EVIL, NIGHT])
    assert content.startswith(b"\xef\xbb\xbf")
    first, second = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    assert (first["Name"], first["Duty"]) == ("'=HYPERLINK(1)", "'+N")
    assert (first["From"], first["Until"], second["Until"]) == ("12:00", "13:00", "2027-01-13 13:00")


def test_the_workbook_has_a_sheet_for_each_rota_manager() -> None:
    book = load_workbook(io.BytesIO(cover_workbook([EVIL, NIGHT, LONG, LONG_TOO])))
    assert book.sheetnames == ["Ward  a b  1", "W" * 31, "w" * 27 + " (2)", "No rota manager"]
    rows = list(book["No rota manager"].values)
    assert rows[0][:4] == ("Date", "From", "Until", "Name")
    assert rows[1][3] == "'=HYPERLINK(1)"
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_a_list_without_anybody_is_a_workbook_all_the_same() -> None:
    [sheet] = load_workbook(io.BytesIO(cover_workbook([])))
    assert sheet.max_row == 1
