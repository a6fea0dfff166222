"""What the engines promise alike, and what the joint model adds where a problem is small."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings

from solvers.engine import Engine
from solvers.engines.joint import outright
from solvers.engines.small import is_small
from solvers.errors import PinsFail, TooLarge
from solvers.instance import Instance, Pin
from solvers.progress import Progress
from solvers.referee import check
from solvers.solve import solve
from solvers.stop import Limits
from tests.solvers.brute_force import best_score
from tests.solvers.builders import a_group, a_resident, an_instance
from tests.solvers.engines.search.test_driver import thirty_residents
from tests.solvers.strategies import instances, repairs
from tests.solvers.tiny import SHAPES, of_shape

PATIENT = Limits(seconds=1200, workers=1)
"""Ends by itself, long before."""
SEARCHED = Limits(seconds=8, workers=1, spent=-1200.0)
"""A search of eight seconds' moves that a busy machine may take long for."""
TINY = {"most_residents": 3, "most_faculty": 1, "most_slots": 3}


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(instances(**TINY))
def test_the_joint_model_alone_finds_and_proves_the_best(instance: Instance) -> None:
    solution = solve(instance, PATIENT, engine=Engine.JOINT)
    assert check(instance, solution).ok
    assert solution.score == best_score(instance)
    assert solution.bound == solution.score or not instance.residents


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(repairs(**TINY))
def test_alone_it_keeps_pins_or_says_that_it_cannot(instance: Instance) -> None:
    try:
        assert check(instance, solve(instance, PATIENT, engine=Engine.JOINT)).ok
    except PinsFail:
        assert best_score(instance) is None


def test_stopped_at_once_it_answers_with_the_plan_it_began_with() -> None:
    first = solve(thirty_residents(), Limits(seconds=3, workers=1), engine=Engine.SEARCH)
    started = time.monotonic()
    limits = Limits(seconds=3600, workers=1)
    again = solve(thirty_residents(), limits, should_stop=lambda: True, start=first.groups, engine=Engine.JOINT)
    assert again.score >= first.score
    assert time.monotonic() - started < 1800


def test_its_progress_never_falls_back() -> None:
    reports: list[Progress] = []
    instance = of_shape("year", 0)
    solution = solve(instance, Limits(seconds=3, workers=1), reports.append, engine=Engine.JOINT)
    assert reports[-1].phase == "joint"
    assert reports[-1].score == solution.score
    for before, after in pairwise(reports):
        assert (after.score or 0) >= (before.score or 0)
        assert before.bound is None or (after.bound is not None and after.bound <= before.bound)


def test_what_it_cannot_hold_it_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("solvers.engines.joint.alone.LARGEST", 10)
    with pytest.raises(TooLarge, match="too large for the joint model"):
        solve(thirty_residents(), Limits(seconds=1, workers=1), engine=Engine.JOINT)


@pytest.mark.parametrize("engine", Engine)
def test_a_plan_that_still_stands_is_kept_by_every_engine(engine: Engine) -> None:
    """What a few points more would cost everybody is no reason to move them."""
    first = solve(thirty_residents(), Limits(seconds=3, workers=1), engine=Engine.SEARCH)
    again = replace(thirty_residents(), previous=first.groups)
    kept = solve(again, Limits(seconds=1, workers=1), engine=engine)
    assert kept.score >= check(again, first).score
    assert kept.bound is None or kept.bound >= kept.score


# --- beside the search ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES)
def test_of_tiny_problems_of_all_shapes_the_best_plan_is_found(shape: str) -> None:
    """``make bench-tiny`` goes through a thousand; some of them a search alone never gets right."""
    instance = of_shape(shape, 31)
    assert is_small(instance)
    found = solve(instance, SEARCHED)
    best = solve(instance, PATIENT, start=found.groups, engine=Engine.JOINT)
    assert best.score == best.bound
    assert found.score == best.score


def test_a_lone_worker_gives_the_same_answer_with_the_model_beside_it() -> None:
    instance = of_shape("cohorts", 16)
    assert solve(instance, SEARCHED).groups == solve(instance, SEARCHED).groups


def test_large_problems_and_long_leave_are_left_to_the_search() -> None:
    tiny = of_shape("drawn", 1)
    assert is_small(tiny)
    away = replace(tiny.residents[0], leave=frozenset({0, 1}))
    assert not is_small(replace(tiny, residents=(away, *tiny.residents[1:])))
    crowd = tuple(a_resident(f"r{number}") for number in range(400))
    assert not is_small(an_instance(crowd))


def test_of_long_leave_it_proves_nothing() -> None:
    people = [a_resident("ann", "22"), replace(a_resident("bob", "00"), leave=frozenset({0, 1}))]
    instance = an_instance(people, quorum=1.0)
    solution = solve(instance, Limits(seconds=5, workers=1), engine=Engine.JOINT)
    assert solution.bound is None or solution.bound >= check(instance, solution).score
    told: list[int] = []
    outright.solve_outright(instance, PATIENT, solution, lambda: False, lambda _plan: None, told.append)
    assert told == []


def test_pins_that_no_plan_keeps_are_told_by_every_engine() -> None:
    people = [a_resident(f"r{number}") for number in range(4)]
    pinned = an_instance(people, previous=(a_group("r0", [0]),), pins=(Pin("g1", (0,)),))
    for engine in Engine:
        with pytest.raises(PinsFail):
            solve(pinned, Limits(seconds=3, workers=1), engine=engine)
