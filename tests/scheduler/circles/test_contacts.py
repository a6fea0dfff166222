"""A circle's own contacts: who can be one, and who reads what is written to them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from scheduler import clock
from scheduler.circles.contacts import (
    answer_concern,
    choose_contacts,
    concerns_for,
    contacts_to_choose,
    is_willing,
    may_be_willing,
    own_concerns,
    raise_circle_concern,
    say_willing,
)
from scheduler.db import Database
from scheduler.errors import NotFound, NotPossible, Rejected
from scheduler.mail.tables import MailRow
from scheduler.oversight.tables import ConcernRow
from scheduler.people.model import Role
from scheduler.people.tables import PersonRow, RelationRow
from tests.scheduler.circles.test_service import ADA, BEN, CAT, begun, offer
from tests.scheduler.sessions.term import FACILITATOR, SPARE, Term, a_term


@pytest.fixture
def term(database: Database) -> Term:
    found = a_term(database)
    offer(found, circles=True)
    return found


def willing(term: Term, *names: str) -> None:
    with term.database.writing() as db:
        for name in names:
            say_willing(db, term.actor(name), term.programme_id, willing=True)


def choosable(term: Term, circle_id: int, name: str = ADA) -> set[int]:
    with term.database.reading() as db:
        return {each.person_id for each in contacts_to_choose(db, term.actor(name), circle_id, clock.now())}


def with_contact(term: Term) -> int:
    circle = begun(term, ADA, BEN)
    willing(term, FACILITATOR)
    with term.database.writing() as db:
        choose_contacts(db, term.actor(ADA), circle.id, {term.id_of(FACILITATOR)}, clock.now())
    return circle.id


def test_only_who_is_willing_has_no_power_and_is_not_inside_can_be_chosen(term: Term) -> None:
    circle = begun(term, ADA, BEN)
    willing(term, FACILITATOR, SPARE, BEN)
    with term.database.writing() as db:
        about = {"person_id": term.id_of(SPARE), "about_id": term.id_of(BEN)}
        db.add(RelationRow(programme_id=term.programme_id, kind="supervises", **about))
    assert choosable(term, circle.id) == {term.id_of(FACILITATOR)}
    with term.database.writing() as db, pytest.raises(NotFound):
        choose_contacts(db, term.actor(ADA), circle.id, {term.id_of(SPARE)}, clock.now())
    with term.database.writing() as db:
        say_willing(db, term.actor(FACILITATOR), term.programme_id, willing=False)
    assert choosable(term, circle.id) == set()


def test_a_coordinator_is_no_contact_under_whatever_entry(term: Term) -> None:
    circle = begun(term, ADA, BEN)
    with term.database.writing() as db:
        with pytest.raises(NotFound):
            say_willing(db, term.coordinator(), term.programme_id, willing=True)
        say_willing(db, term.actor(SPARE), term.programme_id, willing=True)
        name = db.get_one(PersonRow, term.coordinator().person_id).name
        for who in (SPARE, FACILITATOR):
            db.get_one(PersonRow, term.id_of(who)).name = name
    with term.database.writing() as db, pytest.raises(NotPossible):
        say_willing(db, term.actor(FACILITATOR), term.programme_id, willing=True)
    assert choosable(term, circle.id) == set()


def test_a_contact_reads_what_was_written_to_them_and_no_name_that_was_not_given(term: Term) -> None:
    circle_id = with_contact(term)
    fay = term.actor(FACILITATOR)
    with term.database.writing() as db:
        for name, named in ((ADA, False), (BEN, True)):
            raise_circle_concern(
                db, term.actor(name), circle_id, term.id_of(FACILITATOR), "It hurt.", clock.now(), named=named
            )
        assert sorted(each.by for each in concerns_for(db, fay)) == ["", "Ben Marrow"]
        [mine] = own_concerns(db, term.actor(ADA), circle_id)
        for other in (term.actor(SPARE), term.actor(BEN), term.coordinator()):
            assert concerns_for(db, other) == ()
            with pytest.raises(NotFound):
                answer_concern(db, other, mine.id, "x", clock.now())
        answer_concern(db, fay, mine.id, "Let us talk.", clock.now())
        with pytest.raises(NotPossible):
            answer_concern(db, fay, mine.id, "Again", clock.now())
        assert own_concerns(db, term.actor(ADA), circle_id)[0].answer == "Let us talk."
        with pytest.raises(NotFound):
            own_concerns(db, term.actor(CAT), circle_id)
        assert db.scalars(select(ConcernRow)).all() == [], "the programme’s own figures count none of it"
        mails = db.scalars(select(MailRow)).all()
        assert all(mail.reply_to == "" for mail in mails if mail.subject == "Something to read")
        assert not any("hurt" in mail.text or "Common" in mail.text for mail in mails)


def test_who_comes_to_run_the_programme_reads_no_concern_any_more(term: Term) -> None:
    circle_id = with_contact(term)
    fay = term.actor(FACILITATOR)
    with term.database.writing() as db:
        raise_circle_concern(db, term.actor(ADA), circle_id, term.id_of(FACILITATOR), "x", clock.now(), named=True)
        now_runs_it = replace(fay, roles=fay.roles | {(term.programme_id, Role.COORDINATOR)})
        assert concerns_for(db, now_runs_it) == ()


def test_concerns_go_to_chosen_contacts_alone_and_need_words(term: Term) -> None:
    circle_id = with_contact(term)
    willing(term, SPARE)
    with term.database.writing() as db:
        for to in (SPARE, BEN):
            with pytest.raises(NotFound):
                raise_circle_concern(db, term.actor(ADA), circle_id, term.id_of(to), "x", clock.now(), named=False)
        with pytest.raises(Rejected):
            raise_circle_concern(db, term.actor(ADA), circle_id, term.id_of(FACILITATOR), " ", clock.now(), named=False)


def test_nobody_is_asked_where_circles_are_not_offered_and_unwilling_is_always_possible(term: Term) -> None:
    willing(term, SPARE)
    offer(term, circles=False)
    with term.database.writing() as db:
        assert not may_be_willing(db, term.actor(FACILITATOR), term.programme_id)
        with pytest.raises(NotFound):
            say_willing(db, term.actor(FACILITATOR), term.programme_id, willing=True)
        say_willing(db, term.actor(SPARE), term.programme_id, willing=False)
        assert not is_willing(db, term.actor(SPARE), term.programme_id)
