"""The search as its callers meet it: sound whatever comes in, repeatable, told of, stopped, and never above the best."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solvers.engines.search.earlier import PinsFail
from solvers.instance import Instance
from solvers.progress import Progress
from solvers.referee import check
from solvers.solve import solve
from solvers.stop import Limits
from tests.solvers.brute_force import best_score
from tests.solvers.strategies import instances, repairs

SHORT = Limits(seconds=0.15, workers=1)
slowly = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@slowly
@given(instances(most_residents=9, most_faculty=3, most_slots=9))
def test_whatever_comes_in_what_comes_out_keeps_the_rules(instance: Instance) -> None:
    solution = solve(instance, SHORT)
    verdict = check(instance, solution)
    assert verdict.ok
    assert verdict.score == solution.score
    assert solution.bound is None or solution.bound >= solution.score


@slowly
@given(repairs(most_residents=7, most_faculty=2, most_slots=6))
def test_a_repair_keeps_the_rules_and_the_pins_or_says_that_it_cannot(instance: Instance) -> None:
    try:
        solution = solve(instance, SHORT)
    except PinsFail as failure:
        assert set(failure.groups) <= {pin.id for pin in instance.pins}
    else:
        assert check(instance, solution).ok


@slowly
@given(repairs(most_residents=3, most_faculty=1, most_slots=2))
def test_no_plan_is_better_than_the_best_and_pins_fail_only_if_they_must(instance: Instance) -> None:
    best = best_score(instance)
    try:
        solution = solve(instance, SHORT)
    except PinsFail:
        assert best is None
    else:
        assert best is not None
        assert solution.score <= best
        assert solution.bound is None or solution.bound >= best
