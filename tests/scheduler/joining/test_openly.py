"""What is asked openly: optional, a person's own, deleted wherever it is kept, and never told in small numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from scheduler.audit.tables import AuditRow
from scheduler.db import Database
from scheduler.errors import NotAllowed, NotFound, NotPossible, Rejected
from scheduler.joining.openly import (
    AskedOpenly,
    OpenAnswer,
    asked_openly,
    own_traits,
    save_traits,
    set_asked_openly,
)
from scheduler.joining.openly_counts import demands
from scheduler.people.model import Actor, Role
from scheduler.people.tables import PersonRow
from scheduler.people.traits import Category, Company, Traits, TraitWish
from scheduler.planning.instance_builder import build_instance
from scheduler.planning.keys import person_key
from scheduler.planning.runs import start_run
from scheduler.plans.tables import RunRow
from scheduler.publishing.forgotten_answers import change_asked, delete_answers
from scheduler.publishing.leavers import come_back, leave
from tests.builders import NOW, World, actor, import_residents, person_line, set_marks, world
from tests.web.builders import everything_stored

SENIORS = tuple(person_line(f"S{number}", role="faculty", models="vertical") for number in range(1, 8))
LIKE = OpenAnswer(own="Deaf", wish=TraitWish.LIKE, company=Company.FIRM)


@pytest.fixture
def here(storage: Database) -> World:
    made = world(storage)
    ids = import_residents(made, 8, *SENIORS)
    set_marks(made, dict.fromkeys(ids.values(), "2"))
    return made


def somebody(here: World, name: str, role: Role = Role.RESIDENT) -> Actor:
    with here.database.reading() as db:
        person_id = db.scalars(select(PersonRow.id).where(PersonRow.name == name)).one()
    return actor(person_id, here.programme_id, role)


def says(here: World, who: Actor, **answers: OpenAnswer) -> None:
    with here.database.writing() as db:
        save_traits(db, who, here.programme_id, {Category(name): each for name, each in answers.items()})


def said(here: World, who: Actor) -> Traits:
    with here.database.reading() as db:
        return own_traits(db, who, here.programme_id)


def asks(here: World, asked: AskedOpenly) -> None:
    with here.database.writing() as db:
        change_asked(db, here.coordinator, here.programme_id, asked, NOW)


def test_nothing_is_said_until_somebody_says_it(here: World) -> None:
    assert said(here, somebody(here, "R1")) == Traits()
    with here.database.reading() as db:
        assert set(asked_openly(db, here.programme_id).values) == set(Category)
    with here.database.writing() as db:
        instance = build_instance(db, here.programme_id, NOW)
    assert all(person.tags == () for person in (*instance.residents, *instance.faculty))


def test_own_words_reach_the_planner_as_they_compare(here: World) -> None:
    one, other = somebody(here, "R1"), somebody(here, "S1", Role.FACULTY)
    says(here, one, disability=LIKE)
    says(here, other, disability=OpenAnswer(own="  DÉAF "))
    assert said(here, one).values == {"disability": "Deaf"}
    assert (said(here, one).like, said(here, one).together) == (("disability",), {"disability": True})
    with here.database.writing() as db:
        instance = build_instance(db, here.programme_id, NOW)
    resident = next(each for each in instance.residents if each.id == person_key(one.person_id or 0))
    senior = next(each for each in instance.faculty if each.id == person_key(other.person_id or 0))
    assert resident.tags == senior.tags == ("disability: deaf",)
    assert resident.company == ("disability: deaf",)
    assert resident.firm == ("disability: deaf",)


@pytest.mark.parametrize("wish", [TraitWish.NONE, TraitWish.UNSAID])
def test_no_preference_and_rather_not_say_leave_no_trace(here: World, wish: TraitWish) -> None:
    one = somebody(here, "R1")
    before = everything_stored(here.database)
    says(here, one, gender=OpenAnswer(wish=wish))
    assert everything_stored(here.database) == before


@pytest.mark.parametrize(
    ("answer", "field"),
    [
        (OpenAnswer(own="x" * 61), "own-gender"),
        (OpenAnswer(own="!?"), "own-gender"),
        (OpenAnswer(listed="made up"), "value-gender"),
        (OpenAnswer(wish=TraitWish.LIKE), "wish-gender"),
        (OpenAnswer(wish=TraitWish.UNLIKE), "wish-gender"),
        (OpenAnswer(company=Company.FIRM), "wish-gender"),
    ],
)
def test_what_cannot_be_is_told_at_its_field_and_nothing_changes(here: World, answer: OpenAnswer, field: str) -> None:
    asks(here, AskedOpenly({Category.GENDER: ("woman", "man"), Category.FAITH: ()}))
    before = everything_stored(here.database)
    with pytest.raises(Rejected) as refused:
        says(here, somebody(here, "R1"), faith=OpenAnswer(own="Sikh"), gender=answer)
    assert [fault.where for fault in refused.value.faults] == [field]
    assert everything_stored(here.database) == before


def test_a_category_that_is_not_asked_is_no_question(here: World) -> None:
    asks(here, AskedOpenly({Category.LANGUAGE: ()}))
    with pytest.raises(NotFound):
        says(here, somebody(here, "R1"), gender=OpenAnswer(own="woman"))


def test_own_words_that_are_on_the_list_are_the_lists(here: World) -> None:
    asks(here, AskedOpenly({Category.GENDER: ("Woman", "Man")}))
    says(here, somebody(here, "R1"), gender=OpenAnswer(listed="Man", own="woman "))
    assert said(here, somebody(here, "R1")).values == {"gender": "Woman"}


def test_only_participants_answer_and_only_for_themselves(here: World) -> None:
    for who in (here.coordinator, Actor(None, "nobody"), actor(9999, here.programme_id, Role.RESIDENT)):
        with pytest.raises(NotAllowed):
            says(here, who, gender=OpenAnswer(own="woman"))
        with here.database.writing() as db, pytest.raises(NotAllowed):
            delete_answers(db, who, here.programme_id)


def test_only_coordinators_set_what_is_asked(here: World) -> None:
    for who in (somebody(here, "R1"), somebody(here, "S1", Role.FACULTY)):
        with here.database.writing() as db, pytest.raises(NotAllowed):
            set_asked_openly(db, who, here.programme_id, AskedOpenly(), NOW)
        with here.database.reading() as db, pytest.raises(NotAllowed):
            demands(db, who, here.programme_id)


@pytest.mark.parametrize(
    "asked",
    [
        AskedOpenly({Category.GENDER: ("x" * 61,)}),
        AskedOpenly({Category.GENDER: tuple(f"g{n}" for n in range(31))}),
        AskedOpenly({Category.GENDER: ("Woman", "woman")}),
        AskedOpenly({Category.GENDER: ("?",)}),
        AskedOpenly({}, "x" * 301),
    ],
)
def test_what_cannot_be_asked_is_refused(here: World, asked: AskedOpenly) -> None:
    with pytest.raises(Rejected):
        asks(here, asked)


def test_what_is_asked_no_longer_is_deleted(here: World) -> None:
    one = somebody(here, "R1")
    says(here, one, gender=OpenAnswer(own="woman", wish=TraitWish.LIKE), faith=OpenAnswer(own="Sikh"))
    with here.database.writing() as db:
        start_run(db, here.coordinator, here.programme_id, NOW)
    asks(here, AskedOpenly({Category.FAITH: ()}))
    assert said(here, one) == Traits({"faith": "Sikh"})
    assert "gender: woman" not in kept_in_runs(here)
    assert "faith: sikh" in kept_in_runs(here)


def test_deleting_reaches_the_problems_of_earlier_runs(here: World) -> None:
    one, other = somebody(here, "R1"), somebody(here, "R2")
    says(here, one, disability=LIKE, faith=OpenAnswer(own="Sikh"))
    says(here, other, disability=OpenAnswer(own="deaf"))
    with here.database.writing() as db:
        start_run(db, here.coordinator, here.programme_id, NOW)
    assert kept_in_runs(here).count("disability: deaf") == 4
    with here.database.writing() as db:
        delete_answers(db, one, here.programme_id, Category.DISABILITY)
    assert said(here, one) == Traits({"faith": "Sikh"})
    assert kept_in_runs(here).count("disability: deaf") == 1, "what somebody else has said stays"
    assert "faith: sikh" in kept_in_runs(here)
    with here.database.writing() as db:
        delete_answers(db, one, here.programme_id)
    assert not said(here, one)
    assert "sikh" not in kept_in_runs(here)


def kept_in_runs(here: World) -> str:
    with here.database.reading() as db:
        return "".join(db.scalars(select(RunRow.instance)))


def test_leaving_deletes_all_of_it(here: World) -> None:
    one = somebody(here, "R1")
    says(here, one, disability=LIKE)
    with here.database.writing() as db:
        start_run(db, here.coordinator, here.programme_id, NOW)
        leave(db, one, here.programme_id, NOW)
    assert "deaf" not in repr(everything_stored(here.database)).lower()
    with pytest.raises(NotPossible):
        says(here, one, gender=OpenAnswer(own="woman"))
    with here.database.writing() as db:
        come_back(db, one, here.programme_id, NOW)
    assert not said(here, one)


def test_no_line_of_the_audit_trail_knows(here: World) -> None:
    one = somebody(here, "R1")
    with here.database.reading() as db:
        before = len(db.scalars(select(AuditRow.id)).all())
    says(here, one, disability=LIKE)
    with here.database.writing() as db:
        delete_answers(db, one, here.programme_id)
    with here.database.reading() as db:
        assert len(db.scalars(select(AuditRow.id)).all()) == before


def test_numbers_below_five_are_nobodys_to_read_and_others_come_in_fives(here: World) -> None:
    wish = OpenAnswer(own="Deaf", wish=TraitWish.LIKE)

    def told() -> list[tuple[str, int, int]]:
        with here.database.reading() as db:
            return [(d.value, d.residents, d.facilitators) for d in demands(db, here.coordinator, here.programme_id)]

    for number in range(1, 5):
        says(here, somebody(here, f"R{number}"), disability=wish)
    for number in range(1, 5):
        says(here, somebody(here, f"S{number}", Role.FACULTY), disability=OpenAnswer(own="deaf"))
    says(here, somebody(here, "R8"), disability=OpenAnswer(own="Deaf"))
    assert told() == [], "who only says what they are has asked for nothing"
    says(here, somebody(here, "R5"), disability=OpenAnswer(own="deaf", company=Company.RATHER))
    assert told() == [("Deaf", 5, 0)]
    says(here, somebody(here, "R6"), disability=replace(wish, own="DEAF"))
    says(here, somebody(here, "S5", Role.FACULTY), disability=OpenAnswer(own="Deaf"))
    assert told() == [("Deaf", 5, 5)]
