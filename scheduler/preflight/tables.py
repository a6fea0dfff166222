"""Where overrides of the checks before publishing are kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.db import Base, EnumText, one_of
from scheduler.preflight.model import Item


class PreflightOverrideRow(Base):
    """Who has overridden which item of which plan, when and why. ``covered`` maps what was read to how much of it
    there was (``scheduler/preflight/model.py``). It outlives a draft that is deleted."""

    __tablename__ = "preflight_override"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), index=True)
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id", ondelete="SET NULL"), index=True)
    item: Mapped[Item] = mapped_column(EnumText(Item))
    covered: Mapped[dict[str, int]] = mapped_column(JSON)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)

    __table_args__ = (one_of("item", Item),)
