"""Where programmes are kept."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.db import Base


class ProgrammeRow(Base):
    """A mentoring programme. ``weights`` are the planner's points where they differ from the defaults, ``duty_policy``
    is what duties leave open where that differs (:mod:`scheduler.availability.policy`)."""

    __tablename__ = "programme"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    zone: Mapped[str]
    first_day: Mapped[date]
    last_day: Mapped[date]
    session_minutes: Mapped[int]
    min_gap_days: Mapped[int]
    quorum: Mapped[float]
    min_attendance: Mapped[float]
    rest_preset: Mapped[str]
    duty_policy: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    buffer_minutes: Mapped[int] = mapped_column(default=0, server_default="0")
    weights: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime]

    rounds: Mapped[list[RoundRow]] = relationship(order_by="RoundRow.index", cascade="all, delete-orphan")
    windows: Mapped[list[WindowRow]] = relationship(order_by="WindowRow.id", cascade="all, delete-orphan")
    models: Mapped[list[ModelRow]] = relationship(order_by="ModelRow.id", cascade="all, delete-orphan")
    sites: Mapped[list[SiteRow]] = relationship(order_by="SiteRow.id", cascade="all, delete-orphan")

    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="dates"),
        CheckConstraint("quorum > 0 AND quorum <= 1", name="quorum"),
        CheckConstraint("session_minutes > 0", name="session_minutes"),
    )


class RoundRow(Base):
    """A span of days in which every group meets once; both days count."""

    __tablename__ = "round"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    index: Mapped[int] = mapped_column(primary_key=True)
    first_day: Mapped[date]
    last_day: Mapped[date]


class WindowRow(Base):
    """When sessions may be held: a weekday (Monday 0) and wall-clock times in the programme's zone.

    Candidate starts stand every ``step_minutes`` from ``opens_at``, as long as the session ends by ``closes_at``.
    In a ``protected`` window people on an ordinary day duty are released.
    """

    __tablename__ = "window"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), index=True)
    weekday: Mapped[int]
    opens_at: Mapped[time]
    closes_at: Mapped[time]
    step_minutes: Mapped[int]
    protected: Mapped[bool]

    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("step_minutes > 0", name="step_minutes"),
    )


class ModelRow(Base):
    """A mentoring model and its rules (``docs/instance-format.md``)."""

    __tablename__ = "model"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    key: Mapped[str]
    name: Mapped[str]
    size_min: Mapped[int]
    size_max: Mapped[int]
    target: Mapped[int | None]
    spread_min: Mapped[int]
    spread_max: Mapped[int]
    facilitators_min: Mapped[int]
    facilitators_max: Mapped[int]
    present: Mapped[int]

    __table_args__ = (UniqueConstraint("programme_id", "key"),)


class SiteRow(Base):
    """A place of work; duties there are written in its ``zone``."""

    __tablename__ = "site"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    key: Mapped[str]
    name: Mapped[str]
    zone: Mapped[str]

    rooms: Mapped[list[RoomRow]] = relationship(order_by="RoomRow.id", cascade="all, delete-orphan")

    __table_args__ = (UniqueConstraint("programme_id", "key"),)


class JourneyRow(Base):
    """How long the way from one site to another takes; as long either way only if both are kept."""

    __tablename__ = "journey"

    from_site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"), primary_key=True)
    to_site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"), primary_key=True, index=True)
    minutes: Mapped[int]

    __table_args__ = (CheckConstraint("minutes > 0", name="minutes"),)


class RoomRow(Base):
    """A room for groups, open on ``weekdays`` (a string of digits, Monday 0) between two wall-clock times."""

    __tablename__ = "room"

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"))
    key: Mapped[str]
    name: Mapped[str]
    capacity: Mapped[int]
    weekdays: Mapped[str]
    opens_at: Mapped[time]
    closes_at: Mapped[time]

    __table_args__ = (UniqueConstraint("site_id", "key"), CheckConstraint("capacity > 0", name="capacity"))


class ProgrammePageRow(Base):
    """What a programme tells everybody who has its page's address: the coordinator's own words, plain text.

    The page is open from ``shared_at`` on; None where it is not, or not any more.
    """

    __tablename__ = "programme_page"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    shared_at: Mapped[datetime | None]
