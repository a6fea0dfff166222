"""Wishes: which are met, what meeting the others would cost, and what is in the way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from solvers import rules
from solvers.instance import Group, Instance
from solvers.reasons.facts import WishOutcome
from tests.solvers.builders import (
    a_facilitator,
    a_group,
    a_model,
    a_resident,
    a_room,
    an_instance,
    only,
    some_slots,
)
from tests.solvers.reasons.cases import (
    PAIRS,
    WEEKLY,
    explainer,
)


def wish(instance: Instance, kind: str, *groups: Group, subject: str = "") -> WishOutcome[str]:
    """What the coordinator is told of ann's wish."""
    outcomes = explainer(instance, *groups).for_coordinator("ann").wishes
    return next(outcome for outcome in outcomes if outcome.kind == kind and subject in ("", outcome.subject))


ANN_AND_BOB = a_group("ann bob", [0, 1])
CAT_AND_DAN = a_group("cat dan", [0, 1], id="g2")


def four(**ann: Any) -> Instance:
    people = [a_resident("ann", **ann), *(a_resident(name) for name in ("bob", "cat", "dan"))]
    return an_instance(people, models=PAIRS, weights=only(placed=100, attend={"2": 10}, want=12))


def test_a_wish_that_is_met_costs_nothing() -> None:
    assert wish(four(wants=("bob",)), "want", ANN_AND_BOB) == WishOutcome("ann", "want", "bob", True)


def test_a_wish_that_is_not_met_costs_what_the_cheapest_exchange_loses() -> None:
    """Ann changes places with dan, or cat with bob: a gain, unless dan wished for cat too."""
    instance = four(wants=("cat",))
    assert wish(instance, "want", ANN_AND_BOB, CAT_AND_DAN).cost == -12
    *others, dan = instance.residents
    instance = replace(instance, residents=(*others, replace(dan, wants=("cat",))))
    assert wish(instance, "want", ANN_AND_BOB, CAT_AND_DAN).cost == 0


def test_an_exchange_counts_the_sessions_that_somebody_cannot_come_to() -> None:
    """Whoever moves, one of ann and cat misses two sessions worth 10 each; the wish is worth 12."""
    instance = replace(four(wants=("cat",)), slots=some_slots(0, 1, 7, 8, rounds=2))
    marks = {"ann": "2020", "bob": "2222", "cat": "0202", "dan": "2222"}
    people = tuple(replace(person, availability=marks[person.id]) for person in instance.residents)
    groups = a_group("ann bob", [0, 2]), a_group("cat dan", [1, 3], id="g2")
    assert wish(replace(instance, residents=people), "want", *groups).cost == 2 * 10 - 12


def test_a_wish_that_no_exchange_meets_names_the_rule() -> None:
    instance = replace(four(wants=("cat",)), conflicts=frozenset([frozenset(["ann", "cat"])]))
    outcome = wish(instance, "want", ANN_AND_BOB, CAT_AND_DAN)
    assert outcome.cost is None
    assert rules.CONFLICT in outcome.in_the_way


def led(*leaders: str, id_: str = "g2", members: str = "cat dan") -> Group:
    return a_group(members, id=id_, facilitators=leaders)


KINDS: list[tuple[str, dict[str, Any], bool, Group]] = [
    ("choice", {"choices": ("fay",)}, False, ANN_AND_BOB),
    ("choice", {"choices": ("fay",)}, True, led("fay", members="ann bob")),
    ("model", {"models": {"peer": 1, "near": 3}}, False, ANN_AND_BOB),
    ("model", {"models": {"peer": 3, "near": 1}}, True, ANN_AND_BOB),
    ("mode", {"modes": ("in_person", "video")}, False, ANN_AND_BOB),
    ("mode", {"modes": ("video", "in_person")}, True, ANN_AND_BOB),
    ("interest", {"interests": ("exams",)}, False, ANN_AND_BOB),
    ("interest", {"interests": ("exams",)}, True, led("fay", members="ann bob")),
    ("alone", {"company": ("parent",), "tags": ("parent",)}, False, ANN_AND_BOB),
    ("alone", {"company": ("parent",), "tags": ("parent",)}, True, led("fay", members="ann bob")),
    ("like", {"like": ("ward",), "traits": {"ward": "7b"}}, False, ANN_AND_BOB),
    ("like", {"like": ("ward",), "traits": {"ward": "7b"}}, True, led("fay", members="ann bob")),
    ("like", {"like": ("ward",)}, False, led("fay", members="ann bob")),
    ("unlike", {"unlike": ("ward",), "traits": {"ward": "2a"}}, True, led("fay", members="ann bob")),
    ("unlike", {"unlike": ("ward",), "traits": {"ward": "7b"}}, False, led("fay", members="ann bob")),
    ("unlike", {"unlike": ("ward",)}, False, led("fay", members="ann bob")),
    ("external", {"external": "prefer"}, False, ANN_AND_BOB),
    ("external", {"external": "prefer"}, True, led("fay", members="ann bob")),
    ("travel", {"site": "south"}, False, a_group("ann bob", mode="in_person", site="north")),
    ("travel", {"site": "south"}, True, ANN_AND_BOB),
    ("first_late", {"first_within_days": 1}, True, a_group("ann bob", [0])),
    ("first_late", {"first_within_days": 0}, False, a_group("ann bob", [0])),
    ("first_late", {"first_within_days": 28}, False, a_group("ann bob", [])),
]


@pytest.mark.parametrize(("kind", "ann", "met", "group"), KINDS)
def test_each_kind_of_wish_is_met_or_not(kind: str, ann: dict[str, Any], met: bool, group: Group) -> None:
    instance = four(**ann)
    fay = a_facilitator("fay", interests=("exams",), tags=("parent",), traits={"ward": "7b"})
    models = (*PAIRS, a_model(id="near", size=(2, 2)))
    instance = replace(instance, models=models, faculty=(fay,), rooms=(a_room(),))
    assert wish(instance, kind, group).met is met


def regrouped(instance: Instance, *groups: Group) -> WishOutcome[str]:
    """Of bob, who was in a group with ann."""
    wishes = explainer(instance, *groups).for_coordinator("bob").wishes
    return next(wish for wish in wishes if wish.kind == "regroup")


def test_who_had_to_leave_their_group_is_told_the_rule() -> None:
    instance = replace(WEEKLY, conflicts=frozenset([frozenset(["ann", "bob"])]))
    outcome = regrouped(instance, a_group("ann cat", [0, 2]))
    assert (outcome.met, outcome.cost, outcome.in_the_way) == (False, None, (rules.CONFLICT,))


def test_who_left_a_group_that_is_gone_is_told_the_rule() -> None:
    instance = replace(WEEKLY, conflicts=frozenset([frozenset(["ann", "bob"])]))
    assert regrouped(instance, a_group("bob cat", [0, 2], id="g2")).in_the_way == (rules.CONFLICT,)


def test_who_left_for_the_better_of_all_is_told_what_staying_would_cost() -> None:
    instance = replace(WEEKLY, weights=only(regroup=-60, placed=100))
    assert regrouped(instance, a_group("ann cat", [0, 2])).cost == -100 - 60
