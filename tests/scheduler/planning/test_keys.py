"""Keys of instances, and of groups that last from plan to plan."""

from __future__ import annotations

from dataclasses import replace

from scheduler.planning.keys import with_group_keys
from solvers.instance import Group, Instance
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
