"""Keys of instances, and of groups that last from plan to plan."""

from __future__ import annotations

from dataclasses import replace

from scheduler.planning.keys import formed_afresh, with_group_keys, with_likest_keys
from solvers.instance import Group, Instance, Pin
from solvers.solution import Solution


def previous(*groups: Group) -> Instance:
    return Instance("small", 60, 1, (), 0.6, 0.7, (), (), (), previous=groups)


def group(key: str, *residents: str) -> Group:
    return Group(key, "peer", "video", residents)


def test_a_group_keeps_its_key_while_somebody_of_it_stays() -> None:
    solution = Solution("small", (group("g1", "p1", "p9"),))
    assert with_group_keys(previous(group("g1", "p1", "p2")), solution) == solution


def test_a_group_of_others_never_gets_a_key_that_was_somebody_elses() -> None:
    instance = previous(group("g1", "p1", "p2"))
    strangers = with_group_keys(instance, Solution("small", (group("g1", "p8", "p9"),))).groups[0]
    new = with_group_keys(instance, Solution("small", (group("g2", "p8", "p9"),))).groups[0]
    again = with_group_keys(instance, Solution("small", (group("g2", "p8", "p9"),))).groups[0]
    assert len({"g1", "g2", strangers.id, new.id, again.id}) == 5
    assert replace(strangers, id="g1") == group("g1", "p8", "p9")


def test_of_groups_formed_afresh_only_those_that_stay_as_they_are_are_known() -> None:
    instance = replace(previous(group("g1", "p1", "p2"), group("own", "p3", "p4")), pins=(Pin("own"),))
    assert formed_afresh(instance).previous == (group("own", "p3", "p4"),)
    assert formed_afresh(instance).pins == instance.pins


def test_a_group_formed_afresh_goes_on_if_most_of_it_were_in_one_group() -> None:
    pinned = replace(previous(group("g1", "p1", "p2", "p3"), group("own", "p8", "p9")), pins=(Pin("own"),))
    found = (group("n1", "p1", "p2", "p5"), group("n2", "p3", "p6", "p7"), group("own", "p8", "p9"))
    keys = [each.id for each in with_likest_keys(pinned, Solution("small", found)).groups]
    assert (keys[0], keys[2]) == ("g1", "own")
    assert keys[1] not in ("g1", "n1", "n2", "own")


def test_no_two_groups_formed_afresh_go_on_from_one() -> None:
    instance = previous(group("g1", "p1", "p2", "p3", "p4"))
    found = with_likest_keys(instance, Solution("small", (group("n1", "p1", "p2"), group("n2", "p3", "p4"))))
    assert [each.id == "g1" for each in found.groups].count(True) == 1
