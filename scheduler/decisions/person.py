"""Why somebody is in this group, or in none, and where else they could be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import or_, select

from scheduler.availability.tables import AbsenceRow
from scheduler.db import Db
from scheduler.decisions.by_hand import placed_by_hand, taken_out_by_hand
from scheduler.decisions.groups import group_names, keys_of, people_names, shown_groups, stored_marks
from scheduler.decisions.model import AboutPlan, GroupWithRoom, OtherLead, OtherPlace, PersonDecision, WayIn
from scheduler.decisions.not_planned import WhyNot, not_planned_of
from scheduler.decisions.plan_facts import PlanFacts, facts_of_plan
from scheduler.decisions.steps import step_by_ids, step_shown
from scheduler.errors import NotFound
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.sites import today_in
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.planning.keys import database_id, person_key
from scheduler.plans.model import Group, PlanState
from scheduler.programmes.by_call import can_only_call
from scheduler.programmes.model import Programme
from solvers.explain import open_wishes
from solvers.instance import COMING, Resident
from solvers.reasons.facts import Step
from solvers.reasons.other_facilitators import leadable
from solvers.reasons.places import Elsewhere, Whereabouts, whereabouts
from solvers.reasons.plan import Plan


def why_person(db: Db, actor: Actor, programme_id: int, plan_id: int, person_id: int, now: datetime) -> PersonDecision:
    """Everything that may be told of why a plan has somebody where it has them."""
    facts = facts_of_plan(db, actor, programme_id, plan_id, now)
    plain = _person(db, facts, person_id, today_in(facts.programme.zone, now))
    keys = keys_of(db, plan_id, person_id)
    decision = replace(
        plain,
        groups=shown_groups(db, actor, facts.about, keys),
        is_own_group=_formed_itself(facts, keys),
        by_hand=placed_by_hand(db, plan_id, person_id) if keys else taken_out_by_hand(db, plan_id, person_id),
        not_planned=None if keys else _not_planned(db, programme_id, plan_id, person_id),
    )
    if facts.known is not None and person_key(person_id) in facts.known.lookup.faculty:
        return replace(decision, leads=_leads(db, plan_id, facts.known, person_key(person_id)))
    if facts.known is None or person_key(person_id) not in facts.known.lookup.residents or decision.is_own_group:
        return decision
    return _with_places(db, decision, facts.programme, facts.known)


def _not_planned(db: Db, programme_id: int, plan_id: int, person_id: int) -> WhyNot | None:
    """Why a plan in which somebody has no group was not to give them one; None where it was."""
    found = not_planned_of(db, programme_id, plan_id, person_id)
    return found[0].why if found else None


def _formed_itself(facts: PlanFacts, keys: Iterable[str]) -> bool:
    """Whether the groups are ones that people formed: those are not the planner's, which knows all others."""
    return facts.known is not None and bool(keys) and not any(key in facts.known.groups for key in keys)


def _leave(db: Db, programme: Programme, person_id: int, today: date) -> tuple[date, date | None] | None:
    """Their long leave in the term that is not over, the soonest."""
    row = AbsenceRow
    found = db.execute(
        select(row.first_day, row.last_day)
        .where(row.programme_id == programme.id, row.person_id == person_id, row.first_day <= programme.last_day)
        .where(or_(row.last_day.is_(None), row.last_day >= max(today, programme.first_day)))
        .order_by(row.first_day)
        .limit(1)
    ).one_or_none()
    return (found.first_day, found.last_day) if found is not None else None


def _person(db: Db, facts: PlanFacts, person_id: int, today: date) -> PersonDecision:
    programme = facts.programme
    found = db.execute(
        select(PersonRow.name, ParticipantRow)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .where(ParticipantRow.programme_id == programme.id, PersonRow.id == person_id)
    ).one_or_none()
    if found is None:
        raise NotFound(say("We can’t find that person in this programme."))
    name, row = found
    models = {model.key: model.name for model in programme.models}
    return PersonDecision(
        plan=facts.about,
        person_id=person_id,
        name=name,
        is_resident=row.kind == Role.RESIDENT,
        grade="" if row.stage is None else programme.grade_name(row.stage),
        site=next((site.name for site in programme.sites if site.id == row.site_id), ""),
        models=tuple(models[key] for key in row.models if key in models),
        modes=tuple(row.modes),
        by_call=programme.conduct.hybrid and can_only_call(row.modes),
        capacity=row.capacity,
        groups=(),
        rounds=len(programme.rounds),
        leave=_leave(db, programme, person_id, today),
    )


def _with_places(db: Db, decision: PersonDecision, programme: Programme, plan: Plan) -> PersonDecision:
    found = whereabouts(plan, person_key(decision.person_id))
    resident = plan.lookup.residents[person_key(decision.person_id)]
    exchanged = [database_id(place.exchange_with) for place in found.places if place.exchange_with]
    names = {**people_names(db, exchanged), decision.person_id: decision.name}
    shown = [place.group for place in found.places] + [one.group for one in found.with_room]
    groups = group_names(db, decision.plan.id, shown)
    return replace(
        decision,
        can=found.can,
        held=found.held,
        wishes=_wishes(plan, resident, found, is_new=decision.plan.state is not PlanState.PUBLISHED),
        places=tuple(_place(place, found, groups, names) for place in found.places),
        against=found.against,
        is_needed=found.is_needed,
        ways_in=tuple(_way_in(step, programme, names) for step in found.ways_in),
        with_room=tuple(
            GroupWithRoom(one.group, groups.get(one.group, ""), one.free, one.can, one.held, one.against)
            for one in found.with_room
        ),
        changed=_changed(db, decision.plan, decision.groups, resident, plan),
    )


def _leads(db: Db, plan_id: int, plan: Plan, facilitator: str) -> tuple[OtherLead, ...]:
    found = leadable(plan, facilitator)
    groups = group_names(db, plan_id, [one.group for one in found])
    names = people_names(db, [database_id(one.instead_of) for one in found if one.instead_of])
    return tuple(
        OtherLead(
            one.group,
            groups.get(one.group, ""),
            names.get(database_id(one.instead_of), "") if one.instead_of else "",
            one.can,
            one.held,
            is_led=bool(plan.groups[one.group].facilitators),
        )
        for one in found
    )


def _place(place: Elsewhere, found: Whereabouts, groups: Mapping[str, str], names: Mapping[int, str]) -> OtherPlace:
    exchange_id = database_id(place.exchange_with) if place.exchange_with else None
    return OtherPlace(
        group_key=place.group,
        group=groups.get(place.group, ""),
        exchange_id=exchange_id,
        exchange_with=names.get(exchange_id or 0, ""),
        can=place.can,
        held=place.held,
        more=place.can - found.can,
        others=place.others,
        points=place.points,
    )


def _way_in(step: Step[str], programme: Programme, names: Mapping[int, str]) -> WayIn:
    by_ids = step_by_ids(step)
    return WayIn(step_shown(by_ids, programme, names), by_ids)


def _wishes(plan: Plan, resident: Resident, found: Whereabouts, *, is_new: bool) -> Mapping[str, bool]:
    """Which of the wishes that are no secret are met: those about kinds of group, ways to meet, travel and, in a plan
    that ``is_new``, staying."""
    group = plan.groups.get(found.group or "")
    if group is None:
        return {}
    return open_wishes(resident, group, plan.group_before.get(resident.id) if is_new else None)


def _changed(db: Db, about: AboutPlan, groups: Iterable[Group], resident: Resident, plan: Plan) -> int:
    """To how many sessions their answer is another than when the plan was made."""
    slots = {(slot.start, slot.round): index for index, slot in enumerate(plan.instance.slots)}
    stored = stored_marks(db, about.id, [group.key for group in groups], database_id(resident.id))
    known = ((mark, slots.get(at)) for at, mark in stored.items())
    return sum((mark in COMING) != (resident.availability[slot] in COMING) for mark, slot in known if slot is not None)
