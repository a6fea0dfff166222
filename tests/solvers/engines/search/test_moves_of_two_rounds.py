"""Dates that no change of one round at a time leads to."""

from __future__ import annotations

from itertools import pairwise

import pytest

from solvers.solve import solve
from solvers.stop import Limits
from tests.solvers.builders import a_model, a_resident, an_instance, some_slots


@pytest.mark.parametrize("rounds", [4, 5, 6])
def test_a_group_of_two_halves_that_share_no_day_alternates(rounds: int) -> None:
    """Two can come on Mondays only and two on Wednesdays only: two Mondays running leave two out twice."""
    days = [day for number in range(rounds) for day in (7 * number, 7 * number + 2)]
    people = [
        *(a_resident(f"m{k}", "20" * rounds) for k in range(2)),
        *(a_resident(f"w{k}", "02" * rounds) for k in range(2)),
        a_resident("any", "22" * rounds),
    ]
    model = a_model(size=(5, 5), facilitators=(0, 0))
    instance = an_instance(
        people,
        rounds=rounds,
        slots=some_slots(*days, rounds=rounds),
        models=(model,),
        quorum=0.6,
        min_gap_days=5,
        min_attendance=0.4,
    )
    solution = solve(instance, Limits(seconds=1.0, workers=1))
    (group,) = solution.groups
    taken = [instance.slots[session.slot].start.weekday() for session in group.sessions]
    assert len(taken) == rounds
    assert all(one != other for one, other in pairwise(taken))
