"""Where troubles are kept, with their history."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.db import Base, EnumText, one_of
from scheduler.troubles.model import Aspect, Ending, TroubleKind, TroubleState

_LIVES = text(f"state <> '{TroubleState.SETTLED}'")


class TroubleRow(Base):
    """Something of what is published does not work.

    ``subject`` is what it is a trouble of; one lives for each, and a settled one stays as history. ``parts`` and
    ``touches`` are those of :class:`scheduler.troubles.model.Found`; ``accepted_parts`` are the parts that the
    coordinator accepted. ``fact`` and ``audit_id`` name the change that caused it, ``ended_audit_id`` the one that
    settled it. The ``rank`` is that of its kind. ``from_day`` is the day from which it is so, where
    that was still to come.
    """

    __tablename__ = "trouble"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    kind: Mapped[TroubleKind] = mapped_column(EnumText(TroubleKind))
    aspect: Mapped[Aspect] = mapped_column(EnumText(Aspect))
    rank: Mapped[int]
    group_key: Mapped[str]
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), index=True)
    subject: Mapped[str]
    parts: Mapped[list[str]] = mapped_column(JSON)
    touches: Mapped[list[int]] = mapped_column(JSON)
    state: Mapped[TroubleState] = mapped_column(EnumText(TroubleState))
    from_day: Mapped[date | None]
    since: Mapped[datetime]
    fact: Mapped[str]
    audit_id: Mapped[int | None] = mapped_column(ForeignKey("audit.id", ondelete="SET NULL"), index=True)
    accepted_parts: Mapped[list[str]] = mapped_column(JSON)
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    ended_at: Mapped[datetime | None]
    ending: Mapped[Ending | None] = mapped_column(EnumText(Ending))
    ended_audit_id: Mapped[int | None] = mapped_column(ForeignKey("audit.id", ondelete="SET NULL"))

    __table_args__ = (
        one_of("kind", TroubleKind),
        one_of("aspect", Aspect),
        one_of("state", TroubleState),
        CheckConstraint(f"(ended_at IS NULL) = (state <> '{TroubleState.SETTLED}')", name="ended_at"),
        Index(
            "uq_trouble_living", "programme_id", "subject", unique=True, sqlite_where=_LIVES, postgresql_where=_LIVES
        ),
        Index("ix_trouble_programme_id_state", "programme_id", "state"),
    )
