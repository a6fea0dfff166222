"""Publishing a draft: what is checked once more, what lasts from revision to revision, who sees what after."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from scheduler.calendars.feeds import Subject
from scheduler.calendars.model import Purpose
from scheduler.calendars.service import list_feeds, open_feed
from scheduler.calendars.tables import FeedRow
from scheduler.db import Database
from scheduler.enrolment.relations_import import import_relations
from scheduler.errors import NotAllowed, NotPossible
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, WishRow
from scheduler.planning.drafts import store_draft
from scheduler.planning.instance_builder import build_instance
from scheduler.planning.keys import person_key
from scheduler.plans.service import get_plan
from scheduler.plans.tables import GroupRow, PlanRow
from scheduler.reasons.model import Explained
from scheduler.sessions.join_links import set_join_links
from scheduler.sessions.service import own_groups
from scheduler.sessions.tables import SessionRow
from solvers.instance import Group
from solvers.instance import Session as Meeting
from solvers.referee import check
from solvers.solution import Solution
from tests.builders import NOW, World, actor, add_draft, import_residents, publish, set_marks, world

FIRST_DATE = datetime(2027, 1, 5, 12, 30, tzinfo=UTC)
DATES = {round_: FIRST_DATE + timedelta(weeks=4 * round_) for round_ in range(3)}
LATER_DATES = {round_: date + timedelta(days=1) for round_, date in DATES.items()}


@pytest.fixture
def here(database: Database) -> World:
    return world(database)


@pytest.fixture
def people(here: World) -> list[int]:
    ids = sorted(import_residents(here, 8, models="peer:3").values())
    set_marks(here, dict.fromkeys(ids, "2"))
    return ids


def release(here: World, plan_id: int, now: datetime = NOW) -> int:
    with here.database.writing() as db:
        return publish(db, here.coordinator, plan_id, now)


def refusal(here: World, plan_id: int, now: datetime = NOW) -> str:
    with pytest.raises(NotPossible) as refused:
        release(here, plan_id, now)
    with here.database.reading() as db:
        assert db.get_one(PlanRow, plan_id).state == "draft"
        assert db.scalars(select(SessionRow)).all() == []
    return str(refused.value)


def resident(here: World, person_id: int) -> Actor:
    return actor(person_id, here.programme_id, Role.RESIDENT)


def states(here: World) -> list[tuple[str, int | None]]:
    with here.database.reading() as db:
        return [(row.state, row.revision) for row in db.scalars(select(PlanRow).order_by(PlanRow.id))]


def test_a_published_draft_reaches_its_members_and_supersedes_the_one_before(here: World, people: list[int]) -> None:
    assert release(here, add_draft(here, g1=(people[:4], DATES))) == 1
    assert release(here, add_draft(here, g1=(people[:4], LATER_DATES))) == 2
    assert states(here) == [("superseded", 1), ("published", 2)]
    with here.database.reading() as db:
        [group] = own_groups(db, resident(here, people[0]))
        assert own_groups(db, resident(here, people[5])) == ()
    assert [session.starts_at for session in group.sessions] == list(LATER_DATES.values())
    assert [session.sequence for session in group.sessions] == [1, 1, 1]
    assert len(group.residents) == 4


def test_nothing_is_published_twice_or_empty_or_by_others(here: World, people: list[int]) -> None:
    plan_id = add_draft(here, g1=(people[:4], DATES))
    with pytest.raises(NotAllowed), here.database.writing() as db:
        publish(db, resident(here, people[0]), plan_id, NOW)
    release(here, plan_id)
    with pytest.raises(NotPossible, match="already"):
        release(here, plan_id)
    with pytest.raises(NotPossible, match="no group"):
        release(here, add_draft(here))


def test_a_relation_added_since_stops_it_and_is_not_named(here: World, people: list[int]) -> None:
    plan_id = add_draft(here, g1=(people[:4], DATES))
    lines = "person,about,kind,first_day,last_day\nr1@example.org,r2@example.org,prior-complaint,,\n"
    with here.database.writing() as db:
        import_relations(db, here.coordinator, here.programme_id, lines.encode(), NOW)
    set_marks(here, dict.fromkeys(people, "1"))
    told = refusal(here, plan_id)
    assert "own wishes stands against it" in told
    assert "complaint" not in told


def test_a_wish_said_since_stops_it_in_the_same_words(here: World, people: list[int]) -> None:
    plan_id = add_draft(here, g1=(people[:4], DATES))
    with here.database.writing() as db:
        db.add(WishRow(programme_id=here.programme_id, person_id=people[0], about_id=people[1], kind="avoid"))
    assert "own wishes stands against it" in refusal(here, plan_id)


def test_a_rota_changed_since_stops_it(here: World, people: list[int]) -> None:
    plan_id = add_draft(here, g1=(people[:4], DATES))
    set_marks(here, dict.fromkeys(people[:2], "0"))
    assert "Too few people can come to Peer group g1: 2 of 4, and it takes 3" in refusal(here, plan_id)


def test_somebody_who_left_since_stops_it(here: World, people: list[int]) -> None:
    plan_id = add_draft(here, g1=(people[:4], DATES))
    with here.database.writing() as db:
        db.get_one(ParticipantRow, (here.programme_id, people[0])).left_at = NOW
    assert "Something has changed" in refusal(here, plan_id)


def test_a_date_that_is_over_stops_it(here: World, people: list[int]) -> None:
    plan_id = add_draft(here, g1=(people[:4], DATES))
    assert "has passed or begun" in refusal(here, plan_id, FIRST_DATE + timedelta(minutes=1))


def test_rounds_that_have_begun_are_not_planned_again(here: World, people: list[int]) -> None:
    release(here, add_draft(here, g1=(people[:4], DATES)))
    with here.database.writing() as db:
        instance = build_instance(db, here.programme_id, FIRST_DATE + timedelta(days=1))
    assert {slot.round for slot in instance.slots} == {1, 2}
    assert [session.round for session in instance.previous[0].sessions] == [1, 2]
    assert instance.min_attendance == pytest.approx(0.7 * 2 / 3)


def test_a_plan_made_in_the_middle_leaves_what_was_held_and_what_is_under_way(here: World, people: list[int]) -> None:
    release(here, add_draft(here, g1=(people[:4], DATES)))
    with here.database.reading() as db:
        uids = list(db.scalars(select(SessionRow.uid).order_by(SessionRow.round)))
    middle = FIRST_DATE + timedelta(days=1)
    release(here, add_draft(here, g1=(people[:4], {0: FIRST_DATE, 1: LATER_DATES[1], 2: DATES[2]})), middle)
    with here.database.reading() as db:
        rows = db.scalars(select(SessionRow).order_by(SessionRow.round)).all()
    assert [row.uid for row in rows] == uids
    assert [row.starts_at for row in rows] == [FIRST_DATE, LATER_DATES[1], DATES[2]]
    assert [row.sequence for row in rows] == [0, 1, 0]


def test_whoever_moves_to_another_group_stops_reading_the_old_one(here: World, people: list[int]) -> None:
    release(here, add_draft(here, g1=(people[:4], DATES), g2=(people[4:], DATES)))
    mover = resident(here, people[0])
    with here.database.writing() as db:
        open_feed(db, mover, Subject(Purpose.GROUP, here.programme_id, "g1"), NOW)
        set_join_links(db, mover, here.programme_id, "g1", "https://video.example.org/1", "", NOW)
    changed = add_draft(here, g1=(people[1:4] + people[4:5], LATER_DATES), g2=(people[5:] + people[:1], LATER_DATES))
    release(here, changed, NOW + timedelta(days=1))
    with here.database.writing() as db:
        [feed] = list_feeds(db, mover)
        assert feed.ended_at == NOW + timedelta(days=1)
        with pytest.raises(NotAllowed):
            set_join_links(db, mover, here.programme_id, "g1", "https://evil.example.org/", "", NOW)
        with pytest.raises(NotAllowed):
            open_feed(db, mover, Subject(Purpose.GROUP, here.programme_id, "g1"), NOW + timedelta(days=1))
        assert db.scalars(select(FeedRow)).all()


def test_a_draft_made_in_the_middle_carries_over_what_was_held_and_numbers_new_groups_anew(
    here: World, people: list[int]
) -> None:
    release(here, add_draft(here, g1=(people[:4], DATES), g2=(people[4:], DATES)))
    with here.database.writing() as db:
        for number, row in enumerate(db.scalars(select(GroupRow)), start=1):
            row.name, row.number = f"Peer group {number}", number
    middle = FIRST_DATE + timedelta(days=1)
    keys = [person_key(person_id) for person_id in people]
    with here.database.writing() as db:
        instance = build_instance(db, here.programme_id, middle)
        index_of = {slot.start: index for index, slot in enumerate(instance.slots)}
        meetings = tuple(Meeting(round_, index_of[LATER_DATES[round_]]) for round_ in (1, 2))
        stays = Group("g1", "peer", "video", tuple(keys[:4]), sessions=meetings)
        new = Group("new", "peer", "video", tuple(keys[4:]), sessions=meetings)
        solution = Solution(instance.name, (stays, new))
        verdict = check(instance, solution)
        assert verdict.ok
        plan_id = store_draft(db, here.programme_id, instance, solution, verdict, Explained(), middle)
    with here.database.reading() as db:
        plan = get_plan(db, here.coordinator, plan_id)
    assert [(group.name, group.missed_rounds) for group in plan.groups] == [
        ("Peer group 1", ()),
        ("Peer group 3", (0,)),
    ]
    assert plan.groups[0].sessions[0].starts_at == FIRST_DATE
