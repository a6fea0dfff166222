"""Facilitators who would like to meet others get a programme of their own in one step, and are asked first."""

from __future__ import annotations

import gzip
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from scheduler.calendars.feeds import Subject
from scheduler.calendars.model import Purpose
from scheduler.calendars.service import open_feed
from scheduler.calendars.tables import FeedBodyRow
from scheduler.db import Database
from scheduler.enrolment.people_import import import_people, person_ids_by_address
from scheduler.errors import NotAllowed, NotPossible, Rejected
from scheduler.joining import portraits
from scheduler.joining.answers import agree
from scheduler.people.model import OPERATOR, Actor, Role
from scheduler.people.tables import ParticipantRow, RoleRow
from scheduler.planning.instance_builder import build_instance
from scheduler.planning.keys import person_key
from scheduler.plans.tables import GroupRow, MemberRow, PlannedSessionRow, PlanRow
from scheduler.programmes.service import get_programme
from scheduler.programmes.tables import ProgrammeRow
from scheduler.terms.peer_programme import begin_peer_programme, facilitators_for_peers
from tests.builders import NOW, World, actor, people_csv, person_line, publish, set_marks, world

NAMES = ("Fay Lantern", "Gil Spare", "Hal Boss", "Ida Moor")
FIRST_DAY = date(2027, 3, 1)


def a_world(storage: Database, willing: int) -> tuple[World, dict[str, int]]:
    here = world(storage)
    lines = [person_line(name, role="faculty", models="vertical") for name in (*NAMES, "Jo Shy")]
    with storage.writing() as db:
        import_people(db, here.coordinator, here.programme_id, people_csv(*lines, person_line("Ada Quill")), NOW)
        ids = {email.split(".")[0]: who for email, who in person_ids_by_address(db, here.programme_id).items()}
        for name in NAMES[:willing]:
            who = actor(ids[name.split()[0].lower()], here.programme_id, Role.FACULTY)
            portraits.save_portrait(db, who, here.programme_id, "", deputy_wanted=False, peers_wanted=True, now=NOW)
    return here, ids


def test_those_who_ticked_are_its_members_and_nobody_is_planned_unasked(storage: Database) -> None:
    here, ids = a_world(storage, len(NAMES))
    with storage.writing() as db:
        assert facilitators_for_peers(db, here.coordinator, here.programme_id) == NAMES
        after = begin_peer_programme(db, here.coordinator, here.programme_id, " Our  hour ", FIRST_DAY, NOW)
    members = {ids[name.split()[0].lower()] for name in NAMES}
    with storage.reading() as db:
        made = get_programme(db, after)
        part = ParticipantRow.programme_id == after
        assert set(db.scalars(select(ParticipantRow.person_id).where(part))) == members
        assert set(db.scalars(select(ParticipantRow.kind).where(part))) == {Role.RESIDENT}
        assert build_instance(db, after, NOW).residents == ()
        of_fay = select(RoleRow.role).where(RoleRow.person_id == ids["fay"], RoleRow.programme_id == here.programme_id)
        assert db.scalars(of_fay).all() == [Role.FACULTY], "in their first programme nothing changes"
    assert (made.name, made.first_day) == ("Our hour", FIRST_DAY)
    assert [site.name for site in made.sites] == ["North Hospital", "South Hospital"]
    with storage.writing() as db:
        agree(db, Actor(ids["fay"], "Fay", frozenset({(after, Role.RESIDENT)})), after, NOW)
        assert [one.id for one in build_instance(db, after, NOW).residents] == [person_key(ids["fay"])]


def test_who_has_left_or_is_too_few_makes_no_programme(storage: Database) -> None:
    here, ids = a_world(storage, len(NAMES))
    with storage.writing() as db:
        db.execute(update(ParticipantRow).where(ParticipantRow.person_id == ids["fay"]).values(left_at=NOW))
    with pytest.raises(NotPossible), storage.writing() as db:
        begin_peer_programme(db, here.coordinator, here.programme_id, "Our hour", FIRST_DAY, NOW)
    with storage.reading() as db:
        assert len(db.scalars(select(ProgrammeRow.id)).all()) == 1


def test_only_its_coordinator_begins_it(storage: Database) -> None:
    here, ids = a_world(storage, len(NAMES))
    stranger = actor(here.coordinator.person_id or 0, here.programme_id + 1, Role.COORDINATOR)
    for who in (stranger, actor(ids["fay"], here.programme_id, Role.FACULTY)):
        with pytest.raises(NotAllowed), storage.writing() as db:
            begin_peer_programme(db, who, here.programme_id, "Our hour", FIRST_DAY, NOW)
    for name in ("", "x" * 500):
        with pytest.raises(Rejected), storage.writing() as db:
            begin_peer_programme(db, here.coordinator, here.programme_id, name, FIRST_DAY, NOW)


def test_their_own_hour_is_in_each_facilitators_calendar(storage: Database) -> None:
    here, ids = a_world(storage, len(NAMES))
    with storage.writing() as db:
        after = begin_peer_programme(db, here.coordinator, here.programme_id, "Our hour", FIRST_DAY, NOW)
        members = sorted(ids[name.split()[0].lower()] for name in NAMES)
        roles = frozenset({(after, Role.RESIDENT), (here.programme_id, Role.FACULTY)})
        for who in members:
            agree(db, Actor(who, "", roles), after, NOW)
    set_marks(World(storage, after, here.coordinator), dict.fromkeys(members, "2"))
    with storage.writing() as db:
        made = get_programme(db, after)
        model_id, starts_at = made.models[0].id, made.slots()[0].starts_at
        marks = {str(who): "2" for who in members}
        plan = PlanRow(
            programme_id=after, number=1, state="draft", score=0, seconds=0.0, points={}, created_at=NOW,
            groups=[
                GroupRow(
                    key="g1", name="Our hour", model_id=model_id, mode="video",
                    members=[MemberRow(person_id=who, role="resident") for who in members],
                    sessions=[PlannedSessionRow(round=0, starts_at=starts_at, facilitator_ids=[], marks=marks)],
                )
            ],
        )  # fmt: skip
        db.add(plan)
        db.flush()
        publish(db, OPERATOR, plan.id, NOW)
    fay = Actor(ids["fay"], "Fay Lantern", roles)
    with storage.writing() as db:
        open_feed(db, fay, Subject(Purpose.PERSON), NOW)
    with storage.reading() as db:
        body = gzip.decompress(db.scalars(select(FeedBodyRow.gzipped)).one()).decode()
    assert f"{starts_at.astimezone(ZoneInfo(made.zone)):%Y%m%dT%H%M%S}" in body
