# What comes out of arrays is Any to mypy; numba infers it.
# mypy: disable-error-code="no-any-return"
"""What a group of chosen members is worth above its price, exactly; and keeping those that are of interest."""

from __future__ import annotations

from solvers.engines.bounding.company import ones
from solvers.engines.bounding.dating import best_dates
from solvers.engines.bounding.facts import Facts, Floats
from solvers.engines.bounding.family import FLOOR, FOUND, NODES, TOKEN, Family, Finds
from solvers.engines.bounding.grid import Grid
from solvers.engines.bounding.roll import SLACK, Roll
from solvers.engines.compiling import compiled


@compiled
def bar(family: Family, roll: Roll, size: int) -> float:
    """Points of a group of this size besides its members and facilitators, less what is of no interest."""
    return family.size_points[size] - roll.reals[FLOOR] * size + roll.reals[SLACK]


@compiled
def company_of(facts: Facts, roll: Roll, resident: int, once: tuple[int, int], often: tuple[int, int]) -> float:
    """What others can earn a resident: those stamped, and the topics and tags found ``once`` and ``often`` there."""
    points = 0.0
    token = roll.tally[TOKEN]
    for place in range(facts.want_first[resident], facts.want_first[resident + 1]):
        if roll.stamp[facts.want_to[place]] == token:
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
def judge(facts: Facts, family: Family, grid: Grid, roll: Roll, finds: Finds, prices: Floats, size: int) -> None:
    """Count those chosen exactly as a group, with each option, and note what is of interest.

    Unless all groups are looked for that miss their price by less than some slack, the members' prices are raised.
    """
    lowest, highest = family.stage.max(), family.stage.min()
    for place in range(size):
        lowest = min(lowest, family.stage[roll.chosen[place]])
        highest = max(highest, family.stage[roll.chosen[place]])
    if highest - lowest < family.spread:
        return
    dated, exact = roll.met[size], False
    for index in range(roll.option_count[size]):
        option = int(roll.options[size, index])
        points = _points(facts, family, grid, roll, option, size) - prices[option] + bar(family, roll, size)
        if points + dated > 0:
            if not exact:
                dated = best_dates(facts, family, grid, roll, option, size, -points)
                exact = dated > -points
            if points + dated > 1e-9:
                excess = points + dated - roll.reals[SLACK] + roll.reals[FLOOR] * size
                _note(roll, finds, family, option, size, excess, prices)
                if roll.reals[SLACK] <= 0:
                    _raise(roll, size, excess / size)


@compiled
def _points(facts: Facts, family: Family, grid: Grid, roll: Roll, option: int, size: int) -> float:
    """What those chosen and this option's facilitators are worth but for their dates; HOPELESS if torn."""
    roll.tally[TOKEN] += 1
    token = roll.tally[TOKEN]
    often_topics = once_topics = family.topics[option]
    often_tags = once_tags = family.tags[option]
    points = 0.0
    for place in range(size):
        member = roll.chosen[place]
        resident = family.ids[member]
        points += roll.best[member] + grid.gift[option, member]
        roll.stamp[resident] = token
        often_topics |= once_topics & facts.topics[resident]
        once_topics |= facts.topics[resident]
        often_tags |= once_tags & facts.tags[resident]
        once_tags |= facts.tags[resident]
    for place in range(size):
        resident = family.ids[roll.chosen[place]]
        points += company_of(facts, roll, resident, (once_topics, once_tags), (often_topics, often_tags))
    return points


@compiled
def _note(roll: Roll, finds: Finds, family: Family, option: int, size: int, excess: float, prices: Floats) -> None:
    """Keep a column, if there is room. If all are looked for and there is no more room, the search ends."""
    found = roll.tally[FOUND]
    if found < len(finds.size):
        worth = excess + prices[option]
        for place in range(size):
            member = roll.chosen[place]
            worth += family.base[member] - roll.base[member]
            finds.members[found, place] = family.ids[member]
        finds.size[found] = size
        finds.option[found] = option
        finds.worth[found] = worth
        roll.tally[FOUND] += 1
    if roll.reals[SLACK] > 0 and roll.tally[FOUND] == len(finds.size):
        roll.tally[NODES] = 0


@compiled
def _raise(roll: Roll, size: int, points: float) -> None:
    """Raise the price of each of those chosen."""
    for place in range(size):
        roll.base[roll.chosen[place]] -= points
        roll.best[roll.chosen[place]] -= points
