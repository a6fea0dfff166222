"""The calendars of rota managers: looked after by whoever coordinates the programme."""

from __future__ import annotations

from sqlalchemy import select

from scheduler.calendars.feed_updates import is_open
from scheduler.calendars.feeds import FeedInfo
from scheduler.calendars.model import Purpose
from scheduler.calendars.service import info_of
from scheduler.calendars.tables import FeedRow
from scheduler.db import Db
from scheduler.people.model import Actor, Role


def list_cover_feeds(db: Db, actor: Actor, programme_id: int) -> tuple[FeedInfo, ...]:
    """Those that are open, newest first, whichever of the coordinators made them; never their addresses."""
    actor.must_have(programme_id, Role.COORDINATOR)
    of_managers = (FeedRow.programme_id == programme_id, FeedRow.purpose == Purpose.COVER)
    rows = db.scalars(select(FeedRow).where(*of_managers, is_open()).order_by(FeedRow.id.desc()))
    return tuple(info_of(row) for row in rows)
