"""A selection of columns becomes a plan that keeps the rules."""

from __future__ import annotations

from solvers.engines.bound.upper_bound import upper_bound
from solvers.referee import check
from solvers.solution import Solution
from solvers.solve import solve
from solvers.stop import Limits
from tests.solvers.engines.bound.test_upper_bound import a_hospital


def test_a_better_plan_found_on_the_way_is_offered() -> None:
    instance = a_hospital(9, 4)
    incumbent = Solution(instance.name, solve(instance, Limits(1, workers=1)).groups[:-1])
    plans: list[Solution] = []
    bound = upper_bound(instance, 60, incumbent=incumbent, on_plan=plans.append)
    assert plans
    for plan in plans:
        assert plan.score > check(instance, incumbent).score
        verdict = check(instance, plan)
        assert verdict.ok
        assert verdict.score == plan.score <= bound
