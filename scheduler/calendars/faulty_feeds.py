"""For the people who look after feeds: which groups can have one, and which feeds could not be brought up to date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from scheduler.calendars.feed_updates import is_open
from scheduler.calendars.model import Purpose
from scheduler.calendars.tables import FeedRow
from scheduler.db import Db
from scheduler.errors import NotAllowed
from scheduler.languages import say
from scheduler.paging import Paging, page_of
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow
from scheduler.sessions.tables import SessionRow


@dataclass(frozen=True, slots=True)
class FaultyFeed:
    """A feed whose last change was refused: it goes on serving what it showed at ``changed_at``."""

    id: int
    purpose: Purpose
    programme_id: int | None
    changed_at: datetime
    fault: str


def find_groups(db: Db, actor: Actor, programme_id: int, asked: Paging) -> tuple[Sequence[tuple[str, str]], Paging]:
    """The groups of a programme that have sessions, each with its key and the name it bears last, in order of names:
    the page that is asked for of those whose names hold what is searched for."""
    actor.must_have(programme_id, Role.COORDINATOR, Role.OVERSIGHT)
    newest_first = (SessionRow.starts_at.desc(), SessionRow.id.desc())
    place = func.row_number().over(partition_by=SessionRow.group_key, order_by=newest_first)
    named = (
        select(SessionRow.group_key, SessionRow.group_name, place.label("place"))
        .where(SessionRow.programme_id == programme_id)
        .subquery()
    )
    called = func.lower(named.c.group_name).contains(asked.q.strip().lower(), autoescape=True)
    query = (
        select(named.c.group_key, named.c.group_name)
        .where(named.c.place == 1, called)
        .order_by(named.c.group_name, named.c.group_key)
    )
    rows, paging = page_of(db, query, asked)
    return [(key, name) for key, name in rows], paging


def count_faulty(db: Db, programme_id: int | None = None) -> int:
    """How many open feeds could not be brought up to date: of all, or those that show a programme's sessions."""
    faulty = select(func.count()).select_from(FeedRow).where(is_open(), FeedRow.fault != "")
    if programme_id is not None:
        members = select(ParticipantRow.person_id).where(ParticipantRow.programme_id == programme_id)
        over_all = FeedRow.programme_id.is_(None) & FeedRow.owner_id.in_(members)
        faulty = faulty.where(or_(FeedRow.programme_id == programme_id, over_all))
    return db.scalars(faulty).one()


def list_faulty(db: Db, actor: Actor) -> tuple[FaultyFeed, ...]:
    """The open feeds that could not be brought up to date, for the people who run the installation; without names."""
    if not actor.trusted:
        raise NotAllowed(say("Only the people who run this installation can see this list."))
    rows = db.scalars(select(FeedRow).where(is_open(), FeedRow.fault != "").order_by(FeedRow.id))
    return tuple(FaultyFeed(row.id, row.purpose, row.programme_id, row.changed_at, row.fault) for row in rows)
