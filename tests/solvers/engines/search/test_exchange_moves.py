"""Several residents of two groups who change places at once, and what else changes with them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from solvers.engines.compilation import uncompiled
from solvers.engines.search import state as s
from solvers.engines.search.annealing import anneal
from solvers.engines.search.chains import Chain
from solvers.engines.search.construction import construct_groups
from solvers.engines.search.memory_layout import new_state
from solvers.engines.search.problem_encoding import encode_instance
from solvers.engines.search.row_codec import EncodedInstance
from tests.solvers.engines.search.test_driver import thirty_residents


@pytest.mark.parametrize("temperature", [1e9, 30.0, 0.1])
def test_exchanging_several_alone_keeps_the_books(temperature: float) -> None:
    instance = thirty_residents()
    problem = EncodedInstance(instance, *encode_instance(instance)).problem
    state = new_state(problem, seed=5)
    construct_groups(problem, state, 20)
    state.words[s.PER_MILLE_CHANGE_MODE : s.PER_MILLE_SEVERAL] = 0
    state.words[s.PER_MILLE_SEVERAL], state.words[s.PER_MILLE_REBUILD] = 1000, 0
    before = Chain(problem, state).rows()
    anneal(problem, state, 20_000, temperature, temperature)
    after = Chain(problem, state).rows()
    again = Chain(problem, new_state(problem, seed=6))
    again.restart(after)
    assert again.published[0] == int(state.words[s.SCORE])
    assert before[:, s.SIZE].sum() <= after[:, s.SIZE].sum()  # those unplaced may find a place
    assert (before != after).any()


def test_two_groups_do_not_both_take_a_facilitator_who_offered_one() -> None:
    instance = thirty_residents()
    instance = replace(instance, faculty=tuple(replace(one, capacity=1) for one in instance.faculty))
    problem = EncodedInstance(instance, *encode_instance(instance)).problem
    state = new_state(problem, seed=5)
    construct_groups(problem, state, 20)
    state.words[s.PER_MILLE_CHANGE_MODE : s.PER_MILLE_SEVERAL] = 0
    state.words[s.PER_MILLE_SEVERAL], state.words[s.PER_MILLE_REBUILD] = 1000, 0
    for _ in range(200):
        anneal(problem, state, 200, 1e9, 1e9)
        assert uncompiled(s.facilitator_load)(problem, state).max() <= 1
