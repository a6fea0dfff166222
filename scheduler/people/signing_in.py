"""Ways in: links that sign a person in, and the browsers that are signed in.

Secrets have 256 bits and only their SHA-256 digest is kept, so a copy of the database lets nobody in.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, select, update
from sqlalchemy.orm import Session

from scheduler.errors import NotFound
from scheduler.languages import say, speaking
from scheduler.mail.service import put_in_outbox
from scheduler.people.model import Actor, Role
from scheduler.people.tables import LoginRow, ParticipantRow, PersonRow, RoleRow, SignInLinkRow

LINK_MINUTES = 15
LOGIN_DAYS = 30
FORGOTTEN_AFTER = timedelta(days=90)
"""How long a link that is over can still be exchanged for a new one, which goes to its owner's mailbox."""


@dataclass(frozen=True, slots=True)
class LinkOwner:
    """Whom a link would sign in. A link that ``stays`` may do so at once; others ask for one more tap,
    since mail scanners open every link."""

    name: str
    stays: bool


def digest(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def request_link(db: Session, email: str, base_url: str, now: datetime) -> None:
    """Send a sign-in link if the address is known; do nothing, and tell nothing, if it is not."""
    person = db.scalar(select(PersonRow).where(PersonRow.email == email.strip().lower()))
    if person is not None:
        _send_link(db, person, base_url, now)
    else:
        _take_as_long(db, base_url, now)


def find_address(db: Session, secret: str) -> str:
    """The address that a link was sent to, however long it is used or over: for counting; empty for a made-up one."""
    found = db.scalar(
        select(PersonRow.email)
        .join(SignInLinkRow, SignInLinkRow.person_id == PersonRow.id)
        .where(SignInLinkRow.digest == digest(secret))
    )
    return found or ""


def _take_as_long(db: Session, base_url: str, now: datetime) -> None:
    """Do about what is done for somebody, and undo it: whoever takes the time must not learn who is known."""
    pretence = db.begin_nested()
    _forget_old_links(db, now)
    put_in_outbox(db, "", *_letter("", f"{base_url}/sign-in/{secrets.token_urlsafe(32)}"), now, over_at=now)
    db.flush()
    pretence.rollback()


def _send_link(db: Session, person: PersonRow, base_url: str, now: datetime) -> None:
    _forget_old_links(db, now)
    secret = make_link(db, person.id, now)
    with speaking(person.language):
        subject, text = _letter(person.name, f"{base_url}/sign-in/{secret}")
    put_in_outbox(db, person.email, subject, text, now, over_at=now + timedelta(minutes=LINK_MINUTES))


def _forget_old_links(db: Session, now: datetime) -> None:
    db.execute(delete(SignInLinkRow).where(SignInLinkRow.ends_at < now - FORGOTTEN_AFTER))


def _letter(name: str, link: str) -> tuple[str, str]:
    """Subject and text, in the language spoken now."""
    paragraphs = (
        say("Hello %(name)s,", name=name),
        say("this link signs you in to Mentor Rounds. It works once, for %(time)s minutes:", time=LINK_MINUTES),
        link,
        say("You did not ask for it? Then leave it be: nobody is signed in without it."),
    )
    return say("Your link to Mentor Rounds"), "\n\n".join(paragraphs) + "\n"


def make_link(
    db: Session, person_id: int, now: datetime, *, stays: timedelta | None = None, lasts: timedelta | None = None
) -> str:
    """A new link's secret for a person. It works once, within a quarter of an hour or what it ``lasts``; with ``stays``
    it works again and again for that long."""
    secret = secrets.token_urlsafe(32)
    ends_at = now + (stays or lasts or timedelta(minutes=LINK_MINUTES))
    db.add(
        SignInLinkRow(
            digest=digest(secret), person_id=person_id, created_at=now, ends_at=ends_at, stays=stays is not None
        )
    )
    return secret


def find_link_owner(db: Session, secret: str, now: datetime) -> LinkOwner | None:
    """Whom the link would sign in, or None where it is unknown, used or over."""
    link = _usable_link(db, secret, now)
    if link is None:
        return None
    name = db.scalars(select(PersonRow.name).where(PersonRow.id == link.person_id)).one()
    return LinkOwner(name=name, stays=link.stays)


def use_link(db: Session, secret: str, device: str, now: datetime) -> str:
    """Sign in by a link: the secret of the new login. A link that does not stay is used up by it."""
    link = _usable_link(db, secret, now)
    if link is None or not _use_up(db, link, now):
        raise NotFound(say("This link is used or over."), what_to_do=say("Ask for a new one: it takes a minute."))
    return start_login(db, link.person_id, device, now)


def start_login(db: Session, person_id: int, device: str, now: datetime) -> str:
    """Sign somebody in who has shown who they are: the secret of the new login."""
    login = secrets.token_urlsafe(32)
    db.add(LoginRow(digest=digest(login), person_id=person_id, created_at=now, seen_at=now, device=device[:200]))
    return login


def _usable_link(db: Session, secret: str, now: datetime) -> SignInLinkRow | None:
    link = db.get(SignInLinkRow, digest(secret))
    if link is None or link.ends_at <= now or (link.used_at is not None and not link.stays):
        return None
    return link


def _use_up(db: Session, link: SignInLinkRow, now: datetime) -> bool:
    """Mark the link as used; False if somebody else was quicker."""
    unused = update(SignInLinkRow).where(SignInLinkRow.digest == link.digest)
    if not link.stays:
        unused = unused.where(SignInLinkRow.used_at.is_(None))
    return bool(db.execute(unused.values(used_at=now).returning(SignInLinkRow.digest)).first())


def find_actor(db: Session, login: str, now: datetime) -> Actor | None:
    """Who is signed in by this login's secret, with all their roles; None where it has ended."""
    found = db.execute(
        select(LoginRow, PersonRow.name, PersonRow.language)
        .join(PersonRow, PersonRow.id == LoginRow.person_id)
        .where(LoginRow.digest == digest(login), LoginRow.created_at > now - timedelta(days=LOGIN_DAYS))
    ).first()
    if found is None:
        return None
    row, name, language = found
    return Actor(person_id=row.person_id, name=name, roles=_roles(db, row.person_id), language=language)


def _roles(db: Session, person_id: int) -> frozenset[tuple[int, Role]]:
    """What somebody is in each programme. Whoever left one is neither resident nor faculty there any more."""
    in_programme = and_(
        ParticipantRow.person_id == RoleRow.person_id, ParticipantRow.programme_id == RoleRow.programme_id
    )
    rows = db.execute(
        select(RoleRow.programme_id, RoleRow.role, ParticipantRow.left_at)
        .outerjoin(ParticipantRow, in_programme)
        .where(RoleRow.person_id == person_id)
    )
    return frozenset(
        (programme_id, Role(role))
        for programme_id, role, left_at in rows
        if left_at is None or Role(role) not in (Role.RESIDENT, Role.FACULTY)
    )


def sign_out(db: Session, login: str) -> None:
    """End this login."""
    db.execute(delete(LoginRow).where(LoginRow.digest == digest(login)))


def sign_out_everywhere(db: Session, actor: Actor) -> None:
    """End every login of the actor."""
    db.execute(delete(LoginRow).where(LoginRow.person_id == actor.person_id))
