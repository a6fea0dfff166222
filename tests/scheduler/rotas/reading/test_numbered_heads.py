"""Heads that only have a number: weeks of the calendar, and periods whose days stand in a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from scheduler.rotas.model import ReadRota
from scheduler.rotas.reading.reader import read_rota
from tests.scheduler.rotas.sheets import as_csv, as_xlsx

TODAY = date(2026, 11, 1)
PEOPLE = [["Ada Quill", "ICU", "Renal", "ED", "ICU"], ["Benno Tarrow", "ED", "ICU", "ICU", "Renal"]]
FIRST_DAYS = ("2027-04-05", "2027-05-03", "2027-05-31", "2027-06-28")
PERIODS = [
    ["Period", "Start", "End"],
    *([f"P{n}", first, last] for n, first, last in zip(
        range(1, 5), FIRST_DAYS, ("2027-05-02", "2027-05-30", "2027-06-27", "2027-07-25"), strict=True
    )),
]  # fmt: skip


def first_days(rota: ReadRota, person: str = "Ada Quill") -> list[str]:
    """The first day of each cell of somebody's line."""
    days: dict[str, date] = {}
    for duty in rota.duties:
        if duty.person == person:
            days[duty.cell] = min(duty.date, days.get(duty.cell, duty.date))
    return [day.isoformat() for day in days.values()]


def asked(rota: ReadRota) -> list[str]:
    return [question.subject for question in rota.questions if question.about != "code"]


@pytest.mark.parametrize(
    ("title", "heads", "expected"),
    [
        ("Rota 2027", ("Week 28", "Week 29", "Week 30", "Week 31"), "2027-07-12"),
        ("Rota", ("Week 28, 2027", "Week 29", "Week 30", "Week 31"), "2027-07-12"),
        ("Rota 2027 by ISO week", ("W1", "W2", "W3", "W4"), "2027-01-04"),
        ("Rota 2027/28", ("wk 51", "wk 52", "wk 1", "wk 2"), "2027-12-20"),
    ],
)
def test_weeks_by_their_number_in_the_calendar(title: str, heads: Sequence[str], expected: str) -> None:
    rota = read_rota(as_csv([[title], ["Name", *heads], *PEOPLE]), "plan.csv", today=TODAY)
    assert (first_days(rota)[0], len(rota.duties), asked(rota)) == (expected, 2 * 4 * 7, [])


def test_weeks_that_only_count_are_asked_about() -> None:
    rows = [["Rota 2027"], ["Name", "Week 1", "Week 2", "Week 3", "Week 4"], *PEOPLE]
    rota = read_rota(as_csv(rows), "plan.csv", today=TODAY)
    assert (rota.duties, asked(rota)) == ((), ["blocks"])


def test_periods_whose_days_stand_on_another_sheet() -> None:
    sheets = {"Rota": [["Name", "P1", "P2", "P3", "P4"], *PEOPLE], "Calendar": PERIODS}
    rota = read_rota(as_xlsx(sheets), "plan.xlsx", today=TODAY)
    assert (tuple(first_days(rota)), len(rota.duties), asked(rota)) == (FIRST_DAYS, 2 * 4 * 28, [])


def test_periods_whose_days_stand_below() -> None:
    rota = read_rota(as_csv([["Name", "P1", "P2", "P3", "P4"], *PEOPLE, [], *PERIODS]), "plan.csv", today=TODAY)
    assert (tuple(first_days(rota)), rota.people) == (FIRST_DAYS, ("Ada Quill", "Benno Tarrow"))


def test_a_period_that_the_table_lacks_is_asked_about() -> None:
    sheets = {"Rota": [["Name", "P1", "P2", "P3", "P4"], *PEOPLE], "Calendar": [*PERIODS[:2], *PERIODS[3:]]}
    rota = read_rota(as_xlsx(sheets), "plan.xlsx", today=TODAY)
    assert (len(rota.duties), asked(rota)) == (2 * 3 * 28, ["Rota!C2"])
