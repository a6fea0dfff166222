"""Who stands in a cell, told by all cells of a sheet."""

from __future__ import annotations

import pytest

from scheduler.rotas.reading.cell_names import CellNames, Named, looks_like_name, slips
from scheduler.rotas.reading.nobody import is_event, is_nobody


def names(text: str, *others: str) -> list[str]:
    return [each.name for each in CellNames((text, *others)).of(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Ana, Björn",
        "Ana/Björn",
        "Ana & Björn",
        "Ana; Björn",
        "Ana\nBjörn",
        "Ana and Björn",
        "Ana und Björn",
        "Ana et Björn",
        "Ana e Björn",
        "Ana y Björn",
        "Ana - Björn",
        " Ana,Björn,",
        "Ana*, Björn (?)",
    ],
)
def test_signs_and_words_part_names(text: str) -> None:
    assert names(text, "Ana", "Björn") == ["Ana", "Björn"]


def test_a_comma_parts_nothing_where_every_cell_is_surname_and_given_name() -> None:
    cells = ("Rossi, Ana", "Byrne, Karin", "Petit, Luís", "Rossi, Ana / Petit, Luís")
    assert names(cells[0], *cells) == ["Rossi, Ana"]
    assert names(cells[3], *cells) == ["Rossi, Ana", "Petit, Luís"]


def test_a_comma_parts_people_who_stand_in_either_order_or_alone() -> None:
    assert names("Ana, Karin", "Karin, Ana", "Luís, Ana") == ["Ana", "Karin"]
    assert names("Rossi, Byrne", "Petit", "Rossi", "Byrne", "Petit") == ["Rossi", "Byrne"]


def test_a_capital_between_names_is_an_initial() -> None:
    assert names("Maria E Rossi") == ["Maria E Rossi"]
    assert names("Bianca P, Bianca T") == ["Bianca P", "Bianca T"]


def test_a_line_break_within_a_name_that_stands_elsewhere_parts_nothing() -> None:
    assert names("Ana\nRossi", "Ana Rossi") == ["Ana Rossi"]


def test_posts_and_halves_stand_beside_names() -> None:
    assert CellNames(("S: Byrne\nJ: E Rossi",)).of("S: Byrne\nJ: E Rossi") == (
        Named("Byrne", post="S"),
        Named("E Rossi", post="J"),
    )
    assert CellNames(("Ana(AM)- Petit (PM)",)).of("Ana(AM)- Petit (PM)") == (Named("Ana", "AM"), Named("Petit", "PM"))
    assert CellNames(("Ana (AM), Petit",)).of("Ana (AM), Petit") == (Named("Ana", "AM"), Named("Petit"))


def test_a_note_behind_a_name_is_dropped_if_the_name_stands_without_one() -> None:
    assert names("Byrne (till 5)", "Byrne") == ["Byrne"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "---",
        "xxxxxx",
        "XXX",
        "x",
        "n/a",
        "N/A",
        "TBC",
        "no cover",
        "Holiday",
        "Feiertag",
        "vakant",
        "non couvert",
    ],
)
def test_nobody(text: str) -> None:
    assert is_nobody(text)
    assert names(text) == []


def test_events_are_no_names() -> None:
    for text in ("Mortality meeting", "FORTBILDUNG", "curso de ética"):
        assert is_event(text)
        assert not looks_like_name(text, {})


@pytest.mark.parametrize(
    "text",
    ["Ana", "ANA ROSSI", "van der Berg", "O’Dowd", "Ash-Senior", "E Rossi", "Ng", "Dr. Byrne", "Rossi, Ana", "김민준"],
)
def test_what_looks_like_a_name(text: str) -> None:
    assert looks_like_name(text, {})


@pytest.mark.parametrize(
    "text",
    ["N", "LD", "AL", "Night", "Clinic", "Ward 5", "Cardiology", "on call", "Monday", "12", "s", "TBC", "Plantão"],
)
def test_what_does_not(text: str) -> None:
    assert not looks_like_name(text, {})


def test_a_slip_is_likely_one_person_and_another_initial_is_not() -> None:
    assert list(slips({"KARIN P": 5, "KARN P": 1})) == [("KARN P", "KARIN P")]
    assert not list(slips({"KARIN P": 5, "KARIN T": 1}))


def test_a_blank_that_is_lost_is_a_slip_though_an_initial_goes_with_it() -> None:
    assert list(slips({"OLUWASEUN W P": 5, "OLUWASEUNW P": 1})) == [("OLUWASEUNW P", "OLUWASEUN W P")]
    assert list(slips({"OLUWASEUN W P": 5, "OLUWASEUN V P": 1})) == []
