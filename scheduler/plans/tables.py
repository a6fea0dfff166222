"""Where plans and the runs that make them are kept."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.db import Base, EnumText, one_of, quoted
from scheduler.plans.model import UNPUBLISHED, MemberRole, PlanState, RunState

_PUBLISHED = text(f"state = '{PlanState.PUBLISHED}'")


class PlanRow(Base):
    """A plan: a draft until published. A published one is replaced by publishing another; until then groups choose
    dates of their own, and its coordinator changes what has to be changed, at ``changed_at`` last.

    ``number`` counts a programme's plans, ``revision`` its published ones. ``points`` are the referee's, by kind.
    ``repairs`` has for a repair the groups that it changes, by their keys, each with a mark of what it was when the
    repair was asked for ("" for a new one): a group that is no longer so cannot be changed by it any more.
    ``trial_steps`` are the rules that a draft was tried with (``scheduler/planning/trial_steps.py``), ``made_from`` the
    revision that it was made from, ``counts`` what the list of plans says of it, None where that is to be counted.
    ``as_published`` has its groups as they were when it was published (``scheduler/edits/meanwhile.py``), None for
    drafts and for plans from before that was kept.
    """

    __tablename__ = "plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    number: Mapped[int]
    state: Mapped[PlanState] = mapped_column(EnumText(PlanState))
    revision: Mapped[int | None]
    score: Mapped[int]
    bound: Mapped[int | None]
    seconds: Mapped[float]
    points: Mapped[dict[str, int]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    repairs: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    changed_at: Mapped[datetime | None]
    trial_steps: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    made_from: Mapped[int | None]
    counts: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True))
    as_published: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), deferred=True)

    groups: Mapped[list[GroupRow]] = relationship(order_by="GroupRow.id", cascade="all, delete-orphan")
    unplaced: Mapped[list[UnplacedRow]] = relationship(cascade="all, delete-orphan")

    __table_args__ = (
        UniqueConstraint("programme_id", "number"),
        UniqueConstraint("programme_id", "revision"),
        Index("uq_plan_published", "programme_id", unique=True, sqlite_where=_PUBLISHED, postgresql_where=_PUBLISHED),
        one_of("state", PlanState),
        CheckConstraint(f"(revision IS NULL) = (state IN ({quoted(UNPUBLISHED)}))", name="revision"),
    )


class GroupRow(Base):
    """A group in one plan. ``key`` stays the same from plan to plan as long as the group lives, and so does the
    ``number`` in its name, None where its people named it themselves. One that has ``ended_at`` meets no more, and no
    plan takes its key up again."""

    __tablename__ = "group"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    key: Mapped[str]
    name: Mapped[str]
    number: Mapped[int | None]
    model_id: Mapped[int] = mapped_column(ForeignKey("model.id"))
    mode: Mapped[str]
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    ended_at: Mapped[datetime | None]

    members: Mapped[list[MemberRow]] = relationship(cascade="all, delete-orphan")
    sessions: Mapped[list[PlannedSessionRow]] = relationship(
        order_by="PlannedSessionRow.round", cascade="all, delete-orphan"
    )

    __table_args__ = (UniqueConstraint("plan_id", "key"),)


class MemberRow(Base):
    """Who is in a group: residents, and faculty as facilitators; ``since`` when, if they came in after the plan was
    published. ``beside`` is somebody who is in it beside the group that the planner found for them, where a programme
    lets residents be in several. ``by_hand`` is whom a coordinator put there."""

    __tablename__ = "member"

    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    role: Mapped[MemberRole] = mapped_column(EnumText(MemberRole))
    since: Mapped[datetime | None]
    beside: Mapped[bool] = mapped_column(default=False, server_default=false())
    by_hand: Mapped[bool] = mapped_column(default=False, server_default=false())

    __table_args__ = (one_of("role", MemberRole),)


class GroupPauseRow(Base):
    """Days, both included, on which a group does not meet, whatever plan is published."""

    __tablename__ = "group_pause"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    group_key: Mapped[str] = mapped_column(primary_key=True)
    first_day: Mapped[date]
    last_day: Mapped[date]

    __table_args__ = (CheckConstraint("first_day <= last_day", name="days"),)


class PlannedSessionRow(Base):
    """A session of a group in one plan; ``marks`` maps the id, as text, of everybody invited to their mark then.
    ``by_hand`` is one whose date, place or facilitators a coordinator set."""

    __tablename__ = "planned_session"

    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    starts_at: Mapped[datetime]
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    facilitator_ids: Mapped[list[int]] = mapped_column(JSON)
    marks: Mapped[dict[str, str]] = mapped_column(JSON)
    by_hand: Mapped[bool] = mapped_column(default=False, server_default=false())


class UnplacedRow(Base):
    """A resident whom the plan leaves without a group; its explanation says why."""

    __tablename__ = "unplaced"

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)


class ExplanationRow(Base):
    """Why a plan is as it is, for its coordinator only (``scheduler.reasons``)."""

    __tablename__ = "explanation"

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), primary_key=True)
    reasons: Mapped[dict[str, Any]] = mapped_column(JSON)


class OwnWishesRow(Base):
    """What one resident may read of why they are where they are: kept apart, and free of others' secrets."""

    __tablename__ = "told"

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    wishes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


class RunRow(Base):
    """One solving. ``instance`` is what was asked, in the instance format, with people as ids only; ``repair`` what
    else a repair needs to know (``scheduler/planning/repair.py``), ``improves`` what one that goes on from a draft does
    (``scheduler/edits/improvement.py``), ``trial_steps`` the rules that it tries and ``asked`` all rules that it goes
    by, in short (``scheduler/planning/run_inputs.py``). ``answer`` is the plan that it found, in the solution format:
    its draft may be changed or deleted."""

    __tablename__ = "run"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    state: Mapped[RunState] = mapped_column(EnumText(RunState))
    seconds: Mapped[float]
    workers: Mapped[int]
    seed: Mapped[int]
    instance: Mapped[str] = mapped_column(Text, deferred=True)
    answer: Mapped[str | None] = mapped_column(Text, deferred=True)
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
    repair: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    improves: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    trial_steps: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    asked: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

    progress: Mapped[list[RunProgressRow]] = relationship(
        order_by="RunProgressRow.number", cascade="all, delete-orphan"
    )

    __table_args__ = (
        one_of("state", RunState),
        Index("ix_run_programme_id_state", "programme_id", "state"),
        Index("ix_run_state", "state"),
    )


class WorkerRow(Base):
    """A process that makes plans and does what else there is to do beside the pages, on a ``machine``, as it last gave
    a sign of life; it makes ``runs`` plans at once. It is there as long as the process, or until others find it gone.
    """

    __tablename__ = "worker"

    id: Mapped[int] = mapped_column(primary_key=True)
    machine: Mapped[str]
    process_id: Mapped[int]
    runs: Mapped[int]
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class RunProgressRow(Base):
    """One report of a run: seconds since it began, best score and bound so far, and what the best plan comes to:
    sessions ``held``, the ``seats`` at them and the residents ``coming`` there."""

    __tablename__ = "run_progress"

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    seconds: Mapped[float]
    phase: Mapped[str]
    score: Mapped[int | None]
    bound: Mapped[int | None]
    placed: Mapped[int]
    groups: Mapped[int]
    held: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    coming: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    seats: Mapped[int] = mapped_column(default=0, server_default=text("0"))
