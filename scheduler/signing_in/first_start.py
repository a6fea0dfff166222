"""The first start of an installation: while nobody runs a programme on it, a link that is shown where the product was
started, and nowhere else, lets one person in, who may then begin the first programme.

As of every link only the digest of its secret is kept; it works once, and a new start makes a new one.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, exists, select, update

from scheduler.audit.service import record
from scheduler.db import Db
from scheduler.errors import Fault, NotFound, Rejected
from scheduler.languages import say
from scheduler.people.model import Actor, Role, is_address
from scheduler.people.tables import PersonRow, RoleRow
from scheduler.signing_in.links import digest, start_login
from scheduler.signing_in.tables import FirstStartRow

LASTS: Final = timedelta(hours=24)
LONGEST_NAME: Final = 120


def is_begun(db: Db) -> bool:
    """Whether somebody runs a programme here; then no first start is possible any more."""
    return bool(db.scalar(select(_somebody_coordinates())))


def renew_link(db: Db, now: datetime, unless_younger: timedelta = timedelta()) -> str | None:
    """A new secret in place of the one before; None once somebody runs a programme.

    None, too, where the last one is ``unless_younger`` than this: of processes that start together one shows it.
    """
    if is_begun(db):
        return None
    newest = db.scalar(select(FirstStartRow.created_at).where(FirstStartRow.used_at.is_(None)))
    if newest is not None and newest > now - unless_younger:
        return None
    db.execute(delete(FirstStartRow).where(FirstStartRow.used_at.is_(None)))
    secret = secrets.token_urlsafe(32)
    db.add(FirstStartRow(digest=digest(secret), created_at=now, ends_at=now + LASTS))
    return secret


def is_usable(db: Db, secret: str, now: datetime) -> bool:
    """Whether the link would let somebody in now."""
    row = db.get(FirstStartRow, digest(secret))
    return row is not None and row.used_at is None and row.ends_at > now and not is_begun(db)


def use_link(db: Db, secret: str, name: str, email: str, device: str, now: datetime) -> str:
    """Let the person of this name and address in: the secret of their login. The link is used up by it.

    Raises ``Rejected`` with the fields at fault, ``NotFound`` for a link that is over, and then changes nothing.
    """
    name, address = " ".join(name.split()), email.strip().lower()
    if faults := _faults(name, address):
        raise Rejected(say("Please check the fields marked below."), faults)
    if not is_usable(db, secret, now) or not _use_up(db, secret, now):
        raise NotFound(say("This link has expired or been used."))
    person = db.scalar(select(PersonRow).where(PersonRow.email == address))
    if person is None:
        person = PersonRow(name=name, email=address, created_at=now)
        db.add(person)
        db.flush()
    db.execute(update(FirstStartRow).where(FirstStartRow.digest == digest(secret)).values(person_id=person.id))
    record(db, Actor(person.id, name), "installation.begun", now, None)
    return start_login(db, person.id, device, now)


def _faults(name: str, address: str) -> tuple[Fault, ...]:
    found = []
    if not name:
        found.append(Fault("name", say("Enter your name.")))
    elif len(name) > LONGEST_NAME:
        found.append(Fault("name", say("Shorten the name to %(most)s characters.", most=LONGEST_NAME)))
    if not is_address(address):
        found.append(Fault("email", say("Enter an e-mail address, such as ada.quill@hospital.example.")))
    return tuple(found)


def _use_up(db: Db, secret: str, now: datetime) -> bool:
    """Mark the link as used; False if somebody else was quicker."""
    unused = update(FirstStartRow).where(FirstStartRow.digest == digest(secret), FirstStartRow.used_at.is_(None))
    return db.scalar(unused.values(used_at=now).returning(FirstStartRow.digest)) is not None


def _somebody_coordinates() -> ColumnElement[bool]:
    return exists().where(RoleRow.role == Role.COORDINATOR)
