"""Sessions missed and moved: what stands in the way, and what they would gain or cost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from solvers import rules
from solvers.instance import Group, Instance
from solvers.reasons.facts import MissedSession, WishOutcome
from tests.solvers.builders import (
    a_group,
    a_resident,
    an_instance,
    only,
    some_slots,
)
from tests.solvers.reasons.cases import (
    MET_ONCE,
    MISSED,
    TWO,
    WEEKLY,
    explainer,
    without,
)


def missed(instance: Instance, *groups: Group) -> MissedSession[int]:
    """The only round that the first group misses."""
    (session,) = explainer(instance, *groups).group(groups[0].id).missed
    return session


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


def test_a_plan_that_stays_has_nothing_moved() -> None:
    report = explainer(WEEKLY, a_group("ann bob", [0, 2])).for_person("ann")
    assert report.moved == ()
    assert WishOutcome("ann", "regroup", "g1", True) in report.wishes


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
