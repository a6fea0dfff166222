"""Where lists wait until they are confirmed, and what was said about their headings and words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.db import Base, EnumText, one_of
from scheduler.enrolment.spreadsheets.columns import ListKind


class WaitingListRow(Base):
    """A list that was read and waits: the cells of its table and what was answered so far, never the file. Its number
    is never given to another, so that what is confirmed is what was shown."""

    __tablename__ = "waiting_list"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), index=True)
    kind: Mapped[ListKind] = mapped_column(EnumText(ListKind))
    name: Mapped[str]
    read_at: Mapped[datetime]
    read_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)

    __table_args__ = (one_of("kind", ListKind), {"sqlite_autoincrement": True})


class ListHeadingRow(Base):
    """Which column a heading means in a programme's lists of one kind; empty for none. ``heading`` is folded."""

    __tablename__ = "list_heading"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[ListKind] = mapped_column(EnumText(ListKind), primary_key=True)
    heading: Mapped[str] = mapped_column(primary_key=True)
    column: Mapped[str]

    __table_args__ = (one_of("kind", ListKind),)


class ListWordRow(Base):
    """What a word of a column means in a programme's lists of one kind. ``word`` is folded."""

    __tablename__ = "list_word"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[ListKind] = mapped_column(EnumText(ListKind), primary_key=True)
    column: Mapped[str] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(primary_key=True)
    meaning: Mapped[str]

    __table_args__ = (one_of("kind", ListKind),)
