"""Whom spellings mean on all rotas of a programme: kept once, corrected in one place."""

from __future__ import annotations

from datetime import timedelta

import pytest
from alembic import command
from sqlalchemy import update

from scheduler.bootstrap import alembic_config, migrate, migrating
from scheduler.db import Database
from scheduler.errors import NotFound, Rejected
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.rota_import import service, spellings
from scheduler.rota_import.spellings import SpellingLine
from scheduler.rotas.names import NOBODY, STRANGERS
from scheduler.rotas.tables import RotaLineRow
from tests.builders import NOW, World, import_residents, person_line, world
from tests.scheduler.rota_import.test_service import answered, duty_codes, imported, read, rota


def listed(there: World) -> dict[str, SpellingLine]:
    with there.database.reading() as db:
        lines = spellings.list_spellings(db, there.coordinator, there.programme_id)
        return {line.written: line for line in lines}


def said(there: World, written: str, answer: str, site: str = "") -> None:
    with there.database.writing() as db:
        spellings.say_who(db, there.coordinator, there.programme_id, written, answer, NOW, site)


def test_an_answer_holds_for_every_rota_of_the_programme(storage: Database) -> None:
    there = world(storage)
    ids = import_residents(there, 1, person_line("Anna Smith"))
    first = read(there, rota({"R1": "DD", "Ana Smith": "NN"}))
    other = read(there, rota({"Dr ANA SMITH": "DN"}, name="Surgery"))
    assert other.understood.questions
    answered(there, first, ("person", "Ana Smith", "Anna Smith"))
    with storage.reading() as db:
        assert service.get_waiting(db, there.coordinator, other.waiting_id).understood.questions == ()
    line = listed(there)["Ana Smith"]
    assert (line.person_id, line.is_said, line.seen) == (ids["anna.smith@example.org"], True, ("Medicine", "Surgery"))


def test_a_name_is_recognised_shown_and_corrected(storage: Database) -> None:
    there = world(storage)
    ids = import_residents(there, 1, person_line("Orlaith Brandt"), person_line("Orla Quast"))
    imported(there, rota({"R1": "DD", "O Brandt": "NN"}))
    line = listed(there)["O Brandt"]
    assert (line.person_id, line.is_said, line.outdated) == (ids["orlaith.brandt@example.org"], False, ())
    said(there, "O Brandt", "Orla Quast")
    line = listed(there)["O Brandt"]
    assert (line.label, line.is_said, line.outdated) == ("Orla Quast", True, ("Medicine",))
    imported(there, rota({"R1": "DD", "O Brandt": "NN"}))
    assert duty_codes(there, ids["orla.quast@example.org"]) == "NN"
    assert duty_codes(there, ids["orlaith.brandt@example.org"]) == ""
    assert listed(there)["O Brandt"].outdated == ()


def test_what_was_said_can_be_taken_back(storage: Database) -> None:
    there = world(storage)
    import_residents(there, 1, person_line("Orlaith Brandt"))
    said(there, "Orlaith", NOBODY)
    assert read(there, rota({"R1": "DD", "Orlaith": "NN"})).understood.people.keys() == {"R1"}
    with storage.writing() as db:
        spellings.forget(db, there.coordinator, there.programme_id, "orlaith", "", NOW)
    assert read(there, rota({"R1": "DD", "Orlaith": "NN"})).understood.people.keys() == {"R1", "Orlaith"}
    with storage.writing() as db, pytest.raises(NotFound):
        spellings.forget(db, there.coordinator, there.programme_id, "orlaith", "", NOW)


def test_somebody_who_is_not_here_cannot_be_meant(storage: Database) -> None:
    there = world(storage)
    with pytest.raises(Rejected):
        said(there, "Orlaith", "Orlaith Brandt")


def test_namesakes_are_told_apart_site_by_site(storage: Database) -> None:
    there = world(storage)
    ids = import_residents(there, 1, person_line("Ann Bee"), person_line("Ann Bee", email="ann2@example.org"))
    answered(there, read(there, rota({"Ann Bee": "NN"})), ("person", "Ann Bee", "Ann Bee (ann2@example.org)"))
    with storage.reading() as db:
        assert spellings.remembered(db, there.programme_id, "north") == {"Ann Bee": ids["ann2@example.org"]}
        assert spellings.remembered(db, there.programme_id, "south") == {}
    assert listed(there)["Ann Bee"].site == "north"


def test_an_answer_ends_when_somebody_of_that_very_name_comes(storage: Database) -> None:
    there = world(storage)
    ids = import_residents(there, 1, person_line("Anna Smith-Jones"))
    said(there, "Anna Smith", "Anna Smith-Jones")
    ids = import_residents(there, 1, person_line("Anna Smith-Jones"), person_line("Anna Smith"))
    with storage.writing() as db:
        new = ids["anna.smith@example.org"]
        later = {"joined_at": NOW + timedelta(days=1)}
        db.execute(update(ParticipantRow).where(ParticipantRow.person_id == new).values(**later))
    assert [question.subject for question in read(there, rota({"Anna Smith": "NN"})).understood.questions] == [
        "Anna Smith"
    ]


def test_many_names_of_nobody_are_one_answer_and_each_is_kept(storage: Database) -> None:
    there = world(storage)
    import_residents(there, 1)
    upload = rota({"R1": "DD", "Quill": "NN", "Xerxes Vole": "NN", "Ostrava": "DD"})
    preview = read(there, upload)
    assert [question.subject for question in preview.understood.questions] == [STRANGERS]
    assert answered(there, preview, ("person", STRANGERS, NOBODY)).understood.questions == ()
    assert {line.written: line.label for line in listed(there).values()} == {
        "Quill": "", "Xerxes Vole": "", "Ostrava": ""
    }  # fmt: skip
    again = read(there, rota({"R1": "DD", "Quill": "NN", "Newcomb Ray": "DD"}))
    assert [question.subject for question in again.understood.questions] == ["Newcomb Ray"]


def test_a_former_name_is_known_on_every_rota(storage: Database) -> None:
    there = world(storage)
    ids = import_residents(there, 1, person_line("Orlaith Brandt"))
    with storage.writing() as db:
        db.get_one(PersonRow, ids["orlaith.brandt@example.org"]).name = "Orlaith Quast-Meier"
    with storage.reading() as db:
        assert db.get_one(PersonRow, ids["orlaith.brandt@example.org"]).former_names == ["Orlaith Brandt"]
    for name in ("Medicine", "Surgery"):
        people = read(there, rota({"Orlaith Brandt": "NN", "R1": "DD"}, name=name)).understood.people
        assert people["Orlaith Brandt"] == ids["orlaith.brandt@example.org"]


def test_what_single_rotas_were_told_is_taken_over_where_they_agree(storage: Database) -> None:
    there = world(storage)
    ids = import_residents(there, 2)
    first = imported(there, rota({"R1": "DD"})).rota_id
    second = imported(there, rota({"R2": "NN"}, name="Surgery")).rota_id
    r1, r2 = ids["r1@example.org"], ids["r2@example.org"]
    told = [(first, "Zed", r1), (second, "ZED", r1), (first, "Yo", r1), (second, "Yo", r2), (first, "Locum", None)]
    with storage.writing() as db:
        db.add_all(RotaLineRow(rota_id=rota_id, name=name, person_id=who) for rota_id, name, who in told)
    with migrating(storage) as connection:
        command.downgrade(alembic_config(connection), "0041")
    migrate(storage)
    with storage.reading() as db:
        assert spellings.remembered(db, there.programme_id, "north") == {"ZED": r1, "Locum": None}
