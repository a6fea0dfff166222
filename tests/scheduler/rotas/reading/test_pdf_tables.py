"""Rotas printed into a PDF."""

from __future__ import annotations

from datetime import date

import pytest

from scheduler.rotas.model import UnreadableFile
from scheduler.rotas.reading.isolated_reader import read_rota_isolated
from scheduler.rotas.reading.pdf_tables import MAX_PAGES
from scheduler.rotas.reading.reader import read_rota
from scheduler.rotas.reading.workbook import open_sheets
from tests.scheduler.rotas.pdf import as_pdf, boxes, words

TODAY = date(2026, 8, 1)
NAMES = ("Ann Bee", "Cy Dee", "Eve Fox", "Gus Hay")
HEADING = ["Name", "05/08/2026", "06/08/2026", "07/08/2026"]
GRID = [HEADING, ["Ann Bee", "Night", "", "Off"], ["Cy Dee", "", "Day", "Night"]]
READ = [
    ("Ann Bee", "2026-08-05", "Night"),
    ("Ann Bee", "2026-08-07", "Off"),
    ("Cy Dee", "2026-08-06", "Day"),
    ("Cy Dee", "2026-08-07", "Night"),
]


def duties(content: bytes) -> list[tuple[str, str, str]]:
    rota = read_rota(content, "rota.pdf", today=TODAY)
    return [(duty.person, f"{duty.date}", duty.code) for duty in rota.duties]


def test_a_table_with_lines() -> None:
    assert duties(as_pdf([[*words(GRID), *boxes(3, 4)]])) == READ


def test_a_table_without_lines_by_where_its_words_stand() -> None:
    assert duties(as_pdf([words(GRID)])) == READ


def test_what_is_merged_holds_on_each_of_its_days() -> None:
    grid = [HEADING, ["Ann Bee", "Night", "", ""], ["Cy Dee", "Day", "Off", "Off"]]
    content = as_pdf([[*words(grid), *boxes(3, 4, merged=[(1, 1, 3)])]])
    assert duties(content)[:3] == [("Ann Bee", f"2026-08-0{day}", "Night") for day in (5, 6, 7)]


def test_a_table_that_goes_on_over_pages_with_its_heading() -> None:
    first = [*words(GRID), *boxes(3, 4)]
    second = [*words([HEADING, ["Eva Fox", "Off", "Off", "Off"]]), *boxes(2, 4)]
    content = as_pdf([first, second])
    assert len(open_sheets(content, "rota.pdf")) == 1
    assert duties(content) == [*READ, *(("Eva Fox", f"2026-08-0{day}", "Off") for day in (5, 6, 7))]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            as_pdf([["BT /F 9 Tf 40 700 Td (Please find the rota on the door.) Tj ET"]]),
            "couldn’t find a table",
        ),
        (as_pdf([["40 40 200 200 re f"]]), "only pictures of pages"),
        (as_pdf([[]] * (MAX_PAGES + 1)), "more than 40 pages"),
        (b"%PDF-1.7\nnothing", "The PDF is damaged"),
    ],
)
def test_a_pdf_without_a_table_is_refused_with_what_to_do(content: bytes, said: str) -> None:
    with pytest.raises(UnreadableFile, match=said) as caught:
        read_rota(content, "rota.pdf")
    assert caught.value.what_to_do


def test_a_pdf_is_read_in_the_sandbox() -> None:
    rota = read_rota_isolated(as_pdf([[*words(GRID), *boxes(3, 4)]]), "rota.pdf", today=TODAY)
    assert len(rota.duties) == len(READ)


LIST = [[f"{day:02} Aug 2026", ("Early", "Late", "Night")[day % 3], NAMES[day % 4]] for day in range(1, 29)]


def test_a_list_over_pages_whose_columns_stand_close_to_each_other() -> None:
    heading = ["Date", "Shift", "Doctor"]
    content = as_pdf([words([["Medical rota"], heading, *LIST[:15]]), words([heading, *LIST[15:]])])
    assert len(duties(content)) == len(LIST)


def test_words_that_stand_under_each_other_by_halves_are_no_table() -> None:
    lines = [
        f"BT /F 9 Tf {40 + 23 * (row % 4)} {700 - 20 * row} Td (Ann        Night        Off) Tj ET" for row in range(9)
    ]
    with pytest.raises(UnreadableFile, match="couldn’t find a table"):
        read_rota(as_pdf([lines]), "rota.pdf")
