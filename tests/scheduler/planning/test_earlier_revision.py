"""An earlier revision once more: a draft made from it, without what can no longer be, published in the ordinary way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from scheduler.db import Database
from scheduler.errors import NotPossible
from scheduler.people.tables import ParticipantRow
from scheduler.planning.earlier_revision import draft_again, look_again
from scheduler.plans.model import MemberRole
from scheduler.plans.tables import PlanRow
from scheduler.plans.whole import load_plan
from scheduler.publishing.service import find_obstacle
from scheduler.sessions.tables import SessionRow
from tests.builders import NOW, World, add_draft, import_residents, publish, set_marks, world

FIRST_DATE = datetime(2027, 1, 5, 12, 30, tzinfo=UTC)
DATES = {round_: FIRST_DATE + timedelta(weeks=4 * round_) for round_ in range(3)}
LATER_DATES = {round_: date + timedelta(days=1) for round_, date in DATES.items()}


@pytest.fixture
def here(storage: Database) -> World:
    return world(storage)


@pytest.fixture
def people(here: World) -> list[int]:
    ids = sorted(import_residents(here, 9, models="peer:3").values())
    set_marks(here, dict.fromkeys(ids, "2"))
    return ids


def release(here: World, plan_id: int, now: datetime = NOW) -> int:
    with here.database.writing() as db:
        return publish(db, here.coordinator, plan_id, now)


def again(here: World, plan_id: int, now: datetime = NOW) -> int:
    with here.database.writing() as db:
        return draft_again(db, here.coordinator, plan_id, now)


def test_it_is_published_as_the_next_revision_and_its_sessions_are_the_same(here: World, people: list[int]) -> None:
    first = add_draft(here, g1=(people[:4], DATES), g2=(people[4:8], DATES))
    release(here, first)
    with here.database.reading() as db:
        uids = dict(db.execute(select(SessionRow.round, SessionRow.uid).where(SessionRow.group_key == "g1")).all())
    release(here, add_draft(here, g1=(people[:4], LATER_DATES), g2=(people[4:8], DATES)))
    with here.database.reading() as db:
        found = look_again(db, here.coordinator, first, NOW)
    assert (found.revision, found.left, found.dates, found.groups_gone) == (1, (), (), ())
    assert found.newcomers == ("R9",)
    draft = again(here, first)
    with here.database.reading() as db:
        assert find_obstacle(db, here.coordinator, draft) is None
        row = db.get_one(PlanRow, draft)
        assert (row.made_from, row.revision, row.counts) == (1, None, {"groups": 2, "placed": 8, "unplaced": 1})
    assert release(here, draft) == 3
    with here.database.reading() as db:
        rows = db.scalars(select(SessionRow).where(SessionRow.group_key == "g1").order_by(SessionRow.round)).all()
    assert [row.starts_at for row in rows] == list(DATES.values())
    assert {row.round: row.uid for row in rows} == uids, "calendars show a change, not a second session"
    assert [row.sequence for row in rows] == [2, 2, 2]


def test_who_left_and_what_is_over_is_named_and_left_out(here: World, people: list[int]) -> None:
    first = add_draft(here, g1=(people[:5], DATES), g2=(people[5:6], DATES))
    with here.database.writing() as db:
        db.get_one(PlanRow, first).groups[1].members[0].role = MemberRole.RESIDENT
    release_unchecked(here, first)
    release(here, add_draft(here, g1=(people[:5], LATER_DATES)))
    with here.database.writing() as db:
        for who in (people[4], people[5]):
            db.get_one(ParticipantRow, (here.programme_id, who)).left_at = NOW
    middle = FIRST_DATE + timedelta(hours=2)
    with here.database.reading() as db:
        found = look_again(db, here.coordinator, first, middle)
    assert found.left == ("R5", "R6")
    assert found.groups_gone == ("Peer group g2",)
    assert [(lost.group, lost.round, lost.is_over) for lost in found.dates] == [("Peer group g1", 0, True)]
    draft = again(here, first, middle)
    with here.database.reading() as db:
        [group] = load_plan(db, draft).groups
        assert [session.starts_at for session in group.sessions] == [DATES[1], DATES[2]]
        assert {member.person_id for member in group.members} == set(people[:4])


def release_unchecked(here: World, plan_id: int) -> None:
    """Make a plan revision 1 as it is: a group of one breaks a rule today, and may not have when it was published."""
    with here.database.writing() as db:
        plan = db.get_one(PlanRow, plan_id)
        plan.state, plan.revision, plan.published_at = "published", 1, NOW  # type: ignore[assignment]


def test_what_has_begun_stays_as_it_is_published(here: World, people: list[int]) -> None:
    first = add_draft(here, g1=(people[:4], LATER_DATES))
    release(here, first)
    release(here, add_draft(here, g1=(people[:4], DATES)))
    middle = FIRST_DATE + timedelta(minutes=10)
    draft = again(here, first, middle)
    with here.database.reading() as db:
        [group] = load_plan(db, draft).groups
    assert [session.starts_at for session in group.sessions] == [DATES[0], LATER_DATES[1], LATER_DATES[2]]
    assert release(here, draft, middle) == 3


def test_only_what_was_replaced_comes_again(here: World, people: list[int]) -> None:
    plan_id = add_draft(here, g1=(people[:4], DATES))
    for _ in range(2):
        with pytest.raises(NotPossible, match="earlier revision"):
            again(here, plan_id)
        if _ == 0:
            release(here, plan_id)


def test_a_rule_that_it_would_break_stops_it_when_it_is_published(here: World, people: list[int]) -> None:
    first = add_draft(here, g1=(people[:4], DATES))
    release(here, first)
    release(here, add_draft(here, g1=(people[:4], LATER_DATES)))
    set_marks(here, dict.fromkeys(people[:2], "0"))
    draft = again(here, first)
    with pytest.raises(NotPossible, match="Too few people"):
        release(here, draft)
