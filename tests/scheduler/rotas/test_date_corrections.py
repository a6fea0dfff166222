"""Other dates for what is read already: as if the file had been read with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scheduler.rotas.codec import kept_json, rota_from_json
from scheduler.rotas.date_corrections import is_about_dates, with_corrected_dates
from scheduler.rotas.model import BLOCKS, FIRST_DAY, MONTH, MONTH_FIRST, ORDER, YEAR, ReadRota
from scheduler.rotas.reading.context import NOT_ROLLING, Rolling
from scheduler.rotas.reading.reader import read_rota
from tests.scheduler.rotas.sheets import as_csv

TODAY = date(2026, 11, 22)
LINES = [["line", "Wed", "Thu", "Fri", "Sat", "Sun", "Mon", "Tue"], [1, *"DDD..NN"], [2, *"NNX..DD"], [3, *"DXDDD.."]]


def read(rows: Sequence[Sequence[object]], year: int | None = None, rolling: Rolling = NOT_ROLLING) -> ReadRota:
    return read_rota(as_csv(rows), "rota.csv", today=TODAY, year=year, rolling=rolling)


@given(st.integers(2000, 2098), st.integers(1, 300))
def test_another_year_is_as_if_it_had_been_given(year: int, start: int) -> None:
    days = [date(2027, 1, 1) + timedelta(days=start + day) for day in range(5)]
    rows: list[list[object]] = [["Name", *(f"{day.day} {day:%b}" for day in days)], ["Ann", *"DNDND"]]
    given_later = with_corrected_dates(read(rows), {YEAR: str(year)})
    given_at_once = read(rows, year=year)
    assert [duty.date for duty in given_later.duties] == [duty.date for duty in given_at_once.duties]
    assert (given_later.first_day, given_later.last_day) == (given_at_once.first_day, given_at_once.last_day)


def test_a_year_that_turns_inside_turns_in_another_year_too() -> None:
    rota = with_corrected_dates(read([["Name", "30/12", "31/12", "01/01"], ["Ann", *"DNX"]]), {YEAR: "2024"})
    assert [str(duty.date) for duty in rota.duties] == ["2024-12-30", "2024-12-31", "2025-01-01"]


def test_a_leap_day_that_the_year_has_not_is_reported_with_its_cell() -> None:
    rows: list[list[object]] = [["Name", "28 Feb", "29 Feb"], ["Ann", "Day", "Night"]]
    rota = with_corrected_dates(read_rota(as_csv(rows), "r.csv", today=date(2028, 1, 1)), {YEAR: "2027"})
    assert [(str(duty.date), duty.code) for duty in rota.duties] == [("2027-02-28", "Day")]
    assert [question.cell for question in rota.questions if question.about == "cell"] == ["C2"]
    assert rota.last_day == date(2027, 2, 28)


def test_day_and_month_change_places_and_the_hours_stay() -> None:
    rows: list[list[object]] = [["Name", "Date", "Start", "End"], ["Ann", "03/04/2026", "21:00", "09:00"]]
    rota = with_corrected_dates(read(rows), {ORDER: MONTH_FIRST})
    duty = rota.duties[0]
    assert str(duty.date) == "2026-03-04"
    assert (str(duty.start), str(duty.end)) == ("2026-03-04 21:00:00", "2026-03-05 09:00:00")
    assert (rota.first_day, rota.last_day) == (duty.date, duty.date)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 9))
def test_a_first_day_given_later_is_as_if_it_had_been_given_at_once(first: date, weeks: int) -> None:
    rows = [[cell if cell != "." else "" for cell in line] for line in LINES]
    waiting = read(rows)
    assert not waiting.duties
    kept = rota_from_json(kept_json(waiting))
    later = with_corrected_dates(kept, {FIRST_DAY: f"{first} {weeks}"})
    once = read(rows, rolling=Rolling(first, weeks))
    told = [sorted((duty.person, duty.date, duty.code, duty.cell) for duty in rota.duties) for rota in (later, once)]
    assert told[0] == told[1]
    assert (later.first_day, later.last_day) == (once.first_day, once.last_day)


def test_without_weeks_everybody_has_every_line_once() -> None:
    rows = [[cell if cell != "." else "" for cell in line] for line in LINES]
    rota = with_corrected_dates(read(rows), {FIRST_DAY: "2026-08-05"})
    assert (rota.first_day, rota.last_day) == (date(2026, 8, 5), date(2026, 8, 25))


def test_answers_about_dates_are_days_years_and_weeks() -> None:
    said = [
        (YEAR, "2027", True),
        (YEAR, "27", False),
        (YEAR, "soon", False),
        (FIRST_DAY, "2026-08-05", True),
        (FIRST_DAY, "2026-08-05 26", True),
        (FIRST_DAY, "2026-08-05 0", False),
        (FIRST_DAY, "5 August", False),
        (ORDER, MONTH_FIRST, True),
        (ORDER, "year first", False),
        (MONTH, "2027-02", True),
        (MONTH, "2027-13", False),
        (BLOCKS, "2026-07-01 28", True),
        (BLOCKS, "2026-07-01", False),
        ("Ward!F12", "2026-07-01", True),
        ("F12", "1 July", False),
    ]
    assert [is_about_dates(subject, text) for subject, text, _ in said] == [good for *_, good in said]


BLOCKS_OF_PEOPLE = [
    ["Resident", *(f"Block {number}" for number in range(1, 8))],
    ["Ann Bee", "", *"WIEWIE"],
    ["Cy Dee", "I", *"EWIEWI"],
    ["Eve Foy", "E", *"WIWEIW"],
    ["Gus Hay", "W", *"EIWWEI"],
]


def days_of(rota: ReadRota, person: str) -> list[tuple[date, str]]:
    return sorted((duty.date, duty.code) for duty in rota.duties if duty.person == person)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 40))
def test_numbered_blocks_lie_on_all_of_their_days(first: date, length: int) -> None:
    waiting = rota_from_json(kept_json(read(BLOCKS_OF_PEOPLE)))
    assert [question.subject for question in waiting.questions if question.about == "date"] == [BLOCKS]
    rota = with_corrected_dates(waiting, {BLOCKS: f"{first} {length}"})
    right = [
        (first + timedelta(days=block * length + day), code)
        for block, code in enumerate("IEWIEWI")
        for day in range(length)
    ]
    assert days_of(rota, "Cy Dee") == right
    assert days_of(rota, "Ann Bee")[0] == (first + timedelta(days=length), "W"), "the empty block is the first"
    assert (rota.first_day, rota.last_day) == (first, right[-1][0])
    assert rota.pattern is None


def test_blocks_of_unlike_lengths_are_given_by_their_first_days() -> None:
    starts = ["2026-07-01", "2026-07-29", "2026-08-31", "2026-09-28"]
    rota = with_corrected_dates(read(BLOCKS_OF_PEOPLE), {BLOCKS: ", ".join(starts)})
    begins = {duty.slot: duty.date for duty in reversed(rota.duties)}
    assert [str(begins[slot]) for slot in ("B1", "C1", "D1", "E1")] == starts


def test_days_without_a_month_are_those_of_the_month_that_is_said() -> None:
    rows = [["Name", *range(1, 29)], ["Ann", *"DN" * 14], ["Cy", *"ND" * 14], ["Eve", *"DX" * 14]]
    rota = with_corrected_dates(read(rows), {MONTH: "2027-02"})
    assert [str(rota.first_day), str(rota.last_day)] == ["2027-02-01", "2027-02-28"]
    assert days_of(rota, "Ann")[:2] == [(date(2027, 2, 1), "D"), (date(2027, 2, 2), "N")]
