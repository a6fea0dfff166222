"""What an explanation says: wishes and their price, attendance, what stands in the way, what to relax."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solvers import rules
from solvers.engines.joint import solve_joint
from solvers.explain import Explainer, explain
from solvers.explaining.report import MissedSession, WishOutcome
from solvers.instance import Group, Instance
from solvers.referee import check
from solvers.solution import Solution
from solvers.stop import Limits, never
from tests.solvers.builders import (
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
from tests.solvers.strategies import instances

PAIRS = (a_model(size=(2, 2)),)


def explainer(instance: Instance, *groups: Group) -> Explainer:
    solution = a_solution(*groups)
    assert check(instance, solution).ok
    return Explainer(instance, solution)


# --- wishes -----------------------------------------------------------------------------------------------------


def wish(instance: Instance, kind: str, *groups: Group, subject: str = "") -> WishOutcome:
    """What the coordinator is told of ann's wish."""
    outcomes = explainer(instance, *groups).for_coordinator("ann").wishes
    return next(outcome for outcome in outcomes if outcome.kind == kind and subject in ("", outcome.subject))


ANN_AND_BOB = a_group("ann bob", [0, 1])
CAT_AND_DAN = a_group("cat dan", [0, 1], id="g2")


def four(**ann: Any) -> Instance:
    people = [a_resident("ann", **ann), *(a_resident(name) for name in ("bob", "cat", "dan"))]
    return an_instance(people, models=PAIRS, weights=only(placed=100, attend={"2": 10}, want=12))


def test_a_wish_that_is_met_costs_nothing() -> None:
    assert wish(four(wants=("bob",)), "want", ANN_AND_BOB) == WishOutcome("want", "bob", True)


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
    ("external", {"external": "prefer"}, False, ANN_AND_BOB),
    ("external", {"external": "prefer"}, True, led("fay", members="ann bob")),
    ("travel", {"site": "south"}, False, a_group("ann bob", mode="in_person", site="north")),
    ("travel", {"site": "south"}, True, ANN_AND_BOB),
]


@pytest.mark.parametrize(("kind", "ann", "met", "group"), KINDS)
def test_each_kind_of_wish_is_met_or_not(kind: str, ann: dict[str, Any], met: bool, group: Group) -> None:
    instance = four(**ann)
    fay = a_facilitator("fay", interests=("exams",), tags=("parent",))
    models = (*PAIRS, a_model(id="near", size=(2, 2)))
    instance = replace(instance, models=models, faculty=(fay,), rooms=(a_room(),))
    assert wish(instance, kind, group).met is met


# --- attendance -------------------------------------------------------------------------------------------------


def test_a_group_is_told_who_can_come_when() -> None:
    people = [a_resident("ann", "2?"), a_resident("bob", "12"), a_facilitator("fay")]
    group = a_group("ann bob", [0], facilitators=("fay",))
    report = explainer(an_instance(people), group).group("g1")
    assert dict(report.attendance) == {"ann": "2-", "bob": "1-", "fay": "2-"}


def test_a_facilitator_is_told_of_every_group_they_lead() -> None:
    people = [a_resident(name) for name in ("ann", "bob", "cat", "dan")]
    slots = some_slots(0, 1, 7, 8, rounds=2)
    people = [replace(person, availability="2222") for person in people]
    instance = an_instance([*people, a_facilitator("fay", "2222", capacity=2)], slots=slots, models=PAIRS)
    groups = a_group("ann bob", [0], facilitators=("fay",)), a_group("cat dan", [1], id="g2", facilitators=("fay",))
    report = explainer(instance, *groups).for_person("fay")
    assert report.groups == ("g1", "g2")
    assert [(line.group, line.round, line.slot) for line in report.attendance if line.slot is not None] == [
        ("g1", 0, 0),
        ("g2", 0, 1),
    ]


# --- missed sessions --------------------------------------------------------------------------------------------


def missed(instance: Instance, *groups: Group) -> MissedSession:
    """The only round that the first group misses."""
    (session,) = explainer(instance, *groups).group(groups[0].id).missed
    return session


MET_ONCE = a_group("ann bob", [0])
TWO = [a_resident("ann"), a_resident("bob")]
HERE = a_group("ann bob", [0], mode="in_person", site="north")
FAY = a_facilitator("fay", "20")
LED_ONCE = a_group("ann bob", [0], facilitators=("fay",))
NEEDS_ONE = (a_model(facilitators=(1, 1), present=1),)

MISSED: list[tuple[str, Instance, tuple[Group, ...]]] = [
    (rules.QUORUM, an_instance([a_resident("ann", "20"), a_resident("bob")], quorum=1), (MET_ONCE,)),
    (rules.GAP, an_instance(TWO, min_gap_days=8), (MET_ONCE,)),
    (
        rules.SLOT_OF_ROUND,
        an_instance([a_resident("ann", "2"), a_resident("bob", "2")], slots=some_slots(0, rounds=2)),
        (MET_ONCE,),
    ),
    (rules.PRESENT, an_instance([*TWO, FAY], models=NEEDS_ONE), (LED_ONCE,)),
    (
        rules.PERSON_OVERLAP,
        an_instance(
            [*TWO, a_resident("cat"), a_resident("dan"), a_facilitator("fay", capacity=2)],
            models=(a_model(size=(2, 2), facilitators=(1, 1), present=1),),
        ),
        (
            LED_ONCE,
            replace(
                a_group("cat dan", [0, 1], id="g2", facilitators=("fay",)),
                sessions=a_group("", [0, 1], facilitators=("fay",)).sessions[1:],
            ),
        ),
    ),
    (rules.ROOM_AT_SITE, an_instance(TWO, rounds=1, slots=some_slots(0, 1, rounds=1)), (replace(HERE, sessions=()),)),
    (
        rules.ROOM_CAPACITY,
        an_instance(TWO, rounds=1, slots=some_slots(0, 1, rounds=1), rooms=(a_room(capacity=1),)),
        (replace(HERE, sessions=()),),
    ),
    (rules.ROOM_FREE, an_instance(TWO, rooms=(a_room(marks="10"),)), (HERE,)),
    (
        rules.ROOM_OVERLAP,
        an_instance([*TWO, a_resident("cat"), a_resident("dan")], models=PAIRS, rooms=(a_room(),)),
        (
            HERE,
            replace(
                a_group("cat dan", [0, 1], id="g2", mode="in_person", site="north"),
                sessions=a_group("", [0, 1], mode="in_person").sessions[1:],
            ),
        ),
    ),
]


@pytest.mark.parametrize(("rule_id", "instance", "groups"), MISSED)
def test_a_missed_session_has_the_rule_that_stands_in_the_way(
    rule_id: str, instance: Instance, groups: tuple[Group, ...]
) -> None:
    assert [obstacle.rule_id for obstacle in missed(instance, *groups).obstacles] == [rule_id]


def test_the_slot_with_least_in_the_way_is_told_and_how_many_are_like_it() -> None:
    people = [a_resident("ann", "20002"), a_resident("bob", "22000")]
    slots = some_slots(0, 7, 8, 9, 10, rounds=2)
    session = missed(an_instance(people, slots=slots, quorum=1, min_gap_days=9), MET_ONCE)
    assert session.slot == 3
    assert [(obstacle.rule_id, obstacle.places) for obstacle in session.obstacles] == [(rules.QUORUM, 2)]


def test_a_session_that_nothing_stands_against_has_its_gain_told() -> None:
    session = missed(an_instance(TWO, weights=only(held=4, attend={"2": 10}, twice=-10)), MET_ONCE)
    assert (session.obstacles, session.gain) == ((), 4 * 2 + 10 * 2)


# --- repairs ----------------------------------------------------------------------------------------------------

WEEKLY = an_instance(
    [a_resident("ann", "2222"), a_resident("bob", "2222"), a_resident("cat", "2222")],
    slots=some_slots(0, 1, 7, 8, rounds=2),
    quorum=1,
    models=(a_model(size=(2, 3)),),
    previous=(a_group("ann bob", [0, 2]),),
)


def without(person: str, slot: int) -> Instance:
    """The rota has changed: somebody cannot come to a slot."""
    marks = "".join("0" if number == slot else "2" for number in range(4))
    people = (replace(p, availability=marks) if p.id == person else p for p in WEEKLY.residents)
    return replace(WEEKLY, residents=tuple(people))


def test_a_plan_that_stays_has_nothing_moved() -> None:
    report = explainer(WEEKLY, a_group("ann bob", [0, 2])).for_person("ann")
    assert report.moved == ()
    assert WishOutcome("regroup", "g1", True) in report.wishes


def test_a_session_that_had_to_move_has_the_rule_that_stood_against_it() -> None:
    (moved,) = explainer(without("bob", 2), a_group("ann bob", [0, 3])).for_person("ann").moved
    assert (moved.round, moved.old_slot, moved.slot, moved.cost) == (1, 2, 3, None)
    assert [obstacle.rule_id for obstacle in moved.obstacles] == [rules.QUORUM]


def test_a_session_that_moved_for_the_better_has_its_price() -> None:
    """Two people whose session moves cost 6 each; nothing else tells the slots apart but the rhythm."""
    instance = replace(WEEKLY, weights=only(moved=-6, rhythm=5))
    (moved,) = explainer(instance, a_group("ann bob", [0, 3])).group("g1").moved
    assert (moved.obstacles, moved.cost) == ((), -12 - 5)


def test_a_slot_that_is_gone_is_told() -> None:
    instance = replace(WEEKLY, previous=(a_group("ann bob", [0, 9]),))
    (moved,) = explainer(instance, a_group("ann bob", [0, 2])).group("g1").moved
    assert [obstacle.rule_id for obstacle in moved.obstacles] == [rules.SLOT_OF_ROUND]


def regrouped(instance: Instance, *groups: Group) -> WishOutcome:
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


# --- unplaced residents -----------------------------------------------------------------------------------------

GROUP = a_group("ann bob", [0, 1])


def stands_in_the_way(of: dict[str, Any], **fields: Any) -> set[str]:
    """Of cat, whose fields these are, joining or founding a group."""
    plain: dict[str, Any] = {"models": (a_model(size=(2, 3)),)}
    instance = an_instance([*TWO, a_resident("cat", **of), a_facilitator("fay")], **{**plain, **fields})
    return {obstacle.rule_id for obstacle in explainer(instance, GROUP).for_coordinator("cat").unplaced}


@pytest.mark.parametrize(
    ("of", "fields", "expected"),
    [
        ({}, {"models": PAIRS}, {rules.GROUP_SIZE}),
        ({"models": {}}, {}, {rules.MODEL_ACCEPTED}),
        ({"modes": ("phone",)}, {}, {rules.MODE_ACCEPTED, rules.GROUP_SIZE}),
        ({"stage": 5}, {"models": (a_model(spread=(0, 1)),)}, {rules.STAGE_SPREAD, rules.GROUP_SIZE}),
        ({"avoids": ("bob",)}, {}, {rules.AVOIDS, rules.GROUP_SIZE}),
        ({}, {"conflicts": frozenset([frozenset(["ann", "cat"])])}, {rules.CONFLICT, rules.GROUP_SIZE}),
        ({"marks": "00"}, {"quorum": 1}, {rules.QUORUM, rules.GROUP_SIZE}),
    ],
)
def test_who_is_unplaced_is_told_what_keeps_them_out(
    of: dict[str, Any], fields: dict[str, Any], expected: set[str]
) -> None:
    assert stands_in_the_way(of, **fields) == expected


def test_a_lack_of_facilitators_keeps_new_groups_from_being_founded() -> None:
    people = [a_resident(name) for name in ("cat", "dan")]
    instance = an_instance(people, models=NEEDS_ONE)
    (obstacle,) = explainer(instance).for_coordinator("cat").unplaced
    assert obstacle.rule_id == rules.FACILITATORS
    assert obstacle.text == "0 facilitators have a place for another peer group, it takes 1"


# --- relaxing ---------------------------------------------------------------------------------------------------


def relaxed(instance: Instance, *groups: Group) -> dict[str, tuple[int, int]]:
    """Each relaxation with the sessions and residents that it buys."""
    found = explainer(instance, *groups).relaxations()
    return {single.text: (single.gain.sessions, single.gain.residents) for single in found.single}


def test_relaxing_finds_what_lets_sessions_be_held() -> None:
    assert relaxed(*MISSED_FOR[rules.QUORUM]) == {"quorum 0.5 instead of 1": (1, 0)}
    assert relaxed(*MISSED_FOR[rules.GAP]) == {
        "sessions 7 days apart instead of 8": (1, 0),
    }
    assert relaxed(*MISSED_FOR[rules.PRESENT]) == {"1 more facilitators on Mondays": (1, 0)}
    assert relaxed(*MISSED_FOR[rules.ROOM_FREE]) == {"one more room at north": (1, 0)}
    assert relaxed(*MISSED_FOR[rules.SLOT_OF_ROUND]) == {}


MISSED_FOR = {rule_id: (instance, *groups) for rule_id, instance, groups in MISSED}


SMALLER = "peer: groups of 1 or more"


def test_relaxing_finds_what_lets_residents_be_placed() -> None:
    cat = a_resident("cat")
    same_stage = (a_model(spread=(0, 0)),)
    assert relaxed(an_instance([*TWO, replace(cat, modes=("phone",))]), GROUP) == {
        "cat accepting video": (0, 1),
        SMALLER: (2, 1),
    }
    assert relaxed(an_instance([*TWO, cat], models=PAIRS), GROUP) == {
        "peer: groups of up to 3": (0, 1),
        SMALLER: (2, 1),
    }
    assert relaxed(an_instance([*TWO, replace(cat, stage=2)], models=same_stage), GROUP) == {
        "peer: stages up to 1 apart": (0, 1),
        SMALLER: (2, 1),
    }
    assert relaxed(an_instance(TWO, models=NEEDS_ONE)) == {"one more facilitator for peer": (2, 2)}


def test_what_would_not_help_by_itself_is_not_proposed() -> None:
    cat = a_resident("cat", stage=3, modes=("phone",))
    assert relaxed(an_instance([*TWO, cat], models=(a_model(size=(2, 3), spread=(0, 0)),)), GROUP) == {SMALLER: (2, 1)}


def test_the_smallest_set_does_what_all_do_together() -> None:
    slots = some_slots(0, 7, 14, rounds=3)
    people = [a_resident("ann", "220"), a_resident("bob", "222"), a_facilitator("fay", "202")]
    instance = an_instance(people, rounds=3, slots=slots, quorum=1, models=NEEDS_ONE)
    found = explainer(instance, LED_ONCE).relaxations()
    assert {single.text for single in found.smallest} == {"1 more facilitators on Mondays", "quorum 0.5 instead of 1"}
    assert (found.together.sessions, found.together.residents) == (2, 0)


def test_where_nothing_is_missed_nothing_is_proposed() -> None:
    found = explainer(an_instance(TWO), GROUP).relaxations()
    assert (found.single, found.smallest) == ((), ())


def test_what_protects_people_is_never_proposed() -> None:
    instance = an_instance([*TWO, a_resident("cat", avoids=("ann",))], conflicts=frozenset([frozenset(["bob", "cat"])]))
    assert relaxed(instance, GROUP) == {SMALLER: (2, 1)}


# --- whatever comes in ------------------------------------------------------------------------------------------


def plan_of(instance: Instance) -> Solution:
    answer = solve_joint(instance, Limits(seconds=10, workers=1), None, never)
    return Solution(instance.name, answer.groups or ())


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(instances(most_residents=5))
def test_everybody_and_everything_missed_is_explained(instance: Instance) -> None:
    solution = plan_of(instance)
    score = check(instance, solution).score
    explanation = explain(instance, solution)
    assert len(explanation.for_people) == len(instance.residents) + len(instance.faculty)
    for group in solution.groups:
        for session in explanation.for_coordinator.groups[group.id].missed:
            # The plan is best, so what nothing stands against would gain nothing.
            assert bool(session.obstacles) != (session.gain is not None)
            assert session.gain is None or session.gain <= 0
    for report in explanation.for_coordinator.people.values():
        # Nor would any exchange.
        assert all(wish.cost is None or wish.cost >= 0 for wish in report.wishes)
    for single in explanation.for_coordinator.relaxations.single:
        assert single.gain.sessions + single.gain.residents > 0
    assert check(instance, solution).score == score


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(instances(most_residents=4), st.data())
def test_what_may_be_added_may_be_added(instance: Instance, data: st.DataObject) -> None:
    """Sessions taken out of a plan are found again, unless something has changed that stands against them."""
    solution = plan_of(instance)
    holding = [group for group in solution.groups if group.sessions]
    if not holding:
        return
    group = data.draw(st.sampled_from(holding))
    shorter = replace(group, sessions=group.sessions[1:])
    groups = tuple(shorter if other is group else other for other in solution.groups)
    gone = group.sessions[0].round
    missed_one = next(s for s in Explainer(instance, a_solution(*groups)).group(group.id).missed if s.round == gone)
    assert missed_one.obstacles == ()


def test_a_relaxation_says_the_same_in_words_and_as_a_step() -> None:
    for rule_id in (rules.QUORUM, rules.GAP, rules.PRESENT, rules.ROOM_FREE):
        for single in explainer(*MISSED_FOR[rule_id]).relaxations().single:
            assert single.step.text == single.text
    [single] = explainer(*MISSED_FOR[rules.PRESENT]).relaxations().single
    assert (single.step.kind, single.step.what, single.step.value) == ("facilitators_on", "Monday", 1)


def test_told_to_stop_it_tells_what_was_found_by_then() -> None:
    whole = explainer(*MISSED_FOR[rules.QUORUM])
    stopped = whole.relaxations(should_stop=lambda: True)
    assert (stopped.single, stopped.smallest, stopped.together.sessions) == ((), (), 0)
    asked = iter([False])
    found = whole.relaxations(should_stop=lambda: next(asked, True))
    assert [single.text for single in found.single] == ["quorum 0.5 instead of 1"]
    assert found.smallest == found.single
    assert found.together == found.single[0].gain


def test_what_stands_in_the_way_of_the_models_that_somebody_accepts_comes_first() -> None:
    led = a_model(id="vertical", size=(2, 4), facilitators=(1, 1))
    instance = an_instance([*TWO, a_resident("cat", models={"vertical": 1})], models=(a_model(), led))
    found = [obstacle.rule_id for obstacle in explainer(instance, GROUP).for_coordinator("cat").unplaced]
    assert set(found[:-1]) == {rules.GROUP_SIZE, rules.FACILITATORS}
    assert found[-1] == rules.MODEL_ACCEPTED
