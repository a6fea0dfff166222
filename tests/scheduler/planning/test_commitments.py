"""What a new plan finds taken: hours of mentoring that people have given, in months and years that are full."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from scheduler.availability.tables import AvailabilityRow
from scheduler.db import Database
from scheduler.errors import NotPossible
from scheduler.planning.instance_builder import build_instance
from scheduler.programmes.model import Conduct
from scheduler.programmes.service import get_programme
from scheduler.sessions.alternatives import find_date
from scheduler.sessions.tables import SessionRow
from solvers.instance import Instance
from solvers.vocabulary import COMING
from tests.builders import (
    NOW,
    World,
    add_draft,
    change_conduct,
    import_residents,
    person_line,
    programme,
    publish,
    world,
)

FIRST = datetime(2027, 1, 5, 12, 30, tzinfo=UTC)


@pytest.fixture
def here(database: Database) -> World:
    return world(database)


def with_people(here: World) -> list[int]:
    lead = person_line("Fay Lantern", role="faculty", models="near-peer", capacity="3")
    ids = sorted(import_residents(here, 6, lead, models="peer:3").values())
    with here.database.writing() as db:
        marks = "2" * len(get_programme(db, here.programme_id).slots())
        for row in db.scalars(select(AvailabilityRow).where(AvailabilityRow.programme_id == here.programme_id)):
            row.marks, row.reasons, row.planner_marks = marks, [], ""
    return ids[:6]


def limit(here: World, month: int | None = None, year: int | None = None) -> None:
    conduct = Conduct(hours_a_month=month, hours_a_year=year)
    with here.database.writing() as db:
        change_conduct(db, here.coordinator, here.programme_id, conduct, NOW)


def instance_of(here: World) -> Instance:
    with here.database.reading() as db:
        return build_instance(db, here.programme_id, NOW)


def release(here: World, **groups: tuple[list[int], dict[int, datetime]]) -> None:
    plan_id = add_draft(here, **groups)
    with here.database.writing() as db:
        publish(db, here.coordinator, plan_id, NOW)


def months_open(instance: Instance, number: int = 0) -> set[int]:
    marks = instance.residents[number].availability
    return {slot.start.month for slot, mark in zip(instance.slots, marks, strict=True) if mark != "0"}


def test_with_one_hour_a_month_each_round_has_a_month_of_its_own(here: World) -> None:
    with_people(here)
    limit(here, month=1)
    instance = instance_of(here)
    for number in range(len(instance.residents)):
        marks = instance.residents[number].availability
        rounds = {
            (slot.start.month, slot.round) for slot, mark in zip(instance.slots, marks, strict=True) if mark != "0"
        }
        assert len(rounds) == len({month for month, _ in rounds}) == 3, "no month has two rounds, no round is lost"
    assert [person.capacity for person in instance.faculty] == [1], "three groups would be three hours a month"


def test_a_month_that_another_programme_has_filled_is_closed_to_who_is_in_both(here: World) -> None:
    people = with_people(here)
    other = world(here.database, programme(slug="autumn"))
    assert with_people(other) == people
    release(here, g1=(people[:4], {0: FIRST}))
    limit(other, month=1)
    instance = instance_of(other)
    assert 1 not in months_open(instance, 0)
    assert 1 in months_open(instance, 5), "of this one the month is free"


def test_a_year_that_another_programme_has_filled_is_closed_to_who_is_in_both(here: World) -> None:
    """The limit is one person's, whichever programmes ask: of the two hours of a year one is left."""
    people = with_people(here)
    other = world(here.database, programme(slug="autumn"))
    with_people(other)
    release(here, g1=(people[:4], {0: FIRST}))
    limit(other, year=2)
    instance = instance_of(other)
    assert rounds_open(instance, 0) == 1
    assert rounds_open(instance, 5) == 2, "of this one the whole year is free"
    limit(other, year=1)
    assert rounds_open(instance_of(other), 0) == 0
    plan_id = add_draft(other, g1=(people[:4], {0: FIRST + timedelta(days=1)}))
    with pytest.raises(NotPossible, match="4 people would give more hours"), other.database.writing() as db:
        publish(db, other.coordinator, plan_id, NOW)


def rounds_open(instance: Instance, index: int) -> int:
    """In how many rounds somebody can come at all."""
    marks = instance.residents[index].availability
    return len({slot.round for slot, mark in zip(instance.slots, marks, strict=True) if mark in COMING})


def test_a_plan_that_asks_too_many_hours_is_not_published(here: World) -> None:
    people = with_people(here)
    dates = {round_: FIRST + timedelta(weeks=4 * round_) for round_ in range(3)}
    limit(here, month=1)
    release(here, g1=(people[:4], dates))
    limit(here, year=2)
    plan_id = add_draft(here, g1=(people[:4], dates))
    with pytest.raises(NotPossible, match="4 people would give more hours"), here.database.writing() as db:
        publish(db, here.coordinator, plan_id, NOW)


def test_no_date_is_found_in_a_month_that_is_full(here: World) -> None:
    people = with_people(here)
    limit(here, month=1)
    release(here, g1=(people[:4], {0: FIRST, 1: datetime(2027, 2, 2, 12, 30, tzinfo=UTC)}))
    with here.database.reading() as db:
        row = db.scalars(select(SessionRow).where(SessionRow.round == 0)).one()

        def works(day: datetime, *, instead_of: SessionRow | None = None) -> bool:
            return find_date(db, here.programme_id, "g1", day, NOW, instead_of=instead_of) is not None

        assert works(FIRST + timedelta(days=1), instead_of=row), "its own hour is free when it moves"
        assert not works(FIRST + timedelta(days=2)), "one more would be too much in January"
        assert works(FIRST + timedelta(weeks=9)), "nothing is in March yet"
