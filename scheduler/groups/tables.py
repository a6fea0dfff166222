"""Where a group's own things are kept, and what belongs to one person of it alone."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
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


class ThanksRow(Base):
    """A word of thanks to a facilitator. ``signed_by`` is empty where whoever wrote it did not want to be named."""

    __tablename__ = "thanks"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    signed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    text: Mapped[str] = mapped_column(Text)
    day: Mapped[date]


class OwnGroupRow(Base):
    """A group that people form themselves, by a ``code`` that one gives to another; the planner only dates it.

    ``key`` becomes the key of the published group. ``closed_at`` is when it was given up.
    """

    __tablename__ = "own_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), index=True)
    key: Mapped[str] = mapped_column(unique=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    mode: Mapped[str]
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    members: Mapped[list[OwnMemberRow]] = relationship(cascade="all, delete-orphan")

    __table_args__ = (CheckConstraint("mode IN ('video', 'phone', 'in_person')", name="mode"),)


class OwnMemberRow(Base):
    """Somebody who joined a self-formed group."""

    __tablename__ = "own_group_member"

    own_group_id: Mapped[int] = mapped_column(ForeignKey("own_group.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    role: Mapped[str]
    joined_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("role IN ('resident', 'facilitator')", name="role"),)


class LookingRow(Base):
    """A resident who looks for a group and lets others in the programme know, with a few words if they like."""

    __tablename__ = "looking"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    words: Mapped[str]
    since: Mapped[date]


_ASKED = text("state = 'asked'")


class AskingRow(Base):
    """A resident asks somebody to facilitate their own group, or to be their mentor. Only these two ever see it."""

    __tablename__ = "asking"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), index=True)
    from_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    to_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    own_group_id: Mapped[int | None] = mapped_column(ForeignKey("own_group.id", ondelete="CASCADE"))
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str]
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("state IN ('asked', 'accepted', 'declined', 'withdrawn')", name="state"),
        CheckConstraint("(answered_at IS NULL) = (state = 'asked')", name="answered_at"),
        CheckConstraint("from_id <> to_id", name="somebody_else"),
        Index(
            "uq_asking_asked", "programme_id", "from_id", "to_id",
            unique=True, sqlite_where=_ASKED, postgresql_where=_ASKED,
        ),
    )  # fmt: skip
