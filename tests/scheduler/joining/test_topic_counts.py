"""Coordinators learn how many would like to talk about something, never who."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from scheduler.db import Database
from scheduler.errors import NotAllowed
from scheduler.joining.topic_counts import topic_counts
from scheduler.people.model import Role
from scheduler.people.tables import ParticipantRow
from scheduler.publishing.leavers import leave
from tests.builders import NOW, World, actor, import_residents, world


@pytest.fixture
def here(storage: Database) -> World:
    made = world(storage)
    import_residents(made, 8)
    return made


def picks(here: World, number: int, *topics: str) -> None:
    """So many residents, the first ones, pick these and nothing else."""
    with here.database.writing() as db:
        rows = db.scalars(select(ParticipantRow).filter_by(kind=Role.RESIDENT).order_by(ParticipantRow.person_id)).all()
        for index, row in enumerate(rows):
            row.interests = list(topics) if index < number else []


def told(here: World) -> tuple[tuple[str, int], ...]:
    with here.database.reading() as db:
        return topic_counts(db, here.coordinator, here.programme_id)


def test_few_are_nobodys_to_read_and_many_come_in_fives(here: World) -> None:
    picks(here, 4, "careers")
    assert told(here) == ()
    picks(here, 5, "careers", "exams")
    assert told(here) == (("careers", 5), ("exams", 5))
    picks(here, 8, "careers", "careers")
    assert told(here) == (("careers", 5),), "one more or less shows nothing, nor does the same topic twice"


def test_who_has_left_is_not_counted(here: World) -> None:
    picks(here, 5, "careers")
    with here.database.writing() as db:
        of_residents = select(ParticipantRow.person_id).where(ParticipantRow.kind == Role.RESIDENT)
        first = db.scalars(of_residents.order_by(ParticipantRow.person_id)).first()
        leave(db, actor(first, here.programme_id, Role.RESIDENT), here.programme_id, NOW)
    assert told(here) == ()


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.FACULTY, Role.OVERSIGHT])
def test_nobody_else_counts(here: World, role: Role) -> None:
    with here.database.reading() as db, pytest.raises(NotAllowed):
        topic_counts(db, actor(1, here.programme_id, role), here.programme_id)
