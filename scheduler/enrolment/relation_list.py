"""What people are to each other, one relation at a time: listed, added, corrected, ended and removed by a coordinator.

What people have declared themselves is theirs to change. What of it is open is shown with who declared it; that
somebody treats another, is family, or that there was a complaint, is shown to nobody here, nor counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.enrolment.lapsed_overrides import withdraw_lapsed
from scheduler.enrolment.own_power import keeping_own_power
from scheduler.enrolment.related_people import may_be_about, may_be_related
from scheduler.enrolment.relation_effects import Parted, parted_by
from scheduler.errors import Fault, NotFound, Rejected
from scheduler.languages import say
from scheduler.paging import Paging, page_of
from scheduler.people.model import Actor, RelationKind, Role
from scheduler.people.name_search import is_named
from scheduler.people.relations import SECRET_KINDS
from scheduler.people.sites import today_in
from scheduler.people.tables import PersonRow, RelationRow
from scheduler.programmes.service import get_programme, lock_programme

MAY_BE_KNOWN: Final = or_(RelationRow.declared.is_(False), RelationRow.kind.not_in(SECRET_KINDS))
"""Of a query of relations: those that coordinators may know of."""


@dataclass(frozen=True, slots=True)
class Relation:
    """What one person is to another, as the coordinator's list has it or, with a name in ``declared_by``, as one of the
    two has declared."""

    id: int
    person_id: int
    person: str
    about_id: int
    about: str
    kind: RelationKind
    first_day: date | None
    last_day: date | None
    declared_by: str = ""


def list_relations(db: Db, actor: Actor, programme_id: int, asked: Paging) -> tuple[tuple[Relation, ...], Paging]:
    """The page that is asked for of the relations in a programme that a coordinator may know, by the names of the
    two."""
    actor.must_have(programme_id, Role.COORDINATOR)
    query, one, other = _query(programme_id)
    rows, paging = page_of(db, query.where(or_(is_named(one, asked.q), is_named(other, asked.q))), asked)
    return tuple(_value(*row) for row in rows), paging


def relations_after(
    db: Db, actor: Actor, programme_id: int, after_id: int, most: int
) -> tuple[tuple[Relation, ...], Mapping[int, str]]:
    """So many of these relations after one of this number, by number, and the e-mail addresses of their people."""
    actor.must_have(programme_id, Role.COORDINATOR)
    query, *_ = _query(programme_id)
    rows = db.execute(query.where(RelationRow.id > after_id).order_by(None).order_by(RelationRow.id).limit(most))
    found = tuple(_value(*row) for row in rows)
    people = {who for each in found for who in (each.person_id, each.about_id)}
    return found, dict(db.execute(select(PersonRow.id, PersonRow.email).where(PersonRow.id.in_(people))).all())


def relations_of(db: Db, actor: Actor, programme_id: int, person_id: int) -> tuple[Relation, ...]:
    """What somebody is to others, and they to them."""
    return _relations(
        db, actor, programme_id, or_(RelationRow.person_id == person_id, RelationRow.about_id == person_id)
    )


def get_relation(db: Db, actor: Actor, programme_id: int, relation_id: int) -> Relation:
    """One relation."""
    found = _relations(db, actor, programme_id, RelationRow.id == relation_id)
    if not found:
        raise NotFound(say("We can’t find that relation."))
    return found[0]


def add_relation(
    db: Db,
    actor: Actor,
    programme_id: int,
    person_id: int,
    about_id: int,
    kind: RelationKind,
    first_day: date | None,
    last_day: date | None,
    now: datetime,
) -> tuple[Parted, ...]:
    """Put a relation on record; returns whom of a published group it parts. Raises ``Rejected`` with every fault."""
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    wanted = RelationRow(
        programme_id=programme_id,
        person_id=person_id,
        about_id=about_id,
        kind=kind,
        first_day=first_day,
        last_day=last_day,
        declared=False,
    )
    if faults := tuple(_faults(db, wanted)):
        raise Rejected(say("The relation was not saved."), faults)
    db.add(wanted)
    return _done(db, actor, "relation.added", wanted, now)


def correct_relation(
    db: Db,
    actor: Actor,
    programme_id: int,
    relation_id: int,
    kind: RelationKind,
    first_day: date | None,
    last_day: date | None,
    now: datetime,
) -> tuple[Parted, ...]:
    """Correct what two people are to each other, or until when; returns whom of a published group it parts."""
    row = _row(db, actor, programme_id, relation_id)
    if faults := tuple(_days_at_fault(first_day, last_day)):
        raise Rejected(say("The relation was not saved."), faults)
    with keeping_own_power(db, actor, programme_id):
        row.kind, row.first_day, row.last_day = kind, first_day, last_day
    return _done(db, actor, "relation.changed", row, now)


def end_relation(db: Db, actor: Actor, programme_id: int, relation_id: int, now: datetime) -> None:
    """Let a relation hold until the end of today, and stay on record."""
    row = _row(db, actor, programme_id, relation_id)
    today = today_in(get_programme(db, programme_id).zone, now)
    with keeping_own_power(db, actor, programme_id):
        row.first_day = None if row.first_day is None else min(row.first_day, today)
        row.last_day = today
    _done(db, actor, "relation.ended", row, now)


def remove_relation(db: Db, actor: Actor, programme_id: int, relation_id: int, now: datetime) -> None:
    """Take a relation off the record, as one that never was."""
    row = _row(db, actor, programme_id, relation_id)
    pair = (row.person_id, row.about_id)
    with keeping_own_power(db, actor, programme_id):
        db.delete(row)
    withdraw_lapsed(db, actor, programme_id, now)
    record(db, actor, "relation.removed", now, programme_id, person=pair[0], about=pair[1])
    note(db, Fact.PEOPLE, programme_id, now, pair)


def _done(db: Db, actor: Actor, action: str, row: RelationRow, now: datetime) -> tuple[Parted, ...]:
    withdraw_lapsed(db, actor, row.programme_id, now)
    pair = (row.person_id, row.about_id)
    record(db, actor, action, now, row.programme_id, person=pair[0], about=pair[1])
    note(db, Fact.PEOPLE, row.programme_id, now, pair)
    return parted_by(db, row.programme_id, [row], today_in(get_programme(db, row.programme_id).zone, now))


def _row(db: Db, actor: Actor, programme_id: int, relation_id: int) -> RelationRow:
    """A relation that is the coordinator's to change; locked with its programme."""
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    row = db.get(RelationRow, relation_id)
    if row is None or row.programme_id != programme_id or row.declared:
        raise NotFound(say("We can’t find that relation."))
    return row


def _faults(db: Db, wanted: RelationRow) -> Iterator[Fault]:
    pair = {"person": wanted.person_id, "about": wanted.about_id}
    may_be = {"person": may_be_related, "about": may_be_about}
    known = {field: may_be[field](db, wanted.programme_id, (person_id,)) for field, person_id in pair.items()}
    for field, person_id in pair.items():
        if person_id not in known[field]:
            yield Fault(field, say("Choose someone from this programme."))
    if wanted.person_id == wanted.about_id and wanted.person_id in known["about"]:
        yield Fault("about", say("A relation is between two different people."))
    yield from _days_at_fault(wanted.first_day, wanted.last_day)


def _days_at_fault(first_day: date | None, last_day: date | None) -> Iterator[Fault]:
    if first_day and last_day and last_day < first_day:
        yield Fault("last_day", say("The last day is before the first."))


def _relations(db: Db, actor: Actor, programme_id: int, which: ColumnElement[bool]) -> tuple[Relation, ...]:
    actor.must_have(programme_id, Role.COORDINATOR)
    query, *_ = _query(programme_id)
    return tuple(_value(*row) for row in db.execute(query.where(which)))


def _query(programme_id: int) -> tuple[Select[RelationRow, str, str, str], type[PersonRow], type[PersonRow]]:
    one, other, author = aliased(PersonRow), aliased(PersonRow), aliased(PersonRow)
    query = (
        select(RelationRow, one.name, other.name, func.coalesce(author.name, ""))
        .join(one, one.id == RelationRow.person_id)
        .join(other, other.id == RelationRow.about_id)
        .outerjoin(author, author.id == RelationRow.declared_by_id)
        .where(RelationRow.programme_id == programme_id, MAY_BE_KNOWN)
        .order_by(one.search_name, other.search_name, RelationRow.id)
    )
    return query, one, other


def _value(row: RelationRow, person: str, about: str, author: str) -> Relation:
    return Relation(row.id, row.person_id, person, row.about_id, about, row.kind, row.first_day, row.last_day, author)
