"""Leave sheets: numbered places on dates, with the names of people who are away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import pytest

from scheduler.rotas.model import DutyKind, ReadRota
from scheduler.rotas.reading.reader import read_rota
from tests.scheduler.rotas.sheets import as_xlsx

TODAY = date(2026, 11, 29)
FIRST = date(2027, 3, 1)
SENIORS, JUNIORS = ("ANA R", "BJÖRN T", "CHLOÉ B", "ANA T"), ("DMITRI O", "ELENA W", "FARAH N", "IVO K")


def section(heading: str, people: Sequence[str], first: date, count: int, slot: str = "") -> list[list[object]]:
    """A staff grade's part of a sheet: three places, a waiting list, and who is ill."""
    days = [first + timedelta(days=number) for number in range(count)]
    turns = [[people[(day.day + place) % 4] if day.day % 5 else "" for day in days] for place in range(3)]
    return [
        ["", heading],
        ["", *days],
        ["", *(day.strftime("%A") for day in days)],
        *([f"{slot}{place + 1}", *turn] for place, turn in enumerate(turns)),
        ["W.LIST", *(people[(day.day + 3) % 4] if day.day % 6 == 0 else "" for day in days)],
        ["SICK", *(people[(day.day + 3) % 4] if day.day % 7 == 0 else "" for day in days)],
        [],
    ]


def sheet(first: date, count: int, title: str = "", slot: str = "") -> list[list[object]]:
    return [
        [title],
        *section("CONSULTANTS", SENIORS, first, count, slot),
        *section("REGISTRARS & LECTURERS", JUNIORS, first, count, slot),
    ]


def read(sheets: Mapping[str, Sequence[Sequence[object]]], name: str, merged: Sequence[str] = ()) -> ReadRota:
    return read_rota(as_xlsx(sheets, merged), name, today=TODAY)


def away(first: date, count: int) -> set[tuple[str, date]]:
    days = [first + timedelta(days=number) for number in range(count)]
    placed = {
        (people[(day.day + at) % 4], day)
        for people in (SENIORS, JUNIORS)
        for day in days
        for at in range(3)
        if day.day % 5
    }
    return placed | {
        (people[(day.day + 3) % 4], day) for people in (SENIORS, JUNIORS) for day in days if day.day % 7 == 0
    }


@pytest.mark.parametrize(
    ("name", "title", "slot"),
    [
        ("leave-march.xlsx", "", ""),
        ("Urlaubsplan.xlsx", "", "Platz "),
        ("march.xlsx", "ANNUAL LEAVE", "Slot "),
        ("mars.xlsx", "Congés", "Place "),
        ("marzo.xlsx", "Vacaciones 2027", "Plaza "),
        ("marzo.xlsx", "Ferie", ""),
        ("marzec.xlsx", "Urlopy", ""),
    ],
)
def test_whoever_stands_in_a_place_is_on_leave(name: str, title: str, slot: str) -> None:
    rota = read({"one": sheet(FIRST, 15, title, slot)}, name)
    assert rota.layout == "leave"
    assert {(duty.person, duty.date) for duty in rota.duties} == away(FIRST, 15)
    assert {duty.kind for duty in rota.duties} == {DutyKind.LEAVE}
    assert set(rota.people) == {*SENIORS, *JUNIORS}
    assert not [question for question in rota.questions if question.about in ("person", "code", "date")]


def test_the_next_sheet_goes_on_and_merged_headings_are_nobody() -> None:
    second = FIRST + timedelta(days=15)
    rota = read({"one": sheet(FIRST, 15), "two": sheet(second, 16)}, "annual leave.xlsx", ["B2:P2", "B11:P11"])
    assert {(duty.person, duty.date) for duty in rota.duties} == away(FIRST, 15) | away(second, 16)
    assert set(rota.people) == {*SENIORS, *JUNIORS}


def test_a_waiting_list_is_said_and_events_are_nobody() -> None:
    rows = sheet(FIRST, 15)
    rows[4][5] = "AUDIT MEETING"
    rota = read({"one": rows}, "leave.xlsx")
    assert "AUDIT MEETING" not in rota.people
    left_out = [question.text for question in rota.questions if question.about == "cell"]
    assert any("AUDIT MEETING" in text for text in left_out)
    assert any("W.LIST" in text for text in left_out)


def test_a_name_with_a_slip_is_asked_about() -> None:
    rows = sheet(FIRST, 15)
    at = next(number for number, cell in enumerate(rows[4]) if cell == "BJÖRN T")
    rows[4][at] = "BJRÖN T"
    rota = read({"one": rows}, "leave.xlsx")
    assert [question.subject for question in rota.questions if question.about == "person"] == ["BJRÖN T"]


def test_dates_may_run_down() -> None:
    rows = [["", *(FIRST + timedelta(days=number) for number in range(10))]]
    rows += [[str(place + 1), *(SENIORS[(number + place) % 4] for number in range(10))] for place in range(2)]
    rota = read({"one": [list(column) for column in zip(*rows, strict=True)]}, "vacation list.xlsx")
    assert (rota.layout, len(rota.duties)) == ("leave", 20)


def test_posts_in_a_file_of_rotas_and_leave_stay_posts() -> None:
    rows: list[list[object]] = [["Date", "Night SHO", "Day Reg", "Vacation"]]
    for number in range(10):
        who = [SENIORS[(number + place) % 4].title() for place in range(3)]
        rows.append([FIRST + timedelta(days=number), *who])
    rota = read({"one": rows}, "rota and leave.xlsx")
    assert rota.layout == "C"
    assert {duty.code: duty.kind for duty in rota.duties}["Vacation"] is DutyKind.LEAVE


def test_a_row_that_lost_its_label_may_be_the_waiting_list() -> None:
    rows = sheet(FIRST, 10, "Annual leave")
    waiting = next(row for row in rows if row[:1] == ["W.LIST"] and any(row[1:]))
    waiting[0] = ""
    rota = read_rota(as_xlsx(rows), "leave.xlsx", today=TODAY)
    name = next(filter(None, waiting))
    assert any(f"“{name}” has no label" in question.text for question in rota.questions)
