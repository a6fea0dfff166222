"""Troubles as the coordinator reads them: the worst and the soonest first, and what they have come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
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
from scheduler.programmes.service import lock_programme
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.tables import SessionRow
from scheduler.troubles.model import STOPPING, TroubleKind, TroubleState
from scheduler.troubles.tables import TroubleRow
from scheduler.troubles.trouble_view import Trouble, values_of

PAGE: Final = 10
KEPT_IN_SIGHT: Final = timedelta(days=28)
"""For so long a settled trouble is listed; its own page stays."""


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
    return Listed(tuple(values_of(db, programme_id, rows, now)), total, page)


def troubles_after(
    db: Db, actor: Actor, programme_id: int, after_id: int, most: int, now: datetime, *, state: TroubleState
) -> tuple[Trouble, ...]:
    """So many troubles in this state after one of this number, by number; settled ones as long as they are listed."""
    actor.must_have(programme_id, Role.COORDINATOR)
    which = [TroubleRow.programme_id == programme_id, TroubleRow.state == state, TroubleRow.id > after_id]
    if state is TroubleState.SETTLED:
        which.append(TroubleRow.ended_at > now - KEPT_IN_SIGHT)
    rows = db.scalars(select(TroubleRow).where(*which).order_by(TroubleRow.id).limit(most)).all()
    return tuple(values_of(db, programme_id, rows, now))


def list_clashes(db: Db, actor: Actor, programme_id: int, now: datetime, *, page: int = 1) -> Listed:
    """Each two people of a published group whom a relation that may be known keeps apart, now or from a day that is
    still to come, the soonest first. What people keep to themselves is never among them."""
    actor.must_have(programme_id, Role.COORDINATOR)
    total = count_clashes(db, programme_id)
    page = max(1, min(page, -(-total // PAGE)))
    soonest = func.coalesce(TroubleRow.from_day, now.date())
    rows = db.scalars(
        select(TroubleRow)
        .where(*_is_clash(programme_id))
        .order_by(soonest, TroubleRow.group_key, TroubleRow.id)
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    ).all()
    return Listed(tuple(values_of(db, programme_id, rows, now)), total, page)


def count_clashes(db: Db, programme_id: int) -> int:
    """How many of them there are."""
    return db.scalar(select(func.count()).select_from(TroubleRow).where(*_is_clash(programme_id))) or 0


def _is_clash(programme_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        TroubleRow.programme_id == programme_id,
        TroubleRow.state == TroubleState.OPEN,
        TroubleRow.kind == TroubleKind.SAFETY,
        TroubleRow.session_id.is_(None),
    )


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
    return tuple(values_of(db, programme_id, rows, now))


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
    return tuple(values_of(db, programme_id, rows, now))


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
