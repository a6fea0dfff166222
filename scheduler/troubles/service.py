"""Troubles as the coordinator reads them: the worst and the soonest first, and what they have come to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select

from scheduler.audit.service import record
from scheduler.audit.tables import AuditRow
from scheduler.db import Db
from scheduler.errors import NotFound, NotPossible
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import PersonRow
from scheduler.plans.model import MemberRole, PlanState
from scheduler.plans.tables import GroupRow, PlanRow
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme, lock_programme
from scheduler.sessions.absences import residents_away
from scheduler.sessions.model import Needed, SessionStatus
from scheduler.sessions.quorum import NOBODY, needed_by_group
from scheduler.sessions.tables import AttendeeRow, SessionRow
from scheduler.troubles.causes import Told, fact_words, told_of
from scheduler.troubles.model import STOPPING, Aspect, Ending, TroubleKind, TroubleState
from scheduler.troubles.tables import TroubleRow
from solvers.vocabulary import CANNOT, COMING

PAGE: Final = 10
KEPT_IN_SIGHT: Final = timedelta(days=28)
"""For so long a settled trouble is listed; its own page stays."""


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
    """One trouble. ``people`` are the names of whom it touches; ``settle_by`` is the last moment to settle it freely,
    ``is_late`` says that it lies inside the days in which changes need a reason."""

    id: int
    kind: TroubleKind
    aspect: Aspect
    state: TroubleState
    group_key: str
    group_name: str
    session: SessionInTrouble | None
    people: tuple[str, ...]
    person_ids: tuple[int, ...]
    missed: tuple[datetime, ...]
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
    def is_open(self) -> bool:
        """Whether it waits for somebody."""
        return self.state is TroubleState.OPEN


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list of troubles, and how many there are in all."""

    troubles: tuple[Trouble, ...]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages the list has."""
        return max(1, -(-self.total // PAGE))


def list_troubles(
    db: Db,
    actor: Actor,
    programme_id: int,
    now: datetime,
    *,
    state: TroubleState = TroubleState.OPEN,
    rota_id: int | None = None,
    page: int = 1,
    most: int = PAGE,
) -> Listed:
    """The troubles of a programme in this state, the worst and the soonest first; settled ones the last first.

    With ``rota_id`` only those that imports of this rota have caused.
    """
    actor.must_have(programme_id, Role.COORDINATOR)
    which = [TroubleRow.programme_id == programme_id, TroubleRow.state == state]
    if state is TroubleState.SETTLED:
        which.append(TroubleRow.ended_at > now - KEPT_IN_SIGHT)
    if rota_id is not None:
        which.append(TroubleRow.audit_id.in_(_changes_of(db, programme_id, rota_id)))
    total = db.scalar(select(func.count()).select_from(TroubleRow).where(*which)) or 0
    page = max(1, min(page, -(-total // most)))
    soonest = func.coalesce(SessionRow.starts_at, _next_meeting(), TroubleRow.since)
    order = (TroubleRow.ended_at.desc(),) if state is TroubleState.SETTLED else (TroubleRow.rank, soonest)
    rows = db.scalars(
        select(TroubleRow)
        .outerjoin(SessionRow, SessionRow.id == TroubleRow.session_id)
        .where(*which)
        .order_by(*order, TroubleRow.id)
        .offset((page - 1) * most)
        .limit(most)
    ).all()
    return Listed(tuple(_values(db, programme_id, rows, now)), total, page)


def get_trouble(db: Db, actor: Actor, programme_id: int, trouble_id: int, now: datetime) -> Trouble:
    """One trouble, settled or not."""
    actor.must_have(programme_id, Role.COORDINATOR)
    found = get_troubles(db, actor, programme_id, (trouble_id,), now)
    if not found:
        raise NotFound(say("We can’t find that trouble."))
    return found[0]


def get_troubles(db: Db, actor: Actor, programme_id: int, ids: Collection[int], now: datetime) -> tuple[Trouble, ...]:
    """Those of these troubles that the programme has, in the order of the list."""
    actor.must_have(programme_id, Role.COORDINATOR)
    here = (TroubleRow.programme_id == programme_id, TroubleRow.id.in_(ids))
    rows = db.scalars(select(TroubleRow).where(*here).order_by(TroubleRow.rank, TroubleRow.id)).all()
    return tuple(_values(db, programme_id, rows, now))


def earlier_troubles(db: Db, actor: Actor, programme_id: int, trouble: Trouble, now: datetime) -> tuple[Trouble, ...]:
    """What else there has been with the same session or, for one of a whole group, with the group; the last first."""
    actor.must_have(programme_id, Role.COORDINATOR)
    same: ColumnElement[bool] = TroubleRow.group_key == trouble.group_key
    if trouble.session is not None:
        same = TroubleRow.session_id == trouble.session.id
    rows = db.scalars(
        select(TroubleRow)
        .where(TroubleRow.programme_id == programme_id, same, TroubleRow.id != trouble.id)
        .order_by(TroubleRow.since.desc(), TroubleRow.id.desc())
        .limit(PAGE)
    ).all()
    return tuple(_values(db, programme_id, rows, now))


def count_troubles(db: Db, actor: Actor, programme_id: int) -> Mapping[TroubleState, int]:
    """How many troubles are open, how many are accepted."""
    actor.must_have(programme_id, Role.COORDINATOR)
    living = (TroubleRow.programme_id == programme_id, TroubleRow.state != TroubleState.SETTLED)
    rows = db.execute(select(TroubleRow.state, func.count()).where(*living).group_by(TroubleRow.state))
    return Counter(dict(rows.all()))


def not_held(db: Db, programme_id: int) -> frozenset[int]:
    """The sessions that, by an open trouble, can't be held as things stand, by id."""
    stops = (TroubleRow.state == TroubleState.OPEN, TroubleRow.kind.in_(STOPPING), TroubleRow.session_id.is_not(None))
    return frozenset(db.scalars(select(TroubleRow.session_id).where(TroubleRow.programme_id == programme_id, *stops)))


def count_by_rota(db: Db, actor: Actor, programme_id: int) -> Mapping[int, int]:
    """How many troubles are open that imports of a rota or swaps on it caused, by the rota's id."""
    actor.must_have(programme_id, Role.COORDINATOR)
    caused = select(AuditRow.details).join(TroubleRow, TroubleRow.audit_id == AuditRow.id)
    still = (TroubleRow.programme_id == programme_id, TroubleRow.state == TroubleState.OPEN)
    rows = db.scalars(caused.where(*still, AuditRow.action.in_(_ON_ROTAS)))
    return Counter(rota_id for details in rows for rota_id in _rotas_in(details))


def accept(db: Db, actor: Actor, programme_id: int, trouble_ids: Collection[int], why: str, now: datetime) -> None:
    """Leave these as they are, knowingly. They stay so until there is more to them, or nothing.

    Nobody is told: nothing changes for anybody. All are accepted or none.
    """
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    here = (TroubleRow.programme_id == programme_id, TroubleRow.id.in_(trouble_ids))
    rows = db.scalars(select(TroubleRow).where(*here)).all()
    if {row.id for row in rows} != set(trouble_ids):
        raise NotFound(say("We can’t find that trouble."))
    if any(row.state == TroubleState.SETTLED for row in rows):
        raise NotPossible(say("This has already been settled."), what_to_do=say("Look at the list again."))
    for row in rows:
        row.state, row.accepted_parts = TroubleState.ACCEPTED, list(row.parts)
        row.accepted_at, row.accepted_by = now, actor.person_id
        record(db, actor, "trouble.accepted", now, programme_id, trouble=row.id, why=why)


def reopen(db: Db, actor: Actor, programme_id: int, trouble_id: int, now: datetime) -> None:
    """Put an accepted one back on the list of what needs somebody."""
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    row = db.get(TroubleRow, trouble_id)
    if row is None or row.programme_id != programme_id:
        raise NotFound(say("We can’t find that trouble."))
    if row.state == TroubleState.ACCEPTED:
        row.state, row.accepted_parts, row.accepted_at, row.accepted_by = TroubleState.OPEN, [], None, None
        record(db, actor, "trouble.reopened", now, programme_id, trouble=row.id)


_ON_ROTAS: Final = ("rota.imported", "rota.swapped")


def _changes_of(db: Db, programme_id: int, rota_id: int) -> list[int]:
    changes = (AuditRow.programme_id == programme_id, AuditRow.action.in_(_ON_ROTAS))
    rows = db.execute(select(AuditRow.id, AuditRow.details).where(*changes))
    return [audit_id for audit_id, details in rows if rota_id in _rotas_in(details)]


def _rotas_in(details: Mapping[str, Any]) -> Collection[int]:
    """The rotas of which a line of the audit trail tells: an import is of one, swaps may be on several."""
    rotas: Collection[int] = details.get("rotas", [details["rota"]] if "rota" in details else [])
    return rotas


def _next_meeting() -> ColumnElement[datetime]:
    """Of a query over troubles: when the group last has anything to do; a whole group's trouble counts from there."""
    return (
        select(func.min(SessionRow.starts_at))
        .where(
            SessionRow.programme_id == TroubleRow.programme_id,
            SessionRow.group_key == TroubleRow.group_key,
            SessionRow.starts_at > TroubleRow.since,
            SessionRow.status != SessionStatus.CANCELLED,
        )
        .correlate(TroubleRow)
        .scalar_subquery()
    )


def _values(db: Db, programme_id: int, rows: Sequence[TroubleRow], now: datetime) -> Iterable[Trouble]:
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
        ids |= {int(part) for row in rows if row.kind == TroubleKind.SHARE for part in row.parts}
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
        return Trouble(
            id=row.id,
            kind=row.kind,
            aspect=row.aspect,
            state=row.state,
            group_key=row.group_key,
            group_name=self.groups.get(row.group_key, ""),
            session=session,
            people=tuple(self.names[person_id] for person_id in row.touches if person_id in self.names),
            person_ids=tuple(row.touches),
            missed=tuple(sorted(missed)),
            since=row.since,
            cause=self._told(row.audit_id, row.fact, row),
            settle_by=self._settle_by(meets),
            is_late=meets is not None and self.programme.conduct.freezes_at(meets) <= self.now,
            accepted_at=row.accepted_at,
            accepted_by=self.names.get(row.accepted_by or 0, ""),
            ended_at=row.ended_at,
            ending=row.ending,
            ended_by=self._told(row.ended_audit_id, "", row),
        )

    def _told(self, audit_id: int | None, fact: str, row: TroubleRow) -> Told:
        """Of what people keep to themselves nothing is told, not even by which kind of change it came."""
        if row.aspect == Aspect.HIDDEN:
            return Told("")
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
