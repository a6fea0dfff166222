# What comes out of arrays is Any to mypy; numba infers it.
# mypy: disable-error-code="no-any-return"
"""The last step of the search: with the dates settled, which members and facilitators make the best group."""

from __future__ import annotations

from solvers.engines.bounding.company import company_points
from solvers.engines.bounding.facts import Facts, Floats
from solvers.engines.bounding.family import ANYBODY, BAR, FLOOR, FOUND, HOPELESS, TOKEN, Desk, Family, Finds
from solvers.engines.compiling import compiled

LEAST_EXCESS = 1e-6
MOST_TRIES = 2_000
"""Groups tried a leaf before its plain bound is taken instead."""


@compiled
def lead_gift(facts: Facts, family: Family, option: int, resident: int) -> float:
    """What an option's facilitators earn a resident; HOPELESS if the two must not share a group."""
    first, second = family.lead_a[option], family.lead_b[option]
    if first == ANYBODY:
        return facts.choice + facts.external * facts.prefers[resident]
    if first < 0:
        return 0.0
    if facts.apart[first, resident] or (second >= 0 and facts.apart[second, resident]):
        return HOPELESS
    chosen = facts.chosen[first, resident] or (second >= 0 and facts.chosen[second, resident])
    outside = facts.prefers[resident] and facts.lead_site[first] != facts.site[resident]
    outside = outside and (second < 0 or facts.lead_site[second] != facts.site[resident])
    return (facts.choice if chosen else 0.0) + (facts.external if outside else 0.0)


@compiled
def gather(facts: Facts, family: Family, desk: Desk, finds: Finds, prices: Floats, depth: int, extra: float) -> None:
    """Note the groups of this leaf that exceed the floor, and raise the prices of their members, until none does."""
    if not _promises(facts, family, desk, prices, depth, extra):
        return
    for place in range(desk.option_count[depth]):
        option = desk.options[depth, place]
        whole, added = extra - prices[option], (family.topics[option], family.tags[option])
        searching = True
        while searching:
            count = _line_up(facts, family, desk, option, depth)
            tried = _grow(facts, family, desk, added, depth, whole, count)
            if tried >= MOST_TRIES and desk.best[0] == 0:
                _take_plain(desk, family, whole, count)
            searching = desk.best[0] > 0
            if searching:
                _note(family, desk, finds, prices, option, depth)


@compiled
def _promises(facts: Facts, family: Family, desk: Desk, prices: Floats, depth: int, extra: float) -> bool:
    """Whether some group would exceed the floor if all options together cost as little as the cheapest."""
    # For a plain 0 numba would compile what is called a second time.
    topics = tags = count = 0 * depth
    for place in range(desk.option_count[depth]):
        topics |= family.topics[desk.options[depth, place]]
        tags |= family.tags[desk.options[depth, place]]
    for place in range(desk.counts[depth]):
        _put_in_line(desk, place, desk.peak[depth, place], count)
        count += 1
    _run_up(desk, count)
    whole = extra - prices[desk.options[depth, 0]]
    tried = _grow(facts, family, desk, (topics, tags), depth, whole, count)
    return bool(tried >= MOST_TRIES or desk.best[0] > 0)


@compiled
def _line_up(facts: Facts, family: Family, desk: Desk, option: int, depth: int) -> int:
    """Sort who may join this option by what they bring at most: ``order``, ``value`` and running sums ``ahead``."""
    ids, alive, full, count = family.ids, desk.alive[depth], desk.full[depth], 0 * depth
    for place in range(desk.counts[depth]):
        gift = lead_gift(facts, family, option, ids[alive[place]])
        if gift >= 0:
            _put_in_line(desk, place, full[place] + gift, count)
            count += 1
    _run_up(desk, count)
    return count


@compiled
def _put_in_line(desk: Desk, place: int, value: float, count: int) -> None:
    values, order, spot = desk.value, desk.order, count
    while spot > 0 and values[spot - 1] < value:
        values[spot] = values[spot - 1]
        order[spot] = order[spot - 1]
        spot -= 1
    values[spot] = value
    order[spot] = place


@compiled
def _run_up(desk: Desk, count: int) -> None:
    ahead, values = desk.ahead, desk.value
    ahead[0] = 0.0
    for spot in range(count):
        ahead[spot + 1] = ahead[spot] + values[spot]


@compiled
def _promise(family: Family, desk: Desk, whole: float, size: int, following: int, count: int, brought: float) -> float:
    """By how much the bar can be exceeded with ``size`` members chosen and the ``following`` open."""
    best, ahead, size_points, barred = HOPELESS, desk.ahead, family.size_points, desk.reals[BAR]
    for aim in range(max(size, family.smallest), min(len(size_points) - 1, size + count - following) + 1):
        rest = ahead[following + aim - size] - ahead[following]
        best = max(best, brought + rest + whole + size_points[aim] - barred * aim)
    return best


@compiled
def _take_plain(desk: Desk, family: Family, whole: float, count: int) -> None:
    """Take the best members by what they bring at most for the best group, as if all could be had together."""
    for aim in range(family.smallest, min(len(family.size_points) - 1, count) + 1):
        excess = (desk.ahead[aim] + whole + family.size_points[aim]) / aim
        if excess > desk.reals[BAR] + LEAST_EXCESS:
            desk.reals[BAR] = excess
            desk.best[0] = aim
    for place in range(desk.best[0]):
        desk.best[place + 1] = desk.order[place]


@compiled
def _grow(
    facts: Facts, family: Family, desk: Desk, added: tuple[int, int], depth: int, whole: float, count: int
) -> int:
    """Look for the ``best`` group that exceeds the floor; how many were tried.

    ``added`` are the topics and tags that facilitators add.
    """
    desk.reals[BAR] = desk.reals[FLOOR]
    desk.best[0] = 0
    most, tried = len(family.size_points) - 1, 0
    # For a plain 0 numba would compile what is called a second time.
    size, spot = 0 * count, 0 * count
    while tried < MOST_TRIES:
        brought = desk.brought[size]
        if size < most and spot < count and _promise(family, desk, whole, size, spot, count, brought) > 0:
            if _bearable(facts, family, desk, depth, size, spot):
                desk.chosen[size] = spot
                size += 1
                desk.brought[size] = brought + desk.value[spot]
                tried += 1
                if _promising(family, desk, whole, size):
                    _judge(facts, family, desk, added, depth, whole, size)
            spot += 1
        elif size == 0:
            break
        else:
            size -= 1
            spot = desk.chosen[size] + 1
    return tried


@compiled
def _promising(family: Family, desk: Desk, whole: float, size: int) -> bool:
    """Whether those chosen may exceed the bar as they are."""
    if size < family.smallest:
        return False
    return desk.brought[size] + whole + family.size_points[size] > desk.reals[BAR] * size


@compiled
def _bearable(facts: Facts, family: Family, desk: Desk, depth: int, size: int, spot: int) -> bool:
    """Whether the one at ``spot`` may be with all those chosen."""
    resident = family.ids[desk.alive[depth, desk.order[spot]]]
    for entry in range(facts.torn_first[resident], facts.torn_first[resident + 1]):
        for place in range(size):
            if family.ids[desk.alive[depth, desk.order[desk.chosen[place]]]] == facts.torn_to[entry]:
                return False
    return True


@compiled
def _judge(
    facts: Facts, family: Family, desk: Desk, added: tuple[int, int], depth: int, whole: float, size: int
) -> None:
    """Count the chosen group exactly; the best so far if it exceeds the bar."""
    desk.tally[TOKEN] += 1
    token = desk.tally[TOKEN]
    often_topics = once_topics = added[0]
    often_tags = once_tags = added[1]
    lowest, highest = family.stage.max(), family.stage.min()
    for place in range(size):
        member = desk.alive[depth, desk.order[desk.chosen[place]]]
        resident = family.ids[member]
        desk.stamp[resident] = token
        often_topics |= once_topics & facts.topics[resident]
        once_topics |= facts.topics[resident]
        often_tags |= once_tags & facts.tags[resident]
        once_tags |= facts.tags[resident]
        lowest = min(lowest, family.stage[member])
        highest = max(highest, family.stage[member])
    if highest - lowest < family.spread:
        return
    points = whole + family.size_points[size]
    for place in range(size):
        spot = desk.chosen[place]
        among = desk.order[spot]
        resident = family.ids[desk.alive[depth, among]]
        points += desk.dated[depth, among] + desk.value[spot] - desk.full[depth, among]
        points += company_points(facts, desk, resident, (once_topics, once_tags), (often_topics, often_tags), token)
    if points > (desk.reals[BAR] + LEAST_EXCESS) * size:
        desk.reals[BAR] = points / size
        desk.best[0] = size
        for place in range(size):
            desk.best[place + 1] = desk.order[desk.chosen[place]]


@compiled
def _note(family: Family, desk: Desk, finds: Finds, prices: Floats, option: int, depth: int) -> None:
    """Keep the best group as a column, if there is room, and let its members share what it exceeds its price by."""
    size, excess, found = desk.best[0], desk.reals[BAR], desk.tally[FOUND]
    worth = excess * size + prices[option]
    for place in range(size):
        member = desk.alive[depth, desk.best[place + 1]]
        worth += family.base[member] - desk.base[member]
        _raise(desk, depth, member, excess)
        if found < len(finds.size):
            finds.members[found, place] = family.ids[member]
    if found < len(finds.size):
        finds.size[found] = size
        finds.option[found] = option
        finds.worth[found] = worth
        desk.tally[FOUND] += 1


@compiled
def _raise(desk: Desk, depth: int, member: int, points: float) -> None:
    """Raise the price of ``member``, from here up to the root."""
    desk.base[member] -= points
    for level in range(depth + 1):
        for place in range(desk.counts[level]):
            if desk.alive[level, place] == member:
                desk.dated[level, place] -= points
                desk.full[level, place] -= points
                desk.peak[level, place] -= points
                break
