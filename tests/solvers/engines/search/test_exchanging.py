"""What an exchange of residents is told to change is what laying the changed group out finds."""

from __future__ import annotations

from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solvers.engines.compiling import entry
from solvers.engines.search.annealing import anneal
from solvers.engines.search.blocks import new_state
from solvers.engines.search.exchanging import UNSURE, exchange
from solvers.engines.search.founding import found_some
from solvers.engines.search.glancing import glance, mode_allowed
from solvers.engines.search.layout import lay_out
from solvers.engines.search.problem import NOBODY, REFUSED, Problem
from solvers.engines.search.state import FIXED, GLANCED, LIVE, MODE, State, group_row, live, residents_of, trial_row
from solvers.engines.search.trials import add_resident, copy_group, drop_resident, judge, replace_resident
from solvers.instance import Instance
from tests.solvers.strategies import instances, repairs

SIZES = {"most_residents": 9, "most_faculty": 3, "most_slots": 9}


@entry
def told(problem: Problem, state: State, number: int, leaving: int, joining: int) -> int:
    return exchange(problem, state, number, leaving, joining)


@entry
def found(problem: Problem, state: State, number: int, leaving: int, joining: int) -> int:
    """The change at the present dates, by laying the changed group out; UNSURE where its mode would have to change."""
    row, trial = group_row(problem, state, number), trial_row(problem, state, 1)
    copy_group(problem, state, number, trial)
    if leaving != NOBODY and joining != NOBODY:
        replace_resident(trial, leaving, joining)
    elif leaving != NOBODY:
        drop_resident(trial, leaving)
    elif joining != NOBODY and not add_resident(problem, trial, joining):
        return REFUSED
    if not judge(problem, state, trial):
        return REFUSED
    if not mode_allowed(problem, trial, trial[MODE]):
        return UNSURE
    return trial[FIXED] + glance(problem, state, trial) - row[FIXED] - row[GLANCED]


@entry
def group_at(problem: Problem, state: State, place: int) -> int:
    return live(problem, state)[place]


@entry
def members(problem: Problem, state: State, number: int) -> list[int]:
    return [int(resident) for resident in residents_of(problem, group_row(problem, state, number))]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(instances(**SIZES), repairs(**SIZES)), st.randoms())
def test_what_is_told_is_what_laying_out_finds(instance: Instance, chance: Random) -> None:
    problem, _ = lay_out(instance)
    state = new_state(problem, seed=chance.getrandbits(30))
    if not instance.models or not found_some(problem, state, 30):
        return
    anneal(problem, state, 300, 10.0, 5.0)
    residents = range(len(instance.residents))
    for _ in range(30 if state.words[LIVE] else 0):
        number = group_at(problem, state, chance.randrange(int(state.words[LIVE])))
        inside = members(problem, state, number)
        leaving = chance.choice([NOBODY, *inside])
        joining = chance.choice([NOBODY, *(set(residents) - set(inside))])
        if len(inside) + (joining != NOBODY) - (leaving != NOBODY) == 0:
            continue
        points = told(problem, state, number, leaving, joining)
        if points < UNSURE:
            assert points == found(problem, state, number, leaving, joining)
