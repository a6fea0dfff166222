"""A subproblem laid out for the members-first search: what every slot costs every member.

A member's *loss* at a slot is a lower bound on the points by which its outcome falls short of the best that attendance
could earn them, whatever the other rounds bring. The losses of members add up slot by slot, so the slots of all rounds
lie side by side: a *cell* for each weekday and clock time of each round, in as many *layers* as a round has slots of
one cell.
"""

from __future__ import annotations

from collections import Counter
from typing import Final, NamedTuple

import numpy as np

from solvers.engines.bound.instance_data import NOT_HELD, OUTCOMES, Bytes, Floats, InstanceData, Smalls
from solvers.engines.bound.subproblem import ANY_FACILITATOR, START_STATE, Subproblem

PROHIBITIVE_LOSS: Final = 10_000_000
"""A loss that nothing makes up for; a hundred of them still fit the type."""
MAX_LOSS: Final = 1_000_000
MAX_WEEKLY_TIMES: Final = 64
"""Further weekdays and clock times share cells with others, which only relaxes the bound."""
MAX_MEMBERS: Final = 64
MAX_SIZES: Final = 100
LANES: Final = 8


class LossGrid(NamedTuple):
    """Losses, conflicts and facilitator bonuses of the members of a subproblem.

    ``loss`` (members, layers, cells) and ``skip_loss`` (members, rounds) are the losses of each slot and of no session.
    ``cell_of`` (slots) is a slot's place among all layers. ``conflict`` (members, members) is 1 if two must not share a
    group. ``bonus`` (options, members) is what an option's facilitators earn a member, minus PROHIBITIVE_LOSS if they
    must not share a group, ``max_bonus`` the highest of it; ``bonus_option`` with offsets ``bonus_first`` (members + 1)
    lists the options with a bonus for a member. Options that can meet at the same slots form a class and are searched
    together: ``class_of`` (options), and ``class_loss`` (classes, layers, cells), PROHIBITIVE_LOSS where they cannot
    meet and 0 elsewhere.
    """

    loss: Smalls
    skip_loss: Smalls
    cell_of: Smalls
    conflict: Bytes
    bonus: Floats
    bonus_first: Smalls
    bonus_option: Smalls
    max_bonus: float
    class_of: Smalls
    class_loss: Smalls
    quorum: float


def loss_grid_if_small(data: InstanceData, subproblem: Subproblem, quorum: float) -> LossGrid | None:
    """The grid of ``subproblem``, if that is small enough for the members-first search."""
    if len(subproblem.residents) > MAX_MEMBERS or len(subproblem.size_points) > MAX_SIZES:
        return None
    return build_loss_grid(data, subproblem, quorum)


def build_loss_grid(data: InstanceData, subproblem: Subproblem, quorum: float) -> LossGrid:
    """The grid of ``subproblem``."""
    cell_of, cells, layers = _cells(data)
    min_losses = _min_losses(subproblem)
    members, rounds, _ = min_losses.shape
    loss = np.full((members, layers * cells), PROHIBITIVE_LOSS, dtype=np.int32)
    for round_index in range(rounds):
        slots = data.slots_by_round[data.round_first[round_index] : data.round_first[round_index + 1]]
        outcomes = data.marks[slots][:, subproblem.residents]
        losses = np.take_along_axis(min_losses[:, round_index], outcomes.T.astype(np.int64), axis=1)
        loss[:, cell_of[slots]] = losses - subproblem.slot_points[slots].astype(np.int32)
    bonus = _bonuses(data, subproblem)
    can_meet, class_of = np.unique(subproblem.can_meet, axis=0, return_inverse=True)
    class_loss = np.full((len(can_meet), layers * cells), PROHIBITIVE_LOSS, dtype=np.int32)
    class_loss[:, cell_of] = np.where(can_meet == 1, 0, PROHIBITIVE_LOSS)
    return LossGrid(
        loss=loss.reshape(members, layers, cells),
        skip_loss=np.ascontiguousarray(min_losses[:, :, NOT_HELD] - subproblem.skip_points.astype(np.int32)),
        cell_of=cell_of,
        conflict=_conflicts(data, subproblem),
        bonus=bonus,
        bonus_first=np.cumsum([0, *(bonus > 0).sum(axis=0)], dtype=np.int32),
        bonus_option=np.nonzero(bonus.T > 0)[1].astype(np.int32),
        max_bonus=float(bonus.max(initial=0.0)),
        class_of=class_of.reshape(-1).astype(np.int32),
        class_loss=class_loss.reshape(len(can_meet), layers, cells),
        quorum=float(quorum),
    )


def _cells(data: InstanceData) -> tuple[Smalls, int, int]:
    """The place of each slot among all layers, the number of cells, and the number of layers."""
    rounds = len(data.round_first) - 1
    cell_of = np.zeros(len(data.weekly_time), dtype=np.int32)
    slots_in_cell: Counter[int] = Counter()
    weekly_times = min(MAX_WEEKLY_TIMES, int(data.weekly_time.max(initial=0)) + 1)
    weekly_times = -(-weekly_times // LANES) * LANES
    for round_index in range(rounds):
        for slot in data.slots_by_round[data.round_first[round_index] : data.round_first[round_index + 1]]:
            cell = round_index * weekly_times + int(data.weekly_time[slot]) % weekly_times
            cell_of[slot] = slots_in_cell[cell] * rounds * weekly_times + cell
            slots_in_cell[cell] += 1
    return cell_of, weekly_times * rounds, max(slots_in_cell.values(), default=1)


def _min_losses(subproblem: Subproblem) -> Smalls:
    """(members, rounds, outcomes): the least loss over all states that can precede a round."""
    change = subproblem.outcome_change[subproblem.residents]
    members, rounds, _, _ = change.shape
    min_losses = np.zeros((members, rounds, OUTCOMES), dtype=np.int64)
    states = {START_STATE}
    for round_index in range(rounds):
        min_losses[:, round_index] = (-change[:, round_index, sorted(states)].astype(np.int64)).min(axis=1)
        states = {2 * (state // 2 + came) + came for state in states for came in (0, 1)}
    return np.clip(min_losses, 0, MAX_LOSS).astype(np.int32)


def _conflicts(data: InstanceData, subproblem: Subproblem) -> Bytes:
    row = {int(resident): member for member, resident in enumerate(subproblem.residents)}
    table = np.zeros((len(row), len(row)), dtype=np.uint8)
    for resident, member in row.items():
        for other in data.conflict_to[data.conflict_first[resident] : data.conflict_first[resident + 1]]:
            if int(other) in row:
                table[member, row[int(other)]] = 1
    return table


def _bonuses(data: InstanceData, subproblem: Subproblem) -> Floats:
    residents, sites = subproblem.residents, data.site[subproblem.residents]
    prefers = data.prefers_external[residents] == 1
    table = np.zeros((len(subproblem.first_facilitator), len(residents)), dtype=np.float64)
    for option, option_facilitators in enumerate(
        zip(subproblem.first_facilitator.tolist(), subproblem.second_facilitator.tolist(), strict=True)
    ):
        facilitators = [facilitator for facilitator in option_facilitators if facilitator >= 0]
        if option_facilitators[0] == ANY_FACILITATOR:
            table[option] = data.choice + data.external * prefers
        elif facilitators:
            outside = (
                np.all([data.facilitator_site[facilitator] != sites for facilitator in facilitators], axis=0) & prefers
            )
            table[option] = data.choice * data.chooses[facilitators][:, residents].any(axis=0) + data.external * outside
            table[option][data.facilitator_conflict[facilitators][:, residents].any(axis=0)] = -PROHIBITIVE_LOSS
    return table
