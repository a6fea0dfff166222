"""Every published session with the numbers of its people, counted by the database in one query."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import and_, case, func, select, true

from scheduler.db import Db
from scheduler.desk.model import Tally
from scheduler.plans.model import MemberRole
from scheduler.sessions.model import Needed, SessionStatus
from scheduler.sessions.quorum import NOBODY
from scheduler.sessions.tables import AttendedRow, AttendeeRow, SessionRow
from solvers.vocabulary import COMING


def tallies_of(
    db: Db, programme_id: int, needed: Mapping[str, Needed], keys: Collection[str] | None = None
) -> tuple[Tally, ...]:
    """The sessions of a programme's groups as they are published, in order of time; cancelled ones too. Of the groups
    with these ``keys`` alone, if they are given."""
    resident, comes = AttendeeRow.role == MemberRole.RESIDENT, AttendeeRow.mark.in_(COMING)
    noted = and_(AttendedRow.session_id == AttendeeRow.session_id, AttendedRow.person_id == AttendeeRow.person_id)
    columns = SessionRow.__table__.c
    rows = db.execute(
        select(
            columns.id, columns.group_key, columns.group_name, columns.round, columns.extra, columns.starts_at,
            columns.ends_at, columns.status,
            func.sum(case((resident, 1), else_=0)),
            func.sum(case((and_(resident, comes), 1), else_=0)),
            func.sum(case((and_(resident, AttendeeRow.away), 1), else_=0)),
            func.sum(case((and_(~resident, comes), 1), else_=0)),
            func.sum(case((and_(resident, AttendedRow.came), 1), else_=0)),
            func.count(case((resident, AttendedRow.session_id))),
        )
        .outerjoin(AttendeeRow, AttendeeRow.session_id == columns.id)
        .outerjoin(AttendedRow, noted)
        .where(columns.programme_id == programme_id, true() if keys is None else columns.group_key.in_(keys))
        .group_by(columns.id)
        .order_by(columns.starts_at, columns.id)
    )  # fmt: skip
    return tuple(
        Tally(
            session_id, key, name, number, extra, starts_at, ends_at, status == SessionStatus.CANCELLED,
            seats, coming, away, leading, came, known, needed.get(key, NOBODY).without(away),
        )
        for session_id, key, name, number, extra, starts_at, ends_at, status, seats, coming, away, leading, came, known
        in rows
        if key in needed
    )  # fmt: skip
