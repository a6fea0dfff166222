"""Leaving and coming back, on both databases: sessions, groups, roles, and what stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from scheduler.db import Database
from scheduler.errors import NotAllowed, NotFound, NotPossible
from scheduler.joining.leaving import come_back, leave, own_parts
from scheduler.people.model import Actor, Role
from scheduler.people.signing_in import find_actor, start_login
from scheduler.plans.building import build_instance
from scheduler.plans.publishing import publish
from scheduler.sessions.service import own_groups
from scheduler.sessions.tables import AttendeeRow, SessionRow
from tests.builders import NOW, World, actor, add_draft, import_residents, set_marks, world

FIRST, SECOND = datetime(2027, 1, 5, 12, 30, tzinfo=UTC), datetime(2027, 2, 2, 12, 30, tzinfo=UTC)
BETWEEN = FIRST + timedelta(days=7)


@pytest.fixture
def here(storage: Database) -> World:
    made = world(storage)
    ids = import_residents(made, 5)
    set_marks(made, dict.fromkeys(ids.values(), "2"))
    plan_id = add_draft(made, g1=(list(ids.values()), {0: FIRST, 1: SECOND}))
    with storage.writing() as db:
        publish(db, made.coordinator, plan_id, NOW)
    return made


def resident(here: World, number: int = 1) -> Actor:
    with here.database.reading() as db:
        ids = sorted(set(db.scalars(select(AttendeeRow.person_id))))
    return actor(ids[number - 1], here.programme_id, Role.RESIDENT)


def invited(here: World, who: Actor) -> list[datetime]:
    with here.database.reading() as db:
        found = select(SessionRow.starts_at).join(AttendeeRow, AttendeeRow.session_id == SessionRow.id)
        return sorted(db.scalars(found.where(AttendeeRow.person_id == who.person_id)))


def test_who_leaves_is_off_the_sessions_ahead_and_stays_on_those_that_were(here: World) -> None:
    one, other = resident(here), resident(here, 2)
    with here.database.writing() as db:
        assert leave(db, one, here.programme_id, BETWEEN) == 1
        [group] = own_groups(db, other)
        assert own_groups(db, one) == ()
        changed = db.scalars(select(SessionRow.changed_at).where(SessionRow.starts_at == SECOND)).one()
    assert (group.left, len(group.residents)) == (("R1",), 4)
    assert invited(here, one) == [FIRST]
    assert invited(here, other) == [FIRST, SECOND]
    assert changed == BETWEEN, "so that everybody is told"


def test_who_leaves_is_nothing_there_any_more_and_can_still_come_back(here: World) -> None:
    one = resident(here)
    with here.database.writing() as db:
        login = start_login(db, one.person_id or 0, "a phone", NOW)
        leave(db, one, here.programme_id, NOW)
        gone = find_actor(db, login, NOW)
        assert gone is not None
        assert gone.roles == frozenset()
        assert len(build_instance(db, here.programme_id, NOW).residents) == 4
        [part] = own_parts(db, gone)
        assert part.left_at == NOW
        come_back(db, gone, here.programme_id, NOW + timedelta(days=1))
        back = find_actor(db, login, NOW + timedelta(days=1))
        assert back is not None
        assert back.has(here.programme_id, Role.RESIDENT)
        assert own_groups(db, back) == (), "a group is not walked into again by the back door"
        assert len(build_instance(db, here.programme_id, NOW).residents) == 5


def test_nobody_leaves_or_comes_back_twice(here: World) -> None:
    one = resident(here)
    with here.database.writing() as db:
        with pytest.raises(NotPossible):
            come_back(db, one, here.programme_id, NOW)
        leave(db, one, here.programme_id, NOW)
        with pytest.raises(NotPossible):
            leave(db, one, here.programme_id, NOW)


def test_a_coordinator_takes_out_who_asked_for_it_and_nobody_else_does(here: World) -> None:
    one, other = resident(here), resident(here, 2)
    with here.database.writing() as db:
        with pytest.raises(NotAllowed):
            leave(db, other, here.programme_id, NOW, person_id=one.person_id)
        with pytest.raises(NotFound):
            leave(db, here.coordinator, here.programme_id, NOW, person_id=999_999)
        assert leave(db, here.coordinator, here.programme_id, NOW, person_id=one.person_id) == 2
        come_back(db, here.coordinator, here.programme_id, NOW, person_id=one.person_id)
    assert invited(here, one) == []
