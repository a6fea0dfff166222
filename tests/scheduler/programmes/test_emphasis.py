"""How much something matters: words and points stand for each other."""

from __future__ import annotations

import pytest

from scheduler.programmes.emphasis import FUNDAMENTAL, MATTERS, Emphasis, emphasis_of, points_of, with_points
from solvers.rules import POINT_RULE


@pytest.mark.parametrize("rule_id", MATTERS)
def test_each_word_has_points_of_its_own_and_is_read_back(rule_id: str) -> None:
    points = points_of(rule_id)
    assert len(set(points.values())) == len(points)
    assert {emphasis: emphasis_of(rule_id, given) for emphasis, given in points.items()} == {e: e for e in points}
    assert abs(points[Emphasis.MUCH]) > abs(points[Emphasis.USUAL]) > points[Emphasis.NOT] == 0
    assert emphasis_of(rule_id, 7777) is None


def test_every_kind_of_points_but_those_by_availability_can_be_stressed() -> None:
    assert {*MATTERS, *FUNDAMENTAL} == set(POINT_RULE) - {"attend"}


def test_only_what_is_not_as_usual_is_kept() -> None:
    stored = {"want": 12, "choice": 30, "attend": {"2": 1}}
    assert with_points(stored, {"want": 12, "choice": 18, "mode": 0}) == {"want": 12, "attend": {"2": 1}, "mode": 0}
