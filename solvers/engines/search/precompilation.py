"""Precompilation: every compiled function called once on an example, which compiles what is not compiled yet."""

from __future__ import annotations

from solvers.engines.search.chains import Chain
from solvers.engines.search.construction import construct_groups, place_anywhere
from solvers.engines.search.cooling import CoolingSchedule
from solvers.engines.search.memory_layout import new_state
from solvers.engines.search.problem_encoding import encode_instance
from solvers.engines.search.row_codec import EncodedInstance
from solvers.engines.search.state import SIZE
from solvers.engines.search.state_updates import evaluate_group, insert_group, remove_group, store_incumbent
from solvers.instance import Instance

_MOVES = 2000


def precompile(instance: Instance) -> None:
    """Compile what searches of any instance need, by a search of ``instance``, in which a group must be possible."""
    problem = EncodedInstance(instance, *encode_instance(instance)).problem
    state = new_state(problem, seed=0)
    construct_groups(problem, state, 10)
    place_anywhere(problem, state, 0)
    store_incumbent(problem, state)
    chain = Chain(problem, state)
    chain.restart(chain.incumbent_rows())
    chain.anneal_moves(CoolingSchedule(10.0, 1.0), _MOVES, lambda: False)
    rows = chain.rows()
    number = int(rows[:, SIZE].argmax())
    remove_group(problem, state, number)
    evaluate_group(problem, state, rows[number], True)
    insert_group(problem, state, rows[number])
