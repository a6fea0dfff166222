"""How many groups a plan has, and how many people with a group and without one: kept with it as it was made.

The published plan is counted as it is; from a draft those are taken who have left since.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Select, func, not_, select

from scheduler.db import Db
from scheduler.errors import NotFound
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow
from scheduler.plans.departures import has_not_left, is_here
from scheduler.plans.kept import kept_for_readers
from scheduler.plans.model import UNPUBLISHED, MemberRole, PlanState
from scheduler.plans.tables import GroupRow, MemberRow, PlanRow, UnplacedRow

Counts = Mapping[str, int]
NONE: Counts = {"groups": 0, "placed": 0, "unplaced": 0}


def counts_of(groups: Iterable[GroupRow], unplaced: Collection[UnplacedRow]) -> dict[str, int]:
    """The counts of a plan in the making."""
    meeting = [group for group in groups if group.ended_at is None]
    placed = {m.person_id for group in meeting for m in group.members if m.role == MemberRole.RESIDENT}
    return {"groups": len(meeting), "placed": len(placed), "unplaced": len(unplaced)}


def keep_counts(db: Db, plan: PlanRow) -> None:
    """Note what a plan that was changed comes to now."""
    db.flush()
    plan.counts = {**NONE, **_counted(db, [plan.id]).get(plan.id, NONE)}


def missing_from(db: Db, actor: Actor, programme_id: int, plan_id: int) -> int:
    """Of how many people a draft was made who have left since, or were deleted."""
    actor.must_have(programme_id, Role.COORDINATOR)
    plan = db.get(PlanRow, plan_id)
    if plan is None or plan.programme_id != programme_id:
        raise NotFound(say("We can’t find that plan."))
    found = _counted(db, [plan_id]).get(plan_id, NONE)
    made_of = plan.counts or found
    residents = sum(made_of[what] - found[what] for what in ("placed", "unplaced"))
    leading = (MemberRow.role == MemberRole.FACILITATOR, GroupRow.plan_id == plan_id, not_(has_not_left()))
    gone = (
        select(func.count(MemberRow.person_id.distinct()))
        .join(GroupRow, GroupRow.id == MemberRow.group_id)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .where(*leading)
    )
    return max(0, residents) + (db.scalar(gone) or 0)


def counts_by_plan(db: Db, plans: Collection[PlanRow]) -> Mapping[int, Counts]:
    """The counts of these plans of one programme."""
    to_count = [plan.id for plan in plans if plan.counts is None or plan.state == PlanState.PUBLISHED]
    kept = {plan.id: plan.counts for plan in plans if plan.counts is not None and plan.id not in to_count}
    left = _left_since(db, [plan.id for plan in plans if plan.id in kept and plan.state in UNPUBLISHED])
    found: dict[int, Counts] = dict(_counted_once(db, plans, to_count))
    for plan_id, counts in kept.items():
        placed, unplaced = left.get(plan_id, (0, 0))
        found[plan_id] = {
            **counts,
            "placed": counts["placed"] - placed,
            "unplaced": max(0, counts["unplaced"] - unplaced),
        }
    return found


def _counted_once(db: Db, plans: Collection[PlanRow], ids: Collection[int]) -> Mapping[int, Counts]:
    if not ids:
        return {}
    programme_id, which = next(iter(plans)).programme_id, tuple(sorted(ids))
    return kept_for_readers(db, programme_id, ("counts", which), lambda: _counted(db, which))


def _counted(db: Db, ids: Collection[int]) -> Mapping[int, Counts]:
    if not ids:
        return {}
    meeting = (GroupRow.plan_id.in_(ids), GroupRow.ended_at.is_(None))
    groups = _count(db, select(GroupRow.plan_id, func.count()).where(*meeting).group_by(GroupRow.plan_id))
    placed = _count(
        db,
        select(GroupRow.plan_id, func.count(MemberRow.person_id.distinct()))
        .join(MemberRow, MemberRow.group_id == GroupRow.id)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .where(*meeting, MemberRow.role == MemberRole.RESIDENT, has_not_left())
        .group_by(GroupRow.plan_id),
    )
    unplaced = _count(
        db,
        select(UnplacedRow.plan_id, func.count())
        .join(PlanRow, PlanRow.id == UnplacedRow.plan_id)
        .where(UnplacedRow.plan_id.in_(ids), is_here(UnplacedRow.person_id))
        .group_by(UnplacedRow.plan_id),
    )
    return {
        each: {"groups": groups.get(each, 0), "placed": placed.get(each, 0), "unplaced": unplaced.get(each, 0)}
        for each in ids
    }


def _left_since(db: Db, ids: Collection[int]) -> Mapping[int, tuple[int, int]]:
    """Of drafts how many of those with a group, and without one, are no longer there: found from those who left."""
    if not ids:
        return {}
    left = (
        select(ParticipantRow.person_id)
        .join(PlanRow, PlanRow.programme_id == ParticipantRow.programme_id)
        .where(PlanRow.id == min(ids), ParticipantRow.left_at.is_not(None))
    )
    placed = _count(
        db,
        select(GroupRow.plan_id, func.count(MemberRow.person_id.distinct()))
        .join(MemberRow, MemberRow.group_id == GroupRow.id)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .where(MemberRow.person_id.in_(left), GroupRow.plan_id.in_(ids), GroupRow.ended_at.is_(None))
        .where(MemberRow.role == MemberRole.RESIDENT, not_(has_not_left()))
        .group_by(GroupRow.plan_id),
    )
    unplaced = _count(
        db,
        select(UnplacedRow.plan_id, func.count())
        .where(UnplacedRow.person_id.in_(left), UnplacedRow.plan_id.in_(ids))
        .group_by(UnplacedRow.plan_id),
    )
    return {each: (placed.get(each, 0), unplaced.get(each, 0)) for each in ids}


def _count(db: Db, statement: Select[int, int]) -> dict[int, int]:
    return dict(db.execute(statement).all())
