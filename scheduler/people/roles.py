"""Who has which part in a programme beside residents and faculty: coordinators, and the oversight contact."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.errors import NotPossible, Rejected
from scheduler.languages import say
from scheduler.people.likeness import find_alike
from scheduler.people.model import LONGEST_NAME, Actor, Role, is_address
from scheduler.people.tables import PersonRow, RoleRow
from scheduler.text_input import shortened

OFFICES = (Role.COORDINATOR, Role.OVERSIGHT)
"""Nobody has both in one programme: whoever is told of concerns must not be who runs it."""


@dataclass(frozen=True, slots=True)
class Office:
    """Somebody who looks after a programme."""

    person_id: int
    name: str
    email: str
    role: Role


def list_offices(db: Db, programme_id: int, roles: Collection[Role] = OFFICES) -> tuple[Office, ...]:
    """The coordinators and oversight contacts of a programme, or who has other roles. The names and addresses of these
    two are for all of its people."""
    rows = db.execute(
        select(PersonRow.id, PersonRow.name, PersonRow.email, RoleRow.role)
        .join(RoleRow, RoleRow.person_id == PersonRow.id)
        .where(RoleRow.programme_id == programme_id, RoleRow.role.in_(roles))
        .order_by(RoleRow.role, PersonRow.name)
    )
    return tuple(Office(person_id, name, email, role) for person_id, name, email, role in rows)


def appoint(db: Db, actor: Actor, programme_id: int, name: str, email: str, role: Role, now: datetime) -> int:
    """Give somebody an office in a programme, known or not by then; returns their id. Pages let nobody become an
    oversight contact without asking them first (:mod:`scheduler.oversight.appointments`).

    Raises :class:`NotPossible` for whoever has the other office there, or may be somebody who has.
    """
    actor.must_have(programme_id, Role.COORDINATOR)
    person = entry_of(db, name, email, now)
    must_not_be_both(db, programme_id, person, role)
    if db.get(RoleRow, (programme_id, person.id, role.value)) is None:
        db.add(RoleRow(programme_id=programme_id, person_id=person.id, role=role.value))
        note(db, Fact.PEOPLE, programme_id, now, (person.id,))
        record(db, actor, f"{role.value}.added", now, programme_id, person=person.id)
    return person.id


def add_coordinator(db: Db, actor: Actor, programme_id: int, name: str, email: str, now: datetime) -> int:
    """Give somebody the coordinator's role in a programme; returns their id."""
    return appoint(db, actor, programme_id, name, email, Role.COORDINATOR, now)


def entry_of(db: Db, name: str, email: str, now: datetime) -> PersonRow:
    """The entry of somebody with this address, a new one if there is none. Raises ``Rejected`` for what is no
    address, and for a name that is too long for one."""
    address = email.strip().lower()
    if not is_address(address):
        raise Rejected(say("“%(text)s” is not an e-mail address.", text=shortened(email)))
    if len(name.strip()) > LONGEST_NAME:
        raise Rejected(say("Shorten the name to %(most)s characters.", most=LONGEST_NAME))
    person = db.scalar(select(PersonRow).where(PersonRow.email == address))
    if person is None:
        person = PersonRow(name=" ".join(name.split()) or address, email=address, created_at=now)
        db.add(person)
        db.flush()
    return person


def must_not_be_both(db: Db, programme_id: int, person: PersonRow, role: Role, *more: int) -> None:
    """Raise :class:`NotPossible` where somebody who is to have one office has the other, or may be who has, under
    another name or address. ``more`` are people who are about to have the other one."""
    other = next(office for office in OFFICES if office is not role)
    in_office = [office for office in list_offices(db, programme_id) if office.role is other]
    if db.get(RoleRow, (programme_id, person.id, Role.DIRECTOR.value)) is not None:
        raise NotPossible(
            say("They are the director of this programme, who reads nothing about anyone in it."),
            what_to_do=say("Choose someone else, or let them step down as director first."),
        )
    if person.id in {*more, *(office.person_id for office in in_office)}:
        raise _cannot_be_both(say("The oversight contact can’t also be a coordinator of the programme."))
    if find_alike(db, person, {*more, *(office.person_id for office in in_office)}) is not None:
        raise _cannot_be_both(
            say("This looks like someone who is already a coordinator or an oversight contact under another entry.")
        )


def _cannot_be_both(message: str) -> NotPossible:
    return NotPossible(
        message,
        what_to_do=say("Choose someone else: people must be able to speak to someone who does not run the programme."),
    )


def contacts_of(db: Db, programme_id: int) -> tuple[PersonRow, ...]:
    """The oversight contacts, by name; never who coordinates the programme."""
    coordinates = aliased(RoleRow)
    rows = (
        select(PersonRow)
        .join(RoleRow, RoleRow.person_id == PersonRow.id)
        .outerjoin(
            coordinates,
            and_(
                coordinates.person_id == RoleRow.person_id,
                coordinates.programme_id == RoleRow.programme_id,
                coordinates.role == Role.COORDINATOR,
            ),
        )
        .where(RoleRow.programme_id == programme_id, RoleRow.role == Role.OVERSIGHT, coordinates.person_id.is_(None))
        .order_by(PersonRow.name, PersonRow.id)
    )
    return tuple(db.scalars(rows))
