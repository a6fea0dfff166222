# What comes out of arrays is Any to mypy; numba infers it.
# mypy: disable-error-code="no-any-return"
"""The dates-first search: branch and bound over the dates of a subproblem, then over the members at each leaf.

With some dates fixed and every other round relaxed to each member's own best slot, members hardly depend on one
another, so the best group is bounded by the sum of the best members. Every other round needs some date as well: a
node's bound is at most that of the best date of any one round, and a candidate is pruned if, for some round, no date
leaves a positive bound even with the best possible companions. The search branches on the round with the fewest dates
of positive bound. Leaves, at the last date fixed, are enumerated exactly.
"""

from __future__ import annotations

import numpy as np

from solvers.engines.bound.best_sums import insert_descending, lower_to_quorum, sum_top_values
from solvers.engines.bound.column_buffer import ColumnBuffer
from solvers.engines.bound.dates_first_workspace import (
    BOUNDING,
    BRANCHING,
    DEPTH,
    DONE,
    NODES,
    NOT_BEGUN,
    PHASE,
    TOLERANCE,
    DatesFirstWorkspace,
)
from solvers.engines.bound.instance_data import NOT_HELD, OUTCOMES, Floats, InstanceData, Smalls
from solvers.engines.bound.leaf_enumeration import enumerate_leaf
from solvers.engines.bound.node_bound import bound_node, cheapest_option, drop_unmarked
from solvers.engines.bound.subproblem import MINUS_INFINITY, NO_SESSION, UNFIXED, Subproblem
from solvers.engines.compilation import compiled, entry
from solvers.engines.memory import hold

DATE_PASSES = 3
"""Passes over all dates of a node at most; another one only if the last pruned a candidate in REPEAT_SHARE or more."""
REPEAT_SHARE = 16


@entry
def search_dates_first(
    data: InstanceData,
    subproblem: Subproblem,
    work: DatesFirstWorkspace,
    buffer: ColumnBuffer,
    order: Smalls,
    option_cost: Floats,
    max_dates: int,
) -> bool:
    """Search the subproblem; True if the tree was searched down to ``max_dates`` dates within the nodes allowed.

    ``option_cost`` is the sum of the dual values of each option, ``order`` lists the options by cost. Whenever a group
    has a reduced cost above ``limits[TOLERANCE]`` per member, the dual values of its members are raised until it has
    not: see ``work.base``. Called again with the same ``work``, it resumes.
    """
    data, subproblem, work, buffer = hold(data), hold(subproblem), hold(work), hold(buffer)
    if work.counters[PHASE] == NOT_BEGUN:
        _enter_root(subproblem, work, order)
    while work.counters[PHASE] != DONE and work.counters[NODES] > 0:
        depth = work.counters[DEPTH]
        if work.counters[PHASE] == BOUNDING:
            branching = _process_node(data, subproblem, work, buffer, option_cost, depth, max_dates)
            work.counters[PHASE] = BRANCHING
            if not branching:
                work.branch_bound[depth] = MINUS_INFINITY
        elif _next_branch(data, subproblem, work, depth):
            work.counters[PHASE] = BOUNDING
            work.counters[DEPTH] += 1
        elif depth == 0:
            work.counters[PHASE] = DONE
        else:
            work.counters[DEPTH] -= 1
            _backtrack(data, work, work.branch_round[depth - 1])
    return bool(work.counters[PHASE] == DONE)


@compiled
def _enter_root(subproblem: Subproblem, work: DatesFirstWorkspace, order: Smalls) -> None:
    """Set up the root node."""
    work.candidate_count[0] = len(subproblem.residents)
    for member in range(len(subproblem.residents)):
        work.candidates[0, member] = member
        work.own_value[0, member] = work.base[member] + subproblem.attendance_by_pattern[member, 0]
        work.pattern[0, member] = 0
    work.option_count[0] = len(order)
    work.options[0] = order
    work.counters[PHASE] = BOUNDING


@compiled
def _backtrack(data: InstanceData, work: DatesFirstWorkspace, round_index: int) -> None:
    if work.slot[round_index] != NO_SESSION:
        work.weekly_count[data.weekly_time[work.slot[round_index]]] -= 1
    work.slot[round_index] = UNFIXED


@compiled
def _process_node(
    data: InstanceData,
    subproblem: Subproblem,
    work: DatesFirstWorkspace,
    buffer: ColumnBuffer,
    option_cost: Floats,
    depth: int,
    max_dates: int,
) -> bool:
    """Bound the node at ``depth``, whose candidates, options and dates are set up; whether to branch."""
    work.counters[NODES] -= 1
    group_points = _rhythm_bound(data, work, len(work.slot) - depth)
    for _ in range(DATE_PASSES):
        if bound_node(data, subproblem, work, option_cost, depth, group_points) <= 0:
            return False
        if depth == len(work.slot):
            break
        dropped = _bound_dates(data, subproblem, work, option_cost, depth)
        if dropped < 0:
            return False
        if REPEAT_SHARE * dropped < work.candidate_count[depth]:
            break
    if depth == max_dates:
        enumerate_leaf(data, subproblem, work, buffer, option_cost, depth, group_points)
        return False
    work.branch_bound[depth] = work.date_bound[work.branch_round[depth]]
    return True


@compiled
def _rhythm_bound(data: InstanceData, work: DatesFirstWorkspace, to_come: int) -> float:
    """The most points for rhythm, if all sessions to come are at the commonest weekday and time."""
    return data.rhythm * (work.weekly_count.max() + to_come)


@compiled
def _bound_dates(
    data: InstanceData, subproblem: Subproblem, work: DatesFirstWorkspace, option_cost: Floats, depth: int
) -> int:
    """Bound every date of every open round and prune candidates; how many were pruned, -1 if the node is.

    The node branches on the round with the fewest dates of positive bound.
    """
    _sort_candidates(work, depth)
    _fill_outcome_changes(data, subproblem, work, depth)
    fewest = len(subproblem.marks) + 2
    for round_index in range(len(work.slot)):
        if work.slot[round_index] == UNFIXED:
            positive = _bound_round(data, subproblem, work, option_cost, depth, round_index)
            if positive == 0:
                return -1
            if positive < fewest:
                fewest = positive
                work.branch_round[depth] = round_index
    return _prune_candidates(data, subproblem, work, depth)


@compiled
def _sort_candidates(work: DatesFirstWorkspace, depth: int) -> None:
    """Sort the candidates by ``with_facilitators``, the highest first."""
    count = work.candidate_count[depth]
    order = np.argsort(-work.with_facilitators[depth, :count])
    work.candidates[depth, :count] = work.candidates[depth, :count][order]
    work.own_value[depth, :count] = work.own_value[depth, :count][order]
    work.pattern[depth, :count] = work.pattern[depth, :count][order]
    work.with_companions[depth, :count] = work.with_companions[depth, :count][order]
    work.with_facilitators[depth, :count] = work.with_facilitators[depth, :count][order]


@compiled
def _fill_outcome_changes(data: InstanceData, subproblem: Subproblem, work: DatesFirstWorkspace, depth: int) -> None:
    """Fill ``outcome_change`` for the candidates and the open rounds."""
    count, candidates, patterns = work.candidate_count[depth], work.candidates[depth], work.pattern[depth]
    next_pattern, attendance_by_pattern, outcome_points, attended = (
        data.next_pattern,
        subproblem.attendance_by_pattern,
        data.outcome_points,
        data.attended,
    )
    for round_index in range(len(work.slot)):
        if work.slot[round_index] != UNFIXED:
            continue
        outcome_change = work.outcome_change[round_index]
        for position in range(count):
            member, pattern = candidates[position], patterns[position]
            now = attendance_by_pattern[member, pattern]
            missed = attendance_by_pattern[member, next_pattern[pattern, round_index, 0]] - now
            came = attendance_by_pattern[member, next_pattern[pattern, round_index, 1]] - now
            for outcome in range(OUTCOMES):
                outcome_change[outcome, position] = min(
                    0, outcome_points[outcome] + (came if attended[outcome] else missed)
                )


@compiled
def _bound_round(
    data: InstanceData,
    subproblem: Subproblem,
    work: DatesFirstWorkspace,
    option_cost: Floats,
    depth: int,
    round_index: int,
) -> int:
    """Fill ``date_bound`` and ``partial_bound`` of a round; how many of its dates have a positive bound.

    The most that companions and facilitators can earn is taken from the node, so this is quick.
    """
    first, end = data.round_first[round_index], data.round_first[round_index + 1]
    slots_by_round, can_meet = data.slots_by_round, subproblem.can_meet
    date_bound, partial_bound, top_sums, partial_sums = (
        work.date_bound[round_index],
        work.partial_bound[round_index],
        work.top_sums,
        work.partial_sums,
    )
    size_points, min_size, tolerance = subproblem.size_points, subproblem.min_size, work.limits[TOLERANCE]
    positive = 0
    for position in range(end - first + 1):
        slot = NO_SESSION if position == end - first else int(slots_by_round[first + position])
        date_bound[position] = MINUS_INFINITY
        if slot != NO_SESSION and not _keeps_gap(data, work, slot):
            continue
        cost = cheapest_option(work, can_meet, option_cost, depth, slot)
        if cost >= -MINUS_INFINITY:
            continue
        _sum_best_at(subproblem, work, depth, round_index, slot)
        best, best_partial = MINUS_INFINITY, MINUS_INFINITY
        per_member = _date_points(subproblem, round_index, slot) - tolerance
        for size in range(min_size, len(size_points)):
            others = size_points[size] + per_member * size
            best = max(best, others + top_sums[size])
            best_partial = max(best_partial, others + partial_sums[size])
        group_points = _rhythm_bound_with(data, work, depth, slot) - cost
        date_bound[position] = best + group_points
        partial_bound[position] = best_partial + group_points
        positive += date_bound[position] > 0
    return positive


@compiled
def _date_points(subproblem: Subproblem, round_index: int, slot: int) -> float:
    """What every member earns besides by this date of a round."""
    return subproblem.skip_points[round_index] if slot == NO_SESSION else subproblem.slot_points[slot]


@compiled
def _sum_best_at(subproblem: Subproblem, work: DatesFirstWorkspace, depth: int, round_index: int, slot: int) -> None:
    """Fill the best sums of values at ``slot`` of an open round, or without a session."""
    candidates, with_facilitators, outcome_change = (
        work.candidates[depth],
        work.with_facilitators[depth],
        work.outcome_change[round_index],
    )
    top_values, coming_values, absent_values = work.top_values, work.coming_values, work.absent_values
    lowest, last_to_come = len(top_values) - 2, subproblem.least_coming[-1] - 1
    with_quorum = slot != NO_SESSION and last_to_come >= 0
    top_values[:] = MINUS_INFINITY
    coming_values[:] = MINUS_INFINITY
    absent_values[:] = MINUS_INFINITY
    for member in range(work.candidate_count[depth]):
        most = with_facilitators[member]
        if most <= top_values[lowest] and (not with_quorum or most <= coming_values[last_to_come]):
            break
        value = (
            most
            + outcome_change[NOT_HELD if slot == NO_SESSION else subproblem.marks[slot, candidates[member]], member]
        )
        if value > top_values[lowest]:
            insert_descending(top_values[: lowest + 1], value)
        if with_quorum:
            some_values = coming_values if subproblem.counted[slot, candidates[member]] else absent_values
            if value > some_values[lowest]:
                insert_descending(some_values[: lowest + 1], value)
    sum_top_values(work)
    if with_quorum:
        lower_to_quorum(subproblem, work, slot)


@compiled
def _keeps_gap(data: InstanceData, work: DatesFirstWorkspace, slot: int) -> bool:
    start_minute, min_gap = data.start_minute, data.min_gap
    for round_index in range(len(work.slot)):
        fixed = work.slot[round_index]
        if fixed >= 0 and abs(start_minute[slot] - start_minute[fixed]) < min_gap:
            return False
    return True


@compiled
def _rhythm_bound_with(data: InstanceData, work: DatesFirstWorkspace, depth: int, slot: int) -> float:
    to_come = len(work.slot) - depth - 1
    if slot == NO_SESSION:
        return _rhythm_bound(data, work, to_come)
    return data.rhythm * (max(work.weekly_count.max(), work.weekly_count[data.weekly_time[slot]] + 1) + to_come)


@compiled
def _prune_candidates(data: InstanceData, subproblem: Subproblem, work: DatesFirstWorkspace, depth: int) -> int:
    """Prune candidates for whom some open round has no date of positive bound; how many were pruned."""
    keep = work.keep
    keep[:] = 1
    for round_index in range(len(work.slot)):
        if work.slot[round_index] == UNFIXED:
            _unmark_prunable(data, subproblem, work, depth, round_index)
    return drop_unmarked(work, depth)


@compiled
def _unmark_prunable(
    data: InstanceData, subproblem: Subproblem, work: DatesFirstWorkspace, depth: int, round_index: int
) -> None:
    """Unmark the candidates for whom no date of this round has a positive bound."""
    first, end = data.round_first[round_index], data.round_first[round_index + 1]
    slots_by_round, marks, keep = data.slots_by_round, subproblem.marks, work.keep
    candidates, with_facilitators, outcome_change = (
        work.candidates[depth],
        work.with_facilitators[depth],
        work.outcome_change[round_index],
    )
    date_bound, partial_bound = work.date_bound[round_index], work.partial_bound[round_index]
    for position in range(work.candidate_count[depth]):
        kept = False
        for date in range(end - first + 1):
            if date_bound[date] > 0:
                outcome = NOT_HELD if date == end - first else marks[slots_by_round[first + date], candidates[position]]
                if partial_bound[date] + with_facilitators[position] + outcome_change[outcome, position] > 0:
                    kept = True
                    break
        if not kept:
            keep[position] = 0


@compiled
def _next_branch(data: InstanceData, subproblem: Subproblem, work: DatesFirstWorkspace, depth: int) -> bool:
    """Set up the most promising branch left below the node at ``depth``; False if none is left."""
    round_index = work.branch_round[depth]
    first, end = data.round_first[round_index], data.round_first[round_index + 1]
    dates = end - first + 1
    while True:
        position = work.branch_bound[depth, :dates].argmax()
        if work.branch_bound[depth, position] <= 0:
            return False
        work.branch_bound[depth, position] = MINUS_INFINITY
        slot = NO_SESSION if position == dates - 1 else data.slots_by_round[first + position]
        if _branch(data, subproblem, work, depth, round_index, slot):
            return True


@compiled
def _branch(
    data: InstanceData, subproblem: Subproblem, work: DatesFirstWorkspace, depth: int, round_index: int, slot: int
) -> bool:
    """Set up the child node with this date; False if no option can meet then."""
    below, kept = depth + 1, 0
    options, options_below, can_meet = work.options[depth], work.options[below], subproblem.can_meet
    for position in range(work.option_count[depth]):
        option = options[position]
        if slot == NO_SESSION or can_meet[option, slot]:
            options_below[kept] = option
            kept += 1
    work.option_count[below] = kept
    if kept == 0:
        return False
    work.slot[round_index] = slot
    if slot != NO_SESSION:
        work.weekly_count[data.weekly_time[slot]] += 1
    count = work.candidate_count[depth]
    work.candidate_count[below] = count
    work.candidates[below, :count] = work.candidates[depth, :count]
    candidates, patterns, marks, attendance_by_pattern = (
        work.candidates[depth],
        work.pattern[depth],
        subproblem.marks,
        subproblem.attendance_by_pattern,
    )
    outcome_points, attended, next_pattern = data.outcome_points, data.attended, data.next_pattern
    own_value, own_value_below, patterns_below = work.own_value[depth], work.own_value[below], work.pattern[below]
    besides = _date_points(subproblem, round_index, slot)
    for position in range(count):
        member, pattern = candidates[position], patterns[position]
        outcome = NOT_HELD if slot == NO_SESSION else marks[slot, member]
        pattern_below = next_pattern[pattern, round_index, attended[outcome]]
        own_value_below[position] = (
            own_value[position]
            + besides
            + outcome_points[outcome]
            + attendance_by_pattern[member, pattern_below]
            - attendance_by_pattern[member, pattern]
        )
        patterns_below[position] = pattern_below
    return True
