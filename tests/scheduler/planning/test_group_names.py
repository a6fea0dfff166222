"""What groups are called: the model's name with a number that lasts, and a name of their own where they have one."""

from __future__ import annotations

import pytest
from alembic import command
from sqlalchemy import select

from scheduler.bootstrap import alembic_config, migrate, migrating
from scheduler.db import Database
from scheduler.own_groups.service import OWN, open_groups, start_group
from scheduler.people.model import Role
from scheduler.planning.group_names import GroupName, group_names
from scheduler.plans.model import PlanState
from scheduler.plans.tables import GroupRow, PlanRow
from scheduler.programmes.model import NEAR_PEER, PEER
from scheduler.programmes.service import get_programme
from solvers.instance import Group
from solvers.vocabulary import VIDEO
from tests.builders import NOW, World, actor, import_residents, world


@pytest.fixture
def here(database: Database) -> World:
    return world(database)


def group(key: str, model: str = PEER.key) -> Group:
    return Group(key, model, VIDEO, ("p1",))


def publish_groups(here: World, **names: tuple[str, int | None]) -> None:
    """Put a published plan of peer groups by these names and numbers into the tables."""
    with here.database.writing() as db:
        model_id = next(model.id for model in get_programme(db, here.programme_id).models if model.key == PEER.key)
        db.add(
            PlanRow(
                programme_id=here.programme_id, number=1, revision=1, state=PlanState.PUBLISHED, score=0, seconds=0.0,
                points={}, created_at=NOW,
                groups=[
                    GroupRow(key=key, name=name, number=number, model_id=model_id, mode=VIDEO)
                    for key, (name, number) in names.items()
                ],
            )
        )  # fmt: skip


def names(here: World, *groups: Group) -> list[GroupName]:
    with here.database.reading() as db:
        models = {model.key: model for model in get_programme(db, here.programme_id).models}
        before = {row.key: row for row in db.scalars(select(GroupRow))}
        found = group_names(db, here.programme_id, groups, models, before)
    return [found[group.id] for group in groups]


def test_new_groups_get_numbers_that_no_group_had(here: World) -> None:
    publish_groups(here, a=("Peer group 2", 2))
    assert names(here, group("b"), group("a"), group("c", NEAR_PEER.key)) == [
        GroupName("Peer group 1", 1),
        GroupName("Peer group 2", 2),
        GroupName("Near-peer group 3", 3),
    ]


def test_a_group_of_another_model_is_called_by_it_and_keeps_its_number(here: World) -> None:
    publish_groups(here, a=("Peer group 3", 3))
    assert names(here, group("a", NEAR_PEER.key)) == [GroupName("Near-peer group 3", 3)]


def test_a_number_in_a_name_that_people_gave_is_no_groups_number(here: World) -> None:
    publish_groups(here, a=("Ward 1", None))
    assert names(here, group("a"), group("b")) == [GroupName("Ward 1", None), GroupName("Peer group 1", 1)]
    assert names(here, group("a", NEAR_PEER.key)) == [GroupName("Near-peer group 1", 1)]


def test_a_group_of_peoples_own_is_called_as_they_call_it(here: World) -> None:
    person_id = import_residents(here, 1)["r1@example.org"]
    with here.database.writing() as db:
        start_group(
            db, actor(person_id, here.programme_id, Role.RESIDENT), here.programme_id, "Late shift 7", VIDEO, NOW
        )
    publish_groups(here, a=("Peer group 1", 1))
    with here.database.reading() as db:
        [row] = open_groups(db, here.programme_id)
    assert names(here, group(row.key, OWN)) == [GroupName("Late shift 7", None)]


def test_the_migration_reads_the_numbers_off_the_names_once(storage: Database) -> None:
    here = world(storage)
    publish_groups(here, a=("Peer group 12", 12), b=("Peer group", None))
    with migrating(storage) as connection:
        command.downgrade(alembic_config(connection), "0018")
    migrate(storage)
    with storage.reading() as db:
        assert dict(db.execute(select(GroupRow.key, GroupRow.number)).all()) == {"a": 12, "b": None}
