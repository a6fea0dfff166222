"""Whether two entries may be one person: by their names and mailboxes, former ones too.

An oversight contact is never a coordinator, under whatever address. Nobody can tell that for certain from names and
addresses, so this errs towards saying yes: two people of one name do not hold both offices of a programme.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from scheduler.db import Db
from scheduler.people.identities import mailbox_digests, names_are_alike
from scheduler.people.tables import PersonRow


def are_alike(one: PersonRow, other: PersonRow) -> bool:
    """Whether two entries may be one person."""
    if one.id == other.id:
        return True
    names = ((mine, theirs) for mine in (one.name, *one.former_names) for theirs in (other.name, *other.former_names))
    return any(names_are_alike(*pair) for pair in names) or bool(_mailboxes(one) & _mailboxes(other))


def _mailboxes(person: PersonRow) -> frozenset[str]:
    return mailbox_digests(person.email) | frozenset(person.former_mailboxes or ())


def find_alike(db: Db, person: PersonRow, others: Collection[int]) -> PersonRow | None:
    """The first of these people, by id, who may be the same person."""
    found = db.scalars(select(PersonRow).where(PersonRow.id.in_(others)).order_by(PersonRow.id)).all()
    return next((each for each in found if are_alike(person, each)), None)
