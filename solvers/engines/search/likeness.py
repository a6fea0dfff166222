"""Likeness: what residents want of the others in their group, by what everybody says of themselves.

A category is one of those in which somebody wants another alike or different, or a tag of which somebody must not be
the only one: then whoever has the tag has the value HAS_TAG in it. Nobody who asks is counted as their own company.
"""

from __future__ import annotations

from solvers.engines.compilation import compiled
from solvers.engines.memory import view
from solvers.engines.search.problem import (
    ASKS_NEVER_ALONE,
    AT_ASK_START,
    AT_ASKS,
    AT_TRAIT,
    CATEGORIES,
    NONE,
    RESIDENTS,
    W_LIKE,
    W_UNLIKE,
    Problem,
    Smalls,
    weight,
)
from solvers.engines.search.state import facilitators_of, residents_of

LIKE, UNLIKE, NEVER_ALONE, ASK_KINDS = range(4)
"""What is asked of a category: somebody of one's own value, somebody of another, or never to be the only one."""
HAS_TAG = 0


@compiled
def trait_of(problem: Problem, person: int, category: int) -> int:
    """The value of a person in a category, NONE if they told none."""
    return problem.small[problem.words[AT_TRAIT] + person * problem.words[CATEGORIES] + category]  # type: ignore[return-value]


@compiled
def asks_of(problem: Problem, kind: int, resident: int) -> Smalls:
    """The categories of which a resident asks something."""
    entry = problem.words[AT_ASK_START] + kind * (problem.words[RESIDENTS] + 1) + resident
    start = problem.words[AT_ASKS]
    return view(problem.small, start + problem.small[entry], start + problem.small[entry + 1])


@compiled
def _counts(problem: Problem, other: int, category: int, value: int, alike: bool) -> bool:
    """Whether another has a value, or with ``alike`` False one that is not this."""
    theirs = trait_of(problem, other, category)
    return theirs == value if alike else theirs != NONE and theirs != value


@compiled
def _is_met(
    problem: Problem, row: Smalls, exchange: tuple[int, int], resident: int, category: int, value: int, alike: bool
) -> bool:
    """Whether another than the resident in a group has a value, or one that is not this; ``exchange`` as below."""
    leaving, joining = exchange
    if joining != NONE and joining != resident and _counts(problem, joining, category, value, alike):
        return True
    for other in residents_of(problem, row):
        if other != leaving and other != resident and _counts(problem, other, category, value, alike):
            return True
    for other in facilitators_of(problem, row):
        if _counts(problem, other, category, value, alike):
            return True
    return False


@compiled
def _points_of(problem: Problem, row: Smalls, exchange: tuple[int, int], resident: int) -> int:
    points = 0
    for category in asks_of(problem, LIKE, resident):
        if _is_met(problem, row, exchange, resident, category, trait_of(problem, resident, category), True):
            points += weight(problem, W_LIKE)
    for category in asks_of(problem, UNLIKE, resident):
        if _is_met(problem, row, exchange, resident, category, trait_of(problem, resident, category), False):
            points += weight(problem, W_UNLIKE)
    return points


@compiled
def likeness_points(problem: Problem, row: Smalls, leaving: int, joining: int) -> int:
    """Points for people alike and different, as if one resident had left and another joined.

    To be asked only if anybody ASKS_LIKENESS: a call that finds nothing costs some per cent of a move.
    """
    points, exchange = 0, (leaving, joining)
    if joining != NONE:
        points += _points_of(problem, row, exchange, joining)
    for resident in residents_of(problem, row):
        if resident != leaving:
            points += _points_of(problem, row, exchange, resident)
    return points


@compiled
def missing_company(problem: Problem, row: Smalls, leaving: int, joining: int, resident: int) -> int:
    """A category in which a resident must not be, and would be, the only one in a group; NONE if there is none."""
    for category in asks_of(problem, NEVER_ALONE, resident):
        if not _is_met(problem, row, (leaving, joining), resident, category, HAS_TAG, True):
            return int(category)
    return NONE


@compiled
def leaves_alone(problem: Problem, row: Smalls, leaving: int, joining: int) -> bool:
    """Whether somebody would be the only one where they must not, had one resident left and another joined.

    To be asked only if anybody ASKS_NEVER_ALONE.
    """
    if joining != NONE and missing_company(problem, row, leaving, joining, joining) != NONE:
        return True
    for resident in residents_of(problem, row):
        if resident != leaving and missing_company(problem, row, leaving, joining, resident) != NONE:
            return True
    return False


@compiled
def who_is_alone(problem: Problem, row: Smalls) -> int:
    """A resident of a group who is the only one where they must not be; NONE if nobody is."""
    if problem.words[ASKS_NEVER_ALONE]:
        for resident in residents_of(problem, row):
            if missing_company(problem, row, NONE, NONE, resident) != NONE:
                return int(resident)
    return NONE
