"""One gap, whoever asks: what is given for placing people is not at stake."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvers.gap import gap_of


@pytest.mark.parametrize(
    ("score", "bound", "for_placing", "gap"),
    [
        (1100, 1110, 1000, 0.1),
        (1100, 1100, 1000, 0.0),
        (1100, 1090, 1000, 0.0),
        (1100, None, 1000, None),
        (None, 1100, 0, None),
        (1000, 1100, 1000, None),
    ],
)
def test_the_gap_is_a_share_of_what_is_at_stake(
    score: int | None, bound: int | None, for_placing: int, gap: float | None
) -> None:
    assert gap_of(score, bound, for_placing) == gap


@given(st.integers(0, 10**6), st.integers(1, 10**5), st.integers(0, 10**5))
def test_a_better_plan_under_the_same_bound_is_nearer_to_it(placing: int, earned: int, more: int) -> None:
    bound = placing + earned + more
    worse, better = (gap_of(placing + points, bound, placing) for points in (earned, earned + more))
    assert worse is not None
    assert better == 0
    assert worse >= better


def test_nothing_else_takes_a_score_from_a_bound() -> None:
    root = Path(__file__).parents[2]
    subtraction = re.compile(r"\bbound\)? - |- [a-z_.]*bound\b")
    places = [
        path.relative_to(root)
        for folder in ("scheduler", "web")
        for path in (root / folder).rglob("*.py")
        if subtraction.search(path.read_text(encoding="utf-8"))
    ]
    assert places == []
