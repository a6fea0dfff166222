"""Sessions by when they are, or by their group."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, false, or_, select

from scheduler.db import Db, pair_in
from scheduler.desk.search.dates import When
from scheduler.desk.search.model import MOST, GroupHit, Hits, SessionHit, Where
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import SessionRow

MOST_GROUPS: Final = 3
"""Of so few groups the next sessions are shown."""
_A_DAY: Final = timedelta(days=1)


def sessions_on(db: Db, places: Mapping[int, Where], when: When, now: datetime) -> Hits[SessionHit]:
    """The sessions at a moment that is meant: on a day, also one that is over; on weekdays and at hours, those ahead;
    the soonest first, what is over last."""
    rows = db.execute(
        select(SessionRow.id, SessionRow.programme_id, SessionRow.group_name, SessionRow.starts_at, SessionRow.status)
        .where(SessionRow.programme_id.in_(places), _near(when, now))
        .order_by(SessionRow.starts_at, SessionRow.id)
    )
    meant = [
        SessionHit(places[programme_id], session_id, name, starts_at, status == SessionStatus.CANCELLED)
        for session_id, programme_id, name, starts_at, status in rows
        if when.is_meant(starts_at, places[programme_id].zone)
    ]
    meant.sort(key=lambda one: (one.where.other, one.starts_at <= now, one.starts_at))
    return Hits(tuple(meant[:MOST]), len(meant), 0 if meant else 9)


def nearest_sessions(db: Db, places: Mapping[int, Where], when: When, now: datetime) -> Hits[SessionHit]:
    """Of the programme that is searched from: the last session before a day on which there is none, and the next
    after it."""
    here = next(place for place in places.values() if not place.other)
    if (day := when.day_near(now.astimezone(ZoneInfo(here.zone)).date())) is None:
        return Hits()
    noon = datetime.combine(day, time(12), UTC)
    of_here = select(SessionRow).where(
        SessionRow.programme_id == here.programme_id, SessionRow.status != SessionStatus.CANCELLED
    )
    before = of_here.where(SessionRow.starts_at <= noon).order_by(SessionRow.starts_at.desc(), SessionRow.id).limit(1)
    after = of_here.where(SessionRow.starts_at > noon).order_by(SessionRow.starts_at, SessionRow.id).limit(1)
    hits = [
        SessionHit(here, row.id, row.group_name, row.starts_at, cancelled=False)
        for row in (*db.scalars(before), *db.scalars(after))
    ]
    return Hits(tuple(hits), len(hits), 0 if hits else 9, alike=True)


def _near(when: When, now: datetime) -> ColumnElement[bool]:
    """What may be meant, to within a day: clocks differ."""
    if when.month is None:
        return SessionRow.starts_at > now
    years = (when.year,) if when.year else (now.year - 1, now.year, now.year + 1)
    return or_(*(_of_year(when, year) for year in years))


def _of_year(when: When, year: int) -> ColumnElement[bool]:
    assert when.month is not None, "a day has a month"
    try:
        first = datetime(year, when.month, when.day or 1, tzinfo=UTC)
        last = first + (_A_DAY if when.day else timedelta(days=31))
        return SessionRow.starts_at.between(first - _A_DAY, last + _A_DAY)
    except (ValueError, OverflowError):  # the 29th of February; an edge of all years, where nothing can be planned
        return false()


def sessions_of(db: Db, groups: Collection[GroupHit], now: datetime) -> Hits[SessionHit]:
    """The next sessions of these groups, if they are few."""
    places = {(one.where.programme_id, one.key): one.where for one in groups if one.plan_id is None}
    if not 0 < len(places) <= MOST_GROUPS:
        return Hits()
    rows = db.execute(
        select(SessionRow)
        .where(
            pair_in(SessionRow.programme_id, SessionRow.group_key, places),
            SessionRow.starts_at > now,
            SessionRow.status != SessionStatus.CANCELLED,
        )
        .order_by(SessionRow.starts_at, SessionRow.id)
    )
    hits = [
        SessionHit(places[row.programme_id, row.group_key], row.id, row.group_name, row.starts_at, cancelled=False)
        for row in rows.scalars()
    ]
    return Hits(tuple(hits[:MOST]), len(hits), 1 if hits else 9)
