"""Plans that no change of one resident or one group leads to."""

from __future__ import annotations

import numpy as np
import pytest

from solvers.engine import Engine
from solvers.engines.search import state as s
from solvers.engines.search.annealing import anneal
from solvers.engines.search.chains import Chain
from solvers.engines.search.construction import construct_groups
from solvers.engines.search.memory_layout import new_state
from solvers.engines.search.problem_encoding import encode_instance
from solvers.engines.search.row_codec import EncodedInstance
from solvers.solve import solve
from solvers.stop import Limits
from tests.solvers.builders import a_model, a_resident, an_instance
from tests.solvers.engines.search.test_driver import thirty_residents


def test_groups_that_are_all_full_are_formed_anew() -> None:
    """Eight people in twos: whoever wants whom can only sit together if two full groups are taken apart at once."""
    people = [a_resident(f"r{k}", wants=(f"r{k ^ 1}",)) for k in range(8)]
    instance = an_instance(people, models=(a_model(size=(2, 2), facilitators=(0, 0)),))
    solution = solve(instance, Limits(seconds=1.0, workers=1), engine=Engine.SEARCH)
    assert {frozenset(group.residents) for group in solution.groups} == {
        frozenset((f"r{k}", f"r{k + 1}")) for k in range(0, 8, 2)
    }


@pytest.mark.parametrize("temperature", [1e9, 30.0, 0.1])
def test_rebuilding_alone_keeps_the_books(temperature: float) -> None:
    """Whatever is rebuilt, the score kept is that of the rows, and everyone is in one group or unplaced."""
    instance = thirty_residents()
    problem = EncodedInstance(instance, *encode_instance(instance)).problem
    state = new_state(problem, seed=3)
    construct_groups(problem, state, 20)
    state.words[s.PER_MILLE_REBUILD], state.words[s.PER_MILLE_FORM], state.words[s.PER_MILLE_DISSOLVE] = 1000, 0, 0
    unplaced = int(state.words[s.UNPLACED])
    anneal(problem, state, 3000, temperature, temperature)
    assert state.words[s.UNPLACED] <= unplaced
    chain, again = Chain(problem, state), Chain(problem, new_state(problem, seed=4))
    rows = chain.rows()
    again.restart(rows)
    assert again.published[0] == int(state.words[s.SCORE])
    placed = int(rows[:, s.SIZE].sum())
    assert placed + int(state.words[s.UNPLACED]) == len(instance.residents)
    members = np.concatenate([row[s.ROW_HEAD : s.ROW_HEAD + row[s.SIZE]] for row in rows])
    assert len(set(members.tolist())) == placed
