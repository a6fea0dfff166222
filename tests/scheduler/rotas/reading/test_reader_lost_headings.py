"""What a sheet has lost, such as a date or a name, is asked about and takes nothing else along."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from scheduler.rotas.model import DutyKind, ReadRota
from scheduler.rotas.reading.reader import read_rota
from tests.scheduler.rotas.sheets import as_csv, as_xlsx

TODAY = date(2026, 11, 1)
DAYS = ["2027-03-01", "2027-03-02", "2027-03-03", "2027-03-04"]
GRID = [
    ["Name", *DAYS],
    ["Ada Quill", "Jeopardy", "Wards-N", "Wards-N", "ICU"],
    ["Benno Tarrow", "ICU", "Jeopardy", "Jeopardy", "Wards-N"],
    ["Chiara Voss", "Wards-N", "ICU", "ICU", "Jeopardy"],
]
BLOCKS = ["1 July - 28 July 2026", "29 July - 25 Aug", "26 Aug - 22 Sep", "23 Sep - 20 Oct"]
PLAN = [
    ["Resident", *BLOCKS],
    ["Ada Quill", "ICU", "Renal", "ED", "ICU"],
    ["", "Jul 6-10", "", "", ""],
    ["Benno Tarrow", "Renal", "ED", "ICU", "ED"],
    ["", "", "Aug 3-7", "", ""],
]
TURNS = ["On", "Off", "Turn", "Hrs"]
LINES = [
    ["Start:", "03/08/2026", "", "Weeks:", 2],
    ["", *(each for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun") for each in (day, "", "", ""))],
    ["Line", *TURNS * 7],
    [1, *["07:00", "15:00", "T 1", "08:00"] * 7],
    [2, *["14:00", "22:00", "T 2", "08:00"] * 7],
]


def read(rows: Sequence[Sequence[object]]) -> ReadRota:
    return read_rota(as_csv(rows), "plan.csv", today=TODAY)


def without(rows: Sequence[Sequence[object]], row: int, column: int) -> list[list[object]]:
    """The rows with a cell emptied."""
    kept = [list(each) for each in rows]
    kept[row][column] = ""
    return kept


def asked(rota: ReadRota) -> list[tuple[str, str]]:
    return [(question.about, question.cell) for question in rota.questions if question.about != "code"]


@pytest.mark.parametrize(("column", "cell"), [(1, "B2"), (2, "C2"), (4, "E2")])
def test_a_day_without_its_date(column: int, cell: str) -> None:
    rota = read(without(GRID, 0, column))
    assert (rota.people, len(rota.duties), asked(rota)) == (
        ("Ada Quill", "Benno Tarrow", "Chiara Voss"), 9, [("cell", cell)]
    )  # fmt: skip


@pytest.mark.parametrize(("column", "cell"), [(2, "C2"), (4, "E2")])
def test_a_block_without_its_days(column: int, cell: str) -> None:
    rota = read(without([PLAN[0], PLAN[1], PLAN[3]], 0, column))
    assert asked(rota) == [("cell", cell)]
    assert {duty.code for duty in rota.duties if duty.date <= date(2026, 7, 28)} == {"ICU", "Renal"}


def test_a_name_that_is_missing_under_blocks_is_nobody_elses_leave() -> None:
    rota = read(without(PLAN, 3, 0))
    away = {duty.date for duty in rota.duties if duty.person == "Ada Quill" and duty.kind is DutyKind.LEAVE}
    assert (max(away), asked(rota)) == (date(2026, 7, 10), [("person", "A4")])


def test_leave_beside_a_rotation_is_no_legend() -> None:
    rota = read([PLAN[0], ["Ada Quill", "Jul 6-10", *PLAN[1][2:]], ["", "ICU", "Aug 3-7", "", ""], PLAN[3]])
    assert date(2026, 7, 1) in {duty.date for duty in rota.duties if (duty.person, duty.code) == ("Ada Quill", "ICU")}


def test_a_row_of_counts_is_no_legend() -> None:
    rota = read([*GRID, ["ICU", 1, 1, 1, 0]])
    assert {duty.kind for duty in rota.duties if duty.code == "ICU"} == {DutyKind.UNKNOWN}


def test_the_length_of_a_duty_is_none_of_its_hours() -> None:
    first = next(duty for duty in read(LINES).duties if duty.person == "Line 1")
    assert (first.code, first.start and f"{first.start:%H:%M}") == ("T 1 07:00-15:00", "07:00")


def test_a_weekday_that_is_missing_and_an_end_that_is() -> None:
    rota = read(without(without(LINES, 1, 9), 3, 2))
    assert {duty.date.weekday() for duty in rota.duties} == set(range(7))
    assert asked(rota) == [("cell", "B4")]


def test_codes_that_look_like_dates() -> None:
    shifts = ["6-2", "2-10", "6-2", "10-6", "2-10", "6-2", "10-6", "6-2", "2-10"]
    rows = [["March 2027"], ["Name", *range(1, 10)], *([name, *shifts] for name in ("Ada Quill", "Benno Tarrow"))]
    rota = read(rows)
    assert (rota.people, len(rota.duties)) == (("Ada Quill", "Benno Tarrow"), 18)


def test_people_called_like_a_remark_or_a_weekday() -> None:
    rota = read([["Name", *DAYS], ["Max Holiday", *GRID[1][1:]], *GRID[2:]])
    assert (rota.people[0], asked(rota)) == ("Max Holiday", [])
    weeks = ["w/c 22nd Feb 2027", "w/c 1st Mar", "w/c 8th Mar", "w/c 15th Mar"]
    assert len(read([["Name", *weeks], *GRID[1:]]).duties) == 3 * 4 * 7


def test_a_post_called_like_a_month_in_another_language() -> None:
    heads = ["Week", "WARD", "GEN", "CLIN"]
    weeks = ["7/5-7/9/2027", "7/12-7/16", "7/19-7/23"]
    rota = read([heads, *([week, "AB", "CD", "EF"] for week in weeks)])
    assert ({duty.code for duty in rota.duties}, asked(rota)) == ({"WARD", "GEN", "CLIN"}, [])


def test_a_line_of_nobody_and_somebody_without_a_line() -> None:
    lines = [*LINES, [3, *["21:00", "05:00", "T 3", "08:00"] * 7]]
    staff = [["Line", "Name"], [1, "Ada Quill"], ["", "Benno Tarrow"], [3, "Chiara Voss"]]
    rota = read_rota(as_xlsx({"Rota": lines, "Staff": staff}), "plan.xlsx", today=TODAY)
    assert asked(rota) == [("person", "Rota!A5"), ("person", "Staff!B3")]


def test_a_copied_table_whose_names_have_commas() -> None:
    lines = ["Hi everyone,", "", "Name\t" + "\t".join(DAYS), "Li, Ana\tICU\tED\tICU", "Bee, Cy\tED\tICU\t\tED"]
    rota = read_rota("\n".join(lines).encode(), "mail.txt", today=TODAY)
    assert (rota.people, len(rota.duties)) == (("Li, Ana", "Bee, Cy"), 6)


@pytest.mark.parametrize("updated", ["Rev. April 12, 2030", "Updated 6/20/2030"])
def test_a_whole_day_in_a_title_is_no_year_of_the_rota(updated: str) -> None:
    mondays = [date(2029, 7, 2) + timedelta(days=7 * number) for number in range(52)]
    weeks = [(monday, monday + timedelta(days=6)) for monday in mondays]
    heads = [f"{first.month}/{first.day}-{last.month}/{last.day}" for first, last in weeks]
    rota = read(
        [[updated], ["Name", *heads], ["Ada Quill", *("ICU", "ED") * 26], ["Benno Tarrow", *("ED", "ICU") * 26]]
    )
    assert (rota.first_day, asked(rota)) == (date(2029, 7, 2), [])


def test_a_column_of_posts_that_lost_its_date_is_no_second_column_of_labels() -> None:
    first, posts = date(2027, 3, 1), ("Pain team", "Labour ward", "Standby", "Theatre")
    people = ("Ana Costa", "B Jana", "C Hiroko", "Efua P", "Lars Mensah", "Milan S", "Rosa Tamm", "Vera K")
    heads: list[object] = [first + timedelta(days=n) for n in range(14)]
    rows = [[post, *(people[(k + 3 * n) % 8] for n in range(14))] for k, post in enumerate(posts)]
    heads[7] = ""
    for row, once in zip(rows, ("Uma Ng", "Olu X", "Ida Vik", "Per Lie"), strict=True):
        row[8] = once
    found = read_rota(as_xlsx({"Sheet1": [["", *heads], *rows]}), "posts.xlsx")
    assert {duty.code for duty in found.duties} == set(posts)
    assert first + timedelta(days=7) not in {duty.date for duty in found.duties}
    assert any("has no date" in question.text for question in found.questions)


@pytest.mark.parametrize("slip", ["Wed 3 Feb", "Wed 31 Feb", "Wed 31 Dec", "Thu 30 Dec", "30 Oct"])
@pytest.mark.parametrize("downwards", [True, False])
def test_one_mistyped_date_moves_no_other(slip: str, downwards: bool) -> None:
    days = [date(2026, 12, 28) + timedelta(days=n) for n in range(40)]
    heads: list[object] = [f"{day:%a} {day.day} {day:%b}" for day in days]
    heads[2] = slip
    people = {"Ann Bee": "ND", "Cy Dee": "DN"}
    table = [
        ["December 2026 onwards"],
        ["Name", *heads],
        *([who, *"DD", "N", *two * 18, "D"] for who, two in people.items()),
    ]
    rows = table if not downwards else [table[0], *map(list, zip(*table[1:], strict=True))]
    found = read_rota(as_csv(rows), "ward.csv", today=date(2026, 11, 29))
    assert {duty.date for duty in found.duties} == set(days) - {days[2]}
    assert [slip in question.text for question in found.questions if question.about == "cell"] == [True]


def sentences(rota: ReadRota) -> str:
    return "\n".join(question.text for question in rota.questions)


def test_a_column_without_its_date_is_named_from_its_first_cell_to_its_last() -> None:
    assert "in the cells from C2 to C4 has no date" in sentences(read(without(GRID, 0, 2)))


def test_leave_beside_a_block_that_lost_its_date_is_said() -> None:
    heads = [each for block in BLOCKS for each in (block, "")]
    rows = [
        ["Resident", *heads],
        ["Ada Quill", "ICU", "", "Renal", "", "ED", "Renal", "ICU", ""],
        ["", "", "Jul 20-24", "", "", "", "", "", ""],
        ["Benno Tarrow", "Renal", "", "ED", "Renal", "ICU", "", "ED", ""],
        ["Chiara Voss", "ED", "", "ICU", "", "Renal", "", "Renal", ""],
    ]
    assert asked(read(rows)) == []
    assert {("cell", "B2"), ("cell", "C3")} <= set(asked(read(without(rows, 0, 1))))


def test_a_row_that_lost_its_half_of_the_day_is_the_other_half_of_its_neighbour() -> None:
    rows: list[list[object]] = [["Name", "", *DAYS]]
    for name in ("Ada Quill", "Benno Tarrow", "Chiara Voss"):
        rows += [[name, "AM", "ICU", "Renal", "ED", "ICU"], ["", "PM", "ED", "ED", "Renal", "Renal"]]
    whole = read(rows)
    assert {duty.half for duty in whole.duties} == {"AM", "PM"}
    for row in (1, 2, 3, 6):
        assert read(without(rows, row, 1)).duties == whole.duties


def test_a_row_whose_half_of_the_day_nothing_tells_is_said() -> None:
    rows: list[list[object]] = [["Name", "", *DAYS]]
    for name in ("Ada Quill", "Benno Tarrow", "Chiara Voss"):
        rows += [[name, "AM", "ICU", "Renal", "ED", "ICU"], [name, "PM", "ED", "ED", "Renal", "Renal"]]
    lost = read([*rows, ["Dov Enright", "", "ICU", "ICU", "ED", "ED"]])
    assert {duty.half for duty in lost.duties if duty.person == "Dov Enright"} == {""}
    assert ("cell", "B8") in asked(lost)


def test_what_is_done_beside_hours_is_known_without_its_heading() -> None:
    turns = [("Late", "13:00", "21:30"), ("Early", "07:00", "15:00"), ("Late", "13:00", "21:30")]
    people = ("Ada Quill", "Benno Tarrow", "Chiara Voss", "Ada Quill", "Benno Tarrow", "Chiara Voss")
    rows = [[f"2027-03-0{1 + at}", turns[at % 3][0], who, *turns[at % 3][1:]] for at, who in enumerate(people)]
    rota = read([["Day", "", "Name", "Start", "End"], *rows])
    assert [(duty.code, duty.start.hour) for duty in rota.duties if duty.start] == [
        (code, int(start[:2])) for code, start, _ in turns * 2
    ]
    assert read([["Day", "Duty", "Name", "Start", "End"], *rows]).duties == rota.duties
