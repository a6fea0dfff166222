"""What rounds still open can earn, whichever are settled already: against trying every course through the rounds."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest

from solvers.engines.bounding.attendance import courses
from solvers.engines.bounding.facts import ABSENT, lay_out
from solvers.engines.bounding.patterns import OPEN, all_patterns
from solvers.instance import Weights
from tests.solvers.builders import a_resident, an_instance, some_slots

MISSING_COSTS = Weights(left_out=-40, twice=-10)
MISSING_PAYS = Weights(left_out=7, twice=3)


@pytest.mark.parametrize(("rounds", "depth"), [(1, 1), (3, 3), (7, 7), (8, 4), (12, 3), (26, 2), (60, 1)])
def test_there_are_patterns_for_as_many_rounds_as_there_is_room_for(rounds: int, depth: int) -> None:
    patterns = all_patterns(rounds)
    settled = (patterns.rounds != OPEN).sum(axis=1)
    assert (settled.max(), settled[0]) == (depth, 0)
    assert len(np.unique(patterns.rounds, axis=0)) == len(patterns.rounds)


def test_a_pattern_leads_to_those_with_one_round_more_settled() -> None:
    patterns = all_patterns(4)
    for index, before in enumerate(patterns.rounds):
        for number, came in product(range(4), range(2)):
            after = patterns.after[index, number, came]
            expected = before.copy()
            expected[number] = came
            assert after == 0 if before[number] != OPEN else np.array_equal(patterns.rounds[after], expected)


@pytest.mark.parametrize("weights", [MISSING_COSTS, MISSING_PAYS], ids=["missing costs", "missing pays"])
@pytest.mark.parametrize("marks", ["201?", "0000", "????", "2120", "0?02"])
@pytest.mark.parametrize("least", [0.3, 0.6, 1.0])
def test_prospects_are_those_of_the_best_course(weights: Weights, marks: str, least: float) -> None:
    slots = some_slots(0, 7, 14, 15, rounds=4)  # the third round has two, the last none
    instance = an_instance([a_resident("ann", marks)], slots=slots, weights=weights, min_attendance=least)
    facts = lay_out(instance)
    found = courses(facts, np.ones(len(slots), dtype=np.uint8))[0]
    for pattern, most in zip(all_patterns(instance.rounds).rounds, found, strict=True):
        ways = [
            [(came, 0)] if came != OPEN else [(facts.reached[o], facts.gain[o]) for o in outcomes]
            for came, outcomes in zip(
                pattern, _outcomes(facts.marks[:, 0], facts.by_round, facts.round_first), strict=True
            )
        ]
        assert most == max(_points(course, weights, facts.need) for course in product(*ways))


def _outcomes(marks: np.ndarray, by_round: np.ndarray, first: np.ndarray) -> list[list[int]]:
    return [[ABSENT, *(marks[slot] for slot in by_round[first[n] : first[n + 1]])] for n in range(len(first) - 1)]


def _points(course: tuple[tuple[int, int], ...], weights: Weights, need: int) -> int:
    came = [True, *(bool(there) for there, _ in course)]
    twice = sum(not before and not after for before, after in pairwise(came))
    left_out = sum(came[1:]) < need
    return sum(int(gain) for _, gain in course) + weights.twice * twice + weights.left_out * left_out
