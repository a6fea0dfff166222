"""People as the planner knows them: what is stored of them, what they asked for, and when they are on long leave."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, select

from scheduler.availability.intervals import Interval
from scheduler.availability.long_leave import Leave
from scheduler.db import Db, bare
from scheduler.memory import Derived, Memory
from scheduler.people.model import Role, WishKind
from scheduler.people.tables import ParticipantRow, WishRow
from scheduler.people.traits import comparable, planned_company, planned_firm, planned_tags
from scheduler.planning.keys import person_key
from scheduler.planning.scope import Part
from scheduler.programmes.model import Programme
from solvers.instance import Faculty, Resident, Slot
from solvers.vocabulary import External

_everybody: Final[Derived[list[Participant]]] = Derived(8)
"""Everybody who takes part, by the programme."""
Made: TypeAlias = dict[int, tuple[object, Resident]]
"""Residents as they were made last, and of what, by the person."""
_asked_last: Final[Derived[Mapping[int, Asked]]] = Derived(8)
_residents: Final[Memory[Made]] = Memory(8)


@dataclass(frozen=True, slots=True)
class Asked:
    """What one person asked for about others, as instance ids by kind of wish."""

    wants: tuple[str, ...] = ()
    avoids: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Participant:
    """What is planned by of somebody who takes part: by columns alone, for they are many."""

    person_id: int
    kind: Role
    stage: int | None
    site_id: int
    modes: Sequence[str]
    models: Mapping[str, int]
    interests: Sequence[str]
    tags: Sequence[str]
    company: Sequence[str]
    traits: Mapping[str, str]
    like: Sequence[str]
    unlike: Sequence[str]
    together: Mapping[str, bool]
    firm: Sequence[str]
    external: External
    capacity: int
    new_here: bool
    specialty: str
    mentor_level: str


def made_before(programme_id: int) -> Made:
    """The residents of a programme as they were made last; whoever makes them anew puts them there."""
    return _residents.get(programme_id, dict)


def participants_of(db: Db, programme_id: int, part: Part) -> list[Participant]:
    """Everybody who takes part, in the order of their ids, so that the same people make the same instance."""
    columns = [getattr(ParticipantRow, field.name) for field in fields(Participant)]
    here = (ParticipantRow.programme_id == programme_id, ParticipantRow.left_at.is_(None))

    def rows(columns: Iterable[ColumnElement[Any]], *which: ColumnElement[bool]) -> list[tuple[Any, ...]]:
        found = db.execute(select(*columns).where(*here, *which).order_by(ParticipantRow.person_id))
        return list(map(tuple, found))

    def read(*which: ColumnElement[bool]) -> list[Participant]:
        return [Participant(*row) for row in rows(columns, *which)]

    if part.people is not None:
        return read(part.holds(ParticipantRow.person_id))
    return _everybody.get(programme_id, rows(map(bare, columns)), read)


def asked_of(db: Db, programme_id: int, part: Part, in_it: set[int]) -> Mapping[int, Asked]:
    """What everybody asked for, as far as it is about people who are ``in_it``."""
    rows = db.execute(
        select(WishRow.person_id, WishRow.kind, WishRow.about_id)
        .where(WishRow.programme_id == programme_id, part.holds(WishRow.person_id))
        .order_by(WishRow.person_id, WishRow.about_id)
    )
    found = list(map(tuple, rows))
    return _asked_last.get(programme_id, (found, in_it), lambda: _by_person(found, in_it))


def _by_person(rows: Iterable[tuple[Any, ...]], in_it: Collection[int]) -> Mapping[int, Asked]:
    of: dict[int, dict[WishKind, list[str]]] = defaultdict(lambda: defaultdict(list))
    for person_id, kind, about_id in rows:
        if about_id in in_it:
            of[person_id][kind].append(person_key(about_id))
    return {
        person_id: Asked(*(tuple(found[kind]) for kind in (WishKind.WANT, WishKind.AVOID, WishKind.CHOICE)))
        for person_id, found in of.items()
    }


def resident(
    row: Participant,
    works_at: Mapping[int, str],
    marks: Mapping[int, str],
    asked: Mapping[int, Asked],
    known: Collection[str],
    made: Made,
) -> Resident:
    """Of the kinds of group that they accept, those that the programme has (``known``). Who is as they were when they
    were ``made`` is the same."""
    wishes = asked.get(row.person_id, Asked())
    source = (row, works_at[row.person_id], marks[row.person_id], wishes, known)
    before = made.get(row.person_id)
    if before is None or before[0] != source:
        before = made[row.person_id] = (source, _made(*source))
    return before[1]


def _made(row: Participant, site: str, marks: str, wishes: Asked, known: Collection[str]) -> Resident:
    return Resident(
        id=person_key(row.person_id),
        stage=row.stage or 0,
        site=site,
        availability=marks,
        modes=tuple(row.modes),
        models=MappingProxyType({key: liking for key, liking in row.models.items() if key in known}),
        interests=tuple(row.interests),
        tags=planned_tags(row),
        company=planned_company(row),
        firm=planned_firm(row),
        traits=MappingProxyType(comparable(row.traits)),
        like=tuple(row.like),
        unlike=tuple(row.unlike),
        wants=wishes.wants,
        avoids=wishes.avoids,
        choices=wishes.choices,
        external=row.external,
    )


def facilitator(
    row: Participant, works_at: Mapping[int, str], marks: Mapping[int, str], known: Collection[str]
) -> Faculty:
    """Somebody who facilitates, with those of the kinds of group that they offer that the programme has (``known``)."""
    return Faculty(
        id=person_key(row.person_id),
        site=works_at[row.person_id],
        availability=marks[row.person_id],
        modes=tuple(row.modes),
        models=tuple(key for key in row.models if key in known),
        capacity=row.capacity,
        interests=tuple(row.interests),
        tags=planned_tags(row),
        traits=MappingProxyType(comparable(row.traits)),
    )


def slots_away(programme: Programme, leave: Leave, slots: Sequence[Slot]) -> Mapping[int, frozenset[int]]:
    """By the person the slots, by their index, in which they are on long leave and so not expected."""
    in_order = sorted((slot.start, index) for index, slot in enumerate(slots)) if leave else []
    starts = [start for start, _ in in_order]
    length = timedelta(minutes=programme.session_minutes)

    def away(spans: Iterable[Interval]) -> frozenset[int]:
        found = (range(bisect_right(starts, span.start - length), bisect_left(starts, span.end)) for span in spans)
        return frozenset(in_order[place][1] for places in found for place in places)

    return {person_id: away(spans) for person_id, spans in leave.items()}


def starting_early(person: Resident, within: int | None) -> Resident:
    """Somebody whose group should meet for the first time within so many days, if it matters."""
    return person if within is None else replace(person, first_within_days=within)


def on_leave(person: Resident, away: frozenset[int] | None) -> Resident:
    """Somebody who is on long leave in these slots, if in any."""
    return replace(person, leave=away) if away else person
