"""Feeds that follow a change: at once where they are few; of thousands those of the people concerned at once, and the
rest in portions after it, each in a transaction of its own, so that nobody waits for all of them.

Which are left is stored in the transaction of the change: whoever looks next goes on with what has ended in the middle.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, func, insert, literal, or_, select

from scheduler.calendars.contents import load_sessions, of_feeds
from scheduler.calendars.feed_updates import (
    OwnedFeed,
    end_with_notice,
    is_open,
    load_feeds,
    load_roles,
    may_keep,
    update_bodies,
)
from scheduler.calendars.feeds import Refreshed
from scheduler.calendars.model import OWN, Purpose
from scheduler.calendars.service import refresh
from scheduler.calendars.tables import FeedDueRow, FeedRow
from scheduler.db import Db
from scheduler.people.model import Role
from scheduler.people.tables import ParticipantRow, RoleRow
from scheduler.sessions.tables import AttendeeRow, SessionRow

AT_ONCE: Final = 300
"""So many feeds are brought up to date in the transaction of a change."""
PORTION: Final = 100
"""So many at a time afterwards."""
NOTHING: Final = Refreshed(0, 0, 0)


def bring_feeds_up_to_date(
    db: Db, programme_id: int, now: datetime, sessions: Collection[int] | None, *, others: bool
) -> Refreshed:
    """Bring the feeds of a programme up to date, or see to it that they will be within seconds. Returns what was done
    at once.

    ``sessions`` are those of which anything is other than it was (None: all). Unless ``others`` may have changed, their
    people are the same as before: feeds of other people show nothing of them.
    """
    held = (is_open(), _of_programme(programme_id))
    if (db.scalar(select(func.count()).select_from(FeedRow).where(*held)) or 0) <= AT_ONCE:
        db.execute(delete(FeedDueRow).where(FeedDueRow.programme_id == programme_id))
        return refresh(db, programme_id, now)
    soon = () if sessions is None else _concerned(db, held, sessions)
    rest = and_(*held, FeedRow.id.not_in(soon))
    if not others and sessions is not None and len(soon) < AT_ONCE:
        rest = and_(rest, FeedRow.purpose.not_in((*OWN, Purpose.GROUP)))
    _put_off(db, programme_id, rest)
    return _bring(db, programme_id, soon, now) if soon else NOTHING


def bring_due_feeds_up_to_date(db: Db, programme_id: int, now: datetime) -> int:
    """Bring the next feeds that wait for it up to date. Returns how many that were."""
    due = select(FeedDueRow.feed_id).where(FeedDueRow.programme_id == programme_id)
    ids = db.scalars(due.order_by(FeedDueRow.feed_id).limit(PORTION)).all()
    if ids:
        _bring(db, programme_id, ids, now)
    return len(ids)


def programmes_with_due_feeds(db: Db) -> Sequence[int]:
    """The programmes of which feeds wait to be brought up to date."""
    return db.scalars(select(FeedDueRow.programme_id).distinct().order_by(FeedDueRow.programme_id)).all()


def _of_programme(programme_id: int) -> ColumnElement[bool]:
    members = select(ParticipantRow.person_id).where(ParticipantRow.programme_id == programme_id)
    over_all = and_(FeedRow.programme_id.is_(None), FeedRow.owner_id.in_(members))
    return or_(FeedRow.programme_id == programme_id, over_all)


def _concerned(db: Db, held: Collection[ColumnElement[bool]], sessions: Collection[int]) -> Sequence[int]:
    """The feeds of the people at these sessions and of their groups, as many as are brought up to date at once."""
    which = SessionRow.id.in_(sessions)
    invited = select(AttendeeRow.person_id).where(AttendeeRow.session_id.in_(sessions))
    keys = select(SessionRow.group_key).where(which)
    theirs = and_(FeedRow.purpose.in_(OWN), FeedRow.owner_id.in_(invited))
    of_groups = and_(FeedRow.purpose == Purpose.GROUP, FeedRow.group_key.in_(keys))
    found = select(FeedRow.id).where(*held, or_(theirs, of_groups))
    return db.scalars(found.order_by(FeedRow.id).limit(AT_ONCE)).all()


def _put_off(db: Db, programme_id: int, which: ColumnElement[bool]) -> None:
    known = select(FeedDueRow.feed_id).where(FeedDueRow.programme_id == programme_id)
    new = select(FeedRow.id, literal(programme_id)).where(which, FeedRow.id.not_in(known))
    db.execute(insert(FeedDueRow).from_select(["feed_id", "programme_id"], new))


def _bring(db: Db, programme_id: int, ids: Collection[int], now: datetime) -> Refreshed:
    """Bring these feeds up to date, as a programme's change asks for; they do not wait any more."""
    db.execute(delete(FeedDueRow).where(FeedDueRow.programme_id == programme_id, FeedDueRow.feed_id.in_(ids)))
    held: list[OwnedFeed] = load_feeds(db, is_open(), FeedRow.id.in_(ids))
    if not held:
        return NOTHING
    sessions = load_sessions(db, of_feeds([feed.row for feed in held]), now)
    roles: dict[int, frozenset[Role]] = dict(
        load_roles(db, programme_id, RoleRow.person_id.in_({feed.row.owner_id for feed in held}))
    )
    keeps = [may_keep(feed.row, roles, sessions, now) for feed in held]
    end_with_notice(db, (feed for feed, stays in zip(held, keeps, strict=True) if not stays), now)
    stored = update_bodies(db, (feed for feed, stays in zip(held, keeps, strict=True) if stays), sessions, now)
    db.flush()
    return Refreshed(stored.changed, keeps.count(False), stored.refused)
