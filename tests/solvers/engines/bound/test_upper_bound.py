"""The bound: valid for every plan, falling, and of some use."""

from __future__ import annotations

import itertools
import random
import time
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from solvers.engines.bound.decomposition import decompose
from solvers.engines.bound.first_bound import bound_per_resident
from solvers.engines.bound.instance_data import build_instance_data
from solvers.engines.bound.pricing import DatesFirstSearch, Duals, PricingSettings
from solvers.engines.bound.upper_bound import upper_bound
from solvers.errors import PinsFail
from solvers.instance import Faculty, Instance, Model, Pin, Resident, Room, Slot, Weights
from solvers.solve import solve
from solvers.stop import Limits
from tests.solvers.brute_force import best_score
from tests.solvers.builders import (
    DAY,
    HOUR,
    MONDAY_NOON,
    a_facilitator,
    a_group,
    a_model,
    a_resident,
    an_instance,
    some_slots,
)
from tests.solvers.strategies import instances, instances_with_leave, repairs

PLENTY = 10**9
TINY = {"most_residents": 3, "most_faculty": 2, "most_slots": 3}
LENIENT = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def reported_bounds(instance: Instance, seconds: float = 0.5) -> list[int]:
    """Every bound reported; the last is checked against the one returned."""
    reported: list[int] = []
    assert upper_bound(instance, seconds, reported.append, threads=2) == reported[-1]
    return reported


def a_hospital(residents: int, seed: int, weights: Weights | None = None) -> Instance:
    """Three rounds of a fortnight, two sites, peers by video or in person, mixed groups with a facilitator."""
    dice = random.Random(seed)
    slots = tuple(Slot(MONDAY_NOON + day * DAY + hour * HOUR, day // 14) for day in range(0, 42, 2) for hour in (0, 5))

    def marks(likely: str) -> str:
        return "".join(dice.choice(likely) for _ in slots)

    def resident(number: int) -> Resident:
        return a_resident(
            f"r{number}",
            marks("00012222?") if number % 7 else marks("?"),
            stage=1 + number % 3,
            site=dice.choice(["north", "south"]),
            modes=dice.choice([("video", "in_person"), ("in_person", "video"), ("video",)]),
            models={model: dice.randint(1, 3) for model in ("peer", "mixed")},
            interests=tuple(dice.sample(["exams", "research", "teaching", "balance"], 2)),
            tags=tuple(dice.sample(["parent", "abroad"], dice.randint(0, 2))),
            wants=tuple(dice.sample([f"r{other}" for other in range(residents) if other != number], 1)),
            choices=tuple(dice.sample(["f0", "f1", "f2"], 1)),
            external=dice.choice(["", "", "prefer", "require"]),
        )

    people = tuple(resident(number) for number in range(residents))
    return Instance(
        name="hospital",
        session_minutes=60,
        rounds=3,
        slots=slots,
        quorum=0.6,
        min_attendance=0.7,
        models=(
            Model("peer", (3, 5), (0, 0), (0, 0), target=4),
            Model("mixed", (3, 5), (1, 2), (1, 2), present=1, target=4),
        ),
        residents=tuple(replace(person, company=person.tags[:1]) for person in people),
        faculty=tuple(
            Faculty(f"f{number}", dice.choice(["north", "south"]), marks("0122"), ("video", "in_person"), ("mixed",))
            for number in range(3)
        ),
        rooms=(Room("hall", "north", 6, "1" * len(slots)),),
        conflicts=frozenset({frozenset({"f0", "r0"}), frozenset({"r1", "r2"})}),
        min_gap_days=7,
        weights=weights or Weights(),
    )


@LENIENT
@given(instances(**TINY))
def test_no_plan_of_a_tiny_instance_exceeds_any_bound(instance: Instance) -> None:
    best = best_score(instance)
    assert best is None or min(reported_bounds(instance)) >= best


@LENIENT
@given(repairs(most_residents=3, most_faculty=1, most_slots=2))
def test_no_repair_of_a_tiny_plan_exceeds_any_bound(instance: Instance) -> None:
    best = best_score(instance)
    assert best is None or min(reported_bounds(instance)) >= best


@LENIENT
@given(instances_with_leave(most_residents=3, most_faculty=1, most_slots=2))
def test_no_plan_with_people_on_leave_exceeds_any_bound(instance: Instance) -> None:
    best = best_score(instance)
    assert best is None or min(reported_bounds(instance)) >= best


@pytest.mark.parametrize("seed", range(4))
def test_bounds_fall_and_stay_above_a_good_plan(seed: int) -> None:
    instance = a_hospital(14, seed)
    reported = reported_bounds(instance, 6)
    assert all(after < before for before, after in itertools.pairwise(reported))
    assert solve(instance, Limits(2, workers=1)).score <= reported[-1]


@pytest.mark.parametrize(
    "weights",
    [
        Weights(want=-5, choice=-7, interest=-3, external=-4),
        Weights(alone=9, travel=8, size=3, twice=4, left_out=6),
        Weights(placed=-30, held=0, rhythm=-5, model=-6, mode=0),
        Weights(attend={"0": 9, "1": -4}, left_out=0, twice=0),
    ],
    ids=["wishes cost", "hardship pays", "groups cost", "absence pays"],
)
def test_odd_weights_are_bounded_too(weights: Weights) -> None:
    instance = a_hospital(10, 3, weights)
    assert solve(instance, Limits(2, workers=1)).score <= min(reported_bounds(instance, 4))


def test_an_answer_to_start_from_changes_nothing_that_is_proven() -> None:
    instance = a_hospital(12, 5)
    plan = solve(instance, Limits(2, workers=1))
    assert upper_bound(instance, 4, incumbent=plan) >= plan.score


def test_choosing_together_is_worth_less_than_everybody_alone() -> None:
    instance = a_hospital(14, 1)
    assert reported_bounds(instance, 6)[-1] < sum(bound_per_resident(instance)) - 20


def test_a_perfect_plan_is_proven_best() -> None:
    twins = [a_resident(name) for name in ("ann", "bob", "cat", "dan")]
    instance = an_instance(twins, models=(a_model(facilitators=(0, 0), target=4),))
    assert reported_bounds(instance, 5)[-1] == best_score(instance)


def test_people_who_cannot_meet_are_not_counted_on() -> None:
    days, nights = a_resident("ann", "20"), a_resident("bob", "02")
    weights = Weights(placed=0, left_out=0, twice=0, model=0, mode=0, rhythm=0)
    instance = an_instance([days, nights], weights=weights, models=(a_model(size=(2, 2), facilitators=(0, 0)),))
    # Each could come once, but by the quorum of half both rounds are held for one of the two each.
    assert reported_bounds(instance, 5)[-1] == best_score(instance)


def test_nobody_to_place() -> None:
    assert reported_bounds(an_instance([])) == [0]


def test_a_requested_stop_ends_it_with_the_first_bound() -> None:
    instance = a_hospital(14, 2)
    assert upper_bound(instance, 60, should_stop=lambda: True) == int(
        np.floor(sum(bound_per_resident(instance)) + 1e-6)
    )


def test_it_keeps_to_its_time() -> None:
    instance = a_hospital(40, 2)
    upper_bound(instance, 0.1)
    asked: list[float] = []

    def stop() -> bool:
        asked.append(time.monotonic())
        return len(asked) > 20

    upper_bound(instance, 60, should_stop=stop)
    # Asked for again and again, and not once more after it said yes.
    assert len(asked) == 21


@pytest.mark.parametrize("count", [1, 2])
def test_dyads_and_triads(count: int) -> None:
    model = Model("peer", (1, 1), (0, 9), (count, count), present=count)
    people = [a_resident(f"r{n}", "2?", choices=("f0",)) for n in range(3)]
    facilitators = [Faculty(f"f{n}", "south", "21", ("video",), ("peer",)) for n in range(3)]
    instance = an_instance([*people, *facilitators], models=(model,))
    best = best_score(instance)
    assert best is not None
    assert reported_bounds(instance, 3)[-1] >= best


def test_a_window_too_short_for_two_sessions_is_seen() -> None:
    slots = (Slot(MONDAY_NOON, 0), Slot(MONDAY_NOON + timedelta(days=1), 1))
    people = [a_resident(name) for name in ("ann", "bob")]
    instance = an_instance(people, slots=slots, min_gap_days=2, models=(a_model(facilitators=(0, 0)),))
    assert reported_bounds(instance, 5)[-1] == best_score(instance)


def test_a_quorum_that_nobody_reaches_is_seen_dates_first() -> None:
    # Everybody comes once, each at another time: the quorum of half is never reached, whoever meets.
    people = [a_resident(f"r{n}", "".join("2" if slot == n else "0" for slot in range(4))) for n in range(4)]
    slots = some_slots(0, 1, 2, 3, rounds=1)
    model = a_model(size=(3, 4), facilitators=(0, 0))
    instance = an_instance(people, slots=slots, rounds=1, models=(model,))
    data = build_instance_data(instance)
    duals = Duals(np.zeros(4), np.zeros(0))
    for subproblem in decompose(instance, data):
        for column in DatesFirstSearch(data, subproblem, duals, PricingSettings(1)).advance(PLENTY).columns:
            held = max(sum(person.availability[slot] == "2" for person in people) for slot in range(4))
            assert held == 1
            assert column.value <= sum(bound_per_resident(instance)) - 14 * len(column.residents)


def everything_at_once(seed: int) -> Instance:
    """A hospital in the middle of its term with all that an instance can ask for."""
    dice = random.Random(seed)
    plain = a_hospital(14, seed)
    people = tuple(
        replace(
            person,
            traits={"ward": dice.choice("ab")},
            like=("ward",) if dice.random() < 0.3 else (),
            unlike=("ward",) if dice.random() < 0.3 else (),
            firm=person.company if dice.random() < 0.3 else (),
            leave=frozenset(dice.sample(range(len(plain.slots)), dice.choice([0, 0, 8]))),
        )
        for person in plain.residents
    )
    asked = replace(plain, residents=people, interval_days=14, accompanied=frozenset({("f1", "r3"), ("f2", "r4")}))
    before = solve(asked, Limits(1.5, workers=1)).groups
    changed = tuple(
        replace(
            person, availability="".join(dice.choice("02") if dice.random() < 0.2 else m for m in person.availability)
        )
        for person in people[1:]
    )
    pins = tuple(Pin(group.id, (0,)) for group in before[:1])
    midway = replace(asked, residents=changed, previous=before, pins=pins)
    return midway if can_be_kept(midway) else replace(midway, pins=())


def can_be_kept(instance: Instance) -> bool:
    """Whether the pins of an instance can be kept at all."""
    try:
        solve(instance, Limits(1, workers=1))
    except PinsFail:
        return False
    return True


@pytest.mark.parametrize("seed", range(4))
def test_no_plan_with_everything_at_once_exceeds_the_bound(seed: int) -> None:
    instance = everything_at_once(seed)
    plans = [solve(instance, Limits(1.5, workers=1, seed=seed_of_search)) for seed_of_search in (1, 2)]
    best = max(plans, key=lambda plan: plan.score)
    assert reported_bounds(instance, 4)[-1] >= best.score
    assert upper_bound(instance, 4, incumbent=best) >= best.score


def test_staying_together_is_not_given_away() -> None:
    # Each pair would rather have the other's partner: two new groups would earn 48 points more, and cost 240.
    wants = {"ann": "cat", "bob": "dan", "cat": "ann", "dan": "bob"}
    people = [a_resident(name, wants=(other,)) for name, other in wants.items()]
    model = a_model(size=(2, 2), facilitators=(0, 0))
    instance = an_instance(people, models=(model,))
    before = (a_group("ann bob", [0, 1]), a_group("cat dan", [0, 1], id="g2"))
    repair = replace(instance, previous=before)
    assert reported_bounds(repair, 5)[-1] == best_score(repair)
    assert reported_bounds(instance, 5)[-1] == best_score(instance)


def test_sessions_that_move_and_groups_handed_over_are_not_given_away() -> None:
    slots = some_slots(0, 1, 7, 8, rounds=2)
    people = [a_resident(name, "1212") for name in ("ann", "bob")]
    leaders = [a_facilitator("f1", "2222"), a_facilitator("f2", "2222")]
    model = a_model(size=(2, 2), facilitators=(1, 1), present=1)
    before = (a_group("ann bob", [0, 2], facilitators=("f1",)),)
    instance = an_instance([*people, *leaders], slots=slots, models=(model,), previous=before)
    assert reported_bounds(instance, 5)[-1] == best_score(instance)


def test_what_is_pinned_is_known() -> None:
    slots = some_slots(0, 1, 7, 8, rounds=2)
    people = [a_resident(name, "1212", wants=("cat",)) for name in ("ann", "bob")]
    people += [a_resident(name, "2222") for name in ("cat", "dan")]
    before = (a_group("ann bob", [0, 2]), a_group("cat dan", [0, 2], id="g2"))
    model = a_model(size=(2, 4), facilitators=(0, 0))
    instance = an_instance(people, slots=slots, models=(model,), previous=before, pins=(Pin("g1", (0,)),))
    assert reported_bounds(instance, 5)[-1] == best_score(instance)
