"""Where published sessions are kept: one row for the life of a session, through moves and repairs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.db import Base


class SessionRow(Base):
    """A published session.

    ``uid`` names it in calendars for ever; ``sequence`` rises with each change that matters to them (RFC 5545
    section 3.8.7.4), ``changed_at`` with each change at all. ``group_key`` and ``group_name`` are the plan's.
    """

    __tablename__ = "session"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    group_key: Mapped[str]
    group_name: Mapped[str]
    model_name: Mapped[str]
    round: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    mode: Mapped[str]
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    status: Mapped[str]
    sequence: Mapped[int]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]

    attendees: Mapped[list[AttendeeRow]] = relationship(cascade="all, delete-orphan")

    __table_args__ = (
        UniqueConstraint("programme_id", "group_key", "round"),
        CheckConstraint("status IN ('tentative', 'confirmed', 'cancelled')", name="status"),
        CheckConstraint("starts_at < ends_at", name="times"),
        Index("ix_session_programme_id_starts_at", "programme_id", "starts_at"),
    )


class AttendeeRow(Base):
    """Who is invited to a session. ``mark`` is what the plan knew of them: 0, 1, 2 or ?."""

    __tablename__ = "attendee"

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    role: Mapped[str]
    mark: Mapped[str]
