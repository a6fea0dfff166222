# What comes out of arrays is Any to mypy; numba infers it.
# mypy: disable-error-code="no-any-return"
"""The exact reduced cost of a group in the members-first search, and recording the groups of interest."""

from __future__ import annotations

from solvers.engines.bound.column_buffer import ColumnBuffer
from solvers.engines.bound.dates_first_workspace import FOUND, NODES, STAMP, TOLERANCE
from solvers.engines.bound.group_dates import best_dates
from solvers.engines.bound.instance_data import Floats, InstanceData
from solvers.engines.bound.likeness import popcount, unmet_points
from solvers.engines.bound.loss_grid import LossGrid
from solvers.engines.bound.members_first_workspace import SLACK, MembersFirstWorkspace
from solvers.engines.bound.subproblem import Subproblem
from solvers.engines.compilation import compiled


@compiled
def size_margin(subproblem: Subproblem, work: MembersFirstWorkspace, size: int) -> float:
    """The points of a group of ``size`` members for its size, less the tolerance, plus the slack."""
    return subproblem.size_points[size] - work.limits[TOLERANCE] * size + work.limits[SLACK]


@compiled
def companion_points(
    data: InstanceData, work: MembersFirstWorkspace, resident: int, once: tuple[int, int], repeated: tuple[int, int]
) -> float:
    """What companions can earn a resident: those stamped, and topics and tags held by one or more of them."""
    companions = 0
    stamp = work.counters[STAMP]
    for position in range(data.want_first[resident], data.want_first[resident + 1]):
        companions += work.resident_stamp[data.want_to[position]] == stamp
    points = data.want * companions
    if companions:
        points += data.want_any[resident]
    shared = data.topics[resident] & repeated[0]
    if shared:
        points += data.interest * popcount(shared)
    company = data.company[resident]
    if company:
        by_others = repeated[1] | (once[1] & ~data.tags[resident])
        points += data.alone * popcount(company & ~by_others)
    return points


@compiled
def evaluate_group(
    data: InstanceData,
    subproblem: Subproblem,
    grid: LossGrid,
    work: MembersFirstWorkspace,
    buffer: ColumnBuffer,
    option_cost: Floats,
    size: int,
) -> None:
    """Evaluate those chosen as a group, with each option, and record it as a column if it is of interest.

    Unless there is some slack, the members' dual values are raised by its reduced cost.
    """
    lowest, highest = subproblem.stage.max(), subproblem.stage.min()
    for position in range(size):
        lowest = min(lowest, subproblem.stage[work.chosen[position]])
        highest = max(highest, subproblem.stage[work.chosen[position]])
    if highest - lowest < subproblem.min_spread:
        return
    attendance, is_exact = work.attendance[size], False
    for index in range(work.option_count[size]):
        option = int(work.options[size, index])
        points = (
            _points(data, subproblem, grid, work, option, size)
            - option_cost[option]
            + size_margin(subproblem, work, size)
        )
        if points + attendance > 0:
            if not is_exact:
                attendance = best_dates(data, subproblem, grid, work, option, size, -points)
                is_exact = attendance > -points
            if points + attendance > 1e-9:
                reduced_cost = points + attendance - work.limits[SLACK] + work.limits[TOLERANCE] * size
                _record_column(work, buffer, subproblem, option, size, reduced_cost, option_cost)
                if work.limits[SLACK] <= 0:
                    _raise_duals(work, size, reduced_cost / size)


@compiled
def _points(
    data: InstanceData, subproblem: Subproblem, grid: LossGrid, work: MembersFirstWorkspace, option: int, size: int
) -> float:
    """What those chosen with this option's facilitators are worth, dates apart; prohibitive if any conflict."""
    work.counters[STAMP] += 1
    stamp = work.counters[STAMP]
    repeated_topics = once_topics = subproblem.option_topics[option]
    repeated_tags = once_tags = subproblem.option_tags[option]
    repeated_traits = once_traits = subproblem.option_traits[option]
    points = 0.0
    for position in range(size):
        member = work.chosen[position]
        resident = subproblem.residents[member]
        points += work.own_value[member] + grid.bonus[option, member]
        work.resident_stamp[resident] = stamp
        repeated_topics |= once_topics & data.topics[resident]
        once_topics |= data.topics[resident]
        repeated_tags |= once_tags & data.tags[resident]
        once_tags |= data.tags[resident]
        repeated_traits |= once_traits & data.traits[resident]
        once_traits |= data.traits[resident]
    for position in range(size):
        resident = subproblem.residents[work.chosen[position]]
        points += companion_points(data, work, resident, (once_topics, once_tags), (repeated_topics, repeated_tags))
        if data.asks_of_others:
            points -= unmet_points(data, resident, (once_traits, repeated_traits), (once_tags, repeated_tags))
    return points


@compiled
def _record_column(
    work: MembersFirstWorkspace,
    buffer: ColumnBuffer,
    subproblem: Subproblem,
    option: int,
    size: int,
    reduced_cost: float,
    option_cost: Floats,
) -> None:
    """Record a column, if there is room. With some slack, a full buffer ends the search."""
    found = work.counters[FOUND]
    if found < len(buffer.size):
        value = reduced_cost + option_cost[option]
        for position in range(size):
            member = work.chosen[position]
            value += subproblem.base[member] - work.base[member]
            buffer.members[found, position] = subproblem.residents[member]
        buffer.size[found] = size
        buffer.option[found] = option
        buffer.value[found] = value
        work.counters[FOUND] += 1
    if work.limits[SLACK] > 0 and work.counters[FOUND] == len(buffer.size):
        work.counters[NODES] = 0


@compiled
def _raise_duals(work: MembersFirstWorkspace, size: int, points: float) -> None:
    """Raise the dual value of each of those chosen by ``points``."""
    for position in range(size):
        work.base[work.chosen[position]] -= points
        work.own_value[work.chosen[position]] -= points
