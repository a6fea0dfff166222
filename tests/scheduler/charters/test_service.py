"""Charters: sessions stay tentative until everybody in the group has agreed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from scheduler.calendars.feeds import Subject
from scheduler.calendars.model import Purpose
from scheduler.calendars.service import open_feed
from scheduler.calendars.tables import FeedBodyRow
from scheduler.charters.agreements import agreed_groups
from scheduler.charters.group_terms import QUESTIONS
from scheduler.charters.model import PARTS, PROPOSED, Hat
from scheduler.charters.service import accept, adopt, charter_to_edit, find_group_charter, proposed
from scheduler.db import Database
from scheduler.errors import NotAllowed, NotFound, NotPossible, Rejected
from scheduler.joining.conduct import USUAL
from scheduler.languages import in_language, say, translated
from scheduler.people.model import Role
from scheduler.plans.tables import GroupRow, MemberRow
from scheduler.sessions.tables import SessionRow
from tests.scheduler.calendars.hospital import COORDINATOR, FACILITATOR, NOW, Hospital, a_hospital

ADA, BEN, CLEO = "Ada Quillfeather", "Ben Marrowby", "Cleo Thistlewick"
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def hospital(database: Database) -> Hospital:
    return a_hospital(database)


def adopt_as(hospital: Hospital, name: str = COORDINATOR, **changes: str) -> int:
    with hospital.database.writing() as db:
        boss = hospital.actor(name, Role.COORDINATOR if name == COORDINATOR else Role.RESIDENT)
        return adopt(db, boss, hospital.programme_id, replace(PROPOSED, **changes), NOW)


def agree(hospital: Hospital, name: str, version: int = 1, group: str = "g1") -> bool:
    with hospital.database.writing() as db:
        hats = frozenset({Hat.MENTOR}) if name == FACILITATOR else None
        return accept(db, hospital.actor(name), hospital.programme_id, group, version, LATER, hats=hats)


def states(hospital: Hospital, group: str = "g1") -> set[tuple[str, int]]:
    with hospital.database.reading() as db:
        rows = db.scalars(select(SessionRow).where(SessionRow.group_key == group))
        return {(row.status, row.sequence) for row in rows}


def test_without_a_charter_nothing_is_tentative(hospital: Hospital) -> None:
    with hospital.database.reading() as db:
        assert agreed_groups(db, hospital.programme_id, LATER) == {"g1", "g2"}
        assert find_group_charter(db, hospital.actor(ADA), hospital.programme_id, "g1", LATER) is None
    assert states(hospital) == {("confirmed", 0)}


def test_sessions_are_tentative_until_the_last_one_agrees(hospital: Hospital) -> None:
    version = adopt_as(hospital)
    assert states(hospital) == {("tentative", 1)}
    assert not agree(hospital, ADA, version)
    assert not agree(hospital, BEN, version)
    assert states(hospital) == {("tentative", 1)}
    assert agree(hospital, FACILITATOR, version)
    assert states(hospital) == {("confirmed", 2)}
    assert states(hospital, "g2") == {("tentative", 1)}


def test_calendars_say_tentative_and_then_confirmed(hospital: Hospital) -> None:
    with hospital.database.writing() as db:
        open_feed(db, hospital.actor(ADA, Role.RESIDENT), Subject(Purpose.PERSON), NOW)

    def body() -> bytes:
        import gzip

        with hospital.database.reading() as db:
            return gzip.decompress(db.scalars(select(FeedBodyRow.gzipped)).one())

    assert b"STATUS:CONFIRMED" in body()
    adopt_as(hospital)
    assert b"STATUS:CONFIRMED" not in body()
    assert b"STATUS:TENTATIVE" in body()
    for name in (ADA, BEN, FACILITATOR):
        agree(hospital, name)
    assert b"STATUS:TENTATIVE" not in body()
    assert b"STATUS:CONFIRMED" in body()


def test_agreeing_twice_is_agreeing_once(hospital: Hospital) -> None:
    adopt_as(hospital)
    for name in (ADA, BEN, FACILITATOR, ADA):
        agree(hospital, name)
    with hospital.database.reading() as db:
        found = find_group_charter(db, hospital.actor(ADA), hospital.programme_id, "g1", LATER)
    assert found
    assert all(signatory.accepted_at for signatory in found.signatories)
    assert [(s.name, s.role) for s in found.signatories] == [
        (FACILITATOR, "facilitator"), (ADA, "resident"), (BEN, "resident"),
    ]  # fmt: skip


def test_a_new_version_asks_everybody_anew(hospital: Hospital) -> None:
    adopt_as(hospital)
    for name in (ADA, BEN, FACILITATOR):
        agree(hospital, name)
    assert adopt_as(hospital) == 1, "the same text is the same version"
    assert states(hospital) == {("confirmed", 2)}
    assert adopt_as(hospital, communication="By letter.") == 2
    assert states(hospital) == {("tentative", 3)}
    with pytest.raises(NotPossible, match="changed since"):
        agree(hospital, ADA, version=1)


def test_a_newcomer_reopens_what_was_agreed_and_a_leaver_does_not(hospital: Hospital) -> None:
    adopt_as(hospital)
    for name in (ADA, BEN, FACILITATOR):
        agree(hospital, name)
    with hospital.database.writing() as db:
        group = db.scalars(select(GroupRow).where(GroupRow.key == "g1")).one()
        group.members = [member for member in group.members if member.person_id != hospital.people[BEN]]
        db.flush()
        assert "g1" in agreed_groups(db, hospital.programme_id, LATER)
        group.members.append(MemberRow(person_id=hospital.people[CLEO], role="resident"))
        db.flush()
        assert "g1" not in agreed_groups(db, hospital.programme_id, LATER)
    agree(hospital, CLEO)
    with hospital.database.reading() as db:
        found = find_group_charter(db, hospital.actor(ADA), hospital.programme_id, "g1", LATER)
    assert found
    assert found.awaits(hospital.people[ADA]), "she agreed in other company"
    assert not found.awaits(hospital.people[CLEO])


def test_strangers_other_groups_and_the_coordinator_neither_read_nor_agree(hospital: Hospital) -> None:
    adopt_as(hospital)
    for name in (CLEO, COORDINATOR):
        with pytest.raises(NotFound):
            agree(hospital, name)
        with hospital.database.reading() as db, pytest.raises(NotFound):
            find_group_charter(db, hospital.actor(name, *Role), hospital.programme_id, "g1", LATER)


def test_only_a_coordinator_adopts_and_never_an_empty_part(hospital: Hospital) -> None:
    with pytest.raises(NotAllowed):
        adopt_as(hospital, ADA)
    with pytest.raises(Rejected) as refused:
        adopt_as(hospital, expectations="  \n ", communication="x" * 4001)
    assert [fault.where for fault in refused.value.faults] == ["expectations", "communication"]
    with hospital.database.reading() as db:
        boss = hospital.actor(COORDINATOR, Role.COORDINATOR)
        assert charter_to_edit(db, boss, hospital.programme_id) == replace(PROPOSED, language="en")


@pytest.mark.parametrize("language", translated())
def test_the_usual_texts_exist_in_every_language_of_the_product(language: str) -> None:
    own = proposed(language)
    assert own.language == language
    assert all(getattr(own, part) and getattr(own, part) != getattr(PROPOSED, part) for part in PARTS)
    with in_language(language):
        assert not [text for text in (*USUAL, *QUESTIONS.values()) if say(text) == text]
    assert [proposed(tag).language for tag in (f"{language}-CA", "en-GB", "tlh", "")] == [language, "en", "en", "en"]


def test_a_programme_chooses_the_language_of_its_charter_and_versions_stay(hospital: Hospital) -> None:
    with hospital.database.writing() as db:
        boss = hospital.actor(COORDINATOR, Role.COORDINATOR)
        with in_language("en"):
            assert adopt(db, boss, hospital.programme_id, proposed("fr"), NOW) == 1
    assert not agree(hospital, ADA)
    with hospital.database.writing() as db:
        with in_language("fr"):
            assert charter_to_edit(db, boss, hospital.programme_id).language == "fr"
        relabelled = replace(proposed("fr"), language="")
        assert adopt(db, boss, hospital.programme_id, relabelled, LATER) == 1, "no word has changed"
        found = find_group_charter(db, hospital.actor(ADA), hospital.programme_id, "g1", LATER)
        assert found is not None
        assert (found.charter.language, found.awaits(hospital.people[ADA])) == ("", False), "nobody is asked again"
        assert adopt(db, boss, hospital.programme_id, proposed("en"), LATER) == 2, "another text is another version"
        for tag in ("tlh", "fr\n", "../fr"):
            with pytest.raises(Rejected):
                adopt(db, boss, hospital.programme_id, replace(PROPOSED, language=tag), LATER)
