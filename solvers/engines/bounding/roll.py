"""Scratch arrays of the search that takes members first."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from solvers.engines.bounding.facts import Floats, Ints, Smalls
from solvers.engines.bounding.family import NOBODY, Family
from solvers.engines.bounding.grid import Grid

# Entries of Roll.tally: where the search is. Those before are as in Desk.
(TEAM, GOING, SIZE, ENTERING, TALLIES) = range(3, 8)
# Entry of Roll.reals besides those of Desk: by how many points a group may miss its price and still be of interest.
(SLACK, REALS) = range(2, 4)


class Roll(NamedTuple):
    """A row of what has two dimensions belongs to a depth of the tree: as many members are chosen.

    ``chosen`` are those members. ``open_count`` and ``open`` list who may join them, ``worth`` tells what each of those
    brings in at most, ``meets`` the points lost (below 0) or won by attending together with those chosen, ``next``
    whose turn it is. ``sums`` adds up the losses of those chosen slot by slot, ``absent`` those of rounds missed;
    ``met`` is ``meets`` of those chosen alone. ``option_count`` and ``options`` list the options in question.

    ``base`` (members) is what everybody brings in less their price, which falls as prices are raised on the way,
    ``best`` the same with their own best dates, and ``give`` (sizes) what the options in question
    add at most, ``reach`` all that a size has besides members to come. ``cell``, ``least`` and ``bonus`` help
    adding up slots.

    For dating a group, by round: ``state`` of the members, ``date_worth`` of the slots and of none, ``date_sum`` so
    far, ``ahead`` what the later rounds can add at most, and the ``slot``; ``dates``
    are the best found.
    """

    chosen: Smalls
    open_count: Smalls
    open: Smalls
    worth: Floats
    meets: Floats
    hope: Floats
    next: Smalls
    sums: Smalls
    absent: Smalls
    met: Floats
    option_count: Smalls
    options: Smalls
    base: Floats
    best: Floats
    give: Floats
    reach: Floats
    tops: Floats
    lump: Floats
    own: Floats
    cell: Smalls
    least: Smalls
    bonus: Smalls
    state: Smalls
    date_worth: Floats
    date_sum: Floats
    ahead: Floats
    slot: Smalls
    dates: Smalls
    beats: Smalls
    stamp: Ints
    tally: Ints
    reals: Floats


def new_roll(family: Family, grid: Grid, residents: int, beats: int) -> Roll:
    """Scratch arrays of the right sizes."""
    members, options, sizes = len(family.ids), len(family.lead_a), len(family.size_points)
    depths, rounds, slots = sizes + 1, family.change.shape[1], len(grid.place)
    cells = grid.loss.shape[2]
    small, real = np.int32, np.float64
    return Roll(
        chosen=np.zeros(depths, small),
        open_count=np.zeros(depths, small),
        open=np.zeros((depths, members), small),
        worth=np.zeros((depths, members), real),
        meets=np.zeros((depths, members), real),
        hope=np.zeros((depths, members), real),
        next=np.zeros(depths, small),
        sums=np.zeros((depths, *grid.loss.shape[1:]), small),
        absent=np.zeros((depths, grid.absent.shape[1]), small),
        met=np.zeros(depths, real),
        option_count=np.zeros(depths, small),
        options=np.zeros((depths, options), small),
        base=np.zeros(members, real),
        best=np.zeros(members, real),
        give=np.zeros(depths, real),
        reach=np.zeros(depths, real),
        tops=np.zeros(depths, real),
        lump=np.zeros(options, real),
        own=np.zeros(depths, real),
        cell=np.zeros(cells, small),
        least=np.zeros(rounds, small),
        bonus=np.zeros(cells // max(1, rounds), small),
        state=np.zeros((rounds + 1, sizes), small),
        date_worth=np.zeros((rounds, slots + 1), real),
        date_sum=np.zeros(rounds + 1, real),
        ahead=np.zeros(rounds + 1, real),
        slot=np.full(rounds, NOBODY, small),
        dates=np.full(rounds, NOBODY, small),
        beats=np.zeros(beats + 1, small),
        stamp=np.zeros(residents, np.int64),
        tally=np.zeros(TALLIES, np.int64),
        reals=np.zeros(REALS, real),
    )
