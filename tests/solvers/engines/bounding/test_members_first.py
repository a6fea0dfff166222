"""The search that takes members first: exact, complete, and enough to prove the best plan of a small instance."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from solvers.engines.bounding.bound import upper_bound
from solvers.engines.bounding.closing import best_of_each, choose
from solvers.engines.bounding.descent import columns_of
from solvers.engines.bounding.facts import lay_out
from solvers.engines.bounding.families import all_families
from solvers.engines.bounding.family import Family
from solvers.engines.bounding.grid import Grid, lay_grid
from solvers.engines.bounding.own_best import own_best
from solvers.engines.bounding.pricing import Closer, Column, Effort, Explorer, Prices, appraise
from solvers.instance import Instance
from solvers.referee import check
from solvers.solution import Solution
from solvers.solve import solve
from solvers.stop import Limits
from tests.solvers.brute_force import _all_groups, _verdict, best_score
from tests.solvers.builders import a_facilitator, a_model, a_resident, an_instance, some_slots
from tests.solvers.engines.bounding.test_bound import a_hospital
from tests.solvers.strategies import instances

TINY = {"most_residents": 3, "most_faculty": 1, "most_slots": 2}
LENIENT = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
PLENTY = 10**9


class Unhurried:
    """A watch that never runs out."""

    def left(self) -> float:
        return 60.0

    def over(self) -> bool:
        return False


def everything_found(instance: Instance, prices: Prices, slack: float) -> Iterator[Column]:
    facts = lay_out(instance)
    for family in all_families(instance, facts):
        grid = lay_grid(facts, family, instance.quorum)
        sight = Closer(facts, family, grid, prices, Effort(0), slack, 5_000).go_on(PLENTY)
        assert sight.complete
        yield from sight.columns


def free_of_charge(instance: Instance) -> Prices:
    return Prices(np.zeros(len(instance.residents)), np.zeros(len(instance.faculty)))


@LENIENT
@given(instances(**TINY))
def test_every_group_is_found_for_no_less_than_it_is_worth(instance: Instance) -> None:
    if not instance.slots:
        return
    columns = best_of_each(everything_found(instance, free_of_charge(instance), 1e6))
    found = {(column.residents, column.faculty): column.worth for column in columns}
    groups = [group for group in _all_groups(instance) if _verdict(instance, (group,)).ok]
    for column in columns_of(instance, groups):
        assert found[column.residents, column.faculty] >= column.worth - 1e-6


@LENIENT
@given(instances(**TINY))
def test_the_best_choice_among_all_groups_is_no_less_than_the_best_plan(instance: Instance) -> None:
    best = best_score(instance)
    if best is None or not instance.slots:
        return
    groups = best_of_each(everything_found(instance, free_of_charge(instance), 1e6))
    capacity = np.array([person.capacity for person in instance.faculty], dtype=np.float64)
    told: list[float] = []
    chosen = choose(groups, capacity, Unhurried(), told.append)
    assert chosen is not None
    assert min([chosen.bound, *told]) >= best - 1e-6


def test_the_last_step_proves_the_best_plan_known_by_brute_force() -> None:
    # Fractions of groups beat any plan: of three, any two could meet, and each pair is worth the same.
    marks = {"ann": "220", "bob": "022", "cat": "202"}
    people = [a_resident(name, mark) for name, mark in marks.items()]
    model = a_model(size=(2, 2), facilitators=(0, 0))
    instance = an_instance(people, slots=some_slots(0, 1, 2, rounds=1), models=(model,))
    best = best_score(instance)
    plan = solve(instance, Limits(1, workers=1))
    assert plan.score == best
    assert upper_bound(instance, 20, incumbent=plan) == best


@pytest.mark.parametrize("seed", range(3))
def test_after_either_search_no_group_found_by_the_other_or_in_a_plan_exceeds_its_price(seed: int) -> None:
    instance = a_hospital(13, seed)
    facts = lay_out(instance)
    plan = list(columns_of(instance, solve(instance, Limits(2, workers=1)).groups))
    low = Prices(np.array(own_best(instance)) - 30.0, np.full(3, 2.0))
    members_first = dates_first = low
    for family in all_families(instance, facts):
        grid = lay_grid(facts, family, instance.quorum)
        exact = Closer(facts, family, grid, members_first, Effort(0)).go_on(PLENTY)
        bound = Explorer(facts, family, dates_first, Effort(3)).go_on(PLENTY)
        assert exact.complete
        assert bound.complete
        # Dates first it overlooks the quorum, but nothing that exceeds a price.
        again = Closer(facts, family, grid, bound.prices, Effort(0)).go_on(PLENTY)
        assert not again.columns
        members_first, dates_first = exact.prices, bound.prices
    assert members_first.residents.sum() > low.residents.sum()
    for prices in (members_first, dates_first):
        for column in plan:
            assert column.worth - prices.of(column) <= 1e-4


@pytest.mark.parametrize("seed", range(3))
def test_columns_are_worth_what_their_members_pay_once_prices_are_raised_or_less(seed: int) -> None:
    instance = a_hospital(13, seed)
    facts = lay_out(instance)
    low = Prices(np.array(own_best(instance)) - 30.0, np.full(3, 2.0))
    for family in all_families(instance, facts):
        for dates in (1, 3):
            sight = Explorer(facts, family, low, Effort(dates)).go_on(PLENTY)
            for column in sight.columns:
                assert low.of(column) < column.worth <= sight.prices.of(column) + 1e-6
                again = appraise(facts, family, column, low, dates, 50.0)
                assert again is not None
                assert again.worth == pytest.approx(column.worth, abs=1e-4) or again.worth < column.worth


def test_interrupted_searches_go_on_where_they_were() -> None:
    instance = a_hospital(13, 1)
    facts = lay_out(instance)
    prices = Prices(np.array(own_best(instance)) - 15.0, np.zeros(3))
    for family in all_families(instance, facts):
        grid = lay_grid(facts, family, instance.quorum)

        def closer(family: Family = family, grid: Grid = grid) -> Closer:
            return Closer(facts, family, grid, prices, Effort(0))

        def explorer(family: Family = family) -> Explorer:
            return Explorer(facts, family, prices, Effort(3))

        for searcher in (closer, explorer):
            whole, stepwise = searcher().go_on(PLENTY), searcher()
            bits = next(sight for sight in (stepwise.go_on(3) for _ in itertools.count()) if sight.complete)
            assert bits.columns == whole.columns
            assert np.array_equal(bits.prices.residents, whole.prices.residents)


def test_a_better_plan_found_on_the_way_is_handed_over() -> None:
    instance = a_hospital(9, 4)
    poor = Solution(instance.name, solve(instance, Limits(1, workers=1)).groups[:-1])
    plans: list[Solution] = []
    bound = upper_bound(instance, 30, incumbent=poor, on_plan=plans.append)
    assert plans
    for plan in plans:
        assert plan.score > check(instance, poor).score
        verdict = check(instance, plan)
        assert verdict.ok
        assert verdict.score == plan.score <= bound


def test_facilitators_who_must_not_meet_a_member_lead_none_of_their_groups() -> None:
    people = [a_resident("ann", avoids=("f",)), a_resident("bob"), a_facilitator("f")]
    instance = an_instance(people, models=(a_model(size=(1, 2), facilitators=(1, 1)),))
    found = list(everything_found(instance, free_of_charge(instance), 1e6))
    assert {column.residents for column in found} == {(1,)}
