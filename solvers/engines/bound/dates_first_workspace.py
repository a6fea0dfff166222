"""The arrays that the dates-first search works in, and from which it can be resumed."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from solvers.engines.bound.instance_data import OUTCOMES, Bytes, Floats, InstanceData, Ints, Smalls
from solvers.engines.bound.subproblem import UNFIXED, Subproblem


class DatesFirstWorkspace(NamedTuple):
    """Arrays with a row for each depth of the search tree, unless stated otherwise.

    ``candidate_count`` and ``candidates`` list the members that are not pruned. For each candidate, ``own_value`` is a
    bound on their own contribution, given the dates fixed so far and the best ones in the other rounds; ``pattern`` is
    the attendance pattern so far. ``with_companions`` adds the most that companions can earn them,
    ``with_facilitators`` the most that facilitators can. ``option_count`` and ``options`` list the options that are not
    pruned, the cheapest first. ``slot`` (rounds) is the slot of each round, NO_SESSION or UNFIXED; ``weekly_count``
    (weekly times) counts the sessions fixed at each weekday and clock time. ``branch_round`` is the round that a node
    branches on, ``branch_bound`` the bounds of the branches left.

    Of the current node: ``outcome_change`` (rounds, outcomes, candidates) is what an outcome takes off a candidate's
    value, ``date_bound`` (rounds, dates) a bound on the reduced cost of a group that meets at a date, the last of which
    is no session, and ``partial_bound`` (rounds, dates) the same for a group that lacks one member, without that
    member's value. ``top_values`` (sizes) are the highest values. By size, ``top_sums`` is the highest sum of some of
    which the quorum comes at every date fixed, ``partial_sums`` that of one member and one of the quorum fewer,
    ``threshold`` the lowest value among them; ``coming_values`` and ``absent_values`` (sizes) are the highest values of
    those who come at one date and of those who do not, and ``tight_slot`` (sizes) is where the quorum costs most.
    ``choice_lift`` (faculty, sizes) is by how much being chosen lets
    a facilitator raise the sum of the best, ``external_lift`` (sites, sizes) by how much coming from another site does.
    Residents and facilitators are marked in ``resident_stamp`` and ``faculty_stamp`` by the current stamp, and ``keep``
    (candidates) tells who is not pruned.

    At a leaf: ``order`` and ``value`` sort the candidates by value, ``prefix_sums`` are running sums of it; ``chosen``
    are places in that order, ``chosen_sum`` (sizes) the sum of their values; ``best_group`` is the size of the best
    group found and the candidates in it.

    ``base`` (members) is every member's base points less their dual value; it falls as dual values are raised.
    """

    candidate_count: Smalls
    candidates: Smalls
    own_value: Floats
    pattern: Smalls
    with_companions: Floats
    with_facilitators: Floats
    option_count: Smalls
    options: Smalls
    slot: Smalls
    weekly_count: Smalls
    branch_round: Smalls
    branch_bound: Floats
    outcome_change: Floats
    date_bound: Floats
    partial_bound: Floats
    resident_stamp: Ints
    faculty_stamp: Ints
    top_sums: Floats
    partial_sums: Floats
    threshold: Floats
    choice_lift: Floats
    external_lift: Floats
    top_values: Floats
    coming_values: Floats
    absent_values: Floats
    tight_slot: Smalls
    order: Smalls
    chosen: Smalls
    chosen_sum: Floats
    prefix_sums: Floats
    value: Floats
    keep: Bytes
    base: Floats
    best_group: Smalls
    counters: Ints
    limits: Floats


# Entries of ``counters``. TRIES: groups tried at a leaf before its relaxation is used instead.
(STAMP, NODES, FOUND, PHASE, DEPTH, TRIES, COUNTERS) = range(7)
# How far the search has got (``counters[PHASE]``).
(NOT_BEGUN, BOUNDING, BRANCHING, DONE) = range(4)
# Entries of ``limits``, per member. TOLERANCE: groups up to this reduced cost are ignored. CUTOFF: the reduced cost of
# the best group found at a leaf, or the tolerance.
(TOLERANCE, CUTOFF, LIMITS) = range(3)


def new_dates_first_workspace(data: InstanceData, subproblem: Subproblem) -> DatesFirstWorkspace:
    """Empty arrays of the right shapes."""
    members, options, sizes = len(subproblem.residents), len(subproblem.first_facilitator), len(subproblem.size_points)
    rounds, (slots, residents), faculty = len(data.round_first) - 1, data.marks.shape, len(data.facilitator_site)
    depths, small, big, real = rounds + 1, np.int32, np.int64, np.float64
    return DatesFirstWorkspace(
        candidate_count=np.zeros(depths, small),
        candidates=np.zeros((depths, members), small),
        own_value=np.zeros((depths, members), real),
        pattern=np.zeros((depths, members), small),
        with_companions=np.zeros((depths, members), real),
        with_facilitators=np.zeros((depths, members), real),
        option_count=np.zeros(depths, small),
        options=np.zeros((depths, options), small),
        slot=np.full(rounds, UNFIXED, small),
        weekly_count=np.zeros(int(data.weekly_time.max(initial=0)) + 1, small),
        branch_round=np.zeros(depths, small),
        branch_bound=np.zeros((depths, slots + 1), real),
        outcome_change=np.zeros((rounds, OUTCOMES, members), real),
        date_bound=np.zeros((rounds, slots + 1), real),
        partial_bound=np.zeros((rounds, slots + 1), real),
        resident_stamp=np.zeros(residents, big),
        faculty_stamp=np.zeros(faculty, big),
        top_sums=np.zeros(sizes, real),
        partial_sums=np.zeros(sizes, real),
        threshold=np.zeros(sizes, real),
        choice_lift=np.zeros((faculty + 1, sizes), real),
        external_lift=np.zeros((1 + max(data.site.max(initial=0), data.facilitator_site.max(initial=0)), sizes), real),
        top_values=np.zeros(sizes, real),
        coming_values=np.zeros(sizes, real),
        absent_values=np.zeros(sizes, real),
        tight_slot=np.zeros(sizes, small),
        order=np.zeros(members, small),
        chosen=np.zeros(sizes, small),
        chosen_sum=np.zeros(sizes + 1, real),
        prefix_sums=np.zeros(members + 1, real),
        value=np.zeros(members, real),
        keep=np.zeros(members, np.uint8),
        base=np.zeros(members, real),
        best_group=np.zeros(sizes + 1, small),
        counters=np.zeros(COUNTERS, big),
        limits=np.zeros(LIMITS, real),
    )
