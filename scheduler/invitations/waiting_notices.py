"""Who is to be told of what, and when: once nothing that concerns them has changed for a while, and they are awake.

Whatever changed it: a session that is other than it was when it was last looked at puts everybody concerned on the
list, and so does somebody who can come no more, or again. What each is told is worked out when their moment has come,
by comparison with what they know: what was changed and changed back is then nothing at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, and_, case, delete, insert, or_, select, union, update

from scheduler.db import Database, Db
from scheduler.groups.tables import GroupPlaceRow
from scheduler.invitations.tables import AnnouncedSessionRow, GroupNewsRow, InvitationRow, WaitingNoticeRow
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import AttendeeRow, SessionRow
from solvers.vocabulary import CANNOT

STANDS_FOR: Final = timedelta(minutes=5)
"""How long nothing that concerns somebody must have changed before they are told."""
LATEST: Final = timedelta(minutes=30)
"""After this, people are told even while more is being changed."""
CLOSE: Final = timedelta(hours=4)
"""Before a session that begins so soon, people are told of its changes after :data:`CLOSE_STANDS_FOR`."""
CLOSE_STANDS_FOR: Final = timedelta(minutes=1)
_ROWS_AT_A_TIME: Final = 500


@dataclass(frozen=True, slots=True)
class _Wait:
    """Something that somebody is to be told of: since when it is so, when it last changed, and how near it is."""

    since: datetime
    changed_at: datetime
    is_close: bool
    not_before: datetime | None


def note_what_changed(database: Database, now: datetime) -> None:
    """Put everybody on the list who is concerned by a session that has changed, or whose place at one has."""
    for _ in noting_what_changed(database, now):
        pass


def noting_what_changed(database: Database, now: datetime) -> Iterator[None]:
    """Do the same in portions, each in a transaction of its own."""
    with database.reading() as db:
        changed = db.execute(_changed(now)).all()
        others = db.execute(_expected_otherwise(now)).all()
    for first in range(0, len(changed), _ROWS_AT_A_TIME):
        chunk = changed[first : first + _ROWS_AT_A_TIME]
        with database.writing() as db:
            _wait_for(db, {session_id: at for session_id, _, at in chunk})
            states = [{"session_id": key, "sequence": sequence, "changed_at": at} for key, sequence, at in chunk]
            db.execute(delete(AnnouncedSessionRow).where(AnnouncedSessionRow.session_id.in_([s[0] for s in chunk])))
            db.execute(insert(AnnouncedSessionRow), states)
        yield
    waits = [(session_id, person_id, now) for session_id, person_id in others]
    for first in range(0, len(waits), _ROWS_AT_A_TIME):
        with database.writing() as db:
            _add(db, waits[first : first + _ROWS_AT_A_TIME])
        yield


def people_due(db: Db, now: datetime) -> Sequence[int]:
    """Whoever is to be told now, by id."""
    waits: dict[int, list[_Wait]] = defaultdict(list)
    for person_id, wait in (*_sessions_waiting(db, now), *_groups_waiting(db)):
        waits[person_id].append(wait)
    return sorted(person_id for person_id, of_one in waits.items() if _is_due(of_one, now))


def put_off(db: Db, person_id: int, until: datetime) -> None:
    """Somebody is asleep or away: they are not told before a moment."""
    db.execute(update(WaitingNoticeRow).where(WaitingNoticeRow.person_id == person_id).values(not_before=until))
    places = select(GroupPlaceRow.id).where(GroupPlaceRow.person_id == person_id)
    db.execute(update(GroupNewsRow).where(GroupNewsRow.place_id.in_(places)).values(not_before=until))


def take_off(db: Db, rows: Iterable[WaitingNoticeRow]) -> None:
    """These have been told."""
    for row in rows:
        db.delete(row)


def _is_due(waits: Sequence[_Wait], now: datetime) -> bool:
    if any(wait.not_before and wait.not_before > now for wait in waits):
        return any(wait.is_close and wait.changed_at <= now - CLOSE_STANDS_FOR for wait in waits)
    older = [wait for wait in waits if wait.since < now] or waits  # what is found only now goes with what was due
    stands = now - max(wait.changed_at for wait in older)
    overdue = now - min(wait.since for wait in waits) >= LATEST
    close = any(wait.is_close and now - wait.changed_at >= CLOSE_STANDS_FOR for wait in waits)
    return stands >= STANDS_FOR or overdue or close


def _changed(now: datetime) -> Select[int, int, datetime]:
    """Sessions still ahead, or cancelled before they began, that have changed since they were last looked at."""
    differs = or_(
        AnnouncedSessionRow.session_id.is_(None),
        AnnouncedSessionRow.sequence != SessionRow.sequence,
        AnnouncedSessionRow.changed_at != SessionRow.changed_at,
    )
    return (
        select(SessionRow.id, SessionRow.sequence, SessionRow.changed_at)
        .outerjoin(AnnouncedSessionRow, AnnouncedSessionRow.session_id == SessionRow.id)
        .where(SessionRow.ends_at > now, differs)
        .order_by(SessionRow.id)
    )


def _expected_otherwise(now: datetime) -> Select[int, int]:
    """Who was told that they are expected and cannot come, or the other way about, and is not on the list yet."""
    same = and_(InvitationRow.session_id == AttendeeRow.session_id, InvitationRow.person_id == AttendeeRow.person_id)
    waits = and_(
        WaitingNoticeRow.session_id == AttendeeRow.session_id, WaitingNoticeRow.person_id == AttendeeRow.person_id
    )
    can_come = case((AttendeeRow.mark == CANNOT, False), else_=True)
    return (
        select(AttendeeRow.session_id, AttendeeRow.person_id)
        .join(SessionRow, SessionRow.id == AttendeeRow.session_id)
        .join(InvitationRow, same)
        .outerjoin(WaitingNoticeRow, waits)
        .where(
            SessionRow.starts_at > now,
            SessionRow.status != SessionStatus.CANCELLED,
            InvitationRow.takes_place,
            InvitationRow.expected != can_come,
            WaitingNoticeRow.session_id.is_(None),
        )
        .order_by(AttendeeRow.session_id, AttendeeRow.person_id)
    )


def _wait_for(db: Db, changed: Mapping[int, datetime]) -> None:
    """Everybody who is invited to one of these sessions, or was, is to be told of it."""
    invited = select(AttendeeRow.session_id, AttendeeRow.person_id).where(AttendeeRow.session_id.in_(changed))
    told = select(InvitationRow.session_id, InvitationRow.person_id).where(InvitationRow.session_id.in_(changed))
    found = union(invited, told).subquery()
    pairs = db.execute(select(found.c.session_id, found.c.person_id)).all()
    _add(db, [(session_id, person_id, changed[session_id]) for session_id, person_id in pairs])


def _add(db: Db, waits: Sequence[tuple[int, int, datetime]]) -> None:
    sessions = {session_id for session_id, _, _ in waits}
    rows = db.scalars(select(WaitingNoticeRow).where(WaitingNoticeRow.session_id.in_(sessions)).with_for_update())
    known = {(row.session_id, row.person_id): row for row in rows}
    new = []
    for session_id, person_id, at in waits:
        if row := known.get((session_id, person_id)):
            row.changed_at = max(row.changed_at, at)
        else:
            new.append({"session_id": session_id, "person_id": person_id, "since": at, "changed_at": at})
    db.flush()
    if new:
        db.execute(insert(WaitingNoticeRow), new)


def _sessions_waiting(db: Db, now: datetime) -> Iterator[tuple[int, _Wait]]:
    same = and_(
        InvitationRow.session_id == WaitingNoticeRow.session_id, InvitationRow.person_id == WaitingNoticeRow.person_id
    )
    rows = db.execute(
        select(
            WaitingNoticeRow.person_id,
            WaitingNoticeRow.since,
            WaitingNoticeRow.changed_at,
            WaitingNoticeRow.not_before,
            SessionRow.starts_at,
            InvitationRow.starts_at,
        )
        .join(SessionRow, SessionRow.id == WaitingNoticeRow.session_id)
        .outerjoin(InvitationRow, same)
    )
    for person_id, since, changed_at, not_before, starts_at, known in rows:
        is_close = any(at is not None and now < at <= now + CLOSE for at in (starts_at, known))
        yield person_id, _Wait(since, changed_at, is_close, not_before)


def _groups_waiting(db: Db) -> Iterator[tuple[int, _Wait]]:
    rows = db.execute(
        select(GroupPlaceRow.person_id, GroupNewsRow.since, GroupNewsRow.changed_at, GroupNewsRow.not_before)
        .join(GroupPlaceRow, GroupPlaceRow.id == GroupNewsRow.place_id)
        .where(GroupNewsRow.since.is_not(None))
    )
    for person_id, since, changed_at, not_before in rows:
        if since and changed_at:
            yield person_id, _Wait(since, changed_at, False, not_before)
