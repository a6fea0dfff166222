"""A trouble as the coordinator reads it; what several are told with is loaded for all of them at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, select

from scheduler.db import Db
from scheduler.people.tables import PersonRow
from scheduler.plans.model import MemberRole, PlanState
from scheduler.plans.tables import GroupRow, PlanRow
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.sessions.absences import residents_away
from scheduler.sessions.model import Needed, SessionStatus
from scheduler.sessions.quorum import NOBODY, needed_by_group
from scheduler.sessions.tables import AttendeeRow, SessionRow
from scheduler.troubles.causes import Told, fact_words, told_of
from scheduler.troubles.model import Aspect, Ending, TroubleKind, TroubleState
from scheduler.troubles.tables import TroubleRow
from solvers.vocabulary import CANNOT, COMING

_OF_SEVERAL: Final = (TroubleKind.SHARE, TroubleKind.SAFETY)
"""Troubles whose parts may be sessions."""


@dataclass(frozen=True, slots=True)
class SessionInTrouble:
    """The session of a trouble as it is now: a mark for each resident invited, the names of those of whom nothing is
    known, and how many must come."""

    id: int
    round: int
    starts_at: datetime
    ends_at: datetime
    mode: str
    room_id: int | None
    place: str
    cancelled: bool
    marks: tuple[str, ...]
    not_known: tuple[str, ...]
    facilitators: tuple[str, ...]
    needed: Needed

    @property
    def coming(self) -> int:
        """How many residents are counted on."""
        return sum(mark in COMING for mark in self.marks)


@dataclass(frozen=True, slots=True)
class Trouble:
    """One trouble. ``named`` are those whom it touches, by id and name; ``missed`` are the sessions that somebody
    misses, or that two people may not share, ``from_day`` the day from which it is so, None for now; ``settle_by``
    is the last moment to settle it freely, ``is_late`` says that it lies inside the days in which changes need a
    reason."""

    id: int
    kind: TroubleKind
    aspect: Aspect
    state: TroubleState
    group_key: str
    group_name: str
    session: SessionInTrouble | None
    named: tuple[tuple[int, str], ...]
    person_ids: tuple[int, ...]
    missed: tuple[datetime, ...]
    from_day: date | None
    since: datetime
    cause: Told
    settle_by: datetime | None
    is_late: bool
    accepted_at: datetime | None
    accepted_by: str
    ended_at: datetime | None
    ending: Ending | None
    ended_by: Told

    @property
    def people(self) -> tuple[str, ...]:
        """The names of those whom it touches."""
        return tuple(name for _, name in self.named)

    @property
    def is_open(self) -> bool:
        """Whether it waits for somebody."""
        return self.state is TroubleState.OPEN


def values_of(db: Db, programme_id: int, rows: Sequence[TroubleRow], now: datetime) -> Iterable[Trouble]:
    """These troubles as they are now, in their order."""
    if not rows:
        return ()
    known = _Known.of(db, get_programme(db, programme_id), rows, now)
    return [known.value(row) for row in rows]


@dataclass(frozen=True, slots=True)
class _Known:
    """What the troubles of a page are told with, loaded for all of them at once."""

    programme: Programme
    now: datetime
    names: Mapping[int, str]
    groups: Mapping[str, str]
    sessions: Mapping[int, SessionInTrouble]
    next_session: Mapping[str, datetime]
    told: Mapping[int, Told]

    @classmethod
    def of(cls, db: Db, programme: Programme, rows: Sequence[TroubleRow], now: datetime) -> _Known:
        keys = {row.group_key for row in rows}
        ids = {row.session_id for row in rows if row.session_id is not None}
        ids |= {int(part) for row in rows if row.kind in _OF_SEVERAL for part in row.parts if part.isdecimal()}
        audits = {audit_id for row in rows for audit_id in (row.audit_id, row.ended_audit_id) if audit_id is not None}
        people = {person_id for row in rows for person_id in (*row.touches, row.accepted_by or 0)}
        sessions, called = _sessions(db, programme, ids)
        return cls(
            programme=programme,
            now=now,
            names=_names(db, people),
            groups={**called, **_group_names(db, programme.id, keys)},
            sessions=sessions,
            next_session=_next_sessions(db, programme.id, keys, now),
            told=told_of(db, programme.id, audits),
        )

    def value(self, row: TroubleRow) -> Trouble:
        session = self.sessions.get(row.session_id or 0)
        missed = [self.sessions[int(part)].starts_at for part in row.parts if part.isdecimal() and not row.session_id
                  and int(part) in self.sessions]  # fmt: skip
        meets = session.starts_at if session else self.next_session.get(row.group_key)
        if row.kind == TroubleKind.SAFETY and missed:
            meets = min(missed)
        return Trouble(
            id=row.id,
            kind=row.kind,
            aspect=row.aspect,
            state=row.state,
            group_key=row.group_key,
            group_name=self.groups.get(row.group_key, ""),
            session=session,
            named=tuple((who, self.names[who]) for who in row.touches if who in self.names),
            person_ids=tuple(row.touches),
            missed=tuple(sorted(missed)),
            from_day=row.from_day,
            since=row.since,
            cause=self._told(row.audit_id, row.fact),
            settle_by=self._settle_by(meets),
            is_late=meets is not None and self.programme.conduct.freezes_at(meets) <= self.now,
            accepted_at=row.accepted_at,
            accepted_by=self.names.get(row.accepted_by or 0, ""),
            ended_at=row.ended_at,
            ending=row.ending,
            ended_by=self._told(row.ended_audit_id, ""),
        )

    def _told(self, audit_id: int | None, fact: str) -> Told:
        return self.told.get(audit_id or 0) or Told(fact_words(fact))

    def _settle_by(self, meets: datetime | None) -> datetime | None:
        """Before the freeze, as long as that lies ahead; else before the session."""
        if meets is None:
            return None
        freeze = self.programme.conduct.freezes_at(meets)
        return freeze if freeze > self.now else meets


def _names(db: Db, people: Collection[int]) -> Mapping[int, str]:
    return dict(db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(people))).all())


def _group_names(db: Db, programme_id: int, keys: Collection[str]) -> Mapping[str, str]:
    rows = db.execute(
        select(GroupRow.key, GroupRow.name)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .where(PlanRow.programme_id == programme_id, PlanRow.state == PlanState.PUBLISHED, GroupRow.key.in_(keys))
    )
    return dict(rows.all())


def _next_sessions(db: Db, programme_id: int, keys: Collection[str], now: datetime) -> Mapping[str, datetime]:
    rows = db.execute(
        select(SessionRow.group_key, func.min(SessionRow.starts_at))
        .where(
            SessionRow.programme_id == programme_id,
            SessionRow.group_key.in_(keys),
            SessionRow.starts_at > now,
            SessionRow.status != SessionStatus.CANCELLED,
        )
        .group_by(SessionRow.group_key)
    )
    return dict(rows.all())


def _sessions(
    db: Db, programme: Programme, ids: Collection[int]
) -> tuple[Mapping[int, SessionInTrouble], Mapping[str, str]]:
    """These sessions by id, and what their groups were called when they were published."""
    rows = db.scalars(select(SessionRow).where(SessionRow.id.in_(ids))).all()
    people = db.execute(
        select(AttendeeRow.session_id, AttendeeRow.role, AttendeeRow.mark, PersonRow.name)
        .join(PersonRow, PersonRow.id == AttendeeRow.person_id)
        .where(AttendeeRow.session_id.in_(ids))
        .order_by(PersonRow.name)
    )
    needed = needed_by_group(db, programme, {row.group_key for row in rows})
    away = residents_away(db, ids)
    marks: dict[int, list[str]] = defaultdict(list)
    unknown: dict[int, list[str]] = defaultdict(list)
    leads: dict[int, list[str]] = defaultdict(list)
    for session_id, role, mark, name in people:
        if mark not in (*COMING, CANNOT):
            unknown[session_id].append(name)
        if role == MemberRole.RESIDENT:
            marks[session_id].append(mark)
        else:
            leads[session_id].append(name)
    places = _places(programme)
    found = {
        row.id: SessionInTrouble(
            row.id, row.round, row.starts_at, row.ends_at, row.mode, row.room_id, places(row.room_id),
            row.status == SessionStatus.CANCELLED, tuple(marks[row.id]), tuple(unknown[row.id]), tuple(leads[row.id]),
            needed.get(row.group_key, NOBODY).without(away.get(row.id, 0)),
        )
        for row in rows
    }  # fmt: skip
    return found, {row.group_key: row.group_name for row in rows}


def _places(programme: Programme) -> Callable[[int | None], str]:
    rooms = {room.id: f"{room.name}, {site.name}" for site in programme.sites for room in site.rooms}
    return lambda room_id: rooms.get(room_id or 0, "")
