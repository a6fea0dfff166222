"""The directory of facilitators: nobody is in it but by their own tick, and nobody sees it but those in it and the
coordinators."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from scheduler import clock
from scheduler.audit.tables import AuditRow
from scheduler.db import Database
from scheduler.errors import NotFound, Rejected
from scheduler.joining.directory import LONGEST, Listed, OwnEntry, directory, list_me, own_entry, take_me_off
from scheduler.joining.tables import DirectoryEntryRow
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow
from scheduler.publishing.leavers import leave
from scheduler.terms.closure import end_programme
from scheduler.terms.next_term import NextTerm, begin_next_term
from tests.builders import actor
from tests.scheduler.sessions.term import FACILITATOR, PEERS, SPARE, Term, a_term


@pytest.fixture
def term(database: Database) -> Term:
    return a_term(database)


def enter(term: Term, name: str = FACILITATOR, topics: str = "Careers", languages: str = "Polish") -> None:
    with term.database.writing() as db:
        list_me(db, term.actor(name), term.programme_id, topics, languages, clock.now())


def seen(term: Term, who: Actor) -> tuple[Listed, ...]:
    with term.database.reading() as db:
        return directory(db, who, term.programme_id)


FAY = Listed("Fay Lantern", "North Hospital", "Careers", "Polish")


def test_nobody_is_listed_but_by_their_own_tick(term: Term) -> None:
    assert seen(term, term.coordinator()) == ()
    with term.database.reading() as db:
        assert own_entry(db, term.actor(FACILITATOR), term.programme_id) == OwnEntry()
    enter(term)
    assert seen(term, term.coordinator()) == (FAY,)
    assert seen(term, term.actor(FACILITATOR)) == (FAY,)


def test_only_those_who_are_listed_see_each_other(term: Term) -> None:
    enter(term)
    for who in (
        term.actor(SPARE),
        term.actor(PEERS[0]),
        actor(term.id_of(SPARE), term.programme_id, Role.OVERSIGHT),
        actor(term.id_of(FACILITATOR), term.programme_id, Role.RESIDENT),
        actor(term.id_of(FACILITATOR), term.programme_id + 1, Role.FACULTY, Role.COORDINATOR),
        actor(term.id_of(FACILITATOR), term.programme_id, Role.GUEST),
    ):
        with pytest.raises(NotFound):
            seen(term, who)
    enter(term, SPARE, "", "")
    assert [each.name for each in seen(term, term.actor(SPARE))] == ["Fay Lantern", "Gil Spare"]
    with term.database.writing() as db:
        take_me_off(db, term.actor(SPARE), term.programme_id)
    assert seen(term, term.actor(FACILITATOR)) == (FAY,)
    with pytest.raises(NotFound):
        seen(term, term.actor(SPARE))


def test_only_facilitators_who_take_part_enter_it_and_only_themselves(term: Term) -> None:
    for who in (term.actor(PEERS[0]), term.coordinator(), Actor(None, "the operator", trusted=True)):
        with pytest.raises(NotFound), term.database.writing() as db:
            list_me(db, who, term.programme_id, "", "", clock.now())
    with term.database.writing() as db:
        db.execute(update(ParticipantRow).where(ParticipantRow.person_id == term.id_of(SPARE)).values(guest=True))
    with pytest.raises(NotFound):
        enter(term, SPARE)
    with term.database.writing() as db:
        take_me_off(db, term.actor(SPARE), term.programme_id)  # nothing of anybody else's goes
    with term.database.reading() as db:
        assert db.scalars(select(DirectoryEntryRow)).all() == []


def test_leaving_takes_them_off_at_once_and_coming_into_a_next_term_does_not_list_them(term: Term) -> None:
    enter(term)
    enter(term, SPARE)
    with term.database.writing() as db:
        leave(db, term.actor(FACILITATOR), term.programme_id, clock.now())
    assert [each.name for each in seen(term, term.coordinator())] == ["Gil Spare"]
    with term.database.reading() as db:
        assert [row.person_id for row in db.scalars(select(DirectoryEntryRow))] == [term.id_of(SPARE)]
    with term.database.writing() as db:
        wanted = NextTerm("Next term", clock.now().date() + timedelta(days=400), keeps_groups=False)
        after = begin_next_term(db, term.coordinator(), term.programme_id, wanted, clock.now())
    with term.database.reading() as db:
        assert [row.programme_id for row in db.scalars(select(DirectoryEntryRow))] == [term.programme_id]
    assert after != term.programme_id


def test_whoever_becomes_a_guest_is_listed_no_more(term: Term) -> None:
    enter(term)
    with term.database.writing() as db:
        db.execute(update(ParticipantRow).where(ParticipantRow.person_id == term.id_of(FACILITATOR)).values(guest=True))
    assert seen(term, term.coordinator()) == ()


def test_too_long_words_are_refused_and_nothing_of_it_is_in_the_record(term: Term) -> None:
    with term.database.reading() as db:
        before = len(db.scalars(select(AuditRow.id)).all())
    for words in ({"topics": "x" * (LONGEST + 1)}, {"languages": "x" * (LONGEST + 1)}):
        with pytest.raises(Rejected):
            enter(term, **words)
    enter(term)
    with term.database.reading() as db:
        assert len(db.scalars(select(AuditRow.id)).all()) == before


def test_a_programme_that_has_ended_lists_nobody_new(term: Term) -> None:
    enter(term)
    with term.database.writing() as db:
        end_programme(db, term.coordinator(), term.programme_id, "Over.", clock.now())
    with pytest.raises(Exception, match="ended"):
        enter(term, SPARE)
    with term.database.writing() as db:
        take_me_off(db, term.actor(FACILITATOR), term.programme_id)
    assert seen(term, term.coordinator()) == ()
