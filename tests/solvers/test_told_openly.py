"""Points for likeness as the referee that comes with the format counts them, and a search that earns them.

``told_openly.json`` has instances of every field with a plan each, and what that referee says of it, part by part.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from solvers.codec import instance_from_json, instance_to_json, solution_from_json
from solvers.instance import Instance
from solvers.referee import check
from solvers.solve import solve
from solvers.stop import Limits

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "told_openly.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["instance"]["name"] for case in CASES])
def test_both_referees_agree(case: dict[str, Any]) -> None:
    verdict = check(instance_from_json(case["instance"]), solution_from_json(case["solution"]))
    theirs = {name: points for name, points in case["points"].items() if points}
    assert verdict.ok
    assert {name: points for name, points in verdict.points.items() if points} == theirs
    assert theirs["like"] > 0 < theirs["unlike"]


@pytest.mark.parametrize("case", CASES, ids=[case["instance"]["name"] for case in CASES])
def test_what_people_tell_comes_back_as_it_was_written(case: dict[str, Any]) -> None:
    written = {person["id"]: person for person in instance_to_json(instance_from_json(case["instance"]))["people"]}
    for person in case["instance"]["people"]:
        for name in ("traits", "like", "unlike"):
            assert written[person["id"]].get(name, type(person.get(name, []))()) == person.get(name, [])


def test_plans_earn_more_of_what_is_asked_for_than_those_that_do_not_know() -> None:
    known = unknown = 0
    for case in CASES:
        instance = instance_from_json(case["instance"])
        told = replace(instance, weights=replace(instance.weights, like=120, unlike=120))
        untold = replace(told, weights=replace(told.weights, like=0, unlike=0))
        known += _likeness(told, told)
        unknown += _likeness(told, untold)
    assert known > unknown


def _likeness(judged_by: Instance, solved: Instance) -> int:
    """The points for likeness of the plan of one instance, by another."""
    limits = Limits(seconds=2, workers=1)
    verdict = check(judged_by, replace(solve(solved, limits), bound=None))
    assert verdict.ok
    return verdict.points["like"] + verdict.points["unlike"]
