"""Residents of a programme whom a plan was not to place: it has them neither in a group nor among those without one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import and_, select, true

from scheduler.db import Db
from scheduler.joining.questions import questions_of
from scheduler.joining.tables import AnswerRow
from scheduler.people.model import Role
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.planning.pauses import paused_people
from scheduler.plans.tables import GroupRow, MemberRow, UnplacedRow
from scheduler.programmes.service import get_programme


class WhyNot(StrEnum):
    """Why somebody is not planned."""

    NOT_INVITED = "not_invited"
    NOT_ANSWERED = "not_answered"
    ON_LEAVE = "on_leave"
    """On long leave through the whole term."""
    NOT_YET = "not_yet"
    """They had not said yes when the plan was made, or did not take part yet; by now nobody needs to have."""
    SINCE = "since"
    """They joined, said yes or came back after the plan was made."""


@dataclass(frozen=True, slots=True)
class NotPlanned:
    """A resident whom a plan was not to place, and why."""

    person_id: int
    name: str
    why: WhyNot


def not_planned_of(db: Db, programme_id: int, plan_id: int, person_id: int | None = None) -> tuple[NotPlanned, ...]:
    """The residents who take part now and of whom a plan does not speak, or that one alone, by name."""
    placed = select(MemberRow.person_id).join(GroupRow, GroupRow.id == MemberRow.group_id)
    of_plan = placed.where(GroupRow.plan_id == plan_id, GroupRow.ended_at.is_(None))
    unplaced = select(UnplacedRow.person_id).where(UnplacedRow.plan_id == plan_id)
    left = db.execute(
        select(PersonRow.id, PersonRow.name, AnswerRow.invited_at, AnswerRow.agreed_at)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .outerjoin(AnswerRow, and_(AnswerRow.person_id == PersonRow.id, AnswerRow.programme_id == programme_id))
        .where(
            ParticipantRow.programme_id == programme_id,
            ParticipantRow.kind == Role.RESIDENT,
            ParticipantRow.left_at.is_(None),
            ParticipantRow.person_id.not_in(of_plan),
            ParticipantRow.person_id.not_in(unplaced),
            true() if person_id is None else ParticipantRow.person_id == person_id,
        )
        .order_by(PersonRow.name, PersonRow.id)
    ).all()
    if not left:
        return ()
    programme, must_agree = get_programme(db, programme_id), questions_of(db, programme_id).only_joined
    away = paused_people(db, programme_id, programme.first_day, programme.last_day)

    def why(who: int, invited_at: datetime | None, agreed_at: datetime | None) -> WhyNot:
        if must_agree and agreed_at is None:
            return WhyNot.NOT_INVITED if invited_at is None else WhyNot.NOT_ANSWERED
        if who in away:
            return WhyNot.ON_LEAVE
        return WhyNot.NOT_YET if agreed_at is None else WhyNot.SINCE

    return tuple(NotPlanned(who, name, why(who, *answer)) for who, name, *answer in left)
