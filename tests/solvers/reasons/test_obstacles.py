"""Obstacles: the figures of a rule of numbers are what there is, what it takes and what there could be."""

from __future__ import annotations

import pytest

from solvers import rules
from solvers.reasons.facts import Obstacle
from tests.solvers.reasons.cases import MISSED_FOR, explainer

FIGURES = [
    Obstacle(rules.QUORUM, 1, have=1, needed=2, of=2),
    Obstacle(rules.GAP, 1, have=7, needed=8),
    Obstacle(rules.PRESENT, 1, have=0, needed=1, of=1),
    Obstacle(rules.PERSON_OVERLAP, 1, have=0, needed=1, of=1),
    Obstacle(rules.ROOM_AT_SITE, 2),
    Obstacle(rules.ROOM_CAPACITY, 2, have=1, needed=2),
    Obstacle(rules.ROOM_FREE, 1),
    Obstacle(rules.ROOM_OVERLAP, 1),
    Obstacle(rules.SLOT_OF_ROUND),
]


@pytest.mark.parametrize("obstacle", FIGURES, ids=[obstacle.rule_id for obstacle in FIGURES])
def test_what_stands_against_a_date_has_its_figures(obstacle: Obstacle) -> None:
    instance, *groups = MISSED_FOR[obstacle.rule_id]
    [missed] = explainer(instance, *groups).group(groups[0].id).missed
    assert missed.obstacles == (obstacle,)
