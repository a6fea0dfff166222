"""Where circles are kept. No other room reads these tables, but for merging and splitting entries of people, and for
the hours that are taken, without a reason (`scheduler/bookings/private_hours.py`)."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.db import Base
from scheduler.secret_texts import SecretText

_HIGHEST: Final = 2**31 - 1
"""What a column of whole numbers holds in every database."""


def random_id() -> int:
    """A number for something of a circle that stands in addresses: nobody can tell from it how many there are, or which
    came first."""
    return 1 + secrets.randbelow(_HIGHEST)


class CircleRow(Base):
    """A circle, with the code that one member gives to another by hand. ``charter_version`` rises with each change of
    the charter; 0 before there is one. ``follows_id`` is the one of the term before with which its people went on."""

    __tablename__ = "circle"

    id: Mapped[int] = mapped_column(primary_key=True, default=random_id)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), index=True)
    code: Mapped[str] = mapped_column(SecretText("circle.code"), unique=True)
    name: Mapped[str]
    place: Mapped[str]
    charter: Mapped[str] = mapped_column(Text, default="")
    charter_version: Mapped[int] = mapped_column(default=0)
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("circle.id", ondelete="SET NULL"), index=True)

    members: Mapped[list[CircleMemberRow]] = relationship(cascade="all, delete-orphan")
    meetings: Mapped[list[CircleMeetingRow]] = relationship(
        cascade="all, delete-orphan", order_by="CircleMeetingRow.starts_at"
    )
    contacts: Mapped[list[CircleContactRow]] = relationship(cascade="all, delete-orphan")


class CircleMemberRow(Base):
    """Somebody in a circle, and which version of its charter they agreed to; 0: none."""

    __tablename__ = "circle_member"

    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    joined_on: Mapped[date]
    agreed_version: Mapped[int] = mapped_column(default=0)


class CircleMeetingRow(Base):
    """A date of a circle."""

    __tablename__ = "circle_meeting"

    id: Mapped[int] = mapped_column(primary_key=True, default=random_id)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id", ondelete="CASCADE"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    found_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("starts_at < ends_at", name="times"), UniqueConstraint("circle_id", "starts_at"))


class CircleReminderRow(Base):
    """That somebody was reminded of a date, so many hours before it."""

    __tablename__ = "circle_reminder"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("circle_meeting.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    hours_before: Mapped[int] = mapped_column(primary_key=True)
    sent_at: Mapped[datetime]


class WillingContactRow(Base):
    """Somebody whom circles of a programme may choose as their contact."""

    __tablename__ = "circle_willing"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)


class CircleContactRow(Base):
    """Whom a circle has chosen."""

    __tablename__ = "circle_contact"

    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)


class CircleConcernRow(Base):
    """A concern of a member for one contact. ``from_id`` lets them read the answer; it is told only if ``named``."""

    __tablename__ = "circle_concern"

    id: Mapped[int] = mapped_column(primary_key=True, default=random_id)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id", ondelete="CASCADE"), index=True)
    from_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    to_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    named: Mapped[bool]
    text: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text, default="")
    said_at: Mapped[datetime]


class CirclePastRow(Base):
    """A circle that somebody has left, in their own record and nowhere else; it names no circle that there is."""

    __tablename__ = "circle_past"

    id: Mapped[int] = mapped_column(primary_key=True, default=random_id)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    joined_on: Mapped[date]
    left_on: Mapped[date]


class CircleFeedRow(Base):
    """Somebody's calendar of their circles' dates, by the digest of its secret address."""

    __tablename__ = "circle_feed"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)
    opened_at: Mapped[datetime]


class CircleCountRow(Base):
    """The two numbers that a programme's figures are told from, and the first day of the month in which they last might
    have changed."""

    __tablename__ = "circle_count"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    month: Mapped[date]
    circles: Mapped[int]
    members: Mapped[int]
