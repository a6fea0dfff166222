"""What people declare about each other: by either side, with days, in confidence where it is nobody's business."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest
from sqlalchemy import select

from scheduler.audit.tables import AuditRow
from scheduler.db import Database
from scheduler.enrolment.own_relations import TIES, change_days, declare, find_declarable, list_declared, take_back
from scheduler.enrolment.people_import import import_people, person_ids_by_address
from scheduler.enrolment.relation_list import correct_relation, list_relations, remove_relation
from scheduler.enrolment.relations_import import import_relations
from scheduler.errors import NotAllowed, NotFound, Rejected
from scheduler.paging import Paging
from scheduler.people.model import Actor, RelationKind, Role
from scheduler.people.tables import RelationRow
from scheduler.publishing.leavers import leave
from tests.builders import NOW, World, actor, people_csv, person_line, world

FIRST, LAST = date(2027, 2, 1), date(2027, 5, 31)


@pytest.fixture
def here(storage: Database) -> World:
    made = world(storage)
    people = people_csv(
        person_line("Ada Quill"),
        person_line("Ben Marrow"),
        person_line("Fay Lantern", role="faculty", models="vertical"),
    )
    with storage.writing() as db:
        import_people(db, made.coordinator, made.programme_id, people, NOW)
    return made


@pytest.fixture
def who(here: World) -> Mapping[str, int]:
    with here.database.reading() as db:
        found = person_ids_by_address(db, here.programme_id)
    return {address.split(".")[0]: id_ for address, id_ in found.items()}


def one(here: World, who: Mapping[str, int], name: str) -> Actor:
    return actor(who[name], here.programme_id, Role.FACULTY if name == "fay" else Role.RESIDENT)


def said(here: World, by: Actor, about: int, tie: str, first: date | None = None, last: date | None = None) -> int:
    with here.database.writing() as db:
        before = set(db.scalars(select(RelationRow.id)))
        declare(db, by, here.programme_id, about, tie, first, last, NOW)
        db.flush()
        [new] = set(db.scalars(select(RelationRow.id))) - before
    return new


def known_to_the_coordinator(here: World) -> list[tuple[str, str, str, str]]:
    with here.database.reading() as db:
        found, paging = list_relations(db, here.coordinator, here.programme_id, Paging(size=100))
        assert paging.total == len(found)
    return [(each.person, each.kind.value, each.about, each.declared_by) for each in found]


def rows(here: World) -> int:
    with here.database.reading() as db:
        return len(db.scalars(select(RelationRow)).all())


def test_a_resident_says_who_supervises_them(here: World, who: Mapping[str, int]) -> None:
    said(here, one(here, who, "ada"), who["fay"], "supervises-me", FIRST, LAST)
    assert known_to_the_coordinator(here) == [("Fay Lantern", "supervises", "Ada Quill", "Ada Quill")]
    with here.database.reading() as db:
        [fays] = list_declared(db, one(here, who, "fay"), here.programme_id)
        [adas] = list_declared(db, one(here, who, "ada"), here.programme_id)
        assert list_declared(db, one(here, who, "ben"), here.programme_id) == ()
    assert (fays.name, fays.tie.words, fays.own, fays.listed) == ("Ada Quill", "I supervise them", False, False)
    assert (adas.name, adas.tie.words, adas.own) == ("Fay Lantern", "They supervise me", True)
    assert (adas.first_day, adas.last_day) == (FIRST, LAST)


@pytest.mark.parametrize("tie", [key for key, each in TIES.items() if each.secret])
def test_what_is_secret_is_for_its_author_alone(here: World, who: Mapping[str, int], tie: str) -> None:
    with here.database.reading() as db:
        before = len(db.scalars(select(AuditRow)).all())
    ada, fay = one(here, who, "ada"), one(here, who, "fay")
    number = said(here, ada, who["fay"], tie)
    assert number < 0
    with here.database.writing() as db:
        change_days(db, ada, here.programme_id, number, FIRST, None, NOW)
        assert list_declared(db, fay, here.programme_id) == ()
        [own] = list_declared(db, ada, here.programme_id)
        assert (own.tie, own.first_day) == (TIES[tie], FIRST)
    assert known_to_the_coordinator(here) == []
    with here.database.writing() as db:
        take_back(db, ada, here.programme_id, number, NOW)
        assert len(db.scalars(select(AuditRow)).all()) == before, "no line in the record"


def test_nobody_declares_about_themselves_strangers_or_in_another_programme(
    here: World, who: Mapping[str, int]
) -> None:
    ada, other = one(here, who, "ada"), here.programme_id + 1
    with here.database.writing() as db:
        for about in (who["ada"], 0, 999_999):
            with pytest.raises(Rejected):
                declare(db, ada, here.programme_id, about, "supervises", None, None, NOW)
        for tie in ("", "prior-complaint", "x"):
            with pytest.raises(Rejected):
                declare(db, ada, here.programme_id, who["fay"], tie, None, None, NOW)
        with pytest.raises(Rejected):
            declare(db, ada, here.programme_id, who["fay"], "supervises", LAST, FIRST, NOW)
        with pytest.raises(NotAllowed):
            declare(db, ada, other, who["fay"], "supervises", None, None, NOW)
        with pytest.raises(NotAllowed):
            list_declared(db, ada, other)
    assert rows(here) == 0


def test_nobody_changes_or_takes_back_what_another_said(here: World, who: Mapping[str, int]) -> None:
    number = said(here, one(here, who, "ada"), who["fay"], "assesses-me")
    with here.database.writing() as db:
        for name in ("fay", "ben"):
            take_back(db, one(here, who, name), here.programme_id, number, NOW)
            with pytest.raises(NotFound):
                change_days(db, one(here, who, name), here.programme_id, number, None, FIRST, NOW)
        with pytest.raises(NotFound):
            take_back(db, actor(who["ada"], here.programme_id + 1, Role.RESIDENT), here.programme_id + 1, number, NOW)
        with pytest.raises(NotFound):
            remove_relation(db, here.coordinator, here.programme_id, number, NOW)
        with pytest.raises(NotFound):
            correct_relation(db, here.coordinator, here.programme_id, number, RelationKind.SPONSORS, None, None, NOW)
    assert known_to_the_coordinator(here) == [("Fay Lantern", "assesses", "Ada Quill", "Ada Quill")]


def test_the_same_is_not_said_twice_for_the_same_days(here: World, who: Mapping[str, int]) -> None:
    ada = one(here, who, "ada")
    said(here, ada, who["fay"], "supervises-me", None, FIRST)
    with here.database.writing() as db, pytest.raises(Rejected):
        declare(db, ada, here.programme_id, who["fay"], "supervises-me", FIRST, None, NOW)
    said(here, ada, who["fay"], "supervises-me", LAST, None)
    assert rows(here) == 2


def test_it_stays_when_the_list_is_replaced_and_the_other_takes_theirs_back(
    here: World, who: Mapping[str, int]
) -> None:
    ada, fay = one(here, who, "ada"), one(here, who, "fay")
    said(here, ada, who["fay"], "supervises-me")
    fays = said(here, fay, who["ada"], "supervises")
    table = b"person,about,kind\nfay.lantern@example.org,ben.marrow@example.org,assesses\n"
    with here.database.writing() as db:
        import_relations(db, here.coordinator, here.programme_id, table, NOW)
        take_back(db, fay, here.programme_id, fays, NOW)
    assert known_to_the_coordinator(here) == [
        ("Fay Lantern", "supervises", "Ada Quill", "Ada Quill"),
        ("Fay Lantern", "assesses", "Ben Marrow", ""),
    ]


def test_who_has_left_takes_back_their_own(here: World, who: Mapping[str, int]) -> None:
    ada = one(here, who, "ada")
    number = said(here, ada, who["fay"], "treats-me")
    with here.database.writing() as db:
        leave(db, ada, here.programme_id, NOW)
    gone = actor(who["ada"], here.programme_id + 9, Role.RESIDENT)
    with here.database.writing() as db:
        with pytest.raises(NotAllowed):
            declare(db, gone, here.programme_id, who["fay"], "family", None, None, NOW)
        take_back(db, gone, here.programme_id, number, NOW)
    assert rows(here) == 0


def test_a_coordinator_declares_too_and_is_found(here: World, who: Mapping[str, int]) -> None:
    said(here, here.coordinator, who["ada"], "supervises")
    ada = one(here, who, "ada")
    name = "Cora Coordinator"
    with here.database.reading() as db:
        [about] = list_declared(db, ada, here.programme_id)
        assert (about.name, about.own) == (name, False)
        assert here.coordinator.person_id in {
            each.person_id for each in find_declarable(db, ada, here.programme_id, name.split()[0])
        }
        assert find_declarable(db, ada, here.programme_id, "a") == ()
