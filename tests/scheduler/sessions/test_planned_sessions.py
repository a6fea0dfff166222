"""A published session keeps its identity through every change; calendars are told of what matters to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from scheduler.db import Database
from scheduler.sessions.planned_sessions import Changes, Planned, publish_sessions
from scheduler.sessions.tables import SessionRow
from tests.builders import NOW, World, import_residents, world

LATER = NOW + timedelta(days=1)


@pytest.fixture
def here(storage: Database) -> World:
    return world(storage)


@pytest.fixture
def people(here: World) -> list[int]:
    return sorted(import_residents(here, 4).values())


def planned(people: list[int], round_: int = 0, days: int = 60) -> Planned:
    starts_at = NOW + timedelta(days=days)
    return Planned(
        group_key="g1",
        group_name="Peer group 1",
        model_name="Peer group",
        round=round_,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        mode="video",
        site_id=None,
        room_id=None,
        attendees=dict.fromkeys(people, ("resident", "2")),
    )


def publish(here: World, *sessions: Planned, now: datetime = NOW) -> Changes:
    with here.database.writing() as db:
        return publish_sessions(db, here.programme_id, sessions, now)


def stored(here: World) -> list[SessionRow]:
    with here.database.reading() as db:
        rows = db.scalars(select(SessionRow).options(selectinload(SessionRow.attendees)).order_by(SessionRow.round))
        return list(rows)


def test_a_first_publication_makes_sessions(here: World, people: list[int]) -> None:
    assert publish(here, planned(people), planned(people, 1, 90)) == Changes(2, 0, 0)
    first, second = stored(here)
    assert first.uid != second.uid
    assert (first.sequence, first.status, first.created_at, first.changed_at) == (0, "confirmed", NOW, NOW)
    assert {attendee.person_id for attendee in first.attendees} == set(people)


def test_publishing_the_same_again_changes_nothing(here: World, people: list[int]) -> None:
    publish(here, planned(people))
    [before] = stored(here)
    assert publish(here, planned(people), now=LATER) == Changes(0, 0, 0)
    [after] = stored(here)
    assert (after.uid, after.sequence, after.changed_at) == (before.uid, 0, NOW)


def test_a_moved_session_keeps_its_uid_and_raises_its_sequence(here: World, people: list[int]) -> None:
    publish(here, planned(people))
    [before] = stored(here)
    assert publish(here, planned(people, days=61), now=LATER) == Changes(0, 1, 0)
    [after] = stored(here)
    assert (after.uid, after.sequence, after.changed_at) == (before.uid, 1, LATER)
    assert after.starts_at == NOW + timedelta(days=61)


def test_new_people_change_the_session_but_not_its_sequence(here: World, people: list[int]) -> None:
    publish(here, planned(people[:3]))
    assert publish(here, planned(people[1:]), now=LATER) == Changes(0, 0, 0)
    [row] = stored(here)
    assert (row.sequence, row.changed_at) == (0, LATER)
    assert {attendee.person_id for attendee in row.attendees} == set(people[1:])


def test_a_better_knowledge_of_marks_is_no_change_to_calendars(here: World, people: list[int]) -> None:
    publish(here, planned(people))
    marked = replace(planned(people), attendees=dict.fromkeys(people, ("resident", "0")))
    publish(here, marked, now=LATER)
    [row] = stored(here)
    assert row.changed_at == NOW
    assert {attendee.mark for attendee in row.attendees} == {"0"}


def test_a_session_that_the_plan_drops_is_cancelled_and_can_come_back(here: World, people: list[int]) -> None:
    publish(here, planned(people))
    [before] = stored(here)
    assert publish(here, now=LATER) == Changes(0, 0, 1)
    [row] = stored(here)
    assert (row.status, row.sequence, row.cancelled_at) == ("cancelled", 1, LATER)
    assert publish(here, now=LATER) == Changes(0, 0, 0)
    assert publish(here, planned(people), now=LATER) == Changes(0, 1, 0)
    [row] = stored(here)
    assert (row.uid, row.status, row.sequence, row.cancelled_at) == (before.uid, "confirmed", 2, None)


def test_what_has_begun_is_never_changed(here: World, people: list[int]) -> None:
    publish(here, planned(people))
    over = NOW + timedelta(days=61)
    assert publish(here, now=over) == Changes(0, 0, 0)
    assert publish(here, planned(people, days=70), now=over) == Changes(0, 0, 0)
    [row] = stored(here)
    assert (row.status, row.starts_at) == ("confirmed", NOW + timedelta(days=60))
