"""One rota written in many ways says the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.rotas.reading.reader import read_rota
from tests.scheduler.rotas.sheets import LEGEND, as_csv, as_xlsx

Rota = dict[str, dict[date, str]]
Rows = list[list[Any]]
CODES = ["NWD", "N1", "L1", "OFF", ""]
PEOPLE = ("Ann Bee", "Cy Dee", "1_SHO", "Éva Nagy")


@st.composite
def rotas(draw: st.DrawFn) -> Rota:
    """Some people over some weeks; nobody's line and no day is quite empty, as on real rotas."""
    first = draw(st.dates(date(2025, 1, 1), date(2028, 12, 31)))
    count = draw(st.integers(14, 45))
    days = [first + timedelta(days=number) for number in range(count)]
    people = PEOPLE[: draw(st.integers(2, 4))]
    rota = {person: {day: draw(st.sampled_from(CODES)) for day in days} for person in people}
    for number, day in enumerate(days):
        rota[people[number % len(people)]][day] = draw(st.sampled_from(CODES[:4]))
    return rota


def days_of(rota: Rota) -> list[date]:
    return list(next(iter(rota.values())))


def across(rota: Rota, head: Callable[[date], Any]) -> Rows:
    return [["Doctor", *map(head, days_of(rota))], *([who, *line.values()] for who, line in rota.items())]


def whole_dates(rota: Rota) -> bytes:
    return as_csv(across(rota, date.isoformat))


def real_dates_below_a_title(rota: Rota) -> bytes:
    return as_xlsx([["Medicine, full shift"], [], *across(rota, lambda day: day)])


def day_numbers_below_a_month_banner(rota: Rota) -> bytes:
    days = days_of(rota)
    banner = [f"{day:%B}".upper() if index == 0 or day.day == 1 else "" for index, day in enumerate(days)]
    weekdays = [f"{day:%a}" for day in days]
    title = f"Medicine from {days[0]:%B %Y}"
    return as_xlsx([[title], ["", *banner], ["", *weekdays], *across(rota, lambda day: day.day)])


def serial_numbers(rota: Rota) -> bytes:
    return as_xlsx(across(rota, lambda day: (day - date(1899, 12, 30)).days))


def british_figures(rota: Rota) -> bytes:
    return as_csv(across(rota, lambda day: f"{day:%d/%m/%y}"), ";")


def american_figures(rota: Rota) -> bytes:
    return as_csv(across(rota, lambda day: f"{day.month}/{day.day}/{day.year}"), "\t")


def turned_with_weekdays(rota: Rota) -> bytes:
    rows = [["Date", "Day", *rota]]
    rows += [[day, f"{day:%a}", *(line[day] for line in rota.values())] for day in days_of(rota)]
    return as_xlsx(rows)


def turned_with_blank_lines_between_weeks(rota: Rota) -> bytes:
    rows: Rows = [["Week", "Date", *rota]]
    for day in days_of(rota):
        rows += [[]] if day.weekday() == 0 else []
        rows.append([day.isocalendar().week, f"{day:%d %b %Y}", *(line[day] for line in rota.values())])
    return as_xlsx(rows)


def a_sheet_a_month(rota: Rota) -> bytes:
    return as_xlsx({f"{first:%b %Y}": across(part, lambda day: day) for first, part in months(rota)})


def months_below_one_another(rota: Rota) -> bytes:
    rows: Rows = []
    for first, part in months(rota):
        rows += [[f"{first:%B %Y}"], *across(part, lambda day: day), []]
    return as_xlsx(rows)


def months(rota: Rota) -> Iterator[tuple[date, Rota]]:
    firsts = sorted({day.replace(day=1) for day in days_of(rota)})
    for first in firsts:
        yield (
            first,
            {
                who: {day: code for day, code in line.items() if day.replace(day=1) == first}
                for who, line in rota.items()
            },
        )


def a_list(rota: Rota) -> bytes:
    rows = [["Shift", "Phone", "Date", "Name"]]
    rows += [[code, "555-1234", day, who] for who, line in rota.items() for day, code in line.items() if code]
    return as_xlsx(rows)


def untidy(rota: Rota) -> bytes:
    messy = {
        who: {day: f" {code.lower()}* " if code else " " for day, code in line.items()} for who, line in rota.items()
    }
    return as_csv(across(messy, lambda day: f"{day:%a} {day.day} {day:%b} {day.year}"))


WAYS = (
    whole_dates,
    real_dates_below_a_title,
    day_numbers_below_a_month_banner,
    serial_numbers,
    british_figures,
    american_figures,
    turned_with_weekdays,
    turned_with_blank_lines_between_weeks,
    a_sheet_a_month,
    months_below_one_another,
    a_list,
    untidy,
)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@given(rota=rotas())
@settings(max_examples=6, deadline=None)
def test_the_same_rota_is_read(way: Callable[[Rota], bytes], rota: Rota) -> None:
    found = read_rota(way(rota), "rota", legend=(as_csv(LEGEND), "shifts.csv"))
    said = {(duty.person, duty.date): duty.code for duty in found.duties}
    assert said == {(who, day): code for who, line in rota.items() for day, code in line.items() if code}
    assert found.questions == ()
    assert len(found.duties) == len(said)
