"""People see what their hospital's list says of their work, and put it right."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from scheduler import clock
from scheduler.audit.tables import AuditRow
from scheduler.db import Database
from scheduler.enrolment.people_import import import_people
from scheduler.errors import NotFound, NotPossible, Rejected
from scheduler.joining.answer_list import list_answers
from scheduler.joining.listed import Listed, correct_listed, own_listed
from scheduler.joining.tables import AnswerRow
from scheduler.paging import Paging
from scheduler.people.model import OPERATOR, Role
from scheduler.people.tables import ParticipantRow
from tests.builders import actor, people_csv, person_line
from tests.scheduler.sessions.term import FACILITATOR, PEERS, Term, a_term


@pytest.fixture
def term(database: Database) -> Term:
    return a_term(database)


def listed(term: Term, name: str) -> Listed:
    with term.database.writing() as db:
        return own_listed(db, term.actor(name), term.programme_id)


def corrects(term: Term, name: str, specialty: str, level: str = "") -> None:
    with term.database.writing() as db:
        correct_listed(db, term.actor(name), term.programme_id, specialty, level, clock.now())


def test_what_somebody_has_put_right_no_list_takes_its_place(term: Term) -> None:
    ada, ben = (name.replace(".", " ").title() for name in PEERS[:2])

    def a_list(specialty: str) -> None:
        lines = [person_line(name, specialty=specialty) for name in (ada, ben)]
        lines.append(person_line("Fay Lantern", role="faculty", models="near-peer", specialty=specialty))
        with term.database.writing() as db:
            import_people(db, term.coordinator(), term.programme_id, people_csv(*lines), clock.now())

    a_list("Medicine")
    assert listed(term, PEERS[0]) == Listed("Medicine", None, is_own=False)
    corrects(term, PEERS[0], "  Emergency   medicine ", "Professor")
    corrects(term, FACILITATOR, "Surgery", "Consultant")
    a_list("Paediatrics")
    assert listed(term, PEERS[0]) == Listed("Emergency medicine", None, is_own=True)
    assert listed(term, PEERS[1]) == Listed("Paediatrics", None, is_own=False)
    assert listed(term, FACILITATOR) == Listed("Surgery", "Consultant", is_own=True)
    with term.database.reading() as db:
        assert db.get_one(ParticipantRow, (term.programme_id, term.id_of(PEERS[0]))).mentor_level == ""
        lines = db.scalars(select(AuditRow).where(AuditRow.action == "joining.list_corrected")).all()
    assert [(row.actor_id, row.details) for row in lines] == [
        (term.id_of(PEERS[0]), {}), (term.id_of(FACILITATOR), {}),
    ]  # fmt: skip


def test_it_says_yes_to_nothing_and_is_no_answered_step(term: Term) -> None:
    with term.database.writing() as db:
        db.get_one(AnswerRow, (term.programme_id, term.id_of(PEERS[0]))).agreed_at = None
    corrects(term, PEERS[0], "Surgery")
    with term.database.reading() as db:
        assert db.get_one(AnswerRow, (term.programme_id, term.id_of(PEERS[0]))).agreed_at is None
        lines, _ = list_answers(db, term.coordinator(), term.programme_id, Paging(q="Ada Quill"))
    assert [line.saved for line in lines] == [0]


def test_only_people_themselves_while_they_take_part_and_not_endlessly(term: Term) -> None:
    ada = term.id_of(PEERS[0])
    elsewhere = actor(ada, term.programme_id + 1, Role.RESIDENT)
    others = (term.coordinator(), OPERATOR, elsewhere, actor(ada, term.programme_id))
    with term.database.writing() as db:
        for other in others:
            with pytest.raises(NotFound):
                own_listed(db, other, term.programme_id)
            with pytest.raises(NotFound):
                correct_listed(db, other, term.programme_id, "x", "", clock.now())
    for name, specialty, level in ((PEERS[0], "x" * 201, ""), (FACILITATOR, "x", "y" * 201)):
        with pytest.raises(Rejected):
            corrects(term, name, specialty, level)
    with term.database.writing() as db:
        db.get_one(ParticipantRow, (term.programme_id, ada)).left_at = clock.now()
    with pytest.raises(NotPossible):
        corrects(term, PEERS[0], "Surgery")
