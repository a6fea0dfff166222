"""The final selection: no less than the best plan, and enough to prove the best plan of a small instance."""

from __future__ import annotations

from random import Random

import numpy as np
from hypothesis import HealthCheck, given, settings

from solvers.engines.bound.final_selection import select_columns, without_dominated
from solvers.engines.bound.pricing import Column
from solvers.engines.bound.upper_bound import upper_bound
from solvers.instance import Instance
from solvers.solve import solve
from solvers.stop import Limits
from tests.solvers.brute_force import best_score
from tests.solvers.builders import a_model, a_resident, an_instance, some_slots
from tests.solvers.engines.bound.test_members_first import all_columns, zero_duals
from tests.solvers.strategies import instances

TINY = {"most_residents": 3, "most_faculty": 1, "most_slots": 2}
LENIENT = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


class Stopped:
    """A stop criterion that is met from the start."""

    def seconds_left(self) -> float:
        return 60.0

    def over(self) -> bool:
        return True


class NeverStop:
    """A stop criterion that is never met."""

    def seconds_left(self) -> float:
        return 60.0

    def over(self) -> bool:
        return False


@LENIENT
@given(instances(**TINY))
def test_the_best_selection_among_all_groups_is_worth_no_less_than_the_best_plan(instance: Instance) -> None:
    best = best_score(instance)
    if best is None or not instance.slots:
        return
    groups = without_dominated(all_columns(instance, zero_duals(instance), 1e6))
    capacity = np.array([person.capacity for person in instance.faculty], dtype=np.float64)
    bounds: list[float] = []
    chosen = select_columns(groups, capacity, NeverStop(), bounds.append)
    assert chosen is not None
    assert min([chosen.bound, *bounds]) >= best - 1e-6


def threes(residents: int, groups: int) -> list[Column]:
    """Random groups of three of so many residents, who overlap in every way."""
    random = Random(5)
    members = (tuple(sorted(random.sample(range(residents), 3))) for _ in range(groups))
    return without_dominated(Column(three, (), float(random.randint(50, 70))) for three in members)


def test_a_selection_that_is_stopped_tells_only_bounds_that_hold() -> None:
    groups, nobody = threes(residents=16, groups=120), np.zeros(0)
    best = select_columns(groups, nobody, NeverStop(), lambda _: None)
    assert best is not None
    assert best.bound == sum(column.value for column in best.columns)
    members = [resident for column in best.columns for resident in column.residents]
    assert len(members) == len(set(members))
    bounds: list[float] = []
    stopped = select_columns(groups, nobody, Stopped(), bounds.append)
    assert min([best.bound, *bounds]) == best.bound
    assert stopped is None or stopped.bound >= best.bound


def test_the_final_selection_proves_the_best_plan_known_by_brute_force() -> None:
    # The linear program beats any plan with fractions of groups: any two of the three can meet, and pairs are alike.
    marks = {"ann": "220", "bob": "022", "cat": "202"}
    people = [a_resident(name, mark) for name, mark in marks.items()]
    model = a_model(size=(2, 2), facilitators=(0, 0))
    instance = an_instance(people, slots=some_slots(0, 1, 2, rounds=1), models=(model,))
    best = best_score(instance)
    plan = solve(instance, Limits(1, workers=1))
    assert plan.score == best
    assert upper_bound(instance, 20, incumbent=plan) == best
