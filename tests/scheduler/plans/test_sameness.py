"""Drafts that say what is published already are known as such, and others are not."""

from __future__ import annotations

import pytest

from scheduler.db import Database
from scheduler.edits.model import MovePerson, SetDate
from scheduler.jobs.child import work
from scheduler.planning.runs import claim_next_run, get_run, start_again, start_run
from scheduler.plans.sameness import same_as_published
from scheduler.plans.service import list_plans
from tests.builders import NOW, publish
from tests.scheduler.edits.drafts import Drafted, a_draft, store


@pytest.fixture
def here(database: Database) -> Drafted:
    return a_draft(database)


def same(here: Drafted) -> frozenset[int]:
    with here.database.reading() as db:
        plans = list_plans(db, here.coordinator, here.world.programme_id)
        return same_as_published(db, here.coordinator, here.world.programme_id, plans, plans)


def test_a_draft_is_the_same_until_anything_of_it_is_another(here: Drafted) -> None:
    assert same(here) == frozenset()
    with here.database.writing() as db:
        publish(db, here.coordinator, here.plan_id, NOW)
    draft = Drafted(here.world, store(here.world, here.ids), here.ids)
    assert same(here) == {draft.plan_id}
    for edit in (MovePerson(here.ids["l"], "g1"), MovePerson(here.ids["r1"], "g2"), SetDate("g1", 0, None)):
        draft.keep(edit)
        assert same(here) == frozenset()
        draft.undo()
        assert same(here) == {draft.plan_id}


def test_a_run_forms_the_groups_afresh_and_so_does_the_same_run_again(here: Drafted) -> None:
    with here.database.writing() as db:
        publish(db, here.coordinator, here.plan_id, NOW)
        run_id = start_run(db, here.coordinator, here.world.programme_id, NOW, seconds=1.0, workers=1, afresh=True)
        attempt = claim_next_run(db, NOW)
    assert attempt
    work(here.database, attempt)
    with here.database.writing() as db:
        run = get_run(db, here.coordinator, run_id)
        again = get_run(db, here.coordinator, start_again(db, here.coordinator, run_id, NOW))
    assert run.plan_id
    assert (run.is_afresh, again.is_afresh) == (True, True)
    assert Drafted(here.world, run.plan_id, here.ids).open().broken == ()
    scores = [step.score for step in run.steps if step.score is not None]
    assert scores == sorted(scores), "its last report is measured as those before it"
