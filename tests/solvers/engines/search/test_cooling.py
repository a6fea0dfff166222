"""At which temperatures to search, as the instance itself shows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from solvers.engines.search.annealing import anneal
from solvers.engines.search.chains import Chain
from solvers.engines.search.construction import construct_groups
from solvers.engines.search.cooling import Cooling, CoolingSchedule, Sounding, cooling_of, sound
from solvers.engines.search.memory_layout import new_state
from solvers.engines.search.problem_encoding import encode_instance
from solvers.engines.search.row_codec import EncodedInstance
from solvers.engines.search.state import SCORE
from solvers.instance import Instance, Weights
from tests.solvers.engines.search.test_driver import thirty_residents


def learnt(instance: Instance) -> Cooling:
    problem = EncodedInstance(instance, *encode_instance(instance)).problem
    state = new_state(problem, seed=1)
    construct_groups(problem, state, 10)
    chain = Chain(problem, state)
    sounding = sound(problem, state, 2000)
    chain.anneal_moves(sounding.schedule, 40_000, lambda: False, batch_moves=400)
    return cooling_of([(sounding, chain.course)])


def test_a_course_says_where_its_rise_is_made() -> None:
    course = [
        (100.0, 0),
        (50.0, 0),
        (40.0, 0),
        (30.0, 0),
        (20.0, 0),
        (10.0, 1000),
        (5.0, 1000),
        (2.0, 1000),
        (1.0, 1000),
    ]
    cooling = cooling_of([(Sounding(-1000.0, CoolingSchedule(100.0, 1.0)), course)])
    assert cooling.anew.initial == 5.0  # of the last five scores two are 1000 there: 1400 of the 1800 at the end
    assert cooling.again.initial == cooling.anew.final == 1.0


def test_a_cooling_that_was_stopped_before_it_rose_says_where_it_stopped() -> None:
    course = [(100.0, -1200), (90.0, -1100)]
    cooling = cooling_of([(Sounding(-1000.0, CoolingSchedule(100.0, 1.0)), course)])
    assert cooling.anew == cooling.again == CoolingSchedule(90.0, 90.0)


def test_the_temperatures_grow_with_what_points_are_worth() -> None:
    """The same problem with every weight a hundredfold is searched at a hundred times the temperature."""
    plain = thirty_residents()
    points = {
        name: {mark: 100 * value for mark, value in dict(weight).items()} if name == "attend" else 100 * weight
        for name in Weights.__dataclass_fields__
        for weight in [getattr(plain.weights, name)]
    }
    small, large = learnt(plain), learnt(replace(plain, weights=Weights(**points)))
    assert 30 < large.anew.initial / small.anew.initial < 300
    assert 10 < large.anew.final / small.anew.final < 1000


def test_each_schedule_falls_and_going_on_begins_no_hotter_than_beginning_anew() -> None:
    cooling = learnt(thirty_residents())
    assert cooling.anew.initial >= cooling.again.initial >= cooling.again.final > 0
    assert cooling.anew.final == cooling.again.final


@pytest.mark.parametrize("temperature", [1e9, 1e-9])
def test_the_score_that_is_kept_is_that_of_the_rows_at_any_temperature(temperature: float) -> None:
    instance = thirty_residents()
    problem = EncodedInstance(instance, *encode_instance(instance)).problem
    state = new_state(problem, seed=1)
    construct_groups(problem, state, 10)
    anneal(problem, state, 5000, temperature, temperature)
    chain = Chain(problem, new_state(problem, seed=2))
    rows = Chain(problem, state).rows()
    chain.restart(rows)
    assert int(state.words[SCORE]) == chain.published[0]
