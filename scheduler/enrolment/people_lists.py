"""The coordinator's lists of people and relations, read into values.

What is stored is in :mod:`scheduler.enrolment.people_import`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from scheduler.errors import Fault, Rejected
from scheduler.languages import say
from scheduler.lists import LONGEST_ADDRESS, Line, read_each, read_lines
from scheduler.people.fields import FIELDS, Entry, read_fields
from scheduler.people.model import PARTICIPANTS, RelationKind, Role, is_address
from scheduler.people.relations import RELATION_POLICIES

NEEDED_COLUMNS = ("name", "email", "role", "site")
CHANGE_COLUMNS = ("site_from", "former_email")
"""Of a change: the day from which the site holds, and the address that somebody had so far."""
NEW = "new"
"""In the column of former addresses: nobody had one, whoever else has the same name."""
WISH_COLUMNS = ("wants", "avoids", "choices")
PEOPLE_COLUMNS = (*NEEDED_COLUMNS, *(field.name for field in FIELDS), *WISH_COLUMNS, *CHANGE_COLUMNS)
RELATION_COLUMNS = ("person", "about", "kind", "first_day", "last_day")


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """One row of the list of people.

    ``fields`` are what is stored of a participant, by column; ``wants``, ``avoids`` and ``choices`` are addresses.
    ``said`` are the columns that the row fills: an empty cell says nothing about somebody who is known. ``site_from``
    is the day from which the site holds; ``former`` the address so far, or :data:`NEW`.
    """

    where: str
    name: str
    email: str
    kind: Role
    site: str
    fields: Mapping[str, Any]
    wants: tuple[str, ...]
    avoids: tuple[str, ...]
    choices: tuple[str, ...]
    said: frozenset[str] = frozenset()
    site_from: date | None = None
    former: str = ""


@dataclass(frozen=True, slots=True)
class ListedRelation:
    """One row of the list of relations, with e-mail addresses."""

    where: str
    person: str
    about: str
    kind: RelationKind
    first_day: date | None
    last_day: date | None


def read_people(content: bytes, sites: Collection[str], models: Collection[str]) -> tuple[ListedPerson, ...]:
    """The list of people, or :class:`Rejected` with every fault found."""
    people, faults = people_of(read_lines(content, NEEDED_COLUMNS, say("list of people")), sites, models)
    faults += _same_address_twice(people)
    if faults:
        raise Rejected(
            say("The list of people was not imported."),
            tuple(faults),
            what_to_do=say("Correct the file and upload it again."),
        )
    return people


def people_of(
    lines: Iterable[Line], sites: Collection[str], models: Collection[str]
) -> tuple[tuple[ListedPerson, ...], list[Fault]]:
    """The people of these lines, and what is wrong with the other lines."""
    faults: list[Fault] = []
    return tuple(read_each(lines, lambda line: _person(line, sites, models), faults)), faults


def read_relations(content: bytes) -> tuple[ListedRelation, ...]:
    """The list of relations, or :class:`Rejected` with every fault found."""
    relations, faults = relations_of(read_lines(content, RELATION_COLUMNS[:3], say("list of relations")))
    if faults:
        raise Rejected(say("The list of relations was not imported."), tuple(faults))
    return relations


def relations_of(lines: Iterable[Line]) -> tuple[tuple[ListedRelation, ...], list[Fault]]:
    """The relations of these lines, and what is wrong with the other lines."""
    faults: list[Fault] = []
    return tuple(read_each(lines, _relation, faults)), faults


def _person(line: Line, sites: Collection[str], models: Collection[str]) -> ListedPerson:
    kind = Role(line.one_of("role", PARTICIPANTS))
    return ListedPerson(
        where=line.where,
        name=line.text("name"),
        email=_address(line.text("email", LONGEST_ADDRESS)),
        kind=kind,
        site=line.one_of("site", sites),
        fields=read_fields(Entry(line, kind, models)),
        wants=_addresses(line, "wants"),
        avoids=_addresses(line, "avoids"),
        choices=_addresses(line, "choices"),
        said=frozenset(column for column in PEOPLE_COLUMNS if line.says(column)),
        site_from=line.day("site_from"),
        former=_former(line.cells.get("former_email", "")),
    )


def _former(text: str) -> str:
    wanted = text.strip().lower()
    return wanted if wanted in ("", NEW) else _address(wanted)


def _address(text: str) -> str:
    if not is_address(text):
        raise ValueError(say("“%(text)s” is not an e-mail address.", text=text))
    return text.lower()


def _addresses(line: Line, column: str) -> tuple[str, ...]:
    return tuple(_address(part) for part in line.several(column))


def _relation(line: Line) -> ListedRelation:
    return ListedRelation(
        where=line.where,
        person=_address(line.text("person", LONGEST_ADDRESS)),
        about=_address(line.text("about", LONGEST_ADDRESS)),
        kind=RelationKind(line.one_of("kind", RELATION_POLICIES)),
        first_day=line.day("first_day"),
        last_day=line.day("last_day"),
    )


def _same_address_twice(people: tuple[ListedPerson, ...]) -> list[Fault]:
    times = Counter(person.email for person in people)
    return [
        Fault(
            person.where,
            say(
                "The e-mail address %(email)s appears on %(times)s rows.", email=person.email, times=times[person.email]
            ),
        )
        for person in people
        if times[person.email] > 1
    ]
