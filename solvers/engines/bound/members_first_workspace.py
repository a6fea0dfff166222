"""The arrays that the members-first search works in, and from which it can be resumed."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from solvers.engines.bound.instance_data import Floats, Ints, Smalls
from solvers.engines.bound.loss_grid import LossGrid
from solvers.engines.bound.subproblem import NO_SESSION, Subproblem

# Entries of ``counters``: how far the search has got. Those before are shared with the dates-first search.
(OPTION_CLASS, STARTED, SIZE, ENTERING, COUNTERS) = range(3, 8)
# Entry of ``limits`` besides those shared with the dates-first search: groups are of interest down to a reduced cost
# of minus so many points.
(SLACK, LIMITS) = range(2, 4)


class MembersFirstWorkspace(NamedTuple):
    """Arrays with a row for each depth of the search tree, which is the number of members chosen.

    ``chosen`` are the members chosen. ``candidate_count`` and ``candidates`` list who may still join them; of each
    candidate, ``value`` is the most they contribute apart from meeting together, ``attendance_with`` a bound on
    attendance and rhythm of the group with them, compared to everybody's own best dates, and ``branch_bound`` a bound
    on the reduced cost of all groups below; ``next_candidate`` is the one to branch on next. ``slot_loss`` adds up the
    losses of those chosen slot by slot, ``skip_loss`` those of rounds without a session; ``attendance`` is
    ``attendance_with`` of those chosen alone. ``option_count`` and ``options`` list the options that are not pruned.

    Of the current node: ``base`` (members) is every member's base points less their dual value, which falls as dual
    values are raised, ``own_value`` (members) the same with their own best dates. By final size: ``option_bound`` is
    the most that an option adds, ``size_bound`` a bound on all but the members to come; ``top_values`` are the highest
    values of candidates, ``top_sums`` their running sums. ``bonus_sum`` (options) is what an option can earn all
    candidates. ``cell_loss`` (cells), ``round_loss`` (rounds) and ``weekly_gain`` (weekly times) hold sums over slots.

    For the dates of one group, by round: the attendance ``state`` of each member, ``date_points`` of each slot and of
    no session, the sum so far ``date_sum``, a bound on later rounds ``later_points``, and the ``slot``; ``best_slot``
    are the best found.
    """

    chosen: Smalls
    candidate_count: Smalls
    candidates: Smalls
    value: Floats
    attendance_with: Floats
    branch_bound: Floats
    next_candidate: Smalls
    slot_loss: Smalls
    skip_loss: Smalls
    attendance: Floats
    option_count: Smalls
    options: Smalls
    base: Floats
    own_value: Floats
    option_bound: Floats
    size_bound: Floats
    top_values: Floats
    bonus_sum: Floats
    top_sums: Floats
    cell_loss: Smalls
    round_loss: Smalls
    weekly_gain: Smalls
    state: Smalls
    date_points: Floats
    date_sum: Floats
    later_points: Floats
    slot: Smalls
    best_slot: Smalls
    weekly_count: Smalls
    resident_stamp: Ints
    counters: Ints
    limits: Floats


def new_members_first_workspace(
    subproblem: Subproblem, grid: LossGrid, residents: int, weekly_times: int
) -> MembersFirstWorkspace:
    """Empty arrays of the right shapes."""
    members, options, sizes = len(subproblem.residents), len(subproblem.first_facilitator), len(subproblem.size_points)
    depths, rounds, slots = sizes + 1, subproblem.outcome_change.shape[1], len(grid.cell_of)
    cells = grid.loss.shape[2]
    small, real = np.int32, np.float64
    return MembersFirstWorkspace(
        chosen=np.zeros(depths, small),
        candidate_count=np.zeros(depths, small),
        candidates=np.zeros((depths, members), small),
        value=np.zeros((depths, members), real),
        attendance_with=np.zeros((depths, members), real),
        branch_bound=np.zeros((depths, members), real),
        next_candidate=np.zeros(depths, small),
        slot_loss=np.zeros((depths, *grid.loss.shape[1:]), small),
        skip_loss=np.zeros((depths, grid.skip_loss.shape[1]), small),
        attendance=np.zeros(depths, real),
        option_count=np.zeros(depths, small),
        options=np.zeros((depths, options), small),
        base=np.zeros(members, real),
        own_value=np.zeros(members, real),
        option_bound=np.zeros(depths, real),
        size_bound=np.zeros(depths, real),
        top_values=np.zeros(depths, real),
        bonus_sum=np.zeros(options, real),
        top_sums=np.zeros(depths, real),
        cell_loss=np.zeros(cells, small),
        round_loss=np.zeros(rounds, small),
        weekly_gain=np.zeros(cells // max(1, rounds), small),
        state=np.zeros((rounds + 1, sizes), small),
        date_points=np.zeros((rounds, slots + 1), real),
        date_sum=np.zeros(rounds + 1, real),
        later_points=np.zeros(rounds + 1, real),
        slot=np.full(rounds, NO_SESSION, small),
        best_slot=np.full(rounds, NO_SESSION, small),
        weekly_count=np.zeros(weekly_times + 1, small),
        resident_stamp=np.zeros(residents, np.int64),
        counters=np.zeros(COUNTERS, np.int64),
        limits=np.zeros(LIMITS, real),
    )
