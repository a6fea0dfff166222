# What comes out of arrays is Any to mypy; numba infers it.
# mypy: disable-error-code="no-any-return"
"""The last step of the search: with the dates settled, which members and facilitators make the best group."""

from __future__ import annotations

from solvers.engines.bounding.company import company_points
from solvers.engines.bounding.compiled import compiled
from solvers.engines.bounding.facts import Facts, Floats
from solvers.engines.bounding.family import (
    ANYBODY,
    FLOOR,
    FOUND,
    HIGHEST,
    HOPELESS,
    NODES,
    RAISE,
    TOKEN,
    Desk,
    Family,
    Finds,
)

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
    """Note the groups of this leaf that exceed the floor, and the most by which one does."""
    for place in range(desk.option_count[depth]):
        option = desk.options[depth, place]
        count = _line_up(facts, family, desk, option, depth)
        whole = extra - prices[option]
        if desk.tally[NODES] <= 0:
            return
        tried = _grow(facts, family, desk, finds, option, depth, whole, count)
        if tried >= MOST_TRIES:
            _note_plain(desk, finds, family, option, depth, whole, count)


@compiled
def _line_up(facts: Facts, family: Family, desk: Desk, option: int, depth: int) -> int:
    """Sort who may join this option by what they bring at most: ``order``, ``value`` and running sums ``ahead``."""
    count = 0
    for place in range(desk.counts[depth]):
        gift = lead_gift(facts, family, option, family.ids[desk.alive[depth, place]])
        if gift < 0:
            continue
        value = desk.full[depth, place] + gift
        spot = count
        while spot > 0 and desk.value[spot - 1] < value:
            desk.value[spot] = desk.value[spot - 1]
            desk.order[spot] = desk.order[spot - 1]
            spot -= 1
        desk.value[spot] = value
        desk.order[spot] = place
        count += 1
    desk.ahead[0] = 0.0
    for spot in range(count):
        desk.ahead[spot + 1] = desk.ahead[spot] + desk.value[spot]
    return count


@compiled
def _promise(family: Family, desk: Desk, whole: float, size: int, following: int, count: int, brought: float) -> float:
    """By how much the floor can be exceeded with ``size`` members chosen and the ``following`` open."""
    best = HOPELESS
    for aim in range(max(size, family.smallest), min(len(family.size_points) - 1, size + count - following) + 1):
        rest = desk.ahead[following + aim - size] - desk.ahead[following]
        best = max(best, brought + rest + whole + family.size_points[aim] - desk.reals[FLOOR] * aim)
    return best


@compiled
def _note_plain(desk: Desk, finds: Finds, family: Family, option: int, depth: int, whole: float, count: int) -> None:
    """Note the best members by what they bring at most, as if all could be had together."""
    best, best_excess = 0, HOPELESS
    for aim in range(family.smallest, min(len(family.size_points) - 1, count) + 1):
        excess = (desk.ahead[aim] + whole + family.size_points[aim]) / aim
        if excess > best_excess:
            best, best_excess = aim, excess
    for place in range(best):
        desk.chosen[place] = place
    _note(desk, finds, family, option, depth, best, best_excess)


@compiled
def _grow(
    facts: Facts, family: Family, desk: Desk, finds: Finds, option: int, depth: int, whole: float, count: int
) -> int:
    """Try every group that promises to exceed the floor; how many were tried."""
    most, tried = len(family.size_points) - 1, 0
    # For a plain 0 numba would compile what is called a second time.
    size, spot = 0 * count, 0 * count
    while tried < MOST_TRIES and desk.tally[NODES] > 0:
        brought = desk.brought[size]
        if size < most and spot < count and _promise(family, desk, whole, size, spot, count, brought) > 0:
            if _bearable(facts, family, desk, depth, size, spot):
                desk.chosen[size] = spot
                size += 1
                desk.brought[size] = brought + desk.value[spot]
                tried += 1
                if _promising(family, desk, whole, size):
                    _judge(facts, family, desk, finds, option, depth, whole, size)
            spot += 1
        elif size == 0:
            break
        else:
            size -= 1
            spot = desk.chosen[size] + 1
    return tried


@compiled
def _promising(family: Family, desk: Desk, whole: float, size: int) -> bool:
    """Whether those chosen may exceed the floor as they are."""
    if size < family.smallest:
        return False
    return desk.brought[size] + whole + family.size_points[size] > desk.reals[FLOOR] * size


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
    facts: Facts,
    family: Family,
    desk: Desk,
    finds: Finds,
    option: int,
    depth: int,
    whole: float,
    size: int,
) -> None:
    """Count the chosen group exactly, and note it if it exceeds the floor."""
    desk.tally[TOKEN] += 1
    token = desk.tally[TOKEN]
    often_topics = once_topics = family.topics[option]
    often_tags = once_tags = family.tags[option]
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
    if points > desk.reals[FLOOR] * size:
        _note(desk, finds, family, option, depth, size, points / size)


@compiled
def _note(desk: Desk, finds: Finds, family: Family, option: int, depth: int, size: int, excess: float) -> None:
    """Keep a column if it is the best yet for one of its members, and raise the floor behind the best of all.

    With no room for more columns the search ends.
    """
    desk.reals[HIGHEST] = max(desk.reals[HIGHEST], excess)
    desk.reals[FLOOR] = max(desk.reals[FLOOR], desk.reals[RAISE] * desk.reals[HIGHEST])
    useful = False
    for place in range(size):
        member = desk.alive[depth, desk.order[desk.chosen[place]]]
        if excess > desk.best_of[member] + 1e-6:
            desk.best_of[member] = excess
            useful = True
    found = desk.tally[FOUND]
    if useful and found < len(finds.size):
        for place in range(size):
            finds.members[found, place] = family.ids[desk.alive[depth, desk.order[desk.chosen[place]]]]
        finds.size[found] = size
        finds.option[found] = option
        finds.excess[found] = excess
        desk.tally[FOUND] += 1
    if desk.tally[FOUND] == len(finds.size):
        desk.tally[NODES] = 0
