"""A name that is typed as an answer: whatever the box that finds people would take."""

from __future__ import annotations

import pytest

from scheduler.rotas.answers import parse_answers
from scheduler.rotas.names import Known
from scheduler.rotas.typed_names import whom

PEOPLE = (
    Known(1, ("Zoë Novák",), "zoe.novak@example.org"),
    Known(2, ("James Smith",), "j.smith@example.org", former=("James Miller",)),
    Known(3, ("Jane Smith-Okafor",), "jane@example.org"),
    Known(4, ("Kim Lee",), "kim@example.org"),
    Known(5, ("Kimberley Leeson",), "kimberley@example.org"),
    Known(6, ("Ann O'Neil",), "ann1@example.org"),
    Known(7, ("Ann O'Neil",), "ann2@example.org"),
)


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("zoe novak", "Zoë Novák"),
        ("Novak, Zoe", "Zoë Novák"),
        ("novak z", "Zoë Novák"),
        ("jane smith", "Jane Smith-Okafor"),
        ("miller", "James Smith"),
        ("Kim Lee", "Kim Lee"),
        ("kim", "Kim Lee"),
        ("leeson", "Kimberley Leeson"),
        ("J.SMITH@example.org", "James Smith"),
        ("kimberley@", "Kimberley Leeson"),
        ("ann o'neil (ann2@example.org)", "Ann O'Neil (ann2@example.org)"),
    ],
)
def test_whoever_is_meant_is_found(typed: str, label: str) -> None:
    assert whom(typed, PEOPLE) == (label, "")


def test_a_title_is_no_evidence_of_who_is_meant() -> None:
    doctors = tuple(Known(number, (f"Dr {name}",), f"{number}@example.org") for number, name in enumerate(
        ("Zoe Novak", "Jim Smith", "Noa Bodd"), start=1
    ))  # fmt: skip
    assert whom("Dr Jim Smith", (Known(1, ("Jim Smith",), "j@example.org"),)) == ("Jim Smith", "")
    for typed in ("Dr", "Dr Nobody Atall"):
        label, fault = whom(typed, doctors)
        assert (label, fault) == ("", f"Nobody in the programme is called “{typed}”.")


def test_what_was_typed_is_repeated_shortly() -> None:
    _, fault = whom("nonsense " * 400, PEOPLE)
    assert len(fault) < 200


def test_several_are_named_and_nobody_is_taken() -> None:
    label, fault = whom("smith", PEOPLE)
    assert (label, fault) == (
        "", "“smith” could be any of these people: James Smith, Jane Smith-Okafor. Please write more of the name.",
    )  # fmt: skip
    assert whom("oneil", PEOPLE)[0] == ""


def test_a_name_that_is_nearly_somebodys_is_suggested_and_not_taken() -> None:
    label, fault = whom("Zoe Novack", PEOPLE)
    assert (label, "Did you mean Zoë Novák?" in fault) == ("", True)


@pytest.mark.parametrize("typed", ["z", "", "Someone Else"])
def test_too_little_and_strangers_are_nobody(typed: str) -> None:
    label, fault = whom(typed, PEOPLE)
    assert (label, fault.startswith("Nobody in the programme is called")) == ("", True)


def test_an_answer_about_a_rotas_name_takes_it() -> None:
    assert parse_answers({("person", "Novak D."): "novak"}, PEOPLE).people == {"Novak D.": 1}
