"""Who of a published plan's groups is still there: a plan is never changed, and people leave all the same."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, not_, or_, select
from sqlalchemy.orm import Session

from scheduler.people.tables import ParticipantRow
from scheduler.plans.model import PlanState
from scheduler.plans.tables import GroupRow, MemberRow, PlanRow


def is_still_there() -> ColumnElement[bool]:
    """Of a query over plans and members: those who have not left since the plan was published.

    Who left and came back counts as gone until another plan is published: a group has closed membership, and nobody
    walks into it again by the back door.
    """
    return exists().where(
        ParticipantRow.programme_id == PlanRow.programme_id,
        ParticipantRow.person_id == MemberRow.person_id,
        ParticipantRow.left_at.is_(None),
        or_(PlanRow.published_at.is_(None), ParticipantRow.joined_at <= PlanRow.published_at),
    )


def gone(db: Session, programme_id: int) -> frozenset[int]:
    """The people whom the published plan has in a group and who have left since."""
    rows = db.scalars(
        select(MemberRow.person_id)
        .join(GroupRow, GroupRow.id == MemberRow.group_id)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .where(and_(PlanRow.programme_id == programme_id, PlanRow.state == PlanState.PUBLISHED), not_(is_still_there()))
    )
    return frozenset(rows)
