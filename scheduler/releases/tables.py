"""Where releases are kept, and who keeps which rota."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.db import Base


class RotaManagerRow(Base):
    """Whoever keeps rotas: a person, an office or a department. A name and an address that a coordinator entered, used
    for cover lists and for nothing else; without an address nothing can be sent to them."""

    __tablename__ = "rota_manager"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    name: Mapped[str]
    email: Mapped[str] = mapped_column(default="", server_default="")
    added_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("programme_id", "name"),)


class KeptRotaRow(Base):
    """Who keeps a rota, by its site and name, so that it holds for the next file of that name as well. The empty name
    stands for whatever of the site nobody else keeps."""

    __tablename__ = "kept_rota"

    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"), primary_key=True)
    rota: Mapped[str] = mapped_column(primary_key=True)
    manager_id: Mapped[int] = mapped_column(ForeignKey("rota_manager.id", ondelete="CASCADE"), index=True)


class HandedOverRow(Base):
    """A release whose rota somebody else keeps since ``handed_at``: the calendar of the former rota manager shows it as
    cancelled for a while, with this ``sequence``. It goes when they keep the rota again."""

    __tablename__ = "release_handed_over"

    release_id: Mapped[int] = mapped_column(ForeignKey("release.id", ondelete="CASCADE"), primary_key=True)
    manager_id: Mapped[int] = mapped_column(
        ForeignKey("rota_manager.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    sequence: Mapped[int]
    handed_at: Mapped[datetime]


class ReleaseRow(Base):
    """Somebody has to be released from the duties of a rota for a session, from when until when; ``duty`` is what the
    rota calls them. Worked out once per change.

    ``sequence`` rises with each change, for calendars. From ``ended_at`` on the release is no longer needed; it is
    kept for a while, so that calendars show it as cancelled.
    """

    __tablename__ = "release"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"))
    rota: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    duty: Mapped[str]
    sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("session_id", "person_id", "site_id", "rota"),
        CheckConstraint("starts_at < ends_at", name="times"),
        Index("ix_release_programme_id_starts_at", "programme_id", "starts_at"),
    )
