"""What people tell the oversight contacts, and who of them reads it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.db import Base, EnumText, one_of
from scheduler.oversight.model import ConcernKind, ReplyBy, Urgency, Writer


class ConcernRow(Base):
    """Something that somebody tells oversight contacts. ``person_id`` is None where they did not give their name;
    ``digest`` is of the code by which they find the conversation. ``reach`` is where they may be written to or called,
    as they typed it; ``about`` what or who it is about in their own words, ``about_id`` the person, where one was
    chosen. ``answered_at`` is when it was answered first."""

    __tablename__ = "concern"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[ConcernKind] = mapped_column(EnumText(ConcernKind))
    urgency: Mapped[Urgency] = mapped_column(EnumText(Urgency), default=Urgency.ANY, server_default=Urgency.ANY.value)
    text: Mapped[str] = mapped_column(Text)
    about: Mapped[str] = mapped_column(default="", server_default="")
    about_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    reply_by: Mapped[ReplyBy] = mapped_column(
        EnumText(ReplyBy), default=ReplyBy.CODE, server_default=ReplyBy.CODE.value
    )
    reach: Mapped[str] = mapped_column(default="", server_default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    said_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        one_of("kind", ConcernKind),
        one_of("urgency", Urgency),
        one_of("reply_by", ReplyBy),
    )


class ConcernReaderRow(Base):
    """A contact who may read a concern: because its teller chose them, or another contact handed it to them. Somebody
    who becomes a contact later reads none before that."""

    __tablename__ = "concern_reader"

    concern_id: Mapped[int] = mapped_column(ForeignKey("concern.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    since: Mapped[datetime]


class ConcernMessageRow(Base):
    """A message below a concern. None is ever changed or removed. ``person_id`` is the contact who wrote it, or of whom
    a note tells; a teller's never has one."""

    __tablename__ = "concern_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    concern_id: Mapped[int] = mapped_column(ForeignKey("concern.id", ondelete="CASCADE"), index=True)
    writer: Mapped[Writer] = mapped_column(EnumText(Writer))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]

    __table_args__ = (one_of("writer", Writer),)
