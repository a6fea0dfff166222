"""Attendance patterns: how deep they go, and which pattern follows which."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from solvers.engines.bound.attendance_patterns import OPEN, all_patterns


@pytest.mark.parametrize(("rounds", "depth"), [(1, 1), (3, 3), (7, 7), (8, 4), (12, 3), (26, 2), (60, 1)])
def test_there_are_patterns_to_the_depth_that_there_is_room_for(rounds: int, depth: int) -> None:
    patterns = all_patterns(rounds)
    settled = (patterns.rounds != OPEN).sum(axis=1)
    assert (settled.max(), settled[0]) == (depth, 0)
    assert len(np.unique(patterns.rounds, axis=0)) == len(patterns.rounds)


def test_a_pattern_leads_to_those_with_one_more_round_fixed() -> None:
    patterns = all_patterns(4)
    for index, before in enumerate(patterns.rounds):
        for number, came in product(range(4), range(2)):
            after = patterns.next_pattern[index, number, came]
            expected = before.copy()
            expected[number] = came
            assert after == 0 if before[number] != OPEN else np.array_equal(patterns.rounds[after], expected)
