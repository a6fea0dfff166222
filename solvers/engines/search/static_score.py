"""Static score: the hard rules and the points of a group that do not depend on its dates."""

from __future__ import annotations

from solvers.engines.compilation import compiled
from solvers.engines.search.likeness import leaves_alone, likeness_points
from solvers.engines.search.problem import (
    ASKS_LIKENESS,
    ASKS_NEVER_ALONE,
    CHOICES,
    COMPANY,
    CONFLICTS,
    EXTERNAL,
    FACILITATORS_MAX,
    FACILITATORS_MIN,
    FIRST_MODE,
    FORMER_GROUP,
    IN_PERSON_MODE,
    INFEASIBLE,
    INTERESTS,
    MODES,
    NONE,
    OVER,
    PREFER,
    PREVIOUS_GROUPS,
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
    W_HANDOVER,
    W_INTEREST,
    W_MODE,
    W_MOVED,
    W_PLACED,
    W_REGROUP,
    W_SIZE,
    W_TRAVEL,
    W_WANT,
    W_WANT_ANY,
    WANTS,
    Problem,
    Smalls,
    bit_count,
    model_of,
    model_points,
    neighbours,
    person_of,
    previous_facilitators,
    previous_slot,
    weight,
)
from solvers.engines.search.state import (
    FACILITATORS,
    MEETING_SITE,
    MODE,
    MODEL,
    ROW,
    SIZE,
    TOKEN,
    TRAIT_SCORE,
    State,
    facilitators_of,
    residents_of,
    stamp,
)


@compiled
def fits_model(problem: Problem, row: Smalls) -> bool:
    """Whether a group's facilitators and residents fit its model."""
    model = model_of(problem, row[MODEL])
    if not model[FACILITATORS_MIN] <= row[FACILITATORS] <= model[FACILITATORS_MAX]:
        return False
    return residents_fit_model(problem, row, row[SIZE], NONE, NONE)


@compiled
def residents_fit_model(problem: Problem, row: Smalls, size: int, leaving: int, joining: int) -> bool:
    """Whether the residents fit the model by number and stages, as if one had left and another joined."""
    model = model_of(problem, row[MODEL])
    if size < max(1, model[SIZE_MIN]) or size > model[SIZE_MAX]:
        return False
    lowest, highest = 1 << 40, -(1 << 40)
    if joining != NONE:
        lowest = highest = person_of(problem, joining)[STAGE]
    for resident in residents_of(problem, row):
        if resident != leaving:
            stage = person_of(problem, resident)[STAGE]
            lowest, highest = min(lowest, stage), max(highest, stage)
    return bool(model[SPREAD_MIN] <= highest - lowest <= model[SPREAD_MAX])


@compiled
def _member_points(problem: Problem, row: Smalls) -> int:
    """Points of the residents for model, mode and travel; INFEASIBLE if anybody does not accept model or mode."""
    model, mode, site = row[MODEL], row[MODE], row[MEETING_SITE]
    points = 0
    for resident in residents_of(problem, row):
        person = person_of(problem, resident)
        liked = model_points(problem, resident, model)
        if liked == INFEASIBLE or not (person[MODES] >> mode) & 1:
            return INFEASIBLE
        points += liked
        if person[FIRST_MODE] == mode:
            points += weight(problem, W_MODE)
        if mode == problem.words[IN_PERSON_MODE] and person[SITE] != site:
            points += weight(problem, W_TRAVEL)
    for facilitator in facilitators_of(problem, row):
        if (
            model_points(problem, facilitator, model) == INFEASIBLE
            or not (person_of(problem, facilitator)[MODES] >> mode) & 1
        ):
            return INFEASIBLE
    return points


@compiled
def _stamp_members(problem: Problem, state: State, row: Smalls) -> int:
    """Stamp the members with a new token, so that membership is one look-up."""
    state.words[TOKEN] += 1
    token = state.words[TOKEN]
    for resident in residents_of(problem, row):
        stamp(problem, state)[resident] = token
    for facilitator in facilitators_of(problem, row):
        stamp(problem, state)[facilitator] = token
    return token


@compiled
def _count_met(problem: Problem, state: State, kind: int, person: int, token: int) -> int:
    """How many on one of a person's neighbour lists are in the stamped group."""
    total = 0
    tokens = stamp(problem, state)
    for other in neighbours(problem, kind, person):
        if tokens[other] == token:
            total += 1
    return total


@compiled
def _has_conflict(problem: Problem, state: State, row: Smalls, token: int) -> bool:
    """Whether two members have a conflict."""
    for resident in residents_of(problem, row):
        if _count_met(problem, state, CONFLICTS, resident, token):
            return True
    for facilitator in facilitators_of(problem, row):
        if _count_met(problem, state, CONFLICTS, facilitator, token):
            return True
    return False


@compiled
def _is_among(people: Smalls, who: int) -> bool:
    for other in people:
        if other == who:
            return True
    return False


@compiled
def _is_accompanied(problem: Problem, row: Smalls, who: int, over: int) -> bool:
    """Whether a facilitator of another site is beside who has power over somebody, and has none over them."""
    site, powers = person_of(problem, who)[SITE], neighbours(problem, OVER, over)
    for facilitator in facilitators_of(problem, row):
        if facilitator != over and person_of(problem, facilitator)[SITE] != site:
            if not _is_among(powers, facilitator):
                return True
    return False


@compiled
def _is_led_alone(problem: Problem, row: Smalls, person: int) -> bool:
    """Whether somebody who leads a member only accompanied is in the group, and is not."""
    for who in neighbours(problem, OVER, person):
        present = _is_among(residents_of(problem, row), who) or _is_among(facilitators_of(problem, row), who)
        if present and not _is_accompanied(problem, row, who, person):
            return True
    return False


@compiled
def lacks_company(problem: Problem, row: Smalls) -> bool:
    """Whether a group needs another facilitator, beside who leads a member only accompanied."""
    for resident in residents_of(problem, row):
        if _is_led_alone(problem, row, resident):
            return True
    for facilitator in facilitators_of(problem, row):
        if _is_led_alone(problem, row, facilitator):
            return True
    return False


@compiled
def trait_points(problem: Problem, row: Smalls, leaving: int, joining: int) -> int:
    """Points for shared interests, lonely tags and likeness, as if one resident had left and another joined."""
    once = twice = tag_once = tag_twice = 0
    if joining != NONE:
        once, tag_once = person_of(problem, joining)[INTERESTS], person_of(problem, joining)[TAGS]
    for resident in residents_of(problem, row):
        if resident != leaving:
            topics, tags = person_of(problem, resident)[INTERESTS], person_of(problem, resident)[TAGS]
            twice, once = twice | (once & topics), once | topics
            tag_twice, tag_once = tag_twice | (tag_once & tags), tag_once | tags
    for facilitator in facilitators_of(problem, row):
        topics, tags = person_of(problem, facilitator)[INTERESTS], person_of(problem, facilitator)[TAGS]
        twice, once = twice | (once & topics), once | topics
        tag_twice, tag_once = tag_twice | (tag_once & tags), tag_once | tags
    points = 0
    if joining != NONE:
        points += _member_trait_points(problem, joining, twice, tag_once, tag_twice)
    for resident in residents_of(problem, row):
        if resident != leaving:
            points += _member_trait_points(problem, resident, twice, tag_once, tag_twice)
    if problem.words[ASKS_LIKENESS]:
        points += likeness_points(problem, row, leaving, joining)
    return points


@compiled
def _member_trait_points(problem: Problem, resident: int, twice: int, tag_once: int, tag_twice: int) -> int:
    """Points of a member for interests and tags, given which of them one, and which two or more, in the group have."""
    person = person_of(problem, resident)
    points = weight(problem, W_INTEREST) * bit_count(person[INTERESTS] & twice)
    if person[COMPANY]:
        points += weight(problem, W_ALONE) * bit_count(person[COMPANY] & ~(tag_twice | (tag_once & ~person[TAGS])))
    return points


@compiled
def all_external(problem: Problem, row: Smalls, site: int) -> bool:
    """Whether all facilitators of a group are external to a site."""
    for facilitator in facilitators_of(problem, row):
        if person_of(problem, facilitator)[SITE] == site:
            return False
    return True


@compiled
def _wish_points(problem: Problem, state: State, row: Smalls, token: int) -> int:
    """Points for wanted people, chosen and external facilitators; INFEASIBLE where an external one is required."""
    points = 0
    for resident in residents_of(problem, row):
        companions = _count_met(problem, state, WANTS, resident, token)
        points += weight(problem, W_WANT) * companions + weight(problem, W_WANT_ANY) * (companions > 0)
        if row[FACILITATORS] == 0:
            continue
        if _count_met(problem, state, CHOICES, resident, token):
            points += weight(problem, W_CHOICE)
        external = person_of(problem, resident)[EXTERNAL]
        if external and all_external(problem, row, person_of(problem, resident)[SITE]):
            if external == PREFER:
                points += weight(problem, W_EXTERNAL)
        elif external == REQUIRE:
            return INFEASIBLE
    return points


@compiled
def _stability_points(problem: Problem, row: Smalls) -> int:
    """Points for stability: what returning people save and, as if all moved, what previous sessions cost."""
    group = row[ROW]
    if group >= problem.words[PREVIOUS_GROUPS]:
        return 0
    back = previous_sessions = leading = 0
    for resident in residents_of(problem, row):
        if person_of(problem, resident)[FORMER_GROUP] == group:
            back += 1
    for number in range(problem.words[ROUNDS]):
        if previous_slot(problem, group, number) != NONE:
            previous_sessions += 1
    for former in previous_facilitators(problem, group):
        for facilitator in facilitators_of(problem, row):
            leading += former == facilitator
    saved = weight(problem, W_REGROUP) * back + weight(problem, W_HANDOVER) * leading
    return weight(problem, W_MOVED) * row[SIZE] * previous_sessions - saved


@compiled
def static_score(problem: Problem, state: State, row: Smalls) -> int:
    """Points of a group without its dates, or INFEASIBLE if it breaks a rule that does not depend on them.

    Writes those for interests, tags and likeness into the row as well.
    """
    if not fits_model(problem, row):
        return INFEASIBLE
    points = _member_points(problem, row)
    if points == INFEASIBLE:
        return INFEASIBLE
    token = _stamp_members(problem, state, row)
    if _has_conflict(problem, state, row, token) or lacks_company(problem, row):
        return INFEASIBLE
    if problem.words[ASKS_NEVER_ALONE] and leaves_alone(problem, row, NONE, NONE):
        return INFEASIBLE
    wishes = _wish_points(problem, state, row, token)
    if wishes == INFEASIBLE:
        return INFEASIBLE
    row[TRAIT_SCORE] = trait_points(problem, row, NONE, NONE)
    points += wishes + row[TRAIT_SCORE] + _stability_points(problem, row)
    points += weight(problem, W_PLACED) * row[SIZE]
    target = model_of(problem, row[MODEL])[TARGET]
    if target != NONE:
        points += weight(problem, W_SIZE) * abs(row[SIZE] - target)
    return points
