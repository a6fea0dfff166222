"""Where the audit trail is kept, whose lines are only ever added, and what people tell the oversight contact."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.db import Base


class AuditRow(Base):
    """Who did what when. ``details`` hold ids and counts, no names and no wishes."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id", ondelete="SET NULL"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    action: Mapped[str]
    details: Mapped[dict[str, Any]] = mapped_column(JSON)

    __table_args__ = (Index("ix_audit_programme_id_at", "programme_id", "at"),)


class ConcernRow(Base):
    """Something that somebody tells the oversight contact. ``person_id`` is None where they did not give their name;
    ``digest`` is of the code by which they find the answer."""

    __tablename__ = "concern"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    said_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(
            "kind IN ('boundaries', 'bullying', 'discrimination', 'credit', 'confidence', 'safety', 'other')",
            name="kind",
        ),
    )
