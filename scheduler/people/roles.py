"""Who has which part in a programme beside residents and faculty: coordinators, and the oversight contact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from scheduler.audit.service import record
from scheduler.changes import Fact, note
from scheduler.db import Db
from scheduler.errors import NotPossible, Rejected
from scheduler.languages import say
from scheduler.people.model import Actor, Role, is_address
from scheduler.people.tables import PersonRow, RoleRow

OFFICES = (Role.COORDINATOR, Role.OVERSIGHT)
"""Nobody has both in one programme: whoever is told of concerns must not be who runs it."""


@dataclass(frozen=True, slots=True)
class Office:
    """Somebody who looks after a programme."""

    person_id: int
    name: str
    email: str
    role: Role


def list_offices(db: Db, programme_id: int) -> tuple[Office, ...]:
    """The coordinators and oversight contacts of a programme. Their names and addresses are for all of its people."""
    rows = db.execute(
        select(PersonRow.id, PersonRow.name, PersonRow.email, RoleRow.role)
        .join(RoleRow, RoleRow.person_id == PersonRow.id)
        .where(RoleRow.programme_id == programme_id, RoleRow.role.in_(OFFICES))
        .order_by(RoleRow.role, PersonRow.name)
    )
    return tuple(Office(person_id, name, email, role) for person_id, name, email, role in rows)


def appoint(db: Db, actor: Actor, programme_id: int, name: str, email: str, role: Role, now: datetime) -> int:
    """Give somebody an office in a programme, known or not by then; returns their id.

    Raises :class:`NotPossible` for whoever has the other office there.
    """
    actor.must_have(programme_id, Role.COORDINATOR)
    person = _person(db, name, email, now)
    _must_not_be_both(db, programme_id, person.id, role)
    if db.get(RoleRow, (programme_id, person.id, role.value)) is None:
        db.add(RoleRow(programme_id=programme_id, person_id=person.id, role=role.value))
        note(db, Fact.PEOPLE, programme_id, now, (person.id,))
        record(db, actor, f"{role.value}.added", now, programme_id, person=person.id)
    return person.id


def add_coordinator(db: Db, actor: Actor, programme_id: int, name: str, email: str, now: datetime) -> int:
    """Give somebody the coordinator's role in a programme; returns their id."""
    return appoint(db, actor, programme_id, name, email, Role.COORDINATOR, now)


def dismiss(db: Db, actor: Actor, programme_id: int, person_id: int, role: Role, now: datetime) -> None:
    """Take an office from somebody. The last coordinator stays: somebody has to run the programme."""
    actor.must_have(programme_id, Role.COORDINATOR)
    in_office = [office for office in list_offices(db, programme_id) if office.role is role]
    if role is Role.COORDINATOR and len(in_office) < 2:
        raise NotPossible(say("A programme needs a coordinator."), what_to_do=say("Appoint someone else first."))
    row = db.get(RoleRow, (programme_id, person_id, role.value)) if role in OFFICES else None
    if row is not None:
        db.delete(row)
        note(db, Fact.PEOPLE, programme_id, now, (person_id,))
        record(db, actor, f"{role.value}.dismissed", now, programme_id, person=person_id)


def _person(db: Db, name: str, email: str, now: datetime) -> PersonRow:
    address = email.strip().lower()
    if not is_address(address):
        raise Rejected(say("“%(text)s” is not an e-mail address.", text=email))
    person = db.scalar(select(PersonRow).where(PersonRow.email == address))
    if person is None:
        person = PersonRow(name=" ".join(name.split()) or address, email=address, created_at=now)
        db.add(person)
        db.flush()
    return person


def _must_not_be_both(db: Db, programme_id: int, person_id: int, role: Role) -> None:
    other = next(office for office in OFFICES if office is not role)
    if db.get(RoleRow, (programme_id, person_id, other.value)) is not None:
        raise NotPossible(
            say("The oversight contact can’t also be a coordinator of the programme."),
            what_to_do=say(
                "Choose someone else: people must be able to speak to someone who does not run the programme."
            ),
        )
