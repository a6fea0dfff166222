# What comes out of arrays is Any to mypy; numba infers it.
# mypy: disable-error-code="no-any-return"
"""A leaf of the dates-first search: with the dates fixed, the best members and facilitators by branch and bound."""

from __future__ import annotations

from solvers.engines.bound.column_buffer import ColumnBuffer
from solvers.engines.bound.dates_first_workspace import CUTOFF, FOUND, STAMP, TOLERANCE, TRIES, DatesFirstWorkspace
from solvers.engines.bound.instance_data import Floats, InstanceData
from solvers.engines.bound.leaf_bound import (
    MIN_REDUCED_COST,
    facilitator_bonus,
    has_quorum,
    may_reach_quorum,
    sums_exceed,
    sums_may_exceed,
    take_relaxation,
)
from solvers.engines.bound.likeness import unmet_points
from solvers.engines.bound.node_bound import bound_node, companion_points
from solvers.engines.bound.subproblem import MINUS_INFINITY, Subproblem
from solvers.engines.compilation import compiled


@compiled
def enumerate_leaf(
    data: InstanceData,
    subproblem: Subproblem,
    work: DatesFirstWorkspace,
    buffer: ColumnBuffer,
    option_cost: Floats,
    depth: int,
    group_points: float,
) -> None:
    """Record the groups of this leaf with a positive reduced cost, raising dual values until there are none."""
    if not _relaxation_exceeds(data, subproblem, work, option_cost, depth, group_points):
        return
    position = 0 * depth
    while position < work.option_count[depth]:
        option = work.options[depth, position]
        net_points = group_points - option_cost[option]
        position += 1
        if sums_may_exceed(data, subproblem, work, option, depth, net_points) and _raise_for_option(
            data, subproblem, work, buffer, option_cost, option, depth, net_points
        ):
            # Dual values have been raised: fewer of the other options may be of interest.
            _keep_options_from(work, depth, position)
            position = 0 * depth
            if bound_node(data, subproblem, work, option_cost, depth, group_points) <= 0:
                return


@compiled
def _raise_for_option(
    data: InstanceData,
    subproblem: Subproblem,
    work: DatesFirstWorkspace,
    buffer: ColumnBuffer,
    option_cost: Floats,
    option: int,
    depth: int,
    net_points: float,
) -> bool:
    """Record the groups of one option, raising dual values until there are none; whether there were any."""
    option_masks = (subproblem.option_topics[option], subproblem.option_tags[option], subproblem.option_traits[option])
    exceeding, raised = True, False
    while exceeding:
        count = _sort_candidates(data, subproblem, work, option, depth)
        work.best_group[0] = 0
        if sums_exceed(subproblem, work, depth, net_points, count):
            tried = _branch_and_bound(data, subproblem, work, option_masks, depth, net_points, count)
            if tried >= work.counters[TRIES] and work.best_group[0] == 0:
                take_relaxation(work, subproblem, depth, net_points, count)
        exceeding = work.best_group[0] > 0
        if exceeding:
            _record_column(subproblem, work, buffer, option_cost, option, depth)
            raised = True
    return raised


@compiled
def _keep_options_from(work: DatesFirstWorkspace, depth: int, first: int) -> None:
    options, kept = work.options[depth], work.option_count[depth] - first
    for position in range(kept):
        options[position] = options[first + position]
    work.option_count[depth] = kept


@compiled
def _relaxation_exceeds(
    data: InstanceData,
    subproblem: Subproblem,
    work: DatesFirstWorkspace,
    option_cost: Floats,
    depth: int,
    group_points: float,
) -> bool:
    """Whether some group may exceed the tolerance if every option cost as little as the cheapest."""
    # Given a literal 0, numba would compile the functions called below twice.
    topics = tags = traits = count = 0 * depth
    for position in range(work.option_count[depth]):
        topics |= subproblem.option_topics[work.options[depth, position]]
        tags |= subproblem.option_tags[work.options[depth, position]]
        traits |= subproblem.option_traits[work.options[depth, position]]
    for position in range(work.candidate_count[depth]):
        _insert(work, position, work.with_facilitators[depth, position], count)
        count += 1
    _fill_prefix_sums(work, count)
    net_points = group_points - option_cost[work.options[depth, 0]]
    if not sums_exceed(subproblem, work, depth, net_points, count):
        return False
    tried = _branch_and_bound(data, subproblem, work, (topics, tags, traits), depth, net_points, count)
    return bool(tried >= work.counters[TRIES] or work.best_group[0] > 0)


@compiled
def _sort_candidates(
    data: InstanceData, subproblem: Subproblem, work: DatesFirstWorkspace, option: int, depth: int
) -> int:
    """Sort the candidates for this option by value: ``order``, ``value`` and ``prefix_sums``; how many there are."""
    residents, candidates, with_companions, count = (
        subproblem.residents,
        work.candidates[depth],
        work.with_companions[depth],
        0 * depth,
    )
    for position in range(work.candidate_count[depth]):
        bonus = facilitator_bonus(data, subproblem, option, residents[candidates[position]])
        if bonus >= 0:
            _insert(work, position, with_companions[position] + bonus, count)
            count += 1
    _fill_prefix_sums(work, count)
    return count


@compiled
def _insert(work: DatesFirstWorkspace, position: int, value: float, count: int) -> None:
    values, order, rank = work.value, work.order, count
    while rank > 0 and values[rank - 1] < value:
        values[rank] = values[rank - 1]
        order[rank] = order[rank - 1]
        rank -= 1
    values[rank] = value
    order[rank] = position


@compiled
def _fill_prefix_sums(work: DatesFirstWorkspace, count: int) -> None:
    prefix_sums, values = work.prefix_sums, work.value
    prefix_sums[0] = 0.0
    for rank in range(count):
        prefix_sums[rank + 1] = prefix_sums[rank] + values[rank]


@compiled
def _remaining_bound(
    subproblem: Subproblem,
    work: DatesFirstWorkspace,
    net_points: float,
    size: int,
    first_open: int,
    count: int,
    chosen_sum: float,
) -> float:
    """A bound on the excess over the cutoff: ``size`` members are chosen, those from ``first_open`` on are open."""
    best, prefix_sums, size_points, cutoff = (
        MINUS_INFINITY,
        work.prefix_sums,
        subproblem.size_points,
        work.limits[CUTOFF],
    )
    for final_size in range(max(size, subproblem.min_size), min(len(size_points) - 1, size + count - first_open) + 1):
        rest = prefix_sums[first_open + final_size - size] - prefix_sums[first_open]
        best = max(best, chosen_sum + rest + net_points + size_points[final_size] - cutoff * final_size)
    return best


@compiled
def _branch_and_bound(
    data: InstanceData,
    subproblem: Subproblem,
    work: DatesFirstWorkspace,
    option_masks: tuple[int, int, int],
    depth: int,
    net_points: float,
    count: int,
) -> int:
    """Look for the best group above the tolerance (``best_group``); how many groups were tried.

    ``option_masks`` are the topics, tags and traits of the facilitators.
    """
    work.limits[CUTOFF] = work.limits[TOLERANCE]
    work.best_group[0] = 0
    max_size, tried = len(subproblem.size_points) - 1, 0
    # Given a literal 0, numba would compile the functions called below twice.
    size, rank = 0 * count, 0 * count
    while tried < work.counters[TRIES]:
        chosen_sum = work.chosen_sum[size]
        if (
            size < max_size
            and rank < count
            and _remaining_bound(subproblem, work, net_points, size, rank, count, chosen_sum) > 0
        ):
            if may_reach_quorum(subproblem, work, depth, size, rank) and _is_compatible(
                data, subproblem, work, depth, size, rank
            ):
                work.chosen[size] = rank
                size += 1
                work.chosen_sum[size] = chosen_sum + work.value[rank]
                tried += 1
                if _may_exceed_cutoff(subproblem, work, net_points, size) and has_quorum(subproblem, work, depth, size):
                    _evaluate(data, subproblem, work, option_masks, depth, net_points, size)
            rank += 1
        elif size == 0:
            break
        else:
            size -= 1
            rank = work.chosen[size] + 1
    return tried


@compiled
def _may_exceed_cutoff(subproblem: Subproblem, work: DatesFirstWorkspace, net_points: float, size: int) -> bool:
    """Whether the members chosen, as a group, may exceed the cutoff."""
    if size < subproblem.min_size:
        return False
    return work.chosen_sum[size] + net_points + subproblem.size_points[size] > work.limits[CUTOFF] * size


@compiled
def _is_compatible(
    data: InstanceData, subproblem: Subproblem, work: DatesFirstWorkspace, depth: int, size: int, rank: int
) -> bool:
    """Whether the candidate at ``rank`` has no conflict with those chosen."""
    resident = subproblem.residents[work.candidates[depth, work.order[rank]]]
    for entry in range(data.conflict_first[resident], data.conflict_first[resident + 1]):
        for position in range(size):
            if (
                subproblem.residents[work.candidates[depth, work.order[work.chosen[position]]]]
                == data.conflict_to[entry]
            ):
                return False
    return True


@compiled
def _evaluate(
    data: InstanceData,
    subproblem: Subproblem,
    work: DatesFirstWorkspace,
    option_masks: tuple[int, int, int],
    depth: int,
    net_points: float,
    size: int,
) -> None:
    """The exact value of the group chosen; it becomes the best so far if it exceeds the cutoff."""
    work.counters[STAMP] += 1
    stamp = work.counters[STAMP]
    repeated_topics = once_topics = option_masks[0]
    repeated_tags = once_tags = option_masks[1]
    repeated_traits = once_traits = option_masks[2]
    lowest, highest = subproblem.stage.max(), subproblem.stage.min()
    for position in range(size):
        member = work.candidates[depth, work.order[work.chosen[position]]]
        resident = subproblem.residents[member]
        work.resident_stamp[resident] = stamp
        repeated_topics |= once_topics & data.topics[resident]
        once_topics |= data.topics[resident]
        repeated_tags |= once_tags & data.tags[resident]
        once_tags |= data.tags[resident]
        repeated_traits |= once_traits & data.traits[resident]
        once_traits |= data.traits[resident]
        lowest = min(lowest, subproblem.stage[member])
        highest = max(highest, subproblem.stage[member])
    if highest - lowest < subproblem.min_spread:
        return
    points = net_points + subproblem.size_points[size]
    for position in range(size):
        rank = work.chosen[position]
        candidate = work.order[rank]
        resident = subproblem.residents[work.candidates[depth, candidate]]
        points += work.own_value[depth, candidate] + work.value[rank] - work.with_companions[depth, candidate]
        points += companion_points(
            data, work, resident, (once_topics, once_tags), (repeated_topics, repeated_tags), stamp
        )
        if data.asks_of_others:
            points -= unmet_points(data, resident, (once_traits, repeated_traits), (once_tags, repeated_tags))
    if points > (work.limits[CUTOFF] + MIN_REDUCED_COST) * size:
        work.limits[CUTOFF] = points / size
        work.best_group[0] = size
        for position in range(size):
            work.best_group[position + 1] = work.order[work.chosen[position]]


@compiled
def _record_column(
    subproblem: Subproblem,
    work: DatesFirstWorkspace,
    buffer: ColumnBuffer,
    option_cost: Floats,
    option: int,
    depth: int,
) -> None:
    """Record the best group as a column, if there is room, and let its members share its reduced cost."""
    size, per_member, found = work.best_group[0], work.limits[CUTOFF], work.counters[FOUND]
    value = per_member * size + option_cost[option]
    for position in range(size):
        member = work.candidates[depth, work.best_group[position + 1]]
        value += subproblem.base[member] - work.base[member]
        _raise_dual(work, depth, member, per_member)
        if found < len(buffer.size):
            buffer.members[found, position] = subproblem.residents[member]
    if found < len(buffer.size):
        buffer.size[found] = size
        buffer.option[found] = option
        buffer.value[found] = value
        work.counters[FOUND] += 1


@compiled
def _raise_dual(work: DatesFirstWorkspace, depth: int, member: int, points: float) -> None:
    """Raise the dual value of ``member`` by ``points``, at all nodes from here up to the root."""
    work.base[member] -= points
    for level in range(depth + 1):
        for position in range(work.candidate_count[level]):
            if work.candidates[level, position] == member:
                work.own_value[level, position] -= points
                work.with_companions[level, position] -= points
                work.with_facilitators[level, position] -= points
                break
