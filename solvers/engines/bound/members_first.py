# What comes out of arrays is Any to mypy; numba infers it.
# mypy: disable-error-code="no-any-return"
"""The members-first search: branch and bound that adds one member after another, with all dates in view.

What a group loses by meeting together grows with every member. So a candidate who loses too much together with those
chosen is pruned from the whole branch, and few candidates are left soon. Unlike the dates-first search it sees all
rounds at once and evaluates groups exactly, but it needs small subproblems.
"""

from __future__ import annotations

import numpy as np

from solvers.engines.bound.best_sums import insert_descending
from solvers.engines.bound.column_buffer import ColumnBuffer
from solvers.engines.bound.dates_first_workspace import NODES, STAMP
from solvers.engines.bound.exact_value import companion_points, evaluate_group, size_margin
from solvers.engines.bound.instance_data import Floats, InstanceData, Smalls
from solvers.engines.bound.loss_grid import LossGrid
from solvers.engines.bound.members_first_workspace import ENTERING, OPTION_CLASS, SIZE, STARTED, MembersFirstWorkspace
from solvers.engines.bound.subproblem import MINUS_INFINITY, Subproblem
from solvers.engines.compilation import compiled, entry
from solvers.engines.memory import hold

PASSES = 3


@entry
def search_members_first(
    data: InstanceData,
    subproblem: Subproblem,
    grid: LossGrid,
    work: MembersFirstWorkspace,
    buffer: ColumnBuffer,
    option_cost: Floats,
) -> bool:
    """Search the subproblem; True if all of it was searched within the nodes allowed.

    Called again with the same ``work``, it resumes. Columns are recorded as by ``dates_first.search_dates_first``.
    """
    data, subproblem, grid = hold(data), hold(subproblem), hold(grid)
    work, buffer = hold(work), hold(buffer)
    for member in range(len(subproblem.residents)):
        work.own_value[member] = work.base[member] + subproblem.best_attendance[subproblem.residents[member]]
    while work.counters[OPTION_CLASS] < len(grid.class_loss) and work.counters[NODES] > 0:
        if work.counters[STARTED] == 0:
            _enter_root(data, subproblem, grid, work, work.counters[OPTION_CLASS])
        _search(data, subproblem, grid, work, buffer, option_cost)
        if work.counters[SIZE] < 0:
            work.counters[OPTION_CLASS] += 1
            work.counters[STARTED] = 0
    return bool(work.counters[OPTION_CLASS] == len(grid.class_loss))


@compiled
def _enter_root(
    data: InstanceData, subproblem: Subproblem, grid: LossGrid, work: MembersFirstWorkspace, option_class: int
) -> None:
    """Set up the empty group, with the options of ``option_class``."""
    kept = 0
    for option in range(len(grid.class_of)):
        if grid.class_of[option] == option_class:
            work.options[0, kept] = option
            kept += 1
    work.option_count[0] = kept
    work.candidate_count[0] = len(subproblem.residents)
    for member in range(len(subproblem.residents)):
        work.candidates[0, member] = member
    work.slot_loss[0] = grid.class_loss[option_class]
    work.skip_loss[0] = 0
    work.attendance[0] = data.rhythm * grid.skip_loss.shape[1]
    work.counters[STARTED] = 1
    work.counters[SIZE] = 0
    work.counters[ENTERING] = 1


@compiled
def _search(
    data: InstanceData,
    subproblem: Subproblem,
    grid: LossGrid,
    work: MembersFirstWorkspace,
    buffer: ColumnBuffer,
    option_cost: Floats,
) -> None:
    """Search below the empty group, depth first."""
    max_size = len(subproblem.size_points) - 1
    size, entering = work.counters[SIZE], work.counters[ENTERING] == 1
    while size >= 0 and work.counters[NODES] > 0:
        if entering:
            if size >= subproblem.min_size:
                evaluate_group(data, subproblem, grid, work, buffer, option_cost, size)
            work.next_candidate[size] = 0
            if size == max_size or not _bound_node(data, subproblem, grid, work, option_cost, size):
                work.candidate_count[size] = 0
        entering = False
        while work.next_candidate[size] < work.candidate_count[size] and not entering:
            entering = work.branch_bound[size, work.next_candidate[size]] > 0
            work.next_candidate[size] += 1
        if entering:
            _add_member(grid, work, size)
            size += 1
        else:
            size -= 1
    work.counters[SIZE] = size
    work.counters[ENTERING] = entering


@compiled
def _add_member(grid: LossGrid, work: MembersFirstWorkspace, size: int) -> None:
    """Add the candidate to branch on, and set up the child node: later candidates without a conflict with them."""
    position = work.next_candidate[size] - 1
    member = work.candidates[size, position]
    work.chosen[size] = member
    below, kept = size + 1, 0
    for later in range(position + 1, work.candidate_count[size]):
        other = work.candidates[size, later]
        if not grid.conflict[member, other]:
            work.candidates[below, kept] = other
            kept += 1
    work.candidate_count[below] = kept
    for layer in range(work.slot_loss.shape[1]):
        _add_rows(work.slot_loss[below, layer], work.slot_loss[size, layer], grid.loss[member, layer])
    _add_rows(work.skip_loss[below], work.skip_loss[size], grid.skip_loss[member])
    work.attendance[below] = work.attendance_with[size, position]
    work.option_count[below] = work.option_count[size]
    for index in range(work.option_count[size]):
        work.options[below, index] = work.options[size, index]


@compiled
def _add_rows(into: Smalls, some: Smalls, more: Smalls) -> None:
    for position in range(len(into)):
        into[position] = some[position] + more[position]


@compiled
def _attendance_bound(
    cell_loss: Smalls,
    round_loss: Smalls,
    weekly_gain: Smalls,
    slot_loss: Smalls,
    loss: Smalls,
    skip_loss: Smalls,
    member_skip_loss: Smalls,
    rhythm: int,
) -> float:
    """A bound on attendance and rhythm when members who lose ``slot_loss`` meet one who loses ``loss``.

    It is rhythm less the losses. ``skip_loss`` and ``member_skip_loss`` are what they lose without a session.
    """
    cells = slot_loss.shape[1]
    for position in range(cells):
        cell_loss[position] = slot_loss[0, position] + loss[0, position]
    for layer in range(1, len(slot_loss)):
        for position in range(cells):
            cell_loss[position] = min(cell_loss[position], np.int32(slot_loss[layer, position] + loss[layer, position]))
    weekly_times = cells // len(round_loss)
    points = 0.0
    for round_index in range(len(round_loss)):
        here = cell_loss[round_index * weekly_times : (round_index + 1) * weekly_times]
        lowest = np.int32(skip_loss[round_index] + member_skip_loss[round_index])
        for weekly_time in range(weekly_times):
            lowest = min(lowest, here[weekly_time])
        round_loss[round_index] = lowest
        points -= lowest
    weekly_gain[:] = 0
    for round_index in range(len(round_loss)):
        here = cell_loss[round_index * weekly_times : (round_index + 1) * weekly_times]
        break_even = np.int32(rhythm + round_loss[round_index])
        for weekly_time in range(weekly_times):
            weekly_gain[weekly_time] += max(np.int32(0), np.int32(break_even - here[weekly_time]))
    return points + weekly_gain.max()


@compiled
def _value_candidates(
    data: InstanceData, subproblem: Subproblem, grid: LossGrid, work: MembersFirstWorkspace, size: int
) -> float:
    """Fill ``value`` with the most that each candidate contributes; what those chosen contribute together."""
    work.counters[STAMP] += 1
    stamp = work.counters[STAMP]
    repeated_topics, repeated_tags = 0, 0
    for position in range(work.option_count[size]):
        option = work.options[size, position]
        repeated_topics |= subproblem.option_topics[option]
        repeated_tags |= subproblem.option_tags[option]
    once_topics, once_tags = repeated_topics, repeated_tags
    count = work.candidate_count[size]
    for position in range(size + count):
        member = work.chosen[position] if position < size else work.candidates[size, position - size]
        resident = subproblem.residents[member]
        work.resident_stamp[resident] = stamp
        repeated_topics |= once_topics & data.topics[resident]
        once_topics |= data.topics[resident]
        repeated_tags |= once_tags & data.tags[resident]
        once_tags |= data.tags[resident]
    chosen_value = 0.0
    # The bonuses of a single option are counted member by member; those of several are added by ``_prune_options``.
    single_option = work.options[size, 0] if work.option_count[size] == 1 else -1
    once, repeated = (once_topics, once_tags), (repeated_topics, repeated_tags)
    for position in range(size):
        member = work.chosen[position]
        chosen_value += work.own_value[member] + companion_points(
            data, work, subproblem.residents[member], once, repeated
        )
        if single_option >= 0:
            chosen_value += grid.bonus[single_option, member]
    for position in range(count):
        member = work.candidates[size, position]
        work.value[size, position] = work.own_value[member] + companion_points(
            data, work, subproblem.residents[member], once, repeated
        )
        if single_option >= 0:
            work.value[size, position] += grid.bonus[single_option, member]
    return chosen_value


@compiled
def _fill_top_sums(work: MembersFirstWorkspace, size: int, max_added: int) -> None:
    """Fill ``top_values`` with the highest of ``value``, and ``top_sums`` with their running sums."""
    work.top_values[:] = MINUS_INFINITY
    for position in range(work.candidate_count[size]):
        if work.value[size, position] > work.top_values[max_added - 1]:
            insert_descending(work.top_values[:max_added], work.value[size, position])
    work.top_sums[0] = 0.0
    for added in range(max_added):
        work.top_sums[added + 1] = work.top_sums[added] + work.top_values[added]


@compiled
def _prune_options(
    subproblem: Subproblem,
    grid: LossGrid,
    work: MembersFirstWorkspace,
    option_cost: Floats,
    size: int,
    chosen_value: float,
) -> bool:
    """Prune options that allow no group of interest; fill ``option_bound``; whether some are left."""
    max_size = len(subproblem.size_points) - 1
    single = work.option_count[size] == 1
    if not single:
        _sum_bonuses(grid, work, size)
    work.option_bound[:] = MINUS_INFINITY
    kept = 0
    for index in range(work.option_count[size]):
        option = work.options[size, index]
        bonus = 0.0
        if not single:
            for position in range(size):
                bonus += grid.bonus[option, work.chosen[position]]
        kept_at_some_size = False
        for final_size in range(max(size, subproblem.min_size), max_size + 1):
            option_points = bonus - option_cost[option]
            if not single:
                option_points += min(work.bonus_sum[option], (final_size - size) * grid.max_bonus)
            if (
                chosen_value
                + work.top_sums[final_size - size]
                + work.attendance[size]
                + size_margin(subproblem, work, final_size)
                + option_points
                > 0
            ):
                kept_at_some_size = True
                work.option_bound[final_size] = max(work.option_bound[final_size], option_points)
        if kept_at_some_size:
            work.options[size, kept] = option
            kept += 1
    work.option_count[size] = kept
    return kept > 0


@compiled
def _sum_bonuses(grid: LossGrid, work: MembersFirstWorkspace, size: int) -> None:
    """Fill ``bonus_sum``: what each option can earn all candidates together."""
    work.bonus_sum[:] = 0.0
    for position in range(work.candidate_count[size]):
        member = work.candidates[size, position]
        for round_index in range(grid.bonus_first[member], grid.bonus_first[member + 1]):
            option = grid.bonus_option[round_index]
            work.bonus_sum[option] += grid.bonus[option, member]


@compiled
def _bound_node(
    data: InstanceData,
    subproblem: Subproblem,
    grid: LossGrid,
    work: MembersFirstWorkspace,
    option_cost: Floats,
    size: int,
) -> bool:
    """Prune candidates who can be in no group of interest; whether some are left."""
    max_size = len(subproblem.size_points) - 1
    first_pass = True
    for _ in range(PASSES):
        if size + work.candidate_count[size] < subproblem.min_size:
            return False
        chosen_value = _value_candidates(data, subproblem, grid, work, size)
        _fill_top_sums(work, size, max_size - size)
        if (first_pass or work.option_count[size] == 1) and not _prune_options(
            subproblem, grid, work, option_cost, size, chosen_value
        ):
            return False
        for final_size in range(max(size + 1, subproblem.min_size), max_size + 1):
            work.size_bound[final_size] = (
                chosen_value + work.option_bound[final_size] + size_margin(subproblem, work, final_size)
            )
        before = work.candidate_count[size]
        _prune_candidates(data, subproblem, grid, work, size, first_pass)
        first_pass = False
        if work.candidate_count[size] * 4 > before * 3:
            break
    _sort_candidates(work, size)
    _bound_branches(subproblem, work, size)
    return work.candidate_count[size] > 0


@compiled
def _sort_candidates(work: MembersFirstWorkspace, size: int) -> None:
    """Sort the candidates by ``attendance_with``, the lowest first: they are tried while many can still join them."""
    for position in range(1, work.candidate_count[size]):
        member, value, attendance_with = (
            work.candidates[size, position],
            work.value[size, position],
            work.attendance_with[size, position],
        )
        rank = position
        while rank > 0 and work.attendance_with[size, rank - 1] > attendance_with:
            work.candidates[size, rank] = work.candidates[size, rank - 1]
            work.value[size, rank] = work.value[size, rank - 1]
            work.attendance_with[size, rank] = work.attendance_with[size, rank - 1]
            rank -= 1
        work.candidates[size, rank] = member
        work.value[size, rank] = value
        work.attendance_with[size, rank] = attendance_with


@compiled
def _bound_branches(subproblem: Subproblem, work: MembersFirstWorkspace, size: int) -> None:
    """Fill ``branch_bound``: a bound on the groups of each candidate with those after."""
    max_size = len(subproblem.size_points) - 1
    work.top_values[:] = MINUS_INFINITY
    for position in range(work.candidate_count[size] - 1, -1, -1):
        best, rest = MINUS_INFINITY, 0.0
        for final_size in range(size + 1, max_size + 1):
            if final_size >= subproblem.min_size:
                best = max(best, work.size_bound[final_size] + rest)
            rest += work.top_values[final_size - size - 1]
        value = work.value[size, position]
        work.branch_bound[size, position] = best + value + work.attendance_with[size, position]
        if size + 1 < max_size and value > work.top_values[max_size - size - 2]:
            insert_descending(work.top_values[: max_size - size - 1], value)


@compiled
def _prune_candidates(
    data: InstanceData, subproblem: Subproblem, grid: LossGrid, work: MembersFirstWorkspace, size: int, first_pass: bool
) -> None:
    """Prune candidates; on the ``first_pass`` over the node, ``attendance_with`` is computed."""
    max_size = len(subproblem.size_points) - 1
    slot_loss, skip_loss, cell_loss, round_loss, weekly_gain = (
        work.slot_loss[size],
        work.skip_loss[size],
        work.cell_loss,
        work.round_loss,
        work.weekly_gain,
    )
    losses, skip_losses, rhythm = grid.loss, grid.skip_loss, int(data.rhythm)
    kept = 0
    for position in range(work.candidate_count[size]):
        value = work.value[size, position]
        bound = MINUS_INFINITY
        for final_size in range(max(size + 1, subproblem.min_size), max_size + 1):
            rest = work.top_sums[final_size - size - 1] + min(value, work.top_values[final_size - size - 1])
            bound = max(bound, work.size_bound[final_size] + rest)
        if bound + work.attendance[size] <= 0:
            continue
        member = work.candidates[size, position]
        attendance_with = work.attendance_with[size, position]
        if first_pass:
            attendance_with = _attendance_bound(
                cell_loss, round_loss, weekly_gain, slot_loss, losses[member], skip_loss, skip_losses[member], rhythm
            )
            work.counters[NODES] -= 1
        if bound + attendance_with > 0:
            work.candidates[size, kept] = member
            work.value[size, kept] = value
            work.attendance_with[size, kept] = attendance_with
            kept += 1
    work.candidate_count[size] = kept
