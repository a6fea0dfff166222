"""Kinds of sheets that hospitals really keep, each as small as it still shows its trouble."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import cycle

import pytest
from openpyxl import Workbook

from scheduler.rotas.model import ReadRota
from scheduler.rotas.reading.reader import read_rota
from tests.scheduler.rotas.sheets import as_csv, as_xlsx

TODAY = date(2026, 11, 22)
DATES = ["05/08/2026", "06/08/2026", "07/08/2026"]
B_GRID = [["Date", "Ann Bee", "Cy Dee"], *([day, "D", "N"] for day in DATES)]
MONTHS = [(2026, month) for month in range(8, 13)] + [(2027, month) for month in range(1, 8)]


def read(rows: Sequence[Sequence[object]], name: str = "rota.csv", **told: int) -> ReadRota:
    return read_rota(as_csv(rows), name, today=TODAY, year=told.get("year"))


def people_and_days(rota: ReadRota) -> list[tuple[str, str]]:
    return [(duty.person, f"{duty.date:%d.%m.%Y}") for duty in rota.duties]


def spans(rota: ReadRota) -> list[str]:
    return [f"{duty.start:%H:%M}-{duty.end:%H:%M}" if duty.start and duty.end else "" for duty in rota.duties]


def month_rows(year: int, month: int) -> list[list[object]]:
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return [["Name", *range(1, last + 1)], ["Ann", *["D"] * last], ["Bob", *["N"] * last]]


@pytest.mark.parametrize(
    "legend",
    [
        [["Code", "Meaning", "Start", "End"], ["D", "Day", "09:00", "17:00"], ["N", "Night", "21:00", "09:30"]],
        [["D = Day 09:00-17:00"], ["N = Night 21:00-09:30"], ["* swapped"]],
        [["Key:"], ["D", "Day", "09:00-17:00"], ["N", "Night", "21:00-09:30"]],
        [["D", "Day 09:00-17:00"], ["N", "Night 21:00-09:30"]],
        [["Key: D - Day 0900-1700; N - Night 2100-0930"]],
        [["Legend"], ["D", "Day", "09:00", "17:00"], ["N", "Night", "21:00", "09:30"]],
    ],
)
def test_a_legend_under_dates_in_a_column(legend: list[list[object]]) -> None:
    rota = read([*B_GRID, [], *legend])
    assert (rota.layout, rota.people, rota.questions) == ("B", ("Ann Bee", "Cy Dee"), ())
    assert spans(rota) == ["09:00-17:00"] * 3 + ["21:00-09:30"] * 3


def test_a_legend_above_dates_in_a_column() -> None:
    legend: list[list[object]] = [["Code", "Start", "End"], ["D", "09:00", "17:00"], ["N", "21:00", "09:30"], []]
    rota = read([*legend, *B_GRID])
    assert (rota.layout, rota.people, rota.questions) == ("B", ("Ann Bee", "Cy Dee"), ())


def test_lengths_of_duties_are_no_dates() -> None:
    legend = [["code", "name", "start", "duration_h", "work"], ["L1", "Late_1", "09:00:00", "12.5", "True"],
              ["L2", "Late_2", "09:00:00", "12.5", "True"], ["N", "Night", "21:15:00", "12", "True"]]  # fmt: skip
    grid = as_csv([["doctor", *DATES], ["1_SpR", "L1", "L2", "N"]])
    rota = read_rota(grid, "grid.csv", today=TODAY, legend=(as_csv(legend), "shifts.csv"))
    assert (rota.people, rota.questions) == (("1_SpR",), ())
    assert spans(rota) == ["09:00-21:30", "09:00-21:30", "21:15-09:15"]


def test_a_legend_sheet_known_by_its_name() -> None:
    sheets = {"Rota": B_GRID, "Legend": [["D", "Day", "09:00-17:00"], ["N", "Night", "21:00-09:30"]]}
    rota = read_rota(as_xlsx(sheets), "rota.xlsx", today=TODAY)
    assert {duty.code: duty.kind.value for duty in rota.duties} == {"D": "day", "N": "night"}


def test_one_month_above_days_of_several() -> None:
    numbers = [*range(5, 32), *range(1, 31), *range(1, 7)]
    rota = read([["", "Oct 2026"], ["Name", *numbers], ["Ann", *["D"] * 27, *["N"] * 36]])
    assert (rota.first_day, rota.last_day) == (date(2026, 10, 5), date(2026, 12, 6))


def test_a_title_that_spans_months() -> None:
    numbers = [*range(5, 32), *range(1, 31)]
    rota = read([["August 2026 - January 2027"], ["Name", *numbers], ["Ann", *["D"] * 57]])
    assert (rota.first_day, rota.last_day, len(rota.duties)) == (date(2026, 8, 5), date(2026, 9, 30), 57)


def test_weeks_without_weekends_and_initials_of_weekdays() -> None:
    numbers = [5, 6, 7, 8, 9, 12, 13, 14, 15, 16]
    rota = read([["October 2026"], ["Name", *"MTWTFMTWTF"], ["", *numbers], ["Ann", *["D"] * 10]])
    assert (rota.people, len(rota.duties), rota.last_day) == (("Ann",), 10, date(2026, 10, 16))
    whole = read([["August 2026"], ["", *range(1, 32)], ["", *("MTWTFSS" * 6)[5:36]], ["Ann", *["D"] * 31]])
    assert (whole.people, len(whole.duties)) == (("Ann",), 31)


def test_weekdays_above_day_numbers_under_a_title() -> None:
    rows = [
        ["Rota Aug 2026"],
        ["", "", "", "Mon", "Tue", "Wed", "Thu", "Fri"],
        ["Surname", "First name", "Bleep", 3, 4, 5, 6, 7],
        ["Bee", "Ann", "1234", *"DDNNX"],
        ["Dee", "Cy", "2345", *"NNXDD"],
        ["No. on days", "", "", 1, 1, 0, 1, 1],
    ]
    rota = read(rows)
    assert (rota.layout, rota.people, len(rota.duties)) == ("A", ("Ann Bee", "Cy Dee"), 10)


@pytest.mark.parametrize(
    ("names", "filename", "year", "first"),
    [
        ("{:%b}", "rota.xlsx", None, 2026),
        ("{:%b}", "Rota 2026-27.xlsx", None, 2026),
        ("{:%b}", "rota.xlsx", 2025, 2025),
        ("{:%B %Y}", "rota.xlsx", None, 2026),
    ],
)
def test_a_sheet_a_month_goes_on_into_the_next_year(names: str, filename: str, year: int | None, first: int) -> None:
    book = {names.format(date(year_, month, 1)): month_rows(year_, month) for year_, month in MONTHS}
    rota = read_rota(as_xlsx(book), filename, today=TODAY, year=year)
    assert (rota.first_day, rota.last_day) == (date(first, 8, 1), date(first + 1, 7, 31))
    assert len(rota.duties) == 2 * 365
    assert len([question for question in rota.questions if question.about == "date"]) <= 1


def test_months_down_the_sheet_with_a_year_only_at_the_end_and_a_slip() -> None:
    """Names beside day numbers that nothing heads, for a year and a half, with whole dates from then on."""
    names = cycle(["SpR3", "SpR1", "SpR6"])
    rows: list[list[object]] = []
    for label, last in (("Jun", 30), ("Jul", 31), ("Aug", 31), ("Sept", 30), ("OCT", 31), ("NOV", 30), ("DEC", 31)):
        days = [0 if label == "Jun" and day == 10 else day for day in range(1, last + 1)]
        rows += [[label], *([day, next(names), f"SpR5 doing 5th {label}" if day == 3 else ""] for day in days)]
    rows += [[2018], *([date(2018, 1, day), next(names)] for day in range(1, 32))]
    rota = read_rota(as_xlsx(rows), "oncall.xlsx", today=TODAY)
    assert (rota.layout, rota.people) == ("C", ("SpR3", "SpR1", "SpR6"))
    assert [duty.date for duty in rota.duties] == [date(2017, 6, 1) + timedelta(days=day) for day in range(245)]
    slips = [question for question in rota.questions if "read as day 10" in question.text]
    assert [question.cell for question in slips] == ["Rota!A11"]
    notes = [question.text for question in rota.questions if "SpR5 doing" in question.text]
    assert notes == ["7 notes beside the rota were left out; the first is “SpR5 doing 5th Jun”."]


def test_names_beside_dates() -> None:
    for heading in ([], [["Date", "Doctor"]]):
        rota = read([*heading, *([day, name] for day, name in zip(DATES, ("James", "Rebecca", "James"), strict=True))])
        assert (rota.layout, rota.people) == ("C", ("James", "Rebecca"))


def test_posts_whose_headings_give_the_hours() -> None:
    rota = read([["Date", "Long day (0800-2030)", "Night (2000-0830)"], *([day, "Ann", "Bob"] for day in DATES)])
    assert [duty.kind.value for duty in rota.duties] == ["long_day"] * 3 + ["night"] * 3
    assert spans(rota) == ["08:00-20:30"] * 3 + ["20:00-08:30"] * 3


@pytest.mark.parametrize(
    "written",
    [
        "James (instead of William)",
        "James insted of Wiliam",
        "James (not William)",
        "James replacing William",
        "james*",
    ],
)
def test_who_stands_in(written: str) -> None:
    rota = read([["Date", "SHO", "SpR"], *([day, "James", "Ann"] for day in DATES), ["08/08/2026", written, "Ann"]])
    assert rota.people == ("James", "Ann")


def test_places_that_nobody_fills() -> None:
    rota = read([["Date", "SHO"], *([day, name] for day, name in zip(DATES, ("James", "TBC", "-"), strict=True))])
    assert people_and_days(rota) == [("James", "05.08.2026")]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Ward (AM) Clinic (PM)", [("Ward", "08:00-13:00"), ("Clinic", "13:00-18:00")]),
        ("AM: Ward / PM: Clinic", [("Ward", "08:00-13:00"), ("Clinic", "13:00-18:00")]),
        ("AM Ward PM Clinic", [("Ward", "08:00-13:00"), ("Clinic", "13:00-18:00")]),
        ("PM Clinic", [("Clinic", "13:00-18:00")]),
        ("Half 09-13", [("Half 09-13", "09:00-13:00")]),
        ("1300-2200 (late)", [("1300-2200 (late)", "13:00-22:00")]),
        ("20:00 / 08:00", [("20:00 / 08:00", "20:00-08:00")]),
    ],
)
def test_cells_that_hold_halves_or_hours(written: str, said: list[tuple[str, str]]) -> None:
    rota = read([["Name", *DATES], ["Ann", "Ward", written, "Clinic"]])
    assert list(zip([duty.code for duty in rota.duties], spans(rota), strict=True))[1:-1] == said


def test_a_code_is_spelt_as_it_is_most_often() -> None:
    rota = read([["Name", *DATES], ["Ann", "n*", " N ", "N"]])
    assert Counter(duty.code for duty in rota.duties) == {"N": 3}


def test_failed_formulas_and_sentences_are_reported_with_their_cell() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Name", *(date(2026, 8, day) for day in (5, 6, 7))])
    sheet.append(["Ann", "Off", "#REF!", "please do not put me on this day since I am at a wedding in Aberdeen"])
    content = io.BytesIO()
    book.save(content)
    rota = read_rota(content.getvalue(), "rota.xlsx", today=TODAY)
    assert [duty.code for duty in rota.duties] == ["Off"]
    assert [question.cell for question in rota.questions if question.about == "cell"] == ["Sheet!C2", "Sheet!D2"]


def test_totals_are_nobody() -> None:
    figures = read([["Name", *DATES], ["Ann", 1, 2, 0], ["Bob", 2, 0, 1], ["Total", 3, 2, 1]])
    assert figures.people == ("Ann", "Bob")
    rows = [[DATES[0], "Wed", "D", "N", 2], [DATES[1], "Thu", "D", "", 1], ["Total", "", 2, 1, 3]]
    column = read([["Date", "Day", "Ann", "Bob", "Total"], *rows])
    assert (column.people, len(column.duties)) == (("Ann", "Bob"), 3)
    line = ["line", "Mon", "Tue", "Wed", "Thu", "Fri"]
    rolling = read([["Starts 03/08/2026"], line, [1, *"DDDDD"], [2, *"NNNNX"], ["Total", 1, 1, 1, 1, 1]])
    assert rolling.people == ("Line 1", "Line 2")


def test_a_word_above_one_day_is_a_remark() -> None:
    rota = read([["Name", *DATES], ["", "Bank holiday", "", ""], ["Ann", *"DNX"], ["Bob", *"NXD"]])
    assert rota.people == ("Ann", "Bob")
    assert any("Bank holiday" in question.text for question in rota.questions)


def test_names_over_their_grades() -> None:
    rota = read([["", "Ann", "Bob"], ["Date", "ST3", "ST4"], [DATES[0], "D", "N"], [DATES[1], "N", "D"]])
    assert (rota.layout, rota.people) == ("B", ("Ann", "Bob"))


def test_a_list_whose_first_line_names_everybody() -> None:
    lines = [["Jim", "John", "Jeremy", "Juliet", "Jeniffer"], ["N;18:00;14", "BH;08:00;24"]]
    days = ["05/11/18", "06/11/18", "07/11/18", "08/11/18", "09/11/18"]
    names = ["Jim", "John", "Jeremy", "Juliet", "Jeniffer"]
    rows = [
        [weekday, day, name, "N"]
        for weekday, day, name in zip(["Mon", "Tue", "Wed", "Thu", "Fri"], days, names, strict=True)
    ]
    rota = read([*lines, *rows])
    assert (rota.layout, rota.people, rota.questions) == ("long", tuple(names), ())
    assert set(spans(rota)) == {"18:00-08:00"}


def test_a_list_whose_people_are_under_another_heading() -> None:
    rota = read(
        [
            ["Date", "On call", "Shift"],
            *([day, name, "N"] for day, name in zip(DATES, ["Ann", "Bob", "Ann"], strict=True)),
        ]
    )
    assert (rota.layout, rota.people) == ("long", ("Ann", "Bob"))


@pytest.mark.parametrize(
    "top",
    [[["Rota for Ann Bee"]], [["Name:", "Ann Bee"]], [["Doctor: Ann Bee"]], [["Name", "Ann Bee"], ["Site", "North"]]],
)
def test_one_persons_rota_says_whose_it_is(top: list[list[object]]) -> None:
    rota = read([*top, ["Date", "Shift"], ["14/01/2026", "Day"], ["15/01/2026", "Off"]])
    assert (rota.layout, rota.people) == ("E", ("Ann Bee",))


@pytest.mark.parametrize("day", ["03/04/2026", "3.4.2026"])
def test_dates_that_can_be_read_both_ways_are_asked_about(day: str) -> None:
    rota = read([["Name", "Date", "Code"], ["Ann", day, "Night"]])
    assert [(question.about, question.answers) for question in rota.questions] == [
        ("date", ("day first", "month first"))
    ]
    assert rota.first_day == date(2026, 4, 3)


def test_a_weekday_tells_day_and_month_apart() -> None:
    rota = read([["Name", "Date", "Code"], ["Ann", "Fri 06/03/2026", "Night"]])
    assert (rota.questions, rota.first_day) == ((), date(2026, 3, 6))
    other = read([["Name", "Date", "Code"], ["Ann", "Wed 06/03/2026", "Night"]])
    assert (other.questions, other.first_day) == ((), date(2026, 6, 3))


AMION = """"Ray",19,1,"6a-4p",48,18,5-30-23,0600,1600
"---",198,981,"Extra Shift",129,35,5-30-23,1000,1400
"Chu",150,468,"3p-2a (Triage until 6p)",55,28,5-30-23,1500,0200
"""


@pytest.mark.parametrize("heading", ["", "Assignments for 5-30-23     (as of May 30 19:06 2023 US ET)\n\n"])
def test_amion_without_headings_and_with_an_open_shift(heading: str) -> None:
    rota = read_rota((heading + AMION).encode(), "report.txt", today=TODAY)
    assert (rota.layout, rota.people) == ("amion", ("Ray", "Chu"))
    assert spans(rota) == ["06:00-16:00", "15:00-02:00"]
    assert len(rota.questions) == 1
