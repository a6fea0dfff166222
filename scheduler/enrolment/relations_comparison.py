"""A list of relations beside those that are stored: what it adds and changes, and what is not on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, delete, select

from scheduler.db import Db
from scheduler.enrolment.comparison import Comparison, Entry, compare
from scheduler.enrolment.people_import import person_ids_by_address
from scheduler.enrolment.people_lists import ListedRelation
from scheduler.enrolment.related_people import ids_by_address
from scheduler.enrolment.spreadsheets.offers import RELATION_NAMES
from scheduler.errors import Fault
from scheduler.languages import mark, say, short_day
from scheduler.people.model import RelationKind
from scheduler.people.tables import PersonRow, RelationRow

Tie = tuple[int, int, RelationKind]
"""Who, of whom, and what."""
FIRST_DAY, LAST_DAY = mark("From"), mark("Until")


@dataclass(frozen=True, slots=True)
class Span:
    """A relation and the days for which it holds, open where None."""

    tie: Tie
    first_day: date | None
    last_day: date | None


def relation_faults(db: Db, programme_id: int, listed: Iterable[ListedRelation]) -> Iterator[Fault]:
    """Relations of people who are not in the programme, or with themselves."""
    related, taking_part = ids_by_address(db, programme_id), person_ids_by_address(db, programme_id)
    for relation in listed:
        for address, known in ((relation.person, related), (relation.about, taking_part)):
            if address not in known:
                words = say("Nobody in this programme has the e-mail address %(address)s.", address=address)
                yield Fault(relation.where, words)
        if relation.person == relation.about:
            yield Fault(relation.where, say("A relation is between two different people."))
        if relation.first_day and relation.last_day and relation.last_day < relation.first_day:
            yield Fault(relation.where, say("The last day is before the first."))


def compare_relations(db: Db, programme_id: int, listed: Sequence[ListedRelation]) -> Comparison:
    """What taking over the list would do. What people declared themselves is theirs."""
    names = _names(db, programme_id)
    stored, wanted = _both(db, programme_id, listed)
    return compare(
        {key: _entry(key, span, names) for key, (_, span) in stored.items()},
        {key: _entry(key, span, names) for key, span in wanted.items()},
    )


def add_and_change(
    db: Db, programme_id: int, listed: Sequence[ListedRelation], remove: frozenset[str]
) -> tuple[list[RelationRow], set[int]]:
    """Store what a list adds and changes, and take away what is named; returns the rows that are new or other than
    before, and everybody whom any of it concerns."""
    stored, wanted = _both(db, programme_id, listed)
    rows = {row.id: row for row in db.scalars(_listed_rows(programme_id))}
    changed: list[RelationRow] = []
    concerned: set[int] = set()
    for key, span in wanted.items():
        there = rows[stored[key][0]] if key in stored else None
        first, last = span.first_day, span.last_day
        if there is None:
            who, about, kind = span.tie
            new = RelationRow(programme_id=programme_id, person_id=who, about_id=about, kind=kind)
            new.first_day, new.last_day = first, last
            db.add(new)
            changed.append(new)
        elif (first or there.first_day, last or there.last_day) != (there.first_day, there.last_day):
            there.first_day, there.last_day = first or there.first_day, last or there.last_day
            changed.append(there)
    gone = [stored[key][0] for key in remove if key in stored]
    concerned |= {who for id_ in gone for who in (rows[id_].person_id, rows[id_].about_id)}
    db.execute(delete(RelationRow).where(RelationRow.id.in_(gone)))
    db.flush()
    return changed, concerned | {who for row in changed for who in (row.person_id, row.about_id)}


def absent_keys(db: Db, programme_id: int, listed: Sequence[ListedRelation]) -> frozenset[str]:
    """The keys of all that is stored and not on the list."""
    stored, wanted = _both(db, programme_id, listed)
    return frozenset(stored.keys() - wanted.keys())


def _both(
    db: Db, programme_id: int, listed: Sequence[ListedRelation]
) -> tuple[dict[str, tuple[int, Span]], dict[str, Span]]:
    """What is stored, with its number, and what is on the list, by keys that are the same for the same relation."""
    ids = ids_by_address(db, programme_id)
    rows = list(db.scalars(_listed_rows(programme_id)))
    stored = [Span((row.person_id, row.about_id, row.kind), row.first_day, row.last_day) for row in rows]
    wanted = [Span((ids[r.person], ids[r.about], r.kind), r.first_day, r.last_day) for r in listed]
    several = _several(stored) | _several(wanted)
    by_key = {_key(span, span.tie in several): span for span in wanted}
    return {_key(span, span.tie in several): (row.id, span) for row, span in zip(rows, stored, strict=True)}, by_key


def _listed_rows(programme_id: int) -> Select[RelationRow]:
    here = (RelationRow.programme_id == programme_id, RelationRow.declared.is_(False))
    return select(RelationRow).where(*here).order_by(RelationRow.id)


def _several(spans: Iterable[Span]) -> set[Tie]:
    """Relations that hold for more than one span of days."""
    return {tie for tie, times in Counter(span.tie for span in set(spans)).items() if times > 1}


def _key(span: Span, with_days: bool) -> str:
    parts: tuple[object, ...] = span.tie
    return "-".join(map(str, (*parts, span.first_day, span.last_day) if with_days else parts))


def _names(db: Db, programme_id: int) -> dict[int, str]:
    known = ids_by_address(db, programme_id).values()
    return dict(db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(known))).all())


def _entry(key: str, span: Span, names: Mapping[int, str]) -> Entry:
    who, about, kind = span.tie
    days = {FIRST_DAY: _day(span.first_day), LAST_DAY: _day(span.last_day)}
    name = say(
        "%(person)s %(relation)s %(about)s",
        person=names.get(who, ""),
        relation=say(RELATION_NAMES[kind]),
        about=names.get(about, ""),
    )
    return Entry(key, name, " – ".join(filter(None, days.values())), days)


def _day(day: date | None) -> str:
    return short_day(day) if day else ""
