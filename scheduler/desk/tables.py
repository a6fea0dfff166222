"""What coordinators were told by e-mail and how they want it; whom they reminded, and when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.db import Base, EnumText, one_of
from scheduler.desk.model import NoticeWish, ReminderKind


class NoticeWishRow(Base):
    """How often a coordinator is e-mailed about what needs her in a programme, and when she was last."""

    __tablename__ = "desk_wish"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    wish: Mapped[NoticeWish] = mapped_column(EnumText(NoticeWish))
    told_at: Mapped[datetime | None]

    __table_args__ = (one_of("wish", NoticeWish),)


class NoticeRow(Base):
    """Something that needs a coordinator, as far as she knows of it: ``item`` names it for as long as it lasts
    (``scheduler/desk/items.py``), ``since`` is when it was noticed. It was ``told_at`` a moment, by ``mail_id``, or is
    still to be told."""

    __tablename__ = "desk_notice"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    item: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    told_at: Mapped[datetime | None]
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mail.id", ondelete="SET NULL"), index=True)


class ReminderRow(Base):
    """When somebody was last reminded of something, by a coordinator's click."""

    __tablename__ = "desk_reminder"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    kind: Mapped[ReminderKind] = mapped_column(EnumText(ReminderKind), primary_key=True)
    sent_at: Mapped[datetime]

    __table_args__ = (one_of("kind", ReminderKind),)
