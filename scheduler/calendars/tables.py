"""Where feeds are kept: the digest of each secret address and the body it serves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.calendars.model import OVER_ALL, Purpose
from scheduler.db import Base, EnumText, one_of, quoted


class FeedRow(Base):
    """A feed. ``owner_id`` holds the address; the subject is a person, group, programme, room, site or
    rota manager, by ``purpose``.

    The body is rendered once per change; ``etag`` and ``changed_at`` move exactly when it does. ``fault`` tells why
    the last attempt was not stored. From ``ended_at`` on the body is a notice; from ``revoked_at`` on it is empty.
    ``alarm_minutes`` and ``names_group`` are what the owner chose: a reminder so long before each session, and titles
    that tell the group's name.
    """

    __tablename__ = "feed"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[Purpose] = mapped_column(EnumText(Purpose))
    group_key: Mapped[str | None]
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id", ondelete="CASCADE"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"))
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("rota_manager.id", ondelete="CASCADE"))
    name: Mapped[str]
    page_url: Mapped[str] = mapped_column(default="", server_default="")
    alarm_minutes: Mapped[int | None]
    names_group: Mapped[bool] = mapped_column(default=False, server_default=false())
    etag: Mapped[str]
    changed_at: Mapped[datetime]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    fault: Mapped[str] = mapped_column(default="", server_default="")

    __table_args__ = (
        one_of("purpose", Purpose),
        CheckConstraint(f"(programme_id IS NULL) = (purpose IN ({quoted(OVER_ALL)}))", name="programme_id"),
        CheckConstraint(f"(group_key IS NOT NULL) = (purpose = '{Purpose.GROUP}')", name="group_key"),
        CheckConstraint(f"(room_id IS NOT NULL) = (purpose = '{Purpose.ROOM}')", name="room_id"),
        CheckConstraint(f"(site_id IS NOT NULL) = (purpose = '{Purpose.SITE}')", name="site_id"),
        CheckConstraint(f"(manager_id IS NOT NULL) = (purpose = '{Purpose.COVER}')", name="manager_id"),
        CheckConstraint("alarm_minutes > 0", name="alarm_minutes"),
        Index("ix_feed_programme_id_purpose", "programme_id", "purpose"),
    )


class FeedBodyRow(Base):
    """What a feed serves, apart from its row: looking feeds up or noting their use must not move bodies about.

    It is kept as it is mostly sent, compressed by gzip, so that every process sends the same octets under one tag.
    """

    __tablename__ = "feed_body"

    feed_id: Mapped[int] = mapped_column(ForeignKey("feed.id", ondelete="CASCADE"), primary_key=True)
    gzipped: Mapped[bytes]


class FeedDueRow(Base):
    """A feed that is still to be brought up to date for a programme: a change concerned many at once."""

    __tablename__ = "feed_due"

    feed_id: Mapped[int] = mapped_column(ForeignKey("feed.id", ondelete="CASCADE"), primary_key=True)
    programme_id: Mapped[int] = mapped_column(
        ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True, index=True
    )
