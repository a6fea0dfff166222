"""What attendance can still earn, whichever rounds are fixed, against trying every course through the rounds."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest

from solvers.engines.bound.attendance import attendance_by_pattern
from solvers.engines.bound.attendance_patterns import OPEN, all_patterns
from solvers.engines.bound.instance_data import NOT_HELD, build_instance_data
from solvers.instance import Weights
from tests.solvers.builders import a_resident, an_instance, some_slots

MISSING_COSTS = Weights(left_out=-40, twice=-10)
MISSING_PAYS = Weights(left_out=7, twice=3)


@pytest.mark.parametrize("weights", [MISSING_COSTS, MISSING_PAYS], ids=["missing costs", "missing pays"])
@pytest.mark.parametrize("marks", ["201?", "0000", "????", "2120", "0?02"])
@pytest.mark.parametrize("least", [0.3, 0.6, 1.0])
def test_the_most_that_attendance_can_earn_is_that_of_the_best_course(
    weights: Weights, marks: str, least: float
) -> None:
    slots = some_slots(0, 7, 14, 15, rounds=4)  # the third round has two, the last none
    instance = an_instance([a_resident("ann", marks)], slots=slots, weights=weights, min_attendance=least)
    data = build_instance_data(instance)
    found = attendance_by_pattern(data, np.ones(len(slots), dtype=np.uint8))[0]
    for pattern, most in zip(all_patterns(instance.rounds).rounds, found, strict=True):
        ways = [
            [(came, 0)] if came != OPEN else [(data.attended[o], data.outcome_points[o]) for o in outcomes]
            for came, outcomes in zip(
                pattern, _outcomes(data.marks[:, 0], data.slots_by_round, data.round_first), strict=True
            )
        ]
        assert most == max(_points(course, weights, data.min_attended) for course in product(*ways))


def _outcomes(marks: np.ndarray, by_round: np.ndarray, first: np.ndarray) -> list[list[int]]:
    return [[NOT_HELD, *(marks[slot] for slot in by_round[first[n] : first[n + 1]])] for n in range(len(first) - 1)]


def _points(course: tuple[tuple[int, int], ...], weights: Weights, need: int) -> int:
    came = [True, *(bool(there) for there, _ in course)]
    twice = sum(not before and not after for before, after in pairwise(came))
    left_out = sum(came[1:]) < need
    return sum(int(gain) for _, gain in course) + weights.twice * twice + weights.left_out * left_out
