"""A question before joining: its two people alone read it, and the one who is asked reads no name."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from scheduler import clock
from scheduler.audit.tables import AuditRow
from scheduler.errors import NotAllowed, NotFound, NotPossible, Rejected
from scheduler.mail.tables import MailRow
from scheduler.own_groups.first_questions import ALIASES, FirstQuestion, answer_first, ask_first, delete_first
from scheduler.own_groups.first_questions import first_questions as read_questions
from scheduler.own_groups.tables import FirstQuestionRow
from scheduler.people.tables import RelationRow
from scheduler.publishing.leavers import leave
from tests.scheduler.sessions.term import FACILITATOR, PEERS, SPARE, Term

ADA, BEN = PEERS[:2]
TEXT = "Is it all right to be unsure?"


def ask(term: Term, name: str = ADA, to: str = SPARE, text: str = TEXT) -> str:
    with term.database.writing() as db:
        return ask_first(db, term.actor(name), term.programme_id, term.id_of(to), text, clock.now(), page_url="/here")


def read(term: Term, name: str) -> tuple[FirstQuestion, ...]:
    with term.database.reading() as db:
        return read_questions(db, term.actor(name), term.programme_id)


def answer(term: Term, name: str, question_id: int, text: str = "Of course.") -> None:
    with term.database.writing() as db:
        answer_first(db, term.actor(name), question_id, text, clock.now(), page_url="/here")


def test_nobody_learns_who_asked(term: Term) -> None:
    with term.database.reading() as db:
        before = len(db.scalars(select(AuditRow.id)).all())
    alias = ask(term)
    assert alias in ALIASES
    [found] = read(term, SPARE)
    assert (found.alias, found.text, found.is_mine) == (alias, TEXT, True)
    assert "Ada" not in repr(found)
    answer(term, SPARE, found.id)
    [mine] = read(term, ADA)
    assert (mine.answer, mine.to, mine.is_mine) == ("Of course.", "Gil Spare", False)
    with term.database.reading() as db:
        letters = [(row.address, row.subject + row.text) for row in db.scalars(select(MailRow).order_by(MailRow.id))][
            -2:
        ]
        assert len(db.scalars(select(AuditRow.id)).all()) == before
    (to_gil, asked), (to_ada, answered) = letters
    assert (to_gil, to_ada) == ("gil.spare@example.org", "ada.quill@example.org")
    assert not any(word in asked for word in ("Ada", "Quill", alias, TEXT))
    assert not any(word in answered for word in ("Gil", "Of course", alias, TEXT))


def test_it_is_between_two_people(term: Term) -> None:
    ask(term)
    [found] = read(term, SPARE)
    for other in (BEN, FACILITATOR):
        assert read(term, other) == ()
        with pytest.raises(NotFound):
            answer(term, other, found.id)
        with pytest.raises(NotFound), term.database.writing() as db:
            delete_first(db, term.actor(other), found.id)
    with pytest.raises(NotFound), term.database.writing() as db:
        delete_first(db, term.actor(SPARE), found.id)
    with pytest.raises(NotFound):
        answer(term, ADA, found.id)
    with pytest.raises(NotAllowed), term.database.reading() as db:
        read_questions(db, term.coordinator(), term.programme_id)


def test_only_residents_ask_and_only_those_who_are_on_offer(term: Term) -> None:
    with pytest.raises(NotAllowed):
        ask(term, FACILITATOR)
    for to in (BEN, ADA):
        with pytest.raises(NotFound):
            ask(term, to=to)
    ids = {"person_id": term.id_of(SPARE), "about_id": term.id_of(ADA), "programme_id": term.programme_id}
    with term.database.writing() as db:
        db.add(RelationRow(kind="assesses", declared=False, **ids))
    with pytest.raises(NotFound):
        ask(term)
    with pytest.raises(Rejected):
        ask(term, BEN, text="  ")


def test_each_has_an_alias_of_its_own_is_answered_once_and_few_wait(term: Term) -> None:
    aliases = [ask(term) for _ in range(3)]
    assert len(set(aliases)) == 3
    with pytest.raises(NotPossible, match="waiting"):
        ask(term)
    first = read(term, SPARE)[-1]
    answer(term, SPARE, first.id)
    with pytest.raises(NotPossible, match="already answered"):
        answer(term, SPARE, first.id)
    assert ask(term) not in aliases


@pytest.mark.parametrize("who", [ADA, SPARE])
def test_deleting_and_leaving_take_it_away_for_both(term: Term, who: str) -> None:
    ask(term)
    with term.database.writing() as db:
        if who == ADA:
            delete_first(db, term.actor(ADA), read(term, ADA)[0].id)
        else:
            leave(db, term.actor(SPARE), term.programme_id, clock.now())
    with term.database.reading() as db:
        assert db.scalars(select(FirstQuestionRow)).all() == []
