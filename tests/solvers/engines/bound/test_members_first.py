"""The members-first search: exact and complete."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from hypothesis import HealthCheck, given, settings

from solvers.engines.bound.decomposition import decompose
from solvers.engines.bound.final_selection import without_dominated
from solvers.engines.bound.instance_data import build_instance_data
from solvers.engines.bound.loss_grid import build_loss_grid
from solvers.engines.bound.plan_columns import columns_of
from solvers.engines.bound.pricing import Column, Duals, MembersFirstSearch, PricingSettings
from solvers.instance import Instance
from tests.solvers.brute_force import _all_groups, _verdict
from tests.solvers.builders import a_facilitator, a_model, a_resident, an_instance
from tests.solvers.strategies import instances

TINY = {"most_residents": 3, "most_faculty": 1, "most_slots": 2}
LENIENT = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
PLENTY = 10**9


def all_columns(instance: Instance, duals: Duals, slack: float) -> Iterator[Column]:
    data = build_instance_data(instance)
    for subproblem in decompose(instance, data):
        grid = build_loss_grid(data, subproblem, instance.quorum)
        result = MembersFirstSearch(data, subproblem, grid, duals, PricingSettings(0), slack, 5_000).advance(PLENTY)
        assert result.complete
        yield from result.columns


def zero_duals(instance: Instance) -> Duals:
    return Duals(np.zeros(len(instance.residents)), np.zeros(len(instance.faculty)))


@LENIENT
@given(instances(**TINY))
def test_every_group_is_found_for_no_less_than_it_is_worth(instance: Instance) -> None:
    if not instance.slots:
        return
    columns = without_dominated(all_columns(instance, zero_duals(instance), 1e6))
    found = {(column.residents, column.faculty): column.value for column in columns}
    groups = [group for group in _all_groups(instance) if _verdict(instance, (group,)).ok]
    for column in columns_of(instance, groups):
        assert found[column.residents, column.faculty] >= column.value - 1e-6


def test_facilitators_who_must_not_meet_a_member_lead_none_of_their_groups() -> None:
    people = [a_resident("ann", avoids=("f",)), a_resident("bob"), a_facilitator("f")]
    instance = an_instance(people, models=(a_model(size=(1, 2), facilitators=(1, 1)),))
    found = list(all_columns(instance, zero_duals(instance), 1e6))
    assert {column.residents for column in found} == {(1,)}
