"""What it would change if one resident left a group and another joined it, told from what the group's row remembers.

Most moves are hopeless, and most exchange residents. So these are judged first without laying the changed groups out:
who leaves takes along what hangs on them, who joins brings in what hangs on them, at the dates that the group has.
"""

from __future__ import annotations

from solvers.engines.compiling import compiled
from solvers.engines.search.glancing import bit_of
from solvers.engines.search.merit import from_outside, sharing
from solvers.engines.search.problem import (
    APART,
    BOND,
    CHOICES,
    EXTERNAL,
    FIRST_MODE,
    IN_PERSON,
    LABEL,
    LABELS,
    MODES,
    NOBODY,
    PREFER,
    REFUSED,
    REQUIRE,
    RESIDENTS,
    SITE,
    SIZE_MAX,
    SIZE_MIN,
    SPREAD_MAX,
    SPREAD_MIN,
    STAGE,
    TARGET,
    W_CHOICE,
    W_EXTERNAL,
    W_MODE,
    W_MOVED,
    W_PLACED,
    W_REGROUP,
    W_SIZE,
    W_TRAVEL,
    W_WANT,
    Problem,
    Smalls,
    accepts,
    comes,
    earned,
    links,
    missing,
    model_of,
    old_slot,
    person_of,
    quorum,
    room_capacity,
    weight,
)
from solvers.engines.search.state import (
    LEADERS,
    MODE,
    MODEL,
    PLACE,
    ROW,
    SHARED,
    SIZE,
    State,
    dates_of,
    group_of,
    group_row,
    leaders_of,
    residents_of,
    rooms_of,
    turnout_of,
)

UNSURE = 1 << 40
"""Instead of points: the changed group has to be laid out to tell."""


@compiled
def exchange(problem: Problem, state: State, number: int, leaving: int, joining: int) -> int:
    """Points that the group in row ``number`` would gain at its present dates; either resident may be NOBODY.

    REFUSED if a rule would be broken, UNSURE if mode, room or a session would have to change.
    """
    row = group_row(problem, state, number)
    size = row[SIZE] + (joining != NOBODY) - (leaving != NOBODY)
    if size == 0:
        return UNSURE
    if not _allowed(problem, row, size, leaving, joining):
        return REFUSED
    points = sharing(problem, row, leaving, joining) - row[SHARED] + _resized(problem, row, size)
    if leaving != NOBODY:
        points -= _own(problem, state, row, leaving, NOBODY)
    if joining != NOBODY:
        if not (person_of(problem, joining)[MODES] >> row[MODE]) & 1:
            return UNSURE
        if _among(problem, state, row, links(problem, APART, joining), leaving):
            return REFUSED
        brought = _own(problem, state, row, joining, leaving)
        if brought == REFUSED:
            return REFUSED
        points += brought
    if size > row[SIZE] and not _roomy(problem, row, size):
        return UNSURE
    attending = _attending(problem, row, size, leaving, joining)
    return UNSURE if attending == UNSURE else points + attending


@compiled
def _allowed(problem: Problem, row: Smalls, size: int, leaving: int, joining: int) -> bool:
    """Whether size and stages would suit the model."""
    model = model_of(problem, row[MODEL])
    if size < max(1, model[SIZE_MIN]) or size > model[SIZE_MAX]:
        return False
    lowest, highest = 1 << 40, -(1 << 40)
    if joining != NOBODY:
        lowest = highest = person_of(problem, joining)[STAGE]
    for resident in residents_of(problem, row):
        if resident != leaving:
            stage = person_of(problem, resident)[STAGE]
            lowest, highest = min(lowest, stage), max(highest, stage)
    return bool(model[SPREAD_MIN] <= highest - lowest <= model[SPREAD_MAX])


@compiled
def _resized(problem: Problem, row: Smalls, size: int) -> int:
    """What another size is worth: its distance from the target, and what earlier sessions cost each resident."""
    points, target = 0, model_of(problem, row[MODEL])[TARGET]
    if target != NOBODY:
        points += weight(problem, W_SIZE) * (abs(size - target) - abs(row[SIZE] - target))
    if row[ROW] < problem.words[LABELS] and size != row[SIZE]:
        dates = dates_of(problem, row)
        for number in range(len(dates)):
            old = old_slot(problem, row[ROW], number)
            if old != NOBODY and old != dates[number]:
                points += weight(problem, W_MOVED) * (size - row[SIZE])
    return points


@compiled
def _among(problem: Problem, state: State, row: Smalls, people: Smalls, leaving: int) -> int:
    """How many of some people are in a group, the one who leaves aside."""
    found = 0
    for other in people:
        if other < problem.words[RESIDENTS]:
            found += other != leaving and group_of(problem, state)[other] == row[ROW]
        else:
            for leader in leaders_of(problem, row):
                found += leader == other
    return found


@compiled
def _own(problem: Problem, state: State, row: Smalls, resident: int, leaving: int) -> int:
    """Points that a group has because of one resident, who leaves or joins; REFUSED if they would not be in it."""
    points = accepts(problem, resident, row[MODEL])
    if points == REFUSED:
        return REFUSED
    person = person_of(problem, resident)
    points += weight(problem, W_PLACED)
    if person[FIRST_MODE] == row[MODE]:
        points += weight(problem, W_MODE)
    if row[MODE] == problem.words[IN_PERSON] and person[SITE] != row[PLACE]:
        points += weight(problem, W_TRAVEL)
    if row[ROW] < problem.words[LABELS] and person[LABEL] == row[ROW]:
        points -= weight(problem, W_REGROUP)
    points += weight(problem, W_WANT) * _among(problem, state, row, links(problem, BOND, resident), leaving)
    if row[LEADERS] == 0:
        return points
    if _among(problem, state, row, links(problem, CHOICES, resident), leaving):
        points += weight(problem, W_CHOICE)
    if person[EXTERNAL]:
        if from_outside(problem, row, person[SITE]):
            points += weight(problem, W_EXTERNAL) * (person[EXTERNAL] == PREFER)
        elif person[EXTERNAL] == REQUIRE:
            return REFUSED
    return points


@compiled
def _roomy(problem: Problem, row: Smalls, size: int) -> bool:
    """Whether all rooms that a group has would hold it."""
    if row[MODE] != problem.words[IN_PERSON]:
        return True
    for room in rooms_of(problem, row):
        if room != NOBODY and room_capacity(problem, room) < size + row[LEADERS]:
            return False
    return True


@compiled
def _attending(problem: Problem, row: Smalls, size: int, leaving: int, joining: int) -> int:
    """What the sessions would gain; UNSURE if one could not be held."""
    dates, turnout = dates_of(problem, row), turnout_of(problem, row)
    need, points = quorum(problem, size), 0
    left = joined = 0
    for number in range(len(dates)):
        slot = dates[number]
        if slot == NOBODY:
            continue
        come = turnout[number]
        if leaving != NOBODY:
            there = comes(problem, leaving, slot)
            points -= earned(problem, leaving, slot)
            left |= bit_of(number) * there
            come -= there
        if joining != NOBODY:
            there = comes(problem, joining, slot)
            points += earned(problem, joining, slot)
            joined |= bit_of(number) * there
            come += there
        if come < need:
            return UNSURE
    if leaving != NOBODY:
        points -= missing(problem, left)
    if joining != NOBODY:
        points += missing(problem, joined)
    return points
