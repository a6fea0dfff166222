"""A rota with answers applied, beside a list of people or without one. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from scheduler.rotas.answers import Answers, understood
from scheduler.rotas.joined import joined_people
from scheduler.rotas.model import ReadRota, codes_of_subject
from scheduler.rotas.names import Known

Renamed = Mapping[str, str]
"""Names of a rota → what they are called instead."""


def answered_rota(rota: ReadRota, answers: Answers, people: Sequence[Known], *, listed: bool) -> ReadRota:
    """The rota as the answers explain it. Who is nobody is left out, with all that stands under that name.

    Where ``people`` are a list, everybody is called as there and each name that is not certain is asked about; else
    they are those named by the answers, and only these names change.
    """
    rest = _without(rota, {name for name, person in answers.people.items() if person is None})
    if listed:
        return joined_people(rest, people, answers)
    named = {person.id: person.names[0] for person in people}
    called = {name: named[person] for name, person in answers.people.items() if person is not None}
    explained = understood(rest, (), answers).rota
    still = tuple(each for each in explained.questions if not _is_answered(each.about, each.subject, answers))
    return _with_names(replace(explained, questions=still), called)


def named_people(answers: Iterable[str]) -> tuple[Known, ...]:
    """People whom nothing names but answers."""
    return tuple(Known(number, (name,), name) for number, name in enumerate(dict.fromkeys(answers), start=1))


def _is_answered(about: str, subject: str, answers: Answers) -> bool:
    if about == "code" and answers.codes.keys() >= set(codes_of_subject(subject)):
        return True
    return subject in answers.others or (about == "person" and subject in answers.people)


def _without(rota: ReadRota, names: Collection[str]) -> ReadRota:
    duties = tuple(duty for duty in rota.duties if duty.person not in names)
    return replace(rota, people=tuple(name for name in rota.people if name not in names), duties=duties)


def _with_names(rota: ReadRota, called: Renamed) -> ReadRota:
    duties = tuple(replace(duty, person=called.get(duty.person, duty.person)) for duty in rota.duties)
    return replace(rota, people=tuple(dict.fromkeys(called.get(name, name) for name in rota.people)), duties=duties)
