"""Store a solution as a draft plan. The only place that reads a Solution."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.plans.building import database_id
from scheduler.plans.model import PlanState
from scheduler.plans.tables import GroupRow, MemberRow, PlannedSessionRow, PlanRow, UnplacedRow
from scheduler.plans.unplaced import reason_for
from scheduler.programmes.service import get_programme
from solvers.instance import Group, Instance
from solvers.instance import Session as Meeting
from solvers.referee import Verdict
from solvers.solution import Solution


def store_draft(
    db: Session, programme_id: int, instance: Instance, solution: Solution, verdict: Verdict, now: datetime
) -> int:
    """Keep a solution that the referee accepted as the programme's next draft; returns the plan's id."""
    if verdict.broken:
        raise ValueError("a plan that the referee rejects is never stored")
    plan = PlanRow(
        programme_id=programme_id,
        number=_next_number(db, programme_id),
        state=PlanState.DRAFT,
        score=verdict.score,
        bound=solution.bound,
        seconds=solution.seconds,
        points=dict(verdict.points),
        created_at=now,
        groups=list(_groups(db, programme_id, instance, solution)),
        unplaced=list(_unplaced(instance, solution)),
    )
    db.add(plan)
    db.flush()
    return plan.id


def _next_number(db: Session, programme_id: int) -> int:
    return (db.scalar(select(func.max(PlanRow.number)).where(PlanRow.programme_id == programme_id)) or 0) + 1


def _groups(db: Session, programme_id: int, instance: Instance, solution: Solution) -> Iterator[GroupRow]:
    programme = get_programme(db, programme_id)
    models = {model.key: model for model in programme.models}
    sites = {site.key: site.id for site in programme.sites}
    names = _known_names(db, programme_id)
    marks = {resident.id: resident.availability for resident in instance.residents}
    marks |= {faculty.id: faculty.availability for faculty in instance.faculty}
    for number, group in enumerate(solution.groups, start=1):
        yield GroupRow(
            key=group.id,
            name=names.get(group.id) or f"{models[group.model].name} {_number(group.id, number)}",
            model_id=models[group.model].id,
            mode=group.mode,
            site_id=sites[group.site] if group.site else None,
            members=list(_members(group)),
            sessions=[_session(group, meeting, instance, marks) for meeting in group.sessions],
        )


def _known_names(db: Session, programme_id: int) -> dict[str, str]:
    """A group keeps its name from plan to plan."""
    rows = db.execute(
        select(GroupRow.key, GroupRow.name)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .where(PlanRow.programme_id == programme_id, PlanRow.state == PlanState.PUBLISHED)
    )
    return dict(rows.all())


def _number(key: str, position: int) -> str:
    """The number in a key like ``g7``; its position for any other key."""
    digits = key.lstrip("g")
    return digits if digits.isdigit() else str(position)


def _members(group: Group) -> Iterator[MemberRow]:
    for key in group.residents:
        yield MemberRow(person_id=database_id(key), role="resident")
    for key in group.facilitators:
        yield MemberRow(person_id=database_id(key), role="facilitator")


def _session(group: Group, meeting: Meeting, instance: Instance, marks: Mapping[str, str]) -> PlannedSessionRow:
    return PlannedSessionRow(
        round=meeting.round,
        starts_at=instance.slots[meeting.slot].start,
        room_id=database_id(meeting.room) if meeting.room else None,
        facilitator_ids=[database_id(key) for key in meeting.facilitators],
        marks={str(database_id(key)): marks[key][meeting.slot] for key in (*group.residents, *meeting.facilitators)},
    )


def _unplaced(instance: Instance, solution: Solution) -> Iterator[UnplacedRow]:
    placed = {key for group in solution.groups for key in group.residents}
    for resident in instance.residents:
        if resident.id not in placed:
            yield UnplacedRow(person_id=database_id(resident.id), reason=reason_for(instance, resident))
