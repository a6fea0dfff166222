"""Residents of a programme whom a plan was not to place: it has them neither in a group nor among those without one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import and_, select

from scheduler.db import Db
from scheduler.joining.questions import questions_of
from scheduler.joining.tables import AnswerRow
from scheduler.people.model import Role
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.planning.pauses import paused_people
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


def not_planned_of(
    db: Db, programme_id: int, named: Collection[int], person_id: int | None = None
) -> tuple[NotPlanned, ...]:
    """The residents who take part now and whom a plan does not name, or that one alone, by name."""
    rows = db.execute(
        select(PersonRow.id, PersonRow.name, AnswerRow.invited_at, AnswerRow.agreed_at)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .outerjoin(AnswerRow, and_(AnswerRow.person_id == PersonRow.id, AnswerRow.programme_id == programme_id))
        .where(
            ParticipantRow.programme_id == programme_id,
            ParticipantRow.kind == Role.RESIDENT,
            ParticipantRow.left_at.is_(None),
        )
        .order_by(PersonRow.name, PersonRow.id)
    )
    left = [row for row in rows if row.id not in named and person_id in (None, row.id)]
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
