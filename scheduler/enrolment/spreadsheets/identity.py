"""Whom the rows of a list of people are about: by address, else by name; where that is not certain, it is asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from scheduler.enrolment.spreadsheets.questions import (
    LEAVE_OUT,
    SOMEBODY,
    SOMEBODY_NEW,
    Answers,
    Choice,
    KnownPerson,
    Value,
)
from scheduler.languages import say
from scheduler.rotas.names import keys_of, normalised
from scheduler.rotas.reading.cells import folded


class Identity:
    """The people of a programme, found by what a row says of them. ``addresses`` are all that the list has."""

    def __init__(self, people: Sequence[KnownPerson], addresses: Collection[str], answers: Answers) -> None:
        self._by_address = {person.email: person for person in people}
        self._by_name: dict[str, list[KnownPerson]] = defaultdict(list)
        for person in people:
            for key in keys_of(person.name):
                self._by_name[key].append(person)
        self._listed = frozenset(addresses)
        self._said = answers.values.get(SOMEBODY, {})
        self._asked: dict[str, Value] = {}

    def of(self, name: str, email: str, details: Sequence[str]) -> tuple[KnownPerson | None, str]:
        """Who it is, as far as they are known, and for somebody with a new address the one so far (or ``new``)."""
        if (known := self._by_address.get(email)) is not None:
            if name and not may_be_called(known, name):
                self._ask_if_renamed(known, name, details)
            return known, ""
        same = self._of_that_name(name, email)
        if not same:
            return None, ""
        if not email and len(same) == 1:
            return same[0], ""
        answer = self._answer(name, email, same, details)
        chosen = next((person for person in same if person.email == answer), None)
        former = answer if email and answer else ""
        return chosen, former

    def is_open(self, name: str, email: str) -> bool:
        """Whether this row waits for an answer."""
        asked = self._asked.get(_written(name, email))
        return asked is not None and asked.is_open

    def is_left_out(self, name: str, email: str) -> bool:
        """Whether this row has somebody's address, and is about somebody else."""
        asked = self._asked.get(_written(name, email))
        return asked is not None and asked.meaning == LEAVE_OUT

    def values(self) -> Iterator[Value]:
        """What is asked."""
        yield from self._asked.values()

    def _of_that_name(self, name: str, email: str) -> list[KnownPerson]:
        """Those who go by the name; with a new address, only those whose own is not on the list."""
        found = {person.id: person for key in keys_of(name) for person in self._by_name.get(key, ()) if name}
        here = [person for person in found.values() if not person.has_left]
        return [person for person in here if not email or person.email not in self._listed]

    def _ask_if_renamed(self, known: KnownPerson, name: str, details: Sequence[str]) -> None:
        """An address that is known beside a name that is nothing like its person's: a new name, or a slip."""
        theirs = say("%(name)s, who has this address, under a new name", name=known.name)
        other = say("someone else: leave this row out")
        self._ask(name, known.email, (Choice(known.email, theirs), Choice(LEAVE_OUT, other)), details)

    def _answer(self, name: str, email: str, same: Sequence[KnownPerson], details: Sequence[str]) -> str | None:
        choices = [
            Choice(
                person.email, say("%(name)s, whose address so far is %(email)s", name=person.name, email=person.email)
            )
            for person in same
        ]
        if email:
            choices.append(Choice(SOMEBODY_NEW, say("someone else of the same name")))
        return self._ask(name, email, tuple(choices), details)

    def _ask(self, name: str, email: str, choices: tuple[Choice, ...], details: Sequence[str]) -> str | None:
        """What was answered about a row, noting the question; None where that is none of the choices."""
        written = _written(name, email)
        said = self._said.get(folded(written))
        answer = said if said in [choice.meaning for choice in choices] else None
        kept = tuple(text for text in details if text and text not in (name, email))
        self._asked[written] = Value(SOMEBODY, "", None, written, 1, answer, choices, kept)
        return answer


def is_called(person: KnownPerson, name: str) -> bool:
    """Whether a name is the person's own, however it is written."""
    return not keys_of(name).isdisjoint(keys_of(person.name))


def may_be_called(person: KnownPerson, name: str) -> bool:
    """Whether a name may be the person's without a question: their own, with more or fewer names, or another surname
    after the same first name."""
    one, other = (_words(each) for each in (person.name, name))
    shorter, longer = sorted((set(one), set(other)), key=len)
    return is_called(person, name) or one[:1] == other[:1] or (len(shorter) > 1 and shorter <= longer)


def _words(name: str) -> list[str]:
    """The names of somebody as they are said, without a title."""
    names = normalised(name).split()
    return [word for word in folded(name).split() if word in names]


def _written(name: str, email: str) -> str:
    return f"{name} ({email})" if email else name
