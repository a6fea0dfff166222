"""Publish a plan: one transaction in which revision, sessions and feeds change together or not at all."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.calendars.service import refresh
from scheduler.charters.agreements import agreed_groups
from scheduler.errors import NotPossible
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.plans.model import PlanState
from scheduler.plans.rechecking import must_still_hold
from scheduler.plans.service import lock_plan
from scheduler.plans.tables import MemberRow, PlanRow, RunRow
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.safety.service import record
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.publishing import Planned, publish_sessions
from scheduler.sessions.tables import SessionRow


def publish(db: Session, actor: Actor, plan_id: int, now: datetime) -> int:
    """Make a draft the programme's plan; returns its revision. The plan before it is superseded."""
    plan = lock_plan(db, plan_id)
    actor.must_have(plan.programme_id, Role.COORDINATOR)
    if plan.state not in (PlanState.DRAFT, PlanState.REVIEWED):
        raise NotPossible(say("This plan was published already."), what_to_do=say("Make a new draft to change it."))
    if not plan.groups:
        raise NotPossible(say("This draft has no group."), what_to_do=say("See why nobody is placed, then plan again."))
    programme = get_programme(db, plan.programme_id)
    must_still_hold(db, programme, plan, now)
    _must_not_undo(db, plan)
    _supersede(db, plan.programme_id)
    plan.revision, plan.state = _next_revision(db, plan.programme_id), PlanState.PUBLISHED
    plan.published_at, plan.published_by = now, actor.person_id
    db.flush()
    agreed = agreed_groups(db, programme.id)
    changes = publish_sessions(db, programme.id, _planned(programme, plan, agreed), now)
    db.flush()
    refresh(db, programme.id, now)
    record(
        db, actor, "plan.published", now, programme.id, plan=plan_id, revision=plan.revision,
        new=changes.new, changed=changes.changed, cancelled=changes.cancelled,
    )  # fmt: skip
    return plan.revision


def _must_not_undo(db: Session, plan: PlanRow) -> None:
    """Raise NotPossible where a group has chosen a date itself since this draft was worked out."""
    asked_at = db.scalar(select(RunRow.queued_at).where(RunRow.plan_id == plan.id)) or plan.created_at
    chosen = (SessionRow.programme_id == plan.programme_id, SessionRow.extra == 0, SessionRow.agreed_at >= asked_at)
    if db.scalar(select(SessionRow.id).where(*chosen).limit(1)) is not None:
        raise NotPossible(
            say("A group has chosen another date for itself since this draft was made."),
            what_to_do=say("Plan again: the new draft knows of it."),
        )


def _supersede(db: Session, programme_id: int) -> None:
    published = select(PlanRow).where(PlanRow.programme_id == programme_id, PlanRow.state == PlanState.PUBLISHED)
    for row in db.scalars(published):
        row.state = PlanState.SUPERSEDED
    db.flush()  # before another is published: there is never more than one


def _next_revision(db: Session, programme_id: int) -> int:
    return (db.scalar(select(func.max(PlanRow.revision)).where(PlanRow.programme_id == programme_id)) or 0) + 1


def _planned(programme: Programme, plan: PlanRow, agreed: Collection[str]) -> Iterator[Planned]:
    models = {model.id: model.name for model in programme.models}
    length = timedelta(minutes=programme.session_minutes)
    for group in plan.groups:
        for session in group.sessions:
            yield Planned(
                group_key=group.key,
                group_name=group.name,
                model_name=models[group.model_id],
                round=session.round,
                starts_at=session.starts_at,
                ends_at=session.starts_at + length,
                mode=group.mode,
                site_id=group.site_id,
                room_id=session.room_id,
                attendees={
                    member.person_id: (member.role, session.marks.get(str(member.person_id), "?"))
                    for member in group.members
                    if _comes(member, session.facilitator_ids)
                },
                status=SessionStatus.CONFIRMED if group.key in agreed else SessionStatus.TENTATIVE,
            )


def _comes(member: MemberRow, facilitator_ids: list[int]) -> bool:
    """All residents are invited; of the facilitators those whom the plan has at this session."""
    return member.role == "resident" or member.person_id in facilitator_ids
