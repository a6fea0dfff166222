"""Names as colleagues write them, joined to made-up people: nobody is taken for somebody else."""

from __future__ import annotations

import pytest

from scheduler.rotas.names import match_names
from tests.scheduler.rotas.naming.figures import Figures, measured
from tests.scheduler.rotas.naming.spellings import World, world

MOST_QUESTIONS = 15


def _figures(made: World) -> Figures:
    return measured(made, match_names([each.text for each in made.spelled], made.people, one_by_one=True))


@pytest.mark.parametrize("seed", range(100, 108))
def test_an_ordinary_department_is_joined_with_few_questions(seed: int) -> None:
    found = _figures(world(seed))
    assert (found.false, found.spellings) == ((), 305)
    assert found.questions <= MOST_QUESTIONS
    assert found.needless <= 10


@pytest.mark.parametrize("seed", range(100, 106))
def test_relatives_and_names_a_letter_apart_are_never_mixed_up(seed: int) -> None:
    found = _figures(world(seed, shared=0.15, is_hard=True))
    assert found.false == ()
    assert found.needless <= 30


@pytest.mark.parametrize("seed", range(100, 106))
def test_people_on_no_list_are_nobody_on_it(seed: int) -> None:
    assert _figures(world(seed, shared=0.1, strangers=25, is_hard=True)).false == ()


@pytest.mark.parametrize("seed", range(100, 103))
def test_a_small_group_with_many_namesakes(seed: int) -> None:
    assert _figures(world(seed, 40, 180, shared=0.5, is_hard=True)).false == ()
