"""What a search reports is what the referee says of a plan that there is, and its bound is one for that plan."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solvers.instance import COMING, Instance
from solvers.progress import Progress
from solvers.referee import check
from solvers.solution import Solution
from solvers.solve import solve
from solvers.stop import Limits
from tests.solvers.families import FAMILIES, of_family, planned

A_SHORT_TIME = 0.4
slowly = settings(max_examples=33, deadline=None, suppress_health_check=list(HealthCheck))
families = st.builds(of_family, st.sampled_from(sorted(FAMILIES)), st.integers(0, 10_000))


@st.composite
def repairs_of_families(draw: st.DrawFn) -> Instance:
    """A problem with the plan that there was before somebody left and others were on leave."""
    instance = draw(families)
    before = planned(instance, draw(st.sampled_from([0, 5, 40])))
    leaves = draw(st.integers(0, 2))
    closed = draw(st.integers(0, len(instance.slots) - 1))
    residents = (
        replace(one, availability=one.availability[:closed] + "0" + one.availability[closed + 1 :])
        if number % 3 == 0
        else one
        for number, one in enumerate(instance.residents[leaves:])
    )
    left = {one.id for one in instance.residents[:leaves]}
    return replace(
        instance,
        residents=tuple(
            replace(one, wants=tuple(who for who in one.wants if who not in left), availability=one.availability)
            for one in residents
        ),
        conflicts=frozenset(pair for pair in instance.conflicts if not pair & left),
        previous=before.groups,
    )


def figures(instance: Instance, solution: Solution) -> tuple[int, int, int, int, int]:
    """Of a plan: residents placed, groups, sessions, residents who can come to them, and residents invited."""
    marks = {one.id: one.availability for one in instance.residents}
    invited = [
        (who, session.slot) for group in solution.groups for session in group.sessions for who in group.residents
    ]
    return (
        sum(len(group.residents) for group in solution.groups),
        len(solution.groups),
        sum(len(group.sessions) for group in solution.groups),
        sum(marks[who][slot] in COMING for who, slot in invited),
        len(invited),
    )


@slowly
@given(families | repairs_of_families(), st.integers(1, 4))
def test_stopped_at_any_report_the_plan_is_the_one_that_was_reported(instance: Instance, count: int) -> None:
    reports: list[Progress] = []
    solution = solve(instance, Limits(600.0, 1), reports.append, lambda: len(reports) >= count)
    last, verdict = reports[-1], check(instance, solution)
    assert verdict.ok
    assert last.score == solution.score == verdict.score
    assert (last.placed, last.groups, last.held, last.coming, last.seats) == figures(instance, solution)
    assert all(report.bound is None or report.bound >= verdict.score for report in reports)
    assert solution.bound is None or solution.bound >= verdict.score


@slowly
@given(families | repairs_of_families(), st.sampled_from([1, 2]), st.integers(0, 100))
def test_no_report_is_above_the_plan_in_the_end_and_none_above_a_bound(
    instance: Instance, workers: int, seed: int
) -> None:
    reports: list[Progress] = []
    solution = solve(instance, Limits(A_SHORT_TIME, workers, seed), reports.append)
    assert solution.score == check(instance, solution).score
    scores = [report.score for report in reports if report.score is not None]
    bounds = [bound for bound in (*(report.bound for report in reports), solution.bound) if bound is not None]
    assert max(scores, default=solution.score) <= solution.score <= min(bounds, default=solution.score)
    assert all(before <= after for before, after in pairwise(scores))
    assert all(before >= after for before, after in pairwise(bounds))


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("workers", [1, 2])
def test_a_plan_that_stands_moves_nobody_and_is_what_is_reported(family: str, workers: int) -> None:
    instance = of_family(family, 1)
    plan = solve(instance, Limits(2.0, 1))
    reports: list[Progress] = []
    again = solve(replace(instance, previous=plan.groups), Limits(1.0, workers, seed=2), reports.append)
    assert again.groups == plan.groups
    assert {report.score for report in reports} == {again.score}
