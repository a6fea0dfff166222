"""Wall calendars: weeks of day numbers, with posts and names under them."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Sequence
from datetime import date

import pytest

from scheduler.rotas.date_corrections import with_corrected_dates
from scheduler.rotas.model import MONTH, DutyKind, ReadRota
from scheduler.rotas.reading.context import Context
from scheduler.rotas.reading.dates import Hints
from scheduler.rotas.reading.layouts.wall_calendar import read_wall_calendar
from scheduler.rotas.reading.reader import read_rota
from scheduler.rotas.reading.workbook import open_sheets
from tests.scheduler.rotas.sheets import as_xlsx

TODAY = date(2026, 11, 29)
PEOPLE = ("Rossi", "Byrne", "Petit", "Haugen", "Ng", "O’Dowd", "Ash-Senior", "de Wit")
ENGLISH = "MONDAY TUESDAY WEDNESDAY THURSDAY FRIDAY SATURDAY SUNDAY"
LABELS = ("CALL", "LATE", "VACATION")
Said = set[tuple[str, date, str]]


def month(
    year: int,
    number: int,
    weekdays: str = ENGLISH,
    *,
    labels: Sequence[str] = LABELS,
    sunday: bool = False,
    weekends: bool = True,
    edges: bool = False,
    people: Sequence[str] = PEOPLE,
) -> tuple[list[list[object]], Said]:
    """A page of a calendar, and who does what on it."""
    names = weekdays.split()
    order = [day for day in ([6, *range(6)] if sunday else range(7)) if weekends or day < 5]
    before: list[object] = [""] if any(labels) else []
    rows: list[list[object]] = [[*before, *(names[day] for day in order)]]
    said: Said = set()
    for week in Calendar(6 if sunday else 0).monthdatescalendar(year, number):
        days = [day for day in week if day.weekday() in order]
        if not any(day.month == number for day in days):
            continue
        rows.append([*before, *(day.day if edges or day.month == number else "" for day in days)])
        for post, label in enumerate(labels):
            who = [people[(day.day + 2 * post) % len(people)] if day.month == number else "" for day in days]
            rows.append([label, *who] if before else list(who))
            said |= {(name, day, label or "Duty") for name, day in zip(who, days, strict=True) if name}
    return rows, said


def read(rows: Sequence[Sequence[object]], filename: str, sheet: str = "Sheet1") -> ReadRota:
    return read_rota(as_xlsx({sheet: rows}), filename, today=TODAY)


def said_by(rota: ReadRota) -> Said:
    return {(duty.person, duty.date, duty.code) for duty in rota.duties}


@pytest.mark.parametrize("weekends", [True, False])
@pytest.mark.parametrize("edges", [True, False])
@pytest.mark.parametrize("sunday", [True, False])
def test_weeks_of_every_form(sunday: bool, edges: bool, weekends: bool) -> None:
    rows, said = month(2027, 9, sunday=sunday, edges=edges, weekends=weekends)
    rota = read(rows, "2027-09.xlsx")
    assert (rota.layout, said_by(rota), len(rota.duties)) == ("wall", said, len(said))
    assert {duty.kind for duty in rota.duties if duty.code == "VACATION"} == {DutyKind.LEAVE}
    assert all(day is not None and day.month == 9 for day in (rota.first_day, rota.last_day))


@pytest.mark.parametrize(
    ("filename", "sheet", "title"),
    [
        ("2027-02.xlsx", "Sheet1", ""),
        ("calls_2027_02.xlsx", "Sheet1", ""),
        ("Feb 2027.xlsx", "Sheet1", ""),
        ("calls.xlsx", "February 2027", ""),
        ("calls 2027.xlsx", "Feb", ""),
        ("calls.xlsx", "Sheet1", "FEBRUARY 2027"),
        ("calls.xlsx", "Sheet1", "février 2027"),
        ("calls.xlsx", "February", ""),
    ],
)
def test_the_month_stands_in_a_name_or_title(filename: str, sheet: str, title: str) -> None:
    rows, said = month(2027, 2, edges=True)
    rota = read([[title], *rows] if title else rows, filename, sheet)
    assert said_by(rota) == said
    assert not [question for question in rota.questions if question.about == "date"]


@pytest.mark.parametrize(
    "weekdays",
    ["Mo Di Mi Do Fr Sa So", "lundi mardi mercredi jeudi vendredi samedi dimanche", "LUN MAR MIÉ JUE VIE SÁB DOM"],
)
@pytest.mark.parametrize("sunday", [True, False])
def test_weekdays_of_other_languages(weekdays: str, sunday: bool) -> None:
    rows, said = month(2027, 5, weekdays, sunday=sunday)
    assert said_by(read(rows, "2027-05.xlsx")) == said


def test_single_letters_are_weekdays_in_their_order() -> None:
    rows, said = month(2027, 5, "M T W T F S S", sunday=True)
    assert said_by(read(rows, "2027-05.xlsx")) == said


def test_months_one_under_the_other_and_sheet_by_sheet_go_on() -> None:
    first, said = month(2027, 12)
    second, also = month(2028, 1)
    stacked = read([["December 2027"], *first, [], ["January"], *second], "calls.xlsx")
    assert said_by(stacked) == said | also
    sheets = {"December 2027": first, "January 2028": second}
    assert said_by(read_rota(as_xlsx(sheets), "calls.xlsx", today=TODAY)) == said | also


def test_pages_side_by_side() -> None:
    first, said = month(2027, 11, labels=("", ""))
    second, also = month(2027, 12, labels=("", ""))
    height = max(len(first), len(second))
    wide = [
        [*(first[at] if at < len(first) else [""] * 7), "", *(second[at] if at < len(second) else [])]
        for at in range(height)
    ]
    rota = read([["November 2027", *[""] * 7, "December 2027"], *wide], "calls.xlsx")
    assert said_by(rota) == said | also


def test_posts_before_names_case_stars_pairs_and_holidays() -> None:
    rows: list[list[object]] = [
        ["October 2027"],
        ENGLISH.split()[:5],
        ["", "", "", "", 1],
        ["", "", "", "", "S: Rossi"],
        ["", "", "", "", "J: Byrne"],
        [4, 5, 6, 7, 8],
        ["S: rossi", "S: Petit", "Holiday", "S: Rossi*", "S: Petit"],
        ["J: Byrne/Ng", "J: Byrne", "", "J: Ng", "J: Ng, Byrne"],
    ]
    rota = read(rows, "calls.xlsx")
    assert set(rota.people) == {"Rossi", "Byrne", "Petit", "Ng"}
    assert {duty.code for duty in rota.duties} == {"S", "J"}
    assert len(rota.duties) == 2 + 4 + 6
    assert not [question for question in rota.questions if question.about != "code"]


def test_a_row_without_a_label_goes_on_from_the_one_above() -> None:
    rows, _ = month(2027, 9, weekends=False)
    rows = [["" if row[0] == "LATE" else row[0], *row[1:]] for row in rows]
    assert {duty.code for duty in read(rows, "2027-09.xlsx").duties} == {"CALL", "VACATION"}


def test_a_row_that_has_a_post_of_its_own_in_another_week_is_said() -> None:
    rows, _ = month(2027, 9, weekends=False)
    labelled = [number for number, row in enumerate(rows) if row[0] == "LATE"]
    rows = [["" if number in labelled[1:] else row[0], *row[1:]] for number, row in enumerate(rows)]
    said = [each.cell for each in read(rows, "2027-09.xlsx").questions if "This row names no post" in each.text]
    assert said == [f"Sheet1!A{number + 1}" for number in labelled[1:]]


def test_a_month_that_nothing_names_is_asked_for() -> None:
    rows, _ = month(2027, 9)
    asked = read(rows, "calls.xlsx")
    assert not asked.duties
    assert [question.subject for question in asked.questions if question.about == "date"] == [MONTH]
    answered = with_corrected_dates(asked, {MONTH: "2027-09"})
    known = read([["September 2027"], *rows], "calls.xlsx")
    assert said_by(answered) == said_by(known)


def test_initials_that_read_as_nobody_are_asked_about() -> None:
    found = read(month(2027, 10, people=("PH", "UB", "RP", "OH", "NG", "TD", "SA", "WI"))[0], "2027-10.xlsx")
    assert {question.subject for question in found.questions if question.about == "person"} >= {"PH"}


def test_codes_under_weekdays_are_no_wall_calendar() -> None:
    rows, _ = month(2027, 9)
    codes = [["N" if isinstance(cell, str) and cell in PEOPLE else cell for cell in row] for row in rows]
    (sheet,) = open_sheets(as_xlsx(codes), "2027-09.xlsx")
    assert read_wall_calendar(sheet, Context({}, Hints(today=TODAY), "2027-09", "")) is None


def test_a_slip_in_a_day_number_is_read_by_its_place_and_said() -> None:
    rows, said = month(2027, 9)
    row = next(number for number, cells in enumerate(rows) if 14 in cells)
    rows[row][rows[row].index(14)] = 15
    rota = read(rows, "2027-09.xlsx")
    assert said_by(rota) == said
    assert ["day 14" in question.text for question in rota.questions if question.about == "cell"] == [True]


def test_holidays_and_gaps_in_a_row_of_days_do_not_lose_a_week() -> None:
    rows, said = month(2027, 9)
    row = next(number for number, cells in enumerate(rows) if 14 in cells)
    at = rows[row].index(14)
    rows[row][at], rows[row][at + 1], rows[row][at + 2] = "14 Labour Day", "Holiday", ""
    assert said_by(read(rows, "2027-09.xlsx")) == said


def test_names_may_stand_in_the_cell_of_the_day() -> None:
    weeks = [
        [f"{day}\nS: {PEOPLE[day % 8]}\nJ: {PEOPLE[(day + 3) % 8]}" for day in range(at, at + 7)] for at in (1, 8, 15)
    ]
    rota = read([["February 2027"], ENGLISH.split(), *weeks], "calls.xlsx")
    assert (rota.layout, len(rota.duties), set(rota.people)) == ("wall", 42, set(PEOPLE))
    assert ("Byrne", date(2027, 2, 1), "S") in said_by(rota)


def test_a_name_like_a_month_is_no_title_and_notes_below_are_nobody() -> None:
    rows, said = month(2027, 11)
    rows = [["Mei F" if cell == "Ng" else cell for cell in row] for row in rows]
    also, more = month(2027, 12)
    rota = read([["November 2027"], *rows, *also, [], ["Notes: ask the chief resident"]], "calls.xlsx")
    assert said_by(rota) == {("Mei F" if name == "Ng" else name, day, post) for name, day, post in said} | more


@pytest.mark.parametrize("filename", ["JUN2026.xlsx", "202606.xlsx", "call_jun26.xlsx", "Jun ’26.xlsx"])
def test_the_month_in_a_name_is_found_however_it_is_written(filename: str) -> None:
    rows, said = month(2026, 6)
    assert said_by(read(rows, filename)) == said


@pytest.mark.parametrize("lost", [(1, 2), (2, 3), (4, 5)])
def test_weekdays_that_are_lost_one_beside_the_other_are_known_by_their_day_numbers(lost: tuple[int, ...]) -> None:
    rows, said = month(2027, 9, weekends=False)
    for column in lost:
        rows[0][column] = ""
    assert said_by(read(rows, "2027-09.xlsx")) == said


@pytest.mark.parametrize("weekends", [True, False])
def test_a_weekday_and_a_post_that_are_lost_are_known_from_the_other_weeks(weekends: bool) -> None:
    rows, said = month(2026, 6, weekends=weekends)
    rows[0][2] = ""
    rows[len(LABELS) + 3][0] = ""
    assert said_by(read(rows, "2026-06.xlsx")) == said


def test_a_row_of_people_away_makes_no_leave_sheet_of_numbered_posts() -> None:
    rows, said = month(2026, 6, labels=("1ST", "2ND", "3RD", "VACATION"))
    assert said_by(read(rows, "2026-06.xlsx")) == said
