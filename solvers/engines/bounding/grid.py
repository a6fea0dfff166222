"""A family laid out for searching members first: what every slot costs every member, side by side.

A member's *loss* at a slot is the least by which its outcome falls short of their own best prospects, whatever
their other rounds bring. Losses of members add up slot by slot, so the slots of all rounds are kept in one row:
a *cell* for each weekday and clock time of each round (those of a round side by side), in as many
*layers* as a round has slots of one cell.
"""

from __future__ import annotations

from collections import Counter
from typing import Final, NamedTuple

import numpy as np

from solvers.engines.bounding.facts import ABSENT, OUTCOMES, Bytes, Facts, Floats, Smalls
from solvers.engines.bounding.family import ANYBODY, START_STATE, Family

NEVER: Final = 10_000_000
"""A loss that nothing makes up for; a hundred of them still fit the type."""
MOST_LOSS: Final = 1_000_000
MOST_BEATS: Final = 64
"""Further weekdays and clock times share cells with others, which only loosens the bound."""
MOST_MEMBERS: Final = 64
MOST_SEATS: Final = 100
LANES: Final = 8


class Grid(NamedTuple):
    """``loss`` (members, layers, cells) and ``absent`` (members, rounds) are what each outcome costs at least.

    ``place`` (slots) finds a slot among all layers. ``torn`` (members, members) tells who must not share a group.
    ``gift`` (options, members) is what an option's facilitators earn a member, NEVER off if the two must not meet,
    ``most_gift`` the highest of it; ``giver`` with ``giver_first`` (members + 1) lists the options that would earn a
    member something. Options that can meet at the same slots are searched together: ``team_of`` (options) numbers
    such teams, and ``shut`` (teams, layers, cells) is NEVER at slots where they cannot meet, else 0.
    """

    loss: Smalls
    absent: Smalls
    place: Smalls
    torn: Bytes
    gift: Floats
    giver_first: Smalls
    giver: Smalls
    most_gift: float
    team_of: Smalls
    shut: Smalls
    quorum: float


def grid_if_small(facts: Facts, family: Family, quorum: float) -> Grid | None:
    """The family's grid, if it is small enough to be searched members first."""
    if len(family.ids) > MOST_MEMBERS or len(family.size_points) > MOST_SEATS:
        return None
    return lay_grid(facts, family, quorum)


def lay_grid(facts: Facts, family: Family, quorum: float) -> Grid:
    """Lay ``family`` out."""
    place, cells, layers = _cells(facts)
    least = _least_losses(family)
    members, rounds, _ = least.shape
    loss = np.full((members, layers * cells), NEVER, dtype=np.int32)
    for number in range(rounds):
        slots = facts.by_round[facts.round_first[number] : facts.round_first[number + 1]]
        outcomes = facts.marks[slots][:, family.ids]
        loss[:, place[slots]] = np.take_along_axis(least[:, number], outcomes.T.astype(np.int64), axis=1)
    gift = _gifts(facts, family)
    fits, team_of = np.unique(family.fits, axis=0, return_inverse=True)
    shut = np.full((len(fits), layers * cells), NEVER, dtype=np.int32)
    shut[:, place] = np.where(fits == 1, 0, NEVER)
    return Grid(
        loss=loss.reshape(members, layers, cells),
        absent=np.ascontiguousarray(least[:, :, ABSENT]),
        place=place,
        torn=_torn(facts, family),
        gift=gift,
        giver_first=np.cumsum([0, *(gift > 0).sum(axis=0)], dtype=np.int32),
        giver=np.nonzero(gift.T > 0)[1].astype(np.int32),
        most_gift=float(gift.max(initial=0.0)),
        team_of=team_of.reshape(-1).astype(np.int32),
        shut=shut.reshape(len(fits), layers, cells),
        quorum=quorum,
    )


def _cells(facts: Facts) -> tuple[Smalls, int, int]:
    """The place of each slot among all layers, how many cells there are, and in how many layers."""
    rounds = len(facts.round_first) - 1
    place = np.zeros(len(facts.beat), dtype=np.int32)
    used: Counter[int] = Counter()
    beats = min(MOST_BEATS, int(facts.beat.max(initial=0)) + 1)
    beats = -(-beats // LANES) * LANES
    for number in range(rounds):
        for slot in facts.by_round[facts.round_first[number] : facts.round_first[number + 1]]:
            cell = number * beats + int(facts.beat[slot]) % beats
            place[slot] = used[cell] * rounds * beats + cell
            used[cell] += 1
    return place, beats * rounds, max(used.values(), default=1)


def _least_losses(family: Family) -> Smalls:
    """(members, rounds, outcomes): over all states that one can be in before a round."""
    change = family.change[family.ids]
    members, rounds, _, _ = change.shape
    least = np.zeros((members, rounds, OUTCOMES), dtype=np.int64)
    states = {START_STATE}
    for number in range(rounds):
        least[:, number] = (-change[:, number, sorted(states)].astype(np.int64)).min(axis=1)
        states = {2 * (state // 2 + came) + came for state in states for came in (0, 1)}
    return np.clip(least, 0, MOST_LOSS).astype(np.int32)


def _torn(facts: Facts, family: Family) -> Bytes:
    row = {int(resident): number for number, resident in enumerate(family.ids)}
    table = np.zeros((len(row), len(row)), dtype=np.uint8)
    for resident, number in row.items():
        for other in facts.torn_to[facts.torn_first[resident] : facts.torn_first[resident + 1]]:
            if int(other) in row:
                table[number, row[int(other)]] = 1
    return table


def _gifts(facts: Facts, family: Family) -> Floats:
    ids, sites = family.ids, facts.site[family.ids]
    prefers = facts.prefers[ids] == 1
    table = np.zeros((len(family.lead_a), len(ids)), dtype=np.float64)
    for option, team in enumerate(zip(family.lead_a.tolist(), family.lead_b.tolist(), strict=True)):
        leaders = [leader for leader in team if leader >= 0]
        if team[0] == ANYBODY:
            table[option] = facts.choice + facts.external * prefers
        elif leaders:
            outside = np.all([facts.lead_site[leader] != sites for leader in leaders], axis=0) & prefers
            table[option] = facts.choice * facts.chosen[leaders][:, ids].any(axis=0) + facts.external * outside
            table[option][facts.apart[leaders][:, ids].any(axis=0)] = -NEVER
    return table
