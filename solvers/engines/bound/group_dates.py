# What comes out of arrays is Any to mypy; numba infers it.
# mypy: disable-error-code="no-any-return"
"""The best dates of a given group, exactly: branch and bound over the rounds, the best date first."""

from __future__ import annotations

from solvers.engines.bound.attendance import next_state
from solvers.engines.bound.instance_data import NOT_HELD, InstanceData, Smalls
from solvers.engines.bound.loss_grid import LossGrid
from solvers.engines.bound.members_first_workspace import MembersFirstWorkspace
from solvers.engines.bound.subproblem import MINUS_INFINITY, NO_SESSION, START_STATE, Subproblem
from solvers.engines.compilation import compiled, entry
from solvers.engines.memory import hold


@compiled
def best_dates(
    data: InstanceData,
    subproblem: Subproblem,
    grid: LossGrid,
    work: MembersFirstWorkspace,
    option: int,
    size: int,
    cutoff: float,
) -> float:
    """The most points for attendance and rhythm, compared to everybody's own best dates; ``cutoff`` if not above it.

    The group is the first ``size`` members chosen; ``option`` decides where it can meet.
    """
    rounds = len(data.round_first) - 1
    _fill_later_points(work, size)
    work.weekly_count[:] = 0
    work.date_sum[0] = 0.0
    for position in range(size):
        work.state[0, position] = START_STATE
    best = cutoff
    # Given a literal 0, numba would compile the functions called below twice.
    round_index = 0 * size
    _fill_date_points(data, subproblem, grid, work, option, size, round_index)
    while round_index >= 0:
        dates = data.round_first[round_index + 1] - data.round_first[round_index] + 1
        position = int(work.date_points[round_index, :dates].argmax())
        points_so_far = work.date_sum[round_index] + work.date_points[round_index, position]
        if (
            points_so_far
            + work.later_points[round_index + 1]
            + data.rhythm * (work.weekly_count.max() + rounds - round_index)
            <= best
        ):
            round_index -= 1
            if round_index >= 0 and work.slot[round_index] != NO_SESSION:
                work.weekly_count[data.weekly_time[work.slot[round_index]]] -= 1
            continue
        work.date_points[round_index, position] = MINUS_INFINITY
        slot = (
            NO_SESSION if position == dates - 1 else int(data.slots_by_round[data.round_first[round_index] + position])
        )
        if not _keeps_gap(data, work, round_index, slot):
            continue
        work.slot[round_index] = slot
        if slot != NO_SESSION:
            work.weekly_count[data.weekly_time[slot]] += 1
        if round_index == rounds - 1:
            points = points_so_far + data.rhythm * work.weekly_count.max()
            if points > best:
                best = points
                work.best_slot[:] = work.slot
            if slot != NO_SESSION:
                work.weekly_count[data.weekly_time[slot]] -= 1
            continue
        work.date_sum[round_index + 1] = points_so_far
        _advance(data, subproblem, work, size, round_index, slot)
        round_index += 1
        _fill_date_points(data, subproblem, grid, work, option, size, round_index)
    return best


@compiled
def _fill_later_points(work: MembersFirstWorkspace, size: int) -> None:
    """Fill ``later_points``: a bound on what each round and those after it can add, never above 0."""
    rounds, weekly_times = len(work.round_loss), len(work.weekly_gain)
    slot_loss = work.slot_loss[size]
    work.round_loss[:] = work.skip_loss[size]
    for layer in range(len(slot_loss)):
        for round_index in range(rounds):
            lowest = slot_loss[layer, round_index * weekly_times : (round_index + 1) * weekly_times].min()
            work.round_loss[round_index] = min(work.round_loss[round_index], lowest)
    work.later_points[rounds] = 0.0
    for round_index in range(rounds - 1, -1, -1):
        work.later_points[round_index] = work.later_points[round_index + 1] - work.round_loss[round_index]


@compiled
def _fill_date_points(
    data: InstanceData,
    subproblem: Subproblem,
    grid: LossGrid,
    work: MembersFirstWorkspace,
    option: int,
    size: int,
    round_index: int,
) -> None:
    """Fill ``date_points``: what each slot of the round, or no session, adds."""
    first, end = data.round_first[round_index], data.round_first[round_index + 1]
    for position in range(end - first):
        slot = data.slots_by_round[first + position]
        points, coming, away = MINUS_INFINITY, 0, 0
        if subproblem.can_meet[option, slot]:
            points = size * subproblem.slot_points[slot]
            for member in range(size):
                resident = subproblem.residents[work.chosen[member]]
                outcome = data.marks[slot, resident]
                points += subproblem.outcome_change[resident, round_index, work.state[round_index, member], outcome]
                coming += data.attended[outcome]
                away += data.away[slot, resident]
            if not reaches_quorum(grid.quorum, size, coming, away):
                points = MINUS_INFINITY
        work.date_points[round_index, position] = points
    points = size * subproblem.skip_points[round_index]
    for member in range(size):
        points += subproblem.outcome_change[
            subproblem.residents[work.chosen[member]], round_index, work.state[round_index, member], NOT_HELD
        ]
    work.date_points[round_index, end - first] = points


@compiled
def reaches_quorum(quorum: float, size: int, coming: int, away: int) -> bool:
    """Whether so many of a group come that a session is held, as ``solvers.quorum`` says."""
    if coming >= quorum * size - 1e-9:
        return True
    return away > 0 and coming >= 2 and coming >= quorum * (size - away) - 1e-9


@compiled
def _keeps_gap(data: InstanceData, work: MembersFirstWorkspace, round_index: int, slot: int) -> bool:
    if slot == NO_SESSION:
        return True
    for earlier in range(round_index):
        other = work.slot[earlier]
        if other != NO_SESSION and abs(data.start_minute[slot] - data.start_minute[other]) < data.min_gap:
            return False
    return True


@compiled
def _advance(
    data: InstanceData, subproblem: Subproblem, work: MembersFirstWorkspace, size: int, round_index: int, slot: int
) -> None:
    for member in range(size):
        resident = subproblem.residents[work.chosen[member]]
        outcome = NOT_HELD if slot == NO_SESSION else data.marks[slot, resident]
        work.state[round_index + 1, member] = next_state(data, work.state[round_index, member], outcome)


@entry
def date_group(
    data: InstanceData,
    subproblem: Subproblem,
    grid: LossGrid,
    work: MembersFirstWorkspace,
    option: int,
    members: Smalls,
) -> float:
    """``best_dates`` of the given members; MINUS_INFINITY if there are none. The dates are in ``work.best_slot``."""
    data, subproblem, grid, work = hold(data), hold(subproblem), hold(grid), hold(work)
    size = len(members)
    work.slot_loss[size] = grid.class_loss[grid.class_of[option]]
    work.skip_loss[size] = 0
    for position in range(size):
        work.chosen[position] = members[position]
        work.slot_loss[size] += grid.loss[members[position]]
        work.skip_loss[size] += grid.skip_loss[members[position]]
    return best_dates(data, subproblem, grid, work, option, size, MINUS_INFINITY)
