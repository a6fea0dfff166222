"""Where charters and the agreements to them are kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.db import Base


class CharterRow(Base):
    """One version of a programme's charter. Versions are added, never changed: people agreed to their very words."""

    __tablename__ = "charter"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    confidentiality: Mapped[str] = mapped_column(Text)
    expectations: Mapped[str] = mapped_column(Text)
    communication: Mapped[str] = mapped_column(Text)
    adopted_at: Mapped[datetime]
    adopted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))

    __table_args__ = (CheckConstraint("version > 0", name="version"),)


class AgreementRow(Base):
    """Somebody's agreement, in one group. ``company`` are the ids of all who were in it then: it lapses when
    somebody joins, and stands when somebody leaves."""

    __tablename__ = "charter_agreement"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    group_key: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    version: Mapped[int]
    company: Mapped[list[int]] = mapped_column(JSON)
    accepted_at: Mapped[datetime]
