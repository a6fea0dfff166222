"""Evidence of the whole sheet for one part of it that has lost something: a heading, a date, its order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from scheduler.rotas.model import ReadRota, UnreadableFile
from scheduler.rotas.reading.reader import read_rota
from tests.scheduler.rotas.sheets import as_csv, as_xlsx

TODAY = date(2026, 11, 1)
NAMES = ("EMRE", "ASTRID", "MATTEO", "NASRIN")
CODES = ("0600-1400", "OFF", "1400-2200", "0600-1400")


def band(first: date, count: int, heading: str) -> list[list[str]]:
    """A band of day numbers with weekdays, and a letter before each name."""
    days = [first + timedelta(days=number) for number in range(count)]
    lines = [
        [letter, name, *(CODES[(at + number) % len(CODES)] for number in range(count))]
        for at, (letter, name) in enumerate(zip("ABCD", NAMES, strict=True))
    ]
    head = [["", "", f"{first:%B %Y}"], ["", heading, *(str(day.day) for day in days)]]
    return [*head, ["", "", *(f"{day:%A}" for day in days)], *lines, []]


def read(rows: Sequence[Sequence[object]]) -> ReadRota:
    return read_rota(as_csv(rows), "plan.csv", today=TODAY)


def layout_questions(rota: ReadRota) -> list[str]:
    return [question.cell for question in rota.questions if question.about in ("layout", "date")]


def test_a_band_without_its_heading_is_named_by_the_column_of_the_others() -> None:
    bands = ((date(2027, 3, 1), "NAME"), (date(2027, 3, 11), ""), (date(2027, 3, 21), "NAME"))
    rota = read([row for first, heading in bands for row in band(first, 10, heading)])
    assert set(rota.people) == set(NAMES)
    assert len(rota.duties) == 3 * 4 * 10


def test_words_name_lines_rather_than_the_letters_before_them() -> None:
    assert set(read(band(date(2027, 3, 1), 10, "")).people) == set(NAMES)


def test_a_short_last_band_under_a_misspelt_heading_goes_on_over_the_end_of_a_month() -> None:
    rota = read([*band(date(2027, 3, 22), 10, "NAME"), *band(date(2027, 4, 1), 2, "NME")])
    assert set(rota.people) == set(NAMES)
    assert (rota.last_day, len(rota.duties)) == (date(2027, 4, 2), 48)


def test_a_line_of_nothing_but_dates_is_asked_about() -> None:
    days = [f"2027-03-{day:02}" for day in range(1, 13)]
    lines = [["Nine", "7th", "8th"], *([name, *CODES, *CODES, *CODES] for name in NAMES * 3)]
    rota = read([["Name", *days], *lines])
    assert "B2" in layout_questions(rota)


def test_a_list_with_dates_on_first_rows_keeps_them_without_a_heading() -> None:
    rows = [["2027-03-01", "Late", "Ann Bee"], ["", "Night", "Cy Dee"], ["2027-03-02", "Late", "Eve Fox"]]
    rows += [["", "Night", "Ann Bee"], ["2027-03-03", "Late", "Cy Dee"], ["", "Night", "Eve Fox"]]
    rota = read([["Dtae", "Shift", "Doctor"], *rows])
    assert rota.layout == "long"
    assert [(duty.date.day, duty.code, duty.person) for duty in rota.duties][:3] == [
        (1, "Late", "Ann Bee"), (1, "Night", "Cy Dee"), (2, "Late", "Eve Fox")
    ]  # fmt: skip


def test_a_first_date_that_is_lost_leaves_the_posts_their_names() -> None:
    days = [f"2027-03-{day:02}" for day in range(1, 8)]
    first = ["Ada Quill", "A Quill", "Quill A", "Benno Tarrow", "B Tarrow", "Tarrow B", "Chiara Voss"]
    second = [*first[3:], *first[:3]]
    rota = read([["", "", *days[1:]], ["Clinic", *first], ["Labour ward", *second], ["Theatre", *second[::-1]]])
    assert {duty.code for duty in rota.duties} == {"Clinic", "Labour ward", "Theatre"}
    assert any("has no date" in question.text and question.cell.startswith("B") for question in rota.questions)


def test_places_of_one_person_may_be_names_so_it_is_asked() -> None:
    days = [f"2027-03-{day:02}" for day in range(1, 9)]
    places = ["Hosipce", "Hospice", "Renal", "Vascular", "Float", "Float", "Float", "Liaison"]
    rota = read([["Day", "On call"], *zip(days, places, strict=True)])
    assert rota.layout != "C" or layout_questions(rota)


def test_a_year_that_breaks_the_order_of_linked_tables_is_asked_about() -> None:
    people = [["id", "surname"], *([number, name] for number, name in enumerate(("Bee", "Dee", "Fox")))]
    starts = [(9, 1), (10, 1), (11, 1), (12, 1), (1, 1), (2, 1), (3, 1)]
    rows = [
        [who, 2026 if month > 8 else 2027, month, day, 28, "Renal" if month % 2 else "ICU"]
        for who in range(3)
        for month, day in starts
    ]
    rows[5][1] = 2026
    sheets = {"people": people, "postings": [["person_id", "year", "month", "day", "days", "posting"], *rows]}
    rota = read_rota(as_xlsx(sheets), "tables.xlsx", today=TODAY)
    assert rota.layout == "tables"
    assert [(q.about, q.cell) for q in rota.questions if q.about == "date"] == [("date", "postings!D7")]


def test_line_numbers_under_weekdays_are_no_day_numbers() -> None:
    weekdays = [cell for day in ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat") for cell in (day, "", "", "")]
    heads = ["Wk", "Total", *["On", "Off", "Duty", "Total"] * 7]
    lines = [
        [line, "30.00", *(cell for day in range(7) for cell in (f"{6 + (line + day) % 9:02}:00", "15:00", "STBY", "8"))]
        for line in range(1, 23)
    ]
    crew = [["Line", "Name"], *([line, f"Ann {chr(64 + line)}ee"] for line in range(1, 23))]
    rota_sheet = [["Rota 2", "", "Date:", "15/04/2029", "", "Weeks:", 4], ["", "", *weekdays], heads, *lines]
    rota = read_rota(as_xlsx({"Rota": rota_sheet, "Crew": crew}), "lines.xlsx", today=TODAY)
    assert rota.layout == "D"


HALVES = [
    ["Surname", "First name", "", *(f"2027-03-0{day}" for day in range(1, 5))],
    ["Bee", "Ann", "AM", "Renal", "ICU", "Renal", "ICU"],
    ["Bee", "Ann", "PM", "ICU", "Renal", "ICU", "ICU"],
    ["Dee", "Cy", "AM", "Renal", "Renal", "Renal", "ICU"],
    ["Dee", "Cy", "PM", "ICU", "ICU", "Renal", "ICU"],
]


def test_a_surname_that_is_missing_is_that_of_the_other_half_of_the_day() -> None:
    for row in range(1, 5):
        rows = [list(each) for each in HALVES]
        rows[row][0] = ""
        assert read(rows).people == ("Ann Bee", "Cy Dee")


def test_a_surname_that_nothing_tells_is_asked_for() -> None:
    rows = [[row[0], row[1], *row[3:]] for row in (HALVES[0], HALVES[1], HALVES[3], ["Fox", "Eve", *HALVES[2][2:]])]
    rows[2][0] = ""
    asked = [(each.about, each.cell, each.subject) for each in read(rows).questions if each.about != "code"]
    assert asked == [("person", "B3", "Cy")]


def test_undated_rows_of_a_list_are_no_legend() -> None:
    duties = [["01/03/2027", "Night", "Ann Bee", "21:00", "07:30"], ["01/03/2027", "Late", "Cy Dee", "13:00", ""]]
    lost = [["", "Night", "Eve Fox", "21:00", "07:30"], ["", "Early", "Ann Bee", "07:00", "15:00"]]
    more = [[f"{day:02}/03/2027", "Late", "Cy Dee", "13:00", "21:30"] for day in range(3, 12)]
    rota = read([["Date", "Shift", "Doctor", "Start", "End"], *duties, *lost, *more])
    assert {"A4", "A5"} <= {question.cell for question in rota.questions}


def test_a_list_of_roles_keeps_its_dates_without_their_heading() -> None:
    rows = [[f"2027-03-{day:02}", ("Bee", "Dee", "Fox")[day % 3], ("R1", "R3")[day % 2]] for day in range(1, 13)]
    rows[3][0] = ""
    rota = read([["", "Physician", "Role"], *rows])
    assert rota.layout == "long"
    assert {duty.code for duty in rota.duties} == {"R1", "R3"}


def test_a_rota_before_the_month_of_its_title_asks_for_the_year() -> None:
    weeks = [f"Week beginning {day} January" for day in ("1st", "8th", "15th", "22nd")]
    people = [[name, "", "Renal", "ICU", "Renal", "ICU"] for name in ("Ann Bee", "Cy Dee", "Eve Fox")]
    rota = read([["Rota from December 2028"], ["Name", "", *weeks], *people])
    assert any(question.subject == "year" for question in rota.questions)


def test_a_day_that_lost_its_weekday_in_one_band_has_one_in_the_others() -> None:
    rows: list[list[str]] = []
    for first in (1, 8, 15):
        rows += [[f"Week of March {first}, 2027"], ["", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]]
        rows += [["Ann Bee", *"ABCAB", "", ""], ["Cy Dee", *"BCABC", "", "A"], []]
    rows[5 + 1][7] = ""
    rota = read(rows)
    assert [question.cell for question in rota.questions if question.about != "code"] == ["H9"]


BAD = [f"2027-03-{day:02}" for day in range(1, 13)]
OTHER = ["Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday"]


@pytest.mark.parametrize(
    "rows",
    [
        [["Date", "Day", "Doctor", "Shift"], *([day, OTHER[n % 7], "Ann Bee", "Night"] for n, day in enumerate(BAD))],
        [["Name", *BAD], ["", *(OTHER * 2)[:12]], ["Ann Bee", *"DNODNODNODNO"], ["Cy Dee", *"NODNODNODNOD"]],
    ],
)
def test_dates_none_of_which_falls_on_its_weekday_are_refused_for_that(rows: list[list[str]]) -> None:
    with pytest.raises(UnreadableFile, match="None of the dates falls on the weekday beside it") as caught:
        read(rows)
    assert "weekdays" in caught.value.what_to_do


@pytest.mark.parametrize(
    "text",
    [
        "Hi all,\n\nMonday 3 August: Ann Bee (SHO), Cy Dee (SpR)\nTuesday 4 August: Eve Fox (SHO), Gus Hay (SpR)\n",
        "On 3 August 2026 the SHO is Ann Bee and the registrar Cy Dee, on 4 August 2026 it is Eve Fox.",
        "3/8 SHO Ann Bee, SpR Cy Dee\n4/8 SHO Eve Fox, SpR Gus Hay\n5/8 SHO Ann Bee, SpR Gus Hay\n",
    ],
)
def test_a_message_that_names_days_in_its_lines_is_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(UnreadableFile, match="couldn’t find a rota") as caught:
        read_rota(text.encode(), "mail.txt", today=TODAY)
    assert "a message" in caught.value.what_to_do


def test_a_last_entry_without_its_week_is_named() -> None:
    weeks = [f"{day}/7-{day + 4}/7" for day in (5, 12, 19)]
    rota = read([["Week", "Weekend call"], *zip(weeks, ("AB", "CD", "EF"), strict=True), ["", "NT"]])
    assert any(question.cell == "B5" for question in rota.questions)


def test_weekdays_two_of_which_are_lost_still_head_a_wall_calendar() -> None:
    names = ["Rossi", "Byrne", "Petit", "Haugen", "Dowd"]
    rows: list[list[str]] = [["", "MONDAY", "TUESDAY", "WEDDNESDAY", "THURSDAY", ""]]
    for monday in (2, 9, 16, 23):
        rows += [["", *map(str, range(monday, monday + 5))], ["CALL", *names], ["LATE", *names[::-1]]]
    rota = read_rota(as_csv(rows), "Aug 2027.csv", today=TODAY)
    assert (rota.layout, len(rota.duties)) == ("wall", 40)


@pytest.mark.parametrize("heads", [("SHO", "SpR"), ("ward", "clinic")])
@pytest.mark.parametrize("turned", [False, True])
def test_names_in_small_letters_under_posts_are_people(heads: Sequence[str], turned: bool) -> None:
    people = ["bee", "dee", "fox", "hay", "jay"]
    days = [f"2027-03-{day:02}" for day in range(1, 15)]
    lines = [
        ["Date", *days],
        *([head, *(people[(at + 2 * n) % 5] for at in range(14))] for n, head in enumerate(heads)),
    ]
    rows = lines if turned else list(zip(*lines, strict=True))
    rota = read(rows)
    assert set(rota.people) == set(people)
    assert {duty.code for duty in rota.duties} == set(heads)


@pytest.mark.parametrize("heads", [("Suranme", "First name"), ("Surname", "First nme"), ("Famly name", "Given name")])
def test_one_of_two_headings_of_names_may_be_misspelt(heads: Sequence[str]) -> None:
    assert read([[*heads, *HALVES[0][2:]], *HALVES[1:]]).people == ("Ann Bee", "Cy Dee")


def test_last_days_keep_their_column_without_its_heading() -> None:
    rows = [["2027-03-01", "Renal", "Ann Bee", "2027-03-14"], ["2027-03-01", "ICU", "Cy Dee", "2027-03-07"]]
    rows += [["2027-03-15", "ICU", "Ann Bee", "2027-03-28"], ["2027-03-08", "Renal", "Cy Dee", "2027-03-21"]]
    assert len(read([["Start", "Placement", "Trainee", ""], *rows]).duties) == 14 + 7 + 14 + 14


def test_a_banner_of_the_next_month_is_nobody_and_a_code_like_a_month_is_one() -> None:
    first, second = band(date(2027, 3, 12), 14, "NAME"), band(date(2027, 3, 26), 14, "NAME")
    second[0] = ["", "", *["March"] * 6, *["April"] * 8]
    second[3][2:] = ["GEN"] * 14
    rota = read([*first, *second])
    assert set(rota.people) == set(NAMES)
    assert sum(duty.code == "GEN" for duty in rota.duties) == 14
