"""The office of directors: who answers for a programme. They read its evidence and nothing about anybody in it.

So nobody is a director who has another part in the same programme: neither who runs it, nor who hears its concerns, nor
who is in a group of it. Whoever comes to another part later reads no evidence as long as they have it: the two are
looked at each time something is read.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from scheduler.db import Db
from scheduler.errors import NotAllowed, NotPossible
from scheduler.languages import mark, say
from scheduler.offices.model import Asking, OfficeRules
from scheduler.offices.service import dismiss, list_invited, withdraw_invitation
from scheduler.people.likeness import find_alike
from scheduler.people.model import Actor, Role
from scheduler.people.roles import list_offices
from scheduler.people.tables import PersonRow, RoleRow


@dataclass(frozen=True, slots=True)
class Director:
    """A director of a programme, or who has been asked to be one and has not ``accepted`` yet."""

    person_id: int
    name: str
    email: str
    accepted: bool


def must_direct(actor: Actor, programme_id: int) -> None:
    """Raise NotAllowed to everybody but a director without any other part in the programme, and the operator."""
    if not actor.trusted and not is_director_only(actor, programme_id):
        raise NotAllowed(say("You don’t have access to this page."))


def is_director_only(actor: Actor, programme_id: int) -> bool:
    """Whether somebody is a director of a programme and nothing else in it."""
    return {role for one, role in actor.roles if one == programme_id} == {Role.DIRECTOR}


def list_directors(db: Db, actor: Actor, programme_id: int, now: datetime) -> tuple[Director, ...]:
    """Who is a director, and who has been asked and can still accept, by name."""
    waiting = list_invited(db, DIRECTOR, actor, programme_id, now)
    directing = list_offices(db, programme_id, (Role.DIRECTOR,))
    found = [
        *(Director(one.person_id, one.name, one.email, accepted=True) for one in directing),
        *(Director(one.person_id, one.name, one.email, accepted=False) for one in waiting),
    ]
    return tuple(sorted(found, key=lambda each: (each.name, each.person_id)))


def dismiss_director(db: Db, actor: Actor, programme_id: int, person_id: int, now: datetime) -> bool:
    """Let somebody be a director no more, or ask them no longer; returns whether they were one. Raises NotFound for who
    is neither."""
    was_one = dismiss(db, DIRECTOR, actor, programme_id, person_id, now)
    if not was_one:
        withdraw_invitation(db, DIRECTOR, actor, programme_id, person_id, now)
    return was_one


def _must_have_no_part(db: Db, programme_id: int, person: PersonRow, more: Collection[int]) -> None:
    """Raise NotPossible for who has another part in the programme, or may be who runs it or hears its concerns, under
    another name or address. ``more`` are people who run it whatever is on record."""
    others = (RoleRow.programme_id == programme_id, RoleRow.role != Role.DIRECTOR)
    has_part = select(RoleRow.person_id).where(*others, RoleRow.person_id == person.id)
    if person.id in more or db.scalar(has_part.limit(1)) is not None:
        raise _has_part(say("They already have a part in this programme."))
    in_office = {*more, *(office.person_id for office in list_offices(db, programme_id))}
    if find_alike(db, person, in_office) is not None:
        raise _has_part(
            say("This looks like someone who is already a coordinator or an oversight contact under another entry.")
        )


def _has_part(message: str) -> NotPossible:
    return NotPossible(
        message,
        what_to_do=say("Choose someone else: a director reads figures, and nothing about anyone in the programme."),
    )


DIRECTOR: Final = OfficeRules(
    Role.DIRECTOR,
    none=mark("You’re not the director of that programme."),
    asking=Asking(
        "/director/asked",
        subject=mark("%(programme)s: would you be its director?"),
        text=mark(
            "%(name)s would like you to be the director of %(programme)s. You would read how the programme is "
            "doing, in figures about all of it; about no one in it would you read anything."
        ),
        declaration=mark("Please confirm that you have no other part in this programme."),
        must_be_free=_must_have_no_part,
    ),
)
