"""Releases brought up to date after a change: what should be, compared with what is kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Date, and_, delete, or_, select, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from scheduler.availability.duties import duty_at
from scheduler.availability.intervals import Interval
from scheduler.availability.model import Policy
from scheduler.availability.rules import rules_of
from scheduler.db import Db
from scheduler.programmes.model import Programme
from scheduler.releases.model import Meeting, Release, Rostered, releases
from scheduler.releases.tables import HandedOverRow, ReleaseRow
from scheduler.rotas.model import AWAY, DutyKind
from scheduler.rotas.own import OF_DEPARTMENT
from scheduler.rotas.tables import DutyRow, LegendRow, RotaRow
from scheduler.sessions.concerned_places import FEW, concerned_places
from scheduler.sessions.model import IN_WRITING, SessionStatus
from scheduler.sessions.tables import AttendeeRow, SessionRow
from solvers.vocabulary import CANNOT, IN_PERSON

ENDED_KEPT: Final = timedelta(days=30)
"""How long it is kept that a release is no longer needed: as long as calendars show a cancelled session."""

Place = tuple[int, int]
"""A session's and a person's number."""
Key = tuple[int, int, int, str]
"""A session's, a person's and a site's number, and a rota's name."""


class day_of(FunctionElement[Any]):  # noqa: N801 - a function of SQL
    """The day, by UTC, on which a moment lies, so many days later or earlier."""

    type = Date()
    inherit_cache = True
    name = "day_of"


@compiles(day_of, "sqlite")
def _on_sqlite(element: day_of, compiler: SQLCompiler, **kw: Any) -> str:
    moment, days = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"date({moment}, {days} || ' days')"


@compiles(day_of, "postgresql")
def _on_postgresql(element: day_of, compiler: SQLCompiler, **kw: Any) -> str:
    moment, days = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"(({moment} AT TIME ZONE 'UTC')::date + {days})"


def bring_releases_up_to_date(
    db: Db, programme: Programme, now: datetime, people: Collection[int] | None, sessions: Collection[int] | None
) -> frozenset[int]:
    """Set for these people, and for everybody at these sessions (None: for all of them), from what they have to be
    released for sessions ahead. Returns the sessions of which anything is other than it was.

    A session that is cancelled needs nobody, nor does one release those who are not expected.
    """
    everybody = people is None or sessions is None
    concerned = concerned_places(db, people, sessions)
    of_rows = true() if everybody else _of_these(db, people or (), sessions or ())
    kept = _kept(db, programme.id, now, of_rows)
    wanted = _wanted(db, programme, now, concerned)
    changed = {key[0] for key in wanted.keys() | kept.keys() if _take(db, programme.id, key, kept, wanted, now)}
    db.flush()
    over = (ReleaseRow.programme_id == programme.id, ReleaseRow.ended_at < now - ENDED_KEPT)
    db.execute(delete(ReleaseRow).where(*over))
    db.execute(delete(HandedOverRow).where(HandedOverRow.handed_at < now - ENDED_KEPT))
    return frozenset(changed)


def _of_these(db: Db, people: Collection[int], sessions: Collection[int]) -> ColumnElement[bool]:
    """What is kept of these people and these sessions. Where it is little each is named: two indexes find it."""
    theirs = select(ReleaseRow.id).where(ReleaseRow.person_id.in_(people)).limit(FEW + 1)
    of_sessions = select(ReleaseRow.id).where(ReleaseRow.session_id.in_(sessions)).limit(FEW + 1)
    named = {*db.scalars(theirs), *db.scalars(of_sessions)}
    if len(named) <= FEW:
        return ReleaseRow.id.in_(named)
    return or_(ReleaseRow.person_id.in_(people), ReleaseRow.session_id.in_(sessions))


def _kept(db: Db, programme_id: int, now: datetime, concerned: ColumnElement[bool]) -> dict[Key, ReleaseRow]:
    """What is kept of sessions ahead, and of those that were until now."""
    rows = db.scalars(
        select(ReleaseRow)
        .join(SessionRow, SessionRow.id == ReleaseRow.session_id)
        .where(
            ReleaseRow.programme_id == programme_id,
            or_(ReleaseRow.ends_at > now, SessionRow.starts_at > now),
            or_(SessionRow.starts_at > now, SessionRow.status == SessionStatus.CANCELLED),
            concerned,
        )
    )
    return {(row.session_id, row.person_id, row.site_id, row.rota): row for row in rows}


def _wanted(db: Db, programme: Programme, now: datetime, concerned: ColumnElement[bool]) -> dict[Key, Release]:
    meetings, duties = _rostered(db, programme, now, concerned)
    policy: Policy = rules_of(db, programme).policy
    return {
        (session_id, person_id, each.site_id, each.rota): each
        for (session_id, person_id), theirs in duties.items()
        for each in releases(meetings[session_id, person_id], theirs, policy)
    }


def _rostered(
    db: Db, programme: Programme, now: datetime, concerned: ColumnElement[bool]
) -> tuple[Mapping[Place, Meeting], Mapping[Place, list[Rostered]]]:
    """The sessions ahead that take place, as each has to be there, and what everybody expected there has on their rotas
    around that time.

    Which rotas are departments' is no part of the query: SQLite would begin with these, and go through all of their
    duties for each session.
    """
    rotas, zones = _rotas(db, programme.id), {site.id: ZoneInfo(site.zone) for site in programme.sites}
    near = DutyRow.day.between(day_of(SessionRow.starts_at, -2), day_of(SessionRow.ends_at, 1))
    rows = db.execute(
        select(
            SessionRow.id, SessionRow.starts_at, SessionRow.ends_at, SessionRow.mode, SessionRow.site_id,
            AttendeeRow.by_call, DutyRow.rota_id, DutyRow.person_id, DutyRow.kind, DutyRow.code, DutyRow.day,
            DutyRow.starts_at, DutyRow.ends_at, LegendRow.label,
        )
        .select_from(SessionRow)
        .join(AttendeeRow, AttendeeRow.session_id == SessionRow.id)
        .join(DutyRow, and_(DutyRow.person_id == AttendeeRow.person_id, near))
        .outerjoin(LegendRow, and_(LegendRow.rota_id == DutyRow.rota_id, LegendRow.code == DutyRow.code))
        .where(
            SessionRow.programme_id == programme.id,
            SessionRow.starts_at > now,
            SessionRow.status != SessionStatus.CANCELLED,
            SessionRow.mode != IN_WRITING,
            AttendeeRow.mark != CANNOT,
            AttendeeRow.away.is_(False),
            DutyRow.kind.not_in(AWAY),
            concerned,
        )
    )  # fmt: skip
    meetings: dict[Place, Meeting] = {}
    found: dict[Place, list[Rostered]] = defaultdict(list)
    for session_id, start, end, mode, place, by_call, rota_id, person_id, kind, code, day, begins, ends, label in rows:
        if rota_id not in rotas:
            continue
        where = place if mode == IN_PERSON and not by_call else None
        meetings[session_id, person_id] = Meeting(Interval(start, end), where, programme.is_protected(start, end))
        rota, site_id = rotas[rota_id]
        duty = duty_at(DutyKind(kind), code, day, begins, ends, zones[site_id], site_id)
        found[session_id, person_id].append(Rostered(duty, rota, as_called(code, label)))
    return meetings, found


def _rotas(db: Db, programme_id: int) -> Mapping[int, tuple[str, int]]:
    """The departments' rotas of a programme: the name and the site of each."""
    of_programme = (RotaRow.programme_id == programme_id, OF_DEPARTMENT)
    rows = db.execute(select(RotaRow.id, RotaRow.name, RotaRow.site_id).where(*of_programme))
    return {rota_id: (name, site_id) for rota_id, name, site_id in rows}


def as_called(code: str, label: str | None) -> str:
    """A duty as its rota calls it: its code, with what the legend says of it."""
    return f"{code} ({label})" if label and label.casefold() != code.casefold() else code


def _take(
    db: Db, programme_id: int, key: Key, kept: Mapping[Key, ReleaseRow], wanted: Mapping[Key, Release], now: datetime
) -> bool:
    """Keep what should be, where it is other than what is; returns whether it was."""
    row, release = kept.get(key), wanted.get(key)
    if row is None:
        assert release is not None
        db.add(_new(programme_id, key, release, now))
        return True
    told = (row.starts_at, row.ends_at, row.duty, row.ended_at is None)
    if release is None:
        if row.ended_at is not None:
            return False
        row.ended_at = now
    elif told == (release.span.start, release.span.end, release.called, True):
        return False
    else:
        row.starts_at, row.ends_at = release.span.start, release.span.end
        row.duty, row.ended_at = release.called, None
    row.sequence, row.changed_at = row.sequence + 1, now
    return True


def _new(programme_id: int, key: Key, release: Release, now: datetime) -> ReleaseRow:
    session_id, person_id, site_id, rota = key
    return ReleaseRow(
        programme_id=programme_id, session_id=session_id, person_id=person_id, site_id=site_id, rota=rota,
        starts_at=release.span.start, ends_at=release.span.end, duty=release.called,
        sequence=0, created_at=now, changed_at=now,
    )  # fmt: skip
