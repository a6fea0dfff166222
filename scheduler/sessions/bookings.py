"""What published sessions take of people's time and of rooms, brought up to date when a session or a mark changes.

Who is counted on where is decided by the marks (:mod:`scheduler.sessions.attendance_marks`), who has a room by
:mod:`scheduler.sessions.room_claims`. The database refuses anything else as its last word: somebody else has booked
at the same moment then, and the whole transaction ends.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import bindparam, delete, insert, or_, select, tuple_, update
from sqlalchemy.exc import DBAPIError

from scheduler.bookings.tables import BookedPersonRow, BookingRow
from scheduler.db import Db
from scheduler.errors import NotPossible
from scheduler.languages import say
from scheduler.sessions.model import IN_WRITING, SessionStatus
from scheduler.sessions.room_claims import places_taken
from scheduler.sessions.tables import AttendeeRow, SessionRow
from solvers.vocabulary import COMING, IN_PERSON

_TOO_LATE: Final = frozenset({"23P01", "40P01", "SQLITE_CONSTRAINT_TRIGGER"})
"""How the databases say that something is booked already, or that two transactions wait for each other."""
_BOOKED_AT_ONCE: Final = 500
"""How many pairs of session and person one statement names."""

_Key: TypeAlias = tuple[int, int]
"""A session's and a person's id."""
_Span: TypeAlias = tuple[datetime, datetime, bool]
"""From when until when somebody is counted on, and whether they join by call."""


def bring_bookings_up_to_date(
    db: Db, now: datetime, programme_ids: Collection[int], sessions: Collection[int]
) -> frozenset[int]:
    """Book what these sessions, and all of these programmes, take and nothing else; returns the ids of those for which
    anything was other than it should be.

    Sessions that have begun stay booked as they were. Raises NotPossible if somebody else has booked the same.
    """
    if not programme_ids and not sessions:
        return frozenset()
    rows = _open_sessions(db, now, programme_ids, sessions)
    try:
        return _Change(db, rows, now).carry_out()
    except DBAPIError as error:
        if not _comes_too_late(error):
            raise
        raise NotPossible(
            say("Someone, or a room, has just been booked for another session at the same time."),
            what_to_do=say("Nothing was saved. Look at it again as it is now; if this was a plan, plan again."),
        ) from error


def _comes_too_late(error: DBAPIError) -> bool:
    codes = (getattr(error.orig, "sqlstate", None), getattr(error.orig, "sqlite_errorname", None))
    return not _TOO_LATE.isdisjoint(codes)


def _open_sessions(
    db: Db, now: datetime, programme_ids: Collection[int], sessions: Collection[int]
) -> Sequence[SessionRow]:
    """Those of the sessions whose booking can be another: all that are cancelled or have not begun."""
    which = or_(SessionRow.programme_id.in_(programme_ids), SessionRow.id.in_(sessions))
    open_still = or_(SessionRow.starts_at > now, SessionRow.status == SessionStatus.CANCELLED)
    return db.scalars(select(SessionRow).where(which, open_still).order_by(SessionRow.id)).all()


class _Change:
    """From what is booked to what should be. All that is free from now on is given back before anything is taken."""

    def __init__(self, db: Db, rows: Sequence[SessionRow], now: datetime) -> None:
        self._db = db
        ids = [row.id for row in rows]
        live = [row for row in rows if row.status != SessionStatus.CANCELLED and row.mode != IN_WRITING]
        places = places_taken(db, now, live, ids)
        self._known = _booked_sessions(db, {*ids, *places})
        self._wanted = {row.id: _values(row, places.get(row.id)) for row in live}
        for session_id, place in places.items():  # others that want the same rooms
            if session_id not in self._wanted and session_id in self._known:
                self._wanted[session_id] = {**self._known[session_id], "place": place}
        over = self._known.keys() - self._wanted.keys()
        self._gone = [session_id for session_id in ids if session_id in over]
        self._known_people = _booked_people(db, ids)
        self._wanted_people = _counted_on(db, live)

    def carry_out(self) -> frozenset[int]:
        """Store the difference; returns the ids of the sessions that it concerns."""
        others = {key: values for key, values in self._wanted.items() if values != self._known.get(key)}
        people = dict(self._wanted_people.items() - self._known_people.items())
        stale = dict(self._known_people.items() - self._wanted_people.items())
        self._give_back(others, stale)
        self._take(others, people)
        return frozenset({*others, *self._gone, *(key[0] for key in (*people, *stale))})

    def _give_back(self, others: Mapping[int, Mapping[str, Any]], stale: Collection[_Key]) -> None:
        for some in _portions(sorted(stale)):
            key = tuple_(BookedPersonRow.session_id, BookedPersonRow.person_id)
            self._db.execute(delete(BookedPersonRow).where(key.in_(some)))
        if self._gone:
            self._db.execute(delete(BookingRow).where(BookingRow.session_id.in_(self._gone)))
        if changed := others.keys() & self._known.keys():
            free = update(BookingRow).where(BookingRow.session_id.in_(changed))
            self._db.execute(free.values(place=None))

    def _take(self, others: Mapping[int, Mapping[str, Any]], people: Mapping[_Key, _Span]) -> None:
        new = [others[key] for key in sorted(others.keys() - self._known.keys())]
        changed = [{**others[key], "key": key} for key in sorted(others.keys() & self._known.keys())]
        booked = [
            {"person_id": who, "session_id": session_id, "starts_at": start, "ends_at": end, "by_call": by_call}
            for (session_id, who), (start, end, by_call) in people.items()
        ]
        # In one order everywhere, so that two who book the same wait for each other rarely.
        booked.sort(key=lambda each: (each["person_id"], each["starts_at"]))
        connection = self._db.connection()
        if new:
            connection.execute(insert(BookingRow), new)
        if changed:
            connection.execute(update(BookingRow).where(BookingRow.session_id == bindparam("key")), changed)
        if booked:
            connection.execute(insert(BookedPersonRow), booked)


def _values(row: SessionRow, place: int | None) -> dict[str, Any]:
    return {
        "session_id": row.id,
        "programme_id": row.programme_id,
        "round": row.round,
        "extra": row.extra,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "site_id": row.site_id if row.mode == IN_PERSON else None,
        "place": place,
    }


def _booked_sessions(db: Db, ids: Collection[int]) -> dict[int, dict[str, Any]]:
    table = BookingRow.__table__
    rows = db.execute(select(*table.c).where(table.c.session_id.in_(ids))).mappings()
    return {row["session_id"]: dict(row) for row in rows}


def _booked_people(db: Db, ids: Collection[int]) -> dict[_Key, _Span]:
    table = BookedPersonRow.__table__
    rows = db.execute(
        select(table.c.session_id, table.c.person_id, table.c.starts_at, table.c.ends_at, table.c.by_call).where(
            table.c.session_id.in_(ids)
        )
    )
    return {(session_id, person_id): (start, end, by_call) for session_id, person_id, start, end, by_call in rows}


def _counted_on(db: Db, rows: Iterable[SessionRow]) -> dict[_Key, _Span]:
    """Who is counted on at these sessions: they can come."""
    spans = {row.id: (row.starts_at, row.ends_at) for row in rows}
    people = select(AttendeeRow.session_id, AttendeeRow.person_id, AttendeeRow.by_call).where(
        AttendeeRow.session_id.in_(spans), AttendeeRow.mark.in_(sorted(COMING))
    )
    return {(session_id, who): (*spans[session_id], by_call) for session_id, who, by_call in db.execute(people)}


def _portions(keys: Sequence[_Key]) -> Iterable[Sequence[_Key]]:
    return (keys[start : start + _BOOKED_AT_ONCE] for start in range(0, len(keys), _BOOKED_AT_ONCE))
