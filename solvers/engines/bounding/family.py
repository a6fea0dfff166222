"""Families of groups: those of one model, one mode and site, and one window of stages, searched together."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from solvers.engines.bounding.facts import Bytes, Floats, Ints, Smalls

NOBODY: Final = -1
ANYBODY: Final = -2
"""In place of a facilitator: whoever it may be, as many as the model takes."""
HOPELESS: Final = -1e18
START_STATE: Final = 1


class Family(NamedTuple):
    """``ids`` are the residents who may be members, ``base`` what each brings in whatever the dates and company.

    ``change`` and ``first`` are their prospects (see ``attendance``), ``stage`` their stages, at least
    ``spread`` apart in a group. ``size_points`` (largest size + 1) is HOPELESS where a size is not allowed;
    ``smallest`` is the least allowed. Options are the ways to be facilitated: ``lead_a`` and ``lead_b`` (NOBODY,
    ANYBODY or a number), ``fits`` (options, slots) whether it can meet there, ``topics`` and ``tags`` what the
    facilitators add. ``leads`` is the most facilitators.
    """

    ids: Smalls
    base: Floats
    change: Smalls
    first: Smalls
    stage: Ints
    spread: int
    size_points: Floats
    smallest: int
    lead_a: Smalls
    lead_b: Smalls
    fits: Bytes
    topics: Ints
    tags: Ints
    leads: int


class Desk(NamedTuple):
    """Scratch arrays of one search; a row of those with two dimensions belongs to a depth of the tree.

    ``counts`` and ``alive`` list the members still in question (numbered in the family), ``dated`` what each
    brings in with the dates so far and their prospects, ``state`` their automaton; ``full`` adds what company
    can earn at most, ``peak`` what facilitators can. ``options`` and ``option_count`` list those still in question.
    ``slot`` is the slot of each round so far or NOBODY.
    """

    counts: Smalls
    alive: Smalls
    dated: Floats
    state: Smalls
    full: Floats
    peak: Floats
    option_count: Smalls
    options: Smalls
    slot: Smalls
    beats: Smalls
    worth: Floats
    stamp: Ints
    live: Ints
    totals: Floats
    least: Floats
    gains: Floats
    top: Floats
    order: Smalls
    chosen: Smalls
    brought: Floats
    ahead: Floats
    value: Floats
    best_of: Floats
    tally: Ints
    reals: Floats


# Entries of Desk.tally.
(TOKEN, NODES, FOUND, TALLIES) = range(4)
# Entries of Desk.reals. FLOOR: excess a member that is of no interest; HIGHEST: the most found.
(FLOOR, HIGHEST, RAISE, REALS) = range(4)


class Finds(NamedTuple):
    """Columns found: ``members`` and ``size``, the ``option``, ``excess`` a member, and the dates."""

    members: Smalls
    size: Smalls
    option: Smalls
    excess: Floats


def new_desk(family: Family, rounds: int, residents: int, faculty: int, slots: int, beats: int) -> Desk:
    """Scratch arrays of the right sizes."""
    members, options, sizes = len(family.ids), len(family.lead_a), len(family.size_points)
    depths = rounds + 1
    small, big, real = np.int32, np.int64, np.float64
    return Desk(
        counts=np.zeros(depths, small),
        alive=np.zeros((depths, members), small),
        dated=np.zeros((depths, members), real),
        state=np.zeros((depths, members), small),
        full=np.zeros((depths, members), real),
        peak=np.zeros((depths, members), real),
        option_count=np.zeros(depths, small),
        options=np.zeros((depths, options), small),
        slot=np.full(rounds, NOBODY, small),
        beats=np.zeros(beats + 1, small),
        worth=np.zeros((depths, slots + 1), real),
        stamp=np.zeros(residents, big),
        live=np.zeros(faculty, big),
        totals=np.zeros(sizes, real),
        least=np.zeros(sizes, real),
        gains=np.zeros((faculty + 1, sizes), real),
        top=np.zeros(sizes, real),
        order=np.zeros(members, small),
        chosen=np.zeros(sizes, small),
        brought=np.zeros(sizes + 1, real),
        ahead=np.zeros(members + 1, real),
        value=np.zeros(members, real),
        best_of=np.zeros(members, real),
        tally=np.zeros(TALLIES, big),
        reals=np.zeros(REALS, real),
    )


def no_finds(family: Family, most: int) -> Finds:
    """Room for ``most`` columns."""
    sizes = len(family.size_points)
    return Finds(
        members=np.zeros((most, sizes), np.int32),
        size=np.zeros(most, np.int32),
        option=np.zeros(most, np.int32),
        excess=np.zeros(most, np.float64),
    )
