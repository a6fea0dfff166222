"""Sheets whose heads are blocks, weeks or ranges of days."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest

from scheduler.rotas.model import BLOCKS, DutyKind, ReadRota, UnreadableFile
from scheduler.rotas.reading.reader import read_rota
from tests.scheduler.rotas.reading.made_spans import WAYS, Made, people_by_blocks, weeks_by_posts
from tests.scheduler.rotas.sheets import as_csv, as_xlsx

TODAY = date(2026, 11, 1)
HEADS = ["Resident", "1 July - 28 July 2026", "29 July - 25 Aug", "26 Aug - 22 Sep"]


def read(rows: Iterable[list[Any]], name: str = "plan.csv") -> ReadRota:
    return read_rota(as_csv(rows), name, today=TODAY)


def said(rota: ReadRota) -> set[tuple[str, date, str]]:
    return {(duty.person, duty.date, duty.code) for duty in rota.duties}


def doubts(rota: ReadRota) -> list[str]:
    return [f"{question.cell}: {question.text}" for question in rota.questions if question.about != "code"]


def stretches(rota: ReadRota, person: str, code: str) -> list[tuple[str, str]]:
    """The runs of days on which somebody has a code."""
    days = sorted(duty.date for duty in rota.duties if (duty.person, duty.code) == (person, code))
    runs: list[list[date]] = []
    for day in days:
        if not runs or day - runs[-1][-1] > timedelta(days=1):
            runs.append([])
        runs[-1].append(day)
    return [(f"{run[0]:%m-%d}", f"{run[-1]:%m-%d}") for run in runs]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("way", WAYS)
def test_people_by_blocks_in_every_language(way: str, seed: int) -> None:
    _read_whole(people_by_blocks(seed, way), "spans")


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("way", WAYS)
def test_posts_by_weeks_in_every_language(way: str, seed: int) -> None:
    _read_whole(weeks_by_posts(seed, way), "weeks")


def _read_whole(made: Made, layout: str) -> None:
    rota = read(made.rows)
    assert rota.layout == layout
    assert said(rota) == made.duties
    assert len(rota.duties) == len(made.duties)
    assert doubts(rota) == []


def test_turned_round_it_says_the_same() -> None:
    made = people_by_blocks(1, "en")
    rota = read([list(row) for row in zip(*made.rows, strict=True)])
    assert said(rota) == made.duties


class TestBlocks:
    def test_two_columns_or_entries_are_halves(self) -> None:
        rows = [
            ["", "Block 1", "", "Block 2", ""],
            ["End", "1 July - 29 July 2026", "", "30 July - 26 Aug", ""],
            ["Ann Bee", "Renal", "ICU", "Cardiology", ""],
            ["Cy Dee", "ICU", "", "", "Renal"],
            ["Eva Fox", "ICU", "ICU", "Renal", ""],
        ]
        rota = read_rota(as_xlsx(rows), "plan.xlsx", today=TODAY)
        assert stretches(rota, "Ann Bee", "Renal") == [("07-01", "07-14")]
        assert stretches(rota, "Ann Bee", "ICU") == [("07-15", "07-29")]
        assert stretches(rota, "Ann Bee", "Cardiology") == [("07-30", "08-26")]
        assert stretches(rota, "Cy Dee", "ICU") == [("07-01", "07-29")]
        assert stretches(rota, "Cy Dee", "Renal") == [("08-13", "08-26")]
        assert stretches(rota, "Eva Fox", "ICU") == [("07-01", "07-29")]
        assert doubts(rota) == []

    def test_dates_under_a_name_are_leave_and_the_rotation_may_stand_below(self) -> None:
        rows = [
            HEADS,
            ["", "First-year residents"],
            ["Ann Bee", "Renal", "Cardiology", "ICU"],
            ["", "", "Aug 3-7", "Sep 1, Sep 14 - 20"],
            ["", "Second-year residents"],
            ["Cy Dee", "July 27 - 31", "Renal", "ED"],
            ["", "ICU"],
            ["Eva Fox", "ED", "ICU", "Renal"],
        ]
        rota = read(rows)
        assert rota.people == ("Ann Bee", "Cy Dee", "Eva Fox")
        assert stretches(rota, "Ann Bee", "Leave") == [("08-03", "08-07"), ("09-01", "09-01"), ("09-14", "09-20")]
        assert stretches(rota, "Ann Bee", "Cardiology") == [("07-29", "08-02"), ("08-08", "08-25")]
        assert stretches(rota, "Cy Dee", "Leave") == [("07-27", "07-31")]
        assert stretches(rota, "Cy Dee", "ICU") == [("07-01", "07-26")]
        assert stretches(rota, "Cy Dee", "Renal") == [("08-01", "08-25")]
        assert all(duty.kind is DutyKind.LEAVE for duty in rota.duties if duty.code == "Leave")
        assert doubts(rota) == []

    def test_doubtful_leave_and_leave_elsewhere_are_asked_about(self) -> None:
        rota = read([HEADS, ["Ann Bee", "Renal", "ICU", "ED"], ["", "July 6-10??", "May 4-8", ""]])
        assert stretches(rota, "Ann Bee", "Leave") == [("07-06", "07-10")]
        asked = doubts(rota)
        assert [any(text in each for each in asked) for text in ("“July 6-10??”", "“May 4-8”")] == [True, True]

    def test_cohorts_years_of_training_and_counts_are_neither_people_nor_duties(self) -> None:
        rows = [
            ["", "Last updated: 1/10/2027", *range(1, 7), "PGY1", "PGY2"],
            ["", "", "12/29-1/4", "1/5-1/11", "1/12/-1/18", "1/19-1/25", "1/26-2/1", "2/2-2/8", "ICU", "VAC"],
            ["Cohort", "Trainee"],
            ["A", "Ann Bee", "ICU", "ICU", "VAC", "ED", "ED", "ED", 2, 1],
            ["", "Cy Dee ", "ED", "VAC", "ICU", "", "ED", "ICU", 1, 1],
            ["B", "Eva Fox", "ED", "ED", "ED", "ED", "ICU", "ICU", 0, 0],
            [],
            ["", "ICU", 1, 1, 1, 0, 1, 2],
            ["", "VAC", 0, 1, 1, 0, 0, 0],
            ["", "Float pool"],
        ]
        rota = read(rows)
        assert rota.people == ("Ann Bee", "Cy Dee", "Eva Fox")
        assert {duty.code for duty in rota.duties} == {"ICU", "VAC", "ED"}
        assert (rota.first_day, rota.last_day) == (date(2026, 12, 29), date(2027, 2, 8))
        assert doubts(rota) == []

    def test_months_dates_that_begin_blocks_and_ends_in_a_second_row(self) -> None:
        people = [["Ann Bee", "Renal", "ICU", "ED"], ["Cy Dee", "ICU", "ED", "ED"]]
        months = read([["Academic year 2026-27"], ["Name", "July", "August", "September"], *people])
        assert stretches(months, "Ann Bee", "ICU") == [("08-01", "08-31")]
        begun = read([["Name", "2026-07-01", "2026-07-29", "2026-08-26"], *people])
        assert stretches(begun, "Ann Bee", "ED") == [("08-26", "09-22")]
        both = read([["Start", "7/1", "7/29", "8/26"], ["End", "7/28", "8/25", "9/22/2026"], *people])
        assert stretches(both, "Ann Bee", "ICU") == [("07-29", "08-25")]

    def test_weeks_by_their_first_day_or_number(self) -> None:
        people = [["Ann Bee", "Renal", "ICU", "ED"], ["Cy Dee", "ICU", "ED", "ED"]]
        begun = read([["Week commencing", "3 Aug 2026", "10 Aug", "17 Aug"], *people])
        assert stretches(begun, "Ann Bee", "ICU") == [("08-10", "08-16")]
        words = read([["Name", "w/c 3 August 2026", "w/c 10 August", "w/c 17 August"], *people])
        assert said(words) == said(begun)
        numbers = read([["Name", "KW 32/2026", "KW 33", "KW 34"], *people])
        assert said(numbers) == said(begun)

    def test_a_head_that_does_not_fit_is_asked_about_and_left_out(self) -> None:
        heads = ["Name", "3/8-9/8/26", "10/8-16/8", "17/8-3/8", "24/8-30/8", "31/8-6/9"]
        rota = read([heads, ["Ann Bee", "A1", "B1", "C1", "D1", "E1"], ["Cy Dee", "B1", "C1", "D1", "E1", "A1"]])
        assert stretches(rota, "Ann Bee", "D1") == [("08-24", "08-30")]
        assert stretches(rota, "Ann Bee", "C1") == []
        assert any("“17/8-3/8”" in each for each in doubts(rota))

    def test_a_column_without_a_head_is_asked_about(self) -> None:
        rota = read(
            [
                ["Name", "3/8-9/8/26", "", "17/8-23/8", "24/8-30/8", "31/8-6/9"],
                ["Ann Bee", *"ABCDE"],
                ["Cy Dee", *"BCDEA"],
            ]
        )
        assert any("C2" in each for each in doubts(rota))
        assert stretches(rota, "Ann Bee", "B") == []

    def test_two_lines_of_one_name_are_asked_about(self) -> None:
        rota = read(
            [HEADS, ["Ann Bee", "Renal", "ICU", "ED"], ["Ann Bee", "ED", "ED", "Renal"], ["Cy Dee", "ED", "ICU", ""]]
        )
        assert any("Ann Bee" in each and "two lines" in each for each in doubts(rota))


class TestPosts:
    ROWS: tuple[list[str], ...] = (
        ["Week", "Ward 1", "Ward 2", "Call", "Vacation", "Notes"],
        ["6/29-7/3/26", "AB", "CD", "EF", "GH", "boards in July"],
        ["7/6-7/10", "CD", "EF", "AB&GH", "-", ""],
        ["7/13-7/17", "EF", " - ", "CD", "AB", ""],
        ["7/20-7/24", "GH", "AB", "tbc", "", ""],
    )

    def test_names_in_the_cells(self) -> None:
        rota = read([*self.ROWS])
        assert (rota.layout, rota.people) == ("weeks", ("AB", "CD", "EF", "GH"))
        assert stretches(rota, "AB", "Call") == stretches(rota, "GH", "Call") == [("07-06", "07-10")]
        assert stretches(rota, "CD", "Ward 1") == [("07-06", "07-10")]
        assert {duty.kind for duty in rota.duties if duty.code == "Vacation"} == {DutyKind.LEAVE}
        assert len(rota.duties) == 5 * (4 + 4 + 3 + 2)
        assert [each for each in doubts(rota) if "boards" not in each] == []

    def test_posts_in_rows(self) -> None:
        rota = read([list(row) for row in zip(*self.ROWS, strict=True)])
        assert said(rota) == said(read([*self.ROWS]))

    def test_one_post(self) -> None:
        rota = read([[row[0], row[3]] for row in self.ROWS])
        assert {duty.code for duty in rota.duties} == {"Call"}

    def test_lines_that_could_be_either_are_asked_about(self) -> None:
        rows = [["", "1 July - 28 July 2026", "29 July - 25 Aug"], ["Alpha", "Anna", "Ben"], ["Beta", "Ben", "Anna"]]
        assert any(question.about == "layout" for question in read(rows).questions)


class TestNumbersOnly:
    ROWS: tuple[list[object], ...] = (
        ["ID", "Name", "Year", "LeaveA_Block", "LeaveA_Half", *(f"Block_{number}" for number in range(1, 6))],
        ["1", "Ann Bee", "Y1", 2, "first", "ICU", "Renal", "ED", "ICU", "ED"],
        ["2", "Cy Dee", "Y2", 4, "", "ED", "ICU", "ED", "Renal", "ICU"],
        ["3", "Eva Fox", "Y2", 5, "second", "ED", "ICU", "ED", "Renal", "ICU"],
    )

    def test_the_dates_are_asked_once(self) -> None:
        rota = read([*self.ROWS])
        assert (rota.people, rota.duties) == (("Ann Bee", "Cy Dee", "Eva Fox"), ())
        assert [question.subject for question in rota.questions if question.about == "date"] == [BLOCKS]

    def test_rotations_and_leave_wait_for_them(self) -> None:
        pattern = read([*self.ROWS]).pattern
        assert pattern is not None
        waiting = {(duty.person, duty.cell, duty.code) for duty in pattern.duties}
        assert ("Ann Bee", "F2", "ICU") in waiting
        assert ("Ann Bee", "D2", "Leave") in waiting
        assert {duty.code for duty in pattern.duties if duty.cell == "I3"} == set()


def test_a_list_of_stretches_is_no_grid() -> None:
    rows = [
        ["Name", "Dates", "Rotation"],
        ["Ann Bee", "1 July - 28 July 2026", "ICU"],
        ["Cy Dee", "1 July - 28 July 2026", "ED"],
        ["Ann Bee", "29 July - 25 Aug 2026", "ED"],
    ]
    with suppress(UnreadableFile):
        assert read(rows).layout not in ("spans", "weeks")
