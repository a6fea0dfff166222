"""What people tell the oversight contact."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.db import Base, EnumText, one_of
from scheduler.oversight.model import ConcernKind


class ConcernRow(Base):
    """Something that somebody tells the oversight contact. ``person_id`` is None where they did not give their name;
    ``digest`` is of the code by which they find the answer."""

    __tablename__ = "concern"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[ConcernKind] = mapped_column(EnumText(ConcernKind))
    text: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    said_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    __table_args__ = (one_of("kind", ConcernKind),)
