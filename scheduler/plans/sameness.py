"""Which drafts say what is published already: the same groups, of the same people, at the same dates and places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select

from scheduler.db import Db
from scheduler.people.model import Actor, Role
from scheduler.plans.departures import has_not_left
from scheduler.plans.kept import kept
from scheduler.plans.model import UNPUBLISHED, PlanState, PlanSummary
from scheduler.plans.tables import GroupRow, MemberRow, PlannedSessionRow, PlanRow


def same_as_published(
    db: Db, actor: Actor, programme_id: int, plans: Collection[PlanSummary], shown: Collection[PlanSummary]
) -> frozenset[int]:
    """The ids of the drafts among ``shown`` that say what is published, which is one of ``plans`` if anything is."""
    actor.must_have(programme_id, Role.COORDINATOR)
    published = next((plan for plan in plans if plan.state is PlanState.PUBLISHED), None)
    if published is None:
        return frozenset()
    alike = tuple(
        plan.id for plan in shown if plan.state in UNPUBLISHED and not plan.is_repair and _counts_alike(plan, published)
    )
    if not alike:
        return frozenset()
    what = ("same as published", published.id, alike)
    return kept(db, programme_id, what, lambda: _same(db, published.id, alike))


def _counts_alike(plan: PlanSummary, published: PlanSummary) -> bool:
    return (plan.groups, plan.placed) == (published.groups, published.placed)


def _same(db: Db, published_id: int, others: Collection[int]) -> frozenset[int]:
    said = _said(db, {published_id, *others})
    return frozenset(plan_id for plan_id in others if said[plan_id] == said[published_id])


def _said(db: Db, plan_ids: Collection[int]) -> dict[int, set[tuple[object, ...]]]:
    """All that each plan says, piece by piece."""
    found: dict[int, set[tuple[object, ...]]] = defaultdict(set)
    meets = (GroupRow.plan_id.in_(plan_ids), GroupRow.ended_at.is_(None))
    group = (GroupRow.plan_id, GroupRow.key)
    for plan_id, *piece in db.execute(select(*group, GroupRow.model_id, GroupRow.mode, GroupRow.site_id).where(*meets)):
        found[plan_id].add(("group", *piece))
    members = select(*group, MemberRow.person_id, MemberRow.role).join(MemberRow, MemberRow.group_id == GroupRow.id)
    of_plans = members.join(PlanRow, PlanRow.id == GroupRow.plan_id).where(*meets, has_not_left())
    for plan_id, *piece in db.execute(of_plans):
        found[plan_id].add(("member", *piece))
    columns = (PlannedSessionRow.round, PlannedSessionRow.starts_at, PlannedSessionRow.room_id)
    sessions = select(*group, *columns, PlannedSessionRow.facilitator_ids)
    for plan_id, *piece, leads in db.execute(sessions.join(GroupRow.sessions).where(*meets)):
        found[plan_id].add(("session", *piece, tuple(sorted(leads))))
    return found
