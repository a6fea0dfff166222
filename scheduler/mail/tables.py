"""Where outgoing mail waits until it is sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.db import Base


class MailRow(Base):
    """A message, tried again later where the server would not take it.

    ``next_try_at`` is also how long a sender has claimed it for; None once it is sent or given up, and then the text
    is gone too. From ``over_at`` on it is not worth sending any more.
    """

    __tablename__ = "mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    over_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")

    __table_args__ = (Index("ix_mail_next_try_at", "next_try_at"),)
