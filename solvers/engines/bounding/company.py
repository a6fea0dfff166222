# What comes out of arrays is Any to mypy; numba infers it.
# mypy: disable-error-code="no-any-return"
"""One node of the search: bounding what the members still in question can bring in, and who is out of it.

Some dates are fixed, the rest is open. Whoever cannot be in a group that exceeds the floor is dropped; what the others
could earn by the company of the dropped goes with them; and so on while it helps.
"""

from __future__ import annotations

from solvers.engines.bounding.compiled import compiled
from solvers.engines.bounding.facts import Facts, Floats
from solvers.engines.bounding.family import ANYBODY, FLOOR, HOPELESS, NOBODY, TOKEN, Desk, Family

PASSES = 4


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
def add_up(family: Family, desk: Desk) -> None:
    """From ``top`` (entry n - 1 the n-th highest) to ``totals`` and ``least`` by size."""
    desk.totals[0] = 0.0
    desk.least[0] = -HOPELESS
    for size in range(1, len(family.size_points)):
        desk.totals[size] = desk.totals[size - 1] + desk.top[size - 1]
        desk.least[size] = desk.top[size - 1]


@compiled
def _call_leaders(family: Family, desk: Desk, depth: int) -> tuple[int, int]:
    """Mark the faculty of the options in question; the topics and tags that they may add."""
    topics, tags = 0, 0
    for place in range(desk.option_count[depth]):
        option = desk.options[depth, place]
        topics |= family.topics[option]
        tags |= family.tags[option]
        if family.lead_a[option] == ANYBODY:
            desk.live[:] = desk.tally[TOKEN]
        if family.lead_a[option] >= 0:
            desk.live[family.lead_a[option]] = desk.tally[TOKEN]
        if family.lead_b[option] >= 0:
            desk.live[family.lead_b[option]] = desk.tally[TOKEN]
    return topics, tags


@compiled
def company_points(
    facts: Facts, desk: Desk, resident: int, once: tuple[int, int], often: tuple[int, int], token: int
) -> float:
    """What others can earn a resident: those stamped, and the topics and tags found ``once`` and ``often`` there."""
    points = 0.0
    for place in range(facts.want_first[resident], facts.want_first[resident + 1]):
        if desk.stamp[facts.want_to[place]] == token:
            points += facts.want
    shared = facts.topics[resident] & often[0]
    if shared:
        points += facts.interest * ones(shared)
    company = facts.company[resident]
    if company:
        by_others = often[1] | (once[1] & ~facts.tags[resident])
        points += facts.alone * ones(company & ~by_others)
    return points


@compiled
def _value_company(facts: Facts, family: Family, desk: Desk, depth: int) -> None:
    """Fill ``full`` and ``peak``, and ``top`` with the highest of ``full``."""
    desk.tally[TOKEN] += 1
    token = desk.tally[TOKEN]
    topics, tags = _call_leaders(family, desk, depth)
    # What the facilitators have counts as had by somebody else in any case.
    often_topics, often_tags, once_topics, once_tags = topics, tags, topics, tags
    for place in range(desk.counts[depth]):
        resident = family.ids[desk.alive[depth, place]]
        desk.stamp[resident] = token
        often_topics |= once_topics & facts.topics[resident]
        once_topics |= facts.topics[resident]
        often_tags |= once_tags & facts.tags[resident]
        once_tags |= facts.tags[resident]
    desk.top[:] = HOPELESS
    lowest = len(desk.top) - 2
    for place in range(desk.counts[depth]):
        resident = family.ids[desk.alive[depth, place]]
        points = company_points(facts, desk, resident, (once_topics, once_tags), (often_topics, often_tags), token)
        value = desk.dated[depth, place] + points
        desk.full[depth, place] = value
        desk.peak[depth, place] = value + _most_gift(facts, desk, resident, token)
        if value > desk.top[lowest]:
            put_in_order(desk.top[: lowest + 1], value)


@compiled
def _most_gift(facts: Facts, desk: Desk, resident: int, token: int) -> float:
    """The most that the facilitators in question can earn a resident."""
    most = 0.0
    for place in range(facts.gift_first[resident], facts.gift_first[resident + 1]):
        if desk.live[facts.gift_by[place]] == token:
            most = max(most, facts.gift[place])
    return most


@compiled
def _value_leaders(facts: Facts, family: Family, desk: Desk, depth: int) -> None:
    """Fill ``gains``: by how much each of the faculty can lift the best members of each size."""
    token = desk.tally[TOKEN]
    sizes = len(family.size_points)
    desk.gains[:] = 0.0
    for place in range(desk.counts[depth]):
        if desk.peak[depth, place] <= desk.full[depth, place] or desk.peak[depth, place] <= desk.least[sizes - 1]:
            continue
        resident = family.ids[desk.alive[depth, place]]
        value = desk.full[depth, place]
        for entry in range(facts.gift_first[resident], facts.gift_first[resident + 1]):
            leader = facts.gift_by[entry]
            if desk.live[leader] == token:
                for size in range(family.smallest, sizes):
                    lifted = value + facts.gift[entry] - max(value, desk.least[size])
                    if lifted > 0:
                        desk.gains[leader, size] += lifted


@compiled
def _gain(family: Family, desk: Desk, option: int, size: int) -> float:
    first, second = family.lead_a[option], family.lead_b[option]
    if first == ANYBODY:
        return family.leads * desk.gains[:, size].max()
    gain = 0.0
    if first >= 0:
        gain += desk.gains[first, size]
    if second >= 0:
        gain += desk.gains[second, size]
    return gain


@compiled
def _keep_options(family: Family, desk: Desk, prices: Floats, depth: int, extra: float) -> tuple[float, float]:
    """Drop the options that cannot exceed the floor; the most by which one does, and so with one member to come."""
    floor = desk.reals[FLOOR]
    kept, best, best_before = 0, HOPELESS, HOPELESS
    for place in range(desk.option_count[depth]):
        option = desk.options[depth, place]
        exceeds, before = HOPELESS, HOPELESS
        for size in range(family.smallest, len(family.size_points)):
            others = family.size_points[size] + _gain(family, desk, option, size) - floor * size
            exceeds = max(exceeds, others + desk.totals[size])
            before = max(before, others + desk.totals[size - 1])
        if exceeds + extra - prices[option] > 0:
            desk.options[depth, kept] = option
            kept += 1
            best = max(best, exceeds + extra - prices[option])
            best_before = max(best_before, before + extra - prices[option])
    desk.option_count[depth] = kept
    return best, best_before


@compiled
def _keep_members(desk: Desk, depth: int, before: float) -> int:
    """Drop the members with whom the floor cannot be exceeded; how many went."""
    kept = 0
    for place in range(desk.counts[depth]):
        if desk.peak[depth, place] + before > 0:
            desk.alive[depth, kept] = desk.alive[depth, place]
            desk.dated[depth, kept] = desk.dated[depth, place]
            desk.state[depth, kept] = desk.state[depth, place]
            desk.full[depth, kept] = desk.full[depth, place]
            desk.peak[depth, kept] = desk.peak[depth, place]
            kept += 1
    gone = desk.counts[depth] - kept
    desk.counts[depth] = kept
    return gone


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
        add_up(family, desk)
        _value_leaders(facts, family, desk, depth)
        best, before = _keep_options(family, desk, prices, depth, extra)
        if best <= 0:
            return best
        if _keep_members(desk, depth, before) == 0:
            break
    return best


@compiled
def cheapest(family: Family, desk: Desk, prices: Floats, depth: int, slot: int) -> float:
    """The least price of an option in question that can meet at ``slot`` (NOBODY: not at all)."""
    least = -HOPELESS
    for place in range(desk.option_count[depth]):
        option = desk.options[depth, place]
        if prices[option] < least and (slot == NOBODY or family.fits[option, slot]):
            least = prices[option]
    return least
