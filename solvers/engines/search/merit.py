"""What a group may be and what it is worth apart from its dates (hard rules 2, 3 and part of 4; points likewise)."""

from __future__ import annotations

from solvers.engines.search.compiled import compiled
from solvers.engines.search.problem import (
    APART,
    CHOICES,
    COMPANY,
    EXTERNAL,
    FIRST_MODE,
    INTERESTS,
    LABEL,
    LEADS_MAX,
    LEADS_MIN,
    MODES,
    NOBODY,
    PREFER,
    REFUSED,
    REQUIRE,
    SITE,
    SIZE_MAX,
    SIZE_MIN,
    SPREAD_MAX,
    SPREAD_MIN,
    STAGE,
    TAGS,
    TARGET,
    W_ALONE,
    W_CHOICE,
    W_EXTERNAL,
    W_INTEREST,
    W_MODE,
    W_MOVED,
    W_PLACED,
    W_REGROUP,
    W_SIZE,
    W_TRAVEL,
    W_WANT,
    WANTS,
    Problem,
    Smalls,
)
from solvers.engines.search.state import LEADERS, MODE, MODEL, PLACE, ROW, SIZE, TOKEN, State, leaders_of, residents_of


@compiled
def bit_count(word: int) -> int:
    """Count the ones of a non-negative word."""
    total = 0
    while word:
        word &= word - 1
        total += 1
    return total


@compiled
def fits(problem: Problem, row: Smalls) -> bool:
    """Whether size, facilitators and stages suit the model."""
    model = problem.model[row[MODEL]]
    if not model[SIZE_MIN] <= row[SIZE] <= model[SIZE_MAX]:
        return False
    if not model[LEADS_MIN] <= row[LEADERS] <= model[LEADS_MAX]:
        return False
    lowest, highest = 1 << 40, -(1 << 40)
    for resident in residents_of(problem, row):
        lowest = min(lowest, problem.person[resident, STAGE])
        highest = max(highest, problem.person[resident, STAGE])
    return bool(model[SPREAD_MIN] <= highest - lowest <= model[SPREAD_MAX])


@compiled
def _personal(problem: Problem, row: Smalls) -> int:
    """Points each resident has from model, mode and travel; REFUSED if anybody refuses."""
    model, mode, place = row[MODEL], row[MODE], row[PLACE]
    points = 0
    for resident in residents_of(problem, row):
        person = problem.person[resident]
        liked = problem.accepts[resident, model]
        if liked == REFUSED or not (person[MODES] >> mode) & 1:
            return REFUSED
        points += liked
        if person[FIRST_MODE] == mode:
            points += problem.weight[W_MODE]
        if mode == problem.in_person and person[SITE] != place:
            points += problem.weight[W_TRAVEL]
    for leader in leaders_of(problem, row):
        if problem.accepts[leader, model] == REFUSED or not (problem.person[leader, MODES] >> mode) & 1:
            return REFUSED
    return points


@compiled
def _stamp(problem: Problem, state: State, row: Smalls) -> int:
    """Mark the members with a fresh token, so that membership is one look-up."""
    state.tally[TOKEN] += 1
    token = state.tally[TOKEN]
    for resident in residents_of(problem, row):
        state.bench.stamp[resident] = token
    for leader in leaders_of(problem, row):
        state.bench.stamp[leader] = token
    return int(token)


@compiled
def _met(problem: Problem, state: State, kind: int, person: int, token: int) -> int:
    """How many on one of a person's lists are in the stamped group."""
    total = 0
    for entry in range(problem.link_start[kind, person], problem.link_start[kind, person + 1]):
        if state.bench.stamp[problem.links[entry]] == token:
            total += 1
    return total


@compiled
def _parted(problem: Problem, state: State, row: Smalls, token: int) -> bool:
    """Whether two members must be kept apart."""
    for resident in residents_of(problem, row):
        if _met(problem, state, APART, resident, token):
            return True
    for leader in leaders_of(problem, row):
        if _met(problem, state, APART, leader, token):
            return True
    return False


@compiled
def _sharing(problem: Problem, row: Smalls) -> int:
    """Points for interests shared and tags that nobody else has."""
    once = twice = tag_once = tag_twice = 0
    for resident in residents_of(problem, row):
        topics, tags = problem.person[resident, INTERESTS], problem.person[resident, TAGS]
        twice, once = twice | (once & topics), once | topics
        tag_twice, tag_once = tag_twice | (tag_once & tags), tag_once | tags
    for leader in leaders_of(problem, row):
        topics, tags = problem.person[leader, INTERESTS], problem.person[leader, TAGS]
        twice, once = twice | (once & topics), once | topics
        tag_twice, tag_once = tag_twice | (tag_once & tags), tag_once | tags
    shared = alone = 0
    for resident in residents_of(problem, row):
        person = problem.person[resident]
        shared += bit_count(person[INTERESTS] & twice)
        if person[COMPANY]:
            alone += bit_count(person[COMPANY] & ~(tag_twice | (tag_once & ~person[TAGS])))
    return int(problem.weight[W_INTEREST] * shared + problem.weight[W_ALONE] * alone)


@compiled
def _from_outside(problem: Problem, row: Smalls, site: int) -> bool:
    for leader in leaders_of(problem, row):
        if problem.person[leader, SITE] == site:
            return False
    return True


@compiled
def _wishes(problem: Problem, state: State, row: Smalls, token: int) -> int:
    """Points for wanted people, chosen and external facilitators; REFUSED where an external one is required."""
    points = 0
    for resident in residents_of(problem, row):
        points += problem.weight[W_WANT] * _met(problem, state, WANTS, resident, token)
        if row[LEADERS] == 0:
            continue
        if _met(problem, state, CHOICES, resident, token):
            points += problem.weight[W_CHOICE]
        external = problem.person[resident, EXTERNAL]
        if external and _from_outside(problem, row, problem.person[resident, SITE]):
            if external == PREFER:
                points += problem.weight[W_EXTERNAL]
        elif external == REQUIRE:
            return REFUSED
    return int(points)


@compiled
def _loyalty(problem: Problem, row: Smalls) -> int:
    """Points against change: what returning residents save and, as if all moved, what earlier sessions cost."""
    label = row[ROW]
    if label >= problem.labels:
        return 0
    back = earlier = 0
    for resident in residents_of(problem, row):
        if problem.person[resident, LABEL] == label:
            back += 1
    for slot in problem.old_slot[label]:
        if slot != NOBODY:
            earlier += 1
    return int(problem.weight[W_MOVED] * row[SIZE] * earlier - problem.weight[W_REGROUP] * back)


@compiled
def worth(problem: Problem, state: State, row: Smalls) -> int:
    """Points of a group apart from its dates, or REFUSED if it breaks a rule that does not hang on dates."""
    if not fits(problem, row):
        return REFUSED
    points = _personal(problem, row)
    if points == REFUSED:
        return REFUSED
    token = _stamp(problem, state, row)
    if _parted(problem, state, row, token):
        return REFUSED
    wishes = _wishes(problem, state, row, token)
    if wishes == REFUSED:
        return REFUSED
    points += wishes + _sharing(problem, row) + _loyalty(problem, row)
    points += problem.weight[W_PLACED] * row[SIZE]
    target = problem.model[row[MODEL], TARGET]
    if target != NOBODY:
        points += problem.weight[W_SIZE] * abs(row[SIZE] - target)
    return int(points)
