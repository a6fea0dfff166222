"""The layouts: who is on which duty when, out of bytes."""

from __future__ import annotations

from collections import Counter
from datetime import date, time
from io import BytesIO

import pytest
from openpyxl import load_workbook

from scheduler.rotas.model import DutyKind, ReadRota, UnreadableFile
from scheduler.rotas.reading.reader import read_rota
from tests.scheduler.rotas.sheets import LEGEND, PATTERN, WEDNESDAY, as_csv, as_xlsx, days, full_shift_grid, wall


def of(rota: ReadRota, person: str) -> dict[date, str]:
    return {duty.date: duty.code for duty in rota.duties if duty.person == person}


def about(rota: ReadRota, subject: str) -> list[str]:
    return [question.subject for question in rota.questions if question.about == subject]


def test_a_half_year_of_26_doctors_reads_without_a_question() -> None:
    grid = full_shift_grid(26, 182)
    rota = read_rota(as_csv(grid), "rota.csv", legend=(as_csv(LEGEND), "shifts.csv"))
    filled = sum(bool(cell) for row in grid[1:] for cell in row[2:])
    assert (rota.layout, len(rota.people), len(rota.duties), rota.questions) == ("A", 26, filled, ())
    assert (rota.first_day, rota.last_day) == (WEDNESDAY, days(182)[-1])
    assert {duty.code: duty.kind for duty in rota.duties} == {
        "NWD": DutyKind.DAY,
        "L1": DutyKind.LONG_DAY,
        "N1": DutyKind.NIGHT,
        "OFF": DutyKind.OFF,
    }


def test_a_night_ends_on_the_next_day() -> None:
    rota = read_rota(as_csv(full_shift_grid(1, 14)), "rota.csv", legend=(as_csv(LEGEND), "shifts.csv"))
    night = next(duty for duty in rota.duties if duty.code == "N1")
    assert (night.start, night.end) == (wall("2026-08-07T21:15"), wall("2026-08-08T09:15"))
    assert night.cell == "E2"


def test_without_a_legend_only_codes_are_asked_about_and_none_is_guessed() -> None:
    rota = read_rota(as_csv(full_shift_grid(4, 28)), "rota.csv")
    assert {question.about for question in rota.questions} == {"code"}
    assert set(about(rota, "code")) == {"NWD", "L1", "N1"}
    kinds = {duty.code: duty.kind for duty in rota.duties}
    assert kinds == {code: DutyKind.OFF if code == "OFF" else DutyKind.UNKNOWN for code in PATTERN if code}
    assert all(duty.start is None for duty in rota.duties)


def test_an_unknown_code_is_asked_once_with_its_count_and_first_cell() -> None:
    rota = read_rota(as_csv(full_shift_grid(2, 14)), "rota.csv")
    normal = next(question for question in rota.questions if question.subject == "NWD")
    count = sum(duty.code == "NWD" for duty in rota.duties)
    assert (normal.cell, f"{count} cells" in normal.text) == ("C2", True)
    assert normal.answers[:2] == ("day", "off")


def test_the_same_grid_reads_alike_from_a_workbook_turned_or_not() -> None:
    grid = [["Doctor", *days(10)], ["Ann Bee", *PATTERN[:10]], ["Cy Dee", *PATTERN[4:14]]]
    legend = {"Codes": LEGEND}
    across = read_rota(as_xlsx({"Rota": grid, **legend}), "rota.xlsx")
    down = read_rota(as_xlsx({"Rota": list(zip(*grid, strict=True)), **legend}), "rota.xlsx")
    assert (across.layout, down.layout, across.questions, down.questions) == ("A", "B", (), ())
    assert {(d.person, d.date, d.code, d.kind, d.start) for d in across.duties} == {
        (d.person, d.date, d.code, d.kind, d.start) for d in down.duties
    }
    assert next(iter(across.duties)).cell == "Rota!B2"
    assert next(d.cell for d in down.duties if d.person == "Cy Dee") == "Rota!C2"


def test_columns_of_posts_hold_names() -> None:
    rows = [
        ["Date", "SHO", "Night SHO"],
        *([day, "James", "Becky"] for day in days(3)),
        [days(4)[3], "Becky ", "james"],
    ]
    rota = read_rota(as_xlsx(rows), "oncall.xlsx")
    assert (rota.layout, rota.people) == ("C", ("James", "Becky"))
    assert Counter(duty.code for duty in rota.duties) == {"SHO": 4, "Night SHO": 4}
    assert {duty.code: duty.kind for duty in rota.duties} == {"SHO": DutyKind.UNKNOWN, "Night SHO": DutyKind.NIGHT}
    assert of(rota, "James")[days(4)[3]] == "Night SHO"


def test_posts_may_be_filled_with_initials() -> None:
    rows = [
        ["Date", "SHO", "Registrar"],
        *([day, "JB", "KP"] for day in days(4)),
        *([day, "TW", "KP"] for day in days(6)[4:]),
    ]
    rota = read_rota(as_xlsx(rows), "oncall.xlsx")
    assert (rota.layout, rota.people) == ("C", ("JB", "TW", "KP"))


@pytest.mark.parametrize("codes", [("A", "B", "Q"), ("Ward 5", "Acute Take", "Ward 6")])
def test_places_on_a_rota_stay_people_whatever_their_codes(codes: tuple[str, ...]) -> None:
    rota = read_rota(
        as_csv([["doctor", *(day.isoformat() for day in days(3))], ["1_SHO", *codes], ["2_SpR", *codes]]), "r.csv"
    )
    assert (rota.layout, rota.people) == ("A", ("1_SHO", "2_SpR"))
    assert set(about(rota, "code")) == set(codes)


def test_on_call_is_asked_about_since_some_sleep_at_home() -> None:
    rota = read_rota(
        as_csv([["Date", "On-Call"], ["01/01/2018", "James"], ["02/01/2018", "Rebecca"], ["03/01/2018", "Will"]]),
        "a.csv",
    )
    question = next(question for question in rota.questions if question.about == "code")
    assert question.answers[:2] == ("resident_on_call", "non_resident_on_call")
    assert [duty.date.isoformat() for duty in rota.duties] == ["2018-01-01", "2018-01-02", "2018-01-03"]


def test_one_persons_dates_and_codes() -> None:
    rows = [["Date", "Shift"], ["14/01/20", "Day"], ["15/01/20", "LD"], ["16/01/20", "Off"], ["17/01/20", "Night"]]
    rota = read_rota(as_csv(rows), "Ann Bee.csv")
    assert (rota.layout, rota.people) == ("E", ("Ann Bee",))
    assert [duty.kind.value for duty in rota.duties] == ["day", "long_day", "off", "night"]
    assert about(rota, "person") == ["Ann Bee"]


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 0, 1)])
def test_a_list_of_duties_with_columns_in_any_order(order: tuple[int, ...]) -> None:
    rows = [
        ("Staff Name", "Date", "Start Time", "End Time"),
        ("Bee, Ann", date(2026, 8, 5), time(9), time(17)),
        ("Bee, Ann", date(2026, 8, 6), time(21), time(9)),
        ("Dee, Cy", date(2026, 8, 6), time(8), time(20, 30)),
    ]
    rota = read_rota(as_xlsx([[row[column] for column in order] for row in rows]), "list.xlsx")
    assert (rota.layout, rota.people, rota.questions) == ("long", ("Bee, Ann", "Dee, Cy"), ())
    assert [(d.code, d.kind.value) for d in rota.duties] == [
        ("09:00-17:00", "day"),
        ("21:00-09:00", "night"),
        ("08:00-20:30", "long_day"),
    ]
    assert rota.duties[1].end == wall("2026-08-07T09:00")


def test_a_cancelled_duty_is_leave_and_contact_columns_are_dropped() -> None:
    rows = [
        ["Name", "Pager", "Email", "Date", "Shift", "Cancellation Reason"],
        ["Ann Bee", "1234", "ann@example.org", "05/08/2026", "Day", ""],
        ["Ann Bee", "1234", "ann@example.org", "06/08/2026", "Day", "Annual leave"],
        ["Ann Bee", "1234", "ann@example.org", "07/08/2026", "Rest", ""],
    ]
    rota = read_rota(as_csv(rows), "duties.csv")
    assert [duty.kind.value for duty in rota.duties] == ["day", "leave", "off"]
    assert not any("1234" in repr(part) or "example.org" in repr(part) for part in (rota.duties, rota.people))


def test_a_list_without_years_sorted_by_person_keeps_one_winter() -> None:
    winter = ["28 Dec", "29 Dec", "30 Dec", "31 Dec", "1 Jan", "2 Jan"]
    rows = [["Name", "Date", "Shift"], *([name, day, "LD"] for name in ("Ann", "Cy") for day in winter)]
    rota = read_rota(as_csv(rows), "list.csv", year=2026)
    assert of(rota, "Ann").keys() == of(rota, "Cy").keys()
    assert (rota.first_day, rota.last_day) == (date(2026, 12, 28), date(2027, 1, 2))


def test_rows_that_say_nothing_usable_are_reported_with_their_cell_and_the_others_read() -> None:
    rows = [
        ["Name", "Date", "Shift"],
        ["Ann", "05/08/2026", "LD"],
        ["", "06/08/2026", "LD"],
        ["Cy", "soon", "LD"],
        ["Cy", "07/08/2026", ""],
    ]
    rota = read_rota(as_xlsx({"List": rows}), "list.xlsx")
    assert len(rota.duties) == 1
    assert [question.cell for question in rota.questions] == ["List!C3", "List!B4", "List!C5"]


@pytest.mark.parametrize(
    ("content", "filename", "word"),
    [
        (b"", "rota.xlsx", "empty"),
        (b"  \n ", "rota.csv", "empty"),
        (b"%PDF-1.7 ...", "rota.pdf", "PDF"),
        (b"PK\x03\x04not a workbook", "rota.xlsx", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000, "rota.doc", "can’t be read as a spreadsheet"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "rota.xlsx", "password"),
        (b"\x00\x01\x02binary", "rota.csv", "not a spreadsheet"),
        (b"Dear all,\nplease find the rota on the door.\n", "rota.txt", "find a rota"),
        (as_xlsx({"Sheet1": [[], [None]]}), "rota.xlsx", "empty"),
    ],
)
def test_what_is_no_rota_says_so_with_place_and_way_out(content: bytes, filename: str, word: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_rota(content, filename)
    assert word in caught.value.message
    assert filename in caught.value.where
    assert caught.value.what_to_do


def test_a_stray_cell_in_the_last_corner_is_refused_before_it_eats_the_memory() -> None:
    rows: list[list[object]] = [["Name", *days(3)], ["Ann", "D", "D", "D"]]
    book = load_workbook(BytesIO(as_xlsx(rows)))
    book.worksheets[0]["XFD1048576"] = "x"
    content = BytesIO()
    book.save(content)
    with pytest.raises(UnreadableFile, match="far too large for a rota"):
        read_rota(content.getvalue(), "rota.xlsx")


def test_an_unknown_sheet_names_the_sheets_there_are() -> None:
    with pytest.raises(UnreadableFile, match="“August”"):
        read_rota(as_xlsx({"August": [["x"]], "Codes": [["y"]]}), "rota.xlsx", sheet="September")


def test_a_sheet_a_month_is_one_rota() -> None:
    august, september = days(27, date(2026, 8, 5)), days(30, date(2026, 9, 1))
    book = {
        "Aug": [["Name", *august], ["Ann", *(["LD"] * 27)]],
        "Sep": [["Name", *september], ["Ann", *(["Night"] * 30)], ["Cy", *(["Off"] * 30)]],
    }
    rota = read_rota(as_xlsx(book), "rota.xlsx")
    assert (rota.people, len(rota.duties), rota.questions) == (("Ann", "Cy"), 87, ())
    assert (rota.first_day, rota.last_day) == (august[0], september[-1])
    alone = read_rota(as_xlsx(book), "rota.xlsx", sheet="aug")
    assert len(alone.duties) == 27
