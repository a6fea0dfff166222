"""Where weekly patterns, people's own words and the marks worked out from everything are kept."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.availability.model import AllDay, PatternCategory
from scheduler.db import Base, EnumText, one_of
from scheduler.secret_texts import SecretText
from solvers.vocabulary import CAN, CANNOT, IF_NEED_BE, NOT_KNOWN


class WeeklyRow(Base):
    """A weekly pattern: on this weekday between these wall-clock times (the person's site) the mark holds.

    ``category`` says what it is: clinic, working_hours, not_working, own. ``except_days`` lists days, in ISO form, on
    which it does not hold.
    """

    __tablename__ = "weekly"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    weekday: Mapped[int]
    start: Mapped[time]
    end: Mapped[time]
    mark: Mapped[str]
    category: Mapped[PatternCategory] = mapped_column(EnumText(PatternCategory))
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    except_days: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")

    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        one_of("mark", (CANNOT, IF_NEED_BE, CAN)),
        Index("ix_weekly_programme_id_person_id", "programme_id", "person_id"),
    )


class OwnMarkRow(Base):
    """What a person said of a span of time themselves; it outranks the rota.

    With ``one_start`` it is about the session that starts at ``starts_at`` and about no other that the span touches.
    """

    __tablename__ = "own_mark"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    mark: Mapped[str]
    one_start: Mapped[bool] = mapped_column(default=False, server_default=false())

    __table_args__ = (
        one_of("mark", (CANNOT, IF_NEED_BE, CAN, NOT_KNOWN)),
        Index("ix_own_mark_programme_id_person_id", "programme_id", "person_id"),
    )


class AbsenceRow(Base):
    """Long leave: the person is paused from ``first_day`` to ``last_day`` (open where None), not taken out. It may
    begin at midday of the first day, and end at midday of the last."""

    __tablename__ = "absence"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date | None]
    from_midday: Mapped[bool] = mapped_column(default=False, server_default=false())
    until_midday: Mapped[bool] = mapped_column(default=False, server_default=false())

    __table_args__ = (
        CheckConstraint("last_day IS NULL OR first_day <= last_day", name="days"),
        Index("ix_absence_programme_id_person_id", "programme_id", "person_id"),
    )


class BusyCalendarRow(Base):
    """Another calendar of a person's, taken as busy time: fetched from ``address``, or uploaded once (empty address).

    The address is a secret, and sealed. ``all_day`` says what all-day events mean: ``leave``, ``ignore``, or ``ask``
    until the person has said. ``failures`` in a row since ``fetched_at`` put off ``next_fetch_at``; ``trouble`` names
    the last.
    """

    __tablename__ = "busy_calendar"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    address: Mapped[str] = mapped_column(SecretText("busy_calendar.address"))
    all_day: Mapped[AllDay] = mapped_column(EnumText(AllDay))
    added_at: Mapped[datetime]
    fetched_at: Mapped[datetime | None]
    next_fetch_at: Mapped[datetime | None] = mapped_column(index=True)
    failures: Mapped[int]
    trouble: Mapped[str]
    etag: Mapped[str]
    skipped: Mapped[int]

    __table_args__ = (one_of("all_day", AllDay),)


class BusySpanRow(Base):
    """Time taken in a calendar: when, and nothing else of it."""

    __tablename__ = "busy_span"

    id: Mapped[int] = mapped_column(primary_key=True)
    calendar_id: Mapped[int] = mapped_column(ForeignKey("busy_calendar.id", ondelete="CASCADE"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    all_day: Mapped[bool]


class AvailabilityRow(Base):
    """A person's marks, one character a slot of the programme, worked out once per change.

    ``planner_marks`` are the marks as the planner is given them (:mod:`scheduler.availability.planner_marks`), empty
    where they are the same. ``reasons`` holds, for each run of slots with one reason,
    ``[first slot, last slot, category, key, details]``.
    """

    __tablename__ = "availability"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    marks: Mapped[str]
    planner_marks: Mapped[str] = mapped_column("counted", default="", server_default="")
    reasons: Mapped[list[Any]] = mapped_column(JSON)
    worked_out_at: Mapped[datetime]
