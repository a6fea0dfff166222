# What comes out of arrays is Any to mypy; numba infers it.
# mypy: disable-error-code="no-any-return"
"""A leaf of the dates-first search at a glance: bounds by values alone, and the quorum of its dates."""

from __future__ import annotations

import numpy as np

from solvers.engines.bound.best_sums import insert_descending, lower_to_quorum, sum_top_values
from solvers.engines.bound.dates_first_workspace import CUTOFF, TOLERANCE, DatesFirstWorkspace
from solvers.engines.bound.instance_data import InstanceData
from solvers.engines.bound.subproblem import ANY_FACILITATOR, MINUS_INFINITY, NO_SESSION, Subproblem
from solvers.engines.compilation import compiled

MIN_REDUCED_COST = 1e-6


@compiled
def facilitator_bonus(data: InstanceData, subproblem: Subproblem, option: int, resident: int) -> float:
    """What an option's facilitators earn a resident; MINUS_INFINITY if they must not share a group."""
    first, second = subproblem.first_facilitator[option], subproblem.second_facilitator[option]
    if first == ANY_FACILITATOR:
        return data.choice + data.external * data.prefers_external[resident]
    if first < 0:
        return 0.0
    if data.facilitator_conflict[first, resident] or (second >= 0 and data.facilitator_conflict[second, resident]):
        return MINUS_INFINITY
    chosen = data.chooses[first, resident] or (second >= 0 and data.chooses[second, resident])
    external = data.prefers_external[resident] and data.facilitator_site[first] != data.site[resident]
    external = external and (second < 0 or data.facilitator_site[second] != data.site[resident])
    return (data.choice if chosen else 0.0) + (data.external if external else 0.0)


@compiled
def sums_may_exceed(
    data: InstanceData,
    subproblem: Subproblem,
    work: DatesFirstWorkspace,
    option: int,
    depth: int,
    net_points: float,
) -> bool:
    """Whether the best values with an option may exceed the tolerance at some size, the quorum apart: a quick look."""
    residents, candidates, with_companions = subproblem.residents, work.candidates[depth], work.with_companions[depth]
    top_values, sizes = work.top_values, len(work.top_values)
    top_values[:] = MINUS_INFINITY
    for position in range(work.candidate_count[depth]):
        value = with_companions[position] + facilitator_bonus(data, subproblem, option, residents[candidates[position]])
        if value > top_values[sizes - 2]:
            insert_descending(top_values[: sizes - 1], value)
    total = net_points
    for size in range(1, sizes):
        total += top_values[size - 1] - work.limits[TOLERANCE] - MIN_REDUCED_COST
        if size >= subproblem.min_size and total + subproblem.size_points[size] > 0:
            return True
    return False


@compiled
def sums_exceed(subproblem: Subproblem, work: DatesFirstWorkspace, depth: int, net_points: float, count: int) -> bool:
    """Whether the best sums of values exceed the tolerance at some size; fills them, with the quorum of every date."""
    sizes, values, order, candidates = len(work.top_values), work.value, work.order, work.candidates[depth]
    for rank in range(sizes):
        work.top_values[rank] = values[rank] if rank < count else MINUS_INFINITY
    sum_top_values(work)
    for round_index in range(len(work.slot)):
        slot = work.slot[round_index]
        if slot < 0 or subproblem.least_coming[-1] <= 0:
            continue
        work.coming_values[:] = MINUS_INFINITY
        work.absent_values[:] = MINUS_INFINITY
        come = absent = rank = 0 * count
        while rank < count and (come < sizes or absent < sizes):
            if subproblem.counted[slot, candidates[order[rank]]]:
                if come < sizes:
                    work.coming_values[come] = values[rank]
                    come += 1
            elif absent < sizes:
                work.absent_values[absent] = values[rank]
                absent += 1
            rank += 1
        lower_to_quorum(subproblem, work, slot)
    for size in range(subproblem.min_size, min(sizes - 1, count) + 1):
        most = work.top_sums[size] + net_points + subproblem.size_points[size]
        if most > (work.limits[TOLERANCE] + MIN_REDUCED_COST) * size:
            return True
    return False


@compiled
def take_relaxation(
    work: DatesFirstWorkspace, subproblem: Subproblem, depth: int, net_points: float, count: int
) -> None:
    """Take the best candidates by value for the best group, as if their values could all be realised together.

    Where the quorum of a date asks for others than the very best, it is these.
    """
    for final_size in range(subproblem.min_size, min(len(subproblem.size_points) - 1, count) + 1):
        per_member = (work.top_sums[final_size] + net_points + subproblem.size_points[final_size]) / final_size
        if per_member > work.limits[CUTOFF] + MIN_REDUCED_COST:
            work.limits[CUTOFF] = per_member
            work.best_group[0] = final_size
    size, taken, absent, rank = work.best_group[0], 0 * count, 0 * count, 0 * count
    slot = work.tight_slot[size] if size > 0 else np.int32(NO_SESSION)
    while taken < size:
        candidate = work.order[rank]
        comes = slot < 0 or subproblem.counted[slot, work.candidates[depth, candidate]] == 1
        if comes or absent < size - subproblem.least_coming[size]:
            absent += not comes
            taken += 1
            work.best_group[taken] = candidate
        rank += 1


@compiled
def may_reach_quorum(subproblem: Subproblem, work: DatesFirstWorkspace, depth: int, size: int, rank: int) -> bool:
    """Whether a group may still reach the quorum at every date if the candidate at ``rank`` joins those chosen."""
    most_absent = len(subproblem.least_coming) - 1 - subproblem.least_coming[-1]
    candidate = work.candidates[depth, work.order[rank]]
    for round_index in range(len(work.slot)):
        slot = work.slot[round_index]
        if slot >= 0 and not subproblem.counted[slot, candidate]:
            absent = 1
            for position in range(size):
                absent += not subproblem.counted[slot, work.candidates[depth, work.order[work.chosen[position]]]]
            if absent > most_absent:
                return False
    return True


@compiled
def has_quorum(subproblem: Subproblem, work: DatesFirstWorkspace, depth: int, size: int) -> bool:
    """Whether those chosen reach the quorum at every date fixed; whoever is on long leave counts as coming."""
    for round_index in range(len(work.slot)):
        slot = work.slot[round_index]
        if slot >= 0:
            come = 0
            for position in range(size):
                come += subproblem.counted[slot, work.candidates[depth, work.order[work.chosen[position]]]]
            if come < subproblem.least_coming[size]:
                return False
    return True
