# What comes out of arrays is Any to mypy; numba infers it.
# mypy: disable-error-code="no-any-return"
"""Bounding one node of the dates-first search, and pruning its candidates.

Some dates are fixed, the others are relaxed. A candidate who cannot be in a group of positive reduced cost is pruned;
so is what their company could have earned the others, which may prune more, and so on while it helps.
"""

from __future__ import annotations

import numpy as np

from solvers.engines.bound.best_sums import insert_descending, lower_to_quorum, sum_top_values
from solvers.engines.bound.dates_first_workspace import STAMP, TOLERANCE, DatesFirstWorkspace
from solvers.engines.bound.instance_data import Bytes, Floats, InstanceData, Ints, Smalls
from solvers.engines.bound.likeness import popcount
from solvers.engines.bound.subproblem import ANY_FACILITATOR, MINUS_INFINITY, NO_SESSION, Subproblem
from solvers.engines.compilation import compiled

PASSES = 4
NO_SITE, ALL_SITES = -1, -2


@compiled
def _stamp_faculty(
    data: InstanceData, subproblem: Subproblem, work: DatesFirstWorkspace, depth: int
) -> tuple[int, int, int]:
    """Stamp the facilitators of the remaining options; their topics and tags, and their site.

    The site is ALL_SITES if there are several, NO_SITE if there is no facilitator.
    """
    stamp, faculty_stamp, sites = work.counters[STAMP], work.faculty_stamp, data.facilitator_site
    facilitators_of, options, some_topics, some_tags = (
        (subproblem.first_facilitator, subproblem.second_facilitator),
        work.options[depth],
        subproblem.option_topics,
        subproblem.option_tags,
    )
    topics, tags = 0, 0
    site = np.int64(NO_SITE)
    for position in range(work.option_count[depth]):
        option = options[position]
        topics |= some_topics[option]
        tags |= some_tags[option]
        if facilitators_of[0][option] == ANY_FACILITATOR:
            faculty_stamp[:] = stamp
            site = np.int64(ALL_SITES)
        for facilitator_of in facilitators_of:
            facilitator = facilitator_of[option]
            if facilitator >= 0 and faculty_stamp[facilitator] != stamp:
                faculty_stamp[facilitator] = stamp
                here = np.int64(sites[facilitator])
                if site == NO_SITE:
                    site = here
                elif site != here:
                    site = np.int64(ALL_SITES)
    return topics, tags, int(site)


@compiled
def companion_points(
    data: InstanceData,
    work: DatesFirstWorkspace,
    resident: int,
    once: tuple[int, int],
    repeated: tuple[int, int],
    stamp: int,
) -> float:
    """What companions can earn a resident: those stamped, and topics and tags held by one or more of them."""
    points = _wish_points(
        (data.want_first, data.want_to, data.want, data.want_any), work.resident_stamp, resident, stamp
    )
    points += data.interest * popcount(data.topics[resident] & repeated[0])
    by_others = repeated[1] | (once[1] & ~data.tags[resident])
    return points + data.alone * popcount(data.company[resident] & ~by_others)


@compiled
def _value_with_companions(data: InstanceData, subproblem: Subproblem, work: DatesFirstWorkspace, depth: int) -> None:
    """Fill ``with_companions`` and ``with_facilitators``, and ``top_values`` with the highest of the former."""
    work.counters[STAMP] += 1
    stamp, count = work.counters[STAMP], work.candidate_count[depth]
    topics, tags, site = _stamp_faculty(data, subproblem, work, depth)
    residents, candidates, resident_stamp = subproblem.residents, work.candidates[depth], work.resident_stamp
    all_topics, all_tags = data.topics, data.tags
    # A topic or tag of the facilitators counts as shared whoever the members are.
    repeated_topics, repeated_tags, once_topics, once_tags = topics, tags, topics, tags
    for position in range(count):
        resident = residents[candidates[position]]
        resident_stamp[resident] = stamp
        repeated_topics |= once_topics & all_topics[resident]
        once_topics |= all_topics[resident]
        repeated_tags |= once_tags & all_tags[resident]
        once_tags |= all_tags[resident]
    top_values, own_value, with_companions, with_facilitators = (
        work.top_values,
        work.own_value[depth],
        work.with_companions[depth],
        work.with_facilitators[depth],
    )
    others = data.want_first, data.want_to, data.want, data.want_any
    interest, alone, company = data.interest, data.alone, data.company
    choices, faculty_stamp = (data.choice_first, data.choice_to, data.choice_bonus), work.faculty_stamp
    prefers_external, sites, external = data.prefers_external, data.site, data.external
    top_values[:] = MINUS_INFINITY
    lowest = len(top_values) - 2
    for position in range(count):
        resident = residents[candidates[position]]
        value = own_value[position] + _wish_points(others, resident_stamp, resident, stamp)
        value += interest * popcount(all_topics[resident] & repeated_topics)
        by_others = repeated_tags | (once_tags & ~all_tags[resident])
        value += alone * popcount(company[resident] & ~by_others)
        with_companions[position] = value
        external_possible = prefers_external[resident] and site != NO_SITE and site != sites[resident]
        with_facilitators[position] = value + _max_bonus(
            choices, faculty_stamp, resident, external if external_possible else 0.0, stamp
        )
        if value > top_values[lowest]:
            insert_descending(top_values[: lowest + 1], value)


@compiled
def _wish_points(wants: tuple[Smalls, Smalls, float, Floats], resident_stamp: Ints, resident: int, stamp: int) -> float:
    """Points for the residents whom ``resident`` wants and who are stamped."""
    first, to = wants[0], wants[1]
    count = 0
    for position in range(first[resident], first[resident + 1]):
        count += resident_stamp[to[position]] == stamp
    points = wants[2] * count
    if count:
        points += wants[3][resident]
    return points


@compiled
def _max_bonus(
    choices: tuple[Smalls, Smalls, Floats], faculty_stamp: Ints, resident: int, external_points: float, stamp: int
) -> float:
    """The most that the remaining facilitators can earn a resident, at least ``external_points``."""
    first, choice_to, bonus = choices
    most = external_points
    for position in range(first[resident], first[resident + 1]):
        if faculty_stamp[choice_to[position]] == stamp:
            most = max(most, bonus[position])
    return most


@compiled
def _fill_facilitator_lifts(data: InstanceData, subproblem: Subproblem, work: DatesFirstWorkspace, depth: int) -> None:
    """Fill ``choice_lift`` and ``external_lift``: by how much facilitators can raise the best sum of each size."""
    stamp, min_size, sizes = work.counters[STAMP], subproblem.min_size, len(subproblem.size_points)
    residents, candidates, with_companions, with_facilitators = (
        subproblem.residents,
        work.candidates[depth],
        work.with_companions[depth],
        work.with_facilitators[depth],
    )
    choice_lift, external_lift, threshold, faculty_stamp = (
        work.choice_lift,
        work.external_lift,
        work.threshold,
        work.faculty_stamp,
    )
    first, choice_to, bonus = data.choice_first, data.choice_to, data.choice_bonus
    prefers_external, external, site, facilitator_site = (
        data.prefers_external,
        data.external,
        data.site,
        data.facilitator_site,
    )
    choice_lift[:] = 0.0
    external_lift[:] = 0.0
    for position in range(work.candidate_count[depth]):
        value = with_companions[position]
        if with_facilitators[position] <= value or with_facilitators[position] <= threshold[sizes - 1]:
            continue
        resident = residents[candidates[position]]
        if prefers_external[resident]:
            for size in range(min_size, sizes):
                lift = _lift(value, external, threshold[size])
                for site_index in range(len(external_lift)):
                    if site_index != site[resident]:
                        external_lift[site_index, size] += lift
        for entry in range(first[resident], first[resident + 1]):
            facilitator = choice_to[entry]
            if faculty_stamp[facilitator] == stamp:
                already = (
                    external if prefers_external[resident] and facilitator_site[facilitator] != site[resident] else 0.0
                )
                for size in range(min_size, sizes):
                    choice_lift[facilitator, size] += _lift(value, bonus[entry], threshold[size]) - _lift(
                        value, already, threshold[size]
                    )


@compiled
def _lift(value: float, bonus: float, threshold: float) -> float:
    """By how much a bonus for a candidate raises a sum of best values, the lowest of which is ``threshold``."""
    return max(0.0, value + bonus - max(value, threshold))


@compiled
def _prune_options(
    data: InstanceData,
    subproblem: Subproblem,
    work: DatesFirstWorkspace,
    option_cost: Floats,
    depth: int,
    group_points: float,
) -> tuple[float, float]:
    """Prune the options that allow no positive reduced cost; the best bound, and that of a group lacking one member.

    An option raises the best sum of a size by what each of its facilitators adds by being chosen, and by the smaller of
    what they add by coming from another site, since that counts only if all of them do.
    """
    tolerance, min_size, size_points = work.limits[TOLERANCE], subproblem.min_size, subproblem.size_points
    first_facilitator, second_facilitator, sites = (
        subproblem.first_facilitator,
        subproblem.second_facilitator,
        data.facilitator_site,
    )
    options, choice_lift, external_lift, top_sums, partial_sums = (
        work.options[depth],
        work.choice_lift,
        work.external_lift,
        work.top_sums,
        work.partial_sums,
    )
    kept, best, best_partial = 0, MINUS_INFINITY, MINUS_INFINITY
    for position in range(work.option_count[depth]):
        option = options[position]
        first, second = first_facilitator[option], second_facilitator[option]
        best_of_option, partial_of_option = MINUS_INFINITY, MINUS_INFINITY
        for size in range(min_size, len(size_points)):
            others = size_points[size] - tolerance * size
            if first == ANY_FACILITATOR:
                others += subproblem.max_facilitators * choice_lift[:, size].max() + external_lift[:, size].max()
            elif first >= 0:
                from_external = external_lift[sites[first], size]
                others += choice_lift[first, size]
                if second >= 0:
                    from_external = min(from_external, external_lift[sites[second], size])
                    others += choice_lift[second, size]
                others += from_external
            best_of_option = max(best_of_option, others + top_sums[size])
            partial_of_option = max(partial_of_option, others + partial_sums[size])
        if best_of_option + group_points - option_cost[option] > 0:
            options[kept] = option
            kept += 1
            best = max(best, best_of_option + group_points - option_cost[option])
            best_partial = max(best_partial, partial_of_option + group_points - option_cost[option])
    work.option_count[depth] = kept
    return best, best_partial


@compiled
def drop_unmarked(work: DatesFirstWorkspace, depth: int) -> int:
    """Drop the candidates whom ``keep`` does not mark; how many were dropped."""
    candidates, own_value, pattern = work.candidates[depth], work.own_value[depth], work.pattern[depth]
    with_companions, with_facilitators, keep = work.with_companions[depth], work.with_facilitators[depth], work.keep
    kept = 0
    for position in range(work.candidate_count[depth]):
        if keep[position]:
            candidates[kept] = candidates[position]
            own_value[kept] = own_value[position]
            pattern[kept] = pattern[position]
            with_companions[kept] = with_companions[position]
            with_facilitators[kept] = with_facilitators[position]
            kept += 1
    dropped = work.candidate_count[depth] - kept
    work.candidate_count[depth] = kept
    return dropped


@compiled
def _prune_candidates(work: DatesFirstWorkspace, depth: int, best_partial: float) -> int:
    """Prune the candidates with whom no group has a positive reduced cost; how many were pruned."""
    with_facilitators, keep = work.with_facilitators[depth], work.keep
    for position in range(work.candidate_count[depth]):
        keep[position] = with_facilitators[position] + best_partial > 0
    return drop_unmarked(work, depth)


@compiled
def _keep_quorum(subproblem: Subproblem, work: DatesFirstWorkspace, depth: int) -> None:
    """Lower the best sums to those of groups whose quorum comes at each date fixed."""
    candidates, with_companions = work.candidates[depth], work.with_companions[depth]
    coming_values, absent_values, last = work.coming_values, work.absent_values, len(work.top_sums) - 1
    for round_index in range(len(work.slot)):
        slot = work.slot[round_index]
        if slot < 0:
            continue
        counted = subproblem.counted[slot]
        coming_values[:] = MINUS_INFINITY
        absent_values[:] = MINUS_INFINITY
        for position in range(work.candidate_count[depth]):
            value = with_companions[position]
            if counted[candidates[position]]:
                if value > coming_values[last - 1]:
                    insert_descending(coming_values[:last], value)
            elif value > absent_values[last - 1]:
                insert_descending(absent_values[:last], value)
        lower_to_quorum(subproblem, work, slot)


@compiled
def bound_node(
    data: InstanceData,
    subproblem: Subproblem,
    work: DatesFirstWorkspace,
    option_cost: Floats,
    depth: int,
    group_points: float,
) -> float:
    """A bound on the reduced cost of the groups of this node, above the tolerance; prunes candidates and options.

    If it is not positive, the node is pruned. ``group_points`` is the most that the group earns as a whole,
    ``option_cost`` the dual values of each option.
    """
    best = MINUS_INFINITY
    for _ in range(PASSES):
        if work.candidate_count[depth] < subproblem.min_size:
            return MINUS_INFINITY
        _value_with_companions(data, subproblem, work, depth)
        sum_top_values(work)
        if subproblem.least_coming[-1] > 0:
            _keep_quorum(subproblem, work, depth)
        _fill_facilitator_lifts(data, subproblem, work, depth)
        best, best_partial = _prune_options(data, subproblem, work, option_cost, depth, group_points)
        if best <= 0:
            return best
        if _prune_candidates(work, depth, best_partial) == 0:
            break
    return best


@compiled
def cheapest_option(work: DatesFirstWorkspace, can_meet: Bytes, option_cost: Floats, depth: int, slot: int) -> float:
    """The lowest cost of a remaining option that can meet at ``slot`` (or not at all, with NO_SESSION)."""
    options = work.options[depth]
    for position in range(work.option_count[depth]):
        option = options[position]
        if slot == NO_SESSION or can_meet[option, slot]:
            return option_cost[option]
    return -MINUS_INFINITY
