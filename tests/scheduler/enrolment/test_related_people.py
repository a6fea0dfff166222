"""Who coordinates or oversees a programme without taking part may be something to somebody, and nobody to nobody."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from scheduler.db import Database
from scheduler.enrolment.people_import import person_ids_by_address
from scheduler.enrolment.related_people import officers_named
from scheduler.enrolment.relation_list import add_relation, list_relations
from scheduler.enrolment.relations_import import import_relations
from scheduler.errors import NotAllowed, Rejected
from scheduler.paging import Paging
from scheduler.people.model import RelationKind, Role
from scheduler.people.roles import appoint
from scheduler.people.tables import PersonRow
from tests.builders import NOW, World, actor, import_residents, world


@pytest.fixture
def here(storage: Database) -> World:
    made = world(storage)
    import_residents(made, 2)
    with storage.writing() as db:
        appoint(db, made.coordinator, made.programme_id, "Iris Lighthouse", "iris@example.org", Role.OVERSIGHT, NOW)
    return made


def id_of(here: World, email: str) -> int:
    with here.database.reading() as db:
        return db.scalars(select(PersonRow.id).where(PersonRow.email == email)).one()


def resident(here: World) -> int:
    with here.database.reading() as db:
        return person_ids_by_address(db, here.programme_id)["r1@example.org"]


def add(here: World, person: int, about: int) -> None:
    with here.database.writing() as db:
        relation = (person, about, RelationKind.SUPERVISES, None, None, NOW)
        add_relation(db, here.coordinator, here.programme_id, *relation)


@pytest.mark.parametrize("who", ["coordinator", "contact"])
def test_they_have_power_over_who_takes_part_and_nobody_over_them(here: World, who: str) -> None:
    officer = here.coordinator.person_id or 0 if who == "coordinator" else id_of(here, "iris@example.org")
    add(here, officer, resident(here))
    for pair in ((resident(here), officer), (officer, officer), (officer, 999), (999, resident(here))):
        with pytest.raises(Rejected):
            add(here, *pair)


def test_a_list_may_name_them(here: World) -> None:
    text = "person,about,kind\niris@example.org,r1@example.org,assesses\nr2@example.org,r1@example.org,advises\n"
    with here.database.writing() as db:
        assert import_relations(db, here.coordinator, here.programme_id, text.encode(), NOW).rows == 2
        assert import_relations(db, here.coordinator, here.programme_id, text.encode(), NOW).rows == 2
        found, _ = list_relations(db, here.coordinator, here.programme_id, Paging(size=10))
    assert [(each.person, each.kind) for each in found] == [("Iris Lighthouse", "assesses"), ("R2", "advises")]
    for line in ("r1@example.org,iris@example.org,assesses", "nobody@example.org,r1@example.org,assesses"):
        with here.database.writing() as db, pytest.raises(Rejected):
            import_relations(db, here.coordinator, here.programme_id, f"person,about,kind\n{line}\n".encode(), NOW)


def test_they_are_found_by_name_for_a_coordinator_alone(here: World) -> None:
    with here.database.reading() as db:
        assert [one.name for one in officers_named(db, here.coordinator, here.programme_id, "iris", 5)] == [
            "Iris Lighthouse"
        ]
        assert officers_named(db, here.coordinator, here.programme_id, "R1", 5) == ()
        for role in (Role.RESIDENT, Role.FACULTY, Role.OVERSIGHT):
            with pytest.raises(NotAllowed):
                officers_named(db, actor(resident(here), here.programme_id, role), here.programme_id, "iris", 5)
