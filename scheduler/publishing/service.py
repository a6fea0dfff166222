"""Publish a plan: one transaction in which revision, sessions and feeds change together or not at all."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from scheduler.audit.service import record
from scheduler.bookings.commitments import wait_for_turn
from scheduler.changes import Fact, note
from scheduler.charters.agreements import agreed_groups
from scheduler.db import Db
from scheduler.edits.changed_since import has_been_changed
from scheduler.edits.history import groups_by_hand
from scheduler.edits.meanwhile import asked_at, base_of_published, base_to_json
from scheduler.errors import NotPossible, Page
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.pauses import paused_facilitators
from scheduler.people.tables import PersonRow
from scheduler.planning.left_alone import SessionOf
from scheduler.planning.recheck import must_still_hold
from scheduler.plans.counts import keep_counts
from scheduler.plans.departures import people_who_left
from scheduler.plans.model import UNPUBLISHED, MemberRole, PlanState
from scheduler.plans.service import lock_plan, programme_of_plan
from scheduler.plans.tables import GroupRow, PlannedSessionRow, PlanRow
from scheduler.plans.whole import WholePlan, find_published_plan, load_plan
from scheduler.preflight.service import must_be_ready
from scheduler.programmes.life import must_go_on
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from scheduler.publishing.trials import must_have_tried_rules
from scheduler.publishing.unmet_wishes import keep_unmet_wishes
from scheduler.sessions.model import SessionStatus
from scheduler.sessions.planned_sessions import Planned, publish_sessions
from scheduler.sessions.tables import SessionRow
from scheduler.text_input import reason_given
from solvers.vocabulary import NOT_KNOWN


def publish(db: Db, actor: Actor, plan_id: int, now: datetime, reason: str = "") -> int:
    """Make a draft the programme's plan; returns its revision. The plan before it is superseded.

    Where it changes sessions that are frozen it takes a ``reason``, which goes into the record. Raises NotPossible as
    long as a check is red that nobody has overridden (``scheduler/preflight``).
    """
    plan = lock_plan(db, plan_id)
    actor.must_have(plan.programme_id, Role.COORDINATOR)
    _must_be_a_draft(db, plan)
    programme = get_programme(db, plan.programme_id)
    must_have_tried_rules(db, programme, plan)
    wait_for_turn(db)
    must_still_hold(db, programme, load_plan(db, plan_id), now, groups_by_hand(db, plan_id))
    _must_not_undo(db, plan)
    must_be_ready(db, plan_id, now)
    return make_current(db, actor, programme, plan, now, reason)


def find_obstacle(db: Db, actor: Actor, plan_id: int) -> NotPossible | None:
    """Why a plan cannot be published at all, as far as its page can tell at once; whether its draft still keeps every
    rule is looked at when it is published."""
    plan = db.get_one(PlanRow, plan_id)
    actor.must_have(plan.programme_id, Role.COORDINATOR)
    try:
        _must_be_a_draft(db, plan)
        must_have_tried_rules(db, get_programme(db, plan.programme_id), plan)
        _must_not_undo(db, plan)
    except NotPossible as obstacle:
        return obstacle
    return None


def _must_be_a_draft(db: Db, plan: PlanRow) -> None:
    if plan.state not in UNPUBLISHED:
        raise NotPossible(
            say("This plan has already been published."), what_to_do=say("Make a new draft to change it.")
        )
    if plan.repairs is not None:
        raise NotPossible(
            say("This draft is a repair."), what_to_do=say("Accept its changes on the page of the repair.")
        )
    if db.scalar(select(GroupRow.id).where(GroupRow.plan_id == plan.id).limit(1)) is None:
        raise NotPossible(
            say("This draft has no groups."), what_to_do=say("See why nobody could be placed, then plan again.")
        )


def make_current(db: Db, actor: Actor, programme: Programme, plan: PlanRow, now: datetime, reason: str = "") -> int:
    """Make a plan that holds the one that members see; returns its revision."""
    must_go_on(db, programme.id)
    before = sessions_before(db, programme)
    sessions = planned_sessions(programme, load_plan(db, plan.id))
    _must_not_plan_paused(db, programme.id, plan, now)
    planned = {(session.group_key, session.round): session for session in sessions}
    unchanged = frozenset(key for key, session in planned.items() if key in before and _same(before[key], session))
    _must_have_reason(programme, before, planned, now, reason)
    plan.changed_at = _changed_before(db, plan.programme_id)
    _supersede(db, plan.programme_id)
    plan.revision, plan.state = _next_revision(db, plan.programme_id), PlanState.PUBLISHED
    plan.published_at, plan.published_by = now, actor.person_id
    plan.as_published = base_to_json(base_of_published(load_plan(db, plan.id).meeting))
    db.flush()
    agreed = agreed_groups(db, programme.id, now)
    confirmed = (replace(s, status=_status(s.group_key, agreed)) for s in planned.values())
    changes = publish_sessions(db, programme.id, confirmed, now, unchanged)
    db.flush()
    keep_unmet_wishes(db, programme.id, now)
    note(db, Fact.PLAN, programme.id, now)
    said = reason_given(reason)
    why = {"reason": said} if said else {}
    record(
        db, actor, "plan.published", now, programme.id, plan=plan.id, revision=plan.revision,
        new=changes.new, changed=changes.changed, cancelled=changes.cancelled, **why,
    )  # fmt: skip
    return plan.revision


def _must_not_plan_paused(db: Db, programme_id: int, plan: PlanRow, now: datetime) -> None:
    """A draft of before somebody was paused has them lead sessions: nothing makes it current."""
    paused = paused_facilitators(db, programme_id)
    leads = {
        who
        for group in (plan.groups if paused else ())
        for session in group.sessions
        if session.starts_at > now
        for who in session.facilitator_ids
    }
    if found := paused & leads:
        names = db.scalars(select(PersonRow.name).where(PersonRow.id.in_(found)).order_by(PersonRow.name))
        raise NotPossible(
            say("Paused, so they facilitate nothing for now: %(names)s.", names=", ".join(names)),
            what_to_do=say("Plan again, then publish that draft."),
        )


def is_frozen(db: Db, actor: Actor, plan_id: int, now: datetime) -> bool:
    """Whether publishing a draft takes a reason: it changes published sessions that start within the freeze."""
    programme = get_programme(db, programme_of_plan(db, actor, plan_id))
    if not is_anything_frozen(db, programme, now):
        return False
    plan = load_plan(db, plan_id)
    planned = {(session.group_key, session.round): session for session in planned_sessions(programme, plan)}
    return bool(frozen_sessions(programme, sessions_before(db, programme), planned, now))


def is_anything_frozen(db: Db, programme: Programme, now: datetime) -> bool:
    """Whether any published session starts within the freeze: mostly none does, and no plan need be loaded."""
    last = now + timedelta(days=programme.conduct.freeze_days)
    starts = select(PlannedSessionRow.starts_at).join(GroupRow, GroupRow.id == PlannedSessionRow.group_id).join(PlanRow)
    published = (PlanRow.programme_id == programme.id, PlanRow.state == PlanState.PUBLISHED)
    soon = (PlannedSessionRow.starts_at > now, PlannedSessionRow.starts_at <= last)
    return db.scalar(starts.where(*published, *soon).limit(1)) is not None


def frozen_sessions(
    programme: Programme, before: Mapping[SessionOf, Planned], planned: Mapping[SessionOf, Planned], now: datetime
) -> frozenset[SessionOf]:
    """The published sessions that start within the freeze and that a plan would change or drop."""
    near = {key: session for key, session in before.items() if programme.conduct.is_frozen(session.starts_at, now)}
    return frozenset(key for key, was in near.items() if key not in planned or _told(was) != _told(planned[key]))


def _must_have_reason(
    programme: Programme,
    before: Mapping[SessionOf, Planned],
    planned: Mapping[SessionOf, Planned],
    now: datetime,
    reason: str,
) -> None:
    if not reason_given(reason) and frozen_sessions(programme, before, planned, now):
        raise NotPossible(
            say("This changes sessions that start within %(days)s days.", days=programme.conduct.freeze_days),
            what_to_do=say("Say why. The reason goes into the record."),
        )


def sessions_before(db: Db, programme: Programme) -> Mapping[SessionOf, Planned]:
    """The sessions of the plan that members see, without those who have left."""
    published = find_published_plan(db, programme.id)
    if published is None:
        return {}
    left = people_who_left(db, [group.id for group in published.groups])
    return {(session.group_key, session.round): session for session in planned_sessions(programme, published, left)}


def _same(was: Planned, now: Planned) -> bool:
    """Whether a plan says of a session what the one before said; what is known of people's coming aside."""
    return _told(was) == _told(now) and _invited(was) == _invited(now)


def _told(session: Planned) -> Planned:
    """What people are told of a session, with its facilitators."""
    leads = {who: (role, "") for who, (role, _) in session.attendees.items() if role == MemberRole.FACILITATOR}
    return replace(session, attendees=leads, status=SessionStatus.CONFIRMED)


def _invited(session: Planned) -> Mapping[int, MemberRole]:
    return {who: role for who, (role, _) in session.attendees.items()}


def _status(group_key: str, agreed: Collection[str]) -> SessionStatus:
    return SessionStatus.CONFIRMED if group_key in agreed else SessionStatus.TENTATIVE


def _must_not_undo(db: Db, plan: PlanRow) -> None:
    """Raise NotPossible where a group or the coordinator has changed something since this draft was worked out."""
    asked = asked_at(db, plan)
    published = (PlanRow.programme_id == plan.programme_id, PlanRow.state == PlanState.PUBLISHED)
    changed = db.scalar(select(PlanRow.id).where(*published, PlanRow.changed_at >= asked)) is not None
    chosen = (SessionRow.programme_id == plan.programme_id, SessionRow.extra == 0, SessionRow.agreed_at >= asked)
    moved = db.scalar(select(SessionRow.id).where(*chosen).limit(1)) is not None
    if not (changed or moved) or not has_been_changed(db, plan, get_programme(db, plan.programme_id)):
        return
    what = (
        say("The published plan has been changed since this draft was made.")
        if changed
        else say("A session has been moved to another date since this draft was made.")
    )
    raise NotPossible(what, what_to_do=say("Carry the changes over, or plan again."), page=Page.CARRY_OVER)


def has_changed_meanwhile(db: Db, actor: Actor, plan_id: int) -> bool:
    """Whether something is to be carried over into a draft: what was changed of what is published, or the number of a
    group that members know another group by."""
    plan = db.get_one(PlanRow, plan_id)
    actor.must_have(plan.programme_id, Role.COORDINATOR)
    if _has_a_number_that_is_taken(db, plan):
        return True
    try:
        _must_not_undo(db, plan)
    except NotPossible:
        return True
    return False


def _has_a_number_that_is_taken(db: Db, plan: PlanRow) -> bool:
    known = aliased(GroupRow)
    published = (PlanRow.programme_id == plan.programme_id, PlanRow.state == PlanState.PUBLISHED)
    same = (known.number == GroupRow.number, known.key != GroupRow.key)
    taken = select(GroupRow.id).join(known, and_(*same)).join(PlanRow, PlanRow.id == known.plan_id)
    return db.scalar(taken.where(GroupRow.plan_id == plan.id, *published).limit(1)) is not None


def _changed_before(db: Db, programme_id: int) -> datetime | None:
    """When what is published was changed last by hand: another revision has the change in it, and a draft from before
    knows of it as little as ever."""
    published = (PlanRow.programme_id == programme_id, PlanRow.state == PlanState.PUBLISHED)
    return db.scalar(select(PlanRow.changed_at).where(*published))


def _supersede(db: Db, programme_id: int) -> None:
    published = select(PlanRow).where(PlanRow.programme_id == programme_id, PlanRow.state == PlanState.PUBLISHED)
    for row in db.scalars(published):
        keep_counts(db, row)  # as it is to be read from now on
        row.state = PlanState.SUPERSEDED
    db.flush()  # before another is published: there is never more than one


def _next_revision(db: Db, programme_id: int) -> int:
    return (db.scalar(select(func.max(PlanRow.revision)).where(PlanRow.programme_id == programme_id)) or 0) + 1


def planned_sessions(
    programme: Programme, plan: WholePlan, left: Collection[tuple[int, int]] = ()
) -> Iterator[Planned]:
    """The sessions of a plan; of a published one without those who have left, as pairs of group and person."""
    models = {model.id: model.name for model in programme.models}
    length = timedelta(minutes=programme.session_minutes)
    for group in plan.meeting:
        members = [(each.person_id, each.role) for each in group.members if (group.id, each.person_id) not in left]
        for session in group.sessions:
            leads, marks = session.facilitator_ids, session.marks
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
                # All residents are invited; of the facilitators those whom the plan has at this session.
                attendees={
                    who: (role, marks.get(str(who), NOT_KNOWN))
                    for who, role in members
                    if role == MemberRole.RESIDENT or who in leads
                },
            )
