"""Where it is kept what rota managers were told, and when."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.db import Base


class CoverSendingRow(Base):
    """A cover list that was sent: to whom, by whom, for which days, both included, and with how many lines. ``new``,
    ``changed`` and ``over`` count what was other than at the time before."""

    __tablename__ = "cover_sending"

    id: Mapped[int] = mapped_column(primary_key=True)
    manager_id: Mapped[int] = mapped_column(ForeignKey("rota_manager.id", ondelete="CASCADE"))
    sent_at: Mapped[datetime]
    sent_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    lines: Mapped[int]
    new: Mapped[int]
    changed: Mapped[int]
    over: Mapped[int]

    __table_args__ = (Index("ix_cover_sending_manager_id_sent_at", "manager_id", "sent_at"),)


class CoverToldRow(Base):
    """What a rota manager was last told of somebody and a session: when they are to be released, and from what."""

    __tablename__ = "cover_told"

    manager_id: Mapped[int] = mapped_column(ForeignKey("rota_manager.id", ondelete="CASCADE"), primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"), primary_key=True)
    rota: Mapped[str] = mapped_column(primary_key=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    duty: Mapped[str]
