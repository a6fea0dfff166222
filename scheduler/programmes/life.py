"""The life of a programme: which term it follows, whether it has ended, and whether it is put away."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from scheduler.db import Db
from scheduler.errors import NotFound, NotPossible
from scheduler.languages import say
from scheduler.programmes.tables import ProgrammeRow


@dataclass(frozen=True, slots=True)
class Life:
    """Where a programme is in its life. ``follows`` and ``followed_by`` are the terms before and after it, id and name;
    with ``keeps_groups`` it goes on with the groups of the term before it."""

    ended_at: datetime | None
    archived_at: datetime | None
    is_over: bool
    follows: tuple[int, str] | None = None
    followed_by: tuple[int, str] | None = None
    keeps_groups: bool = False

    @property
    def has_ended(self) -> bool:
        """Whether it was ended: nothing is planned or mailed for it any more."""
        return self.ended_at is not None


def life_of(db: Db, programme_id: int, now: datetime) -> Life:
    """Where a programme is in its life."""
    row = db.get(ProgrammeRow, programme_id)
    if row is None:
        raise NotFound(say("We can’t find that programme."))
    before = db.get(ProgrammeRow, row.follows_id) if row.follows_id is not None else None
    after = db.scalar(
        select(ProgrammeRow).where(ProgrammeRow.follows_id == programme_id).order_by(ProgrammeRow.id.desc()).limit(1)
    )
    return Life(
        row.ended_at,
        row.archived_at,
        is_over=row.last_day < now.astimezone(ZoneInfo(row.zone)).date(),
        follows=(before.id, before.name) if before else None,
        followed_by=(after.id, after.name) if after else None,
        keeps_groups=row.keeps_groups,
    )


def has_ended(db: Db, programme_id: int) -> bool:
    """Whether the programme was ended."""
    return db.scalar(select(ProgrammeRow.ended_at).where(ProgrammeRow.id == programme_id)) is not None


def which_have_ended(db: Db, programme_ids: Collection[int]) -> frozenset[int]:
    """Those of the programmes that were ended."""
    ended = (ProgrammeRow.id.in_(programme_ids), ProgrammeRow.ended_at.is_not(None))
    return frozenset(db.scalars(select(ProgrammeRow.id).where(*ended)))


def must_go_on(db: Db, programme_id: int) -> None:
    """Raise :class:`NotPossible` for a programme that has ended: nothing is planned, changed or mailed for it."""
    if has_ended(db, programme_id):
        raise NotPossible(
            say("This programme has ended."),
            what_to_do=say("Its coordinator can reopen it, or begin its next term."),
        )
