"""Every kind of point: tiny plans with nothing else counting, and what they are worth."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from solvers import rules
from solvers.instance import Group, Instance, Session, Weights
from solvers.referee import check
from tests.solvers.builders import (
    DAY,
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

ANN, BOB, CAT = a_resident("ann"), a_resident("bob"), a_resident("cat")
FAY = a_facilitator("fay")


def trio(weights: Weights, *, ann: dict[str, object] | None = None, bob: dict[str, object] | None = None) -> Instance:
    people = [replace(ANN, **(ann or {})), replace(BOB, **(bob or {})), CAT, FAY]
    return an_instance(people, weights=weights, rooms=(a_room(),))


def rhythm(*days: int, hour: int = 0) -> Instance:
    """A slot a round on these days, the last of them ``hour`` hours later in the day."""
    slots = some_slots(*days, rounds=len(days))
    slots = (*slots[:-1], replace(slots[-1], start=slots[-1].start + hour * HOUR, round=len(days) - 1))
    people = [replace(ANN, availability="2" * len(days)), replace(BOB, availability="2" * len(days))]
    return an_instance(people, rounds=len(days), slots=slots, weights=only(rhythm=5))


def repaired(weights: Weights, previous: Group) -> Instance:
    return replace(trio(weights), previous=(previous,))


def cadence(interval: int | None) -> Instance:
    """Three rounds, whose sessions lie 7 and 14 days apart."""
    slots = tuple(replace(slot, round=number) for number, slot in enumerate(some_slots(0, 7, 21, rounds=3)))
    people = [replace(ANN, availability="222"), replace(BOB, availability="222")]
    return an_instance(people, rounds=3, slots=slots, weights=only(cadence=-1), interval_days=interval)


def early(within: int, bob: int | None = None) -> Instance:
    """Slots 0, 7 and 28 days from the first, and in the second round 42; within how many days ann, and bob, ask."""
    slots = tuple(replace(slot, round=number // 3) for number, slot in enumerate(some_slots(0, 7, 28, 42, rounds=2)))
    asking = replace(ANN, first_within_days=within), replace(BOB, first_within_days=bob)
    people = [replace(each, availability="2222") for each in asking]
    return an_instance(people, rounds=2, slots=slots, weights=only(first_late=-10))


def two_rooms(previous: Group) -> Instance:
    rooms = (a_room(), a_room("hut"))
    return replace(repaired(only(reroom=-2), previous), rooms=rooms)


def led_by_a_surgeon(weights: Weights, ann: dict[str, object]) -> Instance:
    return replace(trio(weights, ann=ann), faculty=(replace(FAY, traits={"specialty": "surgery"}),))


SURGEON: dict[str, object] = {"traits": {"specialty": "surgery"}}
PHYSICIAN: dict[str, object] = {"traits": {"specialty": "medicine"}}
WANTS_ALIKE: dict[str, object] = {"like": ("specialty",)}
WANTS_OTHERS: dict[str, object] = {"unlike": ("specialty",)}
ALL = a_group("ann bob cat", [0, 1])
PAIR = a_group("ann bob", [0, 1])
LED = a_group("ann bob", [0, 1], facilitators=("fay",))
HERE = a_group("ann bob", [0], mode="in_person", site="north")
IN_HUT = replace(HERE, sessions=(replace(HERE.sessions[0], room="hut"),))
LATER = a_group("ann bob", [], mode="in_person", site="north", sessions=(Session(1, 1, (), "hut"),))
FOUR_ROUNDS = an_instance(
    [replace(ANN, availability="2002"), replace(BOB, availability="2?12")],
    rounds=4,
    slots=some_slots(0, 7, 14, 21, rounds=4),
    quorum=0,
    min_attendance=0.75,
    weights=only(),
)

CASES: list[tuple[str, Instance, tuple[Group, ...], int]] = [
    ("placed", trio(only(placed=200)), (PAIR,), 400),
    ("placed", trio(only(placed=200)), (), 0),
    ("held", trio(only(held=4)), (ALL,), 4 * 3 * 2),
    ("held", trio(only(held=4)), (a_group("ann bob cat", [0]),), 4 * 3),
    ("size", replace(trio(only(size=-10)), models=(a_model(target=3),)), (PAIR,), -10),
    ("size", replace(trio(only(size=-10)), models=(a_model(target=1),)), (ALL,), -20),
    ("size", trio(only(size=-10)), (PAIR,), 0),
    ("attend", trio(only(attend={"2": 10, "1": 6, "?": 3}), ann={"availability": "1?"}), (PAIR,), 6 + 3 + 20),
    ("attend", trio(only(attend={"2": 10}), ann={"availability": "01"}), (PAIR,), 20),
    ("left_out", replace(FOUR_ROUNDS, weights=only(left_out=-40)), (a_group("ann bob", [0, 1, 2, 3]),), -40),
    ("left_out", replace(FOUR_ROUNDS, weights=only(left_out=-40)), (a_group("ann bob", [0, 1, 2]),), -80),
    ("left_out", replace(FOUR_ROUNDS, weights=only(left_out=-40)), (), 0),
    ("twice", replace(FOUR_ROUNDS, weights=only(twice=-10)), (a_group("ann bob", [0, 1, 2, 3]),), -10),
    ("twice", replace(FOUR_ROUNDS, weights=only(twice=-10)), (a_group("ann bob", []),), -60),
    ("model", trio(only(model=6), ann={"models": {"peer": 3}}), (PAIR,), 6 * (3 + 1)),
    ("mode", trio(only(mode=6), ann={"modes": ("in_person", "video")}), (PAIR,), 6),
    ("mode", trio(only(mode=6), ann={"modes": ("in_person", "video")}), (HERE,), 6),
    ("want", trio(only(want=12), ann={"wants": ("bob", "cat")}), (PAIR,), 12),
    ("want", trio(only(want=12), ann={"wants": ("bob", "cat")}, bob={"wants": ("fay",)}), (LED,), 24),
    ("choice", trio(only(choice=18), ann={"choices": ("gus", "fay")}), (LED,), 18),
    ("choice", trio(only(choice=18), ann={"choices": ("fay",)}), (PAIR,), 0),
    ("interest", trio(only(interest=3), ann={"interests": ("a", "b")}, bob={"interests": ("b", "c")}), (PAIR,), 6),
    (
        "interest",
        replace(trio(only(interest=3), ann={"interests": ("a",)}), faculty=(replace(FAY, interests=("a",)),)),
        (LED,),
        3,
    ),
    ("alone", trio(only(alone=-60), ann={"tags": ("x",), "company": ("x",)}), (PAIR,), -60),
    ("alone", trio(only(alone=-60), ann={"tags": ("x",), "company": ("x",)}, bob={"tags": ("x",)}), (PAIR,), 0),
    (
        "alone",
        replace(trio(only(alone=-60), ann={"tags": ("x",), "company": ("x",)}), faculty=(replace(FAY, tags=("x",)),)),
        (LED,),
        0,
    ),
    ("like", trio(only(like=12), ann=SURGEON | WANTS_ALIKE, bob=SURGEON), (PAIR,), 12),
    ("like", trio(only(like=12), ann=SURGEON | WANTS_ALIKE, bob=PHYSICIAN), (PAIR,), 0),
    ("like", trio(only(like=12), ann=SURGEON | WANTS_ALIKE), (PAIR,), 0),
    ("like", trio(only(like=12), ann=WANTS_ALIKE, bob=SURGEON), (PAIR,), 0),
    ("like", trio(only(like=12), ann=SURGEON | WANTS_ALIKE, bob=SURGEON | WANTS_ALIKE), (PAIR,), 24),
    ("like", led_by_a_surgeon(only(like=12), SURGEON | WANTS_ALIKE), (LED,), 12),
    ("like", trio(only(like=12), ann={"like": ("ward", "specialty"), **SURGEON}, bob=SURGEON), (PAIR,), 12),
    ("unlike", trio(only(unlike=12), ann=SURGEON | WANTS_OTHERS, bob=PHYSICIAN), (PAIR,), 12),
    ("unlike", trio(only(unlike=12), ann=SURGEON | WANTS_OTHERS, bob=SURGEON), (PAIR,), 0),
    ("unlike", trio(only(unlike=12), ann=SURGEON | WANTS_OTHERS), (PAIR,), 0),
    ("unlike", trio(only(unlike=12), ann=WANTS_OTHERS, bob=SURGEON), (PAIR,), 0),
    ("unlike", led_by_a_surgeon(only(unlike=12), PHYSICIAN | WANTS_OTHERS), (LED,), 12),
    ("external", trio(only(external=12), ann={"external": "prefer"}), (LED,), 12),
    ("external", trio(only(external=12), ann={"external": "prefer", "site": "south"}), (LED,), 0),
    ("external", trio(only(external=12), ann={"external": "prefer"}), (PAIR,), 0),
    ("external", trio(only(external=12), ann={"external": "require"}), (LED,), 0),
    ("travel", trio(only(travel=-15), ann={"site": "south"}), (HERE,), -15),
    ("travel", trio(only(travel=-15), ann={"site": "south"}), (PAIR,), 0),
    ("rhythm", rhythm(0, 7, 14), (a_group("ann bob", [0, 1, 2]),), 15),
    ("rhythm", rhythm(0, 8, 14), (a_group("ann bob", [0, 1, 2]),), 10),
    ("rhythm", rhythm(0, 7, 14, hour=1), (a_group("ann bob", [0, 1, 2]),), 10),
    ("rhythm", rhythm(0, 7), (a_group("ann bob"),), 0),
    ("regroup", repaired(only(regroup=-60), ALL), (PAIR,), -60),
    ("regroup", repaired(only(regroup=-60), ALL), (replace(PAIR, id="g2"),), -180),
    ("regroup", repaired(only(regroup=-60), a_group("ann bob zoe")), (PAIR,), 0),
    ("moved", repaired(only(moved=-6), PAIR), (a_group("ann bob cat", [0]),), -18),
    ("moved", repaired(only(moved=-6), PAIR), (replace(PAIR, id="g2", sessions=()),), 0),
    ("moved", repaired(only(moved=-6), a_group("ann bob", [0])), (PAIR,), 0),
    ("cadence", cadence(7), (a_group("ann bob", [0, 1, 2]),), -2),
    ("cadence", cadence(20), (a_group("ann bob", [0, 1, 2]),), -2),
    ("cadence", cadence(28), (a_group("ann bob", [0, 1, 2]),), -2 * (3 + 2)),
    ("cadence", cadence(7), (a_group("ann bob", [], sessions=(Session(0, 0), Session(2, 2))),), 0),
    ("cadence", cadence(None), (a_group("ann bob", [0, 1, 2]),), 0),
    ("want_any", trio(only(want_any=16), ann={"wants": ("bob", "cat")}), (ALL,), 16),
    ("want_any", trio(only(want_any=16), ann={"wants": ("bob", "cat")}), (PAIR,), 16),
    ("want_any", trio(only(want_any=16), ann={"wants": ("cat",)}, bob={"wants": ("ann",)}), (PAIR,), 16),
    ("want_any", trio(only(want_any=16), ann={"wants": ("fay",)}), (LED,), 16),
    ("want_any", trio(only(want_any=16), ann={"wants": ("fay", "cat")}), (PAIR,), 0),
    ("want_any", trio(only(want_any=16), ann={"wants": ("bob",)}), (), 0),
    ("first_late", early(28), (a_group("ann bob", [1]),), 0),
    ("first_late", early(28), (a_group("ann bob", [2]),), -10),
    ("first_late", early(29), (a_group("ann bob", [2, 3]),), 0),
    ("first_late", early(7), (a_group("ann bob", [1, 3]),), -10),
    ("first_late", early(7, bob=14), (a_group("ann bob", [2]),), -70),
    ("first_late", early(28), (a_group("ann bob", [], sessions=(Session(1, 3),)),), -30),
    ("first_late", early(14), (a_group("ann bob", [], sessions=(Session(1, 3),)),), -40),
    ("first_late", early(28), (a_group("ann bob", []),), -40),
    ("first_late", early(0), (a_group("ann bob", [0]),), -10),
    ("first_late", early(28), (), 0),
    ("handover", repaired(only(handover=-40), LED), (PAIR,), -40),
    ("handover", repaired(only(handover=-40), LED), (replace(LED, id="g2"),), -40),
    ("handover", repaired(only(handover=-40), LED), (LED,), 0),
    ("handover", repaired(only(handover=-40), LED), (), -40),
    ("handover", repaired(only(handover=-40), replace(LED, facilitators=("zoe",))), (PAIR,), 0),
    ("reroom", two_rooms(HERE), (IN_HUT,), -2),
    ("reroom", two_rooms(HERE), (HERE,), 0),
    ("reroom", two_rooms(HERE), (replace(IN_HUT, id="g2"),), 0),
    ("reroom", two_rooms(HERE), (LATER,), 0),
    ("reroom", two_rooms(PAIR), (IN_HUT,), 0),
]


@pytest.mark.parametrize(("rule_id", "instance", "groups", "points"), CASES)
def test_points(rule_id: str, instance: Instance, groups: tuple[Group, ...], points: int) -> None:
    verdict = check(instance, a_solution(*groups))
    assert verdict.ok
    assert verdict.points[rule_id] == points
    assert verdict.score == points


def test_every_kind_of_point_has_a_case() -> None:
    assert {case[0] for case in CASES} == {rule.id for rule in rules.POINT_RULES}


def test_the_score_is_the_sum_of_all_points() -> None:
    verdict = check(trio(Weights()), a_solution(LED))
    assert verdict.score == sum(verdict.points.values()) > 400


def test_weekday_and_time_are_those_written_in_the_start() -> None:
    """Noon is noon before and after the clocks change, though an hour apart in UTC."""
    instance = rhythm(0, 7)
    first, second = instance.slots
    shifted = replace(second, start=datetime.fromisoformat("2027-01-11T12:00:00+01:00"))
    assert check(replace(instance, slots=(first, shifted)), a_solution(PAIR)).score == 10
    assert (
        check(replace(instance, slots=(first, replace(second, start=second.start + DAY))), a_solution(PAIR)).score == 5
    )
