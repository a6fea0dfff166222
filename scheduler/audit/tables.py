"""Where the audit trail is kept, whose lines are only ever added."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.db import Base


class AuditRow(Base):
    """Who did what when. ``details`` hold ids, counts and dates, and the reason that a coordinator gave: no
    names and no wishes.

    ``place``, ``actor_then`` and ``digest`` are set by :mod:`scheduler.audit.chain` as the transaction ends.
    ``actor_then`` is the actor's number at that moment: ``actor_id`` becomes another where two entries of one person
    are merged.
    """

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id", ondelete="SET NULL"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    action: Mapped[str]
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    place: Mapped[int | None]
    actor_then: Mapped[int | None]
    digest: Mapped[str | None]

    __table_args__ = (
        Index("ix_audit_programme_id_at", "programme_id", "at"),
        Index("ix_audit_programme_id_place", "programme_id", "place"),
        Index("ix_audit_place", "place", unique=True),
    )


Index(
    "ix_audit_unsealed",
    AuditRow.id,
    sqlite_where=AuditRow.place.is_(None),
    postgresql_where=AuditRow.place.is_(None),
)


class AuditCheckRow(Base):
    """What the last look through the whole trail found: one row. ``broken`` is how many places are not as they were
    written."""

    __tablename__ = "audit_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    lines: Mapped[int]
    digest: Mapped[str]
    broken: Mapped[int]

    __table_args__ = (CheckConstraint("id = 1", name="one"),)


class AuditHeadRow(Base):
    """How many lines are sealed, and the digest of the last: one row, which whoever seals locks."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[int]
    digest: Mapped[str]

    __table_args__ = (CheckConstraint("id = 1", name="one"),)
