"""Both pricing searches: what one leaves, the other finds nothing in; columns; resuming."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from solvers.engines.bound.decomposition import decompose
from solvers.engines.bound.first_bound import bound_per_resident
from solvers.engines.bound.instance_data import build_instance_data
from solvers.engines.bound.loss_grid import LossGrid, build_loss_grid
from solvers.engines.bound.plan_columns import columns_of
from solvers.engines.bound.pricing import DatesFirstSearch, Duals, MembersFirstSearch, PricingSettings, revalue
from solvers.engines.bound.subproblem import Subproblem, single_group
from solvers.solve import solve
from solvers.stop import Limits
from tests.solvers.engines.bound.test_members_first import PLENTY
from tests.solvers.engines.bound.test_upper_bound import a_hospital


@pytest.mark.parametrize("seed", range(3))
def test_after_either_search_no_group_of_the_other_or_of_a_plan_has_a_positive_reduced_cost(seed: int) -> None:
    instance = a_hospital(13, seed)
    data = build_instance_data(instance)
    plan = list(columns_of(instance, solve(instance, Limits(2, workers=1)).groups))
    low = Duals(np.array(bound_per_resident(instance)) - 30.0, np.full(3, 2.0))
    members_first = dates_first = low
    for subproblem in decompose(instance, data):
        grid = build_loss_grid(data, subproblem, instance.quorum)
        exact = MembersFirstSearch(data, subproblem, grid, members_first, PricingSettings(0)).advance(PLENTY)
        relaxed = DatesFirstSearch(data, subproblem, dates_first, PricingSettings(3)).advance(PLENTY)
        assert exact.complete
        assert relaxed.complete
        # The dates-first search relaxes more, but overlooks no positive reduced cost.
        again = MembersFirstSearch(data, subproblem, grid, relaxed.duals, PricingSettings(0)).advance(PLENTY)
        assert not again.columns
        members_first, dates_first = exact.duals, relaxed.duals
    assert members_first.residents.sum() > low.residents.sum()
    for duals in (members_first, dates_first):
        for column in plan:
            assert column.value - duals.of(column) <= 1e-4


@pytest.mark.parametrize("seed", range(3))
def test_columns_have_no_positive_reduced_cost_once_dual_values_are_raised(seed: int) -> None:
    instance = a_hospital(13, seed)
    data = build_instance_data(instance)
    low = Duals(np.array(bound_per_resident(instance)) - 30.0, np.full(3, 2.0))
    for subproblem in decompose(instance, data):
        for dates in (1, 3):
            result = DatesFirstSearch(data, subproblem, low, PricingSettings(dates)).advance(PLENTY)
            for column in result.columns:
                assert low.of(column) < column.value <= result.duals.of(column) + 1e-6
                again = revalue(data, subproblem, column, low, dates, 50.0)
                # By themselves its members may reach a quorum in hardly any round, and be worth little.
                assert again is None or again.value <= column.value + 1e-4


def test_all_subproblems_lie_in_memory_in_one_way() -> None:
    """Else the searches would be compiled once more for some of them, in the midst of a run."""
    instance = a_hospital(13, 1)
    data = build_instance_data(instance)
    for whole in decompose(instance, data):
        for subproblem in (whole, single_group(whole, whole.residents[:3].tolist(), 0)):
            arrays = {name: value for name, value in subproblem._asdict().items() if isinstance(value, np.ndarray)}
            assert not [name for name, array in arrays.items() if not array.flags.c_contiguous]


def test_interrupted_searches_resume_where_they_were() -> None:
    instance = a_hospital(13, 1)
    data = build_instance_data(instance)
    duals = Duals(np.array(bound_per_resident(instance)) - 15.0, np.zeros(3))
    for subproblem in decompose(instance, data):
        grid = build_loss_grid(data, subproblem, instance.quorum)

        def members_first(subproblem: Subproblem = subproblem, grid: LossGrid = grid) -> MembersFirstSearch:
            return MembersFirstSearch(data, subproblem, grid, duals, PricingSettings(0))

        def dates_first(subproblem: Subproblem = subproblem) -> DatesFirstSearch:
            return DatesFirstSearch(data, subproblem, duals, PricingSettings(3))

        for new_search in (members_first, dates_first):
            whole, stepwise = new_search().advance(PLENTY), new_search()
            bits = next(result for result in (stepwise.advance(3) for _ in itertools.count()) if result.complete)
            assert bits.columns == whole.columns
            assert np.array_equal(bits.duals.residents, whole.duals.residents)
