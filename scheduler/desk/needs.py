"""What waits for the coordinator herself: every page of hers shows the number.

It is counted in one query (with a few more while somebody is on long leave), and once for each state of its programme:
the mark of the facts and the newest line of the audit trail say whether anything may have changed, and what neither
tells of, files that wait, is counted each time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, ScalarSelect, func, select

from scheduler.audit.tables import AuditRow
from scheduler.db import Db, only_looks
from scheduler.desk.model import Needs
from scheduler.desk.reduced import anybody_is_away, reduced_groups
from scheduler.enrolment.tables import WaitingListRow
from scheduler.joining.tables import ChangeRequestRow
from scheduler.memory import Memory
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow
from scheduler.programmes.model import DateSettling
from scheduler.programmes.tables import ProgrammeRow
from scheduler.rotas.own import WAITS_FOR_COORDINATOR
from scheduler.rotas.tables import WaitingRow
from scheduler.sessions.model import ProposalState
from scheduler.sessions.tables import ProposalRow
from scheduler.troubles.model import TroubleState
from scheduler.troubles.tables import TroubleRow

STANDS_FOR: Final = timedelta(minutes=1)
"""So long a number is believed where nothing but the clock has changed: dates that were proposed pass."""


@dataclass(frozen=True, slots=True)
class _Known:
    needs: Needs
    at: datetime


_known: Final[Memory[_Known]] = Memory(200)


def count_needs(db: Db, actor: Actor, programme_id: int, now: datetime) -> Needs:
    """How much of each kind waits for a coordinator of this programme."""
    actor.must_have(programme_id, Role.COORDINATOR)
    if not only_looks(db):
        return _counted(db, programme_id, now)
    mark = _mark(db, programme_id)
    known = _known.find(mark) if mark else None
    if known is None or not known.at <= now < known.at + STANDS_FOR:
        known = _Known(_counted(db, programme_id, now), now)
        if mark:
            _known.keep(mark, known)
    return known.needs


def _mark(db: Db, programme_id: int) -> tuple[object, ...] | None:
    """What is another once any of the numbers may be; None where that is not known."""
    newest = select(func.max(AuditRow.id)).where(AuditRow.programme_id == programme_id).scalar_subquery()
    rotas = _count(WaitingRow.programme_id == programme_id, WAITS_FOR_COORDINATOR)
    lists = _count(WaitingListRow.programme_id == programme_id)
    row = db.execute(
        select(ProgrammeRow.id, ProgrammeRow.facts_mark, newest, rotas, lists).where(ProgrammeRow.id == programme_id)
    ).first()
    return tuple(row) if row and row.facts_mark else None


def _counted(db: Db, programme_id: int, now: datetime) -> Needs:
    here = ProgrammeRow.id == programme_id
    troubles = _count(TroubleRow.programme_id == programme_id, TroubleRow.state == TroubleState.OPEN)
    rotas = _count(WaitingRow.programme_id == programme_id, WAITS_FOR_COORDINATOR)
    lists = _count(WaitingListRow.programme_id == programme_id)
    requests = _count(asks_to_change(), ChangeRequestRow.programme_id == programme_id)
    dates = (
        select(func.count(ProposalRow.group_key.distinct()))
        .where(is_hers_to_settle(now), ProposalRow.programme_id == programme_id)
        .scalar_subquery()
    )
    away = anybody_is_away(programme_id, now)
    row = db.execute(select(troubles, requests, rotas, lists, dates, away).where(here)).first()
    if row is None:
        return Needs()
    needs = Needs(*row[:-1])
    return replace(needs, reduced=len(reduced_groups(db, programme_id, now))) if row[-1] else needs


def asks_to_change() -> ColumnElement[bool]:
    """Whether a request to change answers waits, of somebody who still takes part."""
    takes_part = (
        select(ParticipantRow.person_id)
        .where(
            ParticipantRow.programme_id == ChangeRequestRow.programme_id,
            ParticipantRow.person_id == ChangeRequestRow.person_id,
            ParticipantRow.left_at.is_(None),
        )
        .correlate(ChangeRequestRow)
    )
    return ChangeRequestRow.decided_at.is_(None) & takes_part.exists()


def is_hers_to_settle(now: datetime) -> ColumnElement[bool]:
    """Whether a date that somebody in a group proposed waits for its coordinator."""
    leaves_it_to_her = select(ProgrammeRow.id).where(ProgrammeRow.settling == DateSettling.COORDINATOR)
    return (
        (ProposalRow.state == ProposalState.OPEN)
        & (ProposalRow.starts_at > now)
        & ProposalRow.by_id.is_not(None)
        & ProposalRow.programme_id.in_(leaves_it_to_her)
    )


def _count(*which: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).where(*which).scalar_subquery()
