"""Oversight contacts for the tests of a term."""

from __future__ import annotations

from sqlalchemy import select

from scheduler import clock
from scheduler.people.model import Actor, Role
from scheduler.people.roles import appoint
from scheduler.people.tables import PersonRow
from tests.builders import actor
from tests.scheduler.sessions.term import Term


def overseer(term: Term, name: str = "Olga Watch", email: str = "olga@example.org") -> Actor:
    """An oversight contact of the term."""
    with term.database.writing() as db:
        appoint(db, term.coordinator(), term.programme_id, name, email, Role.OVERSIGHT, clock.now())
        person_id = db.scalars(select(PersonRow.id).where(PersonRow.email == email)).one()
    return actor(person_id, term.programme_id, Role.OVERSIGHT)


def two(term: Term) -> tuple[Actor, Actor]:
    """Two of them."""
    return overseer(term), overseer(term, "Piet Guard", "piet@example.org")
