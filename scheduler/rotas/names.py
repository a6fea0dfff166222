"""Names on rotas and the people they stand for: certain, or a question.

Three steps, from exact to likely. Only a name that fits one person and nobody else counts as certain; a likely fit
is offered, never taken.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from scheduler.languages import say
from scheduler.rotas.model import Question
from scheduler.rotas.reading.cells import folded, text_of
from scheduler.rotas.reading.headings import either

LIKELY_FROM = 70.0
"""Likeness, 0 to 100, from which a person is offered as an answer."""

_MOST_OFFERED = 3
_TITLES = either("dr|doctor|prof|professor|mr|mrs|ms|miss|mx|herr|frau|dott|dra|med|pan|pani")
_APOSTROPHES = re.compile("(?<=\\w)['’‘`´ʼʻ′](?=\\w)")
NOBODY = "nobody"
"""The answer that a name is no person of the programme."""


@dataclass(frozen=True, slots=True)
class Known:
    """A person to whom a rota may refer: ``names`` are all that they go by, the first is shown; ``reference`` is one
    more that nobody shares, such as the address."""

    id: int
    names: tuple[str, ...]
    reference: str


@dataclass(frozen=True, slots=True)
class Matches:
    """Names that certainly mean one person, and a question for each other name."""

    certain: Mapping[str, int]
    questions: tuple[Question, ...]


def match_names(
    names: Sequence[str], people: Sequence[Known], remembered: Mapping[str, int | None] | None = None
) -> Matches:
    """Which person each name stands for. ``remembered`` are answers given earlier, None for nobody."""
    index = _Index(people)
    certain: dict[str, int] = {}
    questions: list[Question] = []
    for name in names:
        if remembered and name in remembered:
            known = remembered[name]
            certain.update({name: known} if known is not None else {})
            continue
        fitting = index.certain(name)
        if len(fitting) == 1:
            certain[name] = fitting[0]
        else:
            questions.append(_question(name, fitting, index))
    return Matches(certain, tuple(questions))


class _Index:
    """People by every normalised form of their names."""

    def __init__(self, people: Sequence[Known]) -> None:
        self.labels = {id_: label for label, id_ in labels(people).items()}
        self._exact: dict[str, set[int]] = {}
        self._normal: dict[str, set[int]] = {}
        for person in people:
            for name in (*person.names, person.reference):
                self._exact.setdefault(text_of(name), set()).add(person.id)
                for key in keys_of(name):
                    self._normal.setdefault(key, set()).add(person.id)

    def certain(self, name: str) -> list[int]:
        """Who goes by this name: written just so, or the same but for order, case, accents and title."""
        exact = self._exact.get(text_of(name))
        return sorted(exact or set().union(*(self._normal.get(key, set()) for key in keys_of(name))))

    def likely(self, name: str) -> list[int]:
        """People with similar names, likeliest first."""
        best: dict[int, float] = {}
        near = process.extract(
            normalised(name), list(self._normal), scorer=fuzz.WRatio, limit=8, score_cutoff=LIKELY_FROM
        )
        for known, score, _ in near:
            for id_ in self._normal[known]:
                best[id_] = max(score, best.get(id_, 0.0))
        return sorted(best, key=lambda id_: (-best[id_], id_))[:_MOST_OFFERED]


def normalised(name: str) -> str:
    """The name for comparing: no title, accents or signs, its words in alphabetical order."""
    return " ".join(sorted(word for word in folded(name).split() if word not in _TITLES))


def keys_of(name: str) -> frozenset[str]:
    """By what two names are compared, on rotas and on lists of people alike: they are the same if they share one of
    these. O’Brien is O Brien as well as Obrien."""
    return frozenset((normalised(name), normalised(_APOSTROPHES.sub("", name))))


def labels(people: Sequence[Known]) -> dict[str, int]:
    """How each person is offered as an answer: by name, and by reference too where two go by one name."""
    counts = Counter(person.names[0] for person in people)
    return {
        person.names[0] if counts[person.names[0]] == 1 else f"{person.names[0]} ({person.reference})": person.id
        for person in people
    }


def _question(name: str, fitting: Sequence[int], index: _Index) -> Question:
    if fitting:
        text = say("%(num)s people are called “%(name)s”. Which one is it?", num=len(fitting), name=name)
        answers = tuple(index.labels[id_] for id_ in fitting)
    else:
        answers = tuple(index.labels[id_] for id_ in index.likely(name))
        text = say("Who is “%(name)s”? Nobody in the programme has exactly this name.", name=name)
    return Question("person", "", text, (*answers, NOBODY), name)
