"""Published sessions that a new version of a rota touches, and who can no longer come to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.availability.marking import availability
from scheduler.availability.model import Candidate
from scheduler.availability.rules import rules_of
from scheduler.availability.slots import SlotTable
from scheduler.availability.timelines import timelines
from scheduler.people.tables import PersonRow
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.rotas.changes import Change
from scheduler.sessions.tables import AttendeeRow, SessionRow
from solvers.instance import CANNOT


@dataclass(frozen=True, slots=True)
class TouchedSession:
    """A published session to come. ``cannot`` are the names of those invited whose days changed and who can no longer
    come; ``changed`` says how many invited people's days changed at all."""

    session_id: int
    group_key: str
    group_name: str
    starts_at: datetime
    cannot: tuple[str, ...]
    changed: int


def touched_sessions(
    db: Session, programme_id: int, changes: Iterable[Change], now: datetime
) -> tuple[TouchedSession, ...]:
    """Sessions from now on in which somebody is invited whose duties of that day, or of the day before, changed.

    The day before counts because a night that was not there yesterday ends, and is rested after, today.
    """
    programme = get_programme(db, programme_id)
    days = {(change.person_id, change.day) for change in changes}
    days |= {(person_id, day + timedelta(days=1)) for person_id, day in days}
    found = _invited(db, programme, days, now)
    people = sorted({person_id for _, ids in found for person_id in ids})
    cannot = _cannot(db, programme, people, [row for row, _ in found])
    names = dict(db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(people))).all())
    return tuple(
        TouchedSession(
            row.id,
            row.group_key,
            row.group_name,
            row.starts_at,
            tuple(sorted(names[person_id] for person_id in ids if (person_id, row.id) in cannot)),
            len(ids),
        )
        for row, ids in found
    )


def _invited(
    db: Session, programme: Programme, days: set[tuple[int, date]], now: datetime
) -> list[tuple[SessionRow, list[int]]]:
    """Each session on one of these people's days, with the ids of these people."""
    zone = ZoneInfo(programme.zone)
    rows = db.execute(
        select(SessionRow, AttendeeRow.person_id)
        .join(AttendeeRow, AttendeeRow.session_id == SessionRow.id)
        .where(
            SessionRow.programme_id == programme.id,
            SessionRow.status != "cancelled",
            SessionRow.starts_at >= now,
            AttendeeRow.person_id.in_({person_id for person_id, _ in days}),
        )
        .order_by(SessionRow.starts_at, SessionRow.id)
    )
    found: dict[int, tuple[SessionRow, list[int]]] = {}
    for row, person_id in rows:
        if (person_id, row.starts_at.astimezone(zone).date()) in days:
            found.setdefault(row.id, (row, []))[1].append(person_id)
    return list(found.values())


def _cannot(
    db: Session, programme: Programme, people: Sequence[int], sessions: Sequence[SessionRow]
) -> set[tuple[int, int]]:
    """Who cannot come to which session as things are now: (person, session) by their ids."""
    rules = rules_of(db, programme)
    tables: dict[str, SlotTable] = {}
    lost: set[tuple[int, int]] = set()
    for person_id, timeline in timelines(db, programme, people).items():
        table = tables.setdefault(str(timeline.zone), _table(programme, sessions, timeline.zone))
        marks = availability(table, timeline, rules.rest, rules.policy).marks
        lost.update((person_id, row.id) for row, mark in zip(sessions, marks, strict=True) if mark == CANNOT)
    return lost


def _table(programme: Programme, sessions: Sequence[SessionRow], zone: ZoneInfo) -> SlotTable:
    candidates = [Candidate(row.starts_at, programme.is_protected(row.starts_at, row.ends_at)) for row in sessions]
    return SlotTable(candidates, programme.session_minutes, zone)
