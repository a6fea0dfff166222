"""Every published session with the numbers of its people, counted by the database: who can come once for each state of
the programme, who came, which is no fact that anything follows from, each time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from sqlalchemy import ColumnElement, and_, case, func, select, true

from scheduler.db import Db
from scheduler.desk.model import Tally
from scheduler.plans.kept import kept_for_readers
from scheduler.plans.model import MemberRole
from scheduler.sessions.attendance_sums import Unnamed, unnamed_in
from scheduler.sessions.model import IN_WRITING, Needed, SessionStatus
from scheduler.sessions.quorum import NOBODY
from scheduler.sessions.tables import AttendedRow, AttendeeRow, SessionRow, WritingPlaceRow
from solvers.vocabulary import COMING


def tallies_of(
    db: Db,
    programme_id: int,
    needed: Mapping[str, Needed],
    keys: Collection[str] | None = None,
    *,
    withheld: Collection[int] = (),
) -> tuple[Tally, ...]:
    """The sessions of a programme's groups as they are published, in order of time; cancelled ones too. Of the groups
    with these ``keys`` alone, if they are given. ``needed`` has the groups that meet. Whether people came of whom
    that is ``withheld`` from the reader is in no number."""
    here = (SessionRow.programme_id == programme_id, true() if keys is None else SessionRow.group_key.in_(keys))
    if keys is None:
        what = ("sessions tallied", tuple(needed.items()))
        counted = kept_for_readers(db, programme_id, what, lambda: _counted(db, here, needed))
    else:
        counted = _counted(db, here, needed)
    noted, unnamed = _noted(db, here, withheld), unnamed_in(db, *here)
    more = noted.keys() | unnamed.keys()
    return tuple(
        _with_noted(each, *noted.get(each.session_id, (0, 0, 0)), unnamed.get(each.session_id, Unnamed()))
        if each.session_id in more
        else each
        for each in counted
    )


def _with_noted(tally: Tally, came: int, noted: int, wrote: int, unnamed: Unnamed) -> Tally:
    """A session's numbers with those of whom no name is kept any more."""
    return replace(
        tally,
        seats=tally.seats + unnamed.invited,
        away=tally.away + unnamed.away,
        coming=tally.coming + unnamed.could_come,
        leading=tally.leading + unnamed.leading,
        needed=tally.needed.without(unnamed.away),
        came=came + unnamed.came,
        noted=noted + unnamed.noted,
        wrote=wrote + unnamed.wrote,
    )


def _counted(db: Db, here: Iterable[ColumnElement[bool]], needed: Mapping[str, Needed]) -> tuple[Tally, ...]:
    resident, comes = AttendeeRow.role == MemberRole.RESIDENT, AttendeeRow.mark.in_(COMING)
    columns = SessionRow.__table__.c
    rows = db.execute(
        select(
            columns.id, columns.group_key, columns.group_name, columns.round, columns.extra, columns.starts_at,
            columns.ends_at, columns.status, columns.mode,
            func.sum(case((resident, 1), else_=0)),
            func.sum(case((and_(resident, comes), 1), else_=0)),
            func.sum(case((and_(resident, AttendeeRow.away), 1), else_=0)),
            func.sum(case((and_(~resident, comes), 1), else_=0)),
        )
        .outerjoin(AttendeeRow, AttendeeRow.session_id == columns.id)
        .where(*here)
        .group_by(columns.id)
        .order_by(columns.starts_at, columns.id)
    )  # fmt: skip
    return tuple(
        Tally(
            session_id, key, name, number, extra, starts_at, ends_at, status == SessionStatus.CANCELLED,
            seats, coming, away, leading, 0, 0, needed.get(key, NOBODY).without(away), in_writing=mode == IN_WRITING,
        )
        for session_id, key, name, number, extra, starts_at, ends_at, status, mode, seats, coming, away, leading in rows
        if key in needed
    )  # fmt: skip


def _noted(
    db: Db, here: Iterable[ColumnElement[bool]], withheld: Collection[int]
) -> Mapping[int, tuple[int, int, int]]:
    """How many residents came to a session, of how many of whom it was noted, where it was, and how many of the others
    took part in writing."""
    of_them = and_(
        WritingPlaceRow.session_id == AttendedRow.session_id,
        WritingPlaceRow.person_id == AttendedRow.person_id,
        WritingPlaceRow.wrote_at.is_not(None),
    )
    wrote = and_(~AttendedRow.came, WritingPlaceRow.id.is_not(None))
    rows = db.execute(
        select(
            SessionRow.id,
            func.sum(case((AttendedRow.came, 1), else_=0)),
            func.count(),
            func.sum(case((wrote, 1), else_=0)),
        )
        .join(AttendedRow, AttendedRow.session_id == SessionRow.id)
        .join(
            AttendeeRow,
            and_(AttendeeRow.session_id == AttendedRow.session_id, AttendeeRow.person_id == AttendedRow.person_id),
        )
        .outerjoin(WritingPlaceRow, of_them)
        .where(*here, AttendeeRow.role == MemberRole.RESIDENT, AttendedRow.person_id.not_in(withheld))
        .group_by(SessionRow.id)
    )
    return {session_id: (came, noted, wrote) for session_id, came, noted, wrote in rows}
