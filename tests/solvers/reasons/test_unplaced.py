"""Residents in no group: what keeps them out, the most telling first."""

from __future__ import annotations

from typing import Any

import pytest

from solvers import rules
from solvers.reasons.facts import Obstacle
from tests.solvers.builders import (
    a_facilitator,
    a_model,
    a_resident,
    an_instance,
)
from tests.solvers.reasons.cases import (
    GROUP,
    NEEDS_ONE,
    PAIRS,
    TWO,
    explainer,
)


def stands_in_the_way(of: dict[str, Any], **fields: Any) -> set[str]:
    """Of cat, whose fields these are, joining or founding a group."""
    plain: dict[str, Any] = {"models": (a_model(size=(2, 3)),)}
    instance = an_instance([*TWO, a_resident("cat", **of), a_facilitator("fay")], **{**plain, **fields})
    return {obstacle.rule_id for obstacle in explainer(instance, GROUP).for_coordinator("cat").unplaced}


@pytest.mark.parametrize(
    ("of", "fields", "expected"),
    [
        ({}, {"models": PAIRS}, {rules.GROUP_SIZE}),
        ({"models": {}}, {}, {rules.MODEL_ACCEPTED}),
        ({"modes": ("phone",)}, {}, {rules.MODE_ACCEPTED, rules.GROUP_SIZE}),
        ({"stage": 5}, {"models": (a_model(spread=(0, 1)),)}, {rules.STAGE_SPREAD, rules.GROUP_SIZE}),
        ({"avoids": ("bob",)}, {}, {rules.AVOIDS, rules.GROUP_SIZE}),
        ({}, {"conflicts": frozenset([frozenset(["ann", "cat"])])}, {rules.CONFLICT, rules.GROUP_SIZE}),
        ({"marks": "00"}, {"quorum": 1}, {rules.QUORUM, rules.GROUP_SIZE}),
    ],
)
def test_who_is_unplaced_is_told_what_keeps_them_out(
    of: dict[str, Any], fields: dict[str, Any], expected: set[str]
) -> None:
    assert stands_in_the_way(of, **fields) == expected


def test_a_lack_of_facilitators_keeps_new_groups_from_being_founded() -> None:
    people = [a_resident(name) for name in ("cat", "dan")]
    instance = an_instance(people, models=NEEDS_ONE)
    (obstacle,) = explainer(instance).for_coordinator("cat").unplaced
    assert obstacle == Obstacle(rules.FACILITATORS, places=1, have=0, needed=1)


def test_what_stands_in_the_way_of_the_models_that_somebody_accepts_comes_first() -> None:
    led = a_model(id="vertical", size=(2, 4), facilitators=(1, 1))
    instance = an_instance([*TWO, a_resident("cat", models={"vertical": 1})], models=(a_model(), led))
    found = [obstacle.rule_id for obstacle in explainer(instance, GROUP).for_coordinator("cat").unplaced]
    assert set(found[:-1]) == {rules.GROUP_SIZE, rules.FACILITATORS}
    assert found[-1] == rules.MODEL_ACCEPTED
