"""Passkeys beside links, for those with a desk: registered by their owner, listed, removed, and signed in with.

What a browser answers is checked by `py_webauthn` (W3C Web Authentication, level 3): the address of the pages, the
challenge, that its user was verified, and the signature. A challenge is one browser's, soon over and answered once.
Only public keys are kept, so a copy of the database lets nobody in.
"""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from sqlalchemy import delete, select

from scheduler.audit.service import record
from scheduler.db import Db
from scheduler.errors import Fault, NotFound, NotPossible, Rejected
from scheduler.languages import say
from scheduler.mail.notes import write_to
from scheduler.mail.service import SERVICE_URL
from scheduler.people.model import Actor, Role
from scheduler.people.tables import PersonRow
from scheduler.signing_in.digests import digest
from scheduler.signing_in.links import start_login
from scheduler.signing_in.sent_forms import take_mark
from scheduler.signing_in.tables import PasskeyRow

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor
    from webauthn.registration.verify_registration_response import VerifiedRegistration

DESKS: Final = (Role.COORDINATOR, Role.DIRECTOR, Role.OVERSIGHT)
"""Who may have passkeys: those whose pages are about others."""
MOST_PASSKEYS: Final = 10
LONGEST_NAME: Final = 60
LONGEST_ANSWER: Final = 20_000
"""In letters; what browsers answer has two or three thousand."""
ANSWERED_WITHIN: Final = timedelta(minutes=5)
PAGE: Final = "/account#passkeys"
"""Where their owner sees them."""
_MILLISECONDS: Final = int(ANSWERED_WITHIN.total_seconds()) * 1000
_NAME: Final = "Mentor Rounds"


@dataclass(frozen=True, slots=True)
class Site:
    """To whom passkeys are given: the pages' host, and all of their address before the path."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a browser has to answer. Who holds the browser's cookie keeps it, signed by the installation."""

    secret: str
    made_at: datetime

    def is_over(self, now: datetime) -> bool:
        return not self.made_at <= now < self.made_at + ANSWERED_WITHIN


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey as its owner sees it."""

    id: int
    name: str
    created_at: datetime
    seen_at: datetime | None


def find_site(base_url: str) -> Site | None:
    """Where the pages are, as passkeys know it; None where browsers have none: by an address without a name, or
    without https elsewhere than on one's own machine."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    if not host or _is_number(host) or not (parts.scheme == "https" or host == "localhost"):
        return None
    return Site(host, f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}")


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def may_have_passkeys(actor: Actor) -> bool:
    """Whether somebody coordinates or directs a programme, or is its oversight contact."""
    return actor.is_anywhere(*DESKS)


def new_challenge(now: datetime) -> Challenge:
    """One that nobody was given before."""
    return Challenge(secrets.token_urlsafe(32), now)


def take_challenge(db: Db, challenge: Challenge | None, now: datetime) -> bytes:
    """Use a challenge up, whatever comes of its answer. Raises ``NotPossible`` for none, one that is over, and one that
    was answered before."""
    is_good = challenge is not None and not challenge.is_over(now)
    if challenge is None or not is_good or not take_mark(db, f"passkey-{digest(challenge.secret)[:48]}", now):
        raise NotPossible(say("That took too long."), what_to_do=say("Please try again."))
    return _bytes(challenge.secret)


def list_passkeys(db: Db, actor: Actor) -> tuple[Passkey, ...]:
    """The actor's passkeys, the newest first."""
    rows = db.scalars(select(PasskeyRow).where(PasskeyRow.person_id == actor.person_id).order_by(PasskeyRow.id.desc()))
    return tuple(Passkey(row.id, row.name, row.created_at, row.seen_at) for row in rows)


def options_to_add(db: Db, actor: Actor, site: Site, challenge: Challenge) -> str:
    """What a browser is told that shall make a passkey, as JSON. Raises ``NotFound`` to who has no desk."""
    import webauthn  # slow to load, and seldom wanted
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    person = _owner(db, actor)
    known = _passkeys_of(db, person.id)
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=_NAME,
        user_name=person.email,
        user_display_name=person.name,
        user_id=_bytes(_handle(known, _bytes(challenge.secret))),
        challenge=_bytes(challenge.secret),
        timeout=_MILLISECONDS,
        exclude_credentials=[_descriptor(row) for row in known],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    return webauthn.options_to_json(options)


def options_to_sign_in(site: Site, challenge: Challenge) -> str:
    """What a browser is told that shall sign in by a passkey, as JSON: the same for everybody, whoever has one."""
    import webauthn
    from webauthn.helpers.structs import UserVerificationRequirement

    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        challenge=_bytes(challenge.secret),
        timeout=_MILLISECONDS,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def add_passkey(db: Db, actor: Actor, site: Site, challenge: bytes, name: str, answer: str, now: datetime) -> None:
    """Keep a passkey that the actor's browser has made.

    Raises ``Rejected`` for a name or an answer that can't be taken, ``NotPossible`` for one too many, and ``NotFound``
    to who has no desk.
    """
    person = _owner(db, actor)
    known = _passkeys_of(db, person.id)
    if len(known) >= MOST_PASSKEYS:
        raise NotPossible(
            say("You already have %(most)s passkeys, the most there can be.", most=MOST_PASSKEYS),
            what_to_do=say("Remove one that is no longer used."),
        )
    called = " ".join(name.split())
    if not called or len(called) > LONGEST_NAME:
        text = say("Give the passkey a name of up to %(most)s characters.", most=LONGEST_NAME)
        raise Rejected(say("The passkey was not added."), (Fault("name", text),))
    made = _made(site, challenge, answer)
    credential = _text(made.credential_id)
    if _find(db, credential) is not None:
        raise NotPossible(say("This passkey is already known."), what_to_do=say("Please try again."))
    row = PasskeyRow(
        person_id=person.id, name=called, credential=credential, public_key=_text(made.credential_public_key),
        user_handle=_handle(known, challenge), sign_count=made.sign_count, created_at=now,
    )  # fmt: skip
    db.add(row)
    db.flush()
    record(db, actor, "passkey.added", now, None, passkey=row.id)
    _tell_owner(db, person, now)


def _made(site: Site, challenge: bytes, answer: str) -> VerifiedRegistration:
    import webauthn

    try:
        return webauthn.verify_registration_response(
            credential=answer[:LONGEST_ANSWER],
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except _errors() as error:
        raise Rejected(
            say("The passkey was not added: your browser’s answer could not be checked."),
            what_to_do=say("Please try again."),
        ) from error


def remove_passkey(db: Db, actor: Actor, passkey_id: int, now: datetime) -> None:
    """Remove a passkey of the actor's. Raises ``NotFound`` for any other."""
    own = (PasskeyRow.id == passkey_id, PasskeyRow.person_id == actor.person_id)
    if db.scalar(delete(PasskeyRow).where(*own).returning(PasskeyRow.id)) is None:
        raise NotFound(say("We can’t find that passkey."))
    record(db, actor, "passkey.removed", now, None, passkey=passkey_id)


def sign_in_by_passkey(db: Db, site: Site, challenge: bytes, answer: str, device: str, now: datetime) -> str | None:
    """Sign in by what a browser answers: the secret of the new login. None for any answer that proves nothing; that a
    passkey seems to have been copied is put on record then, so the transaction must not be undone."""
    import webauthn

    try:
        credential = webauthn.helpers.parse_authentication_credential_json(answer[:LONGEST_ANSWER])
        row = _find(db, _text(credential.raw_id))
        if row is None or credential.response.user_handle != _bytes(row.user_handle):
            return None
        proven = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=_bytes(row.public_key),
            credential_current_sign_count=0,  # compared below, once the signature has shown that it is the passkey's
            require_user_verification=True,
        )
    except _errors():
        return None
    if proven.new_sign_count <= row.sign_count and (proven.new_sign_count or row.sign_count):
        _note_copied(db, row, now)
        return None
    row.sign_count, row.seen_at = proven.new_sign_count, now
    return start_login(db, row.person_id, device, now)


def _note_copied(db: Db, row: PasskeyRow, now: datetime) -> None:
    """A passkey that counts its uses has not counted on: there are two of it, and one is not its owner's."""
    owner = db.get_one(PersonRow, row.person_id)
    record(db, Actor(owner.id, owner.name), "passkey.refused", now, None, passkey=row.id)
    write_to(
        db,
        (owner,),
        lambda: say("A passkey of yours was refused"),
        lambda: say(
            "Someone tried to sign in with a copy of one of your passkeys, and was refused. Remove that passkey and "
            "add a new one:"
        ),
        f"{SERVICE_URL}{PAGE}",
        now,
        urgent=True,
    )


def _tell_owner(db: Db, person: PersonRow, now: datetime) -> None:
    """Whoever did not add it themselves learns that there is one."""
    write_to(
        db,
        (person,),
        lambda: say("A passkey was added to your account"),
        lambda: say(
            "From now on it signs you in without an e-mail. If you didn’t add it, remove it here, and then sign out on "
            "every device:"
        ),
        f"{SERVICE_URL}{PAGE}",
        now,
        urgent=True,
    )


def _owner(db: Db, actor: Actor) -> PersonRow:
    if not may_have_passkeys(actor):
        raise NotFound(say("You don’t have access to this page."))
    actor.must_be_confirmed()
    return db.get_one(PersonRow, actor.person_id)


def _passkeys_of(db: Db, person_id: int) -> Sequence[PasskeyRow]:
    return db.scalars(select(PasskeyRow).where(PasskeyRow.person_id == person_id).order_by(PasskeyRow.id)).all()


def _find(db: Db, credential: str) -> PasskeyRow | None:
    """The passkey of this id, held until the end of the transaction: of two uses of a copied one the second is
    compared with the first."""
    return db.scalar(select(PasskeyRow).where(PasskeyRow.credential == credential).with_for_update())


def _handle(known: Sequence[PasskeyRow], challenge: bytes) -> str:
    """Who its owner is to a passkey: the same for all of somebody's, and a random word to everybody else."""
    return known[0].user_handle if known else _text(hashlib.sha256(b"owner " + challenge).digest())


def _descriptor(row: PasskeyRow) -> PublicKeyCredentialDescriptor:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    return PublicKeyCredentialDescriptor(id=_bytes(row.credential))


def _errors() -> tuple[type[Exception], ...]:
    """All that reading an answer can end in: the library's own errors, and those of what it reads with."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from webauthn.helpers.exceptions import WebAuthnException

    return (WebAuthnException, UnsupportedAlgorithm, ValueError, TypeError, LookupError, AttributeError, RecursionError)


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _text(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")
