# What comes out of arrays is Any to mypy; numba infers it.
# mypy: disable-error-code="no-any-return"
"""The search for groups worth more than their members cost: dates first, round by round, then members.

With the dates of the first rounds fixed and every member's later rounds at their own best, members are almost
independent of one another, so the best group is bounded by the best few members. Branches that cannot exceed the
floor are cut; those that reach the last date are counted exactly.
"""

from __future__ import annotations

from solvers.engines.bounding.attendance import next_state
from solvers.engines.bounding.company import add_up, cheapest, put_in_order, tighten
from solvers.engines.bounding.compiled import compiled
from solvers.engines.bounding.facts import ABSENT, Facts, Floats
from solvers.engines.bounding.family import FLOOR, HOPELESS, NOBODY, NODES, START_STATE, Desk, Family, Finds
from solvers.engines.bounding.gathering import gather


@compiled
def explore(
    facts: Facts, family: Family, desk: Desk, finds: Finds, base: Floats, prices: Floats, depth: int, nodes: int
) -> bool:
    """Search the family; True if the whole tree was seen to ``depth`` dates within ``nodes`` nodes.

    ``base`` is what each member brings in less their price, ``prices`` the price of each option. Then nothing
    exceeds the higher of ``reals[FLOOR]`` and ``reals[HIGHEST]`` a member.
    """
    desk.counts[0] = len(family.ids)
    for member in range(len(family.ids)):
        desk.alive[0, member] = member
        desk.dated[0, member] = base[member] + family.first[family.ids[member]]
        desk.state[0, member] = START_STATE
    desk.option_count[0] = len(family.lead_a)
    for option in range(len(family.lead_a)):
        desk.options[0, option] = option
    desk.slot[:] = NOBODY
    desk.beats[:] = 0
    desk.tally[NODES] = nodes
    _descend(facts, family, desk, finds, prices, depth)
    return bool(desk.tally[NODES] > 0)


@compiled
def _rhythm(facts: Facts, desk: Desk, to_come: int) -> float:
    """The most points for the commonest weekday and clock time."""
    return facts.rhythm * (desk.beats.max() + to_come)


@compiled
def _enter(facts: Facts, family: Family, desk: Desk, finds: Finds, prices: Floats, depth: int, last: int) -> bool:
    """Bound the node at ``depth``, whose members, options and dates are laid out; whether to search below it."""
    desk.tally[NODES] -= 1
    extra = _rhythm(facts, desk, len(desk.slot) - depth)
    if desk.tally[NODES] <= 0 or tighten(facts, family, desk, prices, depth, extra) <= 0:
        return False
    if depth == last:
        gather(facts, family, desk, finds, prices, depth, extra)
        return False
    _value_dates(facts, family, desk, prices, depth)
    return True


@compiled
def _next_date(facts: Facts, family: Family, desk: Desk, depth: int) -> bool:
    """Lay out the most promising branch left below the node at ``depth``; False if none is left."""
    places = facts.round_first[depth + 1] - facts.round_first[depth] + 1
    while desk.tally[NODES] > 0:
        place = desk.worth[depth, :places].argmax()
        if desk.worth[depth, place] <= 0:
            return False
        desk.worth[depth, place] = HOPELESS
        slot = NOBODY if place == places - 1 else facts.by_round[facts.round_first[depth] + place]
        if _step(facts, family, desk, depth, slot):
            return True
    return False


@compiled
def _descend(facts: Facts, family: Family, desk: Desk, finds: Finds, prices: Floats, last: int) -> None:
    """Search the tree, depth first, the most promising branch first."""
    # For a plain 0 numba would compile everything below a second time.
    depth, entering = 0 * last, True
    while depth >= 0:
        going_down = not entering or _enter(facts, family, desk, finds, prices, depth, last)
        entering = going_down and _next_date(facts, family, desk, depth)
        if entering:
            depth += 1
            continue
        depth -= 1
        if depth >= 0 and desk.slot[depth] != NOBODY:
            desk.beats[facts.beat[desk.slot[depth]]] -= 1


@compiled
def _keeps_gap(facts: Facts, desk: Desk, depth: int, slot: int) -> bool:
    for earlier in range(depth):
        if desk.slot[earlier] != NOBODY:
            apart = abs(facts.minute[slot] - facts.minute[desk.slot[earlier]])
            if apart < facts.gap:
                return False
    return True


@compiled
def _value_dates(facts: Facts, family: Family, desk: Desk, prices: Floats, depth: int) -> None:
    """Fill ``worth``: by how much the floor could be exceeded with each date of this round; the last is none."""
    first, past = facts.round_first[depth], facts.round_first[depth + 1]
    for place in range(past - first + 1):
        slot = NOBODY if place == past - first else facts.by_round[first + place]
        desk.worth[depth, place] = HOPELESS
        if slot == NOBODY or _keeps_gap(facts, desk, depth, slot):
            price = cheapest(family, desk, prices, depth, slot)
            if price < -HOPELESS:
                desk.worth[depth, place] = _glance(facts, family, desk, depth, slot) - price


@compiled
def _glance(facts: Facts, family: Family, desk: Desk, depth: int, slot: int) -> float:
    """A quick bound on what a date leaves, with what company and facilitators could earn at this node."""
    desk.top[:] = HOPELESS
    lowest = len(desk.top) - 2
    for place in range(desk.counts[depth]):
        member = desk.alive[depth, place]
        outcome = ABSENT if slot == NOBODY else facts.marks[slot, family.ids[member]]
        value = desk.peak[depth, place] + family.change[family.ids[member], depth, desk.state[depth, place], outcome]
        if value > desk.top[lowest]:
            put_in_order(desk.top[: lowest + 1], value)
    add_up(family, desk)
    best = HOPELESS
    for size in range(family.smallest, len(family.size_points)):
        best = max(best, desk.totals[size] + family.size_points[size] - desk.reals[FLOOR] * size)
    return best + _rhythm_with(facts, desk, depth, slot)


@compiled
def _rhythm_with(facts: Facts, desk: Desk, depth: int, slot: int) -> float:
    to_come = len(desk.slot) - depth - 1
    if slot == NOBODY:
        return _rhythm(facts, desk, to_come)
    beat = facts.beat[slot]
    return facts.rhythm * (max(desk.beats.max(), desk.beats[beat] + 1) + to_come)


@compiled
def _step(facts: Facts, family: Family, desk: Desk, depth: int, slot: int) -> bool:
    """Lay out the node below with this date; False if no option can meet then."""
    below = depth + 1
    kept = 0
    for place in range(desk.option_count[depth]):
        option = desk.options[depth, place]
        if slot == NOBODY or family.fits[option, slot]:
            desk.options[below, kept] = option
            kept += 1
    desk.option_count[below] = kept
    if kept == 0:
        return False
    desk.slot[depth] = slot
    if slot != NOBODY:
        desk.beats[facts.beat[slot]] += 1
    desk.counts[below] = desk.counts[depth]
    for place in range(desk.counts[depth]):
        member = desk.alive[depth, place]
        outcome = ABSENT if slot == NOBODY else facts.marks[slot, family.ids[member]]
        state = desk.state[depth, place]
        desk.alive[below, place] = member
        desk.dated[below, place] = desk.dated[depth, place] + family.change[family.ids[member], depth, state, outcome]
        desk.state[below, place] = next_state(facts, state, outcome)
    return True
