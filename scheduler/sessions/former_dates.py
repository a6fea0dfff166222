"""The date that a session had before it was moved: offered again once more people can come to it than could then.

Leave that is withdrawn, a rota that is corrected, a duty that is swapped back: the group decides, nothing moves by
itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import select

from scheduler.db import Db
from scheduler.errors import NotPossible
from scheduler.sessions.alternatives import find_date
from scheduler.sessions.tables import AttendeeRow, FormerDateRow, SessionRow
from solvers.vocabulary import COMING


def keep_former_date(db: Db, row: SessionRow) -> None:
    """Remember the date that a session has, about to be moved, and how many can come to it."""
    known = db.get(FormerDateRow, row.id) or FormerDateRow(session_id=row.id)
    known.starts_at, known.could_come = row.starts_at, _coming(db, [row])[row.id]
    db.add(known)


def dates_to_offer_again(db: Db, rows: Collection[SessionRow], now: datetime) -> Mapping[int, datetime]:
    """By session its former date, where more can come to it than could when it was given up, and no fewer than to the
    one it has."""
    known = select(FormerDateRow).where(
        FormerDateRow.session_id.in_([row.id for row in rows]), FormerDateRow.starts_at > now
    )
    former = {each.session_id: each for each in db.scalars(known)}
    moved = [row for row in rows if row.id in former and former[row.id].starts_at != row.starts_at]
    coming = _coming(db, moved)
    found = {}
    for row in moved:
        better = max(coming[row.id], former[row.id].could_come + 1)
        if _can_come_then(db, row, former[row.id].starts_at, now) >= better:
            found[row.id] = former[row.id].starts_at
    return found


def _can_come_then(db: Db, row: SessionRow, starts_at: datetime, now: datetime) -> int:
    try:
        date = find_date(db, row.programme_id, row.group_key, starts_at, now, instead_of=row)
    except NotPossible:  # the term is over, or its windows have changed
        return 0
    return date.coming if date else 0


def _coming(db: Db, rows: Iterable[SessionRow]) -> Mapping[int, int]:
    """How many can come to each of these, as things stand."""
    ids = [row.id for row in rows]
    come = select(AttendeeRow.session_id).where(AttendeeRow.session_id.in_(ids), AttendeeRow.mark.in_(COMING))
    found = Counter(db.scalars(come))
    return {session_id: found[session_id] for session_id in ids}
