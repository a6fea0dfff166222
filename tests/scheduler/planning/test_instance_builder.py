"""The planning problem is built from the database, whole and without names."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest

from scheduler.db import Database
from scheduler.enrolment.people_import import import_people, person_ids_by_address
from scheduler.enrolment.relations_import import import_relations
from scheduler.errors import NotPossible
from scheduler.people.tables import ParticipantRow
from scheduler.planning.instance_builder import build_instance, problem_of
from scheduler.planning.keys import database_id, person_key, room_key
from scheduler.programmes.model import Conduct, Differing, Window, days_of
from scheduler.programmes.service import get_programme
from scheduler.programmes.tables import ProgrammeRow
from solvers.codec import instance_to_json, read_instance
from solvers.instance import Instance
from tests.builders import NOW, World, import_residents, people_csv, person_line, programme, set_marks, world


@pytest.fixture
def here(database: Database) -> World:
    return world(database)


def build(here: World, now: datetime = NOW) -> Instance:
    with here.database.writing() as db:
        return build_instance(db, here.programme_id, now)


def test_people_stand_in_it_by_number_and_never_by_name(here: World) -> None:
    ids = import_residents(here, 3, person_line("Dr Cy", role="faculty", models="vertical"))
    set_marks(here, dict.fromkeys(ids.values(), "2"))
    text = json.dumps(instance_to_json(build(here)))
    assert person_key(ids["r1@example.org"]) in text
    for private in ("R1", "example.org", "Dr Cy"):
        assert private not in text


def test_it_can_be_written_and_read_back(here: World) -> None:
    ids = import_residents(here, 3, person_line("Dr Cy", role="faculty", models="vertical"))
    set_marks(here, dict.fromkeys(ids.values(), "2"))
    instance = build(here)
    assert read_instance(json.dumps(instance_to_json(instance))) == instance


def test_wishes_and_preferences_carry_over(here: World) -> None:
    content = people_csv(
        person_line("Ada", stage="3", modes="video;phone", models="peer:3", interests="exams", tags="img",
                    company="img", wants="bo@example.org", external="require"),
        person_line("Bo", avoids="ada@example.org", choices="cy@example.org", site="south"),
        person_line("Cy", role="faculty", models="vertical;near-peer", capacity="2"),
    )  # fmt: skip
    with here.database.writing() as db:
        import_people(db, here.coordinator, here.programme_id, content, NOW)
    set_marks(here, {1: "2"})
    instance = build(here)
    ada, bo = instance.residents
    [cy] = instance.faculty
    assert (ada.stage, ada.site, ada.modes, dict(ada.models)) == (3, "north", ("video", "phone"), {"peer": 3})
    assert (ada.interests, ada.tags, ada.company, ada.external) == (("exams",), ("img",), ("img",), "require")
    assert (ada.wants, bo.avoids, bo.choices, bo.site) == ((bo.id,), (ada.id,), (cy.id,), "south")
    assert (cy.models, cy.capacity) == (("vertical", "near-peer"), 2)


def test_what_people_say_when_asked_openly_is_planned_by(here: World) -> None:
    ids = import_residents(here, 2, person_line("Dr Cy", role="faculty", models="vertical"))
    set_marks(here, dict.fromkeys(ids.values(), "2"))
    with here.database.writing() as db:
        one, other, leads = (db.get_one(ParticipantRow, (here.programme_id, id_)) for id_ in sorted(ids.values()))
        one.traits, one.like, one.unlike = {"language": "  URDÚ ", "faith": "None"}, ["language"], ["faith", "gender"]
        one.together = {"faith": False, "language": True, "caring": True}
        one.tags, one.company, one.firm = ["img", "parent"], ["img", "parent"], ["parent"]
        other.traits, leads.traits = {"language": "urdu"}, {"faith": "Some"}
    instance = build(here)
    ada, bo, cy = *instance.residents, *instance.faculty
    assert (ada.like, ada.unlike) == (("language",), ("faith", "gender"))
    assert ada.traits["language"] == bo.traits["language"]
    assert ada.traits["faith"] != cy.traits["faith"]
    assert set(ada.company) == {"img", "parent", "faith: none", "language: urdu"}
    assert set(ada.firm) == {"parent", "language: urdu"}, "of what they told no value there is no company"
    assert set(bo.tags) & set(ada.firm) == {"language: urdu"}
    assert read_instance(json.dumps(instance_to_json(instance))) == instance


def test_who_said_nothing_asks_for_nothing(here: World) -> None:
    ids = import_residents(here, 2)
    set_marks(here, dict.fromkeys(ids.values(), "2"))
    for person in build(here).residents:
        assert (person.traits, person.like, person.unlike, person.firm, person.company) == ({}, (), (), (), ())


def import_lines(here: World, *lines: str) -> None:
    with here.database.writing() as db:
        import_people(db, here.coordinator, here.programme_id, people_csv(*lines), NOW)


def test_only_who_is_said_to_be_new_asks_for_an_early_start(here: World) -> None:
    import_lines(here, person_line("Ada", new_here="yes", stage="5"), person_line("Bo", stage="1", new_here="no"),
                 person_line("Cy", role="faculty", stage="", new_here="yes"))  # fmt: skip
    assert [person.first_within_days for person in build(here).residents] == [28, None]


def test_how_soon_is_the_programmes_to_say(database: Database) -> None:
    for days, asked in ((14, 14), (0, None)):
        here = world(database, replace(programme(slug=f"within-{days}"), conduct=Conduct(early_days=days)))
        import_lines(here, person_line("Ada", new_here="yes"))
        assert [person.first_within_days for person in build(here).residents] == [asked]


def test_a_programme_has_points_of_its_own_and_the_interval_of_its_rounds(here: World) -> None:
    import_residents(here, 1)
    usual = build(here)
    assert (usual.weights.want, usual.weights.want_any, usual.weights.cadence) == (4, 16, -3)
    with here.database.writing() as db:
        own = get_programme(db, here.programme_id)
        assert usual.interval_days == days_of(own.rounds[0])
        db.get_one(ProgrammeRow, own.id).weights = {"want_any": 0, "cadence": -9}
    assert (build(here).weights.want_any, build(here).weights.cadence) == (0, -9)


def test_relations_that_forbid_become_conflicts_while_they_last(here: World) -> None:
    ids = import_residents(here, 1, person_line("Cy", role="faculty"), person_line("Di", role="faculty"))
    lines = [
        "person,about,kind,first_day,last_day",
        "cy@example.org,r1@example.org,supervises,,",
        "di@example.org,r1@example.org,assesses,2026-01-01,2027-01-03",
        "di@example.org,r1@example.org,advises,,",
    ]
    with here.database.writing() as db:
        import_relations(db, here.coordinator, here.programme_id, "\n".join(lines).encode(), NOW)
    pair = frozenset(person_key(ids[f"{name}@example.org"]) for name in ("cy", "r1"))
    assert build(here).conflicts == {pair}


def test_slots_are_those_still_to_come_on_the_programmes_clock(here: World) -> None:
    ids = import_residents(here, 1)
    marks = "".join("012?"[index % 4] for index in range(120))
    set_marks(here, {ids["r1@example.org"]: marks})
    instance = build(here, datetime(2027, 1, 8, 12, 45, tzinfo=ZoneInfo("Europe/London")))
    assert len(instance.slots) == 120 - 9
    assert instance.slots[0].start.isoformat() == "2027-01-08T13:15:00+00:00"
    assert instance.residents[0].availability == marks[9:]


def test_slots_after_the_clock_change_carry_the_summer_offset(database: Database) -> None:
    summer = world(
        database,
        programme(rounds=(replace(programme().rounds[0], first_day=date(2027, 4, 5), last_day=date(2027, 4, 11)),)),
    )
    ids = import_residents(summer, 1)
    set_marks(summer, {ids["r1@example.org"]: "2"})
    assert {slot.start.isoformat()[-6:] for slot in build(summer).slots} == {"+01:00"}


def test_rooms_are_free_while_they_are_open(database: Database) -> None:
    windows = (Window(0, time(7), time(9), 60),)
    here = world(database, programme(windows=windows))
    ids = import_residents(here, 1)
    set_marks(here, {ids["r1@example.org"]: "2"})
    [room] = build(here).rooms
    assert room.availability == "01" * 12
    assert (room.site, room.capacity, database_id(room.id)) == (
        "north",
        10,
        database_id(room_key(database_id(room.id))),
    )


def test_whoever_left_is_not_in_it(here: World) -> None:
    ids = import_residents(here, 2, person_line("Bo", wants="r1@example.org"))
    set_marks(here, dict.fromkeys(ids.values(), "2"))
    with here.database.writing() as db:
        db.get_one(ParticipantRow, (here.programme_id, ids["r1@example.org"])).left_at = NOW
    instance = build(here)
    assert [database_id(resident.id) for resident in instance.residents] == sorted(
        [ids["r2@example.org"], ids["bo@example.org"]]
    )
    assert all(resident.wants == () for resident in instance.residents)


def test_whoever_is_judged_works_at_their_own_site(here: World) -> None:
    ids = import_residents(here, 4, person_line("Bo", site="south"), person_line("Cy", role="faculty", site="south"))
    with here.database.reading() as db:
        problem = problem_of(db, get_programme(db, here.programme_id), ids.values())
    sites = {database_id(person.id): person.site for person in (*problem.residents, *problem.faculty)}
    south = {ids["bo@example.org"], ids["cy@example.org"]}
    assert sites == {person_id: "south" if person_id in south else "north" for person_id in ids.values()}


def test_a_programme_that_is_over_cannot_be_planned(here: World) -> None:
    import_residents(here, 1)
    with pytest.raises(NotPossible, match="has finished"):
        build(here, NOW + timedelta(days=1000))


def led_by_pairs(database: Database, differ: Differing, *lines: str) -> set[tuple[str, str]]:
    """Which facilitators a plan may put together, by the first letters of their addresses."""
    here = world(database, replace(programme(slug=f"differ-{differ.value}"), facilitators_differ=differ))
    import_lines(here, person_line("Ada"), *lines)
    with database.reading() as db:
        names = {person_key(id_): mail[0] for mail, id_ in person_ids_by_address(db, here.programme_id).items()}
    instance = build(here)
    pairs = combinations([person.id for person in instance.faculty], 2)
    return {(names[a], names[b]) for a, b in pairs if frozenset((a, b)) not in instance.conflicts}


def test_two_mentors_differ_in_what_is_on_record_of_them(database: Database) -> None:
    def mentor(name: str, **columns: str) -> str:
        return person_line(name, role="faculty", stage="", models="vertical", **columns)

    mentors = (
        mentor("Eva", specialty="Anaesthesia", mentor_level="Consultant", site="north"),
        mentor("Fay", specialty=" ANÆSTHESIA ".replace("Æ", "AE"), mentor_level="Senior resident", site="south"),
        mentor("Gus", specialty="Surgery", mentor_level="consultant", site="north"),
        mentor("Hal", site="south"),
    )
    assert led_by_pairs(database, Differing.SITE, *mentors) == {("e", "f"), ("e", "h"), ("f", "g"), ("g", "h")}
    assert led_by_pairs(database, Differing.SPECIALTY, *mentors) == {("e", "g"), ("f", "g")}, "nothing is known of Hal"
    assert led_by_pairs(database, Differing.LEVEL, *mentors) == {("e", "f"), ("f", "g")}
    assert len(led_by_pairs(database, Differing.NOTHING, *mentors)) == 6
