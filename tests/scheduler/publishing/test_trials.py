"""A draft made with other rules: what it says, and when it can be published."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from scheduler.db import Database
from scheduler.errors import NotPossible
from scheduler.planning.trial_steps import step_to_text
from scheduler.plans.model import PlanState
from scheduler.plans.service import list_plans
from scheduler.plans.tables import PlanRow
from scheduler.programmes.service import get_programme
from scheduler.publishing.programme_changes import change_programme
from scheduler.publishing.service import find_obstacle
from scheduler.publishing.trials import tried_of
from solvers.reasons.facts import Step, StepKind
from tests.builders import NOW, World, add_draft, import_residents, publish, set_marks, world

FIRST_DATE = datetime(2027, 1, 5, 12, 30, tzinfo=UTC)
DATES = {round_: FIRST_DATE + timedelta(weeks=4 * round_) for round_ in range(3)}
LOWER: Step[int] = Step(StepKind.QUORUM, value=0.4, instead_of=0.6)


@pytest.fixture
def here(storage: Database) -> World:
    return world(storage)


def tried_draft(here: World, *steps: Step[int]) -> int:
    ids = sorted(import_residents(here, 6, models="peer:3").values())
    set_marks(here, {**dict.fromkeys(ids, "2"), **dict.fromkeys(ids[:3], "0")})
    plan_id = add_draft(here, g1=(ids, DATES))
    with here.database.writing() as db:
        db.get_one(PlanRow, plan_id).trial_steps = [step_to_text(step) for step in steps]
    return plan_id


def test_it_is_published_once_the_rule_is_changed_and_not_before(here: World) -> None:
    plan_id = tried_draft(here, LOWER)
    with here.database.reading() as db:
        obstacle = find_obstacle(db, here.coordinator, plan_id)
        [tried], [to_change] = tried_of(db, plan_id)
    assert obstacle is not None
    assert "Meeting when 40 % of a group can come instead of 60 %" in obstacle.message
    assert tried == to_change
    with pytest.raises(NotPossible, match="a rule that the programme doesn’t have"), here.database.writing() as db:
        publish(db, here.coordinator, plan_id, NOW)
    with here.database.writing() as db:
        wanted = replace(get_programme(db, here.programme_id), quorum=0.4)
        change_programme(db, here.coordinator, here.programme_id, wanted, NOW)
    with here.database.writing() as db:
        assert find_obstacle(db, here.coordinator, plan_id) is None
        assert tried_of(db, plan_id)[1] == ()
        assert publish(db, here.coordinator, plan_id, NOW) == 1
        [summary] = list_plans(db, here.coordinator, here.programme_id)
    assert (summary.state, summary.trial_steps) == (PlanState.PUBLISHED, (step_to_text(LOWER),))


def test_a_draft_without_tried_rules_has_nothing_to_change(here: World) -> None:
    plan_id = tried_draft(here)
    with here.database.reading() as db:
        assert tried_of(db, plan_id) == ((), ())
