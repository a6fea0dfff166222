"""Plans as the coordinator reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, selectinload

from scheduler.errors import NotFound, NotPossible
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.plans.advising import advice_of, unmet_of
from scheduler.plans.building import published_plan
from scheduler.plans.changing import changes_of
from scheduler.plans.model import Changes, Group, Member, Plan, PlannedSession, PlanState, PlanSummary, Unplaced
from scheduler.plans.reasons import Missed, Reasons, reasons_from_json
from scheduler.plans.tables import ExplanationRow, GroupRow, MemberRow, PlannedSessionRow, PlanRow, UnplacedRow
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme, lock_programme
from scheduler.safety.service import record


def list_plans(db: Session, actor: Actor, programme_id: int) -> tuple[PlanSummary, ...]:
    """All plans of a programme, the newest first."""
    actor.must_have(programme_id, Role.COORDINATOR)
    plans = db.scalars(select(PlanRow).where(PlanRow.programme_id == programme_id).order_by(PlanRow.number.desc()))
    rows = plans.all()
    groups = _count(db, select(GroupRow.plan_id, func.count()).group_by(GroupRow.plan_id))
    placed = _count(
        db,
        select(GroupRow.plan_id, func.count())
        .join(MemberRow, MemberRow.group_id == GroupRow.id)
        .where(MemberRow.role == "resident")
        .group_by(GroupRow.plan_id),
    )
    unplaced = _count(db, select(UnplacedRow.plan_id, func.count()).group_by(UnplacedRow.plan_id))
    return tuple(
        PlanSummary(
            id=row.id,
            number=row.number,
            state=PlanState(row.state),
            revision=row.revision,
            score=row.score,
            bound=row.bound,
            created_at=row.created_at,
            published_at=row.published_at,
            groups=groups.get(row.id, 0),
            placed=placed.get(row.id, 0),
            unplaced=unplaced.get(row.id, 0),
        )
        for row in rows
    )


def get_plan(db: Session, actor: Actor, plan_id: int) -> Plan:
    """A whole plan with names, dates and what is known of everybody's coming."""
    row = load_plan(db, plan_id)
    actor.must_have(row.programme_id, Role.COORDINATOR)
    programme = get_programme(db, row.programme_id)
    people = _people(db, row, programme)
    reasons = _reasons(db, plan_id)
    names = _names(db, row.programme_id)
    return Plan(
        id=row.id,
        programme_id=row.programme_id,
        number=row.number,
        state=PlanState(row.state),
        revision=row.revision,
        score=row.score,
        bound=row.bound,
        seconds=row.seconds,
        points=row.points,
        created_at=row.created_at,
        published_at=row.published_at,
        rounds=len(programme.rounds),
        groups=tuple(_group(group, programme, people, reasons.missed) for group in row.groups),
        unplaced=tuple(
            Unplaced(missing.person_id, people[missing.person_id].name, reasons.no_group.get(missing.person_id, ()))
            for missing in sorted(row.unplaced, key=lambda m: people[m.person_id].name)
        ),
        advice=advice_of(reasons, programme, names),
        unmet=unmet_of(reasons, names),
        changes=_changes(db, row, programme, reasons, names),
    )


def mark_reviewed(db: Session, actor: Actor, plan_id: int, now: datetime) -> None:
    """Note that a person has read the draft."""
    row = lock_plan(db, plan_id)
    actor.must_have(row.programme_id, Role.COORDINATOR)
    if row.state != PlanState.DRAFT:
        raise NotPossible(say("Only a draft can be reviewed."))
    row.state = PlanState.REVIEWED
    record(db, actor, "plan.reviewed", now, row.programme_id, plan=plan_id)


def lock_plan(db: Session, plan_id: int) -> PlanRow:
    """The plan's row as :func:`load_plan` gives it, read with its programme locked: to change it."""
    programme_id = db.scalar(select(PlanRow.programme_id).where(PlanRow.id == plan_id))
    if programme_id is None:
        raise NotFound(say("There is no such plan."))
    lock_programme(db, programme_id)
    return load_plan(db, plan_id)


def load_plan(db: Session, plan_id: int) -> PlanRow:
    """The plan's row with groups, members, sessions and unplaced: four queries, whatever its size."""
    row = db.scalar(
        select(PlanRow)
        .where(PlanRow.id == plan_id)
        .options(
            selectinload(PlanRow.groups).selectinload(GroupRow.members),
            selectinload(PlanRow.groups).selectinload(GroupRow.sessions),
            selectinload(PlanRow.unplaced),
        )
    )
    if row is None:
        raise NotFound(say("There is no such plan."))
    return row


def _count(db: Session, statement: Select[int, int]) -> dict[int, int]:
    return dict(db.execute(statement).all())


@dataclass(frozen=True, slots=True)
class _Known:
    """What a plan's page says of a person."""

    name: str
    stage: int | None
    site: str


def _reasons(db: Session, plan_id: int) -> Reasons:
    """What is known of the why; nothing of a plan made before that was kept."""
    row = db.get(ExplanationRow, plan_id)
    return reasons_from_json(row.reasons) if row else Reasons()


def _changes(
    db: Session, row: PlanRow, programme: Programme, reasons: Reasons, names: Mapping[int, str]
) -> Changes | None:
    """What a draft would change of what members see."""
    published = published_plan(db, programme.id) if row.state in (PlanState.DRAFT, PlanState.REVIEWED) else None
    if published is None:
        return None
    return changes_of(row, published, reasons, names, frozenset(slot.starts_at for slot in programme.slots()))


def _names(db: Session, programme_id: int) -> Mapping[int, str]:
    """The names of all who take part or did."""
    rows = db.execute(
        select(PersonRow.id, PersonRow.name)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .where(ParticipantRow.programme_id == programme_id)
    )
    return dict(rows.all())


def _people(db: Session, plan: PlanRow, programme: Programme) -> Mapping[int, _Known]:
    ids = {member.person_id for group in plan.groups for member in group.members}
    ids |= {missing.person_id for missing in plan.unplaced}
    sites = {site.id: site.name for site in programme.sites}
    rows = db.execute(
        select(PersonRow.id, PersonRow.name, ParticipantRow.stage, ParticipantRow.site_id)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .where(ParticipantRow.programme_id == programme.id, PersonRow.id.in_(ids))
    )
    return {person_id: _Known(name, stage, sites[site_id]) for person_id, name, stage, site_id in rows}


def _group(row: GroupRow, programme: Programme, people: Mapping[int, _Known], missed: Iterable[Missed]) -> Group:
    model = next(model for model in programme.models if model.id == row.model_id)
    held = {session.round: session for session in row.sessions}
    rooms = {room.id: f"{room.name}, {site.name}" for site in programme.sites for room in site.rooms}
    residents = {member.person_id for member in row.members if member.role == "resident"}
    return Group(
        key=row.key,
        name=row.name,
        model=model.name,
        mode=row.mode,
        site=next((site.name for site in programme.sites if site.id == row.site_id), ""),
        residents=_members(row.members, "resident", held, len(programme.rounds), people),
        facilitators=_members(row.members, "facilitator", held, len(programme.rounds), people),
        sessions=tuple(_session(session, rooms, residents) for session in row.sessions),
        missed_rounds=tuple(index for index in range(len(programme.rounds)) if index not in held),
        missed=tuple(why for why in missed if why.group_key == row.key),
    )


def _session(session: PlannedSessionRow, rooms: Mapping[int, str], residents: set[int]) -> PlannedSession:
    return PlannedSession(
        round=session.round,
        starts_at=session.starts_at,
        place=rooms[session.room_id] if session.room_id is not None else "",
        can_come=sum(session.marks.get(str(person_id), "0") in "12" for person_id in residents),
        residents=len(residents),
    )


def _members(
    members: Iterable[MemberRow],
    role: str,
    held: Mapping[int, PlannedSessionRow],
    rounds: int,
    people: Mapping[int, _Known],
) -> tuple[Member, ...]:
    def marks(person_id: int) -> str:
        return "".join(held[r].marks.get(str(person_id), "0") if r in held else " " for r in range(rounds))

    found = (
        Member(m.person_id, people[m.person_id].name, m.role, people[m.person_id].stage, people[m.person_id].site,
               marks(m.person_id))
        for m in members
        if m.role == role
    )  # fmt: skip
    return tuple(sorted(found, key=lambda member: member.name))
