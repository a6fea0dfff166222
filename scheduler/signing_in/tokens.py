"""Tokens with which programs act for somebody: of limited scope and life, listed and ended by their owner.

A token may do what its owner may, within its scope, and never more: every service checks the owner's roles again. Its
secret is shown once; only a digest of it is kept.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from scheduler.audit.service import record, record_each
from scheduler.db import Database, Db
from scheduler.errors import Fault, NotFound, NotPossible, Rejected
from scheduler.languages import say
from scheduler.mail.notes import write_to
from scheduler.mail.service import SERVICE_URL
from scheduler.people.model import Actor, Role
from scheduler.people.tables import PersonRow, RoleRow
from scheduler.signing_in.digests import digest
from scheduler.signing_in.logins import SEEN_EVERY
from scheduler.signing_in.tables import SCOPES, ApiTokenRow

PREFIX: Final = "rounds_"
"""Begins every token, so that scanners of published code know one when they see it."""
USUAL_DAYS: Final = 90
MOST_DAYS: Final = 366
MOST_TOKENS: Final = 20
"""So many tokens of one person hold at a time."""
LONGEST_NAME: Final = 60
PAGE: Final = "/account#tokens"
"""Where their owner sees them."""
DESKS: Final = (Role.COORDINATOR, Role.DIRECTOR)
"""Who may have tokens: those whose pages are about a programme rather than about themselves."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token as its owner sees it."""

    id: int
    name: str
    scope: str
    created_at: datetime
    ends_at: datetime
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Made:
    """A new token: its ``secret``, which nobody can find again, and until when it holds."""

    secret: str
    ends_at: datetime


def may_have_tokens(actor: Actor) -> bool:
    """Whether somebody coordinates or directs a programme."""
    return actor.is_anywhere(*DESKS)


def list_tokens(db: Db, actor: Actor, now: datetime) -> tuple[Token, ...]:
    """The actor's tokens that hold, the newest first."""
    rows = db.scalars(
        select(ApiTokenRow)
        .where(ApiTokenRow.person_id == actor.person_id, ApiTokenRow.ends_at > now)
        .order_by(ApiTokenRow.id.desc())
    )
    return tuple(Token(row.id, row.name, row.scope, row.created_at, row.ends_at, row.seen_at) for row in rows)


def make_token(db: Db, actor: Actor, name: str, scope: str, days: int, now: datetime) -> Made:
    """Make a token for the actor. Raises ``Rejected`` with every fault; ``NotFound`` to who has no desk."""
    if not may_have_tokens(actor):
        raise NotFound(say("You don’t have access to this page."))
    actor.must_be_confirmed()
    assert actor.person_id is not None
    return _make(db, actor, actor.person_id, name, scope, days, now)


def make_token_for(db: Db, operator: Actor, email: str, name: str, scope: str, days: int, now: datetime) -> Made:
    """The same on the machine itself, for whoever has this address. Raises ``NotFound`` for nobody with a desk."""
    assert operator.trusted, "only whoever runs the service makes tokens for others"
    address = email.strip().lower()
    has_desk = select(RoleRow.person_id).where(RoleRow.role.in_(DESKS))
    found = db.scalar(select(PersonRow.id).where(PersonRow.email == address, PersonRow.id.in_(has_desk)))
    if found is None:
        raise NotFound(
            f"Nobody who coordinates or directs a programme has the e-mail address {email}.",
            what_to_do="Appoint them first: rounds programme coordinator SLUG EMAIL NAME",
        )
    return _make(db, operator, found, name, scope, days, now)


def _make(db: Db, actor: Actor, person_id: int, name: str, scope: str, days: int, now: datetime) -> Made:
    called = " ".join(name.split())
    if faults := tuple(_faults(called, scope, days)):
        raise Rejected(say("The token was not made."), faults)
    holds = (ApiTokenRow.person_id == person_id, ApiTokenRow.ends_at > now)
    if (db.scalar(select(func.count()).select_from(ApiTokenRow).where(*holds)) or 0) >= MOST_TOKENS:
        raise NotPossible(
            say("You already have %(most)s tokens, the most there can be.", most=MOST_TOKENS),
            what_to_do=say("Revoke one that is no longer used."),
        )
    made = Made(PREFIX + secrets.token_urlsafe(32), now + timedelta(days=days))
    row = ApiTokenRow(
        digest=digest(made.secret), person_id=person_id, name=called, scope=scope, created_at=now, ends_at=made.ends_at
    )
    db.add(row)
    db.flush()
    record(db, actor, "token.made", now, None, token=row.id, person=person_id, what=scope, days=days)
    _tell_owner(db, person_id, now)
    return made


def _tell_owner(db: Db, person_id: int, now: datetime) -> None:
    """Whoever did not make it themselves learns that there is one."""
    write_to(
        db,
        (db.get_one(PersonRow, person_id),),
        lambda: say("A token for a program was made"),
        lambda: say(
            "A program with this token can do what you may do here. If you didn’t want it, sign out on every device: "
            "that ends every token, too. See your tokens here:"
        ),
        f"{SERVICE_URL}{PAGE}",
        now,
        urgent=True,
    )


def end_all_tokens(db: Db, actor: Actor, now: datetime) -> int:
    """End every token of the actor's; returns how many."""
    own = ApiTokenRow.person_id == actor.person_id
    ended = db.scalars(delete(ApiTokenRow).where(own).returning(ApiTokenRow.id)).all()
    record_each(db, actor, "token.revoked", now, None, ({"token": each} for each in ended))
    return len(ended)


def _faults(name: str, scope: str, days: int) -> list[Fault]:
    found = []
    if not name or len(name) > LONGEST_NAME:
        text = say("Say in up to %(most)s characters what it is for.", most=LONGEST_NAME)
        found.append(Fault("name", text))
    if scope not in SCOPES:
        found.append(Fault("scope", say("Choose one of these: %(known)s.", known=", ".join(SCOPES))))
    if not 1 <= days <= MOST_DAYS:
        found.append(Fault("days", say("Enter a number from %(least)s to %(most)s.", least=1, most=MOST_DAYS)))
    return found


def end_older_tokens(db: Db, person_id: int, name: str, kept: int) -> None:
    """End somebody's tokens of this name but for the newest few."""
    own = (ApiTokenRow.person_id == person_id, ApiTokenRow.name == name)
    newest = select(ApiTokenRow.id).where(*own).order_by(ApiTokenRow.id.desc()).limit(kept)
    db.execute(delete(ApiTokenRow).where(*own, ApiTokenRow.id.not_in(db.scalars(newest).all())))


def revoke_token(db: Db, actor: Actor, token_id: int, now: datetime) -> None:
    """End a token of the actor's. Raises ``NotFound`` for any other."""
    own = (ApiTokenRow.id == token_id, ApiTokenRow.person_id == actor.person_id)
    if db.scalar(delete(ApiTokenRow).where(*own).returning(ApiTokenRow.id)) is None:
        raise NotFound(say("We can’t find that token."))
    record(db, actor, "token.revoked", now, None, token=token_id)


@dataclass(frozen=True, slots=True)
class InUse:
    """A token that holds: its number and scope, and whether it is time to note that it was used."""

    id: int
    scope: str
    is_to_be_noted: bool

    def covers(self, wanted: str) -> bool:
        """Whether it may do what one of the ``wanted`` scope may."""
        return SCOPES.index(self.scope) >= SCOPES.index(wanted)


def find_in_use(db: Db, secret: str, now: datetime) -> InUse | None:
    """The token of this secret; None where there is none or it has ended."""
    valid = (ApiTokenRow.digest == digest(secret), ApiTokenRow.ends_at > now)
    row = db.execute(select(ApiTokenRow.id, ApiTokenRow.scope, ApiTokenRow.seen_at).where(*valid)).first()
    if row is None:
        return None
    return InUse(row.id, row.scope, row.seen_at is None or row.seen_at <= now - SEEN_EVERY)


def note_seen(database: Database, token_id: int, now: datetime) -> None:
    """Note that this token was used just now, if that can be done at once, as of logins."""
    with suppress(DBAPIError, PoolTimeoutError), database.writing(at_once=True) as db:
        db.execute(update(ApiTokenRow).where(ApiTokenRow.id == token_id).values(seen_at=now))


def note_change(db: Db, actor: Actor, token_id: int, what: str, programme_id: int | None, now: datetime) -> None:
    """Have the audit trail say, beside what was done, that it was done by a program; ``what`` is the operation."""
    record(db, actor, "api.changed", now, programme_id, token=token_id, what=what)
