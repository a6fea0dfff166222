"""Where is kept whom a programme tells of its changes, and how far they have been told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.db import Base


class WebhookRow(Base):
    """An address that is told of ``events``. Its secret is worked out from ``salt`` and the installation's own.

    ``place`` is the last line of the audit trail that it was told of, or that is none of its events. It is told again
    at ``next_try_at``, None once it was given up.
    """

    __tablename__ = "webhook"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), index=True)
    address: Mapped[str]
    events: Mapped[list[str]] = mapped_column(JSON)
    salt: Mapped[str]
    made_at: Mapped[datetime]
    place: Mapped[int]
    attempts: Mapped[int]
    next_try_at: Mapped[datetime | None] = mapped_column(index=True)
    error: Mapped[str]
