"""The planner's part of a repair: only what mends something changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.planning.independent_changes import independent_changes, whole
from scheduler.planning.repair import (
    Repair,
    broken_in,
    fewest_changes,
    in_favour_of_staying,
    points_beside,
    repair_from_json,
    repair_to_json,
    repaired_groups,
    unchanged_groups,
)
from solvers import rules
from solvers.instance import Faculty, Group, Instance, Session
from solvers.referee import check
from solvers.solution import Solution
from tests.solvers.builders import DAY, a_facilitator, a_model, a_resident, an_instance, some_slots
from tests.solvers.strategies import plans, repairs

MARKS = dict.fromkeys("abcdefgh", "2222")


def two_groups(**marks: str) -> Instance:
    """Two groups of four that meet at the first slot of each round; these people cannot come to everything."""
    people = [a_resident(name, marks.get(name, "2222")) for name in "abcdefgh"]
    groups = tuple(
        Group(key, "peer", "video", tuple(names), (), (Session(0, 0), Session(1, 2)))
        for key, names in (("g1", "abcd"), ("g2", "efgh"))
    )
    return an_instance(people, slots=some_slots(0, 2, 7, 9, rounds=2), previous=groups)


def moved(group: Group, *slots: int) -> Group:
    return replace(group, sessions=tuple(Session(round_, slot) for round_, slot in enumerate(slots)))


def mended(instance: Instance, change: Callable[[Group, Group], tuple[Group, ...]]) -> tuple[Group, ...]:
    first, second = instance.previous
    return fewest_changes(instance, Solution("tiny", change(first, second))).groups


def test_what_moved_without_need_is_put_back() -> None:
    assert mended(two_groups(), lambda one, two: (moved(one, 1, 2), two)) == two_groups().previous[::-1]


def test_what_breaks_as_it_was_stays_changed_and_the_other_is_put_back() -> None:
    instance = two_groups(a="0222", b="0222", c="0222")
    assert [rule.rule_id for rule in broken_in(instance)] == [rules.QUORUM]
    assert [(rule.have, rule.needed, rule.of) for rule in broken_in(instance)] == [(1, 2, 4)]
    first, second = mended(instance, lambda one, two: (moved(one, 1, 2), moved(two, 0, 3)))
    assert first.sessions == (Session(0, 1), Session(1, 2))
    assert second == instance.previous[1]


def test_a_session_more_is_worth_a_change() -> None:
    instance = two_groups()
    instance = replace(instance, previous=(replace(instance.previous[0], sessions=()), instance.previous[1]))
    assert mended(instance, lambda one, two: (moved(one, 0), two))[0].sessions == (Session(0, 0),)


def test_everybody_likes_best_what_they_have_and_accepts_the_same_as_before() -> None:
    instance = two_groups()
    content = in_favour_of_staying(instance)
    assert {person.modes for person in content.residents} == {("video", "in_person")}
    assert [set(person.models) for person in content.residents] == [set(p.models) for p in instance.residents]
    assert {person.models["peer"] for person in content.residents} == {3}
    assert content.weights.moved < instance.weights.moved


def test_which_groups_change_is_known_with_what_they_were() -> None:
    instance = two_groups()
    first, second = instance.previous
    solution = Solution("tiny", (moved(first, 1, 2), second, replace(second, id="new")))
    assert unchanged_groups(instance, solution) == {"g2"}
    repair = Repair(frozenset({("g1", 0)}), {"g1": "a", "g2": "b", "g3": "c"})
    assert repaired_groups(instance, solution, repair) == {"g1": "a", "g3": "c", "new": ""}
    assert repair_from_json(repair_to_json(repair)) == repair


def test_a_change_is_refused_that_breaks_something_and_allowed_beside_what_is_broken_anyway() -> None:
    instance = two_groups(a="0222", b="0222", c="0222")
    first, second = instance.previous
    known = broken_in(instance)
    assert points_beside(instance, (moved(second, 1, 2),), {"g2"}, known) is not None
    assert points_beside(instance, (moved(first, 0, 3),), {"g1"}, known) is None
    with_dan = replace(second, residents=(*second.residents, "d"))
    assert points_beside(instance, (with_dan,), {"g2"}, known) is None


@given(st.data())
def test_whatever_is_put_back_leaves_a_plan_that_keeps_the_rules(data: st.DataObject) -> None:
    instance = replace(data.draw(repairs()), pins=())
    solution = Solution("tiny", data.draw(plans(instance)))
    if check(instance, solution).ok:
        found = fewest_changes(instance, solution)
        verdict = check(instance, found)
        assert verdict.ok
        assert verdict.score == found.score


@given(st.data())
def test_changes_that_stand_by_themselves_do(data: st.DataObject) -> None:
    """Of two plans that keep the rules, any part of the difference makes one that keeps them too."""
    instance = replace(data.draw(repairs()), pins=())
    before = Solution("tiny", tuple(group for group in instance.previous if "gone" not in group.residents))
    after = Solution("tiny", data.draw(plans(instance)))
    if not (check(instance, before).ok and check(instance, after).ok):
        return
    was, goes = ({group.id: group for group in plan.groups} for plan in (before, after))
    length = DAY * instance.session_minutes / (24 * 60)
    sets = independent_changes(
        {key: whole(group, instance) for key, group in was.items()},
        {key: whole(group, instance) for key, group in goes.items()},
        length,
    )
    chosen = {key for keys in sets if data.draw(st.booleans()) for key in keys}
    mixed = [(goes if key in chosen else was).get(key) for key in sorted(was.keys() | goes.keys())]
    assert check(instance, Solution("tiny", tuple(group for group in mixed if group))).ok


def a_led_group(*faculty: Faculty, **fields: object) -> Instance:
    """Four residents whose facilitator has gone, beside four who are led by Fay; both meet at the same time."""
    people = [a_resident(name, "2222") for name in "abcdefgh"]
    groups = tuple(
        Group(key, "peer", "video", tuple(names), (lead,), (Session(0, 0, (lead,)), Session(1, 2, (lead,))))
        for key, names, lead in (("g1", "abcd", "gone"), ("g2", "efgh", "fay"))
    )
    led = a_model(size=(2, 8), facilitators=(1, 1), present=1)
    slots = some_slots(0, 2, 7, 9, rounds=2)
    return an_instance([*people, *faculty], slots=slots, models=(led,), previous=groups, **fields)


FAY, GIL = a_facilitator("fay", "2222", capacity=2), a_facilitator("gil", "2222")


def broken_up(instance: Instance) -> tuple[Group, ...]:
    """What a repair makes of it that breaks up the group whose facilitator has gone."""
    all_of = replace(instance.previous[1], residents=tuple("abcdefgh"))
    return fewest_changes(instance, Solution("tiny", (all_of,))).groups


def test_a_group_that_lacks_but_a_facilitator_gets_another_and_is_not_broken_up() -> None:
    instance = a_led_group(FAY, GIL)
    found = {group.id: group for group in broken_up(instance)}
    assert found["g2"] == instance.previous[1]
    assert found["g1"].residents == tuple("abcd")
    assert found["g1"].facilitators == ("gil",)
    assert [(s.slot, s.facilitators) for s in found["g1"].sessions] == [(0, ("gil",)), (2, ("gil",))]


@pytest.mark.parametrize(
    "gil", [replace(GIL, availability="0222"), replace(GIL, models=()), replace(GIL, modes=("in_person",))]
)
def test_where_nobody_is_free_for_it_the_group_is_broken_up(gil: Faculty) -> None:
    assert [group.id for group in broken_up(a_led_group(FAY, gil))] == ["g2"]


def test_nobody_facilitates_who_may_not_be_in_the_group() -> None:
    instance = a_led_group(FAY, GIL, conflicts=frozenset({frozenset(("gil", "a"))}))
    assert [group.id for group in broken_up(instance)] == ["g2"]


def test_where_more_is_broken_than_the_facilitator_other_changes_stay() -> None:
    instance = a_led_group(FAY, GIL)
    away = tuple(replace(p, availability="0222") if p.id in "abc" else p for p in instance.residents)
    moved_up = replace(instance, residents=away)
    assert "g1" not in [group.id for group in broken_up(moved_up)]
