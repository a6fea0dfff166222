"""Pointing at the rows, columns and parts of a sheet, and the same form in the next file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from scheduler.rotas.model import ReadRota, UnreadableFile
from scheduler.rotas.pointed_sheets import NOTHING_POINTED, Holds, Part, PointedSheet, Pointing
from scheduler.rotas.reading.reader import read_again, read_rota
from tests.scheduler.rotas.sheets import as_csv, as_xlsx, days

TODAY = date(2026, 8, 1)
FIRST, NEXT = date(2026, 8, 3), date(2026, 9, 7)
Rows = Sequence[Sequence[Any]]


def first_reading(rows: Rows) -> ReadRota:
    return read_rota(as_xlsx({"Rota": rows}), "rota.xlsx", today=TODAY, keeping=True)


def again(rows: Rows, **said: Any) -> ReadRota:
    """The sheet read once more, as it was pointed at."""
    pointing = Pointing((PointedSheet("Rota", **said),))
    return read_again(first_reading(rows).source, TODAY, {}, pointing)


def following(rows: Rows, before: ReadRota, sheet: str = "Rota") -> ReadRota:
    """The next file, read as was said of the one before."""
    return read_rota(as_xlsx({sheet: rows}), "next.xlsx", today=TODAY, pointing=before.pointing)


def asked(rota: ReadRota) -> list[str]:
    return [question.text for question in rota.questions if question.about == "layout"]


def said_of(rota: ReadRota) -> set[tuple[str, date, str]]:
    return {(duty.person, duty.date, duty.code) for duty in rota.duties}


def people_by_day(first: date = FIRST, *more: Sequence[Any]) -> Rows:
    return (
        ["Firm", "Doctor", *days(7, first)],
        ["Blue", "Ann Bee", *["N"] * 7],
        ["Red", "Cy Dee", *["AL"] * 7],
        *more,
    )


def test_nothing_said_reads_as_before() -> None:
    rows = people_by_day()
    assert read_again(first_reading(rows).source, TODAY, {}, NOTHING_POINTED).duties == first_reading(rows).duties


def test_a_pointed_column_names_the_lines() -> None:
    rota = again(people_by_day(), date_rows=(0,), name_columns=(0,))
    assert rota.people == ("Blue", "Red")
    assert {duty.date for duty in rota.duties} == set(days(7, FIRST))


def test_a_pointed_column_to_the_right_of_the_dates_names_the_lines() -> None:
    rows: Rows = (
        ["Firm", *days(7, FIRST), "Doctor"],
        ["Blue", *["N"] * 7, "Ann Bee"],
        ["Red", *["AL"] * 7, "Cy Dee"],
    )
    rota = again(rows, name_columns=(8,))
    assert rota.people == ("Ann Bee", "Cy Dee")


def test_a_pointed_row_alone_holds_dates() -> None:
    rows: Rows = (
        ["Asked for", *days(9, date(2026, 7, 1))],
        [],
        ["Name", *days(7, FIRST)],
        ["Ann Bee", *["N"] * 7],
        ["Cy Dee", *["D"] * 7],
    )
    assert {duty.date for duty in again(rows, date_rows=(2,)).duties} == set(days(7, FIRST))


def test_a_pointed_row_above_columns_names_them() -> None:
    rows: Rows = (
        ["", "Blue", "Red"],
        ["Date", "Ann Bee", "Cy Dee"],
        *([day, "N", "D"] for day in days(7, FIRST)),
    )
    assert again(rows, date_columns=(0,), name_rows=(1,), ignored=(Part(0, 0, 0, None),)).people == (
        "Ann Bee",
        "Cy Dee",
    )


def test_columns_of_names_along_the_dates_are_posts() -> None:
    rows: Rows = (
        ["Date", "Ward", "First", "Second"],
        *([day, "north", "AB", "CD"] for day in days(4, FIRST)),
        *([day, "north", "CD", "AB"] for day in days(4, date(2026, 8, 7))),
    )
    rota = again(rows, date_columns=(0,), name_columns=(2, 3))
    assert set(rota.people) == {"AB", "CD"}
    assert {duty.code for duty in rota.duties} == {"First", "Second"}


@pytest.mark.parametrize(("cells", "people"), [(Holds.CODES, {"Ann Bee", "Cy Dee"}), (Holds.NAMES, {"AB", "CD"})])
def test_what_the_cells_hold_decides_who_is_a_person(cells: Holds, people: set[str]) -> None:
    rows: Rows = (["", *days(6, FIRST)], ["Ann Bee", *["AB", "CD"] * 3], ["Cy Dee", *["CD", "AB"] * 3])
    rota = again(rows, cells=cells)
    assert set(rota.people) == people
    assert not asked(rota)


def test_an_ignored_part_is_as_if_it_were_empty() -> None:
    rows = people_by_day(FIRST, ["", "Visitor", *["x"] * 7])
    assert again(rows, ignored=(Part(3, 0, 3, None),)).people == ("Ann Bee", "Cy Dee")
    kept = again(rows, ignored=(Part(3, 0, 3, None), Part(1, 2, 2, 4)))
    assert {duty.date for duty in kept.duties} == set(days(7, FIRST)[3:])


def test_columns_of_a_list_are_those_pointed_at() -> None:
    rows: Rows = (
        ["Name", "Signed by", "Date", "Asked on", "Shift"],
        *(["Ann Bee", "Cy Dee", day, date(2026, 7, 1), "N"] for day in days(6, FIRST)),
    )
    rota = again(rows, name_columns=(1,), date_columns=(2,))
    assert rota.people == ("Cy Dee",)
    assert {duty.date for duty in rota.duties} == set(days(6, FIRST))


def test_a_row_without_dates_cannot_be_read_as_one() -> None:
    with pytest.raises(UnreadableFile):
        again(people_by_day(), date_rows=(1,))


def test_the_next_file_of_the_same_form_is_read_the_same_way() -> None:
    visitor = ["", "Visitor", *["x"] * 7]
    before = again(people_by_day(FIRST, visitor), date_rows=(0,), name_columns=(1,), ignored=(Part(3, 0, 3, None),))
    after = following(people_by_day(NEXT, visitor), before)
    assert after.people == ("Ann Bee", "Cy Dee")
    assert {duty.date for duty in after.duties} == set(days(7, NEXT))
    assert not asked(after)
    assert following(people_by_day(NEXT, visitor), before, "September").people == after.people


@pytest.mark.parametrize(
    "rows",
    [
        people_by_day(NEXT, ["", "Eve Eff", *["N"] * 7]),
        (["Doctor", "Firm", *days(7, NEXT)], *people_by_day(NEXT, ["", "Visitor", *["x"] * 7])[1:]),
        (["Rota"], *people_by_day(NEXT, ["", "Visitor", *["x"] * 7])),
        ([], [], [], *people_by_day(NEXT, ["", "Visitor", *["x"] * 7])),
    ],
    ids=["somebody in the row that was ignored", "columns exchanged", "a title above", "moved down"],
)
def test_a_file_of_another_form_is_read_afresh_and_asked_about(rows: Rows) -> None:
    visitor = ["", "Visitor", *["x"] * 7]
    before = again(people_by_day(FIRST, visitor), date_rows=(0,), name_columns=(1,), ignored=(Part(3, 0, 3, None),))
    after = following(rows, before)
    assert said_of(after) == said_of(read_rota(as_xlsx({"Rota": rows}), "next.xlsx", today=TODAY))
    assert any("has changed since you showed us" in text for text in asked(after))
    assert not after.pointing.sheets


def test_a_row_of_figures_that_was_ignored_is_no_row_of_somebody() -> None:
    rows: Rows = (["Name", *days(7, FIRST)], ["Ann Bee", *["N"] * 7], ["", *[2] * 7])
    before = again(rows, ignored=(Part(2, 0, 2, None),))
    more = (["Name", *days(7, NEXT)], ["Ann Bee", *["N"] * 7], ["Cy Dee", *["D"] * 7])
    assert following(more, before).people == ("Ann Bee", "Cy Dee")


def test_other_sheets_of_the_very_form_are_read_the_same_way() -> None:
    visitor = ["", "Visitor", *["x"] * 7]
    book = {"August": people_by_day(FIRST, visitor), "September": people_by_day(NEXT, visitor)}
    source = read_rota(as_xlsx(book), "rota.xlsx", today=TODAY, keeping=True).source
    said = PointedSheet("August", date_rows=(0,), name_columns=(1,), ignored=(Part(3, 0, 3, None),))
    rota = read_again(source, TODAY, {}, Pointing((said,)))
    assert rota.people == ("Ann Bee", "Cy Dee")
    assert [each.sheet for each in rota.pointing.sheets] == ["August", "September"]
    freed = read_again(source, TODAY, {}, rota.pointing.with_sheet(PointedSheet("September")))
    assert "Visitor" in freed.people


def test_what_was_said_of_other_files_counts_where_the_form_fits() -> None:
    visitor = ["", "Visitor", *["x"] * 7]
    said = {"date_rows": (0,), "name_columns": (1,), "ignored": (Part(3, 0, 3, None),)}
    before = again(people_by_day(FIRST, visitor), **said)
    others = Pointing((), before.pointing.sheets)
    rota = read_rota(as_csv(people_by_day(NEXT, visitor)), "x.csv", today=TODAY, pointing=others)
    assert rota.people == ("Ann Bee", "Cy Dee")
    plain = as_csv([["Name", *days(5, NEXT)], ["Ann Bee", *["N"] * 5]])
    other = read_rota(plain, "y.csv", today=TODAY, pointing=others)
    assert other.people == ("Ann Bee",)
    assert not asked(other)
