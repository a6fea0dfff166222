"""Where releases of a programme's evidence are kept, and whom they counted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.db import Base


class EvidenceReleaseRow(Base):
    """Figures as they were published: nothing of a release changes. ``shown`` is what is read (``contents.py``).

    ``counted`` has of each figure the units that were in it, by people's numbers in :class:`EvidencePersonRow`, and
    which of its cells came from them: later releases are judged beside it. It is emptied once no more will come.
    ``record_place`` and ``record_digest`` name the last line of the audit record then.
    """

    __tablename__ = "evidence_release"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    number: Mapped[int]
    made_at: Mapped[datetime]
    record_place: Mapped[int]
    record_digest: Mapped[str]
    shown: Mapped[dict[str, Any]] = mapped_column(JSON)
    counted: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)

    __table_args__ = (UniqueConstraint("programme_id", "number"),)


class EvidencePersonRow(Base):
    """Somebody whom evidence counts, from the release ``entered`` on. ``cells`` are what they were then by aspect, as
    far as enough came in with them who were the same: it stays so, that nobody is alone in a difference between two
    releases. Who is deleted stays as a number."""

    __tablename__ = "evidence_person"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    kind: Mapped[str]
    entered: Mapped[int]
    cells: Mapped[dict[str, str]] = mapped_column(JSON)
