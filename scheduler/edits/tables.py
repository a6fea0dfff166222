"""Where changes of a draft by hand are kept: how far they have gone, one by one, and what is pinned."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.db import Base, EnumText, one_of
from scheduler.edits.model import PinKind


class EditedDraftRow(Base):
    """A draft that has been changed by hand. ``version`` counts its changes, undone ones and done again ones too;
    ``position`` is how many of those in its history hold. ``mark`` is another after every change: whoever has the
    draft in memory knows by it whether they have it as it is."""

    __tablename__ = "edited_draft"

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int]
    position: Mapped[int]
    mark: Mapped[str]
    saved_at: Mapped[datetime]


class DraftEditRow(Base):
    """One change of a draft by hand, with what it touched as it was ``before`` it and as it is ``after``: so it can be
    undone and done again to the letter."""

    __tablename__ = "draft_edit"

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    edit: Mapped[dict[str, Any]] = mapped_column(JSON)
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))


class DraftPinRow(Base):
    """Something of a draft that the planner leaves as it is; fields that its kind does not take are empty."""

    __tablename__ = "draft_pin"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), index=True)
    kind: Mapped[PinKind] = mapped_column(EnumText(PinKind))
    group_key: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    other_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    round: Mapped[int | None]

    __table_args__ = (
        one_of("kind", PinKind),
        UniqueConstraint("plan_id", "kind", "group_key", "person_id", "other_id", "round", name="uq_draft_pin"),
    )
