"""A changed e-mail address keeps the person, and nobody is taken for somebody else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from scheduler.db import Database
from scheduler.enrolment.addresses import set_address
from scheduler.enrolment.people_changes import Details, correct_person
from scheduler.enrolment.people_import import PeopleImported, import_people, person_ids_by_address
from scheduler.enrolment.person_card import get_card
from scheduler.errors import NotAllowed, NotFound, Rejected
from scheduler.mail.tables import MailRow
from scheduler.people.model import OPERATOR, Role
from scheduler.people.roles import appoint
from scheduler.people.tables import PersonRow
from scheduler.programmes.service import create_programme
from scheduler.signing_in.links import make_link, start_login
from scheduler.signing_in.tables import LoginRow, SignInLinkRow
from tests.builders import NOW, World, people_csv, person_line, programme, world

ADA = "ada.quill@example.org"


@pytest.fixture
def here(storage: Database) -> World:
    made = world(storage)
    take_over(made, person_line("Ada Quill"), person_line("Ben Marrow"))
    return made


def take_over(here: World, *lines: str) -> PeopleImported:
    with here.database.writing() as db:
        return import_people(db, here.coordinator, here.programme_id, people_csv(*lines), NOW)


def ids(here: World) -> dict[str, int]:
    with here.database.reading() as db:
        return person_ids_by_address(db, here.programme_id)


def test_a_name_that_is_known_under_another_address_is_asked_about(here: World) -> None:
    with pytest.raises(Rejected) as refused:
        take_over(here, person_line("Ada  QUILL", email="aq@example.org"), person_line("Ben Marrow"))
    [fault] = refused.value.faults
    assert ADA in fault.text
    assert "former_email" in fault.text
    assert len(ids(here)) == 2


def test_the_former_address_keeps_the_person(here: World) -> None:
    before = ids(here)[ADA]
    done = take_over(here, person_line("Ada Quill-Reed", email="aq@example.org", former_email=ADA, stage="2"))
    assert (done.added, done.changed) == (0, 1)
    assert ids(here)["aq@example.org"] == before
    assert ADA not in ids(here)
    again = take_over(here, person_line("Ada Quill-Reed", email="aq@example.org", former_email=ADA, stage="2"))
    assert (again.added, again.changed) == (0, 0), "the same list again changes nothing"


def test_somebody_else_of_the_same_name_is_new(here: World) -> None:
    done = take_over(here, person_line("Ada Quill", email="aq@example.org", former_email="new"))
    assert done.added == 1
    assert done.namesakes == ("Ada Quill",)
    assert len(ids(here)) == 3


def test_namesakes_who_are_both_on_the_list_are_not_asked_about(here: World) -> None:
    done = take_over(here, person_line("Ada Quill"), person_line("Ada Quill", email="ada2@example.org"))
    assert done.added == 1


def test_an_address_that_signs_in_elsewhere_too_is_not_one_programmes_to_change(here: World) -> None:
    with here.database.writing() as db:
        other = create_programme(db, OPERATOR, programme(slug="other"), NOW)
        appoint(db, OPERATOR, other, "Ada Quill", ADA, Role.COORDINATOR, NOW)
    with pytest.raises(Rejected, match="not imported"):
        take_over(here, person_line("Ada Quill", email="aq@example.org", former_email=ADA))
    with here.database.writing() as db:
        set_address(db, OPERATOR, ADA, "AQ@example.org", NOW)
        assert db.scalar(select(PersonRow.name).where(PersonRow.email == "aq@example.org")) == "Ada Quill"


CORRECTED = "on their page"
LISTED = "by list"


def readdress(here: World, way: str) -> None:
    if way == LISTED:
        take_over(here, person_line("Ada Quill", email="aq@example.org", former_email=ADA))
        return
    with here.database.writing() as db:
        wanted = Details("Ada Quill", "aq@example.org", Role.RESIDENT, 1)
        correct_person(db, here.coordinator, here.programme_id, ids(here)[ADA], wanted, NOW)


@pytest.mark.parametrize("way", [CORRECTED, LISTED])
@pytest.mark.parametrize("office", [Role.OVERSIGHT, Role.COORDINATOR])
def test_nobody_gives_another_address_to_whoever_looks_after_a_programme(here: World, way: str, office: Role) -> None:
    with here.database.writing() as db:
        appoint(db, here.coordinator, here.programme_id, "Ada Quill", ADA, office, NOW)
    with pytest.raises(Rejected) as refused:
        readdress(here, way)
    assert "oversight contact" in refused.value.faults[0].text
    assert ADA in ids(here)


@pytest.mark.parametrize("way", [CORRECTED, LISTED])
def test_the_former_address_is_told_and_ways_in_end(here: World, way: str) -> None:
    with here.database.writing() as db:
        start_login(db, ids(here)[ADA], "browser", NOW)
        make_link(db, ids(here)[ADA], NOW)
    readdress(here, way)
    with here.database.reading() as db:
        told = db.scalars(select(MailRow.address).where(MailRow.subject.contains("address here has changed"))).all()
        assert told == [ADA]
        assert not [*db.scalars(select(LoginRow)), *db.scalars(select(SignInLinkRow))]


def test_who_coordinates_all_of_somebodys_programmes_corrects_their_address_and_name(here: World) -> None:
    """From the second term on everybody is in two: by hand, by a list, and as the page says it."""
    with here.database.writing() as db:
        later = create_programme(db, OPERATOR, programme(slug="later"), NOW)
        import_people(db, OPERATOR, later, people_csv(person_line("Ada Quill"), person_line("Ben Marrow")), NOW)
    both = replace(here.coordinator, roles=here.coordinator.roles | {(later, Role.COORDINATOR)})
    take_over(replace(here, coordinator=both), person_line("Ada Reed", email="ar@example.org", former_email=ADA))
    ada, ben = ids(here)["ar@example.org"], ids(here)["ben.marrow@example.org"]
    with here.database.writing() as db:
        assert db.get_one(PersonRow, ada).name == "Ada Reed"
        card = get_card(db, both, later, ben, NOW)
        assert not card.elsewhere
        wanted = replace(card.details, name="Ben Marsh", email="bm@example.org")
        correct_person(db, both, later, ben, wanted, NOW)
        assert db.get_one(PersonRow, ben).email == "bm@example.org"
        assert get_card(db, here.coordinator, here.programme_id, ben, NOW).elsewhere
        with pytest.raises(Rejected):
            correct_person(db, here.coordinator, here.programme_id, ben, card.details, NOW)


def test_only_the_operator_changes_an_address_everywhere(here: World) -> None:
    with here.database.writing() as db:
        with pytest.raises(NotAllowed):
            set_address(db, here.coordinator, ADA, "aq@example.org", NOW)
        with pytest.raises(NotFound):
            set_address(db, OPERATOR, "nobody@example.org", "aq@example.org", NOW)
        with pytest.raises(Rejected):
            set_address(db, OPERATOR, ADA, "ben.marrow@example.org", NOW)
