"""Call lists, names in cells and small databases, with what real ones do to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, time, timedelta
from typing import Any

import pytest

from scheduler.rotas.model import ReadRota
from scheduler.rotas.reading.dates import partial
from scheduler.rotas.reading.reader import read_rota
from tests.scheduler.rotas.sheets import as_csv, as_xlsx

TODAY = date(2026, 11, 29)
FIRST = date(2027, 5, 3)
SENIORS = ("Short", "van der Berg", "Ma", "Haugen", "O’Dowd", "Petit", "Rossi", "Byrne")
JUNIORS = ("Nguyen", "Nguyen-Senior", "de la Cruz", "Al-Masri", "Weiß", "Kim", "Osman", "Tran")
CALLS = [
    (FIRST + timedelta(days=n), SENIORS[n % 8], JUNIORS[n * 3 % 8 if n % 16 < 8 else (n * 3 + 1) % 8])
    for n in range(40)
]


def xlsx(sheets: dict[str, Sequence[Sequence[Any]]] | Sequence[Sequence[Any]], name: str = "rota.xlsx") -> ReadRota:
    return read_rota(as_xlsx(sheets), name, today=TODAY)


def said(rota: ReadRota) -> set[tuple[str, date, str]]:
    return {(duty.person, duty.date, duty.code) for duty in rota.duties}


def both(*posts: str) -> set[tuple[str, date, str]]:
    return {(name, day, post) for day, *names in CALLS for post, name in zip(posts, names, strict=True)}


def texts(rota: ReadRota) -> str:
    return "\n".join(question.text for question in rota.questions)


@pytest.mark.parametrize(
    "heads",
    [
        ("Date", "Senior Resident", "Intern"),
        ("Date", "Day Call", "Night Call"),
        ("Date", "Attending", "Fellow"),
    ],
)
def test_people_called_as_legends_are_headed_fill_posts(heads: Sequence[str]) -> None:
    found = xlsx([heads, *([day, *names] for day, *names in CALLS)])
    assert said(found) == both(*heads[1:])


def test_of_two_sheets_of_the_same_calls_the_one_that_names_the_posts_is_read() -> None:
    rows = [("Date", "First call", "Second call"), *([day, *names] for day, *names in CALLS)]
    rows[7] = ("", *rows[7][1:])
    by_day = {day: names for day, *names in CALLS}
    weeks: list[list[object]] = [["May 2027"], ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]]
    for week in (range(n, n + 7) for n in range(0, 35, 7)):
        dates = [FIRST + timedelta(days=n) for n in week]
        weeks.append([day.day if day.month == 5 else "" for day in dates])
        weeks += [
            [f"{letter}: {by_day[day][n]}" if day.month == 5 else "" for day in dates] for n, letter in enumerate("FS")
        ]
    found = xlsx({"Calendar": weeks, "Roster": rows})
    assert {duty.code for duty in found.duties} == {"First call", "Second call"}


def test_a_row_that_lost_its_date_is_said_and_moves_nothing() -> None:
    rows = [["Date", "First call", "Second call"], *([day, *names] for day, *names in CALLS)]
    rows[12][0] = ""
    found = xlsx(rows)
    assert said(found) == {each for each in both("First call", "Second call") if each[1] != CALLS[11][0]}
    assert "from Rota!B13 to" in texts(found)


def test_dates_merged_over_two_columns_in_some_rows_are_one_column() -> None:
    rows = [["DATA", "", "RONDA", "PLANTAO NOTURNO"]]
    rows += [[day, day if n % 3 else "", f"{a}, {b}", b] for n, (day, a, b) in enumerate(CALLS)]
    assert {duty.code for duty in xlsx(rows).duties} == {"RONDA", "PLANTAO NOTURNO"}


def names_by_post(names: Iterable[tuple[str, str]]) -> ReadRota:
    return xlsx([["Date", "Ward round", "Clinic"], *([FIRST + timedelta(days=n), *who] for n, who in enumerate(names))])


def test_a_name_that_may_be_short_for_another_is_asked_about() -> None:
    people = ("Alexandre", "Noor", "Greta", "Paulo", "Ingrid")
    short = [(people[n % 5], "Alex" if n % 3 else people[(n + 2) % 5]) for n in range(30) if n % 3 or n % 5 != 3]
    assert "Is “Alex” the same person as “Alexandre”?" in texts(names_by_post(short))
    apart = ("Anna", "Annabel", "Noor", "Greta", "Paulo")
    two = [(apart[n % 5], apart[(n + 1 + n // 5) % 5]) for n in range(30) if (n + 1 + n // 5) % 5 != n % 5]
    assert "Annabel" not in texts(names_by_post(two))


@pytest.mark.parametrize("written", ["Mar 9, 2030", "Mar. 9, 2030", "Mar 9 2030", "9 Mar 2030", "Tue, Mar 9, 2030"])
def test_mar_is_march_where_it_can_be_no_tuesday(written: str) -> None:
    found = partial(written)
    assert found is not None
    assert (found.day, found.month, found.year) == (9, 3, 2030)


def test_two_duties_of_one_person_at_once_are_asked_about() -> None:
    head = ("Date", "Start", "End", "Name", "Site", "Shift")
    rows = [
        ("2027-07-16", "13:00", "17:00", "Amy Cole", "North", "Day"),
        ("2027-07-16", "14:00", "18:00", "Amy Cole", "South", "Late"),
        ("2027-07-17", "08:00", "16:00", "Amy Cole", "North", "Day"),
        ("2027-07-17", "09:00", "17:00", "Flo Li", "North", "Day"),
        ("2027-07-17", "09:00", "17:00", "Flo Li", "North", "Day"),
    ]
    found = read_rota(as_csv([head, *rows]), "calls.csv", today=TODAY)
    assert len(found.duties) == 4, "what is said twice to the letter is one duty"
    assert [question.cell for question in found.questions] == ["F3"]
    assert "“Day, North” at F2 and “Late, South” here" in texts(found)


def test_a_list_whose_heading_is_lost_is_read_by_its_columns() -> None:
    rows: list[list[object]] = [["", "Start", "End", "Title"]]
    rows += [[FIRST + timedelta(days=2 * n), time(8), time(17), "Noor on duty"] for n in range(12)]
    found = xlsx(rows)
    assert found.layout == "E"
    assert [duty.date for duty in found.duties] == [row[0] for row in rows[1:]]


def test_a_row_with_one_cell_merged_over_who_and_what_is_left_out() -> None:
    rows = [["Name", "Date", "Role"], *([name, day, "senior"] for day, name, _ in CALLS)]
    rows[5][2] = rows[5][0]
    found = xlsx(rows)
    assert len(found.duties) == len(CALLS) - 1
    assert "We left out this row" in texts(found)


def test_initials_that_are_codes_elsewhere_are_people_and_asked_about() -> None:
    people = ("LD", "ZD", "AB", "KS", "TL", "RN")
    found = weeks_of(people, ("GEN", "ICU", "Vacation"))
    assert {duty.code for duty in found.duties} == {"GEN", "ICU", "Vacation"}
    assert set(found.people) == set(people)
    assert {question.subject for question in found.questions if question.about == "person"} == {"LD", "ZD"}


def test_initials_that_stand_for_holidays_elsewhere_are_people() -> None:
    found = weeks_of(("PH", "ZD", "AB", "KS", "TL", "RN"), ("GEN", "ICU", "Vacation"))
    assert set(found.people) == {"PH", "ZD", "AB", "KS", "TL", "RN"}


def test_a_post_whose_name_is_lost_is_a_duty_and_said() -> None:
    found = weeks_of(("DE", "RB", "AB", "KS", "TL", "RN"), ("GEN", "ICU", ""))
    assert {duty.code for duty in found.duties} == {"GEN", "ICU", "Duty"}
    assert "No post is named here" in texts(found)


def weeks_of(people: Sequence[str], posts: Sequence[str]) -> ReadRota:
    """Twelve weeks of posts that people take turns in."""
    weeks = [FIRST + timedelta(days=7 * n) for n in range(12)]
    rows = [["Week", *posts]]
    for n, (day, last) in enumerate((day, day + timedelta(days=4)) for day in weeks):
        rows.append([f"{day:%m/%d}-{last:%m/%d}{'' if n else '/27'}", *(people[(n + k) % 6] for k in range(3))])
    return read_rota(as_csv(rows), "main.csv", today=TODAY)


def test_linked_tables_may_write_one_date_and_say_what_is_done_by_its_number() -> None:
    people = [("id", "surname", "forename"), (1, "Rossi", "Ada"), (2, "Byrne", "Una")]
    kinds = [("id", "label"), (0, "Burns"), (1, "Tox")]
    work = [
        ("userId", "startDate", "rotationKindId", "numDays"),
        (1, FIRST, 0, 14),
        (2, FIRST + timedelta(days=3), 1, 7),
    ]
    found = xlsx({"users": people, "rotation_kinds": kinds, "assignments": work})
    assert {(duty.person, duty.code) for duty in found.duties} == {("Ada Rossi", "Burns"), ("Una Byrne", "Tox")}
    assert len(found.duties) == 21


def test_two_people_of_one_name_in_linked_tables_are_not_one() -> None:
    people = [("id", "surname"), (1, "Rossi"), (2, "Rossi"), (3, "Byrne")]
    work = [
        ("userId", "startDate", "what", "days"),
        *((n, FIRST, what, 7) for n, what in ((1, "ICU"), (2, "ED"), (3, "ED"))),
    ]
    found = xlsx({"users": people, "assignments": work})
    assert set(found.people) == {"Rossi (1)", "Rossi (2)", "Byrne"}
    assert [question.subject for question in found.questions if question.about == "person"] == [
        "Rossi (1)",
        "Rossi (2)",
    ]


def grouped(lost: Sequence[int] = ()) -> list[list[Any]]:
    """A list in which a date stands once for the three rows of its day; of some days it is lost."""
    shifts = (("Early", "07:00", "15:00"), ("Late", "13:00", "21:30"), ("Night", "21:00", "07:30"))
    rows: list[list[Any]] = [["Date", "Shift", "Doctor", "Start", "End"]]
    for n in range(8):
        for number, (shift, start, end) in enumerate(shifts):
            day = FIRST + timedelta(days=n) if not number and n not in lost else ""
            rows.append([day, shift, f"{SENIORS[(n + 3 * number) % 8]} {'ABC'[number]}", start, end])
    return rows


def test_a_date_that_stands_once_holds_for_the_rows_below_it() -> None:
    found = xlsx(grouped())
    assert len(found.duties) == 24
    assert {(duty.date - FIRST).days for duty in found.duties} == set(range(8))
    assert "16 rows have no date; we read each as of the date above it" in texts(found)


def test_rows_of_a_list_without_their_dates_are_no_legend() -> None:
    assert not xlsx(grouped()).legend


def test_a_row_of_a_list_that_lost_its_date_is_left_out_and_said() -> None:
    rows = [row if row[0] else [FIRST + timedelta(days=(n - 1) // 3), *row[1:]] for n, row in enumerate(grouped())]
    rows[5][0] = ""
    found = xlsx(rows)
    assert len(found.duties) == 23
    assert [each.cell for each in found.questions if "it has no date" in each.text] == ["Rota!A6"]


def placements(second_day: int = 15, kind: object = 1) -> dict[str, Sequence[Sequence[Any]]]:
    """A small database whose people have two placements each, the second from a day of May on."""
    people = [["id", "surname", "forename"], *([n, name, f"Ann{n}"] for n, name in enumerate(SENIORS))]
    kinds = [["id", "label"], [0, "Renal"], [kind, "ICU"], [2, "Ward"]]
    head = ["personId", "fromYear", "fromMonth", "fromDay", "kindId", "days"]
    rows = [[n, 2027, 5, day, (n + day) % 3, 14] for n in range(8) for day in (1, second_day)]
    return {"people": people, "kinds": kinds, "placements": [head, *rows]}


def test_placements_of_one_person_that_hold_a_day_together_are_asked_about() -> None:
    assert not any("two duties at once" in each.text for each in xlsx(placements()).questions)
    found = xlsx(placements(second_day=10))
    assert "In 8 places someone has two duties at once" in texts(found)


def test_a_number_that_the_table_of_kinds_has_lost_is_asked_about_and_loses_nothing() -> None:
    found = xlsx(placements(kind=""))
    assert len(found.duties) == 8 * 28
    assert "What does “1” mean?" in texts(found)


def days_of(count: int) -> list[date]:
    return [FIRST + timedelta(days=n) for n in range(count)]


@pytest.mark.parametrize("head", [("Name", "From", "To", "Ward"), ("Trainee", "Start", "End", "Placement")])
def test_a_list_of_placements_from_day_to_day(head: tuple[str, ...]) -> None:
    rows: list[list[Any]] = [list(head)]
    for n, name in enumerate(SENIORS[:4]):
        rows += [[name, FIRST, FIRST + timedelta(days=6), "ICU"], [name, days_of(8)[7], days_of(14)[13], f"Ward {n}"]]
    found = xlsx(rows)
    assert found.people == SENIORS[:4]
    assert len(found.duties) == 4 * 14
    assert {duty.code for duty in found.duties} == {"ICU", "Ward 0", "Ward 1", "Ward 2", "Ward 3"}


def grid(days: Sequence[object], shift: int = 0) -> list[list[Any]]:
    """Four people by days."""
    codes = ("LD", "Night", "Off", "Clinic")
    people = enumerate(SENIORS[:4])
    return [["Name", *days], *([name, *(codes[(n + k + shift) % 4] for k in range(len(days)))] for n, name in people)]


def test_a_sheet_that_has_lost_its_dates_is_said_to_be_left_out() -> None:
    found = xlsx({"May": grid(days_of(14)), "Later": grid([""] * 14, 1)})
    said_of = [each.text for each in found.questions if each.subject == "Later"]
    assert len(found.duties) == 4 * 14
    assert len(said_of) == 1
    assert "from Later!A1 to Later!O5" in said_of[0]


def test_a_band_that_has_lost_its_dates_above_the_first_is_said() -> None:
    assert "from Rota!B2 to Rota!O5 has no date" in texts(xlsx([*grid([""] * 14, 1), [], *grid(days_of(14))]))


@pytest.mark.parametrize(
    ("title", "days"),
    [
        ("Planning mai 2027", "lun. 3,mar. 4,mer. 5,jeu. 6,ven. 7,sam. 8,dim. 9"),
        ("Turni maggio 2027", "lun 3,mar 4,mer 5,gio 6,ven 7,sab 8,dom 9"),
        ("Guardias mayo 2027", "lun 3,mar 4,mié 5,jue 6,vie 7,sáb 8,dom 9"),
    ],
)
def test_mar_is_tuesday_among_weekdays(title: str, days: str) -> None:
    found = xlsx([[title], *grid(days.split(","))])
    assert {duty.date for duty in found.duties} == set(days_of(7))


@pytest.mark.parametrize("corner", ["w/c 3 May 2027", "Week of May 3, 2027", "Week commencing 03/05/2027"])
@pytest.mark.parametrize("is_above", [True, False])
def test_weekdays_are_those_of_the_week_beside_or_above_them(corner: str, is_above: bool) -> None:
    days = ["Mon", "Tue", "", "Thu", "Fri", "Sat", "Sun"]
    first, *people = grid(days)
    rows = [[corner], ["", *first[1:]], *people] if is_above else [[corner, *first[1:]], *people]
    later = [["w/c 10 May 2027", *days], *grid(days, 2)[1:]]
    found = xlsx([*rows, [], *later])
    assert {duty.date for duty in found.duties} == set(days_of(14))
    assert len(found.duties) == 4 * 14


def test_words_for_being_away_among_names_are_said_to_name_nobody() -> None:
    rows = [["Date", "First call", "Second call"], *([day, *names] for day, *names in CALLS)]
    rows[5][1] = "Leave"
    assert "“Leave” names nobody and was left out." in texts(xlsx(rows))
    rows[9][1] = "Tom Leave"
    assert "We read “Leave” as nobody. Is it someone’s name?" in texts(xlsx(rows))


def test_names_in_small_letters_are_parted_by_a_short_and_if_each_stands_alone_elsewhere() -> None:
    names = ("Ana", "Bia", "Carla", "Duda", "Eva", "Fabi")
    rows: list[list[Any]] = [["Data", "Plantão noturno", "Consulta"]]
    rows += [[day, names[n % 6], f"{names[(n + 1) % 6]}, {names[(n + 2) % 6]}"] for n, day in enumerate(days_of(20))]
    rows[5][2] = "ana e bia"
    assert xlsx(rows).people == names


def test_the_halves_of_a_block_may_have_letters() -> None:
    heads = ["Block 1A (7/1/26-7/14/26)", "Block 1B (7/15-7/28)", "Block 2A (7/29-8/11)", "Block 2B (8/12-8/25)"]
    found = xlsx(grid(heads))
    assert (found.layout, len(found.duties)) == ("spans", 4 * 4 * 14)


def test_dates_where_duties_should_stand_are_asked_about() -> None:
    rows = [["", "", *(day.isoformat() for day in days_of(8))]]
    rows += [[name, "", *("ICU" if n % 3 else f"{n + 8}/05/2027" for n in range(8))] for name in SENIORS[:5]]
    assert "have dates where we looked for duties" in texts(xlsx(rows))
