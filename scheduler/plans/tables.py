"""Where plans and the runs that make them are kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.db import Base

_PUBLISHED = text("state = 'published'")
_GOING = text("state IN ('queued', 'running')")


class PlanRow(Base):
    """A plan: a draft until published; a published one is replaced by publishing another, never changed.

    ``number`` counts a programme's plans, ``revision`` its published ones. ``points`` are the referee's, by kind.
    """

    __tablename__ = "plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    number: Mapped[int]
    state: Mapped[str]
    revision: Mapped[int | None]
    score: Mapped[int]
    bound: Mapped[int | None]
    seconds: Mapped[float]
    points: Mapped[dict[str, int]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))

    groups: Mapped[list[GroupRow]] = relationship(order_by="GroupRow.id", cascade="all, delete-orphan")
    unplaced: Mapped[list[UnplacedRow]] = relationship(cascade="all, delete-orphan")

    __table_args__ = (
        UniqueConstraint("programme_id", "number"),
        UniqueConstraint("programme_id", "revision"),
        Index("uq_plan_published", "programme_id", unique=True, sqlite_where=_PUBLISHED, postgresql_where=_PUBLISHED),
        CheckConstraint("state IN ('draft', 'reviewed', 'published', 'superseded')", name="state"),
        CheckConstraint("(revision IS NULL) = (state IN ('draft', 'reviewed'))", name="revision"),
    )


class GroupRow(Base):
    """A group in one plan. ``key`` stays the same from plan to plan as long as the group lives."""

    __tablename__ = "group"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    key: Mapped[str]
    name: Mapped[str]
    model_id: Mapped[int] = mapped_column(ForeignKey("model.id"))
    mode: Mapped[str]
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))

    members: Mapped[list[MemberRow]] = relationship(cascade="all, delete-orphan")
    sessions: Mapped[list[PlannedSessionRow]] = relationship(
        order_by="PlannedSessionRow.round", cascade="all, delete-orphan"
    )

    __table_args__ = (UniqueConstraint("plan_id", "key"),)


class MemberRow(Base):
    """Who is in a group: residents, and faculty as facilitators."""

    __tablename__ = "member"

    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    role: Mapped[str]

    __table_args__ = (CheckConstraint("role IN ('resident', 'facilitator')", name="role"),)


class PlannedSessionRow(Base):
    """A session of a group in one plan; ``marks`` maps the id, as text, of everybody invited to their mark then."""

    __tablename__ = "planned_session"

    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    starts_at: Mapped[datetime]
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    facilitator_ids: Mapped[list[int]] = mapped_column(JSON)
    marks: Mapped[dict[str, str]] = mapped_column(JSON)


class UnplacedRow(Base):
    """A resident whom the plan leaves without a group; why, stands in its explanation."""

    __tablename__ = "unplaced"

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)


class ExplanationRow(Base):
    """Why a plan is as it is, for its coordinator only (``scheduler.plans.reasons``)."""

    __tablename__ = "explanation"

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), primary_key=True)
    reasons: Mapped[dict[str, Any]] = mapped_column(JSON)


class ToldRow(Base):
    """What one resident may read of why they are where they are: kept apart, and free of others' secrets."""

    __tablename__ = "told"

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    wishes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


class RunRow(Base):
    """One solving. ``instance`` is what was asked, in the instance format, with people as ids only."""

    __tablename__ = "run"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    state: Mapped[str]
    seconds: Mapped[float]
    workers: Mapped[int]
    seed: Mapped[int]
    instance: Mapped[str] = mapped_column(Text, deferred=True)
    residents: Mapped[int]
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    attempts: Mapped[int] = mapped_column(default=0)
    requested_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    queued_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    heartbeat_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id", ondelete="SET NULL"))
    error: Mapped[str] = mapped_column(default="")

    progress: Mapped[list[RunProgressRow]] = relationship(
        order_by="RunProgressRow.number", cascade="all, delete-orphan"
    )

    __table_args__ = (
        CheckConstraint("state IN ('queued', 'running', 'done', 'cancelled', 'failed')", name="state"),
        Index("ix_run_programme_id_state", "programme_id", "state"),
        Index("uq_run_going", "programme_id", unique=True, sqlite_where=_GOING, postgresql_where=_GOING),
        Index("ix_run_state", "state"),
    )


class RunProgressRow(Base):
    """One report of a run: seconds since it began, best score and bound so far."""

    __tablename__ = "run_progress"

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    seconds: Mapped[float]
    phase: Mapped[str]
    score: Mapped[int | None]
    bound: Mapped[int | None]
    placed: Mapped[int]
    groups: Mapped[int]
