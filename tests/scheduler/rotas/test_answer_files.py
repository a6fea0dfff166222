"""Questions written to a file, filled in, read back and applied."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest

from scheduler.errors import Rejected
from scheduler.rotas.answer_files import answers_in, filed_answers, given_in, never_asked, question_file
from scheduler.rotas.answered import answered_rota, named_people
from scheduler.rotas.answers import Answers
from scheduler.rotas.model import DutyKind, Question, ReadRota
from scheduler.rotas.names import Known
from scheduler.rotas.reading.reader import read_rota
from tests.scheduler.rotas.sheets import as_csv

ROTA = as_csv(
    [
        ["doctor", "5 Aug 2026", "6 Aug 2026", "7 Aug 2026"],
        ["Pia Holm", "Q7", "NWD", "Q7"],
        ["P Lund", "NWD", "Q7", "Q7"],
        ["Tess", "Q7", "", "NWD"],
    ]
)
LIST = (Known(1, ("Pia Holm",), "pia@example.org"), Known(2, ("Per Lund",), "per@example.org"))


def rota() -> ReadRota:
    return read_rota(ROTA, "rota.csv", today=date(2026, 8, 1))


def filled(**answers: str) -> bytes:
    """The questions of the rota with these answers."""
    asked = {question.subject: (question.about, question.subject) for question in rota().questions}
    return question_file(rota().questions, {asked.get(name, ("person", name)): text for name, text in answers.items()})


def test_every_question_is_written_with_room_for_its_answer() -> None:
    written = tomllib.loads(question_file(rota().questions).decode())["question"]
    assert [(each["about"], each["subject"], each["answer"]) for each in written] == [
        ("code", "Q7", ""),
        ("code", "NWD", ""),
    ]
    assert written[0]["cell"] == "B2"
    assert written[1]["likely"].startswith("day, off")


def test_what_cannot_be_answered_is_not_written() -> None:
    assert filed_answers(question_file([Question("cell", "B2", "“#REF!” is no duty.")]), "a.toml") == ()


def test_an_empty_answer_is_none() -> None:
    assert filed_answers(filled(Q7=" "), "a.toml") == ()


def test_answers_are_applied_and_the_rest_stays_open() -> None:
    filed = filed_answers(filled(Q7="night 21:00-08:00"), "a.toml")
    found = answered_rota(rota(), answers_in(filed, (), "a.toml"), (), listed=False)
    assert {duty.kind for duty in found.duties if duty.code == "Q7"} == {DutyKind.NIGHT}
    assert [question.subject for question in found.questions] == ["NWD"]


def test_without_a_list_an_answer_names_the_person() -> None:
    filed = filed_answers(filled(Tess="Tess Okoro"), "a.toml")
    people = named_people(each.text for each in filed)
    found = answered_rota(rota(), answers_in(filed, people, "a.toml"), people, listed=False)
    assert found.people == ("Pia Holm", "P Lund", "Tess Okoro")
    assert {duty.person for duty in found.duties} == set(found.people)


def test_with_a_list_people_are_called_as_there_and_nobody_is_left_out() -> None:
    filed = filed_answers(filled(Tess="nobody", **{"P Lund": "Per Lund"}), "a.toml")
    found = answered_rota(rota(), answers_in(filed, LIST, "a.toml"), LIST, listed=True)
    assert found.people == ("Pia Holm", "Per Lund")
    assert {duty.person for duty in found.duties} == {"Pia Holm", "Per Lund"}
    assert not any(question.about == "person" for question in found.questions)


def test_every_answer_that_makes_no_sense_is_told_with_its_place() -> None:
    filed = filed_answers(filled(Q7="holyday", **{"P Lund": "Peer Lund"}), "a.toml")
    with pytest.raises(Rejected) as caught:
        answers_in(filed, LIST, "a.toml")
    assert caught.value.where == "a.toml"
    assert [fault.where for fault in caught.value.faults] == ["question 1 (“Q7”)", "question 3 (“P Lund”)"]


def test_an_answer_to_something_else_is_not_used() -> None:
    filed = filed_answers(filled(Q7="off", Tess="nobody"), "a.toml")
    assert [each.key for each in never_asked(filed, rota().questions)] == [("person", "Tess")]


@pytest.mark.parametrize("content", [b"[[question]]\nanswer = ", b"\xff\xfe\x00", b"question = 3", b"[question]\n"])
def test_a_file_that_holds_no_answers_is_refused(content: bytes) -> None:
    with pytest.raises(Rejected):
        filed_answers(content, "a.toml")


def test_an_answer_that_is_no_text_is_refused_with_its_place() -> None:
    with pytest.raises(Rejected) as caught:
        filed_answers(b'[[question]]\nabout = "code"\nsubject = "Q7"\nanswer = 7\n', "a.toml")
    assert [fault.where for fault in caught.value.faults] == ["question 1"]


def test_the_same_file_and_answers_give_the_same_again() -> None:
    filed = filed_answers(filled(Q7="day 09:00-17:00", NWD="off"), "a.toml")
    again = filed_answers(question_file(rota().questions, given_in(filed)), "a.toml")
    assert given_in(again) == given_in(filed)
    one, other = (answered_rota(rota(), answers_in(each, (), "a.toml"), (), listed=False) for each in (filed, again))
    assert one == other
    assert answered_rota(rota(), Answers(), (), listed=False) != one
