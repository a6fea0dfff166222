"""Who came to sessions that are over, counted without anybody's name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, exists, func, select

from scheduler.db import Db
from scheduler.plans.model import MemberRole
from scheduler.sessions.tables import (
    AttendanceSumRow,
    AttendedRow,
    AttendeeRow,
    SessionRow,
    SessionWayRow,
    WritingPlaceRow,
)
from solvers.vocabulary import COMING


@dataclass(frozen=True, slots=True)
class Unnamed:
    """Of one session: residents who were invited, were away on long leave, could come, of whom it was noted whether
    they came, who did, and who took part in writing instead; and facilitators who could lead it."""

    invited: int = 0
    away: int = 0
    could_come: int = 0
    noted: int = 0
    came: int = 0
    wrote: int = 0
    leading: int = 0


def unnamed_in(db: Db, *where: ColumnElement[bool]) -> Mapping[int, Unnamed]:
    """The sums of sessions for which there are any, by the session; ``where`` is about :class:`SessionRow`."""
    rows = db.scalars(
        select(AttendanceSumRow).join(SessionRow, SessionRow.id == AttendanceSumRow.session_id).where(*where)
    )
    return {row.session_id: Unnamed(**{each.name: getattr(row, each.name) for each in fields(Unnamed)}) for row in rows}


def count_without_names(
    db: Db, before: datetime, *whose: ColumnElement[bool], programme_id: int | None = None
) -> Collection[int]:
    """Add those of whom ``whose`` (about :class:`AttendeeRow`) holds to the sums of their sessions that ended before
    this moment, and forget who they were. Returns these sessions; a second time there is nobody left to count."""
    over = select(SessionRow.id).where(SessionRow.ends_at < before)
    if programme_id is not None:
        over = over.where(SessionRow.programme_id == programme_id)
    theirs = (AttendeeRow.session_id.in_(over), *whose)
    counted = {row.session_id: row for row in db.execute(_counted(theirs))}
    known = {row.session_id: row for row in db.scalars(select(AttendanceSumRow))} if counted else {}
    for session_id, found in counted.items():
        row = known.get(session_id) or AttendanceSumRow(session_id=session_id, **dict.fromkeys(_COUNTS, 0))
        for name in _COUNTS:
            setattr(row, name, getattr(row, name) + (getattr(found, name) or 0))
        db.add(row)
    db.flush()
    same = and_(AttendeeRow.session_id == AttendedRow.session_id, AttendeeRow.person_id == AttendedRow.person_id)
    wrote = and_(
        AttendeeRow.session_id == WritingPlaceRow.session_id, AttendeeRow.person_id == WritingPlaceRow.person_id
    )
    said = and_(AttendeeRow.session_id == SessionWayRow.session_id, AttendeeRow.person_id == SessionWayRow.person_id)
    for gone in (
        delete(SessionWayRow).where(exists().where(said, *theirs)),
        delete(WritingPlaceRow).where(exists().where(wrote, *theirs)),
        delete(AttendedRow).where(exists().where(same, *theirs)),
        delete(AttendeeRow).where(*theirs),
    ):
        db.execute(gone.execution_options(synchronize_session=False))
    return counted.keys()


_COUNTS = tuple(each.name for each in fields(Unnamed))


def _counted(theirs: Collection[ColumnElement[bool]]) -> Any:
    resident, comes = AttendeeRow.role == MemberRole.RESIDENT, AttendeeRow.mark.in_(COMING)
    same = and_(AttendeeRow.session_id == AttendedRow.session_id, AttendeeRow.person_id == AttendedRow.person_id)
    wrote = and_(
        AttendeeRow.session_id == WritingPlaceRow.session_id, AttendeeRow.person_id == WritingPlaceRow.person_id
    )
    sums = {
        "invited": resident,
        "away": and_(resident, AttendeeRow.away),
        "could_come": and_(resident, comes),
        "noted": and_(resident, AttendedRow.came.is_not(None)),
        "came": and_(resident, AttendedRow.came),
        "wrote": and_(resident, ~func.coalesce(AttendedRow.came, False), WritingPlaceRow.wrote_at.is_not(None)),
        "leading": and_(~resident, comes),
    }
    return (
        select(
            AttendeeRow.session_id,
            *(func.sum(case((holds, 1), else_=0)).label(name) for name, holds in sums.items()),
        )
        .outerjoin(AttendedRow, same)
        .outerjoin(WritingPlaceRow, wrote)
        .where(*theirs)
        .group_by(AttendeeRow.session_id)
    )
