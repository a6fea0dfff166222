"""The search as its callers meet it: sound whatever comes in, repeatable, stoppable, and never above the best."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings

from solvers.errors import PinsFail
from solvers.instance import Group, Instance
from solvers.progress import Progress
from solvers.referee import check
from solvers.solve import solve
from solvers.stop import Limits
from tests.solvers.brute_force import best_score
from tests.solvers.builders import a_facilitator, a_model, a_resident, an_instance, some_slots
from tests.solvers.strategies import instances, repairs

SHORT = Limits(seconds=0.15, workers=1)
slowly = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@slowly
@given(instances(most_residents=9, most_faculty=3, most_slots=9))
def test_whatever_comes_in_what_comes_out_keeps_the_rules(instance: Instance) -> None:
    solution = solve(instance, SHORT)
    verdict = check(instance, solution)
    assert verdict.ok
    assert verdict.score == solution.score
    assert solution.bound is None or solution.bound >= solution.score


@slowly
@given(repairs(most_residents=7, most_faculty=2, most_slots=6))
def test_a_repair_keeps_the_rules_and_the_pins_or_says_that_it_cannot(instance: Instance) -> None:
    failed: tuple[str, ...] = ()
    try:
        assert check(instance, solve(instance, SHORT)).ok
    except PinsFail as failure:
        failed = failure.groups
    assert set(failed) <= {pin.id for pin in instance.pins}


@slowly
@given(repairs(most_residents=3, most_faculty=1, most_slots=2))
def test_no_plan_is_better_than_the_best_and_pins_fail_only_if_they_must(instance: Instance) -> None:
    best = best_score(instance)
    try:
        solution = solve(instance, SHORT)
    except PinsFail:
        assert best is None
    else:
        assert best is not None
        assert solution.score <= best
        assert solution.bound is None or solution.bound >= best


def thirty_residents() -> Instance:
    """Thirty residents on a rota of three lines, with three facilitators, in four weekly rounds of two slots."""
    lines = ("22022202", "02222022", "20220222")
    residents = [
        a_resident(
            f"r{k}", lines[k % 3], stage=1 + k % 4, interests=("exams", "research")[k % 2 :], wants=(f"r{k // 2}",)
        )
        for k in range(30)
    ]
    faculty = [a_facilitator(f"f{k}", "22222022", capacity=2) for k in range(3)]
    models = (a_model(size=(3, 5), target=4), a_model(id="led", size=(3, 4), facilitators=(1, 1), present=1))
    slots = some_slots(0, 3, 7, 10, 14, 17, 21, 24, rounds=4)
    return an_instance([*residents, *faculty], rounds=4, slots=slots, models=models)


def test_same_instance_seed_and_one_worker_give_the_same_plan() -> None:
    def plan(seed: int, spent: float = 0.0) -> tuple[Group, ...]:
        # Stopped after so many questions, not by the clock: one worker asks after every stretch of moves.
        asked = iter([False] * 8)
        limits = Limits(seconds=600, workers=1, seed=seed, spent=spent)
        return solve(thirty_residents(), limits, should_stop=lambda: next(asked, True)).groups

    # What a process takes to start is never the same, and must not change how the search cools down.
    assert plan(7) == plan(7, spent=300.0)
    assert plan(7) != plan(8)


@pytest.mark.parametrize("workers", [1, 2])
def test_progress_never_falls_back(workers: int) -> None:
    reports: list[Progress] = []
    solution = solve(thirty_residents(), Limits(seconds=2.5, workers=workers), reports.append)
    assert reports
    for before, after in pairwise(reports):
        assert after.seconds >= before.seconds
        assert after.score is not None
        assert before.score is not None
        assert after.score >= before.score
        assert before.bound is None or (after.bound is not None and after.bound <= before.bound)
    assert reports[-1].score is not None
    assert solution.score >= reports[-1].score
    assert reports[-1].placed == 30


@pytest.mark.parametrize("workers", [1, 2])
def test_a_stop_ends_a_long_search_with_a_sound_plan(workers: int) -> None:
    started = time.monotonic()
    asked = 0

    def should_stop() -> bool:
        nonlocal asked
        asked += 1
        return asked > 5

    solution = solve(thirty_residents(), Limits(seconds=3600, workers=workers), should_stop=should_stop)
    assert check(thirty_residents(), solution).ok
    assert sum(len(group.residents) for group in solution.groups) == 30
    # The first bound takes a moment.
    assert solution.bound is not None
    assert solution.bound >= solution.score
    # An hour was allowed; that it ended at all shows the stop, not the clock.
    assert time.monotonic() - started < 1800


def test_everybody_is_placed_though_nobody_is_ever_free() -> None:
    instance = an_instance([a_resident(f"r{k}", "00") for k in range(9)])
    solution = solve(instance, SHORT)
    assert sum(len(group.residents) for group in solution.groups) == 9
    assert not any(group.sessions for group in solution.groups)


def test_a_triad_is_one_resident_with_two_facilitators() -> None:
    triad = a_model(id="triad", size=(1, 1), facilitators=(2, 2), present=2)
    residents = [a_resident(f"r{k}", models={"triad": 1}) for k in range(3)]
    faculty = [a_facilitator(f"f{k}", models=("triad",), capacity=2) for k in range(3)]
    solution = solve(an_instance([*residents, *faculty], models=(triad,)), SHORT)
    assert [len(group.facilitators) for group in solution.groups] == [2, 2, 2]


def test_the_best_plan_is_found_and_proven_where_it_can_be_known() -> None:
    instance = an_instance([a_resident("ann", wants=("bob",)), a_resident("bob"), a_resident("cas", wants=("ann",))])
    solution = solve(instance, Limits(seconds=1, workers=1))
    assert solution.score == best_score(instance)


def test_who_leads_only_accompanied_is_given_somebody_beside_them() -> None:
    residents = [a_resident(name, choices=("fay",)) for name in ("ann", "bob", "cat")]
    faculty = [a_facilitator("fay"), a_facilitator("gil"), a_facilitator("gus", site="north")]
    instance = an_instance(
        [*residents, *faculty],
        models=(a_model(size=(3, 3), facilitators=(1, 2)),),
        accompanied=frozenset(("fay", resident.id) for resident in residents),
    )
    [group] = solve(instance, Limits(seconds=3, workers=1)).groups
    assert set(group.facilitators) == {"fay", "gus"}
