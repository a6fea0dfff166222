"""What waits for the coordinator herself, counted in one query: every page of hers shows the number."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, func, select

from scheduler.db import Db
from scheduler.desk.model import Needs
from scheduler.enrolment.tables import WaitingListRow
from scheduler.joining.tables import ChangeRequestRow
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow
from scheduler.programmes.model import DateSettling
from scheduler.programmes.tables import ProgrammeRow
from scheduler.rotas.tables import WaitingRow
from scheduler.sessions.model import ProposalState
from scheduler.sessions.tables import ProposalRow
from scheduler.troubles.model import TroubleState
from scheduler.troubles.tables import TroubleRow


def count_needs(db: Db, actor: Actor, programme_id: int, now: datetime) -> Needs:
    """How much of each kind waits for a coordinator of this programme."""
    actor.must_have(programme_id, Role.COORDINATOR)
    here = ProgrammeRow.id == programme_id
    troubles = _count(TroubleRow.programme_id == programme_id, TroubleRow.state == TroubleState.OPEN)
    rotas = _count(WaitingRow.programme_id == programme_id)
    lists = _count(WaitingListRow.programme_id == programme_id)
    requests = _count(asks_to_change(), ChangeRequestRow.programme_id == programme_id)
    dates = (
        select(func.count(ProposalRow.group_key.distinct()))
        .where(is_hers_to_settle(now), ProposalRow.programme_id == programme_id)
        .scalar_subquery()
    )
    row = db.execute(select(troubles, requests, rotas, lists, dates).where(here)).first()
    return Needs(*row) if row else Needs()


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
