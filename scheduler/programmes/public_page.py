"""A programme's page for everybody: what it is, in the coordinator's own words and a few facts. It names nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from scheduler.audit.service import record
from scheduler.db import Db
from scheduler.errors import Fault, Rejected
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.programmes.tables import ProgrammePageRow, ProgrammeRow

LONGEST_TEXT: Final = 4000


@dataclass(frozen=True, slots=True)
class ProgrammePage:
    """``text`` is plain, an empty line parts paragraphs; ``is_shared`` says whether strangers may read the page."""

    programme: Programme
    text: str
    is_shared: bool

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The text, paragraph by paragraph."""
        return tuple(part.strip() for part in self.text.split("\n\n") if part.strip())


def page_to_edit(db: Db, actor: Actor, programme_id: int) -> ProgrammePage:
    """The page as its coordinator has it, shared or not."""
    actor.must_have(programme_id, Role.COORDINATOR)
    return _page(db, programme_id, db.get(ProgrammePageRow, programme_id))


def save_page(db: Db, actor: Actor, programme_id: int, text: str, is_shared: bool, now: datetime) -> None:
    """Take over the words, and open the page to everybody or close it. Raises Rejected for too long a text."""
    actor.must_have(programme_id, Role.COORDINATOR)
    plain = "\n".join(line.rstrip() for line in text.strip().splitlines())
    if len(plain) > LONGEST_TEXT:
        fault = Fault("text", say("The text is longer than %(count)s characters.", count=LONGEST_TEXT))
        raise Rejected(say("The page was not saved."), (fault,))
    row = db.get(ProgrammePageRow, programme_id) or ProgrammePageRow(programme_id=programme_id)
    row.text = plain
    row.shared_at = (row.shared_at or now) if is_shared else None
    db.add(row)
    record(db, actor, "page.shared" if is_shared else "page.kept", now, programme_id)


def find_shared(db: Db, slug: str) -> ProgrammePage | None:
    """The page behind a public address; None where there is none, or its coordinator has not opened it."""
    row = db.scalar(
        select(ProgrammePageRow)
        .join(ProgrammeRow, ProgrammeRow.id == ProgrammePageRow.programme_id)
        .where(ProgrammeRow.slug == slug, ProgrammePageRow.shared_at.is_not(None))
    )
    return _page(db, row.programme_id, row) if row else None


def _page(db: Db, programme_id: int, row: ProgrammePageRow | None) -> ProgrammePage:
    programme = get_programme(db, programme_id)
    return ProgrammePage(programme, row.text if row else "", row is not None and row.shared_at is not None)
