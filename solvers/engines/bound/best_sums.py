# What comes out of arrays is Any to mypy; numba infers it.
# mypy: disable-error-code="no-any-return"
"""The best sums of so many values, of all candidates or with a quorum of those who come at a date."""

from __future__ import annotations

from solvers.engines.bound.dates_first_workspace import DatesFirstWorkspace
from solvers.engines.bound.instance_data import Floats
from solvers.engines.bound.subproblem import MINUS_INFINITY, NO_SESSION, Subproblem
from solvers.engines.compilation import compiled


@compiled
def insert_descending(top_values: Floats, value: float) -> None:
    """Insert ``value`` into the descending ``top_values``, dropping the last entry."""
    position = len(top_values) - 1
    while position > 0 and top_values[position - 1] < value:
        top_values[position] = top_values[position - 1]
        position -= 1
    top_values[position] = value


@compiled
def sum_top_values(work: DatesFirstWorkspace) -> None:
    """Fill the sums by size from ``top_values`` (entry n - 1 is the n-th highest), as if there were no quorum."""
    top_values, top_sums, partial_sums, threshold = work.top_values, work.top_sums, work.partial_sums, work.threshold
    top_sums[0] = 0.0
    partial_sums[0] = MINUS_INFINITY
    threshold[0] = -MINUS_INFINITY
    for size in range(1, len(top_sums)):
        top_sums[size] = top_sums[size - 1] + top_values[size - 1]
        partial_sums[size] = top_sums[size - 1]
        threshold[size] = top_values[size - 1]
        work.tight_slot[size] = NO_SESSION


@compiled
def lower_to_quorum(subproblem: Subproblem, work: DatesFirstWorkspace, slot: int) -> None:
    """Lower the sums to those of groups with a quorum at ``slot``: the best who come, and the best of the others.

    Where too few of the best come, more of those who do replace the least of the others. A bonus then raises a sum
    from a lower threshold: that of the last who has to come.
    """
    coming, absent, needed = work.coming_values, work.absent_values, subproblem.least_coming
    top_sums, partial_sums, threshold = work.top_sums, work.partial_sums, work.threshold
    come = away = 0 * slot  # of the best by value; a literal 0 would be compiled once more
    for size in range(1, len(top_sums)):
        least = needed[size]
        if come < least - 1:
            partial_sums[size] = min(partial_sums[size], _sum_of(coming, least - 1) + _sum_of(absent, size - least))
        if coming[come] >= absent[away]:
            come += 1
        else:
            away += 1
        if come < least:
            total = _sum_of(coming, least) + _sum_of(absent, size - least)
            threshold[size] = min(threshold[size], coming[least - 1])
            if total < top_sums[size]:
                top_sums[size] = total
                work.tight_slot[size] = slot


@compiled
def _sum_of(values: Floats, count: int) -> float:
    total = 0.0
    for position in range(count):
        total += values[position]
    return total
