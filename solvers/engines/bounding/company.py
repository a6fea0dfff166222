# What comes out of arrays is Any to mypy; numba infers it.
# mypy: disable-error-code="no-any-return"
"""One node of the search: bounding what the members still in question can bring in, and who is out of it.

Some dates are fixed, the rest is open. Whoever cannot be in a group that exceeds the floor is dropped; what the others
could earn by the company of the dropped goes with them; and so on while it helps.
"""

from __future__ import annotations

import numpy as np

from solvers.engines.bounding.facts import Bytes, Facts, Floats, Ints, Smalls
from solvers.engines.bounding.family import ANYBODY, FLOOR, HOPELESS, NOBODY, TOKEN, Desk, Family
from solvers.engines.compiling import compiled

PASSES = 4
NO_SITE, ALL_SITES = -1, -2


@compiled
def ones(mask: int) -> int:
    """Bits set."""
    count = 0
    while mask:
        mask &= mask - 1
        count += 1
    return count


@compiled
def put_in_order(top: Floats, value: float) -> None:
    """Insert ``value`` into the descending ``top``, dropping its last."""
    place = len(top) - 1
    while place > 0 and top[place - 1] < value:
        top[place] = top[place - 1]
        place -= 1
    top[place] = value


@compiled
def add_up(desk: Desk) -> None:
    """From ``top`` (entry n - 1 the n-th highest) to ``totals`` and ``least`` by size."""
    top, totals, least = desk.top, desk.totals, desk.least
    totals[0] = 0.0
    least[0] = -HOPELESS
    for size in range(1, len(totals)):
        totals[size] = totals[size - 1] + top[size - 1]
        least[size] = top[size - 1]


@compiled
def _call_leaders(facts: Facts, family: Family, desk: Desk, depth: int) -> tuple[int, int, int]:
    """Mark the faculty of the options in question; the topics and tags that they may add, and their site.

    The site is ALL_SITES if there are several, NO_SITE if there is nobody.
    """
    token, live, sites = desk.tally[TOKEN], desk.live, facts.lead_site
    leads, options, some_topics, some_tags = (
        (family.lead_a, family.lead_b),
        desk.options[depth],
        family.topics,
        family.tags,
    )
    topics, tags = 0, 0
    site = np.int64(NO_SITE)
    for place in range(desk.option_count[depth]):
        option = options[place]
        topics |= some_topics[option]
        tags |= some_tags[option]
        if leads[0][option] == ANYBODY:
            live[:] = token
            site = np.int64(ALL_SITES)
        for lead in leads:
            leader = lead[option]
            if leader >= 0 and live[leader] != token:
                live[leader] = token
                here = np.int64(sites[leader])
                if site == NO_SITE:
                    site = here
                elif site != here:
                    site = np.int64(ALL_SITES)
    return topics, tags, int(site)


@compiled
def company_points(
    facts: Facts, desk: Desk, resident: int, once: tuple[int, int], often: tuple[int, int], token: int
) -> float:
    """What others can earn a resident: those stamped, and the topics and tags found ``once`` and ``often`` there."""
    points = _wanted((facts.want_first, facts.want_to, facts.want, facts.company), desk.stamp, resident, token)
    points += facts.interest * ones(facts.topics[resident] & often[0])
    by_others = often[1] | (once[1] & ~facts.tags[resident])
    return points + facts.alone * ones(facts.company[resident] & ~by_others)


@compiled
def _value_company(facts: Facts, family: Family, desk: Desk, depth: int) -> None:
    """Fill ``full`` and ``peak``, and ``top`` with the highest of ``full``."""
    desk.tally[TOKEN] += 1
    token, count = desk.tally[TOKEN], desk.counts[depth]
    topics, tags, site = _call_leaders(facts, family, desk, depth)
    ids, alive, stamp = family.ids, desk.alive[depth], desk.stamp
    all_topics, all_tags = facts.topics, facts.tags
    # What the facilitators have counts as had by somebody else in any case.
    often_topics, often_tags, once_topics, once_tags = topics, tags, topics, tags
    for place in range(count):
        resident = ids[alive[place]]
        stamp[resident] = token
        often_topics |= once_topics & all_topics[resident]
        once_topics |= all_topics[resident]
        often_tags |= once_tags & all_tags[resident]
        once_tags |= all_tags[resident]
    top, dated, full, peak = desk.top, desk.dated[depth], desk.full[depth], desk.peak[depth]
    others = facts.want_first, facts.want_to, facts.want, facts.company
    interest, alone = facts.interest, facts.alone
    givers, live = (facts.gift_first, facts.gift_by, facts.gift), desk.live
    prefers, sites, external = facts.prefers, facts.site, facts.external
    top[:] = HOPELESS
    lowest = len(top) - 2
    for place in range(count):
        resident = ids[alive[place]]
        value = dated[place] + _wanted(others, stamp, resident, token)
        value += interest * ones(all_topics[resident] & often_topics)
        by_others = often_tags | (once_tags & ~all_tags[resident])
        value += alone * ones(others[3][resident] & ~by_others)
        full[place] = value
        outside = prefers[resident] and site != NO_SITE and site != sites[resident]
        peak[place] = value + _most_gift(givers, live, resident, external if outside else 0.0, token)
        if value > top[lowest]:
            put_in_order(top[: lowest + 1], value)


@compiled
def _wanted(wants: tuple[Smalls, Smalls, float, Ints], stamp: Ints, resident: int, token: int) -> float:
    """Points for those whom a resident wants and who are stamped."""
    first, to = wants[0], wants[1]
    count = 0
    for place in range(first[resident], first[resident + 1]):
        count += stamp[to[place]] == token
    return wants[2] * count


@compiled
def _most_gift(givers: tuple[Smalls, Smalls, Floats], live: Ints, resident: int, outside: float, token: int) -> float:
    """The most that the facilitators in question can earn a resident; ``outside`` is for coming from there."""
    first, by, gift = givers
    most = outside
    for place in range(first[resident], first[resident + 1]):
        if live[by[place]] == token:
            most = max(most, gift[place])
    return most


@compiled
def _value_leaders(facts: Facts, family: Family, desk: Desk, depth: int) -> None:
    """Fill ``gains`` and ``outside``: by how much facilitators can lift the best members of each size."""
    token, smallest, sizes = desk.tally[TOKEN], family.smallest, len(family.size_points)
    ids, alive, full, peak = family.ids, desk.alive[depth], desk.full[depth], desk.peak[depth]
    gains, outside, least, live = desk.gains, desk.outside, desk.least, desk.live
    first, by, gift = facts.gift_first, facts.gift_by, facts.gift
    prefers, external, site, lead_site = facts.prefers, facts.external, facts.site, facts.lead_site
    gains[:] = 0.0
    outside[:] = 0.0
    for place in range(desk.counts[depth]):
        value = full[place]
        if peak[place] <= value or peak[place] <= least[sizes - 1]:
            continue
        resident = ids[alive[place]]
        if prefers[resident]:
            for size in range(smallest, sizes):
                lift = _lift(value, external, least[size])
                for number in range(len(outside)):
                    if number != site[resident]:
                        outside[number, size] += lift
        for entry in range(first[resident], first[resident + 1]):
            leader = by[entry]
            if live[leader] == token:
                already = external if prefers[resident] and lead_site[leader] != site[resident] else 0.0
                for size in range(smallest, sizes):
                    gains[leader, size] += _lift(value, gift[entry], least[size]) - _lift(value, already, least[size])


@compiled
def _lift(value: float, gift: float, least: float) -> float:
    """By how much a gift to one who brings in ``value`` lifts a sum of the best, the ``least`` of them known."""
    return max(0.0, value + gift - max(value, least))


@compiled
def _keep_options(
    facts: Facts, family: Family, desk: Desk, prices: Floats, depth: int, extra: float
) -> tuple[float, float]:
    """Drop the options that cannot exceed the floor; the most by which one does, and so with one member to come.

    An option lifts the best of a size by what each of its facilitators does by being chosen, and by what the one of
    them does who does less by coming from outside, since that counts only if all are.
    """
    floor, smallest, size_points = desk.reals[FLOOR], family.smallest, family.size_points
    lead_a, lead_b, sites = family.lead_a, family.lead_b, facts.lead_site
    options, gains, outside, totals = desk.options[depth], desk.gains, desk.outside, desk.totals
    kept, best, best_before = 0, HOPELESS, HOPELESS
    for place in range(desk.option_count[depth]):
        option = options[place]
        first, second = lead_a[option], lead_b[option]
        exceeds, before = HOPELESS, HOPELESS
        for size in range(smallest, len(size_points)):
            others = size_points[size] - floor * size
            if first == ANYBODY:
                others += family.leads * gains[:, size].max() + outside[:, size].max()
            elif first >= 0:
                from_outside = outside[sites[first], size]
                others += gains[first, size]
                if second >= 0:
                    from_outside = min(from_outside, outside[sites[second], size])
                    others += gains[second, size]
                others += from_outside
            exceeds = max(exceeds, others + totals[size])
            before = max(before, others + totals[size - 1])
        if exceeds + extra - prices[option] > 0:
            options[kept] = option
            kept += 1
            best = max(best, exceeds + extra - prices[option])
            best_before = max(best_before, before + extra - prices[option])
    desk.option_count[depth] = kept
    return best, best_before


@compiled
def keep_marked(desk: Desk, depth: int) -> int:
    """Drop the members who are not marked; how many went."""
    alive, dated, pattern = desk.alive[depth], desk.dated[depth], desk.pattern[depth]
    full, peak, marked = desk.full[depth], desk.peak[depth], desk.marked
    kept = 0
    for place in range(desk.counts[depth]):
        if marked[place]:
            alive[kept] = alive[place]
            dated[kept] = dated[place]
            pattern[kept] = pattern[place]
            full[kept] = full[place]
            peak[kept] = peak[place]
            kept += 1
    gone = desk.counts[depth] - kept
    desk.counts[depth] = kept
    return gone


@compiled
def _keep_members(desk: Desk, depth: int, before: float) -> int:
    """Drop the members with whom the floor cannot be exceeded; how many went."""
    peak, marked = desk.peak[depth], desk.marked
    for place in range(desk.counts[depth]):
        marked[place] = peak[place] + before > 0
    return keep_marked(desk, depth)


@compiled
def tighten(facts: Facts, family: Family, desk: Desk, prices: Floats, depth: int, extra: float) -> float:
    """Bound by how much a group of this node can exceed the floor (not above 0: by nothing), dropping who is out.

    ``extra`` is what the group as a whole can still earn, ``prices`` what each option costs.
    """
    best = HOPELESS
    for _ in range(PASSES):
        if desk.counts[depth] < family.smallest:
            return HOPELESS
        _value_company(facts, family, desk, depth)
        add_up(desk)
        _value_leaders(facts, family, desk, depth)
        best, before = _keep_options(facts, family, desk, prices, depth, extra)
        if best <= 0:
            return best
        if _keep_members(desk, depth, before) == 0:
            break
    return best


@compiled
def cheapest(desk: Desk, fits: Bytes, prices: Floats, depth: int, slot: int) -> float:
    """The least price of an option in question that can meet at ``slot`` (NOBODY: not at all)."""
    options = desk.options[depth]
    for place in range(desk.option_count[depth]):
        option = options[place]
        if slot == NOBODY or fits[option, slot]:
            return prices[option]
    return -HOPELESS
