"""Where it is kept who would rather be in which other group, while the groups may be swapped."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.db import Base


class SwapWishRow(Base):
    """A resident in the group ``out_of`` who would go to the group ``into`` instead: keys of published groups.

    It counts while they are in the one, and until another plan is published; it is read by the product alone.
    """

    __tablename__ = "swap_wish"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    into: Mapped[str] = mapped_column(primary_key=True)
    out_of: Mapped[str]
    asked_at: Mapped[datetime]
