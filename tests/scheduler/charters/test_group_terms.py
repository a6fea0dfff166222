"""What a group adds to its charter, and in what roles its facilitators are there: part of what people agree to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from scheduler.audit.tables import AuditRow
from scheduler.charters.agreements import agreed_groups
from scheduler.charters.group_terms import LONGEST, earlier_versions, wear, write_terms
from scheduler.charters.model import PROPOSED, GroupField, Hat
from scheduler.charters.service import accept, adopt, find_group_charter
from scheduler.db import Database
from scheduler.errors import NotFound, NotPossible, Rejected
from scheduler.people.model import Role
from scheduler.programmes.tables import ProgrammeRow
from tests.scheduler.calendars.hospital import COORDINATOR, FACILITATOR, NOW, Hospital, a_hospital

ADA, BEN, CLEO = "Ada Quillfeather", "Ben Marrowby", "Cleo Thistlewick"
LATER = NOW + timedelta(hours=1)
QUIET = {GroupField.QUIET: "After ten at night.", GroupField.GOALS: "Pass the exam."}


@pytest.fixture
def hospital(database: Database) -> Hospital:
    here = a_hospital(database)
    with database.writing() as db:
        adopt(db, here.actor(COORDINATOR, Role.COORDINATOR), here.programme_id, PROPOSED, NOW)
    return here


def agree(here: Hospital, name: str, terms: int = 0, hats: frozenset[Hat] | None = None) -> bool:
    with here.database.writing() as db:
        return accept(db, here.actor(name), here.programme_id, "g1", 1, LATER, terms=terms, hats=hats)


def write(here: Hospital, name: str, texts: dict[GroupField, str], group: str = "g1") -> int:
    with here.database.writing() as db:
        return write_terms(db, here.actor(name), here.programme_id, group, texts, LATER)


def wears(here: Hospital, name: str, *hats: Hat) -> None:
    with here.database.writing() as db:
        wear(db, here.actor(name), here.programme_id, "g1", frozenset(hats), LATER)


def is_agreed(here: Hospital) -> bool:
    with here.database.reading() as db:
        return "g1" in agreed_groups(db, here.programme_id, LATER)


def all_agree(here: Hospital, terms: int = 0) -> None:
    wears(here, FACILITATOR, Hat.MENTOR)
    for name in (ADA, BEN, FACILITATOR):
        agree(here, name, terms)


def test_what_a_group_adds_asks_everybody_again_and_the_same_words_ask_nobody(hospital: Hospital) -> None:
    all_agree(hospital)
    assert is_agreed(hospital)
    assert write(hospital, BEN, QUIET) == 1
    assert not is_agreed(hospital)
    assert write(hospital, ADA, {**QUIET, GroupField.CREDIT: "  \n"}) == 1, "nothing is new"
    with pytest.raises(NotPossible, match="changed since"):
        agree(hospital, ADA, terms=0)
    all_agree(hospital, terms=1)
    assert is_agreed(hospital)
    assert write(hospital, FACILITATOR, {}) == 2, "what was added can be taken out again"
    assert not is_agreed(hospital)


def test_who_agreed_to_which_version_when_stays_on_record(hospital: Hospital) -> None:
    all_agree(hospital)
    write(hospital, ADA, QUIET)
    agree(hospital, ADA, terms=1)
    with hospital.database.reading() as db:
        found = earlier_versions(db, hospital.actor(BEN), hospital.programme_id, "g1")
    assert [each.number for each in found] == ["1.1", "1"]
    assert [name for name, _ in found[0].agreed] == [ADA]
    assert {name for name, _ in found[1].agreed} == {ADA, BEN, FACILITATOR}
    assert found[0].terms.texts == QUIET
    assert found[0].terms.written_by == ADA


def test_a_facilitator_says_in_what_role_they_are_there_before_they_agree(hospital: Hospital) -> None:
    with pytest.raises(Rejected, match="in what role") as refused:
        agree(hospital, FACILITATOR)
    assert [fault.where for fault in refused.value.faults] == ["hats"]
    with pytest.raises(Rejected):
        agree(hospital, FACILITATOR, hats=frozenset())
    agree(hospital, FACILITATOR, hats=frozenset({Hat.COACH}))
    with hospital.database.reading() as db:
        found = find_group_charter(db, hospital.actor(ADA), hospital.programme_id, "g1", LATER)
    assert found
    assert set(found.hats.values()) == {frozenset({Hat.COACH})}


@pytest.mark.parametrize(
    ("first", "then", "holds"),
    [((), (Hat.MENTOR,), True), ((), (Hat.SPONSOR,), False), ((Hat.MENTOR,), (Hat.MENTOR, Hat.SPONSOR), False),
     ((Hat.SPONSOR,), (Hat.MENTOR,), False), ((Hat.COACH,), (Hat.COACH,), True)],
)  # fmt: skip
def test_another_role_reopens_what_was_agreed_and_the_expected_one_does_not(
    hospital: Hospital, first: tuple[Hat, ...], then: tuple[Hat, ...], holds: bool
) -> None:
    if first:
        wears(hospital, FACILITATOR, *first)
    for name in (ADA, BEN):
        agree(hospital, name)
    wears(hospital, FACILITATOR, *then)
    agree(hospital, FACILITATOR)
    assert is_agreed(hospital) == holds


def test_nobody_says_a_role_for_another_and_residents_have_none(hospital: Hospital) -> None:
    for name in (ADA, CLEO, COORDINATOR):
        with pytest.raises(NotFound):
            wears(hospital, name, Hat.MENTOR)
    with pytest.raises(NotFound):
        agree(hospital, ADA, hats=frozenset({Hat.SPONSOR}))


def test_strangers_other_groups_and_the_coordinator_neither_read_nor_write(hospital: Hospital) -> None:
    write(hospital, ADA, QUIET)
    for name in (CLEO, COORDINATOR):
        with pytest.raises(NotFound):
            write(hospital, name, {GroupField.GOALS: "Mine."})
        with hospital.database.reading() as db, pytest.raises(NotFound):
            earlier_versions(db, hospital.actor(name, *Role), hospital.programme_id, "g1")


def test_too_much_is_refused_with_its_place_and_nothing_is_stored(hospital: Hospital) -> None:
    with pytest.raises(Rejected) as refused:
        write(hospital, ADA, {GroupField.GOALS: "x" * (LONGEST + 1), GroupField.TIME: "On time."})
    assert [fault.where for fault in refused.value.faults] == ["goals"]
    with hospital.database.reading() as db:
        found = find_group_charter(db, hospital.actor(ADA), hospital.programme_id, "g1", LATER)
    assert found
    assert found.number == "1"


def test_without_a_charter_or_after_the_end_nothing_is_added(database: Database) -> None:
    here = a_hospital(database)
    with pytest.raises(NotPossible, match="charter"):
        write(here, ADA, QUIET)
    with database.writing() as db:
        adopt(db, here.actor(COORDINATOR, Role.COORDINATOR), here.programme_id, PROPOSED, NOW)
        db.get_one(ProgrammeRow, here.programme_id).ended_at = NOW
    with pytest.raises(NotPossible):
        write(here, ADA, QUIET)


def test_the_audit_trail_knows_that_something_was_added_and_not_what(hospital: Hospital) -> None:
    write(hospital, ADA, QUIET)
    with hospital.database.reading() as db:
        lines = db.scalars(select(AuditRow).where(AuditRow.action == "charter.terms")).all()
        assert [line.details for line in lines] == [{"group": "g1", "version": 1}]
