"""Where is kept what each person chose to be mailed, what they were told of each session, and what reminders wait."""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.db import Base


class MailChoiceRow(Base):
    """What somebody wants by mail. ``invitations`` is empty until they say; ``reminder_hours`` before a session;
    nothing is sent from ``quiet_from`` to ``quiet_to`` on their own clock."""

    __tablename__ = "mail_choice"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    invitations: Mapped[str]
    reminder_hours: Mapped[list[int]] = mapped_column(JSON)
    quiet_from: Mapped[time]
    quiet_to: Mapped[time]

    __table_args__ = (CheckConstraint("invitations IN ('', 'each', 'near', 'none')", name="invitations"),)


class ToldSessionRow(Base):
    """The state of a session of which everybody concerned has been told. Where the session differs, mail is due."""

    __tablename__ = "told_session"

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), primary_key=True)
    sequence: Mapped[int]
    changed_at: Mapped[datetime]


class InvitationRow(Base):
    """What one person was told of one session, and so what their calendar holds by mail.

    ``holds`` is ``words`` where it holds nothing, ``file`` where a file with dates was attached, ``invitation`` where
    an invitation was sent: that one is kept right for as long as it stands. ``takes_place`` is false once they were
    told that it does not, or not with them. ``mail_id`` is the message that told it; ``answered_at`` the stamp of the
    last answer that was taken from their calendar. ``reminders_for`` is the start that reminders are planned for.
    """

    __tablename__ = "invitation"

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    holds: Mapped[str]
    takes_place: Mapped[bool]
    sequence: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str]
    told_at: Mapped[datetime]
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mail.id", ondelete="SET NULL"), index=True)
    answered_at: Mapped[datetime | None]
    reminders_for: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("holds IN ('words', 'file', 'invitation')", name="holds"),)


class ReminderRow(Base):
    """A reminder of a session at one time of it. ``send_at`` lies outside quiet hours; None where no such time is left.

    ``mail_id`` is the message that it became; a row is used once.
    """

    __tablename__ = "reminder"

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    hours_before: Mapped[int] = mapped_column(primary_key=True)
    send_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mail.id", ondelete="SET NULL"), index=True)

    __table_args__ = (Index("ix_reminder_send_at", "send_at"),)
