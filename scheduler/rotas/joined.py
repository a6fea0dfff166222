"""A rota with the people of a list in place of its spellings: what reading a file gives where a list is beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from scheduler.rotas.answers import Answers, understood
from scheduler.rotas.model import ReadRota
from scheduler.rotas.names import Known, labels


def joined_people(rota: ReadRota, people: Sequence[Known], answers: Answers | None = None) -> ReadRota:
    """The rota with every name that certainly means one of ``people`` written as that person's label, each person
    once, and with a question for every other name, which stays as the rota writes it.

    ``answers`` are what was answered already. Questions of the reading that the list settles are gone.
    """
    found = understood(rota, tuple(people), answers or Answers())
    shown = {id_: label for label, id_ in labels(people).items()}
    names = {name: shown[id_] for name, id_ in found.people.items()}
    duties = tuple(replace(duty, person=names.get(duty.person, duty.person)) for duty in found.rota.duties)
    everybody = tuple(dict.fromkeys(names.get(name, name) for name in found.rota.people))
    return replace(found.rota, people=everybody, duties=duties, questions=found.questions)
