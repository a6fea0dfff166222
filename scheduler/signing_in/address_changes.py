"""Another address given to somebody by another: until it is known to be right, what is theirs alone is sealed.

Whoever reads the mail of the new address signs in as them. So the former address gets a link that says the change was
right, or that it was not, and until then, for :data:`SEALED_FOR` at most, services open nothing that is private
(:meth:`scheduler.people.model.Actor.must_be_confirmed`). A browser in which they were signed in before the change
confirms it by the login that it still keeps. Each change stands by itself: one that follows never opens another.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ScalarSelect, bindparam, delete, exists, func, or_, select, update

from scheduler.audit.service import record
from scheduler.db import Db
from scheduler.errors import NotFound
from scheduler.languages import say
from scheduler.mail.notes import write_to
from scheduler.mail.service import SERVICE_URL
from scheduler.people.model import Actor
from scheduler.people.roles import contacts_of
from scheduler.people.tables import PersonRow
from scheduler.signing_in.digests import digest
from scheduler.signing_in.tables import (
    AddressChangeRow,
    ApiTokenRow,
    IdentityRow,
    LoginRow,
    PasskeyRow,
    SignInLinkRow,
)

SEALED_FOR: Final = timedelta(days=14)
DISPUTED_FOR: Final = timedelta(days=365)
"""How long it stays sealed where the former address cannot be put back, as somebody else has it by now."""
KEPT: Final = timedelta(days=90)
"""How long a change that is over is kept, for its link to say so."""
PATH: Final = "/mail/address/"


@dataclass(frozen=True, slots=True)
class AddressChange:
    """A change that waits for an answer: the address of before and the one that is used now."""

    former: str
    address: str
    until: datetime


def seal(db: Db, person: PersonRow, former: str, programme_id: int, now: datetime, *, has_answered: bool) -> str:
    """Seal what is theirs alone, and return the link for the former address; empty where nobody ever signed in or
    answered under it, and so there is nothing to seal. Before their logins are ended."""
    if not has_answered and not _has_signed_in(db, person.id):
        return ""
    secret = secrets.token_urlsafe(32)
    devices = db.scalars(select(LoginRow.digest).where(LoginRow.person_id == person.id)).all()
    db.add(
        AddressChangeRow(
            digest=digest(secret), person_id=person.id, programme_id=programme_id, former=former,
            devices=list(devices), changed_at=now, ends_at=now + SEALED_FOR,
        )
    )  # fmt: skip
    return f"{SERVICE_URL}{PATH}{secret}"


def sealed_until() -> ScalarSelect[datetime]:
    """Of a query of people, which is told ``now``: until when the last of somebody's changes seals."""
    open_ones = (AddressChangeRow.person_id == PersonRow.id, AddressChangeRow.ends_at > bindparam("now"))
    return select(func.max(AddressChangeRow.ends_at)).where(*open_ones).correlate(PersonRow).scalar_subquery()


def sealed_people(db: Db, people: Collection[int], now: datetime) -> frozenset[int]:
    """Those of these people for whom what is theirs alone is sealed: no letter about it goes to the address that they
    were given."""
    open_ones = (AddressChangeRow.person_id.in_(people), AddressChangeRow.ends_at > now)
    return frozenset(db.scalars(select(AddressChangeRow.person_id).where(*open_ones)))


def get_change(db: Db, secret: str, now: datetime) -> AddressChange:
    """The change behind a link. Raises NotFound once it is answered or over."""
    row, person = _open(db, secret, now)
    return AddressChange(row.former, person.email, row.ends_at)


def confirm(db: Db, secret: str, now: datetime) -> None:
    """It was right: nothing is sealed by it any more."""
    row, person = _open(db, secret, now)
    row.ends_at = now
    record(db, Actor(person.id, person.name), "person.address_confirmed", now, row.programme_id, person=person.id)


def confirm_by_device(db: Db, former_login: str, login: str, now: datetime) -> None:
    """Whoever has just signed in does so in a browser that still keeps a login of before: they are who they were."""
    person_id = db.scalar(select(LoginRow.person_id).where(LoginRow.digest == digest(login)))
    mine = (AddressChangeRow.person_id == person_id, AddressChangeRow.ends_at > now)
    for row in db.scalars(select(AddressChangeRow).where(*mine)):
        if digest(former_login) in row.devices:
            row.ends_at = now


def take_back(db: Db, secret: str, now: datetime) -> bool:
    """It was not theirs: the former address is theirs again, everybody who is signed in is signed out, and the
    oversight contacts are told. False where somebody else has that address by now: then all stays sealed."""
    row, person = _open(db, secret, now)
    taken = exists().where(PersonRow.email == row.former, PersonRow.id != person.id)
    is_free = not db.scalar(select(taken))
    for table in (LoginRow, SignInLinkRow, PasskeyRow, ApiTokenRow, IdentityRow):
        db.execute(delete(table).where(table.person_id == person.id))
    if is_free:
        person.email = row.former
        since = (AddressChangeRow.person_id == person.id, AddressChangeRow.changed_at >= row.changed_at)
        db.execute(update(AddressChangeRow).where(*since).values(ends_at=now))
    else:
        row.ends_at = now + DISPUTED_FOR
    record(db, Actor(person.id, person.name), "person.address_put_back", now, row.programme_id, person=person.id)
    if row.programme_id is not None:
        _tell_contacts(db, row.programme_id, now)
    db.flush()
    return is_free


def lift(db: Db, person_id: int, now: datetime) -> None:
    """End whatever seals: the operator has set an address right."""
    still = (AddressChangeRow.person_id == person_id, AddressChangeRow.ends_at > now)
    db.execute(update(AddressChangeRow).where(*still).values(ends_at=now))


def _has_signed_in(db: Db, person_id: int) -> bool:
    """Whether somebody ever did, which makes their language known."""
    signs = (LoginRow.person_id, IdentityRow.person_id, AddressChangeRow.person_id)
    spoken = exists().where(PersonRow.id == person_id, PersonRow.language_known)
    return bool(db.scalar(select(or_(spoken, *(exists().where(sign == person_id) for sign in signs)))))


def _open(db: Db, secret: str, now: datetime) -> tuple[AddressChangeRow, PersonRow]:
    row = db.scalar(
        select(AddressChangeRow).where(AddressChangeRow.digest == digest(secret), AddressChangeRow.ends_at > now)
    )
    if row is None:
        raise NotFound(say("This link is not one of ours, or no longer works."))
    return row, db.get_one(PersonRow, row.person_id)


def _tell_contacts(db: Db, programme_id: int, now: datetime) -> None:
    write_to(
        db,
        contacts_of(db, programme_id),
        lambda: say("Someone’s e-mail address was changed without their wish"),
        lambda: say(
            "Someone in your programme says that the change of their e-mail address was not theirs. Everyone "
            "signed in as them has been signed out. The record says who changed it."
        ),
        f"{SERVICE_URL}/oversight/{programme_id}",
        now,
        urgent=True,
    )
