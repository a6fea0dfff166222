"""Every hard rule: a tiny plan that breaks it and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from solvers import rules
from solvers.instance import Group, Instance, Pin, Session
from solvers.referee import check
from solvers.solution import Solution
from tests.solvers.builders import (
    a_facilitator,
    a_group,
    a_model,
    a_resident,
    a_room,
    a_solution,
    an_instance,
    some_slots,
)

ANN, BOB = a_resident("ann"), a_resident("bob")
FAY = a_facilitator("fay")
PAIR = an_instance([ANN, BOB, FAY], rooms=(a_room(),))
VALID = a_group("ann bob", [0, 1])
WITH_FAY = a_group("ann bob", [0, 1], facilitators=("fay",))
FIRM: dict[str, object] = {"tags": ("parent",), "company": ("parent",), "firm": ("parent",)}
IN_PERSON = a_group("ann bob", [0, 1], mode="in_person", site="north")
FOUR = an_instance([a_resident(name) for name in ("ann", "bob", "cat", "dan")] + [FAY], rooms=(a_room(),))

Case = tuple[Instance, Solution]


def with_group(instance: Instance, *groups: Group) -> Case:
    return instance, a_solution(*groups)


def with_ann(**fields: object) -> Instance:
    return replace(PAIR, residents=(replace(ANN, **fields), BOB))


def with_model(**fields: object) -> Instance:
    return replace(PAIR, models=(a_model(**fields),))


def pinned(*rounds: int) -> Instance:
    return replace(PAIR, previous=(VALID,), pins=(Pin("g1", rounds),))


def session(round_: int, slot: int, *facilitators: str, room: str | None = None) -> Session:
    return Session(round_, slot, facilitators, room)


BROKEN: dict[str, Case] = {
    rules.GROUP_ID: with_group(FOUR, VALID, a_group("cat dan", [0, 1])),
    rules.KNOWN: with_group(PAIR, a_group("ann bob eve")),
    rules.ROLE: with_group(PAIR, a_group("ann bob fay", [0, 1])),
    rules.ONCE: with_group(PAIR, a_group("ann bob ann", [0, 1])),
    rules.ONE_GROUP: with_group(FOUR, a_group("ann bob", [0]), a_group("ann cat", id="g2")),
    rules.MODEL_ACCEPTED: with_group(with_ann(models={}), VALID),
    rules.MODEL_OFFERED: with_group(replace(PAIR, faculty=(replace(FAY, models=()),)), WITH_FAY),
    rules.GROUP_SIZE: with_group(PAIR, a_group("ann", [0, 1])),
    rules.STAGE_SPREAD: with_group(with_model(spread=(1, 9)), VALID),
    rules.FACILITATORS: with_group(with_model(facilitators=(1, 1)), VALID),
    rules.CAPACITY: with_group(
        FOUR,
        replace(WITH_FAY, sessions=()),
        a_group("cat dan", id="g2", facilitators=("fay",)),
    ),
    rules.CONFLICT: with_group(replace(PAIR, conflicts=frozenset([frozenset(["fay", "ann"])])), WITH_FAY),
    rules.ACCOMPANIED: with_group(replace(PAIR, accompanied=frozenset([("fay", "ann")])), WITH_FAY),
    rules.AVOIDS: with_group(with_ann(avoids=("bob",)), VALID),
    rules.COMPANY_REQUIRED: with_group(with_ann(**FIRM), VALID),
    rules.EXTERNAL_REQUIRED: with_group(with_ann(external="require", site="south"), WITH_FAY),
    rules.MODE_ACCEPTED: with_group(with_ann(modes=("in_person",)), VALID),
    rules.SITE: with_group(PAIR, a_group("ann bob", mode="in_person")),
    rules.ROOM_AT_SITE: with_group(PAIR, replace(IN_PERSON, site="south")),
    rules.ROOM_CAPACITY: with_group(replace(PAIR, rooms=(a_room(capacity=1),)), IN_PERSON),
    rules.ROOM_FREE: with_group(replace(PAIR, rooms=(a_room(marks="01"),)), IN_PERSON),
    rules.ROOM_OVERLAP: with_group(FOUR, IN_PERSON, a_group("cat dan", [0], id="g2", mode="in_person", site="north")),
    rules.SLOT_OF_ROUND: with_group(PAIR, a_group("ann bob", [1])),
    rules.ONE_SESSION: with_group(PAIR, replace(VALID, sessions=(session(0, 0), session(0, 0)))),
    rules.GAP: with_group(replace(PAIR, min_gap_days=7.5), VALID),
    rules.QUORUM: with_group(replace(with_ann(availability="0?"), quorum=0.6), VALID),
    rules.PRESENT: with_group(with_model(present=1), replace(WITH_FAY, sessions=(session(0, 0),))),
    rules.ATTENDING: with_group(PAIR, replace(VALID, sessions=(session(0, 0, "fay"),))),
    rules.FACILITATOR_FREE: with_group(replace(PAIR, faculty=(replace(FAY, availability="2?"),)), WITH_FAY),
    rules.PERSON_OVERLAP: with_group(
        replace(FOUR, faculty=(replace(FAY, capacity=2),)),
        WITH_FAY,
        a_group("cat dan", [0], id="g2", facilitators=("fay",)),
    ),
    rules.PIN_KEPT: with_group(pinned()),
    rules.PIN_MEMBERS: with_group(pinned(), WITH_FAY),
    rules.PIN_ROUNDS: with_group(pinned(1), a_group("ann bob", [0])),
    rules.BOUND: (PAIR, a_solution(VALID, bound=0)),
}


@pytest.mark.parametrize("rule_id", [rule.id for rule in rules.HARD_RULES])
def test_the_referee_names_the_broken_rule_and_no_other(rule_id: str) -> None:
    instance, solution = BROKEN[rule_id]
    assert {breach.rule_id for breach in check(instance, solution).broken} == {rule_id}


@pytest.mark.parametrize(
    ("instance", "groups"),
    [
        (PAIR, ()),
        (PAIR, (VALID,)),
        (PAIR, (WITH_FAY,)),
        (PAIR, (IN_PERSON,)),
        (replace(PAIR, min_gap_days=7), (VALID,)),
        (pinned(0, 1), (VALID,)),
        (pinned(0), (a_group("ann bob", [0]),)),
        (FOUR, (VALID, a_group("cat dan", [0, 1], id="g2"))),
    ],
)
def test_the_referee_finds_nothing_in_a_plan_that_keeps_the_rules(
    instance: Instance, groups: tuple[Group, ...]
) -> None:
    assert check(instance, a_solution(*groups)).broken == ()


def test_a_quorum_is_rounded_up_but_not_for_a_hair() -> None:
    five = [a_resident(name, marks) for name, marks in zip("abcde", ["22", "22", "22", "00", "00"], strict=True)]
    group = a_group("a b c d e", [0])
    models = (a_model(size=(5, 5)),)
    assert check(an_instance(five, models=models, quorum=0.6), a_solution(group)).ok
    assert not check(an_instance(five, models=models, quorum=0.61), a_solution(group)).ok


def test_sessions_overlap_when_their_starts_are_less_than_one_length_apart() -> None:
    slots = (some_slots(0, rounds=1)[0], some_slots(0, rounds=1, hour=1)[0])
    in_person = [
        a_group("ann bob", [0], mode="in_person", site="north"),
        replace(a_group("cat dan", id="g2", mode="in_person", site="north"), sessions=(session(0, 1, room="hall"),)),
    ]
    instance = replace(FOUR, rounds=1, slots=slots)
    assert check(instance, a_solution(*in_person)).ok
    breaches = check(replace(instance, session_minutes=61), a_solution(*in_person)).broken
    assert [breach.rule_id for breach in breaches] == [rules.ROOM_OVERLAP]


def test_one_group_may_not_meet_twice_at_once_in_two_rounds() -> None:
    slots = (some_slots(0, rounds=1)[0], replace(some_slots(0, rounds=1)[0], round=1))
    breaches = check(replace(PAIR, slots=slots), a_solution(VALID)).broken
    assert {breach.rule_id for breach in breaches} == {rules.PERSON_OVERLAP}


def test_a_pinned_group_keeps_its_members_but_for_those_who_left() -> None:
    previous = a_group("ann bob zoe", [0, 1])
    instance = replace(PAIR, previous=(previous,), pins=(Pin("g1", (0,)),))
    assert check(instance, a_solution(VALID)).ok


def test_a_breach_says_where_and_who() -> None:
    breach = check(with_ann(avoids=("bob",)), a_solution(VALID)).broken[0]
    assert (breach.group, breach.person, breach.text) == ("g1", "ann", "g1: ann avoids bob")


@pytest.mark.parametrize("other", [{"tags": ("parent",)}, {"tags": ("parent", "abroad"), "company": ("parent",)}])
def test_somebody_else_with_the_tag_is_company(other: dict[str, object]) -> None:
    company = replace(with_ann(**FIRM), residents=(replace(ANN, **FIRM), replace(BOB, **other)))
    assert check(company, a_solution(VALID)).ok


def test_a_facilitator_with_the_tag_is_company_where_they_lead_the_group() -> None:
    led = replace(with_ann(**FIRM), faculty=(replace(FAY, tags=("parent",)),))
    assert check(led, a_solution(WITH_FAY)).ok
    assert {breach.rule_id for breach in check(led, a_solution(VALID)).broken} == {rules.COMPANY_REQUIRED}


def test_a_wish_for_company_that_is_not_firm_breaks_no_rule() -> None:
    asked = with_ann(tags=("parent",), company=("parent",))
    verdict = check(asked, a_solution(VALID))
    assert verdict.ok
    assert verdict.points["alone"] == asked.weights.alone
