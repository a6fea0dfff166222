"""Leaving and coming back, on both databases: sessions, groups, roles, and what stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from scheduler.db import Database
from scheduler.errors import NotAllowed, NotFound, NotPossible
from scheduler.joining.model import JoiningState
from scheduler.oversight.figures import figures
from scheduler.people.model import Actor, Role
from scheduler.planning.instance_builder import build_instance
from scheduler.plans.own_programmes import own_programmes
from scheduler.publishing.leavers import come_back, decline, leave, leave_together, own_parts
from scheduler.publishing.leaving_effects import what_leaving_does
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.service import own_groups
from scheduler.sessions.tables import AttendeeRow, SessionRow
from scheduler.signing_in.links import find_actor, start_login
from tests.builders import NOW, World, actor, add_draft, import_residents, publish, set_marks, world
from tests.web.test_request_context import counting

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


def test_declining_is_no_leaving(storage: Database) -> None:
    made = world(storage)
    ids = import_residents(made, 2)
    one, two = (actor(ids[f"r{number}@example.org"], made.programme_id, Role.RESIDENT) for number in (1, 2))
    with storage.writing() as db:
        decline(db, one, made.programme_id, NOW)
        [part] = own_parts(db, one)
        assert part.state is JoiningState.DECLINED
        assert len(build_instance(db, made.programme_id, NOW).residents) == 1
        overseer = actor(two.person_id or 0, made.programme_id, Role.OVERSIGHT)
        found = figures(db, overseer, made.programme_id, NOW)
        assert (found.residents, found.residents_left) == (1, 0)
        with pytest.raises(NotPossible):
            decline(db, one, made.programme_id, NOW)
        assert come_back(db, one, made.programme_id, NOW)
        [part] = own_parts(db, one)
        assert part.state is JoiningState.NOT
        assert len(build_instance(db, made.programme_id, NOW).residents) == 2


def test_who_has_a_group_leaves_and_does_not_decline(here: World) -> None:
    with here.database.writing() as db, pytest.raises(NotPossible, match="already taking part"):
        decline(db, resident(here), here.programme_id, NOW)


def test_who_comes_after_the_plan_is_told_so(here: World) -> None:
    one = resident(here)
    with here.database.writing() as db:
        assert [programme.came_later for programme in own_programmes(db, one, Role.RESIDENT)] == [False]
        leave(db, one, here.programme_id, NOW + timedelta(days=1))
        come_back(db, one, here.programme_id, NOW + timedelta(days=2))
        assert [programme.came_later for programme in own_programmes(db, one, Role.RESIDENT)] == [True]


def test_many_leave_as_one_does_and_ask_the_database_no_more(storage: Database) -> None:
    made = world(storage)
    ids = sorted(import_residents(made, 9).values())
    set_marks(made, dict.fromkeys(ids, "2"))
    plan_id = add_draft(made, g1=(ids[:5], {0: FIRST, 1: SECOND}), g2=(ids[5:], {0: FIRST, 1: SECOND}))
    with storage.writing() as db:
        publish(db, made.coordinator, plan_id, NOW)
    took = []
    for people in (ids[:1], ids[1:7]):
        with storage.writing() as db, counting(storage) as counted:
            leave_together(db, made.coordinator, made.programme_id, people, BETWEEN)
            db.flush()
            took.append(len(counted.queries))
    assert took[1] == took[0]
    for number in range(1, 10):
        left = [FIRST] if number <= 7 else [FIRST, SECOND]
        assert invited(made, resident(made, number)) == left
    with pytest.raises(NotPossible), storage.writing() as db:
        leave_together(db, made.coordinator, made.programme_id, ids[6:], BETWEEN)
    with pytest.raises(NotAllowed), storage.writing() as db:
        leave_together(db, resident(made, 9), made.programme_id, ids[7:], BETWEEN)


def test_of_sessions_that_were_cancelled_nobody_is_missed(here: World) -> None:
    one = resident(here)
    with here.database.reading() as db:
        assert what_leaving_does(db, here.coordinator, here.programme_id, (one.person_id or 0,), NOW).sessions == 2
    with here.database.writing() as db:
        row = db.scalars(select(SessionRow).where(SessionRow.starts_at == SECOND)).one()
        row.status, row.cancelled_at = SessionStatus.CANCELLED, NOW
    with here.database.reading() as db:
        assert what_leaving_does(db, here.coordinator, here.programme_id, (one.person_id or 0,), NOW).sessions == 1
