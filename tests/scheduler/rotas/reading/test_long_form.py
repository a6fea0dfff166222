"""Lists of who, when and what, whatever their headings are called."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from scheduler.rotas.reading.reader import read_rota
from tests.scheduler.rotas.sheets import as_xlsx

TODAY = date(2026, 11, 29)
FIRST = date(2027, 1, 4)
PEOPLE = ("Rossi", "Byrne", "E Petit", "L Petit", "Haugen", "Ng", "Ash-Senior")
ORDERS = [(0, 1, 2), (1, 0, 2), (2, 1, 0)]


def duties(roles: Sequence[str], people: Sequence[str] = PEOPLE) -> list[tuple[str, date, str]]:
    return [
        (people[number % 7], FIRST + timedelta(days=number // 2), roles[number % len(roles)]) for number in range(42)
    ]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("roles", [("junior", "senior", "backup"), ("Night", "Late"), ("1st", "2nd")])
@pytest.mark.parametrize(
    "heads",
    [
        ("Name", "Date", "Role"),
        ("Who", "When", "What"),
        ("Arzt", "Datum", "Dienst"),
        ("Nom", "Date", "Poste"),
        ("Lekarz", "Data", "Dyżur"),
        ("Beteiligte", "Termin", "Einsatz"),
        (),
    ],
)
def test_a_list_in_any_words(heads: Sequence[str], roles: Sequence[str], order: Sequence[int]) -> None:
    said = duties(roles)
    rows: list[list[object]] = [[row[at] for at in order] for row in said]
    rota = read_rota(as_xlsx([[heads[at] for at in order], *rows] if heads else rows), "list.xlsx", today=TODAY)
    assert (rota.layout, sorted(rota.people)) == ("long", sorted(PEOPLE))
    assert [(duty.person, duty.date, duty.code) for duty in rota.duties] == said


def test_what_somebody_is_matters_only_where_nothing_says_what_they_do() -> None:
    rows = [[name, "SHO", day, code] for name, day, code in duties(("LD", "Night"))]
    rota = read_rota(as_xlsx([["Name", "Role", "Date", "Shift"], *rows]), "list.xlsx", today=TODAY)
    assert {duty.code for duty in rota.duties} == {"LD", "Night"}


@pytest.mark.parametrize(
    "heads", [("Date", "Call", "Backup"), ("Datum", "Dienst", "Hintergrund"), ("Fecha", "Guardia", "Localizada")]
)
def test_a_column_of_names_under_a_post_is_no_column_of_codes(heads: Sequence[str]) -> None:
    rows = [
        [FIRST + timedelta(days=number), PEOPLE[number % 7], f"{PEOPLE[(number + 2) % 7]} & {PEOPLE[(number + 4) % 7]}"]
        for number in range(21)
    ]
    rota = read_rota(as_xlsx([heads, *rows]), "calls.xlsx", today=TODAY)
    assert (rota.layout, sorted(rota.people), len(rota.duties)) == ("C", sorted(PEOPLE), 63)
    assert {duty.code for duty in rota.duties} == set(heads[1:])


def test_a_column_headed_day_may_hold_weekdays() -> None:
    rows = [[name, day.strftime("%A"), day, code] for name, day, code in duties(("junior", "senior"))]
    rota = read_rota(as_xlsx([["Name", "Day", "Date", "Role"], *rows]), "list.xlsx", today=TODAY)
    assert len(rota.duties) == 42
