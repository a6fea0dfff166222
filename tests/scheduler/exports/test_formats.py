"""Tables as files: what a spreadsheet would take for a formula is text, and comes back as it was."""

from __future__ import annotations

import io
import json

import pytest
from openpyxl import load_workbook

from scheduler.enrolment.spreadsheets.columns import ListKind
from scheduler.enrolment.spreadsheets.table import Asked, find_table
from scheduler.exports.formats import FORMATS
from scheduler.exports.tables_out import Table

NAMES = (
    '=HYPERLINK("http://x")',
    "+44 Ada",
    "-Bo",
    "@Cy",
    "'-Di",
    "''=Eve",
    "O'Neil",
    "Zoë, the “first”\nof two",
    "007",
)
TABLE = Table("people", ("name", "email"), tuple((name, f"p{n}@example.org") for n, name in enumerate(NAMES)))


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_cells_come_back_as_they_were(ending: str) -> None:
    content = FORMATS[ending].write(TABLE)
    back = find_table(Asked(ListKind.PEOPLE, f"people.{ending}", ()), (content,))
    assert [row.cells[0] for row in back.rows] == [" ".join(name.split()) for name in NAMES]


def test_no_cell_of_a_workbook_is_a_formula() -> None:
    sheet = load_workbook(io.BytesIO(FORMATS["xlsx"].write(TABLE))).active
    assert sheet is not None
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
    starts = {str(cell.value)[0] for row in sheet.iter_rows(min_row=2) for cell in row}
    assert kinds == {"s"}
    assert not starts & set("=+-@")


def test_columns_of_a_workbook_are_as_wide_as_what_they_hold_and_not_wider_than_a_screen() -> None:
    table = Table("people", ("n", "address", "note"), (("1", "ada.quill@example.org", "x" * 500),))
    sheet = load_workbook(io.BytesIO(FORMATS["xlsx"].write(table))).active
    assert sheet is not None
    assert [sheet.column_dimensions[letter].width for letter in "ABC"] == [3, 23, 60]


def test_json_is_plain() -> None:
    assert [row["name"] for row in json.loads(FORMATS["json"].write(TABLE))] == list(NAMES)
