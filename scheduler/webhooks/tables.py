"""Where is kept whom a programme tells of its changes, and how far they have been told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, false
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.db import Base


class WebhookRow(Base):
    """An address that is told of ``events``. Its secret is worked out from ``salt`` and the installation's own.

    ``place`` is the last line of the audit trail that it was told of, or that is none of its events. It is told again
    at ``next_try_at``, None once it was given up or while it is ``paused``. ``test_at`` is when a test was asked for
    that has not been sent yet.
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
    paused: Mapped[bool] = mapped_column(default=False, server_default=false())
    test_at: Mapped[datetime | None]


class WebhookDeliveryRow(Base):
    """A message that was sent to an address, the last few of each; ``error`` is empty for one that was taken."""

    __tablename__ = "webhook_delivery"

    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    event: Mapped[str]
    error: Mapped[str]
