"""Where people, their part in a programme, and their ways in are kept."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.db import Base


class PersonRow(Base):
    """A person, whatever their part. ``zone`` is where their clock stands; empty means the programme's."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)
    zone: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="en")
    created_at: Mapped[datetime]


class RoleRow(Base):
    """What a person may do in a programme: resident, faculty, coordinator or oversight."""

    __tablename__ = "role"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(primary_key=True)

    __table_args__ = (CheckConstraint("role IN ('resident', 'faculty', 'coordinator', 'oversight')", name="role"),)


class ParticipantRow(Base):
    """A resident or faculty member of a programme, with what they asked for (``docs/instance-format.md``).

    ``models`` maps a model's key to 1…3 for a resident; for faculty its keys are the models they facilitate.
    ``tags`` and ``company`` are private.
    """

    __tablename__ = "participant"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    kind: Mapped[str]
    stage: Mapped[int | None]
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    modes: Mapped[list[str]] = mapped_column(JSON)
    models: Mapped[dict[str, int]] = mapped_column(JSON)
    interests: Mapped[list[str]] = mapped_column(JSON)
    tags: Mapped[list[str]] = mapped_column(JSON)
    company: Mapped[list[str]] = mapped_column(JSON)
    external: Mapped[str] = mapped_column(default="")
    capacity: Mapped[int] = mapped_column(default=1)
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("kind IN ('resident', 'faculty')", name="kind"),
        CheckConstraint("kind = 'faculty' OR stage IS NOT NULL", name="stage"),
        CheckConstraint("external IN ('', 'prefer', 'require')", name="external"),
        CheckConstraint("capacity >= 0", name="capacity"),
    )


class WishRow(Base):
    """A resident's wish about another person: ``want``, ``avoid`` (private) or ``choice`` of a facilitator."""

    __tablename__ = "wish"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    about_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    kind: Mapped[str] = mapped_column(primary_key=True)

    __table_args__ = (
        CheckConstraint("kind IN ('want', 'avoid', 'choice')", name="kind"),
        CheckConstraint("person_id <> about_id", name="somebody_else"),
    )


class RelationRow(Base):
    """What one person is to another outside the programme, between two days (open where None).

    What people have ``declared`` themselves stays when the coordinator's list is replaced.
    """

    __tablename__ = "relation"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    about_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    declared: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (CheckConstraint("person_id <> about_id", name="somebody_else"),)


class SignInLinkRow(Base):
    """A link that signs a person in. Only the digest of its secret is kept.

    A link sent by mail is used once and soon over; one that ``stays`` works until it ends (for made-up people).
    """

    __tablename__ = "sign_in_link"

    digest: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    stays: Mapped[bool] = mapped_column(default=False)
    used_at: Mapped[datetime | None]


class LoginRow(Base):
    """A browser that is signed in. Only the digest of its secret is kept."""

    __tablename__ = "login"

    digest: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    device: Mapped[str]


class IdentityRow(Base):
    """Who somebody is to their institution's sign-in (OpenID Connect): ``subject`` is theirs for ever."""

    __tablename__ = "identity"

    issuer: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    linked_at: Mapped[datetime]


class AskedOftenRow(Base):
    """How often a link was asked for, since when, by whom or for whom; ``key`` is a keyed digest, never an address."""

    __tablename__ = "asked_often"

    key: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(index=True)
    times: Mapped[int]
