"""The pricing subproblem: all groups of one model, one mode and site, and one range of stages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from solvers.engines.bound.instance_data import Bytes, Floats, Ints, Smalls

NO_FACILITATOR: Final = -1
ANY_FACILITATOR: Final = -2
"""In place of a facilitator: any of them, as many as the model allows."""
NO_SESSION: Final = -1
"""In place of a slot: no session in the round."""
UNFIXED: Final = -2
"""In place of a slot: the round's date is not fixed yet."""
MINUS_INFINITY: Final = -1e18
START_STATE: Final = 1


class Subproblem(NamedTuple):
    """The data of one pricing subproblem. Its members are numbered from 0.

    ``residents`` (members) are the residents who may be members, ``base`` (members) their points whatever the dates and
    companions. ``marks`` (slots, members) are outcomes; ``counted`` (slots, members) is 1 for those who count towards a
    quorum or are on long leave; ``attendance_by_pattern`` (members, patterns) is what attendance can still earn.
    ``outcome_change`` and ``best_attendance`` are those of all residents, by state (see
    ``attendance``). ``stage`` (members) differs by at least ``min_spread`` in a group. ``size_points`` (largest size +
    1) is MINUS_INFINITY for sizes that are not allowed; ``min_size`` is the smallest allowed. ``least_coming`` (largest
    size + 1) is the quorum of a group of each size.

    An *option* is a way of facilitating a group: ``first_facilitator`` and ``second_facilitator`` (NO_FACILITATOR,
    ANY_FACILITATOR or a number), ``can_meet`` (options, slots), and the masks ``option_topics``, ``option_tags``
    and ``option_traits`` of its facilitators. ``option_points`` (options) are what it earns a group of this id. No
    group has more than ``max_facilitators``.

    ``slot_points`` (slots) and ``skip_points`` (rounds) are what every member earns besides by a session there, and by
    none: never above 0.
    """

    residents: Smalls
    marks: Bytes
    counted: Bytes
    base: Floats
    outcome_change: Smalls
    best_attendance: Smalls
    attendance_by_pattern: Smalls
    stage: Ints
    min_spread: int
    size_points: Floats
    min_size: int
    least_coming: Smalls
    first_facilitator: Smalls
    second_facilitator: Smalls
    can_meet: Bytes
    option_topics: Ints
    option_tags: Ints
    option_traits: Ints
    option_points: Floats
    slot_points: Floats
    skip_points: Floats
    max_facilitators: int


def single_group(subproblem: Subproblem, members: Sequence[int], option: int) -> Subproblem:
    """The one group of these ``members`` (numbered as residents) and this option, as a subproblem of its own."""
    positions, size = np.searchsorted(subproblem.residents, members), len(members)
    size_points = np.full(size + 1, MINUS_INFINITY)
    size_points[size] = subproblem.size_points[size]
    return subproblem._replace(
        residents=subproblem.residents[positions],
        marks=np.ascontiguousarray(subproblem.marks[:, positions]),
        counted=np.ascontiguousarray(subproblem.counted[:, positions]),
        base=subproblem.base[positions],
        attendance_by_pattern=subproblem.attendance_by_pattern[positions],
        stage=subproblem.stage[positions],
        size_points=size_points,
        min_size=size,
        least_coming=np.ascontiguousarray(subproblem.least_coming[: size + 1]),
        first_facilitator=subproblem.first_facilitator[[option]],
        second_facilitator=subproblem.second_facilitator[[option]],
        can_meet=subproblem.can_meet[[option]],
        option_topics=subproblem.option_topics[[option]],
        option_tags=subproblem.option_tags[[option]],
        option_traits=subproblem.option_traits[[option]],
        option_points=subproblem.option_points[[option]],
    )
