"""The delta of an exchange of residents is the difference that a full evaluation of the changed group finds."""

from __future__ import annotations

from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solvers.engines.compilation import entry
from solvers.engines.search.acceptance import evaluate_static
from solvers.engines.search.annealing import anneal
from solvers.engines.search.construction import construct_groups
from solvers.engines.search.delta_evaluation import UNDECIDED, exchange_delta
from solvers.engines.search.memory_layout import new_state
from solvers.engines.search.problem import INFEASIBLE, NONE, Problem
from solvers.engines.search.problem_encoding import encode_instance
from solvers.engines.search.quick_estimate import estimate_date_score, mode_allowed
from solvers.engines.search.row_edits import add_resident, copy_group, drop_resident, replace_resident
from solvers.engines.search.state import (
    ESTIMATED_SCORE,
    MODE,
    STATIC_SCORE,
    USED_ROWS,
    State,
    group_row,
    residents_of,
    trial_row,
    used_rows,
)
from solvers.instance import Instance
from tests.solvers.strategies import instances, repairs

SIZES = {"most_residents": 9, "most_faculty": 3, "most_slots": 9}


@entry
def delta(problem: Problem, state: State, number: int, leaving: int, joining: int) -> int:
    return exchange_delta(problem, state, number, leaving, joining)


@entry
def fully_evaluated(problem: Problem, state: State, number: int, leaving: int, joining: int) -> int:
    """The delta at the current dates by full evaluation; UNDECIDED where the mode would have to change."""
    row, trial = group_row(problem, state, number), trial_row(problem, state, 1)
    copy_group(problem, state, number, trial)
    if leaving != NONE and joining != NONE:
        replace_resident(trial, leaving, joining)
    elif leaving != NONE:
        drop_resident(trial, leaving)
    elif joining != NONE and not add_resident(problem, trial, joining):
        return INFEASIBLE
    if not evaluate_static(problem, state, trial):
        return INFEASIBLE
    if not mode_allowed(problem, trial, trial[MODE]):
        return UNDECIDED
    return trial[STATIC_SCORE] + estimate_date_score(problem, state, trial) - row[STATIC_SCORE] - row[ESTIMATED_SCORE]


@entry
def group_at(problem: Problem, state: State, index: int) -> int:
    return used_rows(problem, state)[index]


@entry
def members(problem: Problem, state: State, number: int) -> list[int]:
    return [int(resident) for resident in residents_of(problem, group_row(problem, state, number))]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(instances(**SIZES), repairs(**SIZES)), st.randoms())
def test_a_delta_is_what_a_full_evaluation_finds(instance: Instance, rng: Random) -> None:
    problem, _ = encode_instance(instance)
    state = new_state(problem, seed=rng.getrandbits(30))
    if not instance.models or not construct_groups(problem, state, 30):
        return
    anneal(problem, state, 300, 10.0, 5.0)
    residents = range(len(instance.residents))
    for _ in range(30 if state.words[USED_ROWS] else 0):
        number = group_at(problem, state, rng.randrange(int(state.words[USED_ROWS])))
        inside = members(problem, state, number)
        leaving = rng.choice([NONE, *inside])
        joining = rng.choice([NONE, *(set(residents) - set(inside))])
        if len(inside) + (joining != NONE) - (leaving != NONE) == 0:
            continue
        points = delta(problem, state, number, leaving, joining)
        if points < UNDECIDED:
            assert points == fully_evaluated(problem, state, number, leaving, joining)
