"""Where a group's own things are kept, and what belongs to one person of it alone."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.db import Base


class AgendaRow(Base):
    """Something to talk about: at a session, or some time (no session). Nobody can tell whose it is: no author is
    kept, and of the moment only the day."""

    __tablename__ = "agenda_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    group_key: Mapped[str]
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id", ondelete="SET NULL"), index=True)
    text: Mapped[str] = mapped_column(Text)
    day: Mapped[date]

    __table_args__ = (Index("ix_agenda_item_programme_id_group_key", "programme_id", "group_key"),)


class GroupPlaceRow(Base):
    """Somebody's place in a group, as its mail knows it: an address by which they write to the others hangs on it.

    It outlives plans; whether they belong to the group is looked up each time. ``muted`` once they want no mail that is
    about the group.
    """

    __tablename__ = "group_place"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    group_key: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    muted: Mapped[bool] = mapped_column(default=False, server_default=false())

    __table_args__ = (UniqueConstraint("programme_id", "group_key", "person_id"),)


class GroupLetterRow(Base):
    """That somebody has written to their group: when, and by which message, so that none is passed on twice. What they
    wrote is in the outbox until it is sent, and nowhere else."""

    __tablename__ = "group_letter"

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("group_place.id", ondelete="CASCADE"), index=True)
    written_at: Mapped[datetime]
    message: Mapped[str | None] = mapped_column(unique=True)


class NoteRow(Base):
    """Somebody's private note on a session: theirs alone to read, take along or delete."""

    __tablename__ = "private_note"

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    text: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime]


class GoalRow(Base):
    """Something that somebody wants to reach, in their own words; their group sees it only if ``shared``."""

    __tablename__ = "goal"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(Text)
    review_on: Mapped[date | None]
    shared: Mapped[bool]
    reached_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    __table_args__ = (Index("ix_goal_programme_id_person_id", "programme_id", "person_id"),)


class HelpLineRow(Base):
    """With what somebody has help, and by whom, in their own words: theirs alone."""

    __tablename__ = "help_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    topic: Mapped[str]
    helper: Mapped[str]
    written_at: Mapped[datetime]


class OpportunityRow(Base):
    """What a facilitator offers to all of a group, on its page until ``ends_on``."""

    __tablename__ = "opportunity"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    group_key: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(Text)
    ends_on: Mapped[date]
    posted_at: Mapped[datetime]

    __table_args__ = (Index("ix_opportunity_programme_id_group_key", "programme_id", "group_key"),)


class ThanksRow(Base):
    """A word of thanks to a facilitator. ``signed_by`` is empty if the writer did not want to be named; it
    ``may_pass_on`` if the writer agreed that the facilitator shows it at their appraisal."""

    __tablename__ = "thanks"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    signed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    text: Mapped[str] = mapped_column(Text)
    day: Mapped[date]
    may_pass_on: Mapped[bool] = mapped_column(default=False, server_default=false())


class ThreadRow(Base):
    """A week in writing for a session: a question to the group, which is answered in writing until ``closes_at``.

    ``question`` is empty where the product asks, because somebody takes part in writing, and once the week is over:
    what was written is deleted then. ``gathered_at`` is the moment up to which answers have been mailed.
    """

    __tablename__ = "thread"

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), primary_key=True)
    question: Mapped[str] = mapped_column(Text)
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    gathered_at: Mapped[datetime | None]

    replies: Mapped[list[ThreadReplyRow]] = relationship(cascade="all, delete-orphan")


class ThreadReplyRow(Base):
    """What somebody wrote in a week in writing: one text a person, which they may change until it closes."""

    __tablename__ = "thread_reply"

    session_id: Mapped[int] = mapped_column(ForeignKey("thread.session_id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    text: Mapped[str] = mapped_column(Text)
    said_at: Mapped[datetime]
