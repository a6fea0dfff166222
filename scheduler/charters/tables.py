"""Where charters and the agreements to them are kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.db import Base


class CharterRow(Base):
    """One version of a programme's charter. Versions are added, never changed: people agreed to their very words.
    ``language`` is the tag of that in which they are written, empty where nobody has said."""

    __tablename__ = "charter"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    confidentiality: Mapped[str] = mapped_column(Text)
    expectations: Mapped[str] = mapped_column(Text)
    communication: Mapped[str] = mapped_column(Text)
    time: Mapped[str] = mapped_column(Text, default="", server_default="")
    goals: Mapped[str] = mapped_column(Text, default="", server_default="")
    credit: Mapped[str] = mapped_column(Text, default="", server_default="")
    language: Mapped[str] = mapped_column(default="", server_default="")
    adopted_at: Mapped[datetime]
    adopted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))

    __table_args__ = (CheckConstraint("version > 0", name="version"),)


class GroupTermsRow(Base):
    """One version of what a group has added to the charter for itself; added and never changed, like the charter.

    ``texts`` maps a :class:`scheduler.charters.model.GroupField` to the group's words.
    """

    __tablename__ = "charter_terms"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    group_key: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    texts: Mapped[dict[str, str]] = mapped_column(JSON)
    written_at: Mapped[datetime]
    written_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))

    __table_args__ = (CheckConstraint("version > 0", name="version"),)


class HatsRow(Base):
    """In what roles a facilitator is there for one group, in their own word."""

    __tablename__ = "charter_hats"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    group_key: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    hats: Mapped[list[str]] = mapped_column(JSON)


class AgreementRow(Base):
    """Somebody's agreement, in one group, to one version of the charter and of what the group added to it.

    ``company`` are the ids of all who were in it then: it lapses when somebody joins, and stands when somebody leaves.
    ``hats`` are those that its facilitators wore then, by their ids; ``told`` what its people were to each other, as
    the keys of :class:`scheduler.charters.disclosures.Disclosure`. Agreements to earlier versions stay, as a record.
    """

    __tablename__ = "charter_agreement"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    group_key: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    terms: Mapped[int] = mapped_column(primary_key=True, default=0)
    hats: Mapped[dict[str, list[str]]] = mapped_column(JSON, default=dict)
    company: Mapped[list[int]] = mapped_column(JSON)
    told: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    accepted_at: Mapped[datetime]
