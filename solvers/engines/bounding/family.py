"""Families of groups: those of one model, one mode and site, and one window of stages, searched together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from solvers.engines.bounding.facts import OUTCOMES, Bytes, Facts, Floats, Ints, Smalls

NOBODY: Final = -1
ANYBODY: Final = -2
"""In place of a facilitator: whoever it may be, as many as the model takes."""
UNSETTLED: Final = -2
"""In place of a slot: the round's date is still open."""
HOPELESS: Final = -1e18
START_STATE: Final = 1


class Family(NamedTuple):
    """``ids`` are the residents who may be members, ``base`` what each brings in whatever the dates and company.

    ``marks`` (slots, members) are their outcomes, ``courses`` (members, patterns) their prospects by pattern;
    ``change`` and ``first`` are everybody's by state (see ``attendance``). ``stage`` are the members' stages, at least
    ``spread`` apart in a group. ``size_points`` (largest size + 1) is HOPELESS where a size is not allowed;
    ``smallest`` is the least allowed. Options are the ways to be facilitated: ``lead_a`` and ``lead_b`` (NOBODY,
    ANYBODY or a number), ``fits`` (options, slots) whether it can meet there, ``topics`` and ``tags`` what the
    facilitators add. ``leads`` is the most facilitators.
    """

    ids: Smalls
    marks: Bytes
    base: Floats
    change: Smalls
    first: Smalls
    courses: Smalls
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


def only(family: Family, members: Sequence[int], option: int) -> Family:
    """The one group of these ``members`` (numbered as residents) with this option, as a family of its own."""
    places, size = np.searchsorted(family.ids, members), len(members)
    size_points = np.full(size + 1, HOPELESS)
    size_points[size] = family.size_points[size]
    return family._replace(
        ids=family.ids[places],
        marks=np.ascontiguousarray(family.marks[:, places]),
        base=family.base[places],
        courses=family.courses[places],
        stage=family.stage[places],
        size_points=size_points,
        smallest=size,
        lead_a=family.lead_a[[option]],
        lead_b=family.lead_b[[option]],
        fits=family.fits[[option]],
        topics=family.topics[[option]],
        tags=family.tags[[option]],
    )


class Desk(NamedTuple):
    """Scratch arrays of one search; a row of those with two dimensions belongs to a depth of the tree.

    ``counts`` and ``alive`` list the members still in question (numbered in the family), ``dated`` what each brings
    in with the dates so far and their prospects, whose ``pattern`` tells; ``full`` adds what company can earn at most,
    ``peak`` what facilitators can. ``options`` and ``option_count`` list those still in question, the cheapest first.
    ``slot`` is the slot of each round, NOBODY for no session or UNSETTLED. ``turn`` is the round settled below each
    node, ``worth`` how promising its dates are.

    Of the node at hand: ``change`` (rounds, outcomes, members) is what an outcome takes off a member's prospects,
    ``glance`` (rounds, dates) the most by which the floor can be exceeded with a date, the last of which is none, and
    ``before`` the same with one member to come, without what that one brings in.

    ``gains`` (faculty, sizes) is by how much being chosen lets each lift the best members of a size, ``outside``
    (sites, sizes) by how much coming from a site does.

    ``marked`` tells who of those in question is to be kept.
    ``base`` is what each member brings in less their price, which falls as prices are raised on the way. ``best`` is
    the best group of a leaf: how many, and their places among those in question.
    """

    counts: Smalls
    alive: Smalls
    dated: Floats
    pattern: Smalls
    full: Floats
    peak: Floats
    option_count: Smalls
    options: Smalls
    slot: Smalls
    beats: Smalls
    turn: Smalls
    worth: Floats
    change: Floats
    glance: Floats
    before: Floats
    stamp: Ints
    live: Ints
    totals: Floats
    least: Floats
    gains: Floats
    outside: Floats
    top: Floats
    order: Smalls
    chosen: Smalls
    brought: Floats
    ahead: Floats
    value: Floats
    marked: Bytes
    base: Floats
    best: Smalls
    tally: Ints
    reals: Floats


# Entries of Desk.tally.
(TOKEN, NODES, FOUND, STAGE, DEPTH, TALLIES) = range(6)
# Where a search by dates is (Desk.tally[STAGE]).
(NOT_BEGUN, ENTERING, CHOOSING, DONE) = range(4)
# Entries of Desk.reals. FLOOR: excess a member that is of no interest; BAR: the most found at a leaf, or the floor.
(FLOOR, BAR, REALS) = range(3)


class Finds(NamedTuple):
    """Columns found: ``members`` and ``size``, the ``option``, and what each is worth at most."""

    members: Smalls
    size: Smalls
    option: Smalls
    worth: Floats


def new_desk(facts: Facts, family: Family) -> Desk:
    """Scratch arrays of the right sizes."""
    members, options, sizes = len(family.ids), len(family.lead_a), len(family.size_points)
    rounds, (slots, residents), faculty = len(facts.round_first) - 1, facts.marks.shape, len(facts.lead_site)
    depths, small, big, real = rounds + 1, np.int32, np.int64, np.float64
    return Desk(
        counts=np.zeros(depths, small),
        alive=np.zeros((depths, members), small),
        dated=np.zeros((depths, members), real),
        pattern=np.zeros((depths, members), small),
        full=np.zeros((depths, members), real),
        peak=np.zeros((depths, members), real),
        option_count=np.zeros(depths, small),
        options=np.zeros((depths, options), small),
        slot=np.full(rounds, UNSETTLED, small),
        beats=np.zeros(int(facts.beat.max(initial=0)) + 1, small),
        turn=np.zeros(depths, small),
        worth=np.zeros((depths, slots + 1), real),
        change=np.zeros((rounds, OUTCOMES, members), real),
        glance=np.zeros((rounds, slots + 1), real),
        before=np.zeros((rounds, slots + 1), real),
        stamp=np.zeros(residents, big),
        live=np.zeros(faculty, big),
        totals=np.zeros(sizes, real),
        least=np.zeros(sizes, real),
        gains=np.zeros((faculty + 1, sizes), real),
        outside=np.zeros((1 + max(facts.site.max(initial=0), facts.lead_site.max(initial=0)), sizes), real),
        top=np.zeros(sizes, real),
        order=np.zeros(members, small),
        chosen=np.zeros(sizes, small),
        brought=np.zeros(sizes + 1, real),
        ahead=np.zeros(members + 1, real),
        value=np.zeros(members, real),
        marked=np.zeros(members, np.uint8),
        base=np.zeros(members, real),
        best=np.zeros(sizes + 1, small),
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
        worth=np.zeros(most, np.float64),
    )
