"""What coordinators were told by e-mail and how they want it; whom they reminded, and when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.db import Base, EnumText, one_of
from scheduler.desk.model import NoticeWish, ReminderKind


class NoticeWishRow(Base):
    """How often a coordinator is e-mailed about what needs her in a programme, and when she was last. Its number stands
    in the link that ends such mail, so it is never given again."""

    __tablename__ = "desk_wish"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    wish: Mapped[NoticeWish] = mapped_column(EnumText(NoticeWish))
    told_at: Mapped[datetime | None]

    __table_args__ = (
        one_of("wish", NoticeWish),
        UniqueConstraint("programme_id", "person_id"),
        {"sqlite_autoincrement": True},
    )


class NoticeRow(Base):
    """Something that needs a coordinator, as far as she knows of it: ``item`` names it for as long as it lasts
    (``scheduler/desk/items.py``), ``since`` is when it was noticed. It was ``told_at`` a moment, by ``mail_id``, or is
    still to be told. ``told_parts`` and ``told_start`` are how many parts a trouble had then and when its session was:
    with more, or sooner, it is worse than she knows, and is told again."""

    __tablename__ = "desk_notice"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    item: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    told_at: Mapped[datetime | None]
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mail.id", ondelete="SET NULL"), index=True)
    told_parts: Mapped[int | None]
    told_start: Mapped[datetime | None]


class StockRow(Base):
    """A programme that was there before its coordinators were e-mailed at all: what needs them then is no news, and is
    noted in silence at the first look."""

    __tablename__ = "desk_stock"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)


class ReminderRow(Base):
    """When somebody was last reminded of something, by a coordinator's click."""

    __tablename__ = "desk_reminder"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    kind: Mapped[ReminderKind] = mapped_column(EnumText(ReminderKind), primary_key=True)
    sent_at: Mapped[datetime]

    __table_args__ = (one_of("kind", ReminderKind),)
