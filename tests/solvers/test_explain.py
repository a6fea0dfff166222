"""Whole explanations: attendance, and everybody and everything missed explained whatever comes in."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solvers.engines.joint import solve_joint
from solvers.explain import Explainer, explain
from solvers.instance import Instance
from solvers.referee import check
from solvers.solution import Solution
from solvers.stop import Limits, never
from tests.solvers.builders import (
    a_facilitator,
    a_group,
    a_resident,
    a_solution,
    an_instance,
    some_slots,
)
from tests.solvers.reasons.cases import (
    PAIRS,
    explainer,
)
from tests.solvers.strategies import instances


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
