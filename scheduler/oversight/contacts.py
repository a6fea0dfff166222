"""Who can be told of a concern: the oversight contacts of a programme, and whom of them a teller may choose."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from scheduler.db import Db
from scheduler.errors import NotAllowed
from scheduler.languages import say
from scheduler.oversight.model import Contact
from scheduler.people.model import Actor, RelationKind, Role
from scheduler.people.roles import contacts_of
from scheduler.people.tables import PersonRow, RelationRow
from scheduler.plans.membership import rosters
from scheduler.plans.model import MemberRole
from scheduler.text_input import folded

_OVER: tuple[RelationKind, ...] = (
    RelationKind.SUPERVISES,
    RelationKind.ASSESSES,
    RelationKind.LINE_MANAGES,
    RelationKind.PANEL,
)
"""What makes somebody another’s superior: to them nobody tells what went wrong."""


def must_oversee(actor: Actor, programme_id: int) -> None:
    """By role alone: not even the product's own operator, who may do everything else, reads concerns; nor does anybody
    who coordinates the programme."""
    has = {role for one, role in actor.roles if one == programme_id}
    if Role.OVERSIGHT not in has or Role.COORDINATOR in has:
        raise NotAllowed(say("You don’t have access to this page."))


def contacts_for(db: Db, actor: Actor | None, programme_id: int) -> tuple[Contact, ...]:
    """The contacts among whom somebody chooses: for who is signed in, none who facilitates a group of theirs, who
    supervises, assesses or manages them or sits on their panel, nor themselves. Of a stranger nothing is known: they
    see all."""
    found = contacts_of(db, programme_id)
    out = _too_near(db, actor.person_id, programme_id) if actor and actor.person_id is not None else frozenset()
    return tuple(Contact(person.id, person.name) for person in found if person.id not in out)


def _too_near(db: Db, person_id: int, programme_id: int) -> frozenset[int]:
    superiors = select(RelationRow.person_id).where(
        RelationRow.programme_id == programme_id, RelationRow.about_id == person_id, RelationRow.kind.in_(_OVER)
    )
    leading = {
        who
        for roster in rosters(db, programme_id).values()
        if person_id in roster
        for who, role in roster.items()
        if role == MemberRole.FACILITATOR
    }
    return frozenset({person_id, *leading, *db.scalars(superiors)})


def is_named_in(contact: PersonRow, *texts: str) -> bool:
    """Whether a text names somebody by first and last name: then it is about them, for all that is known."""
    name = folded(contact.name).split()
    outer = {name[0], name[-1]} if name else set()
    return any(outer and outer <= set(folded(text).split()) for text in texts)


def facilitators_beside(db: Db, actor: Actor | None, programme_id: int) -> tuple[Contact, ...]:
    """Who facilitates a group that the actor is in: about whom they may say that it is."""
    if actor is None or actor.person_id is None:
        return ()
    ids = {
        who
        for roster in rosters(db, programme_id).values()
        if actor.person_id in roster
        for who, role in roster.items()
        if role == MemberRole.FACILITATOR and who != actor.person_id
    }
    people = select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(ids)).order_by(PersonRow.name)
    return tuple(Contact(person_id, name) for person_id, name in db.execute(people))


def smallest_group(db: Db, actor: Actor | None, programme_id: int) -> int | None:
    """How many people the smallest group has that the actor is in; None where they are in none, or not signed in."""
    if actor is None:
        return None
    sizes = [len(roster) for roster in rosters(db, programme_id).values() if actor.person_id in roster]
    return min(sizes, default=None)


def readers_of(people: Collection[int], programme_id: int, db: Db) -> tuple[PersonRow, ...]:
    """Those of these people who are contacts still."""
    return tuple(person for person in contacts_of(db, programme_id) if person.id in people)
