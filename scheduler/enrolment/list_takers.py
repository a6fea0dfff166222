"""What each kind of list is made of, what it would do, and how it is taken over: one value a kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from scheduler.db import Db
from scheduler.enrolment.addresses import address_faults
from scheduler.enrolment.clinics import patterns_of, take_over_clinics
from scheduler.enrolment.clinics_comparison import compare_clinics
from scheduler.enrolment.comparison import Comparison
from scheduler.enrolment.people_comparison import compare_people
from scheduler.enrolment.people_import import person_ids_by_address, take_over_people, wish_faults
from scheduler.enrolment.people_list_notes import people_notes
from scheduler.enrolment.people_lists import ListedPerson, people_of, relations_of
from scheduler.enrolment.relation_effects import Parted
from scheduler.enrolment.relations_comparison import compare_relations, relation_faults
from scheduler.enrolment.relations_import import take_over_relations
from scheduler.enrolment.rooms import completed, rooms_of, sites_of, take_over_rooms
from scheduler.enrolment.rooms_comparison import compare_rooms
from scheduler.enrolment.spreadsheets.columns import ListKind
from scheduler.enrolment.spreadsheets.questions import Understood
from scheduler.errors import Fault
from scheduler.lists import Line
from scheduler.people.model import Actor, Role
from scheduler.programmes.model import Programme
from scheduler.programmes.tables import SiteRow

Listed = Sequence[Any]
"""The rows of a list as values of its kind."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What there is to say about a list that was taken over: whom it parts, and names that two people have."""

    parted: tuple[Parted, ...] = ()
    namesakes: tuple[str, ...] = ()


def _nothing_certain(_db: Db, _programme: Programme, _lines: Sequence[Line]) -> list[Fault]:
    return []


@dataclass(frozen=True, slots=True)
class Taker:
    """How a kind of list is read, looked at and taken over.

    ``read`` gives the rows and what is wrong with the others; ``certain`` is what is wrong while something is still
    asked, whatever is answered; ``faults`` is what is wrong with the rows beside what is
    stored; ``take`` is also given the keys of the absent entries that are to be removed.
    """

    read: Callable[[Db, Programme, Sequence[Line]], tuple[Listed, list[Fault]]]
    faults: Callable[[Db, Actor, Programme, Listed], tuple[Fault, ...]]
    compare: Callable[[Db, Actor, Programme, Listed, Understood, datetime], Comparison]
    take: Callable[[Db, Actor, int, Listed, frozenset[str], datetime], Taken]
    certain: Callable[[Db, Programme, Sequence[Line]], list[Fault]] = _nothing_certain


def _read_people(_db: Db, programme: Programme, lines: Sequence[Line]) -> tuple[Listed, list[Fault]]:
    return people_of(lines, [site.key for site in programme.sites], [model.key for model in programme.models])


def _certain_faults_of_people(_db: Db, programme: Programme, lines: Sequence[Line]) -> list[Fault]:
    """With whatever is still asked taken for something that can be: what is wrong then is wrong whatever is said."""
    site = programme.sites[0].key if programme.sites else ""
    assumed = {"role": Role.RESIDENT.value, "site": site, "stage": "1"}
    filled = [replace(line, cells={**line.cells, **_unsaid(line, assumed)}) for line in lines]
    return _read_people(_db, programme, filled)[1]


def _unsaid(line: Line, assumed: Mapping[str, str]) -> Mapping[str, str]:
    return {column: value for column, value in assumed.items() if not line.cells.get(column)}


def _people_faults(db: Db, actor: Actor, programme: Programme, listed: Sequence[ListedPerson]) -> tuple[Fault, ...]:
    addresses = {*person_ids_by_address(db, programme.id), *(person.email for person in listed)}
    return (*address_faults(db, actor, programme.id, listed), *wish_faults(listed, addresses))


def _compare_people(
    db: Db, actor: Actor, programme: Programme, listed: Listed, found: Understood, now: datetime
) -> Comparison:
    wanted = replace(programme, grades=found.grades)
    done = compare_people(db, actor, programme, listed, wanted, found.moved, now)
    return replace(done, notes=(*done.notes, *people_notes(programme, wanted, found)))


def _take_people(
    db: Db, actor: Actor, programme_id: int, listed: Listed, _remove: frozenset[str], now: datetime
) -> Taken:
    """Whoever is to be removed leaves the programme, which is not this room's to do."""
    return Taken(namesakes=take_over_people(db, actor, programme_id, listed, now).namesakes)


def _read_relations(_db: Db, _programme: Programme, lines: Sequence[Line]) -> tuple[Listed, list[Fault]]:
    return relations_of(lines)


def _read_clinics(db: Db, programme: Programme, lines: Sequence[Line]) -> tuple[Listed, list[Fault]]:
    faults: list[Fault] = []
    return patterns_of(lines, programme.id, person_ids_by_address(db, programme.id), faults), faults


def _read_rooms(db: Db, programme: Programme, lines: Sequence[Line]) -> tuple[Listed, list[Fault]]:
    faults: list[Fault] = []
    sites = sites_of(db, programme.id)
    for site in programme.sites:  # those that the list itself brings have no row yet
        sites.setdefault(site.key, SiteRow(key=site.key, name=site.name, zone=site.zone, rooms=[]))
    return rooms_of(completed(lines, sites), sites, faults), faults


def _take_relations(
    db: Db, actor: Actor, programme_id: int, listed: Listed, remove: frozenset[str], now: datetime
) -> Taken:
    return Taken(take_over_relations(db, actor, programme_id, listed, remove, now).parted)


def _take_clinics(
    db: Db, actor: Actor, programme_id: int, listed: Listed, remove: frozenset[str], now: datetime
) -> Taken:
    take_over_clinics(db, actor, programme_id, listed, remove, now)
    return Taken()


def _take_rooms(
    db: Db, actor: Actor, programme_id: int, listed: Listed, remove: frozenset[str], now: datetime
) -> Taken:
    take_over_rooms(db, actor, programme_id, listed, remove, now)
    return Taken()


def _no_faults(_db: Db, _actor: Actor, _programme: Programme, _listed: Listed) -> tuple[Fault, ...]:
    return ()


TAKERS: Mapping[ListKind, Taker] = {
    ListKind.PEOPLE: Taker(_read_people, _people_faults, _compare_people, _take_people, _certain_faults_of_people),
    ListKind.RELATIONS: Taker(
        _read_relations,
        lambda db, _actor, programme, listed: tuple(relation_faults(db, programme.id, listed)),
        lambda db, _actor, programme, listed, _found, _now: compare_relations(db, programme.id, listed),
        _take_relations,
    ),
    ListKind.CLINICS: Taker(
        _read_clinics,
        _no_faults,
        lambda db, _actor, programme, listed, _found, _now: compare_clinics(db, programme.id, listed),
        _take_clinics,
    ),
    ListKind.ROOMS: Taker(
        _read_rooms,
        _no_faults,
        lambda db, _actor, programme, listed, _found, _now: compare_rooms(sites_of(db, programme.id), listed),
        _take_rooms,
    ),
}
