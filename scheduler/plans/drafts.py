"""Store a solution as a draft plan. The only place that reads a Solution."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import count

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.plans.building import database_id, published_plan
from scheduler.plans.model import PlanState
from scheduler.plans.pinning import own_names
from scheduler.plans.reasons import Explained, reasons_to_json, wishes_to_json
from scheduler.plans.shown import shown_marks
from scheduler.plans.tables import (
    ExplanationRow,
    GroupRow,
    MemberRow,
    PlannedSessionRow,
    PlanRow,
    ToldRow,
    UnplacedRow,
)
from scheduler.programmes.service import get_programme, lock_programme
from solvers.instance import Group, Instance
from solvers.instance import Session as Meeting
from solvers.referee import Verdict
from solvers.solution import Solution


def store_draft(
    db: Session,
    programme_id: int,
    instance: Instance,
    solution: Solution,
    verdict: Verdict,
    explained: Explained,
    now: datetime,
) -> int:
    """Keep a solution that the referee accepted as the programme's next draft; returns the plan's id."""
    if verdict.broken:
        raise ValueError("a plan that the referee rejects is never stored")
    lock_programme(db, programme_id)
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
    db.add_all(_explanations(plan.id, explained))
    return plan.id


def _explanations(plan_id: int, explained: Explained) -> Iterator[ExplanationRow | ToldRow]:
    yield ExplanationRow(plan_id=plan_id, reasons=reasons_to_json(explained.for_coordinator))
    for person_id, wishes in explained.for_people.items():
        yield ToldRow(plan_id=plan_id, person_id=person_id, wishes=wishes_to_json(wishes))


def _next_number(db: Session, programme_id: int) -> int:
    return (db.scalar(select(func.max(PlanRow.number)).where(PlanRow.programme_id == programme_id)) or 0) + 1


def _groups(db: Session, programme_id: int, instance: Instance, solution: Solution) -> Iterator[GroupRow]:
    programme = get_programme(db, programme_id)
    models = {model.key: model for model in programme.models}
    sites = {site.key: site.id for site in programme.sites}
    before = {group.key: group for group in _published_groups(db, programme_id)}
    numbers = _free_numbers(db, programme_id)
    own = own_names(db, programme_id)
    marks = shown_marks(db, programme, instance)
    settled = set(range(instance.rounds)) - {slot.round for slot in instance.slots}
    for group in solution.groups:
        known = before.get(group.id)
        yield GroupRow(
            key=group.id,
            name=own.get(group.id) or (known.name if known else f"{models[group.model].name} {next(numbers)}"),
            model_id=models[group.model].id,
            mode=group.mode,
            site_id=sites[group.site] if group.site else None,
            members=list(_members(group)),
            sessions=[
                *(_carried_over(session) for session in (known.sessions if known else ()) if session.round in settled),
                *(_session(group, meeting, instance, marks) for meeting in group.sessions),
            ],
        )


def _published_groups(db: Session, programme_id: int) -> list[GroupRow]:
    plan = published_plan(db, programme_id)
    return plan.groups if plan else []


def _free_numbers(db: Session, programme_id: int) -> Iterator[int]:
    """Numbers for the names of new groups: none that members have ever seen on another group."""
    names = db.scalars(
        select(GroupRow.name)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .where(PlanRow.programme_id == programme_id, PlanRow.revision.is_not(None))
    )
    taken = {name.rsplit(" ", 1)[-1] for name in names}
    return (number for number in count(1) if str(number) not in taken)


def _carried_over(session: PlannedSessionRow) -> PlannedSessionRow:
    """A session of a round that the plan leaves alone, as it was published."""
    return PlannedSessionRow(
        round=session.round,
        starts_at=session.starts_at,
        room_id=session.room_id,
        facilitator_ids=session.facilitator_ids,
        marks=session.marks,
    )


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
            yield UnplacedRow(person_id=database_id(resident.id))
