"""The dirt that real sheets have, one kind a test."""

from __future__ import annotations

from datetime import date

import pytest

from scheduler.rotas.date_corrections import with_corrected_dates
from scheduler.rotas.model import MONTH, DutyKind, ReadRota, UnreadableFile
from scheduler.rotas.reading.reader import read_rota
from tests.scheduler.rotas.sheets import as_csv, as_xlsx, days, wall

CODES = {"Codes": [["Code", "Meaning", "From", "To"], ["N", "Night", "21:00", "09:30"], ["D", "Day", "09:00", "17:00"]]}


def read(rows: list[list[object]], merged: tuple[str, ...] = (), **options: object) -> ReadRota:
    return read_rota(as_xlsx({"Rota": rows, **CODES}, merged), "rota.xlsx", **options)  # type: ignore[arg-type]


def entries(rota: ReadRota) -> list[tuple[str, str, str]]:
    return [(duty.person, duty.date.isoformat(), duty.code) for duty in rota.duties]


def test_title_rows_month_banners_and_day_numbers_without_a_year_in_the_cells() -> None:
    numbers = [28, 29, 30, 31, 1, 2, 3]
    rows: list[list[object]] = [
        ["Surgery rota, winter 2026"],
        [],
        ["", "DECEMBER", "", "", "", "JANUARY"],
        ["Name", *numbers],
        ["", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
        ["Ann", "N", "", "", "D", "", "", "N"],
    ]
    rota = read(rows)
    assert entries(rota) == [("Ann", "2026-12-28", "N"), ("Ann", "2026-12-31", "D"), ("Ann", "2027-01-03", "N")]
    assert rota.questions == ()


def test_weekdays_pin_the_year_that_nobody_wrote() -> None:
    heads = [f"{day:%a} {day.day}/{day.month}" for day in days(7, date(2027, 1, 1))]
    rota = read([["Name", *heads], ["Ann", *"DDDDDDD"]], today=date(2026, 11, 22))
    assert (rota.first_day, rota.questions) == (date(2027, 1, 1), ())


def test_a_year_that_nothing_gives_is_asked_about() -> None:
    heads = [f"{day.day}/{day.month}" for day in days(7, date(2027, 1, 1))]
    rota = read([["Name", *heads], ["Ann", *"DDDDDDD"]], today=date(2026, 11, 22))
    assert [(question.about, question.answers[0]) for question in rota.questions] == [("date", "2027")]
    assert read([["Name", *heads], ["Ann", *"DDDDDDD"]], year=2025).first_day == date(2025, 1, 1)


def test_a_date_that_is_not_on_its_weekday_is_said_however_few_there_are() -> None:
    heads = ["Mon 4 Jan 2027", "Thu 5 Jan 2027", "Wed 6 Jan 2027"]
    grid = read([["Name", *heads], ["Ann", *"DND"]])
    listed = read_rota(as_csv([["Date", "Name", "Duty"], *([head, "Ann", "Day"] for head in heads)]), "list.csv")
    for rota in (grid, listed):
        assert [duty.date.day for duty in rota.duties] == [4, 6]
        assert any("Thu 5 Jan 2027" in question.text for question in rota.questions)


def test_a_year_in_a_title_that_the_weekdays_do_not_fit_is_asked_about() -> None:
    heads = [f"{day:%a} {day.day}/{day.month}" for day in days(7, date(2027, 1, 1))]
    rows: list[list[object]] = [["Medicine rota 2026"], ["Name", *heads], ["Ann", *"DDDDDDD"]]
    assert "year" in [question.subject for question in read(rows).questions]
    assert read([["Medicine rota 2027"], *rows[1:]]).questions == ()


def test_a_list_without_years_asks_for_one_and_goes_by_the_answer() -> None:
    rows: list[list[object]] = [["Date", "Name", "Duty"], *([f"{day} Jan", "Ann", "Night"] for day in (4, 5, 6))]
    rota = read_rota(as_csv(rows), "list.csv", today=date(2026, 11, 22))
    assert [(question.subject, question.answers[0]) for question in rota.questions] == [("year", "2027")]
    answered = with_corrected_dates(rota, {"year": "2025"})
    assert [duty.date for duty in answered.duties] == [date(2025, 1, day) for day in (4, 5, 6)]


def test_excel_serial_dates() -> None:
    serials = [46239 + number for number in range(4)]
    assert read([["Name", *serials], ["Ann", *"DDND"]]).first_day == date(2026, 8, 5)


@pytest.mark.parametrize(
    ("heads", "second"),
    [
        (["03/04/2026", "04/04/2026", "05/04/2026"], date(2026, 4, 4)),
        (["4/3/2026", "4/4/2026", "4/5/2026"], date(2026, 4, 4)),
        (["12/30/2026", "12/31/2026", "1/1/2027"], date(2026, 12, 31)),
        (["5. Apr 2026", "6. Apr 2026", "7. Apr 2026"], date(2026, 4, 6)),
        (["1-Aug-26", "2-Aug-26", "3-Aug-26"], date(2026, 8, 2)),
        (["pon 5 paź 2026", "wt 6 paź 2026", "śr 7 paź 2026"], date(2026, 10, 6)),
    ],
)
def test_dates_in_many_hands(heads: list[str], second: date) -> None:
    rota = read_rota(as_csv([["Name", *heads], ["Ann", "Off", "Night", "Off"]]), "rota.csv")
    assert next(duty.date for duty in rota.duties if duty.code == "Night") == second


def test_an_impossible_date_is_reported_and_the_rest_read() -> None:
    rota = read([["Name", "27/02/2026", "28/02/2026", "29/02/2026", "01/03/2026"], ["Ann", *"DDDN"]])
    assert [duty.date.isoformat() for duty in rota.duties] == ["2026-02-27", "2026-02-28", "2026-03-01"]
    assert [(question.about, question.cell) for question in rota.questions] == [("cell", "Rota!D1")]


def test_blank_rows_counts_and_case() -> None:
    first, *rest = days(4)
    rows = [
        ["Name", first, *rest],
        ["Ann ", "n", " D", "", "N "],
        [],
        ["bob", "d", "D*", "-", " "],
        ["On duty", 2, 2, 0, 1],
    ]
    rota = read(rows)
    assert rota.people == ("Ann", "bob")
    assert [duty.code for duty in rota.duties] == ["N", "D", "N", "D", "D"]
    assert rota.questions == ()


def test_merged_cells_hold_on_each_of_their_days() -> None:
    rows: list[list[object]] = [["Name", *days(6)], ["Ann", "D", "Annual leave", "", "", "D"]]
    rota = read(rows, merged=("C2:E2",))
    assert [duty.kind for duty in rota.duties] == [DutyKind.DAY, *[DutyKind.LEAVE] * 3, DutyKind.DAY]


def test_split_cells_are_halves_of_the_day() -> None:
    rota = read([["Name", *days(3)], ["Ann", "D (AM) N (PM)", "Annual leave (PM)", "D"]])
    first, second, third, _ = rota.duties
    assert (first.code, first.start, first.end) == ("D", wall("2026-08-05T09:00"), wall("2026-08-05T13:00"))
    assert (second.code, second.start) == ("N", wall("2026-08-05T13:00"))
    assert (third.kind, third.start) == (DutyKind.LEAVE, wall("2026-08-06T13:00"))


def test_morning_and_afternoon_rows() -> None:
    rows = [
        ["Name", "", *days(3)],
        ["Ann", "AM", "D", "", "D"],
        ["", "PM", "", "D", "D"],
        ["Bob", "AM", "D", "D", "D"],
        ["", "PM", "D", "D", "D"],
    ]
    rota = read(rows, merged=("A2:A3",))
    assert rota.people == ("Ann", "Bob")
    ann = [
        (duty.date.day, duty.start.hour, duty.end.hour)
        for duty in rota.duties
        if duty.person == "Ann" and duty.start and duty.end
    ]
    assert sorted(ann) == [(5, 9, 13), (6, 13, 17), (7, 9, 13), (7, 13, 17)]
    assert rota.questions == ()


def test_names_with_notes_halves_and_misspellings() -> None:
    rows = [
        ["Date", "SHO"],
        *([day, "William"] for day in days(5)),
        [days(6)[5], "James (instead of William)"],
        [days(7)[6], "James (AM) William (PM)"],
        [days(8)[7], "Wiliam"],
    ]
    rota = read(rows)
    assert rota.layout == "C"
    assert rota.people == ("William", "James", "Wiliam")
    assert [duty.person for duty in rota.duties][5:8] == ["James", "James", "William"]
    asked = [question for question in rota.questions if question.about == "person"]
    assert [(question.subject, question.answers[0]) for question in asked] == [("Wiliam", "William")]


def test_cells_that_are_times() -> None:
    rota = read([["Name", *days(3)], ["Ann", "21.00-09.30", "0800-2030", "9am - 5pm"]])
    assert [(duty.kind.value, duty.start and duty.start.hour, duty.end and duty.end.day) for duty in rota.duties] == [
        ("night", 21, 6),
        ("long_day", 8, 6),
        ("day", 9, 7),
    ]


def test_swap_notes_beside_the_grid_are_shown() -> None:
    rota = read([["Name", *days(3), "Notes"], ["Ann", *"DDN", "doing 24 Oct for Bob"], ["Bob", *"NND", ""]])
    assert [(question.about, question.cell) for question in rota.questions] == [("cell", "Rota!E2")]
    assert "24 Oct" in rota.questions[0].text


@pytest.mark.parametrize(
    "legend",
    [
        [["Code", "Meaning", "Start", "End"], ["N", "Night", "21:00", "09:30"], ["D", "Day", "09:00", "17:00"]],
        [["Legend"], ["N", "Night 21:00-09:30"], ["D", "Day 09:00 - 17:00"]],
        [["Key"], ["N = Night (21:00-09:30), D = Day (09:00-17:00)"]],
        [["Kürzel", "Von", "Bis", "Bezeichnung"], ["N", 21, 9.5, "Nachtdienst"], ["D", 9, 17, "Tagdienst"]],
        [
            ["Nazwa zmiany", "Skrót", "Od", "Do", "Zmiana pracująca"],
            ["noc", "N", 21, 9.5, "TAK"],
            ["dzień", "D", 9, 17, "TAK"],
        ],
        [["Shift", "Hours", "Code"], ["Night", "21:00-09:30", "N"], ["Day", "09:00-17:00", "D"]],
    ],
)
def test_a_legend_under_the_grid(legend: list[list[object]]) -> None:
    rows = [["Name", *days(4)], ["Ann", *"DDN", ""], ["Bob", *"NDDD"], [], *legend]
    rota = read_rota(as_xlsx(rows), "rota.xlsx")
    assert (rota.people, rota.questions) == (("Ann", "Bob"), ())
    night = next(duty for duty in rota.duties if duty.code == "N")
    assert (night.kind, night.start, night.end) == (
        DutyKind.NIGHT,
        wall("2026-08-07T21:00"),
        wall("2026-08-08T09:30"),
    )


def test_a_legend_may_say_that_nwd_is_no_working_day() -> None:
    rows = [
        ["Name", *days(2)],
        ["Ann", "NWD", "N"],
        [],
        ["Code", "Meaning"],
        ["NWD", "Non-working day"],
        ["N", "Night"],
    ]
    rota = read_rota(as_xlsx(rows), "rota.xlsx")
    assert [duty.kind for duty in rota.duties] == [DutyKind.OFF, DutyKind.NIGHT]
    assert rota.questions == ()


def test_latin_1_and_semicolons() -> None:
    rows = [["Name", "05.08.2026", "06.08.2026", "07.08.2026"], ["Jörg Müller", "Off", "Night", "Off"]]
    rota = read_rota(as_csv(rows, ";", "latin-1"), "dienstplan.csv")
    assert rota.people == ("Jörg Müller",)


def test_months_below_one_another() -> None:
    rows: list[list[object]] = [
        ["December 2026"],
        ["Name", *range(1, 32)],
        ["Ann", *["D"] * 31],
        ["Bob", *["N"] * 31],
        [],
        ["January"],
        ["Name", *range(1, 32)],
        ["Ann", *["N"] * 31],
        ["Bob", *["D"] * 31],
    ]
    rota = read(rows)
    assert (rota.people, len(rota.duties), rota.questions) == (("Ann", "Bob"), 124, ())
    assert (rota.first_day, rota.last_day) == (date(2026, 12, 1), date(2027, 1, 31))


def test_two_lines_of_one_name_are_a_question() -> None:
    rota = read([["Name", *days(3)], ["Smith", *"DDD"], ["Smith", *"NNN"]])
    assert [(question.about, question.subject) for question in rota.questions] == [("person", "Smith")]


def test_a_title_over_a_turned_grid_gives_the_year() -> None:
    rows: list[list[object]] = [["Surgery, December 2026 onwards"], [], ["Date", "Ann", "Bob"]]
    rows += [[f"{day:%a} {day.day} {day:%b}", "D", "N"] for day in days(20, date(2026, 12, 21))]
    rota = read(rows)
    assert (rota.layout, rota.people, rota.questions) == ("B", ("Ann", "Bob"), ())
    assert (rota.first_day, rota.last_day) == (date(2026, 12, 21), date(2027, 1, 9))


def test_dates_that_nothing_gives_a_year_are_refused_with_the_way_out() -> None:
    with pytest.raises(UnreadableFile, match="Enter the year"):
        read([["Name", "1 Aug", "2 Aug", "3 Aug"], ["Ann", *"DDN"]])


def test_a_first_line_of_shifts_is_the_legend() -> None:
    rows = [["N;18:00;14", "BH;08:00;24"], ["Date", "Ann", "Bob"], *([day, "N", "BH"] for day in days(3))]
    rota = read_rota(as_csv(rows), "rota.csv")
    assert (rota.layout, rota.people, rota.questions) == ("B", ("Ann", "Bob"), ())
    assert {(duty.code, duty.kind.value, duty.end and duty.end.hour) for duty in rota.duties} == {
        ("N", "night", 8),
        ("BH", "resident_on_call", 8),
    }


def test_halves_of_days_down_the_sheet() -> None:
    rows: list[list[object]] = [["Date", "", "Ann", "Bob"]]
    for day in days(3):
        rows += [[day, "AM", "D", ""], ["", "PM", "", "D"]]
    rota = read(rows)
    assert (rota.layout, rota.people, rota.questions) == ("B", ("Ann", "Bob"), ())
    assert {(duty.person, duty.start and duty.start.hour) for duty in rota.duties} == {("Ann", 9), ("Bob", 13)}
    assert len(rota.duties) == 6


def test_month_banners_down_the_sheet_with_a_swap_note_beside() -> None:
    rows: list[list[object]] = [["", "SHO", "SpR"], ["DEC"]]
    rows += [[day, "James", "Martin", "SpR6 doing 24 Dec" if day == 3 else ""] for day in range(1, 32)]
    rows += [["JAN"], *([day, "Becky", "Peter", ""] for day in range(1, 32))]
    rota = read(rows, year=2026)
    assert (rota.layout, rota.people) == ("C", ("James", "Becky", "Martin", "Peter"))
    assert (rota.first_day, rota.last_day, len(rota.duties)) == (date(2026, 12, 1), date(2027, 1, 31), 124)
    assert [(question.about, question.cell) for question in rota.questions if question.about != "code"] == [
        ("cell", "Rota!D5")
    ]


def test_slots_that_go_by_numbers_and_are_shared() -> None:
    rows = [["Date", "Day", "1", "2", "3/4"], *([f"{day:%d/%m/%Y}", f"{day:%a}", "D", "N", "D"] for day in days(9))]
    rota = read_rota(as_csv(rows), "rota.csv")
    assert (rota.layout, rota.people) == ("B", ("1", "2", "3/4"))
    assert [(question.about, question.answers) for question in rota.questions if question.about != "code"] == [
        ("person", ("3", "4"))
    ]


def test_a_list_that_nothing_heads() -> None:
    rows = [["Ann Smith", "05/08/2026", "LD"], ["Ann Smith", "06/08/2026", "Night"], ["Bob Jones", "05/08/2026", "Off"]]
    rota = read_rota(as_csv(rows), "rota.csv")
    assert (rota.layout, rota.people, len(rota.duties)) == ("long", ("Ann Smith", "Bob Jones"), 3)


def test_a_shift_outranks_its_type() -> None:
    rows = [
        ["Surname", "Forename", "Shift Type", "Shift", "Duty Date"],
        ["Smith", "Ann", "Day", "LD", "03/08/2026"],
        ["Smith", "Ann", "Rest", "", "04/08/2026"],
    ]
    rota = read_rota(as_csv(rows), "rota.csv")
    assert (rota.people, [duty.code for duty in rota.duties]) == (("Ann Smith",), ["LD", "Rest"])


def test_one_day_alone_may_be_read_two_ways() -> None:
    rota = read_rota(as_csv([["Name", "05/08/2026"], ["Ann", "LD"], ["Bob", "Night"]]), "rota.csv")
    assert [(question.about, question.subject, question.answers[0]) for question in rota.questions] == [
        ("date", "order", "day first")
    ]
    assert read_rota(as_csv([["Name", "25/08/2026"], ["Ann", "LD"]]), "rota.csv").questions == ()


def test_day_numbers_of_no_month_wait_for_the_month_which_is_asked_once() -> None:
    grid = [["Name", *range(1, 15)], ["Ann", *["Off"] * 13, "Day"]]
    rota = read_rota(as_xlsx({"One": grid, "Two": grid}), "rota.xlsx")
    assert (rota.people, rota.duties) == (("Ann",), ())
    assert [(question.about, question.subject) for question in rota.questions] == [("date", MONTH)]
    dated = with_corrected_dates(rota, {MONTH: "2027-03"})
    assert [(str(duty.date), duty.code) for duty in dated.duties][-2:] == [("2027-03-13", "Off"), ("2027-03-14", "Day")]
    assert (str(dated.first_day), dated.pattern) == ("2027-03-01", None)


PEOPLE: list[list[object]] = [["Name", *days(3)], ["Ann", *"DDN"], ["Bob", *"NDD"]]
CODE_LINES = ["D", "Day", "09:00", "17:00"], ["N", "Night", "21:00", "09:30"]


@pytest.mark.parametrize(
    "rows",
    [
        [["Key:", "D = Day 09:00-17:00", "N = Night 21:00-09:30"], [], *PEOPLE],
        [["Code", "Meaning", "From", "To"], *CODE_LINES, [], *PEOPLE],
        [
            [*row, "", *beside]
            for row, beside in zip(PEOPLE, (["Code", "Name", "Start", "End"], *CODE_LINES), strict=True)
        ],
    ],
    ids=["a line above", "a table above", "a table beside"],
)
def test_a_legend_above_or_beside_the_grid(rows: list[list[object]]) -> None:
    rota = read_rota(as_xlsx(rows), "rota.xlsx")
    assert (rota.people, rota.questions) == (("Ann", "Bob"), ())
    assert [duty.kind.value for duty in rota.duties] == ["day", "day", "night", "night", "day", "day"]


def test_headings_of_sections_and_columns_between_name_and_dates() -> None:
    rows = [
        ["ROTA"],
        ["Doctor", "Bleep", "Contact", "4-Jan", "5-Jan", "6-Jan", "Hours"],
        ["SHOs"],
        ["Ann", "123", "07700 900123", "Night", "LD", "Off", "24"],
        ["Registrars"],
        ["Bob", "124", "07700 900124", "", "Night", "Off", "12"],
    ]
    rota = read_rota(as_csv(rows), "rota.csv", year=2027)
    assert (rota.people, len(rota.duties), rota.questions) == (("Ann", "Bob"), 5, ())
    assert "07700" not in repr(rota)


def test_a_few_day_numbers_under_a_month() -> None:
    rows = [["", "January", "", "February"], ["", "30", "31", "1", "2"], ["Ann", "LD", "", "Off", "Night"]]
    rota = read_rota(as_csv(rows), "rota.csv", year=2027)
    assert [(duty.date.month, duty.date.day) for duty in rota.duties] == [(1, 30), (2, 1), (2, 2)]
