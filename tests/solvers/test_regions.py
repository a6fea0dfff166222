"""Regions: everybody in one, nothing twice, and joined answers keep the rules of the whole."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solvers.codec import instance_to_json, read_instance
from solvers.instance import Instance, Pin
from solvers.referee import check
from solvers.regions import join, mend, split
from solvers.solve import solve
from solvers.stop import Limits
from tests.solvers.builders import a_facilitator, a_model, a_resident, an_instance
from tests.solvers.strategies import instances

SHORT = Limits(seconds=0.2, workers=1)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(instances(most_residents=6, most_faculty=2, most_slots=4), st.integers(1, 3))
def test_regions_hold_everybody_once_and_their_answers_join(instance: Instance, count: int) -> None:
    regions = split(instance, count)
    assert 1 <= len(regions) <= count
    assert sorted(r.id for region in regions for r in region.residents) == sorted(r.id for r in instance.residents)
    assert sorted(f.id for region in regions for f in region.faculty) == sorted(f.id for f in instance.faculty)
    assert sorted(r.id for region in regions for r in region.rooms) == sorted(r.id for r in instance.rooms)
    for region in regions:
        assert read_instance(json.dumps(instance_to_json(region)).encode()) == region
    assert check(instance, join(instance, [solve(region, SHORT) for region in regions])).ok


def two_sites() -> Instance:
    """Four residents at each of two sites, of whom pairs across the sites want each other."""
    north = [a_resident(f"n{k}", site="north", wants=(f"s{k}",)) for k in range(4)]
    south = [a_resident(f"s{k}", site="south", wants=(f"n{k}",)) for k in range(4)]
    return an_instance([*north, *south, a_facilitator("f0")], models=(a_model(size=(4, 4)),))


def test_a_split_costs_the_wishes_that_cross_the_border() -> None:
    whole = solve(two_sites(), SHORT)
    regions = split(two_sites(), 2)
    joined = join(two_sites(), [solve(region, SHORT) for region in regions])
    # Two groups of two couples each meet all eight wishes; groups of one site meet none.
    assert len(regions) == 2
    assert whole.score - joined.score == 8 * two_sites().weights.want


def test_a_pinned_group_keeps_its_sites_together() -> None:
    instance = two_sites()
    whole = solve(instance, SHORT)
    mixed = next(group for group in whole.groups if {i[0] for i in group.residents} == {"n", "s"})
    repaired = replace(instance, previous=whole.groups, pins=(Pin(mixed.id),))
    regions = split(repaired, 2)
    assert len(regions) == 1
    assert check(repaired, join(repaired, [solve(region, SHORT) for region in regions])).ok


def test_searching_on_across_the_border_wins_them_back() -> None:
    whole = solve(two_sites(), SHORT)
    joined = join(two_sites(), [solve(region, SHORT) for region in split(two_sites(), 2)])
    assert mend(two_sites(), joined, SHORT).score == whole.score


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(instances(most_residents=6, most_faculty=2, most_slots=4))
def test_mending_never_makes_a_plan_worse(instance: Instance) -> None:
    joined = join(instance, [solve(region, SHORT) for region in split(instance, 2)])
    mended = mend(instance, joined, Limits(seconds=0.05, workers=1))
    assert check(instance, mended).ok
    assert mended.score >= joined.score
