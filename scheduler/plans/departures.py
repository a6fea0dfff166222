"""Who of a published plan's groups is still there: people leave, and the plan keeps their place."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, exists, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from scheduler.db import Db
from scheduler.people.tables import ParticipantRow
from scheduler.plans.tables import GroupRow, MemberRow, PlanRow
from scheduler.plans.whole import WholePlan


def has_not_left() -> ColumnElement[bool]:
    """Of a query over plans and members: those who have not left since the plan was published.

    Who left and came back counts as gone until another plan is published, or the coordinator puts them into a group: a
    group has closed membership, and nobody walks into it again by the back door.
    """
    return exists().where(
        ParticipantRow.programme_id == PlanRow.programme_id,
        ParticipantRow.person_id == MemberRow.person_id,
        ParticipantRow.left_at.is_(None),
        or_(
            PlanRow.published_at.is_(None),
            ParticipantRow.joined_at <= PlanRow.published_at,
            ParticipantRow.joined_at <= MemberRow.since,
        ),
    )


def is_here(column: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Of a query over plans: that the person of this column takes part in the plan's programme now."""
    return exists().where(
        ParticipantRow.programme_id == PlanRow.programme_id,
        ParticipantRow.person_id == column,
        ParticipantRow.left_at.is_(None),
    )


def people_gone(db: Db, plan: WholePlan) -> frozenset[int]:
    """Of those in a plan's groups who has left since: everybody else is there now."""
    return frozenset(person_id for _, person_id in people_who_left(db, [group.id for group in plan.groups]))


def people_who_left(db: Db, group_ids: Collection[int | None]) -> frozenset[tuple[int, int]]:
    """Of these groups, by id, the people who have left since: pairs of group and person."""
    rows = db.execute(
        select(MemberRow.group_id, MemberRow.person_id)
        .join(GroupRow, GroupRow.id == MemberRow.group_id)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .where(MemberRow.group_id.in_(group_ids), not_(has_not_left()))
    )
    return frozenset((group_id, person_id) for group_id, person_id in rows)
