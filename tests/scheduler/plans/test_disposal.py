"""Drafts are deleted, several at once or none; what was published stays."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from scheduler.db import Database
from scheduler.errors import NotPossible
from scheduler.plans.disposal import delete_drafts
from scheduler.plans.service import list_plans
from scheduler.plans.tables import GroupRow, MemberRow, PlannedSessionRow, PlanRow
from tests.builders import NOW, World, add_draft, import_residents, publish, set_marks, world
from tests.scheduler.planning.test_earlier_revision import DATES


@pytest.fixture
def here(storage: Database) -> World:
    made = world(storage)
    set_marks(made, dict.fromkeys(import_residents(made, 4, models="peer:3").values(), "2"))
    return made


def drafts(here: World, count: int) -> list[int]:
    with here.database.reading() as db:
        people = list(db.scalars(select(MemberRow.person_id)))
    ids = people or sorted(import_residents(here, 4, models="peer:3").values())
    return [add_draft(here, g1=(ids, DATES)) for _ in range(count)]


def test_several_drafts_go_with_all_that_is_in_them(here: World) -> None:
    first, second, third = drafts(here, 3)
    with here.database.writing() as db:
        assert delete_drafts(db, here.coordinator, here.programme_id, {first, third}, NOW) == 2
    with here.database.reading() as db:
        assert [plan.id for plan in list_plans(db, here.coordinator, here.programme_id)] == [second]
        for table, left in ((GroupRow, 1), (MemberRow, 4), (PlannedSessionRow, 3)):
            assert db.scalar(select(func.count()).select_from(table)) == left


def test_what_was_published_stays_and_then_nothing_goes(here: World) -> None:
    published, draft = drafts(here, 2)
    with here.database.writing() as db:
        publish(db, here.coordinator, published, NOW)
    with pytest.raises(NotPossible, match="has been published"), here.database.writing() as db:
        delete_drafts(db, here.coordinator, here.programme_id, {published, draft}, NOW)
    with here.database.reading() as db:
        assert db.scalar(select(func.count()).select_from(PlanRow)) == 2


def test_a_draft_that_is_gone_already_is_said(here: World) -> None:
    [draft] = drafts(here, 1)
    for chosen, said in (({draft, draft + 7}, "no longer there"), ({draft + 7}, "No draft was chosen")):
        with pytest.raises(NotPossible, match=said), here.database.writing() as db:
            delete_drafts(db, here.coordinator, here.programme_id, chosen, NOW)
