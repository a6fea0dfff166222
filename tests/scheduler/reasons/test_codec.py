"""Reasons as they are stored: they come back as they were, and so do those that were stored before facts were."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scheduler.reasons.codec import reasons_from_json, reasons_to_json, wishes_from_json, wishes_to_json
from scheduler.reasons.model import KeptReasons, Reasons
from solvers import rules
from solvers.reasons.facts import (
    Gain,
    MissedSession,
    MovedSession,
    Obstacle,
    Regrouped,
    Relaxations,
    Relaxed,
    Step,
    StepKind,
    Unplaced,
    WishOutcome,
)

AT, LATER = datetime(2027, 3, 9, 12, 30, tzinfo=UTC), datetime(2027, 3, 10, 12, 30, tzinfo=UTC)
QUORUM = Obstacle(rules.QUORUM, have=1, needed=3, of=4)


def relaxed(gain: Gain, step: Step[int], rule_id: str = "") -> Relaxed[int]:
    return Relaxed(rule_id, gain, step)


REASONS: KeptReasons = Reasons(
    unplaced=(
        Unplaced(7, (Obstacle(rules.STAGE_SPREAD), Obstacle(rules.GROUP_SIZE), Obstacle(rules.MODEL_ACCEPTED))),
        Unplaced(9),
    ),
    missed=(
        MissedSession("g1", 1, AT, (QUORUM, Obstacle(rules.GAP))),
        MissedSession("g1", 2, AT, (), 12),
        MissedSession("g2", 0, None, (Obstacle(rules.SLOT_OF_ROUND),)),
    ),
    help=Relaxations(
        smallest=(
            relaxed(Gain(11), Step(StepKind.QUORUM, value=0.5, instead_of=0.6)),
            relaxed(Gain(2), Step(StepKind.FACILITATORS_ON, what="Thursday", value=2)),
            relaxed(Gain(1), Step(StepKind.ROOM, "north")),
            relaxed(Gain(0, 1), Step(StepKind.ACCEPT_MODE, 7, "video")),
            relaxed(Gain(0, 1), Step(StepKind.ACCEPT_MODEL, 7, "near-peer")),
        ),
        together=Gain(14, 2),
    ),
    unmet=(
        WishOutcome(3, "want", 7, met=False, cost=12),
        WishOutcome(3, "interest", "exams", met=False),
        WishOutcome(3, "alone", "", met=False),
        WishOutcome(3, "mode", "video", met=False, cost=0),
        WishOutcome(4, "want", 3, met=False),
    ),
    regrouped=(Regrouped(7, "g1", None, (rules.AVOIDS,)), Regrouped(8, "g1", "g2", (), 12)),
    moved=(MovedSession("g1", 1, AT, LATER, (QUORUM,)), MovedSession("g1", 2, AT, None, (), 5)),
)
WISHES = (
    WishOutcome(3, "want", 7, met=False, cost=12),
    WishOutcome(3, "mode", "video", met=True),
    WishOutcome(3, "alone", "", met=None),
    WishOutcome(3, "travel", "", met=True),
)

STORED_BEFORE: dict[str, Any] = json.loads(Path(__file__).with_name("stored_before.json").read_text(encoding="utf-8"))
"""The same as it was stored before: the rules alone, and beside them how many could come."""


def through_a_database(value: Any) -> Any:
    return json.loads(json.dumps(value))


def test_reasons_come_back_as_they_were_stored() -> None:
    assert reasons_from_json(through_a_database(reasons_to_json(REASONS))) == REASONS
    assert reasons_from_json(through_a_database(reasons_to_json(Reasons()))) == Reasons()


def test_wishes_come_back_as_they_were_stored() -> None:
    assert wishes_from_json(through_a_database(wishes_to_json(WISHES)), 3) == WISHES


def test_the_figures_of_an_obstacle_and_what_was_bought_are_stored() -> None:
    told: KeptReasons = Reasons(
        missed=(MissedSession("g1", 1, AT, (Obstacle(rules.GAP, places=4, have=5, needed=7.5),)),),
        help=Relaxations(smallest=(relaxed(Gain(1, 2, -3), Step(StepKind.GAP, value=5, instead_of=7.5), rules.GAP),)),
    )
    assert reasons_from_json(through_a_database(reasons_to_json(told))) == told


def test_reasons_stored_before_are_read_as_the_same() -> None:
    assert reasons_from_json(STORED_BEFORE["reasons"]) == REASONS


def test_wishes_stored_before_are_read_as_the_same() -> None:
    assert wishes_from_json(STORED_BEFORE["wishes"], 3) == WISHES


def test_reasons_stored_before_those_of_changes_were_kept_have_none() -> None:
    old = {key: value for key, value in STORED_BEFORE["reasons"].items() if key not in ("regrouped", "moved")}
    found = reasons_from_json(old)
    assert (found.regrouped, found.moved) == ((), ())
    assert found.missed == REASONS.missed
