"""Ways in: links that sign a person in, and the browsers that are signed in.

A mailed link alone signs in nobody but in the browser in which it was asked for, or in which its owner has been signed
in before: whatever else opens it and presses its button, such as a mail scanner, would have to type the letter's code.

Secrets have 256 bits and only their SHA-256 digest is kept, so a copy of the database lets nobody in.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, Select, and_, bindparam, delete, exists, select, update

from scheduler.db import Db
from scheduler.errors import NotFound
from scheduler.languages import current_language, in_language, say
from scheduler.mail.greeting import greeting
from scheduler.mail.service import put_in_outbox
from scheduler.people.model import PARTICIPANTS, Actor, Role, role_as_guest
from scheduler.people.service import learn_language
from scheduler.people.tables import ParticipantRow, PersonRow, RoleRow
from scheduler.programmes.tables import ProgrammeRow
from scheduler.settings import Settings
from scheduler.signing_in.address_changes import sealed_until
from scheduler.signing_in.codes import Attempt, Here, MailedLink, is_code, new_code, seal_code
from scheduler.signing_in.digests import digest as digest
from scheduler.signing_in.limits import Asking, may_send_link, may_try
from scheduler.signing_in.tables import ApiTokenRow, FirstStartRow, LoginRow, SignInLinkRow

LINK_MINUTES = 15
LOGIN_DAYS = 30
NOWHERE = Here()
"""A browser of which nothing is known."""
FORGOTTEN_AFTER = timedelta(days=90)
"""How long a link that is over can still be exchanged for a new one, which goes to its owner's mailbox."""


@dataclass(frozen=True, slots=True)
class LinkOwner:
    """Whom a link would sign in. A link that ``stays`` may do so at once; others ask for one more tap, or, where it
    ``asks_code``, for the code that was mailed with it."""

    name: str
    stays: bool
    asks_code: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """A link that is asked for: to which address, from which place in the net, and in which browser. ``query`` is put
    behind the link's address: where its reader wants to go, as the pages write it."""

    email: str
    place: str = ""
    here: Here = NOWHERE
    query: str = ""


def request_link(db: Db, settings: Settings, wanted: Wanted, now: datetime) -> None:
    """Send a sign-in link if the address is known, no oftener than the limits say; do nothing if it is not, and tell
    nothing in either case."""
    person = db.scalar(select(PersonRow).where(PersonRow.email == wanted.email.strip().lower()))
    here_before = person is not None and person.id in wanted.here.people
    asking = Asking(wanted.email, wanted.place, known=person is not None, here_before=here_before)
    is_sent = may_send_link(db, settings.secret_key, asking, now)
    if person is not None and is_sent:
        _send_link(db, person, settings.base_url, wanted, now)
    else:
        _take_as_long(db, settings.base_url, wanted.query, now)


def find_address(db: Db, secret: str) -> str:
    """The address that a link was sent to, however long it is used or over: for counting; empty for a made-up one."""
    found = db.scalar(
        select(PersonRow.email)
        .join(SignInLinkRow, SignInLinkRow.person_id == PersonRow.id)
        .where(SignInLinkRow.digest == digest(secret))
    )
    return found or ""


def _take_as_long(db: Db, base_url: str, query: str, now: datetime) -> None:
    """Do about what is done for somebody, and undo it: whoever takes the time must not learn who is known."""
    pretence = db.begin_nested()
    _forget_old_links(db, now)
    link = MailedLink(f"{base_url}/sign-in/{secrets.token_urlsafe(32)}{query}", new_code())
    put_in_outbox(db, "", *_letter("", link), now, over_at=now, urgent=True)
    db.flush()
    pretence.rollback()


def _send_link(db: Db, person: PersonRow, base_url: str, wanted: Wanted, now: datetime) -> None:
    _forget_old_links(db, now)
    lasts = timedelta(minutes=LINK_MINUTES)
    link = make_mailed_link(db, person.id, base_url, now, lasts, query=wanted.query, mark=wanted.here.mark)
    with in_language(person.language if person.language_known else current_language()):
        subject, text = _letter(person.name, link)
    put_in_outbox(db, person.email, subject, text, now, over_at=now + timedelta(minutes=LINK_MINUTES), urgent=True)


def _forget_old_links(db: Db, now: datetime) -> None:
    db.execute(delete(SignInLinkRow).where(SignInLinkRow.ends_at < now - FORGOTTEN_AFTER))


def _letter(name: str, link: MailedLink) -> tuple[str, str]:
    """Subject and text, in the language spoken now."""
    paragraphs = (
        greeting(name),
        say(
            "This code signs you in to Mentor Rounds. It works once, within the next %(time)s minutes. Type it on the "
            "page where you asked for it:",
            time=LINK_MINUTES,
        ),
        link.code,
        say("Or open this link. In any other browser than the one where you asked, it wants the code, too:"),
        link.address,
        say(
            "Didn’t ask for this? You can ignore it: nobody can sign in without this e-mail. Don’t tell anyone the "
            "code; we never ask for it by phone or e-mail."
        ),
    )
    return say("Your link to sign in to Mentor Rounds"), "\n\n".join(paragraphs) + "\n"


def make_mailed_link(
    db: Db, person_id: int, base_url: str, now: datetime, lasts: timedelta, *, query: str = "", mark: str = ""
) -> MailedLink:
    """A new link for a letter, with its code. ``query`` is put behind its address; ``mark`` is that of the browser in
    which it was asked for, empty for a letter that nobody asked for."""
    secret, code = secrets.token_urlsafe(32), new_code()
    sealed = digest(secret)
    row = SignInLinkRow(digest=sealed, person_id=person_id, created_at=now, ends_at=now + lasts)
    row.code, row.asked_in = seal_code(sealed, code), digest(mark) if mark else None
    db.add(row)
    return MailedLink(f"{base_url}/sign-in/{secret}{query}", code)


def make_link(
    db: Db, person_id: int, now: datetime, *, stays: timedelta | None = None, lasts: timedelta | None = None
) -> str:
    """The secret of a new link that is handed over, not mailed: it needs no code. It works once, within a quarter of an
    hour or what it ``lasts``; with ``stays`` it works again and again for that long."""
    secret = secrets.token_urlsafe(32)
    ends_at = now + (stays or lasts or timedelta(minutes=LINK_MINUTES))
    db.add(
        SignInLinkRow(
            digest=digest(secret), person_id=person_id, created_at=now, ends_at=ends_at, stays=stays is not None
        )
    )
    return secret


def find_link_owner(db: Db, secret: str, now: datetime, here: Here = NOWHERE) -> LinkOwner | None:
    """Whom the link would sign in ``here``, or None where it is unknown, used or over."""
    link = _usable_link(db, secret, now)
    if link is None:
        return None
    name = db.scalars(select(PersonRow.name).where(PersonRow.id == link.person_id)).one()
    return LinkOwner(name=name, stays=link.stays, asks_code=not _opens_alone(link, here))


def use_link(db: Db, secret: str, device: str, now: datetime, here: Here = NOWHERE, code: str = "") -> Attempt:
    """Sign in by a link, and by its code where it does not open ``here`` by itself. A link that does not stay is used
    up by it, but not by a wrong code. Raises NotFound for a link that is over."""
    link = _usable_link(db, secret, now)
    if link is not None and not _opens_alone(link, here):
        if not code.strip():
            return Attempt()
        if not may_try(db, link.digest, now):
            return Attempt(may_go_on=False)
        if not is_code(link.code, link.digest, code):
            return Attempt()
    if link is None or not _use_up(db, link, now):
        raise NotFound(
            say("This link has expired or been used."), what_to_do=say("Ask for a new one; it only takes a minute.")
        )
    return Attempt(start_login(db, link.person_id, device, now))


def use_code(db: Db, code: str, device: str, now: datetime, here: Here) -> Attempt:
    """Sign in by the code alone, in the browser in which it was asked for: its link is used up by it. A browser in
    which nothing was asked for, or only for addresses that nobody has, is answered as a wrong code is."""
    asked_in = digest(here.mark)
    if not here.mark or not code.strip():
        return Attempt()
    if not may_try(db, asked_in, now):
        return Attempt(may_go_on=False)
    asked = select(SignInLinkRow).where(SignInLinkRow.asked_in == asked_in, SignInLinkRow.ends_at > now)
    unused = db.scalars(asked.where(SignInLinkRow.used_at.is_(None))).all()
    right = [link for link in unused if is_code(link.code, link.digest, code)]
    if not right or not _use_up(db, right[0], now):
        return Attempt()
    return Attempt(start_login(db, right[0].person_id, device, now))


def _opens_alone(link: SignInLinkRow, here: Here) -> bool:
    """Whether the link needs no code in this browser."""
    asked_here = bool(here.mark) and link.asked_in == digest(here.mark)
    return link.code is None or asked_here or link.person_id in here.people


def start_login(db: Db, person_id: int, device: str, now: datetime) -> str:
    """Sign somebody in who has shown who they are: the secret of the new login.

    The language spoken around the call, that of their browser, becomes theirs if none is known yet.
    """
    login = secrets.token_urlsafe(32)
    db.add(LoginRow(digest=digest(login), person_id=person_id, created_at=now, seen_at=now, device=device[:200]))
    learn_language(db, person_id, current_language(), now)
    return login


def _usable_link(db: Db, secret: str, now: datetime) -> SignInLinkRow | None:
    link = db.get(SignInLinkRow, digest(secret))
    if link is None or link.ends_at <= now or (link.used_at is not None and not link.stays):
        return None
    return link


def _use_up(db: Db, link: SignInLinkRow, now: datetime) -> bool:
    """Mark the link as used; False if somebody else was quicker."""
    unused = update(SignInLinkRow).where(SignInLinkRow.digest == link.digest)
    if not link.stays:
        unused = unused.where(SignInLinkRow.used_at.is_(None))
    return bool(db.execute(unused.values(used_at=now).returning(SignInLinkRow.digest)).first())


def find_actor(db: Db, login: str, now: datetime) -> Actor | None:
    """Who is signed in by this login's secret, with all their roles; None where it has ended."""
    return _find(db, _signed_in(), {"digest": digest(login), "since": now - timedelta(days=LOGIN_DAYS), "now": now})


def find_actor_of_token(db: Db, secret: str, now: datetime) -> Actor | None:
    """Whose token this is, with all their roles; None where there is none or it has ended."""
    return _find(db, _with_token(), {"digest": digest(secret), "now": now})


def _find(db: Db, query: Select[int, str, str, bool, bool, datetime], asked: Mapping[str, object]) -> Actor | None:
    found = db.execute(query, asked).first()
    if found is None:
        return None
    person_id, name, language, is_known, begins, sealed = found
    theirs = language if is_known else ""
    roles, archived = _roles(db, person_id)
    return Actor(person_id, name, roles, language=theirs, begins=begins, archived=archived, sealed_until=sealed)


@cache
def _signed_in() -> Select[int, str, str, bool, bool, datetime]:
    """Written once: every page asks this, and to write it takes as long as to have it answered."""
    valid = (LoginRow.digest == bindparam("digest"), LoginRow.created_at > bindparam("since"))
    return _who().join(LoginRow, LoginRow.person_id == PersonRow.id).where(*valid)


@cache
def _with_token() -> Select[int, str, str, bool, bool, datetime]:
    valid = (ApiTokenRow.digest == bindparam("digest"), ApiTokenRow.ends_at > bindparam("now"))
    return _who().join(ApiTokenRow, ApiTokenRow.person_id == PersonRow.id).where(*valid)


def _who() -> Select[int, str, str, bool, bool, datetime]:
    person = (PersonRow.id, PersonRow.name, PersonRow.language, PersonRow.language_known)
    return select(*person, _begins(), sealed_until())


def _begins() -> ColumnElement[bool]:
    """Whether a person has used the link of the first start, and nobody runs a programme since."""
    came_first = exists().where(FirstStartRow.person_id == PersonRow.id)
    return and_(came_first, ~exists().where(RoleRow.role == Role.COORDINATOR)).label("begins")


def _roles(db: Db, person_id: int) -> tuple[frozenset[tuple[int, Role]], frozenset[int]]:
    """What somebody is in each programme, and which of these are archived. Whoever left one is neither resident nor
    faculty there any more."""
    rows = db.execute(_all_roles(), {"person": person_id}).all()
    has = (
        (one, role_as_guest(role, guest=bool(guest), has_left=left_at is not None), left_at)
        for one, role, left_at, guest, _ in rows
    )
    now = frozenset((one, role) for one, role, left_at in has if left_at is None or role not in PARTICIPANTS)
    return now, frozenset(one for one, *_, archived_at in rows if archived_at is not None)


@cache
def _all_roles() -> Select[int, Role, datetime | None, bool | None, datetime | None]:
    in_programme = and_(
        ParticipantRow.person_id == RoleRow.person_id, ParticipantRow.programme_id == RoleRow.programme_id
    )
    return (
        select(
            RoleRow.programme_id, RoleRow.role, ParticipantRow.left_at, ParticipantRow.guest, ProgrammeRow.archived_at
        )
        .join(ProgrammeRow, ProgrammeRow.id == RoleRow.programme_id)
        .outerjoin(ParticipantRow, in_programme)
        .where(RoleRow.person_id == bindparam("person"))
    )


def sign_out(db: Db, login: str) -> None:
    """End this login."""
    db.execute(delete(LoginRow).where(LoginRow.digest == digest(login)))


def sign_out_everywhere(db: Db, actor: Actor) -> None:
    """End every login of the actor."""
    db.execute(delete(LoginRow).where(LoginRow.person_id == actor.person_id))
