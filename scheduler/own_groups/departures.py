"""Whoever leaves a programme is in none of its self-formed groups any more, looks for none, and is asked nothing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, or_, select, update

from scheduler.db import Db
from scheduler.own_groups.model import QuestionState
from scheduler.own_groups.service import open_groups
from scheduler.own_groups.tables import FirstQuestionRow, QuestionRow, SeekerRow
from scheduler.plans.model import MemberRole


def take_out(db: Db, programme_id: int, people: Collection[int], now: datetime) -> None:
    """Take these people out of every self-formed group; one without residents is given up."""
    people = set(people)
    for row in open_groups(db, programme_id):
        if any(member.person_id in people for member in row.members):
            row.members = [member for member in row.members if member.person_id not in people]
            if not any(member.role == MemberRole.RESIDENT for member in row.members):
                row.closed_at = now
    db.execute(delete(SeekerRow).where(SeekerRow.programme_id == programme_id, SeekerRow.person_id.in_(people)))
    of_theirs = or_(FirstQuestionRow.from_id.in_(people), FirstQuestionRow.to_id.in_(people))
    db.execute(delete(FirstQuestionRow).where(FirstQuestionRow.programme_id == programme_id, of_theirs))
    theirs = or_(QuestionRow.from_id.in_(people), QuestionRow.to_id.in_(people))
    waiting = select(QuestionRow.id).where(
        QuestionRow.programme_id == programme_id, QuestionRow.state == QuestionState.ASKED, theirs
    )
    db.execute(
        update(QuestionRow)
        .where(QuestionRow.id.in_(waiting))
        .values(state=QuestionState.WITHDRAWN, answered_at=now)
        .execution_options(synchronize_session="fetch")
    )
    db.flush()
