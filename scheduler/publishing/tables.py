"""Where it is kept what each person is told privately about their own wishes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.db import Base, EnumText, one_of
from scheduler.publishing.model import OwnChoice


class UnmetWishRow(Base):
    """What of one person's own wishes their published ``groups``, by their keys, do not meet: for their eyes alone.

    ``unmet`` are pairs of a kind and what it is about, as they were when the groups were formed: whoever changes their
    answers afterwards learns nothing new about the others. ``choice`` is what they want to do about it.
    """

    __tablename__ = "unmet_wish"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    groups: Mapped[list[str]] = mapped_column(JSON)
    unmet: Mapped[list[Any]] = mapped_column(JSON)
    found_at: Mapped[datetime]
    mailed_at: Mapped[datetime | None]
    choice: Mapped[OwnChoice | None] = mapped_column(EnumText(OwnChoice))
    chosen_at: Mapped[datetime | None]

    __table_args__ = (one_of("choice", OwnChoice),)
