"""Published sessions that a new version of a rota touches, and who can no longer come to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from scheduler.availability.intervals import Interval
from scheduler.availability.pretended import PretendedRota
from scheduler.availability.service import marks_at, stored_marks
from scheduler.db import Db
from scheduler.people.tables import PersonRow
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import AttendeeRow, SessionRow
from solvers.vocabulary import CANNOT

PersonSession = tuple[int, int]
"""A person and a session, by their ids."""


@dataclass(frozen=True, slots=True)
class AffectedSession:
    """A published session to come. ``cannot`` are the names of those invited whose days changed and who can no longer
    come; ``changed`` says how many invited people's days changed at all."""

    session_id: int
    group_key: str
    group_name: str
    starts_at: datetime
    cannot: tuple[str, ...]
    changed: int


@dataclass(frozen=True, slots=True)
class _Session:
    """What is read of a session to come."""

    id: int
    group_key: str
    group_name: str
    round: int
    starts_at: datetime
    ends_at: datetime


def find_affected_sessions(
    db: Db,
    programme_id: int,
    changed: Iterable[tuple[int, date]],
    now: datetime,
    before: Set[PersonSession] = frozenset(),
    pretended: PretendedRota | None = None,
    *,
    as_kept: bool = False,
) -> tuple[AffectedSession, ...]:
    """Sessions from now on in which somebody is invited whose duties of that day, or of the day before, changed:
    ``changed`` are people's days. ``before`` are those who could not come anyway, ``pretended`` is a rota that counts
    as if it were in. Before anything has changed marks may be taken ``as_kept``; else all are worked out.

    The day before counts because a night that was not there yesterday ends, and is rested after, today.
    """
    programme = get_programme(db, programme_id)
    found = _invited(db, programme, set(changed), now)
    unable = _kept_cannot(db, programme, found) if as_kept else _cannot(db, programme, found, pretended)
    cannot = unable - before
    people = {person_id for _, ids in found for person_id in ids}
    names = dict(db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(people))).all())
    return tuple(
        AffectedSession(
            row.id,
            row.group_key,
            row.group_name,
            row.starts_at,
            tuple(sorted(names[person_id] for person_id in ids if (person_id, row.id) in cannot)),
            len(ids),
        )
        for row, ids in found
    )


def unable_now(db: Db, programme_id: int, days: Iterable[tuple[int, date]], now: datetime) -> frozenset[PersonSession]:
    """Who can't come to which of the sessions to come on these people's days, before anything changes."""
    programme = get_programme(db, programme_id)
    return frozenset(_cannot(db, programme, _invited(db, programme, set(days), now)))


def _invited(
    db: Db, programme: Programme, days: set[tuple[int, date]], now: datetime
) -> list[tuple[_Session, list[int]]]:
    """Each session on one of these people's days, or the day after one, with the ids of these people."""
    days = days | {(person_id, day + timedelta(days=1)) for person_id, day in days}
    zone = ZoneInfo(programme.zone)
    row = SessionRow
    of_session = (row.id, row.group_key, row.group_name, row.round, row.starts_at, row.ends_at)
    rows = db.execute(
        select(AttendeeRow.person_id, *of_session)
        .select_from(SessionRow)
        .join(AttendeeRow, AttendeeRow.session_id == SessionRow.id)
        .where(
            SessionRow.programme_id == programme.id,
            SessionRow.status != SessionStatus.CANCELLED,
            SessionRow.starts_at >= now,
            AttendeeRow.person_id.in_({person_id for person_id, _ in days}),
        )
        .order_by(SessionRow.starts_at, SessionRow.id)
    )
    found: dict[int, tuple[_Session, list[int]]] = {}
    for person_id, id_, key, name, round_, starts_at, ends_at in rows:
        starts, ends = starts_at.astimezone(zone).date(), ends_at.astimezone(zone).date()
        if (person_id, starts) in days or (person_id, ends) in days:
            session = _Session(id_, key, name, round_, starts_at, ends_at)
            found.setdefault(id_, (session, []))[1].append(person_id)
    return list(found.values())


def _kept_cannot(db: Db, programme: Programme, found: Sequence[tuple[_Session, Sequence[int]]]) -> set[PersonSession]:
    """The same by the marks that are kept of the programme's slots, for the sessions that are at one."""
    slots = {(slot.starts_at, slot.round): index for index, slot in enumerate(programme.slots())}
    marks = stored_marks(db, programme.id, len(slots), {person_id for _, ids in found for person_id in ids})
    at_slots: dict[int, int] = {
        row.id: slots[row.starts_at, row.round]
        for row, ids in found
        if programme.is_usual_length(row.starts_at, row.ends_at)
        and (row.starts_at, row.round) in slots
        and marks.keys() >= set(ids)
    }
    kept = {
        (who, row.id)
        for row, ids in found
        if row.id in at_slots
        for who in ids
        if marks[who][at_slots[row.id]] == CANNOT
    }
    return kept | _cannot(db, programme, [(row, ids) for row, ids in found if row.id not in at_slots])


def _cannot(
    db: Db,
    programme: Programme,
    found: Sequence[tuple[_Session, Sequence[int]]],
    pretended: PretendedRota | None = None,
) -> set[PersonSession]:
    """Who of those invited cannot come to which session."""
    if not found:
        return set()
    people = sorted({person_id for _, ids in found for person_id in ids})
    sessions = [row for row, _ in found]
    spans = [Interval(row.starts_at, row.ends_at) for row in sessions]
    return {
        (person_id, row.id)
        for person_id, marks in marks_at(db, programme, people, spans, pretended).items()
        for row, mark in zip(sessions, marks, strict=True)
        if mark == CANNOT
    }
