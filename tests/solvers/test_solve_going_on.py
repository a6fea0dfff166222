"""A search that goes on from a plan: it is never worse, whatever of that plan still holds."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings

from solvers.instance import Instance, Session
from solvers.referee import check
from solvers.solve import solve
from solvers.stop import Limits
from tests.solvers.builders import a_group, a_resident, an_instance
from tests.solvers.engines.search.test_driver import thirty_residents
from tests.solvers.strategies import instances, repairs

SHORT = Limits(seconds=0.1, workers=1)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(instances(most_residents=8, most_faculty=3, most_slots=8))
def test_what_is_gone_on_from_is_not_lost(instance: Instance) -> None:
    first = solve(instance, SHORT)
    again = solve(instance, Limits(seconds=0.05, workers=1, seed=2), start=first.groups)
    assert check(instance, again).ok
    assert again.score >= first.score


def test_stopped_at_once_it_is_the_plan_it_went_on_from() -> None:
    first = solve(thirty_residents(), Limits(seconds=2, workers=1))
    again = solve(thirty_residents(), SHORT, should_stop=lambda: True, start=first.groups)
    assert again.score >= first.score


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(repairs(most_residents=7, most_faculty=2, most_slots=6))
def test_a_repair_too_may_go_on_from_a_plan(instance: Instance) -> None:
    without = replace(instance, pins=())
    first = solve(without, SHORT)
    assert solve(without, SHORT, start=first.groups).score >= first.score


def test_what_the_rules_no_longer_allow_is_left_out() -> None:
    instance = an_instance([a_resident("ann"), a_resident("bob"), a_resident("cat")])
    strangers = a_group("ann zoe", slots=(0, 1), id="g7")
    twice = replace(a_group("ann bob", slots=(0,)), id="g8")
    odd = replace(a_group("cat bob"), id="g9", model="unheard-of", sessions=(Session(99, 0), Session(0, 99)))
    solution = solve(instance, SHORT, start=(strangers, twice, odd))
    assert check(instance, solution).ok
    assert solution.score == solve(instance, SHORT).score
