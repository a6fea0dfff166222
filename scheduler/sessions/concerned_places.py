"""Which places at sessions a change concerns, as a condition of a query."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import ColumnElement, and_, or_, select, true

from scheduler.db import Db
from scheduler.sessions.tables import AttendeeRow, SessionRow

FEW: Final = 2000
"""So many sessions are named one by one."""


def concerned_places(db: Db, people: Collection[int] | None, sessions: Collection[int] | None) -> ColumnElement[bool]:
    """These people's places, and everybody's at these sessions (None: all): of a query over places and their sessions.

    Where they are few the sessions are found first and named. A database may otherwise begin with all sessions of the
    programme, and go through tens of thousands of places for one person's.
    """
    if people is None or sessions is None:
        return true()
    either = or_(AttendeeRow.person_id.in_(people), SessionRow.id.in_(sessions))
    named = {*sessions, *sessions_of(db, people)}
    return and_(SessionRow.id.in_(named), either) if len(named) <= FEW else either


def sessions_of(db: Db, people: Collection[int]) -> Collection[int]:
    """The sessions to which these people are invited, of whatever programme; not all where they are many."""
    theirs = select(AttendeeRow.session_id).where(AttendeeRow.person_id.in_(people))
    return db.scalars(theirs.distinct().limit(FEW + 1)).all()
