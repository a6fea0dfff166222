"""Taking a date back that was settled within the last day: the session has its old date again, with its UID, and what
people said of that date counts again, since it is kept by time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from scheduler.audit.service import record
from scheduler.db import Db, pair_in
from scheduler.errors import NotFound, NotPossible
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.plans.membership import GroupId, own_rosters
from scheduler.programmes.model import DateSettling
from scheduler.programmes.service import get_programme, get_programmes, lock_programme
from scheduler.sessions.alternatives import find_former_date, must_be_open
from scheduler.sessions.model import ProposalState, SessionStatus
from scheduler.sessions.moves import cancel_extra, move
from scheduler.sessions.tables import ProposalRow, SessionRow

UNDO_FOR: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Settled:
    """A date that was settled a short while ago: ``moved_from`` is the date before, None for an extra session;
    ``until`` then it can be undone, by the reader if ``may_undo``."""

    proposal_id: int
    session_id: int
    starts_at: datetime
    moved_from: datetime | None
    until: datetime
    may_undo: bool


def settled_dates(
    db: Db, actor: Actor, groups: Collection[GroupId], now: datetime
) -> Mapping[GroupId, tuple[Settled, ...]]:
    """What was settled in one's own groups in the last day and can still be undone, by group. NotFound to outsiders."""
    own_rosters(db, actor, groups)
    programmes = get_programmes(db, {programme_id for programme_id, _ in groups})
    found: dict[GroupId, tuple[Settled, ...]] = dict.fromkeys(groups, ())
    rows = db.execute(
        select(ProposalRow, SessionRow)
        .join(SessionRow, SessionRow.id == ProposalRow.session_id)
        .where(
            pair_in(ProposalRow.programme_id, ProposalRow.group_key, groups),
            ProposalRow.state == ProposalState.ADOPTED,
            ProposalRow.settled_at > now - UNDO_FOR,
        )
        .options(selectinload(ProposalRow.answers))
        .order_by(ProposalRow.id)
    )
    for row, session in rows:
        if _can_be_undone(row, session, now):
            by_group = programmes[row.programme_id].conduct.settling != DateSettling.COORDINATOR
            found[row.programme_id, row.group_key] += (_value(row, now, by_group and _took_part(row, actor)),)
    return found


def settled_for(db: Db, actor: Actor, programme_id: int, now: datetime) -> tuple[tuple[str, Settled], ...]:
    """What was settled in a programme in the last day, each with its group's name, for its coordinators."""
    actor.must_have(programme_id, Role.COORDINATOR)
    rows = db.execute(
        select(ProposalRow, SessionRow)
        .join(SessionRow, SessionRow.id == ProposalRow.session_id)
        .where(
            ProposalRow.programme_id == programme_id,
            ProposalRow.state == ProposalState.ADOPTED,
            ProposalRow.settled_at > now - UNDO_FOR,
        )
        .options(selectinload(ProposalRow.answers))
        .order_by(ProposalRow.id)
    )
    is_hers = get_programme(db, programme_id).conduct.settling == DateSettling.COORDINATOR
    return tuple(
        (session.group_name, _value(row, now, is_hers)) for row, session in rows if _can_be_undone(row, session, now)
    )


def undo(db: Db, actor: Actor, proposal_id: int, now: datetime) -> None:
    """Give a session its old date again, or take an extra session away.

    Anybody may who took part in settling it, and where the coordinator settles dates, she alone. Raises NotFound to
    others, NotPossible once a day has passed, or where the old date can't be had any more.
    """
    programme_id = db.scalar(select(ProposalRow.programme_id).where(ProposalRow.id == proposal_id))
    if programme_id is None:
        raise NotFound(say("That date has not been proposed."))
    lock_programme(db, programme_id)
    found = select(ProposalRow).where(ProposalRow.id == proposal_id).execution_options(populate_existing=True)
    row = db.scalars(found).one()
    if not _may_undo(db, row, actor):
        raise NotFound(say("That date has not been proposed."))
    session = db.get(SessionRow, row.session_id) if row.session_id is not None else None
    if session is None or row.state != ProposalState.ADOPTED or not _can_be_undone(row, session, now):
        raise NotPossible(
            say("This can no longer be undone."), what_to_do=say("Propose the old date to your group instead.")
        )
    row.state, row.settled_at = ProposalState.WITHDRAWN, now
    if row.moved_from is None:
        cancel_extra(db, session, now)
    else:
        _move_back(db, session, row.moved_from, now)
    record(db, actor, "session.undone", now, programme_id, group=row.group_key, session=session.id, proposal=row.id)


def _move_back(db: Db, session: SessionRow, starts_at: datetime, now: datetime) -> None:
    date = find_former_date(db, session, starts_at, now)
    if date is None:
        must_be_open(get_programme(db, session.programme_id), starts_at)
        raise NotPossible(
            say("The old date no longer works: someone or the room is taken then."),
            what_to_do=say("Keep the new date, or propose another one."),
        )
    move(db, session, date, now)


def _can_be_undone(row: ProposalRow, session: SessionRow, now: datetime) -> bool:
    """Within a day, while both dates lie ahead and nobody has moved the session since."""
    settled_at = row.settled_at or now - UNDO_FOR
    return (
        now - settled_at < UNDO_FOR
        and session.starts_at == row.starts_at > now
        and session.status != SessionStatus.CANCELLED
        and (row.moved_from > now if row.moved_from else bool(session.extra))
    )


def _may_undo(db: Db, row: ProposalRow, actor: Actor) -> bool:
    if get_programme(db, row.programme_id).conduct.settling == DateSettling.COORDINATOR:
        return actor.has(row.programme_id, Role.COORDINATOR)
    own_rosters(db, actor, [(row.programme_id, row.group_key)])
    return _took_part(row, actor)


def _took_part(row: ProposalRow, actor: Actor) -> bool:
    return any(answer.person_id == actor.person_id for answer in row.answers)


def _value(row: ProposalRow, now: datetime, may_undo: bool) -> Settled:
    return Settled(
        proposal_id=row.id,
        session_id=row.session_id or 0,
        starts_at=row.starts_at,
        moved_from=row.moved_from,
        until=min((row.settled_at or now) + UNDO_FOR, row.starts_at, row.moved_from or row.starts_at),
        may_undo=may_undo,
    )
