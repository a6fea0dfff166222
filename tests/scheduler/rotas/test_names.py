"""Whom names stand for: certain, or asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.rotas.names import Known, labels, match_names
from scheduler.rotas.reading.spellings import Spelling, lookalikes

PEOPLE = (
    Known(1, ("Anna Smith",), "anna@example.org"),
    Known(2, ("Zoë Müller-Łoś",), "zoe@example.org"),
    Known(3, ("William Jones",), "will@example.org"),
    Known(4, ("Ann Bee",), "ann1@example.org"),
    Known(5, ("Ann Bee",), "ann2@example.org"),
)


@pytest.mark.parametrize(
    ("written", "person"),
    [
        ("Anna Smith", 1),
        (" anna  SMITH ", 1),
        ("Smith, Anna", 1),
        ("Dr. Anna Smith", 1),
        ("anna@example.org", 1),
        ("Zoe Muller-Los", 2),
        ("MÜLLER-ŁOŚ Zoë", 2),
        ("ann2@example.org", 5),
    ],
)
def test_the_same_name_in_other_letters_is_certain(written: str, person: int) -> None:
    assert match_names([written], PEOPLE).certain == {written: person}


@pytest.mark.parametrize(
    ("written", "first"),
    [
        ("Ana Smith", "Anna Smith"),
        ("Smith", "Anna Smith"),
        ("Wiliam Jones", "William Jones"),
        ("A. Smith", "Anna Smith"),
    ],
)
def test_a_likely_name_is_offered_and_not_taken(written: str, first: str) -> None:
    found = match_names([written], PEOPLE)
    assert not found.certain
    assert found.questions[0].answers[0] == first
    assert found.questions[0].answers[-1] == "nobody"


def test_a_name_unlike_any_offers_nobody_only() -> None:
    assert match_names(["Qwertz"], PEOPLE).questions[0].answers == ("nobody",)


def test_two_people_of_one_name_are_asked_about_with_their_addresses() -> None:
    found = match_names(["Ann Bee", "bee, ann"], PEOPLE)
    assert not found.certain
    for question in found.questions:
        assert set(question.answers) == {"Ann Bee (ann1@example.org)", "Ann Bee (ann2@example.org)", "nobody"}


def test_what_was_answered_is_not_asked_again() -> None:
    found = match_names(["Ana", "Locum", "Ann Bee"], PEOPLE, {"Ana": 1, "Locum": None, "Ann Bee": 5})
    assert (found.certain, found.questions) == ({"Ana": 1, "Ann Bee": 5}, ())


def test_labels_name_everybody_apart() -> None:
    assert len(labels(PEOPLE)) == len(PEOPLE)


@given(st.lists(st.text(min_size=1, max_size=12), max_size=6))
def test_every_name_is_either_certain_or_asked(names: list[str]) -> None:
    found = match_names(names, PEOPLE)
    assert found.certain.keys() | {question.subject for question in found.questions} == set(names)
    assert not found.certain.keys() & {question.subject for question in found.questions}


def test_the_commonest_spelling_is_used() -> None:
    spelling = Spelling(["james", "James", "James ", "JAMES"])
    assert {spelling.of(name) for name in ("james", " JAMES", "James")} == {"James"}


def test_other_figures_are_other_people() -> None:
    assert list(lookalikes({"Slot 1": 5, "Slot 2": 5, "Wiliam": 1, "William": 9, "Jane": 2})) == [("Wiliam", "William")]
