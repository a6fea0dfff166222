"""The coordinator's lists of people and relations, read into values. What is stored is in :mod:`importing`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from scheduler.errors import Fault, Rejected
from scheduler.languages import say
from scheduler.lists import Line, read_each, read_lines
from scheduler.safety.model import RELATION_POLICIES

PEOPLE_COLUMNS = (
    "name", "email", "role", "stage", "site", "modes", "models", "interests", "tags", "company", "wants", "avoids",
    "choices", "external", "capacity",
)  # fmt: skip
NEEDED_COLUMNS = ("name", "email", "role", "site")
RELATION_COLUMNS = ("person", "about", "kind", "first_day", "last_day")
MODES = ("in_person", "video", "phone")
_ADDRESS = re.compile(r"[^@\s;,]+@[^@\s;,]+")


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """One row of the list of people; ``wants``, ``avoids`` and ``choices`` are e-mail addresses."""

    where: str
    name: str
    email: str
    kind: str
    stage: int | None
    site: str
    modes: tuple[str, ...]
    models: Mapping[str, int]
    interests: tuple[str, ...]
    tags: tuple[str, ...]
    company: tuple[str, ...]
    wants: tuple[str, ...]
    avoids: tuple[str, ...]
    choices: tuple[str, ...]
    external: str
    capacity: int


@dataclass(frozen=True, slots=True)
class ListedRelation:
    """One row of the list of relations, with e-mail addresses."""

    where: str
    person: str
    about: str
    kind: str
    first_day: date | None
    last_day: date | None


def read_people(content: bytes, sites: Collection[str], models: Collection[str]) -> tuple[ListedPerson, ...]:
    """The list of people, or :class:`Rejected` with every fault found."""
    faults: list[Fault] = []
    lines = read_lines(content, NEEDED_COLUMNS, say("list of people"))
    people = tuple(read_each(lines, lambda line: _person(line, sites, models), faults))
    faults += _same_address_twice(people)
    if faults:
        raise Rejected(
            say("The list of people was not imported."), tuple(faults), what_to_do=say("Mend it and upload it again.")
        )
    return people


def read_relations(content: bytes) -> tuple[ListedRelation, ...]:
    """The list of relations, or :class:`Rejected` with every fault found."""
    faults: list[Fault] = []
    lines = read_lines(content, RELATION_COLUMNS[:3], say("list of relations"))
    relations = tuple(read_each(lines, _relation, faults))
    if faults:
        raise Rejected(say("The list of relations was not imported."), tuple(faults))
    return relations


def _person(line: Line, sites: Collection[str], models: Collection[str]) -> ListedPerson:
    kind = line.one_of("role", ("resident", "faculty"))
    resident = kind == "resident"
    external = line.one_of("external", ("", "prefer", "require")) if "external" in line.cells else ""
    return ListedPerson(
        where=line.where,
        name=line.text("name"),
        email=_address(line.text("email")),
        kind=kind,
        stage=line.number_in("stage") if resident else None,
        site=line.one_of("site", sites),
        modes=_modes(line),
        models=_liked_models(line, models, resident),
        interests=tuple(line.several("interests")),
        tags=tuple(line.several("tags")),
        company=_company(line),
        wants=_addresses(line, "wants"),
        avoids=_addresses(line, "avoids"),
        choices=_addresses(line, "choices"),
        external=external,
        capacity=line.number_in("capacity", default=1),
    )


def is_address(text: str) -> bool:
    """Whether a text looks like an e-mail address; only sending to it can tell for certain."""
    return bool(_ADDRESS.fullmatch(text))


def _address(text: str) -> str:
    if not is_address(text):
        raise ValueError(say("“%(text)s” is not an e-mail address.", text=text))
    return text.lower()


def _addresses(line: Line, column: str) -> tuple[str, ...]:
    return tuple(_address(part) for part in line.several(column))


def _modes(line: Line) -> tuple[str, ...]:
    """Ways to meet, best liked first; somebody who says nothing can do all."""
    modes = tuple(line.several("modes")) or MODES
    for mode in modes:
        if mode not in MODES:
            raise ValueError(
                say("“%(mode)s” in the column “modes” is none of %(names)s.", mode=mode, names=", ".join(MODES))
            )
    return modes


def _liked_models(line: Line, known: Collection[str], resident: bool) -> dict[str, int]:
    """``peer:3;near-peer:1`` for residents, ``vertical;near-peer`` for faculty.

    A resident who says nothing accepts every model; faculty who say nothing facilitate none.
    """
    parts = line.several("models")
    if not parts and resident:
        return dict.fromkeys(known, 1)
    liked = {}
    for part in parts:
        key, _, value = part.partition(":")
        if key not in known:
            raise ValueError(
                say("“%(key)s” in the column “models” is none of %(names)s.", key=key, names=", ".join(known))
            )
        if value not in ("", "1", "2", "3"):
            raise ValueError(say("“%(part)s” in the column “models”: a model is liked 1, 2 or 3.", part=part))
        liked[key] = int(value or 1)
    return liked


def _company(line: Line) -> tuple[str, ...]:
    company, tags = line.several("company"), line.several("tags")
    for tag in company:
        if tag not in tags:
            raise ValueError(say("“%(tag)s” in the column “company” is not among the person's own tags.", tag=tag))
    return tuple(company)


def _relation(line: Line) -> ListedRelation:
    return ListedRelation(
        where=line.where,
        person=_address(line.text("person")),
        about=_address(line.text("about")),
        kind=line.one_of("kind", RELATION_POLICIES),
        first_day=line.day("first_day"),
        last_day=line.day("last_day"),
    )


def _same_address_twice(people: tuple[ListedPerson, ...]) -> list[Fault]:
    times = Counter(person.email for person in people)
    return [
        Fault(
            person.where,
            say("The address %(email)s stands on %(times)s rows.", email=person.email, times=times[person.email]),
        )
        for person in people
        if times[person.email] > 1
    ]
