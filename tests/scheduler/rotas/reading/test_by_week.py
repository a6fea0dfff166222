"""Rolling lines and dated weeks."""

from __future__ import annotations

from datetime import date

import pytest

from scheduler.rotas.reading.context import Rolling
from scheduler.rotas.reading.reader import read_rota
from tests.scheduler.rotas.sheets import as_csv, as_xlsx

LINES = [
    ["line", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    [1, "LD", "LD", "Day", "Day", "Day", "", ""],
    [2, "Night", "Night", "Night", "Night", "Off", "Off", ""],
    [3, "Day", "Day", "Day", "Day", "LD", "LD", "LD"],
]


def test_rolling_lines_from_a_date_for_some_weeks() -> None:
    rota = read_rota(as_csv(LINES), "lines.csv", rolling=Rolling(date(2026, 8, 3), 4))
    assert (rota.layout, rota.people, rota.questions) == ("D", ("Line 1", "Line 2", "Line 3"), ())
    first = {duty.date.isoformat(): duty.code for duty in rota.duties if duty.person == "Line 1"}
    assert (first["2026-08-03"], first["2026-08-10"], first["2026-08-17"], first["2026-08-24"]) == (
        "LD",
        "Night",
        "Day",
        "LD",
    )
    assert (rota.first_day, rota.last_day) == (date(2026, 8, 3), date(2026, 8, 30))
    third = [duty.code for duty in rota.duties if duty.person == "Line 3" and duty.date < date(2026, 8, 17)]
    assert third == ["Day", "Day", "Day", "Day", "LD", "LD", "LD", "LD", "LD", "Day", "Day", "Day"]


def test_rolling_lines_that_name_people_their_start_and_their_weeks() -> None:
    named = [[*row[:1], who, *row[1:]] for row, who in zip(LINES, ("Name", "Ann", "Bob", "Cy"), strict=True)]
    rota = read_rota(as_xlsx([["Rolling rota from Monday 3 August 2026 for 6 weeks"], [], *named]), "lines.xlsx")
    assert (rota.people, rota.last_day) == (("Ann", "Bob", "Cy"), date(2026, 9, 13))


def test_rolling_lines_that_begin_in_the_middle_of_a_week() -> None:
    rota = read_rota(as_csv(LINES), "lines.csv", rolling=Rolling(date(2026, 8, 5), 2))
    first = {duty.date.isoformat(): duty.code for duty in rota.duties if duty.person == "Line 1"}
    assert min(first) == "2026-08-05"
    assert (first["2026-08-05"], first["2026-08-10"]) == ("Day", "Night")
    assert rota.last_day == date(2026, 8, 16)


@pytest.mark.parametrize(
    "book",
    [
        {
            "Lines": [["Start date", date(2026, 8, 3)], ["Number of weeks", 9], [], *LINES],
            "Doctors": [["Name"], ["Ann"], ["Bob"]],
        },
        {
            "Lines": [
                ["Start: 03/08/2026"],
                ["Weeks", 9],
                *([*row, who] for row, who in zip(LINES, ("Doctor", "Ann", "Bob", "Cy"), strict=True)),
            ]
        },
    ],
)
def test_rolling_lines_with_people_listed_elsewhere(book: dict[str, list[list[object]]]) -> None:
    rota = read_rota(as_xlsx(book), "lines.xlsx")
    assert rota.people[:2] == ("Ann", "Bob")
    assert (rota.layout, rota.first_day, rota.last_day) == ("D", date(2026, 8, 3), date(2026, 10, 4))
    assert next(duty.code for duty in rota.duties if duty.person == "Bob") == "Night"


def test_lines_of_a_date_and_a_code() -> None:
    rota = read_rota(b"14/01/20 Day\n15/01/20 LD\n16/01/20 Off\n17/01/20 Night shift\n", "Ann.txt")
    assert (rota.layout, rota.people) == ("E", ("Ann",))
    assert [(duty.date.day, duty.kind.value) for duty in rota.duties] == [
        (14, "day"),
        (15, "long_day"),
        (16, "off"),
        (17, "night"),
    ]


def test_rolling_lines_without_a_date_ask_for_it() -> None:
    rota = read_rota(as_csv(LINES), "lines.csv")
    assert (rota.layout, rota.duties, [question.about for question in rota.questions]) == ("D", (), ["date"])


def test_dated_weeks_are_one_persons_days() -> None:
    rows = [["w/c", *LINES[0][1:]], ["03/08/2026", *LINES[1][1:]], ["10/08/2026", *LINES[2][1:]]]
    rota = read_rota(as_csv(rows), "Ann.csv")
    assert (rota.layout, rota.people, len(rota.duties)) == ("E", ("Ann",), 11)
    assert rota.duties[5].date == date(2026, 8, 10)


HEADS = ["Start", "Finish", "Duty", "Total"]


def test_weekdays_that_head_hours_and_a_duty_each_with_lines_given_out_on_another_sheet() -> None:
    weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    block = {
        "free": ["RD", "", "", ""],
        "early": ["06:30", "14:00", "K1", "07:30"],
        "night": ["21:00", "05:30", "K7", "08:30"],
    }
    lines = [["early", "free", "night", "night", "free", "free", "early"], ["free"] * 6 + ["night"]]
    rows: list[list[object]] = [["Link A", "", "From:", "03/01/2027", "", "Weeks:", 2], []]
    rows.append(["", "", *(text for day in weekdays for text in (day, "", "", ""))])
    rows.append(["Line", "Sum", *HEADS * 7])
    rows += [[number, "40:00", *(cell for day in line for cell in block[day])] for number, line in enumerate(lines, 1)]
    rows.append(["Total:", "80:00"])
    people = [["Line", "Name"], [2, "Ada Moss"], [1, "Bea Quill"]]
    rota = read_rota(as_xlsx({"Link A": rows, "People": people}), "link.xlsx")
    assert rota.people == ("Bea Quill", "Ada Moss")
    worked = [(duty.person, f"{duty.start:%d.%m. %H:%M}", f"{duty.end:%H:%M}") for duty in rota.duties if duty.start]
    assert ("Bea Quill", "03.01. 06:30", "14:00") in worked
    assert ("Ada Moss", "09.01. 21:00", "05:30") in worked
    assert ("Ada Moss", "10.01. 06:30", "14:00") in worked
    assert ("Bea Quill", "16.01. 21:00", "05:30") in worked
    assert len(worked) == 10
    assert [question.subject for question in rota.questions] == ["RD"]
