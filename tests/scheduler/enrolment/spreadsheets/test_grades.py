"""Names of grades: which are one, where new ones go, and who moves."""

from __future__ import annotations

import pytest

from scheduler.enrolment.spreadsheets.grades import find_grade, step_inside, step_of, with_new, with_numbers
from scheduler.programmes.model import Grade

LADDER = (Grade(1, "FY1"), Grade(2, "FY2"), Grade(5, "ST3"))


@pytest.mark.parametrize("written", ["fy 2", "F2", "Foundation Year 2", "Foundation Doctor Year 2", "FY-2"])
def test_one_grade_has_many_spellings(written: str) -> None:
    found = find_grade(written, LADDER)
    assert found is not None
    assert found.name == "FY2"


@pytest.mark.parametrize("written", ["Nurse", "2027", "Band 6", "Professor", "", "north"])
def test_other_words_are_no_grade(written: str) -> None:
    assert step_of(written) is None
    assert find_grade(written, LADDER) is None


def test_a_grade_is_found_inside_a_job_title() -> None:
    found = step_inside("Specialty Registrar (ST6), Renal Medicine")
    assert found is not None
    assert (found.name, found.years) == ("ST6", 8)


def test_new_grades_take_their_years_of_training_where_those_are_free() -> None:
    grades, moved = with_new((), ("ST4", "FY1", "PGY-3", "SHO"), {})
    assert [(grade.stage, grade.name) for grade in grades] == [(1, "FY1"), (3, "PGY-3"), (4, "SHO"), (6, "ST4")]
    assert moved == {}


def test_a_grade_without_room_moves_those_above() -> None:
    grades, moved = with_new((Grade(1, "FY1"), Grade(2, "ST3")), ("FY2", "CT1"), {"Odd": "ST3"})
    assert [grade.name for grade in grades] == ["FY1", "FY2", "CT1", "ST3", "Odd"]
    assert [grade.stage for grade in grades] == [1, 2, 3, 4, 5]
    assert moved == {2: 4}


def test_new_grades_for_one_place_are_in_the_order_of_their_names() -> None:
    names = ("Semester 10", "Semester 2", "Semester 1")
    assert [grade.name for grade in with_new((), names, {})[0]] == ["Semester 1", "Semester 2", "Semester 10"]
    after, _ = with_new(LADDER, (), dict.fromkeys(names, "FY2"))
    assert [grade.name for grade in after] == ["FY1", "FY2", "Semester 1", "Semester 2", "Semester 10", "ST3"]


def test_a_number_gets_the_name_of_its_year_and_other_numbers_stay() -> None:
    grades, moved = with_new(with_numbers((), {1, 2, 3}), ("FY1", "CT1"), {})
    assert [(grade.stage, grade.name) for grade in grades] == [(1, "FY1"), (2, "2"), (3, "CT1")]
    assert moved == {}
