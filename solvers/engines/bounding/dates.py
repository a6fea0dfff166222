# What comes out of arrays is Any to mypy; numba infers it.
# mypy: disable-error-code="no-any-return"
"""The search for groups worth more than their members cost: dates first, then members.

With the dates of some rounds settled and every member's other rounds at their own best, members are almost
independent of one another, so the best group is bounded by the best few members. But each of the other rounds has to
have some date as well: a node promises no more than the best date of any one of them leaves, and who promises nothing
with any date of one is out. The round with the fewest promising dates is settled next. Branches that cannot exceed the
floor are cut; those that reach the last date are counted exactly.
"""

from __future__ import annotations

import numpy as np

from solvers.engines.bounding.company import add_up, cheapest, keep_marked, put_in_order, tighten
from solvers.engines.bounding.facts import ABSENT, OUTCOMES, Facts, Floats, Smalls
from solvers.engines.bounding.family import (
    CHOOSING,
    DEPTH,
    DONE,
    ENTERING,
    FLOOR,
    HOPELESS,
    NOBODY,
    NODES,
    NOT_BEGUN,
    STAGE,
    UNSETTLED,
    Desk,
    Family,
    Finds,
)
from solvers.engines.bounding.gathering import gather
from solvers.engines.compiling import compiled, entry
from solvers.engines.memory import hold

SURVEYS = 3
"""Looks at all dates of a node at most; again only if the last one dropped one member in so many."""
AGAIN = 16


@entry
def explore(
    facts: Facts,
    family: Family,
    desk: Desk,
    finds: Finds,
    order: Smalls,
    prices: Floats,
    last: int,
) -> bool:
    """Search the family; True if the whole tree was seen to ``last`` dates within as many nodes as tallied.

    ``prices`` is the price of each option, ``order`` lists the options from the cheapest. Whoever is in a group that
    exceeds ``reals[FLOOR]`` a member has their price raised, until none does: see ``desk.base``. Called again with the
    same ``desk`` it goes on.
    """
    facts, family, desk, finds = hold(facts), hold(family), hold(desk), hold(finds)
    if desk.tally[STAGE] == NOT_BEGUN:
        _begin(family, desk, order)
    while desk.tally[STAGE] != DONE and desk.tally[NODES] > 0:
        depth = desk.tally[DEPTH]
        if desk.tally[STAGE] == ENTERING:
            going_down = _enter(facts, family, desk, finds, prices, depth, last)
            desk.tally[STAGE] = CHOOSING
            if not going_down:
                desk.worth[depth] = HOPELESS
        elif _next_date(facts, family, desk, depth):
            desk.tally[STAGE] = ENTERING
            desk.tally[DEPTH] += 1
        elif depth == 0:
            desk.tally[STAGE] = DONE
        else:
            desk.tally[DEPTH] -= 1
            _unsettle(facts, desk, desk.turn[depth - 1])
    return bool(desk.tally[STAGE] == DONE)


@compiled
def _begin(family: Family, desk: Desk, order: Smalls) -> None:
    """Lay out the root."""
    desk.counts[0] = len(family.ids)
    for member in range(len(family.ids)):
        desk.alive[0, member] = member
        desk.dated[0, member] = desk.base[member] + family.courses[member, 0]
        desk.pattern[0, member] = 0
    desk.option_count[0] = len(order)
    desk.options[0] = order
    desk.tally[STAGE] = ENTERING


@compiled
def _unsettle(facts: Facts, desk: Desk, number: int) -> None:
    if desk.slot[number] != NOBODY:
        desk.beats[facts.beat[desk.slot[number]]] -= 1
    desk.slot[number] = UNSETTLED


@compiled
def _enter(facts: Facts, family: Family, desk: Desk, finds: Finds, prices: Floats, depth: int, last: int) -> bool:
    """Bound the node at ``depth``, whose members, options and dates are laid out; whether to search below it."""
    desk.tally[NODES] -= 1
    extra = _rhythm(facts, desk, len(desk.slot) - depth)
    for _ in range(SURVEYS):
        if tighten(facts, family, desk, prices, depth, extra) <= 0:
            return False
        if depth == len(desk.slot):
            break
        gone = _survey(facts, family, desk, prices, depth)
        if gone < 0:
            return False
        if AGAIN * gone < desk.counts[depth]:
            break
    if depth == last:
        gather(facts, family, desk, finds, prices, depth, extra)
        return False
    desk.worth[depth] = desk.glance[desk.turn[depth]]
    return True


@compiled
def _rhythm(facts: Facts, desk: Desk, to_come: int) -> float:
    """The most points for the commonest weekday and clock time."""
    return facts.rhythm * (desk.beats.max() + to_come)


@compiled
def _survey(facts: Facts, family: Family, desk: Desk, prices: Floats, depth: int) -> int:
    """Look at every date of every open round, and drop who promises nothing; how many went, -1 if nothing is promised.

    The round with the fewest promising dates has the next ``turn``.
    """
    _sort(desk, depth)
    _see_changes(facts, family, desk, depth)
    fewest = len(family.marks) + 2
    for number in range(len(desk.slot)):
        if desk.slot[number] == UNSETTLED:
            promising = _value_dates(facts, family, desk, prices, depth, number)
            if promising == 0:
                return -1
            if promising < fewest:
                fewest = promising
                desk.turn[depth] = number
    return _drop_the_hopeless(facts, family, desk, depth)


@compiled
def _sort(desk: Desk, depth: int) -> None:
    """Put those in question in order, who brings in most at best first."""
    count = desk.counts[depth]
    order = np.argsort(-desk.peak[depth, :count])
    desk.alive[depth, :count] = desk.alive[depth, :count][order]
    desk.dated[depth, :count] = desk.dated[depth, :count][order]
    desk.pattern[depth, :count] = desk.pattern[depth, :count][order]
    desk.full[depth, :count] = desk.full[depth, :count][order]
    desk.peak[depth, :count] = desk.peak[depth, :count][order]


@compiled
def _see_changes(facts: Facts, family: Family, desk: Desk, depth: int) -> None:
    """Fill ``change`` for those in question and the open rounds."""
    count, alive, patterns = desk.counts[depth], desk.alive[depth], desk.pattern[depth]
    after, courses, gain, reached = facts.after, family.courses, facts.gain, facts.reached
    for number in range(len(desk.slot)):
        if desk.slot[number] != UNSETTLED:
            continue
        change = desk.change[number]
        for place in range(count):
            member, pattern = alive[place], patterns[place]
            now = courses[member, pattern]
            missed = courses[member, after[pattern, number, 0]] - now
            came = courses[member, after[pattern, number, 1]] - now
            for outcome in range(OUTCOMES):
                change[outcome, place] = min(0, gain[outcome] + (came if reached[outcome] else missed))


@compiled
def _value_dates(facts: Facts, family: Family, desk: Desk, prices: Floats, depth: int, number: int) -> int:
    """Fill ``glance`` and ``before`` of a round; how many of its dates promise to exceed the floor.

    A glance is a quick bound on what a date leaves, with what company and facilitators could earn at this node.
    """
    first, past = facts.round_first[number], facts.round_first[number + 1]
    by_round, marks, fits = facts.by_round, family.marks, family.fits
    count, alive, peak, change = desk.counts[depth], desk.alive[depth], desk.peak[depth], desk.change[number]
    glance, before, top, totals = desk.glance[number], desk.before[number], desk.top, desk.totals
    size_points, smallest, floor = family.size_points, family.smallest, desk.reals[FLOOR]
    lowest, promising = len(top) - 2, 0
    for place in range(past - first + 1):
        slot = NOBODY if place == past - first else int(by_round[first + place])
        glance[place] = HOPELESS
        if slot != NOBODY and not _keeps_gap(facts, desk, slot):
            continue
        price = cheapest(desk, fits, prices, depth, slot)
        if price >= -HOPELESS:
            continue
        top[:] = HOPELESS
        for member in range(count):
            if peak[member] <= top[lowest]:
                break
            outcome = ABSENT if slot == NOBODY else marks[slot, alive[member]]
            value = peak[member] + change[outcome, member]
            if value > top[lowest]:
                put_in_order(top[: lowest + 1], value)
        add_up(desk)
        best, best_before = HOPELESS, HOPELESS
        for size in range(smallest, len(size_points)):
            others = size_points[size] - floor * size
            best = max(best, others + totals[size])
            best_before = max(best_before, others + totals[size - 1])
        extra = _rhythm_with(facts, desk, depth, slot) - price
        glance[place] = best + extra
        before[place] = best_before + extra
        promising += glance[place] > 0
    return promising


@compiled
def _keeps_gap(facts: Facts, desk: Desk, slot: int) -> bool:
    minute, gap = facts.minute, facts.gap
    for number in range(len(desk.slot)):
        settled = desk.slot[number]
        if settled >= 0 and abs(minute[slot] - minute[settled]) < gap:
            return False
    return True


@compiled
def _rhythm_with(facts: Facts, desk: Desk, depth: int, slot: int) -> float:
    to_come = len(desk.slot) - depth - 1
    if slot == NOBODY:
        return _rhythm(facts, desk, to_come)
    return facts.rhythm * (max(desk.beats.max(), desk.beats[facts.beat[slot]] + 1) + to_come)


@compiled
def _drop_the_hopeless(facts: Facts, family: Family, desk: Desk, depth: int) -> int:
    """Drop who promises nothing at any date of some open round; how many went."""
    marked = desk.marked
    marked[:] = 1
    for number in range(len(desk.slot)):
        if desk.slot[number] == UNSETTLED:
            _unmark_the_hopeless(facts, family, desk, depth, number)
    return keep_marked(desk, depth)


@compiled
def _unmark_the_hopeless(facts: Facts, family: Family, desk: Desk, depth: int, number: int) -> None:
    """Unmark who promises nothing at any date of this round."""
    first, past = facts.round_first[number], facts.round_first[number + 1]
    by_round, marks, marked = facts.by_round, family.marks, desk.marked
    alive, peak, change = desk.alive[depth], desk.peak[depth], desk.change[number]
    glance, before = desk.glance[number], desk.before[number]
    for place in range(desk.counts[depth]):
        promising = False
        for date in range(past - first + 1):
            if glance[date] > 0:
                outcome = ABSENT if date == past - first else marks[by_round[first + date], alive[place]]
                if before[date] + peak[place] + change[outcome, place] > 0:
                    promising = True
                    break
        if not promising:
            marked[place] = 0


@compiled
def _next_date(facts: Facts, family: Family, desk: Desk, depth: int) -> bool:
    """Lay out the most promising branch left below the node at ``depth``; False if none is left."""
    number = desk.turn[depth]
    first, past = facts.round_first[number], facts.round_first[number + 1]
    places = past - first + 1
    while True:
        place = desk.worth[depth, :places].argmax()
        if desk.worth[depth, place] <= 0:
            return False
        desk.worth[depth, place] = HOPELESS
        slot = NOBODY if place == places - 1 else facts.by_round[first + place]
        if _settle(facts, family, desk, depth, number, slot):
            return True


@compiled
def _settle(facts: Facts, family: Family, desk: Desk, depth: int, number: int, slot: int) -> bool:
    """Lay out the node below with this date; False if no option can meet then."""
    below, kept = depth + 1, 0
    options, options_below, fits = desk.options[depth], desk.options[below], family.fits
    for place in range(desk.option_count[depth]):
        option = options[place]
        if slot == NOBODY or fits[option, slot]:
            options_below[kept] = option
            kept += 1
    desk.option_count[below] = kept
    if kept == 0:
        return False
    desk.slot[number] = slot
    if slot != NOBODY:
        desk.beats[facts.beat[slot]] += 1
    count = desk.counts[depth]
    desk.counts[below] = count
    desk.alive[below, :count] = desk.alive[depth, :count]
    alive, patterns, marks, courses = desk.alive[depth], desk.pattern[depth], family.marks, family.courses
    gain, reached, after = facts.gain, facts.reached, facts.after
    dated, dated_below, patterns_below = desk.dated[depth], desk.dated[below], desk.pattern[below]
    for place in range(count):
        member, pattern = alive[place], patterns[place]
        outcome = ABSENT if slot == NOBODY else marks[slot, member]
        then = after[pattern, number, reached[outcome]]
        dated_below[place] = dated[place] + gain[outcome] + courses[member, then] - courses[member, pattern]
        patterns_below[place] = then
    return True
