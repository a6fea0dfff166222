"""Where is kept what people say after sessions and once a term."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.db import Base, EnumText, one_of
from scheduler.voices.model import Released


class ReleaseAnswerRow(Base):
    """That somebody is asked whether they were released for a session, and what they said. A link in a mail names it by
    its number. What somebody said who is deleted stays as an answer of the site ``site_id``: all of theirs have one
    number, ``unnamed``, so that figures go on counting them as one person."""

    __tablename__ = "release_answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"))
    unnamed: Mapped[int | None]
    answer: Mapped[Released | None] = mapped_column(EnumText(Released))
    said_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("session_id", "person_id"),
        one_of("answer", Released),
        CheckConstraint("(answer IS NULL) = (said_at IS NULL)", name="said_at"),
    )


class PulseRow(Base):
    """A term's pulse: from which day on people are asked, what, and taken from where. ``questions`` are keys of our own
    statements, or the site's text. ``changed_text`` is what the coordinator changed because people answered."""

    __tablename__ = "pulse"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    opens_on: Mapped[date]
    instrument: Mapped[str]
    questions: Mapped[list[str]] = mapped_column(JSON)
    changed_text: Mapped[str] = mapped_column(Text, default="", server_default="")
    changed_at: Mapped[datetime | None]


class PulseAnswerRow(Base):
    """One answer to one statement, from 1 to 5. Whoever deletes what is held on them is cut off from it, and it counts
    on: a result that was shown does not move."""

    __tablename__ = "pulse_answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    question: Mapped[int]
    value: Mapped[int]
    said_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("programme_id", "person_id", "question"),
        CheckConstraint("question >= 0", name="question"),
        CheckConstraint("value BETWEEN 1 AND 5", name="value"),
    )


class GoalWeightRow(Base):
    """How much an area matters to somebody (1 to 5) and how far they have come in it (0 to 4)."""

    __tablename__ = "goal_weight"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    area: Mapped[str] = mapped_column(primary_key=True)
    importance: Mapped[int]
    progress: Mapped[int]
    changed_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("importance BETWEEN 1 AND 5", name="importance"),
        CheckConstraint("progress BETWEEN 0 AND 4", name="progress"),
    )


class FacilitationRow(Base):
    """What a member ticked about a facilitator of theirs in a term: what helps, and one thing that would help more.

    What somebody said who is deleted stays: all of theirs about a facilitator have one number, ``unnamed``, so that
    pools go on counting them as one person."""

    __tablename__ = "facilitation_answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    facilitator_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    strengths: Mapped[list[str]] = mapped_column(JSON)
    change: Mapped[str]
    day: Mapped[date]
    unnamed: Mapped[int | None]

    __table_args__ = (UniqueConstraint("programme_id", "person_id", "facilitator_id"),)


class NominationRow(Base):
    """A facilitator nominated for an award, by whom and why. ``agrees`` is None until the nominee has answered whether
    it may be sent on."""

    __tablename__ = "award_nomination"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    nominee_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    text: Mapped[str] = mapped_column(Text)
    day: Mapped[date]
    agrees: Mapped[bool | None]

    __table_args__ = (UniqueConstraint("programme_id", "nominee_id", "by_id"),)


class JobPlanRow(Base):
    """The hours a year that a facilitator's job plan has for mentoring."""

    __tablename__ = "job_plan"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    hours_a_year: Mapped[int]

    __table_args__ = (CheckConstraint("hours_a_year > 0", name="hours_a_year"),)


class PathwayRow(Base):
    """A resident on the way to facilitating: willing since when, trained on which day, and since when the coordinator
    has given her word."""

    __tablename__ = "facilitator_pathway"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    willing_at: Mapped[datetime]
    trained_on: Mapped[date | None]
    word_at: Mapped[datetime | None]


class CoLedRow(Base):
    """A session that a resident on the way led together with its facilitator, who noted it."""

    __tablename__ = "co_led"

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    noted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
