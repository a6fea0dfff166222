"""Where ways in are kept: links, logins, passkeys, tokens, identities, and how often links were asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import JSON, BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.db import Base, one_of
from scheduler.secret_texts import SecretText

SCOPES: Final = ("read", "write", "publish")
"""What a token may do, each more than the one before: look; change what members do not see yet, and lists and settings;
and what reaches members, by publishing a plan or settling a trouble."""


class SignInLinkRow(Base):
    """A link that signs a person in. Only the digest of its secret is kept.

    A link sent by mail is used once and soon over; one that ``stays`` works until it ends (for made-up people).
    ``code`` is the seal of what is typed with it where it is opened in another browser than it was asked for in, None
    for a link that was handed over on the machine; ``asked_in`` is the digest of the mark of that browser.
    """

    __tablename__ = "sign_in_link"

    digest: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    stays: Mapped[bool] = mapped_column(default=False)
    used_at: Mapped[datetime | None]
    code: Mapped[str | None]
    asked_in: Mapped[str | None] = mapped_column(index=True)


class FirstStartRow(Base):
    """The link of an installation's first start, kept as a digest too, and who has used it: they may begin the first
    programme."""

    __tablename__ = "first_start"

    digest: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)


class LoginRow(Base):
    """A browser that is signed in. Only the digest of its secret is kept."""

    __tablename__ = "login"

    digest: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    device: Mapped[str]


class ApiTokenRow(Base):
    """A token with which a program acts as ``person_id`` and never for more than its ``scope``. Only the digest of its
    secret is kept; ``name`` is what its owner calls it."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    scope: Mapped[str]
    created_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    seen_at: Mapped[datetime | None]

    __table_args__ = (one_of("scope", SCOPES),)


class PasskeyRow(Base):
    """A passkey that signs ``person_id`` in: what its browser calls it (``credential``), its public key and whom it
    belongs to there (``user_handle``), all in base64url. ``sign_count`` is how often it says that it was used, always
    nought for those that don't count; ``name`` is what its owner calls it."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    credential: Mapped[str] = mapped_column(unique=True)
    public_key: Mapped[str]
    user_handle: Mapped[str]
    sign_count: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]


class KeptAnswerRow(Base):
    """What a program was answered that sent a key with its request: asked again, it gets the same and nothing is done
    twice. ``request`` is a digest of what was asked; ``status`` is None until it is answered. The ``body`` is sealed,
    since it may hold a secret that is shown once."""

    __tablename__ = "kept_answer"

    key: Mapped[str] = mapped_column(primary_key=True)
    """A digest of who asked, what they asked for, and their key."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    request: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(index=True)
    status: Mapped[int | None]
    headers: Mapped[dict[str, str]] = mapped_column(JSON)
    body: Mapped[str] = mapped_column(SecretText("kept_answer.body"))


class IdentityRow(Base):
    """Who somebody is to their institution's sign-in (OpenID Connect): ``subject`` is theirs for ever."""

    __tablename__ = "identity"

    issuer: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    linked_at: Mapped[datetime]


class AddressChangeRow(Base):
    """Another address that somebody was given by another, when they had been here under the ``former`` one. Until it
    ``ends_at``, what is theirs alone is sealed. ``devices`` are digests of the logins of before."""

    __tablename__ = "address_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id", ondelete="SET NULL"), index=True)
    former: Mapped[str]
    devices: Mapped[list[str]] = mapped_column(JSON)
    changed_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class SentFormRow(Base):
    """A form that was sent and taken; ``mark`` is what its page gave it, a random word that no other form has."""

    __tablename__ = "sent_form"

    mark: Mapped[str] = mapped_column(primary_key=True)
    sent_at: Mapped[datetime] = mapped_column(index=True)


class RateLimitRow(Base):
    """How often a link was asked for, since when, by whom or for whom; ``key`` is a keyed digest, never an address."""

    __tablename__ = "asked_often"

    key: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(index=True)
    times: Mapped[int]
