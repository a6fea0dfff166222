"""What a group may be and what it is worth apart from its dates (hard rules 2, 3 and part of 4; points likewise)."""

from __future__ import annotations

from solvers.engines.compiling import compiled
from solvers.engines.search.problem import (
    APART,
    CHOICES,
    COMPANY,
    EXTERNAL,
    FIRST_MODE,
    IN_PERSON,
    INTERESTS,
    LABEL,
    LABELS,
    LEADS_MAX,
    LEADS_MIN,
    MODES,
    NOBODY,
    PREFER,
    REFUSED,
    REQUIRE,
    ROUNDS,
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
    accepts,
    bit_count,
    links,
    model_of,
    old_slot,
    person_of,
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
    TOKEN,
    State,
    leaders_of,
    residents_of,
    stamp,
)


@compiled
def fits(problem: Problem, row: Smalls) -> bool:
    """Whether size, facilitators and stages suit the model."""
    model = model_of(problem, row[MODEL])
    if not model[SIZE_MIN] <= row[SIZE] <= model[SIZE_MAX]:
        return False
    if not model[LEADS_MIN] <= row[LEADERS] <= model[LEADS_MAX]:
        return False
    lowest, highest = 1 << 40, -(1 << 40)
    for resident in residents_of(problem, row):
        lowest = min(lowest, person_of(problem, resident)[STAGE])
        highest = max(highest, person_of(problem, resident)[STAGE])
    return model[SPREAD_MIN] <= highest - lowest <= model[SPREAD_MAX]


@compiled
def _personal(problem: Problem, row: Smalls) -> int:
    """Points each resident has from model, mode and travel; REFUSED if anybody refuses."""
    model, mode, place = row[MODEL], row[MODE], row[PLACE]
    points = 0
    for resident in residents_of(problem, row):
        person = person_of(problem, resident)
        liked = accepts(problem, resident, model)
        if liked == REFUSED or not (person[MODES] >> mode) & 1:
            return REFUSED
        points += liked
        if person[FIRST_MODE] == mode:
            points += weight(problem, W_MODE)
        if mode == problem.words[IN_PERSON] and person[SITE] != place:
            points += weight(problem, W_TRAVEL)
    for leader in leaders_of(problem, row):
        if accepts(problem, leader, model) == REFUSED or not (person_of(problem, leader)[MODES] >> mode) & 1:
            return REFUSED
    return points


@compiled
def _stamp(problem: Problem, state: State, row: Smalls) -> int:
    """Mark the members with a fresh token, so that membership is one look-up."""
    state.words[TOKEN] += 1
    token = state.words[TOKEN]
    for resident in residents_of(problem, row):
        stamp(problem, state)[resident] = token
    for leader in leaders_of(problem, row):
        stamp(problem, state)[leader] = token
    return token


@compiled
def _met(problem: Problem, state: State, kind: int, person: int, token: int) -> int:
    """How many on one of a person's lists are in the stamped group."""
    total = 0
    tokens = stamp(problem, state)
    for other in links(problem, kind, person):
        if tokens[other] == token:
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
def sharing(problem: Problem, row: Smalls, leaving: int, joining: int) -> int:
    """Points for interests shared and tags that nobody else has, had one resident left and another joined."""
    once = twice = tag_once = tag_twice = 0
    if joining != NOBODY:
        once, tag_once = person_of(problem, joining)[INTERESTS], person_of(problem, joining)[TAGS]
    for resident in residents_of(problem, row):
        if resident != leaving:
            topics, tags = person_of(problem, resident)[INTERESTS], person_of(problem, resident)[TAGS]
            twice, once = twice | (once & topics), once | topics
            tag_twice, tag_once = tag_twice | (tag_once & tags), tag_once | tags
    for leader in leaders_of(problem, row):
        topics, tags = person_of(problem, leader)[INTERESTS], person_of(problem, leader)[TAGS]
        twice, once = twice | (once & topics), once | topics
        tag_twice, tag_once = tag_twice | (tag_once & tags), tag_once | tags
    points = 0
    if joining != NOBODY:
        points += _share(problem, joining, twice, tag_once, tag_twice)
    for resident in residents_of(problem, row):
        if resident != leaving:
            points += _share(problem, resident, twice, tag_once, tag_twice)
    return points


@compiled
def _share(problem: Problem, resident: int, twice: int, tag_once: int, tag_twice: int) -> int:
    """What interests and tags, had by one or by two and more in a group, earn a member."""
    person = person_of(problem, resident)
    points = weight(problem, W_INTEREST) * bit_count(person[INTERESTS] & twice)
    if person[COMPANY]:
        points += weight(problem, W_ALONE) * bit_count(person[COMPANY] & ~(tag_twice | (tag_once & ~person[TAGS])))
    return points


@compiled
def from_outside(problem: Problem, row: Smalls, site: int) -> bool:
    """Whether no facilitator of a group works at a site."""
    for leader in leaders_of(problem, row):
        if person_of(problem, leader)[SITE] == site:
            return False
    return True


@compiled
def _wishes(problem: Problem, state: State, row: Smalls, token: int) -> int:
    """Points for wanted people, chosen and external facilitators; REFUSED where an external one is required."""
    points = 0
    for resident in residents_of(problem, row):
        points += weight(problem, W_WANT) * _met(problem, state, WANTS, resident, token)
        if row[LEADERS] == 0:
            continue
        if _met(problem, state, CHOICES, resident, token):
            points += weight(problem, W_CHOICE)
        external = person_of(problem, resident)[EXTERNAL]
        if external and from_outside(problem, row, person_of(problem, resident)[SITE]):
            if external == PREFER:
                points += weight(problem, W_EXTERNAL)
        elif external == REQUIRE:
            return REFUSED
    return points


@compiled
def _loyalty(problem: Problem, row: Smalls) -> int:
    """Points against change: what returning residents save and, as if all moved, what earlier sessions cost."""
    label = row[ROW]
    if label >= problem.words[LABELS]:
        return 0
    back = earlier = 0
    for resident in residents_of(problem, row):
        if person_of(problem, resident)[LABEL] == label:
            back += 1
    for number in range(problem.words[ROUNDS]):
        if old_slot(problem, label, number) != NOBODY:
            earlier += 1
    return weight(problem, W_MOVED) * row[SIZE] * earlier - weight(problem, W_REGROUP) * back


@compiled
def worth(problem: Problem, state: State, row: Smalls) -> int:
    """Points of a group apart from its dates, or REFUSED if it breaks a rule that does not hang on dates.

    Writes those for interests and tags into the row.
    """
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
    row[SHARED] = sharing(problem, row, NOBODY, NOBODY)
    points += wishes + row[SHARED] + _loyalty(problem, row)
    points += weight(problem, W_PLACED) * row[SIZE]
    target = model_of(problem, row[MODEL])[TARGET]
    if target != NOBODY:
        points += weight(problem, W_SIZE) * abs(row[SIZE] - target)
    return points
