"""Concerns reach the oversight contact and nobody else."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from scheduler import clock
from scheduler.audit.tables import AuditRow
from scheduler.errors import NotAllowed, NotFound, NotPossible, Rejected
from scheduler.mail.tables import MailRow
from scheduler.oversight.concerns import concerns, get_answer, raise_concern, reply
from scheduler.oversight.tables import ConcernRow
from scheduler.people.model import OPERATOR, Actor, Role
from scheduler.people.roles import appoint
from scheduler.people.tables import PersonRow
from tests.builders import actor
from tests.scheduler.sessions.term import FACILITATOR, PEERS, Term

ADA, BEN = PEERS[:2]
TEXT = "He shouted at Ben again."


def overseer(term: Term) -> Actor:
    with term.database.writing() as db:
        appoint(
            db, term.coordinator(), term.programme_id, "Olga Watch", "olga@example.org", Role.OVERSIGHT, clock.now()
        )
        person_id = db.scalars(select(PersonRow.id).where(PersonRow.email == "olga@example.org")).one()
    return actor(person_id, term.programme_id, Role.OVERSIGHT)


def tell(term: Term, *, named: bool = False, kind: str = "bullying") -> str:
    with term.database.writing() as db:
        return raise_concern(
            db, term.actor(ADA), term.programme_id, kind, TEXT, clock.now(), named=named, page_url="/o"
        )


def test_a_concern_without_a_name_holds_none_anywhere(term: Term) -> None:
    olga = overseer(term)
    with term.database.reading() as db:
        lines = len(db.scalars(select(AuditRow)).all())
    code = tell(term)
    with term.database.reading() as db:
        row = db.scalars(select(ConcernRow)).one()
        assert (row.person_id, row.kind) == (None, "bullying")
        assert code not in row.digest
        assert len(db.scalars(select(AuditRow)).all()) == lines
        mail = db.scalars(select(MailRow).where(MailRow.address == "olga@example.org")).one()
        assert TEXT not in mail.text
        found = concerns(db, olga, term.programme_id)[0]
    assert (found.text, found.name, found.email) == (TEXT, "", "")


def test_with_a_name_the_contact_can_write_back(term: Term) -> None:
    olga = overseer(term)
    tell(term, named=True)
    with term.database.reading() as db:
        found = concerns(db, olga, term.programme_id)[0]
    assert (found.name, found.email) == ("Ada Quill", "ada.quill@example.org")


def test_nobody_but_the_contact_reads_or_answers(term: Term) -> None:
    olga = overseer(term)
    tell(term)
    with term.database.writing() as db:
        concern_id = concerns(db, olga, term.programme_id)[0].id
        elsewhere = actor(olga.person_id or 0, term.programme_id + 1, Role.OVERSIGHT)
        for other in (term.actor(ADA), term.actor(FACILITATOR), term.coordinator(), OPERATOR, elsewhere):
            with pytest.raises(NotAllowed):
                concerns(db, other, term.programme_id)
            with pytest.raises(NotAllowed):
                reply(db, other, concern_id, "mine", clock.now())


def test_the_answer_stands_under_the_code(term: Term) -> None:
    olga = overseer(term)
    code = tell(term)
    spaced = " ".join((code[:4], code[4:])).upper()
    with term.database.writing() as db:
        assert get_answer(db, term.actor(ADA), term.programme_id, spaced).text == ""
        reply(db, olga, concerns(db, olga, term.programme_id)[0].id, "I will speak to him.", clock.now(), close=True)
        answer = get_answer(db, term.actor(ADA), term.programme_id, code)
        assert (answer.text, answer.is_closed) == ("I will speak to him.", True)
        with pytest.raises(NotFound):
            get_answer(db, term.actor(BEN), term.programme_id, "nosuchcodenosuch")


def test_what_would_reach_nobody_is_not_taken(term: Term) -> None:
    with pytest.raises(NotPossible, match="no oversight contact"):
        tell(term)
    overseer(term)
    with pytest.raises(Rejected):
        tell(term, kind="weather")
    with term.database.writing() as db, pytest.raises(NotAllowed):
        raise_concern(db, term.coordinator(), term.programme_id, "other", "", clock.now(), named=True)
