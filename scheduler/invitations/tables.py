"""Where is kept what each person chose to be mailed, what they were told of each session, and what reminders wait."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.db import Base, EnumText, one_of
from scheduler.invitations.model import Channel, Holds, InvitationWish


class MailChoiceRow(Base):
    """What somebody wants by mail. ``invitations`` is empty until they say; ``reminder_hours`` before a session;
    nothing is sent from ``quiet_from`` to ``quiet_to`` on their own clock. ``number`` is where text messages go, empty
    for any other ``channel``."""

    __tablename__ = "mail_choice"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    invitations: Mapped[str]
    reminder_hours: Mapped[list[int]] = mapped_column(JSON)
    quiet_from: Mapped[time]
    quiet_to: Mapped[time]
    channel: Mapped[Channel] = mapped_column(
        EnumText(Channel), default=Channel.EMAIL, server_default=Channel.EMAIL.value
    )
    number: Mapped[str] = mapped_column(default="", server_default="")

    __table_args__ = (
        one_of("invitations", ("", *InvitationWish)),
        one_of("channel", Channel),
        CheckConstraint(f"(channel = '{Channel.TEXT}') = (number <> '')", name="number"),
    )


class AnnouncedSessionRow(Base):
    """The state of a session of which everybody concerned has been told, or is to be (:class:`WaitingNoticeRow`). Where
    the session differs, it has changed since."""

    __tablename__ = "told_session"

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), primary_key=True)
    sequence: Mapped[int]
    changed_at: Mapped[datetime]


class WaitingNoticeRow(Base):
    """Somebody is to be told of a session, once nothing that concerns them has changed for a while.

    ``since`` is when it first became other than they know, ``changed_at`` when it last changed; before ``not_before``
    they are asleep or away.
    """

    __tablename__ = "waiting_notice"

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    since: Mapped[datetime]
    changed_at: Mapped[datetime]
    not_before: Mapped[datetime | None]


class GroupNewsRow(Base):
    """What somebody was last told of their group (``told``), and what is other than that (``seen``): since when, and
    when it last changed. See ``scheduler/invitations/group_news.py`` for what the two hold."""

    __tablename__ = "group_news"

    place_id: Mapped[int] = mapped_column(ForeignKey("group_place.id", ondelete="CASCADE"), primary_key=True)
    told: Mapped[dict[str, Any]] = mapped_column(JSON)
    seen: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    since: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]
    not_before: Mapped[datetime | None]


class DateQuestionRow(Base):
    """A proposed date, put to one person by mail: the link in it answers once."""

    __tablename__ = "date_question"

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    used_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("proposal_id", "person_id"),)


class InvitationRow(Base):
    """What one person was told of one session, and so what their calendar holds by mail.

    ``holds`` is ``words`` where it holds nothing, ``file`` where a file with dates was attached, ``invitation`` where
    an invitation was sent: that one is kept right for as long as it stands. ``takes_place`` is false once they were
    told that it does not, or not with them; so is ``expected`` once they were told that they cannot come and nobody
    waits for them; ``shown`` is what else they were told (``shown_of`` in ``scheduler/invitations/model.py``).
    ``mail_id`` is the message that told it; ``answered_at`` the stamp of the last answer that was taken from their
    calendar. ``reminders_for`` is the start that reminders are planned for.
    """

    __tablename__ = "invitation"

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    holds: Mapped[Holds] = mapped_column(EnumText(Holds))
    takes_place: Mapped[bool]
    sequence: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str]
    expected: Mapped[bool] = mapped_column(default=True, server_default=true())
    shown: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    told_at: Mapped[datetime]
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mail.id", ondelete="SET NULL"), index=True)
    answered_at: Mapped[datetime | None]
    reminders_for: Mapped[datetime | None]

    __table_args__ = (one_of("holds", Holds),)


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
