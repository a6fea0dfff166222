"""A repair begins with the plan that there was: taking it over loses nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from solvers.engines.search.chains import Chain
from solvers.engines.search.memory_layout import new_state
from solvers.engines.search.problem_encoding import encode_instance
from solvers.engines.search.row_codec import EncodedInstance, decode_groups
from solvers.engines.search.state_updates import store_incumbent
from solvers.engines.search.warm_start import load_previous
from solvers.instance import Group, Instance, Session
from solvers.referee import check
from solvers.solution import Solution
from tests.solvers.builders import a_facilitator, a_group, a_model, a_resident, an_instance
from tests.solvers.families import FAMILIES, of_family, planned


def taken_over(instance: Instance) -> tuple[Group, ...]:
    """The plan that a repair of an instance begins with."""
    encoded = EncodedInstance(instance, *encode_instance(instance))
    state = new_state(encoded.problem, seed=1)
    load_previous(encoded, state)
    store_incumbent(encoded.problem, state)
    return decode_groups(encoded, Chain(encoded.problem, state).incumbent_rows())


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("stretches", [0, 1, 30])
def test_a_plan_that_stands_loses_no_point(family: str, seed: int, stretches: int) -> None:
    instance = of_family(family, seed)
    previous = planned(instance, stretches).groups
    instance = replace(instance, previous=previous)
    standing = check(instance, Solution(instance.name, previous))
    found = check(instance, Solution(instance.name, taken_over(instance)))
    assert found.ok
    assert found.score >= standing.score


def test_no_group_takes_the_facilitator_by_whom_another_meets() -> None:
    """Either of two could lead the first group, and only the one of them the second."""
    people = [a_resident("r1"), a_resident("r2"), a_facilitator("f1", capacity=2), a_facilitator("f2")]
    model = a_model(size=(1, 1), facilitators=(1, 2), present=1)
    first = a_group("r1", [0, 1], id="g1", facilitators=("f1", "f2"))
    first = replace(first, sessions=(Session(0, 0, ("f2",)), Session(1, 1, ("f2",))))
    second = a_group("r2", [0, 1], id="g2", facilitators=("f1",))
    instance = an_instance(people, models=(model,), previous=(first, second))
    assert check(instance, Solution("tiny", (first, second))).ok
    assert taken_over(instance) == (first, second)
