"""Where a programme's questions, and how far each person is with them, are kept. The answers themselves that planning
uses stand with the person's part in the programme (:mod:`scheduler.people.tables`)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.db import Base, EnumText, one_of
from scheduler.joining.model import RequestAbout


class JoiningRow(Base):
    """How a programme asks. Answers may be changed until the end of ``last_day``, for ever where it is None.

    ``only_joined``: plan those alone who said yes. ``code_needed``: plan those facilitators alone who are ready, which
    is so in every programme but those that were there before it was asked of all. ``training_kinds`` are the kinds of
    training that the programme asks for; None where it has not said, which means the usual ones. ``asked`` maps the
    categories that are asked openly to the values offered, none where people use their own words; where it is None, all
    are asked like that. ``asked_for`` is what the programme adds about what for. In the ``mixed`` ones
    it would like its groups to be mixed, for those who would like it too.
    """

    __tablename__ = "joining"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    last_day: Mapped[date | None]
    topics: Mapped[list[str]] = mapped_column(JSON)
    circumstances: Mapped[list[str]] = mapped_column(JSON)
    only_joined: Mapped[bool] = mapped_column(default=True)
    code_needed: Mapped[bool] = mapped_column(default=True)
    training_kinds: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    asked: Mapped[dict[str, list[str]] | None] = mapped_column(JSON(none_as_null=True))
    asked_for: Mapped[str] = mapped_column(default="", server_default="")
    mixed: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")


class AnswerRow(Base):
    """How far one person is: when they were invited, said yes, and which steps they have saved.

    ``needs`` is for the coordinators' eyes, in the person's own words; empty where they wrote nothing.
    """

    __tablename__ = "joining_answer"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    invited_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    agreed_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]
    steps: Mapped[list[str]] = mapped_column(JSON, default=list)
    needs: Mapped[str] = mapped_column(Text, default="")


class PortraitRow(Base):
    """A facilitator in their own words, and what they bring: ``deputy_wanted`` if they would rather not be alone, and
    ``peers_wanted`` if they would like to meet other facilitators.

    ``code_version`` is the version of the code of conduct that was signed, 0 the product's own text. ``code_noted_by``
    is the coordinator who noted a signature on paper; None where the facilitator signed here.
    """

    __tablename__ = "portrait"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    text: Mapped[str] = mapped_column(Text, default="")
    deputy_wanted: Mapped[bool] = mapped_column(default=False)
    peers_wanted: Mapped[bool] = mapped_column(default=False)
    code_signed_at: Mapped[datetime | None]
    code_version: Mapped[int] = mapped_column(default=0)
    code_noted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))


class DirectoryEntryRow(Base):
    """A facilitator who would like to be found by other facilitators: with what they help, and in which languages, in
    their own words. Without a row nobody is listed."""

    __tablename__ = "directory_entry"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    topics: Mapped[str] = mapped_column(default="")
    languages: Mapped[str] = mapped_column(default="")
    listed_at: Mapped[datetime]


class CodeOfConductRow(Base):
    """One version of a programme's code of conduct. Versions are added, never changed: people signed their very words.
    A programme without one has the product's own text, version 0."""

    __tablename__ = "code_of_conduct"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    adopted_at: Mapped[datetime]
    adopted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))

    __table_args__ = (CheckConstraint("version > 0", name="version"),)


class TrainingRow(Base):
    """A training that a facilitator has done, by the key of its kind.

    ``done_on`` is the day; how long that counts is the programme's to say. Where only the end is known it is
    ``valid_until``. It counts once a coordinator has verified it; one that was sent back waits for the facilitator.
    """

    __tablename__ = "training"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    done_on: Mapped[date | None]
    valid_until: Mapped[date | None]
    note: Mapped[str] = mapped_column(Text, default="")
    entered_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    verified_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    sent_back_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (
        CheckConstraint("(done_on IS NULL) <> (valid_until IS NULL)", name="one_day"),
        CheckConstraint("verified_at IS NULL OR sent_back_at IS NULL", name="one_answer"),
        Index("ix_training_programme_id_person_id", "programme_id", "person_id"),
    )


class ChangeRequestRow(Base):
    """Somebody who asks to change their answers after the last day; granted, they may until ``open_until``. Or, by what
    it is ``about``, somebody who would like another group, for whatever reason."""

    __tablename__ = "change_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    about: Mapped[RequestAbout] = mapped_column(
        EnumText(RequestAbout), default=RequestAbout.ANSWERS, server_default=RequestAbout.ANSWERS.value
    )
    note: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    granted: Mapped[bool | None]
    open_until: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("(decided_at IS NULL) = (granted IS NULL)", name="decided"),
        one_of("about", RequestAbout),
        Index("ix_change_request_programme_id_asked_at", "programme_id", "asked_at"),
    )
