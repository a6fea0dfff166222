"""Who may be on record with a relation: everybody who takes part and, as who has power or may be to somebody what keeps
them apart, whoever coordinates or oversees the programme without taking part in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, select, union

from scheduler.db import Db
from scheduler.people.model import Actor, Role
from scheduler.people.name_search import is_named
from scheduler.people.roles import OFFICES, Office
from scheduler.people.tables import ParticipantRow, PersonRow, RoleRow


def may_be_about(db: Db, programme_id: int, people: Collection[int]) -> frozenset[int]:
    """Those of these people about whom a relation may be: who takes part, or did."""
    here = (ParticipantRow.programme_id == programme_id, ParticipantRow.person_id.in_(people))
    return frozenset(db.scalars(select(ParticipantRow.person_id).where(*here)))


def may_be_related(db: Db, programme_id: int, people: Collection[int]) -> frozenset[int]:
    """Those of these people who may be something to somebody who takes part."""
    in_office = select(RoleRow.person_id).where(*_in_office(programme_id), RoleRow.person_id.in_(people))
    return may_be_about(db, programme_id, people) | frozenset(db.scalars(in_office))


def ids_by_address(db: Db, programme_id: int) -> Mapping[str, int]:
    """E-mail address → id of everybody who may be something to somebody."""
    in_it = select(ParticipantRow.person_id).where(ParticipantRow.programme_id == programme_id)
    known = union(in_it, select(RoleRow.person_id).where(*_in_office(programme_id)))
    rows = select(PersonRow.email, PersonRow.id).where(PersonRow.id.in_(known)).order_by(PersonRow.id)
    return dict(db.execute(rows).all())


def officers_named(db: Db, actor: Actor, programme_id: int, text: str, most: int) -> tuple[Office, ...]:
    """The first of those with such a name, or address, who coordinate or oversee a programme and take no part in it."""
    actor.must_have(programme_id, Role.COORDINATOR)
    taking_part = select(ParticipantRow.person_id).where(ParticipantRow.programme_id == programme_id)
    rows = db.execute(
        select(PersonRow.id, PersonRow.name, PersonRow.email, RoleRow.role)
        .join(RoleRow, RoleRow.person_id == PersonRow.id)
        .where(*_in_office(programme_id), PersonRow.id.not_in(taking_part), is_named(PersonRow, text))
        .order_by(PersonRow.name, PersonRow.id)
        .limit(most)
    )
    return tuple(Office(*row) for row in rows)


def _in_office(programme_id: int) -> tuple[ColumnElement[bool], ...]:
    return (RoleRow.programme_id == programme_id, RoleRow.role.in_(OFFICES))
