"""The people of a list beside a rota, and the rota with them in place of its spellings."""

from __future__ import annotations

from datetime import date

import pytest

from scheduler.enrolment.listed_names import listed_names
from scheduler.errors import Rejected
from scheduler.rotas.joined import joined_people
from scheduler.rotas.reading.reader import read_rota

LIST = b"First name,Last name,E-mail,Site\nAda,QUILL,ada@example.org,main\nTom\xc3\xa1s,Brandt,,main\n"
ROTA = b"Name,1 Mar 2027,2 Mar 2027\nQuill; Ada,Night,Night\nDr Tomas Brandt,Off,Night\nZvonimir Hek,Night,Off\n"


def test_a_list_gives_names_and_what_tells_namesakes_apart() -> None:
    ada, tomas = listed_names(LIST, "people.csv")
    assert (ada.names, ada.reference) == (("Ada Quill",), "ada@example.org")
    assert (tomas.names, tomas.reference) == (("Tomás Brandt",), "row 3")


def test_a_list_without_names_is_refused() -> None:
    with pytest.raises(Rejected):
        listed_names(b"Site,Grade\nmain,ST3\nmain,ST4\n", "people.csv")


def test_a_rota_speaks_of_the_people_on_the_list() -> None:
    rota = read_rota(ROTA.replace(b";", b""), "rota.csv", today=date(2027, 1, 1))
    joined = joined_people(rota, listed_names(LIST, "people.csv"))
    assert joined.people == ("Ada Quill", "Tomás Brandt", "Zvonimir Hek")
    assert {duty.person for duty in joined.duties} <= set(joined.people)
    assert [question.subject for question in joined.questions] == ["Zvonimir Hek"]
