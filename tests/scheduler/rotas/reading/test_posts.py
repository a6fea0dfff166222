"""Posts on dates, with names in the cells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from scheduler.rotas.model import ReadRota
from scheduler.rotas.reading.context import Context
from scheduler.rotas.reading.dates import Hints
from scheduler.rotas.reading.layout import Use
from scheduler.rotas.reading.layouts.posts import read_posts
from scheduler.rotas.reading.reader import read_rota
from scheduler.rotas.reading.workbook import open_sheets
from tests.scheduler.rotas.sheets import as_xlsx

TODAY = date(2026, 11, 29)
FIRST = date(2027, 3, 1)
PEOPLE = ("Ana", "Björn", "Chloé", "Dmitri", "Elena", "Farah", "Ivo", "Karin", "Luís", "Mei")
POSTS = {
    "en": ["Date", "Night SHO", "Day Reg", "Clinic"],
    "de": ["Datum", "Nachtdienst", "Hintergrund", "Ambulanz"],
    "fr": ["Date", "Garde", "Astreinte", "Consultation"],
    "pt": ["Data", "Plantão noturno", "Enfermaria", "Ambulatório"],
}


def read(rows: Sequence[Sequence[object]], name: str = "calls.xlsx") -> ReadRota:
    return read_rota(as_xlsx(rows), name, today=TODAY)


def said(rota: ReadRota) -> set[tuple[str, date, str]]:
    return {(duty.person, duty.date, duty.code) for duty in rota.duties}


def filled(heads: Sequence[str], together: str, people: Sequence[str] = PEOPLE) -> list[list[object]]:
    """Ten days: every post has two people, whom ``together`` parts."""
    rows: list[list[object]] = [list(heads)]
    for day in range(10):
        turn = [people[(day * 3 + place) % len(people)] for place in range(6)]
        rows.append([FIRST + timedelta(days=day), *(together.join(turn[at : at + 2]) for at in (0, 2, 4))])
    return rows


@pytest.mark.parametrize("together", [", ", " / ", " & ", "\n"])
@pytest.mark.parametrize("heads", POSTS.values(), ids=list(POSTS))
def test_several_people_in_a_cell_across_and_down(heads: list[str], together: str) -> None:
    rows = filled(heads, together)
    for sheet in (rows, [list(column) for column in zip(*rows, strict=True)]):
        rota = read(sheet)
        assert (rota.layout, sorted(rota.people), len(rota.duties)) == ("C", sorted(PEOPLE), 60)
        assert (PEOPLE[0], FIRST, heads[1]) in said(rota)
        assert not [question for question in rota.questions if question.about != "code"]


def test_numbers_and_weekdays_beside_calls_are_nobody() -> None:
    rows: list[list[object]] = [["Block", "Date", "Day", "Senior On-Call", "Junior On-Call"]]
    for number in range(30):
        day = FIRST + timedelta(days=number)
        who = PEOPLE[number % 10], PEOPLE[(number + 3) % 10]
        rows.append([number // 7 + 1, day.strftime("%m/%d/%Y"), day.strftime("%A"), *who])
    rota = read(rows)
    assert (rota.layout, sorted(rota.people), len(rota.duties)) == ("C", sorted(PEOPLE), 60)
    assert (rota.first_day, rota.last_day) == (FIRST, FIRST + timedelta(days=29))


def test_a_column_of_marks_and_one_that_a_program_left_are_nobody_and_said() -> None:
    rows = filled([*POSTS["en"], "Block", "NULL"], ", ")
    rows = [rows[0], *([*row, f"B{number}", "Ana"] for number, row in enumerate(rows[1:]))]
    rota = read(rows)
    assert {duty.code for duty in rota.duties} == set(POSTS["en"][1:])
    left_out = [question.cell for question in rota.questions if question.about == "cell"]
    assert left_out == ["Rota!E1", "Rota!F1"]


def test_placeholders_and_events_are_nobody_and_a_surname_is_asked_about() -> None:
    rows = filled(POSTS["en"], ", ")
    rows[1][1], rows[2][1], rows[3][1], rows[4][1] = "XXXX", "no cover", "Audit meeting", "Frei"
    rota = read(rows)
    assert sorted(rota.people) == sorted(PEOPLE)
    asked = {question.cell: question.about for question in rota.questions if question.about != "code"}
    assert asked == {"Rota!B4": "cell", "Rota!B5": "person"}


def test_posts_for_half_a_day_and_with_hours() -> None:
    rows = filled(["Date", "Clinic AM", "Clinic PM", "Annex call ( 8am - 8pm)"], "/")
    rows[1][3] = "Ana(AM)- Björn(PM)"
    rota = read(rows)
    assert {duty.code for duty in rota.duties} == {"Clinic AM", "Clinic PM", "Annex call ( 8am - 8pm)"}
    spans = {(duty.code, f"{duty.start:%H:%M}-{duty.end:%H:%M}") for duty in rota.duties if duty.start and duty.end}
    assert {
        ("Clinic AM", "08:00-13:00"),
        ("Clinic PM", "13:00-18:00"),
        ("Annex call ( 8am - 8pm)", "08:00-20:00"),
    } <= spans
    assert {("Annex call ( 8am - 8pm)", "08:00-13:00"), ("Annex call ( 8am - 8pm)", "13:00-20:00")} <= spans


def test_one_name_in_other_letters_is_one_person_and_a_slip_is_asked() -> None:
    rows: list[list[object]] = [["Date", "Night SHO"]]
    written = ["Karin Rossi", "KARIN ROSSI", "Dr. Karin Rossi", "Karin Rosssi", "Karin Rossi*"]
    rows += [[FIRST + timedelta(days=number), name] for number, name in enumerate(written)]
    rota = read(rows)
    assert len(rota.people) == 2
    assert [question.subject for question in rota.questions if question.about == "person"] == ["Karin Rosssi"]


@pytest.mark.parametrize(
    "codes",
    [
        ("N", "LD", "OFF", "AL"),
        ("Night", "Late", "Off", "Clinic"),
        ("Cardiology", "Elective", "ICU", "General Medicine"),
    ],
)
@pytest.mark.parametrize("people", [PEOPLE[:6], [f"{name} Rossi" for name in PEOPLE[:6]]], ids=["first", "full"])
def test_people_with_codes_are_no_posts(people: Sequence[str], codes: Sequence[str]) -> None:
    turns = [[FIRST + timedelta(days=day), *(codes[(day + at) % 4] for at in range(6))] for day in range(14)]
    rows = [["Date", *people], *turns]
    assert read(rows).layout == "B"
    assert read([list(column) for column in zip(*rows, strict=True)]).layout == "A"


def test_posts_called_like_people_are_asked_about() -> None:
    rows = filled(["Date", "Maple", "Cedar", "Alder"], ", ")
    rota = read(rows)
    assert (rota.layout, len(rota.duties)) == ("C", 60)
    assert [question.cell for question in rota.questions if question.about == "layout"] == ["Rota!B1"]


def test_a_reading_says_what_each_cell_was_taken_for() -> None:
    (sheet,) = open_sheets(as_xlsx(filled(POSTS["en"], "/")), "calls.xlsx")
    found = read_posts(sheet, Context({}, Hints(today=TODAY), "calls", "calls"))
    assert found is not None
    uses = found.uses
    assert (uses["Rota!A2"], uses["Rota!B1"], uses["Rota!B2"]) == (Use.DATE, Use.CODE, Use.PERSON)
    assert {entry.slot for entry in found.entries} == set(found.slots)
