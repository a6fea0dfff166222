"""Repairs: nothing moves without need, and what moves is told with its reason."""

from __future__ import annotations

from dataclasses import replace

from solvers import rules
from solvers.explain import Explainer
from solvers.explaining.report import Changes
from solvers.instance import Instance
from solvers.referee import check
from solvers.solution import Solution
from solvers.solve import solve
from solvers.stop import Limits
from tests.solvers.builders import a_model, a_resident, an_instance, some_slots

SHORT = Limits(seconds=0.3, workers=1)
LONG_ENOUGH = Limits(seconds=2.0, workers=1)
"""For a plan of so few to be the best there is, on a busy machine too."""


def eight_residents() -> Instance:
    """Eight residents who can all come to either of two slots in each of two rounds."""
    residents = [a_resident(f"r{k}", "2222") for k in range(8)]
    return an_instance(residents, slots=some_slots(0, 2, 7, 9, rounds=2))


def with_previous(instance: Instance) -> Instance:
    return replace(instance, previous=solve(instance, LONG_ENOUGH).groups)


def changes(instance: Instance, solution: Solution) -> Changes:
    return Explainer(instance, solution).changes()


def test_an_unchanged_instance_gives_the_earlier_plan_back() -> None:
    instance = with_previous(eight_residents())
    again = solve(instance, SHORT)
    assert again.groups == instance.previous
    assert changes(instance, again).nothing_moved


def test_an_earlier_plan_stays_though_there_is_no_place_for_all() -> None:
    people = [*eight_residents().residents, a_resident("outsider", "2222", models={})]
    instance = with_previous(replace(eight_residents(), residents=tuple(people)))
    again = solve(instance, SHORT)
    assert again.groups == instance.previous
    assert again.score == check(instance, again).score


def test_whoever_is_new_finds_a_place_in_a_plan_that_could_stay() -> None:
    instance = with_previous(eight_residents())
    changed = replace(instance, residents=(*instance.residents, a_resident("new", "2222")))
    assert changes(changed, solve(changed, SHORT)).people == ()
    assert sum(len(group.residents) for group in solve(changed, SHORT).groups) == 9


def test_a_session_nobody_can_come_to_is_moved_and_the_report_says_why() -> None:
    instance = with_previous(eight_residents())
    old = instance.previous[0].sessions[0].slot
    marks = "".join("0" if slot == old else "2" for slot in range(4))
    changed = replace(instance, residents=tuple(replace(r, availability=marks) for r in instance.residents))
    report = changes(changed, solve(changed, SHORT))
    assert {moved.old_slot for moved in report.sessions} == {old}
    assert all(moved.slot not in (None, old) for moved in report.sessions)
    assert {obstacle.rule_id for moved in report.sessions for obstacle in moved.obstacles} == {rules.QUORUM}
    assert report.people == ()


def test_somebody_who_leaves_disturbs_nobody_else() -> None:
    instance = with_previous(replace(eight_residents(), models=(a_model(size=(3, 4)),)))
    changed = replace(instance, residents=instance.residents[1:])
    report = changes(changed, solve(changed, SHORT))
    assert report.people == ()
    assert report.sessions == ()


def test_two_who_must_part_are_parted_and_the_report_names_who_moved() -> None:
    instance = with_previous(eight_residents())
    one, other = instance.previous[0].residents[:2]
    changed = replace(instance, conflicts=frozenset([frozenset((one, other))]))
    report = changes(changed, solve(changed, SHORT))
    assert {moved.person for moved in report.people} & {one, other}
    assert all(moved.before != moved.now for moved in report.people)


def test_what_there_is_no_time_for_stays_out() -> None:
    instance = with_previous(eight_residents())
    changed = replace(instance, conflicts=frozenset([frozenset(instance.previous[0].residents[:2])]))
    found = Explainer(changed, solve(changed, SHORT)).changes(lambda: True)
    assert (found.sessions, found.people) == ((), ())
