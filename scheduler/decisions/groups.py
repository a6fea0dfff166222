"""The groups of a plan that a decision is about, as pages show them: of the published plan as things stand."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import select

from scheduler.db import Db
from scheduler.decisions.model import AboutPlan
from scheduler.people.model import Actor
from scheduler.people.tables import PersonRow
from scheduler.plans.model import Group, PlanState
from scheduler.plans.service import groups_by_keys
from scheduler.plans.tables import GroupRow, MemberRow, PlannedSessionRow
from scheduler.sessions.published_plan import groups_as_they_are


def keys_of(db: Db, plan_id: int, person_id: int) -> tuple[str, ...]:
    """The groups of a plan that somebody is in, whatever they are there."""
    rows = db.scalars(
        select(GroupRow.key)
        .join(MemberRow, MemberRow.group_id == GroupRow.id)
        .where(GroupRow.plan_id == plan_id, GroupRow.ended_at.is_(None), MemberRow.person_id == person_id)
        .order_by(GroupRow.id)
    )
    return tuple(rows)


def shown_groups(db: Db, actor: Actor, about: AboutPlan, keys: Collection[str]) -> tuple[Group, ...]:
    """These groups with people and dates."""
    found = groups_by_keys(db, actor, about.id, keys)
    if about.state is PlanState.PUBLISHED:
        return groups_as_they_are(db, actor, about.programme_id, found)
    return found


def group_names(db: Db, plan_id: int, keys: Iterable[str]) -> Mapping[str, str]:
    """What groups of a plan are called, by key."""
    which = (GroupRow.plan_id == plan_id, GroupRow.key.in_(list(keys)))
    return dict(db.execute(select(GroupRow.key, GroupRow.name).where(*which)).all())


def people_names(db: Db, ids: Iterable[int]) -> Mapping[int, str]:
    """What people are called, by id."""
    return dict(db.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(list(ids)))).all())


def stored_marks(db: Db, plan_id: int, keys: Collection[str], person_id: int) -> Mapping[tuple[datetime, int], str]:
    """By start and round what was known of somebody for each session of these groups when the plan was made."""
    rows = db.execute(
        select(PlannedSessionRow.starts_at, PlannedSessionRow.round, PlannedSessionRow.marks)
        .join(GroupRow, GroupRow.id == PlannedSessionRow.group_id)
        .where(GroupRow.plan_id == plan_id, GroupRow.key.in_(keys))
    )
    return {(at, number): marks[str(person_id)] for at, number, marks in rows if str(person_id) in marks}
