"""Text as rows, however its cells are parted."""

from __future__ import annotations

import pytest

from scheduler.rotas.model import UnreadableFile
from scheduler.rotas.reading.delimited import rows_of_text
from scheduler.rotas.reading.reader import read_rota
from scheduler.rotas.reading.workbook import open_sheets

TABLE = [["Name", "05/08/2026", "06/08/2026"], ["Ann Bee", "N", "D"], ["Cy Dee", "Off", "N"]]


def rows(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in row] for row in rows_of_text(text) if any(row)]


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_cells_parted_by_one_sign(sign: str) -> None:
    assert rows("\n".join(sign.join(row) for row in TABLE)) == TABLE


@pytest.mark.parametrize("sign", [";", "\t", "|"])
def test_names_written_surname_first_and_decimal_commas_part_nothing(sign: str) -> None:
    table = [["Name", "Mon", "Tue", "Wed"], ["Bee, Ann", "7,5", "8,5", "7,5"], ["Dee, Cy", "8,5", "7,5", "0,0"]]
    assert rows("\n".join(sign.join(row) for row in table)) == table


def test_signs_between_quotation_marks_part_nothing() -> None:
    text = 'Name,05/08/2026,06/08/2026\n"Bee; Ann","N;21:00;9","D;9;8"\n"Dee; Cy","N;21:00;9","D;9;8"\n'
    assert rows(text)[1] == ["Bee; Ann", "N;21:00;9", "D;9;8"]
    assert rows('Name, Code\n"Bee, Ann", N\n"Dee, Cy", D\n')[1:] == [["Bee, Ann", "N"], ["Dee, Cy", "D"]]


def test_a_sign_inside_some_cells_is_not_what_parts_them() -> None:
    text = "Name,Mon,Tue\nAnn,D;N,D\nBob,D,N;D\nCy,D,D\n"
    assert rows(text)[1] == ["Ann", "D;N", "D"]
    assert rows("Name, Mon, Tue\nAnn, D;N, D\nBob, D, N\nCy, D, D\n")[1] == ["Ann", "D;N", "D"]


def test_the_sign_that_a_spreadsheet_names() -> None:
    assert rows("sep=;\nName;a,b\nAnn;1,2\n") == [["Name", "a,b"], ["Ann", "1,2"]]


def test_a_quotation_mark_that_is_never_closed_takes_no_rows_away() -> None:
    lines = ["Name,Mon", 'Ann,"D', *(f"Person {number},N" for number in range(60))]
    assert len(rows("\n".join(lines))) == 62


def test_columns_of_blanks() -> None:
    text = "Name       05/08/2026   06/08/2026\nAnn Bee    N            D\nCy Dee     Off          N\n"
    assert rows(text) == TABLE
    assert rows("Rota of the ward\n\n" + text)[1:] == TABLE


def test_columns_of_blanks_with_empty_cells_are_kept_apart_by_their_place() -> None:
    text = "Name       Mon   Tue   Wed\nAnn Bee          N     D\nCy Dee     Off         N\n"
    assert rows(text)[1:] == [["Ann Bee", "", "N", "D"], ["Cy Dee", "Off", "", "N"]]


def test_columns_of_blanks_that_do_not_fit_are_no_table() -> None:
    text = "Name   Mon   Tue   Wed\nAnn Bee-Carpenter   N   D\nCy  Off  N\n"
    assert all(len(row) == 1 for row in rows_of_text(text))


@pytest.mark.parametrize("dash", ["|---|---|---|", "+------+-----+----+"])
def test_tables_drawn_with_bars(dash: str) -> None:
    lines = [f"| {' | '.join(row)} |" for row in TABLE]
    assert rows("\n".join([lines[0], dash, *lines[1:]])) == TABLE


def test_a_table_pasted_out_of_an_answered_mail() -> None:
    lines = ["Hi all, the rota, as promised:", "", *("\t".join(row) for row in TABLE), "", "Thanks, Cy"]
    pasted = "\n".join(f"> {line}" for line in lines).encode()
    (sheet,) = open_sheets(pasted, "pasted text")
    assert [row for row in sheet.rows if len(row) == 3] == [tuple(row) for row in TABLE]
    rota = read_rota(pasted, "pasted text")
    assert [(duty.person, duty.code, duty.cell) for duty in rota.duties][:2] == [
        ("Ann Bee", "N", "B4"),
        ("Ann Bee", "D", "C4"),
    ]


def test_nothing_pasted_is_said() -> None:
    with pytest.raises(UnreadableFile, match="empty"):
        open_sheets(b"  \n ", "pasted text")


def test_a_sign_inside_cells_does_not_part_them_where_the_headings_know_it_not() -> None:
    rows = ["site,name,seats,open", "Quay,Room 2,10,mon; tue; wed", "Quay,Room 3,12,mon; tue; wed"]
    assert rows_of_text("\n".join(rows))[1] == ["Quay", "Room 2", "10", "mon; tue; wed"]
