"""Where groups of people’s own are kept, who looks for one, and who asks whom."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.db import Base, EnumText, one_of
from scheduler.own_groups.model import QuestionState
from scheduler.plans.model import MemberRole
from scheduler.secret_texts import SecretText
from solvers.vocabulary import MODES


class OwnGroupRow(Base):
    """A group that people form themselves, by a ``code`` that one gives to another; the planner only dates it.

    ``key`` becomes the key of the published group. ``closed_at`` is when it was given up. ``purpose`` is what a further
    mentor is for, in the resident's words: those in the group alone read it.
    """

    __tablename__ = "own_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), index=True)
    key: Mapped[str] = mapped_column(unique=True)
    code: Mapped[str] = mapped_column(SecretText("own_group.code"), unique=True)
    name: Mapped[str]
    mode: Mapped[str]
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    purpose: Mapped[str] = mapped_column(default="", server_default="")

    members: Mapped[list[OwnMemberRow]] = relationship(cascade="all, delete-orphan")

    __table_args__ = (one_of("mode", MODES),)


class OwnMemberRow(Base):
    """Somebody who joined a self-formed group."""

    __tablename__ = "own_group_member"

    own_group_id: Mapped[int] = mapped_column(ForeignKey("own_group.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    role: Mapped[MemberRole] = mapped_column(EnumText(MemberRole))
    joined_at: Mapped[datetime]

    __table_args__ = (one_of("role", MemberRole),)


class SeekerRow(Base):
    """A resident who looks for a group and lets others in the programme know, with a few words if they like."""

    __tablename__ = "looking"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    words: Mapped[str]
    since: Mapped[date]


_ASKED = text(f"state = '{QuestionState.ASKED}'")


class QuestionRow(Base):
    """A resident asks somebody to facilitate their own group, to be their mentor, or to make a group of what the two
    have already: then ``group_name`` and ``mode`` say what begins with the first yes. With a ``purpose`` it is a
    further mentor, for that. Only these two ever see it."""

    __tablename__ = "asking"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), index=True)
    from_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    to_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    own_group_id: Mapped[int | None] = mapped_column(ForeignKey("own_group.id", ondelete="CASCADE"))
    text: Mapped[str] = mapped_column(Text)
    purpose: Mapped[str] = mapped_column(default="", server_default="")
    state: Mapped[QuestionState] = mapped_column(EnumText(QuestionState))
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    group_name: Mapped[str] = mapped_column(default="", server_default="")
    mode: Mapped[str] = mapped_column(default="", server_default="")

    __table_args__ = (
        one_of("state", QuestionState),
        CheckConstraint(f"(answered_at IS NULL) = (state = '{QuestionState.ASKED}')", name="answered_at"),
        CheckConstraint("from_id <> to_id", name="somebody_else"),
        Index(
            "uq_asking_asked", "programme_id", "from_id", "to_id",
            unique=True, sqlite_where=_ASKED, postgresql_where=_ASKED,
        ),
    )  # fmt: skip


class FirstQuestionRow(Base):
    """A resident asks a facilitator something under an ``alias`` that is used for this question alone. Who asked is
    known so that they can read the answer, and told to nobody; ``answer`` is empty until there is one."""

    __tablename__ = "first_question"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), index=True)
    from_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    to_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    alias: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("from_id <> to_id", name="somebody_else"),
        CheckConstraint("(answered_at IS NULL) = (answer = '')", name="answered_at"),
    )
