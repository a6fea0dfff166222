# What comes out of arrays is Any to mypy; numba infers it.
# mypy: disable-error-code="no-any-return"
"""The search for groups worth more than their members cost: members first, one by one, then dates.

What a group loses by meeting together grows with every member. So whoever loses too much together with those chosen
already is out of the question for all that follows, and few are left soon. Unlike the search by dates it sees all
rounds at once, and what it finds is exact; but there must not be too many to choose from.
"""

from __future__ import annotations

import numpy as np

from solvers.engines.bounding.company import put_in_order
from solvers.engines.bounding.facts import Facts, Floats, Smalls
from solvers.engines.bounding.family import HOPELESS, NODES, TOKEN, Family, Finds
from solvers.engines.bounding.grid import Grid
from solvers.engines.bounding.judging import bar, company_of, judge
from solvers.engines.bounding.roll import ENTERING, GOING, SIZE, TEAM, Roll
from solvers.engines.compiling import compiled, entry
from solvers.engines.memory import hold

PASSES = 3


@entry
def muster(facts: Facts, family: Family, grid: Grid, roll: Roll, finds: Finds, prices: Floats) -> bool:
    """Search the family; True if all of it has been seen within as many nodes as tallied.

    Called again with the same ``roll`` it goes on. See ``dates.explore`` for what is found.
    """
    facts, family, grid = hold(facts), hold(family), hold(grid)
    roll, finds = hold(roll), hold(finds)
    for member in range(len(family.ids)):
        roll.best[member] = roll.base[member] + family.first[family.ids[member]]
    while roll.tally[TEAM] < len(grid.shut) and roll.tally[NODES] > 0:
        if roll.tally[GOING] == 0:
            _begin(facts, family, grid, roll, roll.tally[TEAM])
        _search(facts, family, grid, roll, finds, prices)
        if roll.tally[SIZE] < 0:
            roll.tally[TEAM] += 1
            roll.tally[GOING] = 0
    return bool(roll.tally[TEAM] == len(grid.shut))


@compiled
def _begin(facts: Facts, family: Family, grid: Grid, roll: Roll, team: int) -> None:
    """Lay out the empty group, led by some option of ``team``."""
    kept = 0
    for option in range(len(grid.team_of)):
        if grid.team_of[option] == team:
            roll.options[0, kept] = option
            kept += 1
    roll.option_count[0] = kept
    roll.open_count[0] = len(family.ids)
    for member in range(len(family.ids)):
        roll.open[0, member] = member
    roll.sums[0] = grid.shut[team]
    roll.absent[0] = 0
    roll.met[0] = facts.rhythm * grid.absent.shape[1]
    roll.tally[GOING] = 1
    roll.tally[SIZE] = 0
    roll.tally[ENTERING] = 1


@compiled
def _search(facts: Facts, family: Family, grid: Grid, roll: Roll, finds: Finds, prices: Floats) -> None:
    """Search on below the empty group, depth first."""
    most = len(family.size_points) - 1
    size, entering = roll.tally[SIZE], roll.tally[ENTERING] == 1
    while size >= 0 and roll.tally[NODES] > 0:
        if entering:
            if size >= family.smallest:
                judge(facts, family, grid, roll, finds, prices, size)
            roll.next[size] = 0
            if size == most or not _narrow(facts, family, grid, roll, prices, size):
                roll.open_count[size] = 0
        entering = False
        while roll.next[size] < roll.open_count[size] and not entering:
            entering = roll.hope[size, roll.next[size]] > 0
            roll.next[size] += 1
        if entering:
            _join(grid, roll, size)
            size += 1
        else:
            size -= 1
    roll.tally[SIZE] = size
    roll.tally[ENTERING] = entering


@compiled
def _join(grid: Grid, roll: Roll, size: int) -> None:
    """Choose whose turn it is, and lay out who may still join: those after, unless they must not meet."""
    place = roll.next[size] - 1
    member = roll.open[size, place]
    roll.chosen[size] = member
    below, kept = size + 1, 0
    for later in range(place + 1, roll.open_count[size]):
        other = roll.open[size, later]
        if not grid.torn[member, other]:
            roll.open[below, kept] = other
            kept += 1
    roll.open_count[below] = kept
    for layer in range(roll.sums.shape[1]):
        _add_rows(roll.sums[below, layer], roll.sums[size, layer], grid.loss[member, layer])
    _add_rows(roll.absent[below], roll.absent[size], grid.absent[member])
    roll.met[below] = roll.meets[size, place]
    roll.option_count[below] = roll.option_count[size]
    for index in range(roll.option_count[size]):
        roll.options[below, index] = roll.options[size, index]


@compiled
def _add_rows(into: Smalls, some: Smalls, more: Smalls) -> None:
    for place in range(len(into)):
        into[place] = some[place] + more[place]


@compiled
def _meet(
    cell: Smalls,
    least: Smalls,
    bonus: Smalls,
    sums: Smalls,
    loss: Smalls,
    absent: Smalls,
    more: Smalls,
    rhythm: int,
) -> float:
    """The most that members who lose ``sums`` and one who loses ``loss`` can make of their dates.

    That is less what they lose, with rhythm. ``absent`` and ``more`` are what they lose where there is no session.
    """
    cells = sums.shape[1]
    for place in range(cells):
        cell[place] = sums[0, place] + loss[0, place]
    for layer in range(1, len(sums)):
        for place in range(cells):
            cell[place] = min(cell[place], np.int32(sums[layer, place] + loss[layer, place]))
    beats = cells // len(least)
    points = 0.0
    for number in range(len(least)):
        here = cell[number * beats : (number + 1) * beats]
        lowest = np.int32(absent[number] + more[number])
        for beat in range(beats):
            lowest = min(lowest, here[beat])
        least[number] = lowest
        points -= lowest
    bonus[:] = 0
    for number in range(len(least)):
        here = cell[number * beats : (number + 1) * beats]
        most = np.int32(rhythm + least[number])
        for beat in range(beats):
            bonus[beat] += max(np.int32(0), np.int32(most - here[beat]))
    return points + bonus.max()


@compiled
def _value(facts: Facts, family: Family, grid: Grid, roll: Roll, size: int) -> float:
    """Fill ``worth`` with what everybody in question brings in at most; what those chosen do together."""
    roll.tally[TOKEN] += 1
    token = roll.tally[TOKEN]
    often_topics, often_tags = 0, 0
    for place in range(roll.option_count[size]):
        option = roll.options[size, place]
        often_topics |= family.topics[option]
        often_tags |= family.tags[option]
    once_topics, once_tags = often_topics, often_tags
    count = roll.open_count[size]
    for place in range(size + count):
        member = roll.chosen[place] if place < size else roll.open[size, place - size]
        resident = family.ids[member]
        roll.stamp[resident] = token
        often_topics |= once_topics & facts.topics[resident]
        once_topics |= facts.topics[resident]
        often_tags |= once_tags & facts.tags[resident]
        once_tags |= facts.tags[resident]
    together = 0.0
    # A lone option's gifts are told member by member; what many might give is added up by ``_keep_options``.
    lead = roll.options[size, 0] if roll.option_count[size] == 1 else -1
    once, often = (once_topics, once_tags), (often_topics, often_tags)
    for place in range(size):
        member = roll.chosen[place]
        together += roll.best[member] + company_of(facts, roll, family.ids[member], once, often)
        if lead >= 0:
            together += grid.gift[lead, member]
    for place in range(count):
        member = roll.open[size, place]
        roll.worth[size, place] = roll.best[member] + company_of(facts, roll, family.ids[member], once, often)
        if lead >= 0:
            roll.worth[size, place] += grid.gift[lead, member]
    return together


@compiled
def _rank(roll: Roll, size: int, most: int) -> None:
    """Fill ``tops`` with the highest of ``worth`` and ``own`` with their running sums."""
    roll.tops[:] = HOPELESS
    for place in range(roll.open_count[size]):
        if roll.worth[size, place] > roll.tops[most - 1]:
            put_in_order(roll.tops[:most], roll.worth[size, place])
    roll.own[0] = 0.0
    for more in range(most):
        roll.own[more + 1] = roll.own[more] + roll.tops[more]


@compiled
def _keep_options(family: Family, grid: Grid, roll: Roll, prices: Floats, size: int, together: float) -> bool:
    """Drop the options that cannot be of interest any more; fill ``give``; whether some are left."""
    most = len(family.size_points) - 1
    alone = roll.option_count[size] == 1
    if not alone:
        _add_gifts(grid, roll, size)
    roll.give[:] = HOPELESS
    kept = 0
    for index in range(roll.option_count[size]):
        option = roll.options[size, index]
        gift = 0.0
        if not alone:
            for place in range(size):
                gift += grid.gift[option, roll.chosen[place]]
        useful = False
        for total in range(max(size, family.smallest), most + 1):
            give = gift - prices[option]
            if not alone:
                give += min(roll.lump[option], (total - size) * grid.most_gift)
            if together + roll.own[total - size] + roll.met[size] + bar(family, roll, total) + give > 0:
                useful = True
                roll.give[total] = max(roll.give[total], give)
        if useful:
            roll.options[size, kept] = option
            kept += 1
    roll.option_count[size] = kept
    return kept > 0


@compiled
def _add_gifts(grid: Grid, roll: Roll, size: int) -> None:
    """Fill ``lump``: what each option would give all who may join."""
    roll.lump[:] = 0.0
    for place in range(roll.open_count[size]):
        member = roll.open[size, place]
        for number in range(grid.giver_first[member], grid.giver_first[member + 1]):
            option = grid.giver[number]
            roll.lump[option] += grid.gift[option, member]


@compiled
def _narrow(facts: Facts, family: Family, grid: Grid, roll: Roll, prices: Floats, size: int) -> bool:
    """Drop from those who may join the chosen whoever cannot be of interest; whether some are left."""
    most = len(family.size_points) - 1
    fresh = True
    for _ in range(PASSES):
        if size + roll.open_count[size] < family.smallest:
            return False
        together = _value(facts, family, grid, roll, size)
        _rank(roll, size, most - size)
        if (fresh or roll.option_count[size] == 1) and not _keep_options(family, grid, roll, prices, size, together):
            return False
        for total in range(max(size + 1, family.smallest), most + 1):
            roll.reach[total] = together + roll.give[total] + bar(family, roll, total)
        before = roll.open_count[size]
        _keep_members(facts, family, grid, roll, size, fresh)
        fresh = False
        if roll.open_count[size] * 4 > before * 3:
            break
    _line_up(roll, size)
    _look_after(family, roll, size)
    return roll.open_count[size] > 0


@compiled
def _line_up(roll: Roll, size: int) -> None:
    """Put those who promise least first: they are tried while there are many to join them."""
    for place in range(1, roll.open_count[size]):
        member, worth, meets = roll.open[size, place], roll.worth[size, place], roll.meets[size, place]
        spot = place
        while spot > 0 and roll.meets[size, spot - 1] > meets:
            roll.open[size, spot] = roll.open[size, spot - 1]
            roll.worth[size, spot] = roll.worth[size, spot - 1]
            roll.meets[size, spot] = roll.meets[size, spot - 1]
            spot -= 1
        roll.open[size, spot] = member
        roll.worth[size, spot] = worth
        roll.meets[size, spot] = meets


@compiled
def _look_after(family: Family, roll: Roll, size: int) -> None:
    """Fill ``hope``: what promises each who may join, with those after."""
    most = len(family.size_points) - 1
    roll.tops[:] = HOPELESS
    for place in range(roll.open_count[size] - 1, -1, -1):
        best, rest = HOPELESS, 0.0
        for total in range(size + 1, most + 1):
            if total >= family.smallest:
                best = max(best, roll.reach[total] + rest)
            rest += roll.tops[total - size - 1]
        worth = roll.worth[size, place]
        roll.hope[size, place] = best + worth + roll.meets[size, place]
        if size + 1 < most and worth > roll.tops[most - size - 2]:
            put_in_order(roll.tops[: most - size - 1], worth)


@compiled
def _keep_members(facts: Facts, family: Family, grid: Grid, roll: Roll, size: int, fresh: bool) -> None:
    """Drop who cannot join. ``meets`` is worked out if this is the ``fresh`` look at the node."""
    most = len(family.size_points) - 1
    sums, absent, cell, least, bonus = roll.sums[size], roll.absent[size], roll.cell, roll.least, roll.bonus
    losses, absences, rhythm = grid.loss, grid.absent, int(facts.rhythm)
    kept = 0
    for place in range(roll.open_count[size]):
        worth = roll.worth[size, place]
        promise = HOPELESS
        for total in range(max(size + 1, family.smallest), most + 1):
            rest = roll.own[total - size - 1] + min(worth, roll.tops[total - size - 1])
            promise = max(promise, roll.reach[total] + rest)
        if promise + roll.met[size] <= 0:
            continue
        member = roll.open[size, place]
        meets = roll.meets[size, place]
        if fresh:
            meets = _meet(cell, least, bonus, sums, losses[member], absent, absences[member], rhythm)
            roll.tally[NODES] -= 1
        if promise + meets > 0:
            roll.open[size, kept] = member
            roll.worth[size, kept] = worth
            roll.meets[size, kept] = meets
            kept += 1
    roll.open_count[size] = kept
