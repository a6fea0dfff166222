"""Which questions about a rota come first: those whose answers change most of what was understood. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from scheduler.rotas.model import Question, ReadRota, codes_of_subject
from scheduler.rotas.names import STRANGERS

_ORDER: Final = ("date", "reading", "layout", "person", "code")


def most_telling_first(
    questions: Iterable[Question], rota: ReadRota, strangers: Collection[str] = ()
) -> tuple[Question, ...]:
    """Questions about dates, then about the layout, about people and about codes, each by how many cells they stand
    for. ``strangers`` are the names about which one question asks."""
    listed = list(questions)
    cells = _cells_by_subject(listed, rota, strangers)
    return tuple(sorted(listed, key=lambda each: (_rank(each), -cells.get((each.about, each.subject), 0))))


def _rank(question: Question) -> int:
    return _ORDER.index(question.about) if question.about in _ORDER else len(_ORDER)


def _cells_by_subject(
    questions: Iterable[Question], rota: ReadRota, strangers: Collection[str]
) -> Mapping[tuple[str, str], int]:
    """In how many cells stands what each question is about."""
    duties = rota.duties or (rota.pattern.duties if rota.pattern else ())
    people, codes = Counter(duty.person for duty in duties), Counter(duty.code for duty in duties)
    counts: dict[tuple[str, str], int] = {("person", name): cells for name, cells in people.items()}
    counts["person", STRANGERS] = sum(people[name] for name in strangers)
    for question in questions:
        if question.about == "code":
            counts["code", question.subject] = sum(codes[code] for code in codes_of_subject(question.subject))
    return counts
