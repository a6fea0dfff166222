"""Where programmes are kept."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Row, Text, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.db import Base, EnumText, one_of
from scheduler.programmes.model import Conduct, DateSettling, Differing, HelpKind, MentoringModel


class ProgrammeRow(Base):
    """A mentoring programme. ``weights`` are the planner's points where they differ from the defaults, ``duty_policy``
    is what duties leave open where that differs (:mod:`scheduler.availability.policy`); from ``freeze_days`` on stands
    the :class:`~scheduler.programmes.model.Conduct`, from ``country`` on with ``days_off`` its
    :class:`~scheduler.programmes.closed_days.ClosedDays`. ``relation_policies`` are those that are not as usual
    (:mod:`scheduler.people.relations`). ``follows_id`` is the term before this
    one, whose groups go on if it ``keeps_groups``. From ``ended_at`` on nothing is planned or mailed any more; from
    ``archived_at`` on it is only shown to whoever looks for it. ``facts_mark`` is another whenever any fact
    has changed that something is worked out from: what is kept in memory is good as long as it is the same."""

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
    freeze_days: Mapped[int] = mapped_column(default=14, server_default="14")
    interval_days: Mapped[int | None]
    settling: Mapped[DateSettling] = mapped_column(
        EnumText(DateSettling), default=DateSettling.VOTE, server_default=DateSettling.VOTE.value
    )
    settles_itself: Mapped[bool] = mapped_column(default=False, server_default=false())
    hours_a_month: Mapped[int | None]
    hours_a_year: Mapped[int | None]
    several_groups: Mapped[bool] = mapped_column(default=False, server_default=false())
    publish_ahead_days: Mapped[int] = mapped_column(default=42, server_default="42")
    fairness_points: Mapped[int] = mapped_column(default=10, server_default="10")
    swap_days: Mapped[int] = mapped_column(default=10, server_default="10")
    early_days: Mapped[int] = mapped_column(default=28, server_default="28")
    preferences_days: Mapped[int] = mapped_column(default=90, server_default="90")
    attendance_days: Mapped[int] = mapped_column(default=365, server_default="365")
    circles: Mapped[bool] = mapped_column(default=False, server_default=false())
    isolated_first: Mapped[bool] = mapped_column(default=False, server_default=false())
    hybrid: Mapped[bool] = mapped_column(default=False, server_default=false())
    country: Mapped[str] = mapped_column(default="", server_default="")
    region: Mapped[str] = mapped_column(default="", server_default="")
    kept_open: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    first_within_days: Mapped[int | None]
    facilitators_differ: Mapped[Differing] = mapped_column(
        EnumText(Differing), default=Differing.NOTHING, server_default=""
    )
    relation_policies: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default="{}")
    change_goal: Mapped[str] = mapped_column(default="", server_default="")
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id", ondelete="SET NULL"))
    keeps_groups: Mapped[bool] = mapped_column(default=False, server_default=false())
    ended_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    facts_mark: Mapped[str] = mapped_column(default="", server_default="")

    rounds: Mapped[list[RoundRow]] = relationship(order_by="RoundRow.index", cascade="all, delete-orphan")
    windows: Mapped[list[WindowRow]] = relationship(order_by="WindowRow.id", cascade="all, delete-orphan")
    models: Mapped[list[ModelRow]] = relationship(order_by="ModelRow.id", cascade="all, delete-orphan")
    sites: Mapped[list[SiteRow]] = relationship(order_by="SiteRow.id", cascade="all, delete-orphan")
    days_off: Mapped[list[DaysOffRow]] = relationship(order_by="DaysOffRow.first_day", cascade="all, delete-orphan")
    grades: Mapped[list[GradeRow]] = relationship(order_by="GradeRow.stage", cascade="all, delete-orphan")

    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="dates"),
        CheckConstraint("quorum > 0 AND quorum <= 1", name="quorum"),
        CheckConstraint("session_minutes > 0", name="session_minutes"),
        CheckConstraint("freeze_days >= 0", name="freeze_days"),
        CheckConstraint("publish_ahead_days >= 0", name="publish_ahead_days"),
        CheckConstraint("fairness_points > 0", name="fairness_points"),
        CheckConstraint("swap_days >= 0", name="swap_days"),
        CheckConstraint("early_days >= 0", name="early_days"),
        CheckConstraint("preferences_days >= 0", name="preferences_days"),
        CheckConstraint("attendance_days >= 0", name="attendance_days"),
        CheckConstraint("first_within_days > 0", name="first_within_days"),
        CheckConstraint("interval_days > 0", name="interval_days"),
        CheckConstraint("hours_a_month > 0 AND hours_a_year > 0", name="hours"),
        one_of("settling", DateSettling),
        one_of("facilitators_differ", Differing),
    )

    def conduct(self) -> Conduct:
        """How the programme treats what is published."""
        return Conduct(**{each.name: getattr(self, each.name) for each in fields(Conduct)})


class RoundRow(Base):
    """A span of days in which every group meets once; both days count."""

    __tablename__ = "round"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    index: Mapped[int] = mapped_column(primary_key=True)
    first_day: Mapped[date]
    last_day: Mapped[date]


class DaysOffRow(Base):
    """Days, both included, on which the programme does not meet, and why."""

    __tablename__ = "days_off"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    name: Mapped[str]

    __table_args__ = (CheckConstraint("first_day <= last_day", name="dates"),)


class GradeRow(Base):
    """What people of one stage of training are called."""

    __tablename__ = "grade"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    stage: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]

    __table_args__ = (UniqueConstraint("programme_id", "name"),)


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
    turns: Mapped[bool] = mapped_column(default=True, server_default=true())
    closing: Mapped[bool] = mapped_column(default=False, server_default=false())

    __table_args__ = (UniqueConstraint("programme_id", "key"),)

    @classmethod
    def of(cls, model: MentoringModel) -> ModelRow:
        """A new row for a model."""
        row = cls(key=model.key)
        row.take_over(model)
        return row

    def take_over(self, model: MentoringModel) -> None:
        """Make the row say what the model says."""
        self.name, self.target, self.present = model.name, model.target, model.present
        self.size_min, self.size_max = model.size
        self.spread_min, self.spread_max = model.spread
        self.facilitators_min, self.facilitators_max = model.facilitators
        self.turns, self.closing = model.turns, model.closing


def model_of(row: Row[Any] | ModelRow) -> MentoringModel:
    """The model that is stored in a row."""
    return MentoringModel(
        key=row.key,
        name=row.name,
        size=(row.size_min, row.size_max),
        target=row.target,
        spread=(row.spread_min, row.spread_max),
        facilitators=(row.facilitators_min, row.facilitators_max),
        present=row.present,
        id=row.id,
        turns=row.turns,
        closing=row.closing,
    )


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


class SignpostRow(Base):
    """Where people of a programme find help that mentoring is not: its name, a number to call, an address on the web,
    and when. The first stands first; either number or address is there, or both."""

    __tablename__ = "signpost"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), index=True)
    kind: Mapped[HelpKind] = mapped_column(EnumText(HelpKind))
    name: Mapped[str]
    phone: Mapped[str] = mapped_column(default="", server_default="")
    url: Mapped[str] = mapped_column(default="", server_default="")
    when: Mapped[str] = mapped_column("open_when", default="", server_default="")

    __table_args__ = (
        one_of("kind", HelpKind),
        CheckConstraint("phone <> '' OR url <> ''", name="way"),
    )
