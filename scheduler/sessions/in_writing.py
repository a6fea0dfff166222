"""Who takes part in a session in writing instead of being there: apart from those who come, and from those who are
missing. What they write is their group's (:mod:`scheduler.groups.thread`); here is only that they do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select

from scheduler.db import Db
from scheduler.sessions.tables import SessionRow, WritingPlaceRow


@dataclass(frozen=True, slots=True)
class Writers:
    """Of one session, who has said that they take part in writing, and who has written."""

    said: frozenset[int] = frozenset()
    wrote: frozenset[int] = frozenset()


def writers(db: Db, which: ColumnElement[bool]) -> Mapping[int, Writers]:
    """Who takes part in writing in these sessions, by the session's id; nothing of sessions that nobody writes for."""
    row = WritingPlaceRow
    found: dict[int, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    rows = db.execute(
        select(row.session_id, row.person_id, row.asked_at, row.wrote_at)
        .join(SessionRow, SessionRow.id == row.session_id)
        .where(which, or_(row.asked_at.is_not(None), row.wrote_at.is_not(None)))
    )
    for session_id, person_id, asked_at, wrote_at in rows:
        said, wrote = found[session_id]
        if asked_at is not None:
            said.add(person_id)
        if wrote_at is not None:
            wrote.add(person_id)
    return {session_id: Writers(frozenset(said), frozenset(wrote)) for session_id, (said, wrote) in found.items()}


def find_writing_place(db: Db, session_id: int, person_id: int) -> WritingPlaceRow | None:
    """Somebody's place in the week in writing of a session, if they have one."""
    of_them = (WritingPlaceRow.session_id == session_id, WritingPlaceRow.person_id == person_id)
    return db.scalars(select(WritingPlaceRow).where(*of_them)).one_or_none()


def no_longer_in_writing(db: Db, session_id: int, person_id: int) -> None:
    """They come after all, or not at all: they are asked for nothing in writing. What they wrote already stays."""
    place = find_writing_place(db, session_id, person_id)
    if place is not None:
        place.asked_at = None
