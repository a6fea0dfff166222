"""Weeks down, weekdays across: a week says its first day once for the rows of its posts or people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from scheduler.rotas.model import ReadRota
from scheduler.rotas.reading.reader import read_rota
from tests.scheduler.rotas.sheets import as_csv, as_xlsx

TODAY = date(2026, 7, 1)
WEEKS = [date(2026, 8, 3) + timedelta(days=7 * number) for number in range(6)]
NAMES = ("Ann Bee", "Cy Dee", "Eve Fox", "Gus Hay", "Ivy Jay", "Kit Lee", "Max Noe")
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri"]
Said = set[tuple[str, date, str]]


def rota(posts: Sequence[str], form: str = "%d/%m/%Y") -> tuple[list[list[str]], Said]:
    """Posts with names, and who does what."""
    rows = [["Week commencing", "Role", *DAYS]]
    said: Said = set()
    for week, first in enumerate(WEEKS):
        for place, post in enumerate(posts):
            names = [NAMES[(2 * week + day + 3 * place) % len(NAMES)] for day in range(len(DAYS))]
            rows.append(["" if place else first.strftime(form), post, *names])
            said |= {(name, first + timedelta(days=day), post or "Duty") for day, name in enumerate(names)}
    return rows, said


def read(rows: Sequence[Sequence[object]]) -> ReadRota:
    return read_rota(as_csv(rows), "weeks.csv", today=TODAY)


def said_by(found: ReadRota) -> Said:
    return {(duty.person, duty.date, duty.code) for duty in found.duties}


@pytest.mark.parametrize("form", ["%d/%m/%Y", "%d %b", "w/c %d %B %Y"])
@pytest.mark.parametrize("posts", [("SHO", "SpR"), ("On call",), ("",)])
def test_names_by_posts(posts: Sequence[str], form: str) -> None:
    rows, said = rota(posts, form)
    assert said_by(read(rows)) == said


def test_the_week_may_be_merged_over_its_rows_and_a_legend_stand_below() -> None:
    rows, said = rota(("SHO", "SpR"))
    merged = [f"A{2 * week + 2}:A{2 * week + 3}" for week in range(len(WEEKS))]
    found = read_rota(as_xlsx([*rows, [], ["SHO = 17:00-21:00"]], merged), "weeks.xlsx", today=TODAY)
    assert said_by(found) == said


def test_codes_of_people() -> None:
    codes = ("LD", "N", "OFF", "SD", "GEN", "GEN", "GEN")
    rows = [["W/C", "Doctor", *DAYS]]
    for week, first in enumerate(WEEKS):
        for place, name in enumerate(NAMES[:4]):
            shown = "" if place else first.isoformat()
            rows.append([shown, name, *(codes[(week + day + place) % len(codes)] for day in range(len(DAYS)))])
    found = read(rows)
    assert (found.layout, len(found.people), len(found.duties)) == ("A", 4, 6 * 4 * 5)
    assert found.duties[0].cell == "C2"


@pytest.mark.parametrize(("row", "gone"), [(1, 0), (5, 2), (11, 5)])
def test_rows_that_lost_their_week_are_left_out_and_named(row: int, gone: int) -> None:
    rows, said = rota(("SHO", "SpR"))
    rows[row][0] = ""
    found = read(rows)
    days = {WEEKS[gone] + timedelta(days=day) for day in range(len(DAYS))}
    assert said_by(found) == {each for each in said if each[1] not in days}
    assert any(question.cell == f"B{row + 1}" and f"G{row + 2}" in question.text for question in found.questions)


@pytest.mark.parametrize("column", [2, 4, 6])
@pytest.mark.parametrize("slip", ["", "Wdnesdy"])
def test_a_weekday_that_is_lost_is_known_from_the_others(column: int, slip: str) -> None:
    rows, said = rota(("SHO", "SpR"))
    rows[0][column] = slip
    assert said_by(read(rows)) == said


def test_one_persons_weeks_stay_theirs() -> None:
    rows = [["W/C", *DAYS], *([first.isoformat(), "LD", "N", "OFF", "SD", "AL"] for first in WEEKS)]
    assert read(rows).layout == "E"
