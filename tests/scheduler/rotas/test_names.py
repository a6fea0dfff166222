"""Whom names stand for: certain, or asked."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.rotas.model import DutyKind, ReadDuty
from scheduler.rotas.names import NOBODY, ONE_BY_ONE, STRANGERS, Known, labels, match_names, spelling_key
from scheduler.rotas.reading.spellings import Spelling, lookalikes

PEOPLE = (
    Known(1, ("Anna Smith",), "anna@example.org"),
    Known(2, ("Zoë Müller-Łoś",), "zoe@example.org"),
    Known(3, ("William Jones",), "will@example.org"),
    Known(4, ("Ann Bee",), "ann1@example.org"),
    Known(5, ("Ann Bee",), "ann2@example.org"),
    Known(6, ("Orlaith O’Connor",), "orlaith@example.org"),
    Known(7, ("Jean-Pierre van der Berg",), "jp@example.org", ("Jean-Pierre Lund",)),
    Known(8, ("Rosa Marín Quiroga",), "rosa@example.org", (), "north"),
    Known(9, ("Rosa Tveit",), "rosa2@example.org", (), "south"),
    Known(10, ("Francesco Fabbri",), "ff@example.org"),
    Known(11, ("Wei Pan",), "pan@example.org"),
    Known(12, ("Kwesi B T",), "kwesi@example.org"),
    Known(13, ("Yıldız Østergård",), "yildiz@example.org"),
)


@pytest.mark.parametrize(
    ("written", "person"),
    [
        ("Anna Smith", 1),
        (" anna  SMITH ", 1),
        ("Smith, Anna", 1),
        ("Dr. Anna Smith", 1),
        ("Frau Dr. med. Anna Smith", 1),
        ("Anna Smith ST4 (registrar)", 1),
        ("anna@example.org", 1),
        ("Smith", 1),
        ("A. Smith", 1),
        ("Smith A", 1),
        ("Anna M Smith", 1),
        ("Zoe Muller-Los", 2),
        ("MÜLLER-ŁOŚ Zoë", 2),
        ("Zoe Mueller Los", 2),
        ("Zoë M", 2),
        ("William Jonse", 3),
        ("Wilhliam Joens", 3),
        ("Wiliam Jones", 3),
        ("Bill Jones", 3),
        ("ann2@example.org", 5),
        ("Orlaith OConnor", 6),
        ("Orlaith O Connor", 6),
        ("OʻCONNOR", 6),
        ("O\u02bcConnor, Orlaith", 6),
        ("JP van der Berg", 7),
        ("Jean Pierre Vanderberg", 7),
        ("J-P. v.d. Berg", 7),
        ("Jean-Pierre Lund", 7),
        ("Rosa M", 8),
        ("R Quiroga", 8),
        ("T Rosa", 9),
        ("Pan Wei", 11),
        ("Kwesi T", 12),
        ("KWESI", 12),
        ("Yildiz Oestergaard", 13),
        ("Yildiz Ostergard", 13),
    ],
)
def test_a_name_is_certain_where_one_person_can_be_meant(written: str, person: int) -> None:
    found = match_names([written], PEOPLE)
    assert found.certain == {written: person}
    assert found.confidence[written] >= 0.98


@pytest.mark.parametrize(
    ("written", "first"),
    [
        ("Ana Smith", "Anna Smith"),
        ("Annabel Smith", "Anna Smith"),
        ("Francesca Fabbri", "Francesco Fabbri"),
        ("Anna Smith-Larsen Brook", "Anna Smith"),
        ("Rosa Ostrander", "Rosa Marín Quiroga"),
        ("Kwesi Boateng", "Kwesi B T"),
        ("Petr Jones", "William Jones"),
        ("Anna Smyth", "Anna Smith"),
        ("Rosa Tveid", "Rosa Tveit"),
        ("Orla", "Orlaith O’Connor"),
    ],
)
def test_what_may_be_another_name_is_offered_and_not_taken(written: str, first: str) -> None:
    found = match_names([written], PEOPLE)
    assert not found.certain
    assert found.questions[0].answers[0] == first
    assert found.questions[0].answers[-1] == NOBODY


def test_a_name_unlike_any_offers_nobody_only() -> None:
    assert match_names(["Qwertz"], PEOPLE).questions[0].answers == (NOBODY,)


def test_many_names_unlike_any_are_one_question() -> None:
    names = ["Qwertz", "Uiop Asdf", "Hjkl", "Anna Smith"]
    found = match_names(names, PEOPLE)
    assert [(question.subject, question.answers) for question in found.questions] == [(STRANGERS, (NOBODY, ONE_BY_ONE))]
    assert found.strangers == ("Qwertz", "Uiop Asdf", "Hjkl")
    assert len(match_names(names, PEOPLE, one_by_one=True).questions) == 3


def test_two_people_of_one_name_are_asked_about_once_with_their_addresses() -> None:
    found = match_names(["Ann Bee", "ANN BEE", "Dr Ann Bee"], PEOPLE)
    assert not found.certain
    assert [set(question.answers) for question in found.questions] == [
        {"Ann Bee (ann1@example.org)", "Ann Bee (ann2@example.org)", NOBODY}
    ]


def test_a_name_that_is_part_of_a_longer_one_is_asked() -> None:
    people = (*PEOPLE, Known(20, ("Anna Smith Okoro",), "okoro@example.org"))
    assert match_names(["Anna Smith"], people).questions[0].answers[:2] == ("Anna Smith", "Anna Smith Okoro")
    assert match_names(["Anna Okoro"], people).certain == {"Anna Okoro": 20}


def test_a_file_that_writes_names_in_full_means_the_full_name() -> None:
    people = (*PEOPLE, Known(20, ("Anna Smith Okoro",), "okoro@example.org"))
    others = ["William Jones", "Orlaith O’Connor", "Wei Pan", "Rosa Tveit"]
    assert match_names(["Anna Smith", *others], people).certain["Anna Smith"] == 1


def test_a_former_name_counts_unless_it_is_somebodys_own() -> None:
    people = (*PEOPLE, Known(21, ("Jean-Pierre Lund",), "lund@example.org"))
    assert not match_names(["Jean-Pierre Lund"], people).certain


def test_somebody_else_in_the_file_may_be_meant_too() -> None:
    found = match_names(["Orlaith", "Orlaith Brannigan"], PEOPLE)
    assert not found.certain
    assert match_names(["Orlaith"], PEOPLE).certain == {"Orlaith": 6}


def test_a_file_full_of_others_makes_short_names_doubtful() -> None:
    others = [f"{given} Quast" for given in ("Bo", "Cy", "Dov", "Eck", "Flo", "Gil", "Hux", "Ike", "Jost")]
    assert not match_names(["Orlaith", *others], PEOPLE).certain


def test_initials_count_where_a_file_writes_people_so() -> None:
    people = [Known(number, (name,), str(number)) for number, name in enumerate(("Ada Quill", "Bo Rask", "Cy Tam"))]
    assert match_names(["AQ", "BR", "C.T."], people).certain == {"AQ": 0, "BR": 1, "C.T.": 2}
    assert not match_names(["AQ", "Bo Rask", "Cy Tam"], people).certain.keys() & {"AQ"}


def test_people_told_apart_by_figures_are_told_apart() -> None:
    people = [Known(number, (f"Resident {number}",), f"r{number}@example.org") for number in range(1, 25)]
    assert match_names(["Resident 1", "resident 11", "Resident 30"], people).certain == {
        "Resident 1": 1,
        "resident 11": 11,
    }


def test_what_was_answered_is_not_asked_again_however_it_is_typed() -> None:
    remembered = {"Ana": 1, "Locum": None, "Ann Bee": 5}
    found = match_names(["Ana", "Dr ANA", "locum", "Ann Bee"], PEOPLE, remembered)
    assert (found.certain, found.questions) == ({"Ana": 1, "Dr ANA": 1, "Ann Bee": 5}, ())


def _duty(person: str, day: int, cell: str, hours: tuple[int, int] | None = None) -> ReadDuty:
    on = date(2027, 3, day)
    start, end = (datetime.combine(on, time(hour)) for hour in hours) if hours else (None, None)
    return ReadDuty(person, on, "Ward", DutyKind.DAY, start, end, cell)


def test_a_question_names_the_places_and_the_most_frequent_comes_first() -> None:
    duties = [_duty("Ann Bee", 1, "Ward!B2"), *(_duty("Rosa", day, f"Ward!C{day}") for day in range(1, 6))]
    first, second = match_names(["Ann Bee", "Rosa"], PEOPLE, duties=duties).questions
    assert (first.subject, first.cell, second.cell) == ("Rosa", "Ward!C1", "Ward!B2")
    assert "5 places: Ward!C1, Ward!C2, Ward!C3 …" in first.text


def test_whoever_is_at_another_post_then_comes_last_and_stays_a_question() -> None:
    duties = [_duty("Rosa", 1, "Ward!B2"), _duty("Rosa Tveit", 1, "Ward!C2"), _duty("Rosa Quiroga", 2, "Ward!C3")]
    found = match_names(["Rosa", "Rosa Tveit", "Rosa Quiroga"], PEOPLE, duties=duties)
    assert found.questions[0].answers == ("Rosa Marín Quiroga", "Rosa Tveit", NOBODY)
    other_half = [_duty("Rosa", 1, "Ward!B2", (8, 12)), _duty("Rosa Marín Quiroga", 1, "Ward!C2", (14, 18))]
    assert match_names(["Rosa"], PEOPLE, duties=other_half).questions[0].answers[0] == "Rosa Marín Quiroga"


def test_the_people_of_the_rotas_site_come_first() -> None:
    assert match_names(["Rosa"], PEOPLE, site="south").questions[0].answers[0] == "Rosa Tveit"
    assert match_names(["Rosa"], PEOPLE, site="north").questions[0].answers[0] == "Rosa Marín Quiroga"


def test_a_short_name_beside_the_full_one_at_the_same_time_is_somebody_else() -> None:
    duties = [_duty("Orlaith", 1, "Ward!B2"), _duty("Orlaith O’Connor", 1, "Ward!C2")]
    names = ["Orlaith", "Orlaith O’Connor"]
    assert match_names(names, PEOPLE, duties=duties).certain == {"Orlaith O’Connor": 6}
    assert match_names(names, PEOPLE, duties=[duties[0], _duty("Orlaith O’Connor", 2, "Ward!C3")]).questions == ()


def test_where_people_are_at_two_posts_that_says_nothing() -> None:
    duties = [
        _duty("Orlaith", 1, "Ward!B2"), _duty("Orlaith O’Connor", 1, "Ward!C2"),
        _duty("Wei Pan", 1, "Ward!D2"), _duty("Wei Pan", 1, "Ward!E2"),
    ]  # fmt: skip
    assert not match_names(["Orlaith", "Orlaith O’Connor", "Wei Pan"], PEOPLE, duties=duties).questions


def test_spellings_that_differ_in_dress_only_have_one_key() -> None:
    assert {spelling_key(name) for name in ("Dr. Zoë O'Brien", "ZOE OʼBRIEN", "zoe obrien (SpR)")} == {"zoe obrien"}
    assert spelling_key("A B") != spelling_key("B A")


def test_labels_name_everybody_apart() -> None:
    assert len(labels(PEOPLE)) == len(PEOPLE)


@given(st.lists(st.text(min_size=1, max_size=12), max_size=6))
def test_every_name_is_either_certain_or_asked(names: list[str]) -> None:
    found = match_names(names, PEOPLE, one_by_one=True)
    asked = {spelling_key(question.subject) for question in found.questions}
    assert all((name in found.certain) != (spelling_key(name) in asked) for name in names)


def test_the_commonest_spelling_is_used() -> None:
    spelling = Spelling(["james", "James", "James ", "JAMES"])
    assert {spelling.of(name) for name in ("james", " JAMES", "James")} == {"James"}


@pytest.mark.parametrize(
    ("rare", "usual"),
    [
        ("Wiliam", "William"),
        ("Anna Brnadt", "Anna Brandt"),
        ("Gui", "Guilherme"),
        ("Bill", "William"),
        ("Gui", "Guilherme S"),
    ],
)
def test_what_may_be_one_name_is_asked(rare: str, usual: str) -> None:
    assert list(lookalikes({usual: 9, rare: 1, "Zed": 4})) == [(rare, usual)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Slot 1", "Slot 2"), ("E Quast", "L Quast"), ("Ana M", "Ana N"), ("Tran", "Tran-Senior"), ("Maria", "Marta"),
        ("Petrov", "Petrova"), ("Martin", "Martina"), ("Maria", "Maria S"), ("Anna Brandt", "Otto Brandt"),
    ],
)  # fmt: skip
def test_other_people_are_not_asked_about(one: str, other: str) -> None:
    assert list(lookalikes({one: 9, other: 1})) == []
    assert list(lookalikes({one: 1, other: 9})) == []
