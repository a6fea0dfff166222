"""The lists of people and relations: what is taken over, and what each kind of bad list answers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from scheduler.db import Database
from scheduler.enrolment.people_import import PeopleImported, import_people
from scheduler.enrolment.people_list import list_people
from scheduler.enrolment.relations_import import import_relations
from scheduler.errors import NotAllowed, Rejected
from scheduler.people.model import OPERATOR, Role
from scheduler.people.tables import ParticipantRow, PersonRow, RelationRow, RoleRow, WishRow
from scheduler.programmes.service import create_programme
from tests.builders import NOW, World, actor, import_residents, people_csv, person_line, programme, world


@pytest.fixture
def here(storage: Database) -> World:
    return world(storage)


def take_over(here: World, content: bytes) -> PeopleImported:
    with here.database.writing() as db:
        return import_people(db, here.coordinator, here.programme_id, content, NOW)


def relate(here: World, *lines: str) -> int:
    content = "\n".join(["person,about,kind,first_day,last_day", *lines]).encode()
    with here.database.writing() as db:
        return import_relations(db, here.coordinator, here.programme_id, content, NOW).rows


def faults_of(here: World, content: bytes) -> list[tuple[str, str]]:
    with pytest.raises(Rejected) as rejected:
        take_over(here, content)
    return [(fault.where, fault.text) for fault in rejected.value.faults] or [
        (rejected.value.where, rejected.value.message)
    ]


def everybody(here: World) -> list[str]:
    with here.database.reading() as db:
        return [line.name for line in list_people(db, here.coordinator, here.programme_id)]


def test_everything_on_a_row_is_kept(here: World) -> None:
    content = people_csv(
        person_line(
            "Ada", stage="3", modes="video;phone", models="peer:3;vertical:1", interests="exams;careers",
            tags="parent;img", company="img", wants="bo@example.org", external="prefer",
        ),
        person_line("Bo", avoids="ada@example.org", choices="dr.cy@example.org"),
        person_line("Dr Cy", role="faculty", stage="", models="vertical", capacity="2"),
    )  # fmt: skip
    assert take_over(here, content) == PeopleImported(3, 0, 0, ())
    with here.database.reading() as db:
        ids = dict(db.execute(select(PersonRow.name, PersonRow.id)).all())
        ada = db.get_one(ParticipantRow, (here.programme_id, ids["Ada"]))
        cy = db.get_one(ParticipantRow, (here.programme_id, ids["Dr Cy"]))
        wishes = set(db.execute(select(WishRow.person_id, WishRow.about_id, WishRow.kind)))
        roles = set(db.execute(select(RoleRow.person_id, RoleRow.role)))
    assert (ada.stage, ada.modes, ada.models) == (3, ["video", "phone"], {"peer": 3, "vertical": 1})
    assert (ada.interests, ada.tags, ada.company) == (["exams", "careers"], ["parent", "img"], ["img"])
    assert (ada.external, cy.kind, cy.stage, cy.models, cy.capacity) == ("prefer", "faculty", None, {"vertical": 1}, 2)
    assert wishes == {
        (ids["Ada"], ids["Bo"], "want"),
        (ids["Bo"], ids["Ada"], "avoid"),
        (ids["Bo"], ids["Dr Cy"], "choice"),
    }
    assert {(ids["Ada"], "resident"), (ids["Dr Cy"], "faculty")} <= roles


def test_a_second_import_changes_only_what_changed(here: World) -> None:
    first = people_csv(person_line("Ada"), person_line("Bo"))
    take_over(here, first)
    assert take_over(here, first) == PeopleImported(0, 0, 2, ())
    second = people_csv(person_line("Ada", stage="2"), person_line("Cy"))
    assert take_over(here, second) == PeopleImported(1, 1, 0, ())
    assert everybody(here) == ["Ada", "Bo", "Cy"]


def test_a_spreadsheet_programme_may_write_semicolons_or_tabs(here: World) -> None:
    plain = people_csv(person_line("Ada", modes="video"))
    assert take_over(here, plain.replace(b",", b"\t")).added == 1
    assert take_over(here, b"\xef\xbb\xbf" + plain.replace(b",", b";")).unchanged == 1


def test_namesakes_are_told(here: World) -> None:
    content = people_csv(person_line("Ada", email="ada1@example.org"), person_line("Ada", email="ada2@example.org"))
    assert take_over(here, content).namesakes == ("Ada",)


@pytest.mark.parametrize(
    ("line", "where", "words"),
    [
        (person_line("Ada", site="west"), "row 2", "not one of these: north, south"),
        (person_line("Ada", stage=""), "row 2", "whole number"),
        (person_line("Ada", stage="two"), "row 2", "“two”"),
        (person_line("Ada", stage="²"), "row 2", "whole number"),
        (person_line("Ada", stage="100"), "row 2", "more than 99"),
        (person_line("Ada", capacity="9" * 20), "row 2", "more than 20"),
        (person_line("Ada", capacity="9" * 5000), "row 2", "more than 20"),
        (person_line("A" * 5000, email="ada@example.org"), "row 2", "“name” holds more than 200"),
        (person_line("Ada", tags="t" * 5000), "row 2", "“tags” holds more than"),
        (person_line("Ada", role="nurse"), "row 2", "not one of these: resident, faculty"),
        (person_line("Ada", email="ada"), "row 2", "not an e-mail address"),
        (person_line("Ada", modes="fax"), "row 2", "“fax”"),
        (person_line("Ada", models="guru"), "row 2", "not one of these: peer"),
        (person_line("Ada", models="peer:9"), "row 2", "score each model 1, 2 or 3"),
        (person_line("Ada", company="img"), "row 2", "own tags"),
        (person_line("Ada", wants="nobody@example.org"), "row 2", "not in this programme"),
        (person_line("", email="x@example.org"), "row 2", "“name” is empty"),
    ],
)
def test_a_bad_cell_is_named_with_its_row_and_nothing_is_kept(here: World, line: str, where: str, words: str) -> None:
    [(place, text)] = faults_of(here, people_csv(line))
    assert place == where
    assert words in text
    assert everybody(here) == []


def test_all_faults_come_at_once(here: World) -> None:
    faults = faults_of(
        here, people_csv(person_line("Ada", site="west"), person_line("Bo"), person_line("Cy", stage=""))
    )
    assert [where for where, _ in faults] == ["row 2", "row 4"]


def test_the_same_address_twice_is_a_fault_on_both_rows(here: World) -> None:
    assert [where for where, _ in faults_of(here, people_csv(person_line("Ada"), person_line("Ada")))] == [
        "row 2",
        "row 3",
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"  \n ", "is empty"),
        (b"PK\x03\x04rest of a workbook", "not a CSV file"),
        (b"name,role\nAda,resident\n", "missing these columns: email, site"),
        (people_csv(), "but no rows"),
    ],
)
def test_a_file_that_is_no_list_is_refused(here: World, content: bytes, words: str) -> None:
    [(_, text)] = faults_of(here, content)
    assert words in text


def test_only_the_coordinator_imports(here: World) -> None:
    for roles in ((), (Role.RESIDENT,), (Role.FACULTY,), (Role.OVERSIGHT,)):
        with pytest.raises(NotAllowed), here.database.writing() as db:
            import_people(db, actor(7, here.programme_id, *roles), here.programme_id, people_csv(), NOW)


def test_relations_replace_those_before(here: World) -> None:
    import_residents(here, 2, person_line("Dr Cy", role="faculty"))
    assert (
        relate(
            here, "dr.cy@example.org,r1@example.org,supervises,2027-01-01,", "r1@example.org,r2@example.org,family,,"
        )
        == 2
    )
    assert relate(here, "dr.cy@example.org,r2@example.org,assesses,2027-01-01,2027-06-30") == 1
    with here.database.reading() as db:
        [row] = db.scalars(select(RelationRow))
        assert (row.kind, str(row.first_day), str(row.last_day)) == ("assesses", "2027-01-01", "2027-06-30")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("x@example.org,r1@example.org,supervises,,", "Nobody in this programme"),
        ("r1@example.org,r1@example.org,family,,", "two different people"),
        ("r2@example.org,r1@example.org,likes,,", "“likes”"),
        ("r2@example.org,r1@example.org,family,1.2.2027,", "not a date; write it like"),
    ],
)
def test_a_bad_relation_is_named(here: World, line: str, words: str) -> None:
    import_residents(here, 2)
    with pytest.raises(Rejected) as rejected:
        relate(here, line)
    [fault] = rejected.value.faults
    assert fault.where == "row 2"
    assert words in fault.text


def test_a_list_does_not_rename_people_who_have_a_part_in_another_programme(here: World) -> None:
    take_over(here, people_csv(person_line("Ada")))
    with here.database.writing() as db:
        other = create_programme(db, OPERATOR, programme(slug="autumn"), NOW)
        content = people_csv(person_line("Ada, click here", email="ada@example.org").replace("Ada, ", "Ada "))
        otto = replace(here.coordinator, roles=frozenset({(other, Role.COORDINATOR)}))
        assert import_people(db, otto, other, content, NOW).added == 1
    assert everybody(here) == ["Ada"]


def test_whoever_becomes_faculty_is_no_resident_any_more(here: World) -> None:
    take_over(here, people_csv(person_line("Ada")))
    take_over(here, people_csv(person_line("Ada", role="faculty", stage="")))
    with here.database.reading() as db:
        ada = db.scalars(select(PersonRow.id).where(PersonRow.email == "ada@example.org")).one()
        assert db.scalars(select(RoleRow.role).where(RoleRow.person_id == ada)).all() == ["faculty"]
