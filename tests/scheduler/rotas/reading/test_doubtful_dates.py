"""Dates that could be others: the order of day and month, what spreadsheets turn round, years typed wrong."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from scheduler.rotas.codec import kept_json, rota_from_json
from scheduler.rotas.date_corrections import with_corrected_dates
from scheduler.rotas.model import AS_WRITTEN, EXCHANGED, FLIPPED, MONTH_FIRST, ORDER, ReadRota
from scheduler.rotas.reading.reader import read_rota
from tests.scheduler.rotas.sheets import as_csv, as_xlsx

LEAVE = ["Name", "First day", "Last day", "Type"]


def days_of(rota: ReadRota, person: str) -> list[str]:
    return [f"{duty.date:%d.%m.}" for duty in sorted(rota.duties, key=lambda duty: duty.date) if duty.person == person]


def answered(rota: ReadRota, **answers: str) -> ReadRota:
    """The rota with answers by their subjects, after it has waited."""
    return with_corrected_dates(rota_from_json(kept_json(rota)), answers)


def test_one_order_holds_for_all_columns_of_a_list() -> None:
    rows = [LEAVE, ["Ada", "09/03/2027", "09/05/2027", "AL"], ["Bea", "09/21/2027", "09/22/2027", "AL"]]
    rota = read_rota(as_csv(rows), "leave.csv")
    assert (days_of(rota, "Ada"), days_of(rota, "Bea")) == (["03.09.", "04.09.", "05.09."], ["21.09.", "22.09."])
    assert not rota.questions


def test_an_answer_about_the_order_is_applied_before_stretches_become_days() -> None:
    rows = [LEAVE, ["Ada", "02/03/2027", "02/05/2027", "AL"], ["Bea", "07/09/2027", "07/11/2027", "AL"]]
    rota = read_rota(as_csv(rows), "leave.csv")
    assert [question.subject for question in rota.questions] == [ORDER]
    turned = answered(rota, **{ORDER: MONTH_FIRST})
    assert days_of(turned, "Ada") == ["03.02.", "04.02.", "05.02."]
    assert days_of(turned, "Bea") == ["09.07.", "10.07.", "11.07."]


@pytest.mark.parametrize("turned", [False, True])
def test_weekdays_beside_few_dates_decide_the_order(turned: bool) -> None:
    days = [date(2027, 5, 3), date(2027, 6, 3), date(2027, 7, 5)]
    rows: list[list[Any]] = [["", "When", "Ada"], *([f"{day:%a}", f"{day:%d/%m/%Y}", "Night"] for day in days)]
    rota = read_rota(as_csv(zip(*rows, strict=True) if turned else rows), "rota.csv")
    assert [duty.date for duty in rota.duties] == days
    assert not rota.questions


def flipped_grid() -> bytes:
    """A month of days, of which a spreadsheet has made dates with the month first as far as it could."""
    days = [date(2027, 6, 1) + timedelta(days=number) for number in range(30)]
    heads = [date(2027, day.day, 6) if day.day <= 12 else f"{day:%d/%m/%Y}" for day in days]
    return as_xlsx([["Name", *heads], ["Ada", *(f"D{day.day}" for day in days)]])


def test_days_that_a_spreadsheet_turned_into_months_are_turned_back_and_asked_about_once() -> None:
    rota = read_rota(flipped_grid(), "june.xlsx")
    assert [(str(duty.date), duty.code) for duty in rota.duties][:2] == [("2027-06-01", "D1"), ("2027-06-02", "D2")]
    assert [question.subject for question in rota.questions if question.about == "date"] == [FLIPPED]
    assert answered(rota, **{FLIPPED: EXCHANGED}).duties == rota.duties
    as_written = {duty.code: str(duty.date) for duty in answered(rota, **{FLIPPED: AS_WRITTEN}).duties}
    assert (as_written["D2"], as_written["D6"], as_written["D13"]) == ("2027-02-06", "2027-06-06", "2027-06-13")


@pytest.mark.parametrize("as_list", [False, True])
def test_a_year_typed_wrong_is_asked_about_with_the_likely_day_first(as_list: bool) -> None:
    days = [date(2028, 3, 1) + timedelta(days=3 * number) for number in range(12)]
    written = [day.replace(year=2024) if number == 7 else day for number, day in enumerate(days)]
    rows: list[list[Any]] = [["Name", "Date", "Code"], *(["Ada", day, "Night"] for day in written)]
    grid: list[list[Any]] = [["Name", *written], ["Ada", *["Night"] * 12]]
    rota = read_rota(as_xlsx(rows if as_list else grid), "list.xlsx")
    [asked] = [question for question in rota.questions if question.about == "date"]
    assert (asked.cell, asked.answers) == ("Rota!B9" if as_list else "Rota!I1", ("2028-03-22", "2024-03-22"))
    put_right = answered(rota, **{asked.subject: asked.answers[0]})
    assert sorted(duty.date for duty in put_right.duties) == days
