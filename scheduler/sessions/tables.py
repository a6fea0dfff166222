"""Where published sessions are kept: one row for the life of a session, through moves and repairs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.db import Base


class SessionRow(Base):
    """A published session.

    ``uid`` names it in calendars for ever; ``sequence`` rises with each change that matters to them (RFC 5545
    section 3.8.7.4), ``changed_at`` with each change at all. ``group_key`` and ``group_name`` are the plan's. ``extra``
    is 0 for the session that a plan gives a group in a round, and counts those that the group added itself;
    ``agreed_at`` is when the group last chose a date itself: no plan that was worked out before may undo that.
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
    extra: Mapped[int] = mapped_column(default=0, server_default="0")
    agreed_at: Mapped[datetime | None]

    attendees: Mapped[list[AttendeeRow]] = relationship(cascade="all, delete-orphan")

    __table_args__ = (
        UniqueConstraint("programme_id", "group_key", "round", "extra"),
        CheckConstraint("extra >= 0", name="extra"),
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


class ApologyRow(Base):
    """Somebody has said that they cannot make it to a session. No reason is asked, so none is kept."""

    __tablename__ = "apology"

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    said_at: Mapped[datetime]


class ProposalRow(Base):
    """A date that somebody proposes to their group: another one for a session, or an extra session (no session yet).

    ``by_id`` is None for a date that the product offers because too few can come; one tap takes it. The referee has
    looked at each before it is kept, and looks again before it is taken up.
    """

    __tablename__ = "proposal"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    group_key: Mapped[str]
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), index=True)
    starts_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    made_at: Mapped[datetime]
    state: Mapped[str]
    settled_at: Mapped[datetime | None]

    answers: Mapped[list[ProposalAnswerRow]] = relationship(cascade="all, delete-orphan")

    __table_args__ = (
        CheckConstraint("state IN ('open', 'adopted', 'withdrawn')", name="state"),
        CheckConstraint("(settled_at IS NULL) = (state = 'open')", name="settled_at"),
        Index("ix_proposal_programme_id_group_key", "programme_id", "group_key"),
    )


class ProposalAnswerRow(Base):
    """Whether somebody agrees to a proposed date."""

    __tablename__ = "proposal_answer"

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    agrees: Mapped[bool]
    said_at: Mapped[datetime]


class AttendedRow(Base):
    """Who came to a session that was held, and who did not, as the facilitator noted it."""

    __tablename__ = "attended"

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    came: Mapped[bool]
    noted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    noted_at: Mapped[datetime]


_GOING = text("state IN ('asked', 'accepted')")


class DeputyRow(Base):
    """Somebody asked to stand in for a facilitator at one session, with the hand-over note that only these two read."""

    __tablename__ = "deputy"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"))
    for_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    state: Mapped[str]
    note: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("state IN ('asked', 'accepted', 'declined', 'withdrawn')", name="state"),
        CheckConstraint("(answered_at IS NULL) = (state = 'asked')", name="answered_at"),
        CheckConstraint("for_id <> person_id", name="somebody_else"),
        Index("uq_deputy_going", "session_id", "for_id", unique=True, sqlite_where=_GOING, postgresql_where=_GOING),
    )
