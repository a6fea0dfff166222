"""Putting a programme away, and getting it back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from scheduler.audit.service import record
from scheduler.db import Db
from scheduler.errors import NotPossible
from scheduler.languages import say, say_many
from scheduler.people.model import Actor, Role
from scheduler.programmes.life import life_of
from scheduler.programmes.service import lock_programme
from scheduler.programmes.tables import ProgrammeRow
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import SessionRow


def sessions_not_over(db: Db, programme_id: int, now: datetime) -> int:
    """How many published sessions are not over yet: wherever they were moved to, and whenever the last round ends."""
    not_over = (SessionRow.ends_at > now, SessionRow.status != SessionStatus.CANCELLED)
    count = select(func.count()).select_from(SessionRow).where(SessionRow.programme_id == programme_id, *not_over)
    return db.scalar(count) or 0


def archive(db: Db, actor: Actor, programme_id: int, now: datetime) -> None:
    """Take a programme out of everybody's lists; who knows its address still reads it. Only one that has ended, or
    whose last day has passed, and without sessions ahead: nobody may miss a session of which no page tells them."""
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    life = life_of(db, programme_id, now)
    if not (life.has_ended or life.is_over):
        raise NotPossible(say("This programme is still under way."), what_to_do=say("End it first, then archive it."))
    if left := sessions_not_over(db, programme_id, now):
        raise NotPossible(
            say_many("%(num)s published session isn’t over yet.", "%(num)s published sessions aren’t over yet.", left),
            what_to_do=say("Wait until then or end the programme, then archive it."),
        )
    row = db.get_one(ProgrammeRow, programme_id)
    if row.archived_at is None:
        row.archived_at = now
        record(db, actor, "programme.archived", now, programme_id)


def take_from_archive(db: Db, actor: Actor, programme_id: int, now: datetime) -> None:
    """Put a programme back into everybody's lists."""
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    row = db.get_one(ProgrammeRow, programme_id)
    if row.archived_at is not None:
        row.archived_at = None
        record(db, actor, "programme.unarchived", now, programme_id)
