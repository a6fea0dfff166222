"""Two people at the same moment: the second works on what the first has left, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from scheduler.availability.entries import replace_own_marks
from scheduler.availability.intervals import Interval
from scheduler.availability.model import OwnMark
from scheduler.availability.service import bring_up_to_date
from scheduler.availability.tables import AvailabilityRow
from scheduler.db import Database, Db, take_turns
from scheduler.errors import NotFound, NotPossible
from scheduler.people.model import Role
from scheduler.people.tables import PersonRow
from scheduler.planning.drafts import store_draft
from scheduler.planning.runs import MOST_WAITING, start_run
from scheduler.plans.model import PlanState, RunState
from scheduler.plans.service import mark_reviewed
from scheduler.plans.tables import PlanRow, RunRow
from scheduler.programmes.service import get_programme, lock_programme, may_lock_programme
from scheduler.reasons.model import Explained
from scheduler.signing_in.institution import Identity, find_person_of
from solvers.codec import read_instance
from solvers.referee import check
from solvers.solution import Solution
from solvers.vocabulary import Mark
from tests.builders import NOW, World, actor, add_draft, change_conduct, import_residents, publish, set_marks, world

MONDAY = datetime(2027, 1, 4, tzinfo=UTC)
HEAD_START_SECONDS = 0.3


def at_once(storage: Database, first: Callable[[Db], object], second: Callable[[Db], object]) -> Future[object]:
    """Both in transactions of their own: the second begins before the first, its work done, commits."""

    def do_second() -> object:
        with storage.writing() as db:
            return second(db)

    with ThreadPoolExecutor(1) as pool:
        with storage.writing() as db:
            first(db)
            later = pool.submit(do_second)
            wait([later], HEAD_START_SECONDS)
        wait([later])
    return later


@pytest.fixture
def here(storage: Database) -> World:
    made = world(storage)
    ids = import_residents(made, 6, models="peer:3")
    set_marks(made, dict.fromkeys(ids.values(), "2"))
    return made


@pytest.fixture
def people(here: World) -> list[int]:
    with here.database.reading() as db:
        return list(db.scalars(select(AvailabilityRow.person_id).order_by(AvailabilityRow.person_id)))


def draft(here: World, people: list[int]) -> int:
    return add_draft(here, g1=(people, {0: datetime(2027, 1, 5, 12, 30, tzinfo=UTC)}))


def states(here: World) -> list[str]:
    with here.database.reading() as db:
        return list(db.scalars(select(PlanRow.state).order_by(PlanRow.id)))


def test_no_more_runs_wait_than_may(here: World) -> None:
    def ask(db: Db) -> None:
        start_run(db, here.coordinator, here.programme_id, NOW)

    with here.database.writing() as db:
        for _ in range(MOST_WAITING - 1):
            ask(db)
    assert isinstance(at_once(here.database, ask, ask).exception(), NotPossible)
    with here.database.reading() as db:
        assert list(db.scalars(select(RunRow.state))) == [RunState.QUEUED] * MOST_WAITING


def test_the_second_of_two_forms_compares_with_what_the_first_has_saved(here: World) -> None:
    """What is compared is looked at only when it is one’s turn, so that two forms of one moment never both pass."""

    def change(days: int) -> Callable[[Db], int]:
        def save(db: Db) -> int:
            take_turns(db, "coordinators of 1")
            seen = get_programme(db, here.programme_id).conduct
            change_conduct(db, here.coordinator, here.programme_id, replace(seen, freeze_days=days), NOW)
            return seen.freeze_days

        return save

    assert at_once(here.database, change(5), change(9)).result() == 5


def test_two_first_sign_ins_by_the_institution_are_one_person(here: World, people: list[int]) -> None:
    with here.database.reading() as db:
        email = db.get_one(PersonRow, people[0]).email
    identity = Identity("https://login.example.org", "subject-1", email, email_proven=True)

    def come(db: Db) -> int | None:
        found = find_person_of(db, identity, NOW)
        db.flush()
        return found

    assert at_once(here.database, come, come).result() == people[0]


def test_a_plan_is_published_once(here: World, people: list[int]) -> None:
    plan_id = draft(here, people)

    def release(db: Db) -> int:
        return publish(db, here.coordinator, plan_id, NOW)

    assert isinstance(at_once(here.database, release, release).exception(), NotPossible)
    assert states(here) == [PlanState.PUBLISHED]


def test_two_plans_are_published_one_after_the_other(here: World, people: list[int]) -> None:
    older, newer = draft(here, people), draft(here, people)
    later = at_once(
        here.database,
        lambda db: publish(db, here.coordinator, newer, NOW),
        lambda db: publish(db, here.coordinator, older, NOW),
    )
    assert later.result() == 2
    assert states(here) == [PlanState.PUBLISHED, PlanState.SUPERSEDED]


def test_a_plan_that_is_published_is_not_reviewed(here: World, people: list[int]) -> None:
    plan_id = draft(here, people)
    later = at_once(
        here.database,
        lambda db: publish(db, here.coordinator, plan_id, NOW),
        lambda db: mark_reviewed(db, here.coordinator, plan_id, NOW),
    )
    assert isinstance(later.exception(), NotPossible)
    assert states(here) == [PlanState.PUBLISHED]


def test_drafts_are_numbered_in_turn(here: World) -> None:
    with here.database.writing() as db:
        start_run(db, here.coordinator, here.programme_id, NOW)
        instance = read_instance(db.scalars(select(RunRow)).one().instance)
    nobody = Solution(instance.name, ())

    def store(db: Db) -> int:
        return store_draft(db, here.programme_id, instance, nobody, check(instance, nobody), Explained(), NOW)

    at_once(here.database, store, store).result()
    with here.database.reading() as db:
        assert list(db.scalars(select(PlanRow.number).order_by(PlanRow.id))) == [1, 2]


def test_no_change_of_availability_is_lost(here: World, people: list[int]) -> None:
    me = actor(people[0], here.programme_id, Role.RESIDENT)

    def say_of(day: int, mark: Mark) -> Callable[[Db], object]:
        span = Interval(MONDAY + timedelta(days=day), MONDAY + timedelta(days=day + 1))
        return lambda db: replace_own_marks(db, me, here.programme_id, (), (OwnMark(span, mark),), NOW)

    at_once(here.database, say_of(0, "2"), say_of(1, "0")).result()
    mine = select(AvailabilityRow.marks).where(AvailabilityRow.person_id == people[0])
    with here.database.writing() as db:
        kept = db.scalars(mine).one()
        bring_up_to_date(db, here.programme_id, NOW)
        assert db.scalars(mine).one() == kept
    assert {"0", "2"} <= set(kept)


def test_the_database_itself_refuses_a_second_published_plan(here: World, people: list[int]) -> None:
    published, other = draft(here, people), draft(here, people)
    with here.database.writing() as db:
        publish(db, here.coordinator, published, NOW)
    beside = update(PlanRow).where(PlanRow.id == other).values(state=PlanState.PUBLISHED, revision=2)
    with pytest.raises(IntegrityError), here.database.writing() as db:
        db.execute(beside)


def test_only_a_programme_that_exists_is_locked(storage: Database) -> None:
    with pytest.raises(NotFound), storage.writing() as db:
        lock_programme(db, 99)


def test_a_programme_that_somebody_else_has_locked_is_not_waited_for(here: World) -> None:
    with here.database.writing() as db:
        lock_programme(db, here.programme_id)
        if here.database.engine.dialect.name == "postgresql":  # on SQLite a writing transaction is alone
            with here.database.writing() as other:
                assert not may_lock_programme(other, here.programme_id)
        assert may_lock_programme(db, here.programme_id), "one's own lock is no hindrance"
    with here.database.writing() as db:
        assert not may_lock_programme(db, 99)
        assert may_lock_programme(db, here.programme_id)
