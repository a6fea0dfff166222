"""The joint model against brute force: every rule, every kind of point, and whatever else comes in."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solvers import rules
from solvers.engines.joint import JointAnswer, solve_joint, solver
from solvers.engines.joint.hard_rules import RULES
from solvers.engines.joint.points import POINTS
from solvers.instance import Instance, Pin, Weights
from solvers.referee import Verdict, check
from solvers.solution import Solution
from solvers.stop import Limits, never
from tests.solvers.brute_force import best_score
from tests.solvers.builders import (
    HOUR,
    a_facilitator,
    a_group,
    a_model,
    a_resident,
    a_room,
    a_solution,
    an_instance,
    only,
    some_slots,
)
from tests.solvers.strategies import instances, repairs

LIMITS = Limits(seconds=30, workers=1)
TINY = {"most_residents": 3, "most_faculty": 1, "most_slots": 3}


def solved(instance: Instance) -> JointAnswer:
    return solve_joint(instance, LIMITS, None, never)


def verdict_on(instance: Instance, answer: JointAnswer) -> Verdict:
    return check(instance, Solution(instance.name, answer.groups or (), bound=answer.bound))


# --- every hard rule: without it the model does what the referee forbids, with it not ---------------------------

ANN, BOB, CAT = a_resident("ann"), a_resident("bob"), a_resident("cat")
FAY, GUS = a_facilitator("fay"), a_facilitator("gus")
CROWD = [a_resident(name) for name in ("ann", "bob", "cat", "dan")]
LED = a_model(facilitators=(1, 1), present=1)
HERE = {"modes": ("in_person",)}
HALL = a_room(capacity=3)
IN_PERSON = [replace(ANN, **HERE), replace(BOB, **HERE)]
AT_ONCE = (*some_slots(0, rounds=1), *some_slots(0, rounds=1))
BEFORE = a_group("ann bob", [0, 1])


def pinned(*rounds: int, weights: Weights) -> Instance:
    people = [ANN, BOB, CAT]
    return an_instance(people, previous=(BEFORE,), pins=(Pin("g1", rounds),), weights=weights)


TEMPTING: dict[str, Instance] = {
    rules.ONE_GROUP: an_instance(CROWD),
    rules.MODEL_ACCEPTED: an_instance([ANN, BOB, replace(CAT, models={})]),
    rules.MODEL_OFFERED: an_instance(
        [replace(ANN, choices=("gus",)), BOB, FAY, replace(GUS, models=())], models=(LED,)
    ),
    rules.GROUP_SIZE: an_instance([ANN, BOB, CAT], models=(a_model(size=(2, 2)),)),
    rules.STAGE_SPREAD: an_instance([ANN, replace(BOB, stage=2)], models=(a_model(spread=(0, 0)),)),
    rules.FACILITATORS: an_instance([replace(ANN, choices=("fay",)), BOB, FAY], models=(a_model(facilitators=(0, 0)),)),
    rules.CAPACITY: an_instance(
        [*(replace(person, choices=("fay",)) for person in CROWD), FAY, GUS],
        models=(replace(LED, size=(2, 2), present=0),),
    ),
    rules.CONFLICT: an_instance([ANN, BOB], conflicts=frozenset([frozenset(["ann", "bob"])])),
    rules.ACCOMPANIED: an_instance([ANN, BOB, FAY], models=(LED,), accompanied=frozenset([("fay", "ann")])),
    rules.AVOIDS: an_instance([replace(ANN, avoids=("bob",)), BOB]),
    rules.COMPANY_REQUIRED: an_instance([replace(ANN, tags=("parent",), company=("parent",), firm=("parent",)), BOB]),
    rules.EXTERNAL_REQUIRED: an_instance(
        [replace(ANN, external="require", site="south"), BOB, FAY], models=(replace(LED, present=0),)
    ),
    rules.MODE_ACCEPTED: an_instance([ANN, replace(BOB, modes=("phone",))]),
    rules.SITE: an_instance(IN_PERSON, weights=replace(Weights(), travel=9)),
    rules.ROOM_AT_SITE: an_instance(IN_PERSON),
    rules.ROOM_CAPACITY: an_instance(IN_PERSON, rooms=(replace(HALL, capacity=1),)),
    rules.ROOM_FREE: an_instance(IN_PERSON, rooms=(replace(HALL, availability="10"),)),
    rules.ROOM_OVERLAP: an_instance(
        [replace(person, **HERE, availability="2") for person in CROWD],
        models=(a_model(size=(2, 2)),),
        rooms=(replace(HALL, availability="1"),),
        rounds=1,
        slots=some_slots(0, rounds=1),
    ),
    rules.ONE_SESSION: an_instance([ANN, BOB], rounds=1, slots=some_slots(0, 1, rounds=1)),
    rules.GAP: an_instance([ANN, BOB], min_gap_days=8),
    rules.QUORUM: an_instance([ANN, replace(BOB, availability="0?")], quorum=0.6),
    rules.PRESENT: an_instance([ANN, BOB, replace(FAY, availability="02")], models=(LED,)),
    rules.ATTENDING: an_instance([ANN, BOB, FAY], models=(a_model(facilitators=(0, 0), present=1),)),
    rules.PERSON_OVERLAP: an_instance(
        [*(replace(person, availability="2") for person in CROWD), replace(FAY, capacity=2, availability="2")],
        models=(replace(LED, size=(2, 2)),),
        rounds=1,
        slots=some_slots(0, rounds=1),
    ),
    rules.PIN_KEPT: replace(pinned(weights=Weights()), previous=(replace(BEFORE, residents=("yan", "zoe")),)),
    rules.PIN_MEMBERS: pinned(weights=Weights()),
    rules.PIN_ROUNDS: pinned(1, weights=Weights(held=-50)),
}


@pytest.mark.parametrize("rule_id", RULES)
def test_a_rule_holds_because_its_function_states_it(rule_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    instance = TEMPTING[rule_id]
    answer = solved(instance)
    assert answer.groups is None or verdict_on(instance, answer).ok
    # It follows from the rules, and would stand in for one that is left out.
    monkeypatch.setattr(solver, "at_most_once_a_round", lambda _board: None)
    monkeypatch.delitem(RULES, rule_id)
    broken = verdict_on(instance, solved(instance)).broken
    assert rule_id in {breach.rule_id for breach in broken}


# Rules that no decision of the model could break.
KEPT_BY_CONSTRUCTION = {
    rules.GROUP_ID,
    rules.KNOWN,
    rules.ROLE,
    rules.ONCE,
    rules.SLOT_OF_ROUND,
    rules.FACILITATOR_FREE,
    rules.BOUND,
}


def test_every_rule_and_every_point_of_the_catalogue_is_in_the_model() -> None:
    assert RULES.keys() | KEPT_BY_CONSTRUCTION == rules.HARD_RULE.keys()
    assert POINTS.keys() == rules.POINT_RULE.keys()


# --- every kind of point: the only thing that counts, and the best of all plans ---------------------------------

RICH = an_instance(
    [
        a_resident(
            "ann",
            "2?0",
            stage=1,
            interests=("exams", "wards"),
            tags=("parent",),
            company=("parent",),
            traits={"ward": "7b", "faith": "none"},
            like=("ward",),
            unlike=("ward", "faith"),
            wants=("bob", "fay"),
            external="prefer",
            models={"peer": 1, "near": 3},
            first_within_days=1,
        ),
        a_resident(
            "bob",
            "021",
            stage=2,
            site="south",
            interests=("wards",),
            traits={"ward": "7b"},
            like=("faith",),
            choices=("fay",),
            models={"peer": 2},
        ),
        a_resident("cat", "112", modes=("in_person", "video"), tags=("parent",), models={"near": 1, "peer": 1}),
        a_facilitator("fay", "202", interests=("exams",), traits={"ward": "2a", "faith": "some"}),
    ],
    slots=some_slots(0, 1, 7, rounds=2),
    models=(a_model(size=(1, 3), target=2), a_model(id="near", size=(1, 2), spread=(0, 1), facilitators=(0, 0))),
    rooms=(a_room(marks="101", capacity=3),),
    min_attendance=0.6,
    previous=(a_group("cat ann", [0, 2], id="old"),),
)


@pytest.mark.parametrize("weight", [7, -7])
@pytest.mark.parametrize("name", POINTS)
def test_the_best_for_one_kind_of_point_is_found(name: str, weight: int) -> None:
    # A place in a group is worth a little, or the best of what only costs would be no groups at all.
    worth = {"2": weight, "1": 3, "?": -weight} if name == "attend" else weight
    instance = replace(RICH, weights=only(**{"placed": 2, "held": 1, name: worth}))
    answer = solved(instance)
    verdict = verdict_on(instance, answer)
    assert verdict.ok
    assert answer.proved
    assert verdict.score == answer.bound == best_score(instance)


def test_attendance_below_the_share_and_twice_in_a_row_are_counted_together() -> None:
    people = [a_resident("ann", "2002"), a_resident("bob", "0220")]
    slots = some_slots(0, 7, 14, 21, rounds=4)
    instance = an_instance(people, rounds=4, slots=slots, min_attendance=0.7, quorum=0.5)
    assert solved(instance).bound == best_score(instance)


def test_a_rhythm_is_a_weekday_and_a_time() -> None:
    monday, *others = some_slots(0, 1, 7, 9, rounds=2)
    slots = (monday, *(replace(slot, start=slot.start + HOUR) for slot in others))
    people = [a_resident("ann", "2222"), a_resident("bob", "2222")]
    instance = an_instance(people, slots=slots, weights=only(rhythm=5))
    assert solved(instance).bound == best_score(instance)


# --- whatever comes in ------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(instances(**TINY))
def test_tiny_instances_are_solved_as_well_as_by_brute_force(instance: Instance) -> None:
    answer = solved(instance)
    verdict = verdict_on(instance, answer)
    assert verdict.broken == ()
    assert answer.proved
    assert verdict.score == answer.bound == best_score(instance)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(repairs(**TINY))
def test_tiny_repairs_are_solved_as_well_as_by_brute_force(instance: Instance) -> None:
    answer, best = solved(instance), best_score(instance)
    assert answer.proved
    if answer.groups is None:
        assert best is None
        return
    verdict = verdict_on(instance, answer)
    assert verdict.broken == ()
    assert verdict.score == answer.bound == best


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(instances(), st.integers(0, 20))
def test_a_bound_is_never_below_what_can_be_reached(instance: Instance, milliseconds: int) -> None:
    hurried = solve_joint(instance, replace(LIMITS, seconds=milliseconds / 1_000), None, never)
    reached = verdict_on(instance, solved(instance))
    assert reached.ok
    assert hurried.bound is None or hurried.bound >= reached.score


# --- hints and stopping -----------------------------------------------------------------------------------------


def test_a_hint_is_at_least_kept() -> None:
    """Without time to search, what comes out is what went in."""
    best = solved(RICH)
    hinted = solve_joint(RICH, replace(LIMITS, seconds=5), a_solution(*(best.groups or ())), never)
    assert verdict_on(RICH, hinted).score == verdict_on(RICH, best).score


def test_an_unchanged_plan_is_given_back() -> None:
    plan = solved(replace(RICH, previous=())).groups or ()
    repaired = solved(replace(RICH, previous=plan))
    assert repaired.groups is not None
    assert {(group.id, group.residents) for group in repaired.groups} == {(g.id, g.residents) for g in plan}
    points = verdict_on(replace(RICH, previous=plan), repaired).points
    assert (points["regroup"], points["moved"]) == (0, 0)


def test_the_same_seed_gives_the_same_answer() -> None:
    assert solved(RICH) == solved(RICH)


def test_being_asked_to_stop_ends_the_search() -> None:
    crowd = [a_resident(f"r{n}", "21?012" * 2, stage=n % 3, wants=(f"r{n + 1}",)) for n in range(16)]
    slots = some_slots(*range(0, 84, 7), rounds=12)
    instance = an_instance(crowd, rounds=12, slots=slots, models=(a_model(size=(2, 8), target=3),))
    answer = solve_joint(instance, Limits(seconds=600, workers=1), None, lambda: True)
    assert not answer.proved
