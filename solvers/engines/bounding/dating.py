# What comes out of arrays is Any to mypy; numba infers it.
# mypy: disable-error-code="no-any-return"
"""The best dates of a given group, exactly: round by round, the most promising date first."""

from __future__ import annotations

from solvers.engines.bounding.attendance import next_state
from solvers.engines.bounding.facts import ABSENT, Facts, Smalls
from solvers.engines.bounding.family import HOPELESS, NOBODY, START_STATE, Family
from solvers.engines.bounding.grid import Grid
from solvers.engines.bounding.roll import Roll
from solvers.engines.compiling import compiled, entry
from solvers.engines.memory import hold


@compiled
def best_dates(facts: Facts, family: Family, grid: Grid, roll: Roll, option: int, size: int, enough: float) -> float:
    """The most points for attendance and rhythm, against everybody's own best dates; ``enough`` if not above it.

    Of the members chosen the first ``size`` are the group; ``option`` tells where it can meet.
    """
    rounds = len(facts.round_first) - 1
    _look_ahead(roll, size)
    roll.beats[:] = 0
    roll.date_sum[0] = 0.0
    for place in range(size):
        roll.state[0, place] = START_STATE
    best = enough
    # For a plain 0 numba would compile what is called a second time.
    number = 0 * size
    _value_round(facts, family, grid, roll, option, size, number)
    while number >= 0:
        places = facts.round_first[number + 1] - facts.round_first[number] + 1
        place = int(roll.date_worth[number, :places].argmax())
        reached = roll.date_sum[number] + roll.date_worth[number, place]
        if reached + roll.ahead[number + 1] + facts.rhythm * (roll.beats.max() + rounds - number) <= best:
            number -= 1
            if number >= 0 and roll.slot[number] != NOBODY:
                roll.beats[facts.beat[roll.slot[number]]] -= 1
            continue
        roll.date_worth[number, place] = HOPELESS
        slot = NOBODY if place == places - 1 else int(facts.by_round[facts.round_first[number] + place])
        if not _keeps_gap(facts, roll, number, slot):
            continue
        roll.slot[number] = slot
        if slot != NOBODY:
            roll.beats[facts.beat[slot]] += 1
        if number == rounds - 1:
            points = reached + facts.rhythm * roll.beats.max()
            if points > best:
                best = points
                roll.dates[:] = roll.slot
            if slot != NOBODY:
                roll.beats[facts.beat[slot]] -= 1
            continue
        roll.date_sum[number + 1] = reached
        _advance(facts, family, roll, size, number, slot)
        number += 1
        _value_round(facts, family, grid, roll, option, size, number)
    return best


@compiled
def _look_ahead(roll: Roll, size: int) -> None:
    """What each round can add at most, and those after it: no more than 0."""
    rounds, beats = len(roll.least), len(roll.bonus)
    sums = roll.sums[size]
    roll.least[:] = roll.absent[size]
    for layer in range(len(sums)):
        for number in range(rounds):
            lowest = sums[layer, number * beats : (number + 1) * beats].min()
            roll.least[number] = min(roll.least[number], lowest)
    roll.ahead[rounds] = 0.0
    for number in range(rounds - 1, -1, -1):
        roll.ahead[number] = roll.ahead[number + 1] - roll.least[number]


@compiled
def _value_round(facts: Facts, family: Family, grid: Grid, roll: Roll, option: int, size: int, number: int) -> None:
    """Fill ``date_worth``: what each slot of the round, or none, would change."""
    first, past = facts.round_first[number], facts.round_first[number + 1]
    for place in range(past - first):
        slot = facts.by_round[first + place]
        points, coming = HOPELESS, 0
        if family.fits[option, slot]:
            points = 0.0
            for member in range(size):
                resident = family.ids[roll.chosen[member]]
                outcome = facts.marks[slot, resident]
                points += family.change[resident, number, roll.state[number, member], outcome]
                coming += facts.reached[outcome]
            if coming < grid.quorum * size - 1e-9:
                points = HOPELESS
        roll.date_worth[number, place] = points
    points = 0.0
    for member in range(size):
        points += family.change[family.ids[roll.chosen[member]], number, roll.state[number, member], ABSENT]
    roll.date_worth[number, past - first] = points


@compiled
def _keeps_gap(facts: Facts, roll: Roll, number: int, slot: int) -> bool:
    if slot == NOBODY:
        return True
    for earlier in range(number):
        other = roll.slot[earlier]
        if other != NOBODY and abs(facts.minute[slot] - facts.minute[other]) < facts.gap:
            return False
    return True


@compiled
def _advance(facts: Facts, family: Family, roll: Roll, size: int, number: int, slot: int) -> None:
    for member in range(size):
        resident = family.ids[roll.chosen[member]]
        outcome = ABSENT if slot == NOBODY else facts.marks[slot, resident]
        roll.state[number + 1, member] = next_state(facts, roll.state[number, member], outcome)


@entry
def appraise(facts: Facts, family: Family, grid: Grid, roll: Roll, option: int, members: Smalls) -> float:
    """``best_dates`` of the given members, whatever they are; HOPELESS if there are none. See ``Roll.dates``."""
    facts, family, grid, roll = hold(facts), hold(family), hold(grid), hold(roll)
    size = len(members)
    roll.sums[size] = grid.shut[grid.team_of[option]]
    roll.absent[size] = 0
    for place in range(size):
        roll.chosen[place] = members[place]
        roll.sums[size] += grid.loss[members[place]]
        roll.absent[size] += grid.absent[members[place]]
    return best_dates(facts, family, grid, roll, option, size, HOPELESS)
