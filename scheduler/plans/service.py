"""Plans as the coordinator reads them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import or_, select

from scheduler.audit.service import record
from scheduler.db import Db
from scheduler.errors import NotFound, NotPossible
from scheduler.languages import say
from scheduler.memory import Derived
from scheduler.paging import Paging, page_of
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.plans.counts import NONE, counts_by_plan
from scheduler.plans.departures import has_not_left, is_here, people_gone, people_who_left
from scheduler.plans.group_search import is_called
from scheduler.plans.kept import kept, kept_for_readers, plan_mark, published_mark
from scheduler.plans.model import (
    UNPUBLISHED,
    Changes,
    Group,
    Member,
    MemberRole,
    Plan,
    PlannedSession,
    PlanState,
    PlanSummary,
)
from scheduler.plans.plan_diff import Labels, changes_of
from scheduler.plans.tables import ExplanationRow, GroupRow, MemberRow, PlanRow, UnplacedRow
from scheduler.plans.whole import (
    MOST_PLANS,
    Seat,
    Sitting,
    StoredGroup,
    WholePlan,
    find_published_plan,
    load_groups,
    load_plan,
)
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme, lock_programme
from scheduler.reasons.codec import reasons_from_json
from scheduler.reasons.model import KeptReasons, Reasons
from scheduler.reasons.names import named, named_steps
from solvers.reasons.facts import MissedSession, Unplaced
from solvers.vocabulary import CANNOT, COMING


def list_plans(db: Db, actor: Actor, programme_id: int) -> tuple[PlanSummary, ...]:
    """All plans of a programme, the newest first."""
    actor.must_have(programme_id, Role.COORDINATOR)
    plans = db.scalars(select(PlanRow).where(PlanRow.programme_id == programme_id).order_by(PlanRow.number.desc()))
    rows = plans.all()
    counts = counts_by_plan(db, rows)
    return tuple(
        PlanSummary(
            id=row.id,
            number=row.number,
            state=row.state,
            revision=row.revision,
            score=row.score,
            bound=row.bound,
            created_at=row.created_at,
            published_at=row.published_at,
            **counts.get(row.id, NONE),
            is_repair=row.repairs is not None,
            trial_steps=tuple(row.trial_steps or ()),
            made_from=row.made_from,
        )
        for row in rows
    )


def get_plan(db: Db, actor: Actor, plan_id: int) -> Plan:
    """A whole plan with names, dates and what is known of everybody's coming."""
    plan = load_plan(db, plan_id)
    actor.must_have(plan.programme_id, Role.COORDINATOR)
    return _plan(db, db.get_one(PlanRow, plan_id), plan.meeting)


def programme_of_plan(db: Db, actor: Actor, plan_id: int) -> int:
    """The programme that a plan is of."""
    programme_id = db.scalar(select(PlanRow.programme_id).where(PlanRow.id == plan_id))
    if programme_id is None:
        raise NotFound(say("We can’t find that plan."))
    actor.must_have(programme_id, Role.COORDINATOR)
    return programme_id


def get_part_of_plan(db: Db, actor: Actor, plan_id: int, asked: Paging) -> tuple[Plan, Paging]:
    """A plan with a page of its groups: of those that meet and that are called so, or in which somebody is who is; of
    the published one without groups that everybody has left."""
    row = db.get(PlanRow, plan_id)
    if row is None:
        raise NotFound(say("We can’t find that plan."))
    actor.must_have(row.programme_id, Role.COORDINATOR)
    somebody = select(MemberRow.person_id).where(
        MemberRow.group_id == GroupRow.id, MemberRow.role == MemberRole.RESIDENT, has_not_left()
    )
    query = (
        select(GroupRow.id)
        .join(PlanRow, PlanRow.id == GroupRow.plan_id)
        .where(GroupRow.plan_id == plan_id, GroupRow.ended_at.is_(None), is_called(asked.q))
        .where(or_(PlanRow.state != PlanState.PUBLISHED, somebody.exists()))
        .order_by(GroupRow.id)
    )
    ids, paging = page_of(db, query, asked)
    return _plan(db, row, load_groups(db, GroupRow.id.in_([found.id for found in ids]))), paging


def get_groups_of_plan(db: Db, actor: Actor, plan_id: int, keys: Sequence[str]) -> Plan:
    """A plan with these of its groups, in this order."""
    row = db.get(PlanRow, plan_id)
    if row is None:
        raise NotFound(say("We can’t find that plan."))
    actor.must_have(row.programme_id, Role.COORDINATOR)
    found = {group.key: group for group in load_groups(db, GroupRow.plan_id == plan_id, GroupRow.key.in_(keys))}
    return _plan(db, row, [found[key] for key in keys])


def get_reasons_of_plan(db: Db, actor: Actor, plan_id: int) -> Plan:
    """A plan without its groups, and without what it would change: who has no group, and why it is as it is."""
    row = db.get(PlanRow, plan_id)
    if row is None:
        raise NotFound(say("We can’t find that plan."))
    actor.must_have(row.programme_id, Role.COORDINATOR)
    return _plan(db, row, [], compared=False)


def _plan(db: Db, row: PlanRow, groups: Sequence[StoredGroup], *, compared: bool = True) -> Plan:
    programme = get_programme(db, row.programme_id)
    people = _people(db, groups, programme)
    gone = frozenset(who for _, who in people_who_left(db, [group.id for group in groups]))
    reasons = _reasons(db, row.id)
    names = _names(db, row.programme_id)
    unplaced = tuple(sorted(_unplaced(db, row, reasons), key=lambda missing: names.get(missing.person, "")))
    return Plan(
        id=row.id,
        programme_id=row.programme_id,
        number=row.number,
        state=row.state,
        revision=row.revision,
        score=row.score,
        bound=row.bound,
        seconds=row.seconds,
        points=row.points,
        created_at=row.created_at,
        published_at=row.published_at,
        rounds=len(programme.rounds),
        groups=tuple(_group(group, programme, people, gone, reasons.missed) for group in groups),
        reasons=named(replace(reasons, unplaced=unplaced), names, _places(programme)),
        unplaced_ids=tuple(missing.person for missing in unplaced if missing.person in names),
        help_steps=tuple(step for _, step in named_steps(reasons.help.smallest, names, _places(programme))),
        changes=_changes(db, row, programme, reasons, names) if compared else None,
        is_repair=row.repairs is not None,
        trial_steps=tuple(row.trial_steps or ()),
        made_from=row.made_from,
        replaced_at=_replaced_at(db, row),
        published_id=db.scalar(
            select(PlanRow.id).where(PlanRow.programme_id == row.programme_id, PlanRow.state == PlanState.PUBLISHED)
        ),
    )


def _replaced_at(db: Db, row: PlanRow) -> datetime | None:
    """When the next revision took a plan's place."""
    if row.state != PlanState.SUPERSEDED:
        return None
    later = (PlanRow.programme_id == row.programme_id, PlanRow.revision > row.revision)
    return db.scalar(select(PlanRow.published_at).where(*later).order_by(PlanRow.revision).limit(1))


def groups_by_keys(db: Db, actor: Actor, plan_id: int, keys: Collection[str]) -> tuple[Group, ...]:
    """Some groups of a plan with their people and dates, in the plan's order; without why they miss rounds."""
    programme = get_programme(db, programme_of_plan(db, actor, plan_id))
    which = (GroupRow.plan_id == plan_id, GroupRow.key.in_(keys), GroupRow.ended_at.is_(None))
    groups = load_groups(db, *which)
    people = _people(db, groups, programme)
    gone = frozenset(who for _, who in people_who_left(db, [group.id for group in groups]))
    return tuple(_group(group, programme, people, gone, ()) for group in groups)


def mark_reviewed(db: Db, actor: Actor, plan_id: int, now: datetime) -> None:
    """Note that a person has read the draft."""
    row = lock_plan(db, plan_id)
    actor.must_have(row.programme_id, Role.COORDINATOR)
    if row.state != PlanState.DRAFT:
        raise NotPossible(say("Only a draft can be reviewed."))
    row.state = PlanState.REVIEWED
    record(db, actor, "plan.reviewed", now, row.programme_id, plan=plan_id)


def lock_plan(db: Db, plan_id: int) -> PlanRow:
    """The plan's row, read with its programme locked: to change it."""
    programme_id = db.scalar(select(PlanRow.programme_id).where(PlanRow.id == plan_id))
    if programme_id is None:
        raise NotFound(say("We can’t find that plan."))
    lock_programme(db, programme_id)
    return db.get_one(PlanRow, plan_id, populate_existing=True)


def published_plan_id(db: Db, actor: Actor, programme_id: int) -> int | None:
    """Which plan members see."""
    actor.must_have(programme_id, Role.COORDINATOR)
    return db.scalar(
        select(PlanRow.id).where(PlanRow.programme_id == programme_id, PlanRow.state == PlanState.PUBLISHED)
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """What a plan's page says of a person."""

    name: str
    stage: int | None
    grade: str
    site: str


def _reasons(db: Db, plan_id: int) -> KeptReasons:
    """What is known of the why; nothing of a plan made before that was kept."""
    row = db.get(ExplanationRow, plan_id)
    return reasons_from_json(row.reasons) if row else Reasons()


def _places(programme: Programme) -> Mapping[str, str]:
    """The names of models and sites by their keys."""
    return {model.key: model.name for model in programme.models} | {site.key: site.name for site in programme.sites}


def _unplaced(db: Db, row: PlanRow, reasons: KeptReasons) -> Iterator[Unplaced[int]]:
    """Everybody without a group who takes part now, whether or not it is known why."""
    known = {missing.person: missing for missing in reasons.unplaced}
    here = frozenset(
        db.scalars(
            select(UnplacedRow.person_id)
            .join(PlanRow, PlanRow.id == UnplacedRow.plan_id)
            .where(UnplacedRow.plan_id == row.id, is_here(UnplacedRow.person_id))
        )
    )
    return (known.get(who, Unplaced(who)) for missing in row.unplaced if (who := missing.person_id) in here)


def _changes(
    db: Db, row: PlanRow, programme: Programme, reasons: KeptReasons, names: Mapping[int, str]
) -> Changes | None:
    """What a draft would change of what members see, worked out once until something changes."""
    mark = published_mark(db, programme.id) if row.state in UNPUBLISHED else None
    if mark is None:
        return None
    what = ("changes", plan_mark(db, row.id), mark)
    return kept(db, programme.id, what, lambda: _compared(db, row, programme, reasons, names))


def _compared(
    db: Db, row: PlanRow, programme: Programme, reasons: KeptReasons, names: Mapping[int, str]
) -> Changes | None:
    published = find_published_plan(db, programme.id)
    return _between(db, load_plan(db, row.id), published, programme, reasons, names) if published is not None else None


def changed_by_revision(db: Db, actor: Actor, plan_id: int) -> Changes | None:
    """What a plan that is published differs in from the revision before it, as that was when it was replaced; None for
    a first revision, and for a plan that was never published."""
    plan = load_plan(db, plan_id)
    actor.must_have(plan.programme_id, Role.COORDINATOR)
    of_programme = (PlanRow.programme_id == plan.programme_id, PlanRow.revision == (plan.revision or 0) - 1)
    before = db.scalar(select(PlanRow.id).where(*of_programme))
    if plan.revision is None or before is None:
        return None
    programme, names = get_programme(db, plan.programme_id), _names(db, plan.programme_id)
    return _between(db, plan, load_plan(db, before), programme, _reasons(db, plan.id), names)


def changed_by_going_back(db: Db, actor: Actor, plan_id: int) -> Changes | None:
    """What an earlier revision differs in from the plan that members see; None where nothing is published."""
    plan = load_plan(db, plan_id)
    actor.must_have(plan.programme_id, Role.COORDINATOR)
    published = find_published_plan(db, plan.programme_id)
    if published is None:
        return None
    programme, names = get_programme(db, plan.programme_id), _names(db, plan.programme_id)
    return _between(db, plan, published, programme, _reasons(db, plan.id), names)


def _between(
    db: Db, plan: WholePlan, published: WholePlan, programme: Programme, reasons: KeptReasons, names: Mapping[int, str]
) -> Changes:
    gone, here = people_gone(db, published), _here(db, programme.id)
    labels = Labels.of(programme, {person_id: name for person_id, name in names.items() if person_id in here})
    starts = frozenset(slot.starts_at for slot in programme.slots())
    source = (plan, published, gone, reasons, labels, starts)
    return _changes_last.get((plan.id, published.id), source, lambda: changes_of(*source))


_changes_last: Final[Derived[Changes]] = Derived(MOST_PLANS)


def _names(db: Db, programme_id: int) -> Mapping[int, str]:
    """The names of all who take part or did."""
    query = (
        select(PersonRow.id, PersonRow.name)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .where(ParticipantRow.programme_id == programme_id)
    )
    return kept_for_readers(db, programme_id, "names", lambda: dict(db.execute(query).all()))


def _here(db: Db, programme_id: int) -> frozenset[int]:
    """Everybody who takes part now."""
    part = (ParticipantRow.programme_id == programme_id, ParticipantRow.left_at.is_(None))
    return frozenset(db.scalars(select(ParticipantRow.person_id).where(*part)))


def _people(db: Db, groups: Sequence[StoredGroup], programme: Programme) -> Mapping[int, _Known]:
    ids = {member.person_id for group in groups for member in group.members}
    sites = {site.id: site.name for site in programme.sites}
    rows = db.execute(
        select(PersonRow.id, PersonRow.name, ParticipantRow.stage, ParticipantRow.site_id)
        .join(ParticipantRow, ParticipantRow.person_id == PersonRow.id)
        .where(ParticipantRow.programme_id == programme.id, PersonRow.id.in_(ids))
    )
    return {
        person_id: _Known(name, stage, "" if stage is None else programme.grade_name(stage), sites[site_id])
        for person_id, name, stage, site_id in rows
    }


def _group(
    row: StoredGroup,
    programme: Programme,
    people: Mapping[int, _Known],
    gone: Collection[int],
    missed: Iterable[MissedSession[datetime]],
) -> Group:
    """A group with those of its people who are there now."""
    here = [member for member in row.members if member.person_id not in gone]
    model = next(model for model in programme.models if model.id == row.model_id)
    held = {session.round: session for session in row.sessions}
    rooms = {room.id: f"{room.name}, {site.name}" for site in programme.sites for room in site.rooms}
    residents = {member.person_id for member in here if member.role == MemberRole.RESIDENT}
    return Group(
        key=row.key,
        name=row.name,
        model=model.name,
        mode=row.mode,
        site=next((site.name for site in programme.sites if site.id == row.site_id), ""),
        residents=_members(here, MemberRole.RESIDENT, held, len(programme.rounds), people),
        facilitators=_members(here, MemberRole.FACILITATOR, held, len(programme.rounds), people),
        sessions=tuple(_session(session, rooms, residents) for session in row.sessions),
        missed_rounds=tuple(index for index in range(len(programme.rounds)) if index not in held),
        missed=tuple(why for why in missed if why.group == row.key and why.round not in held),
    )


def _session(session: Sitting, rooms: Mapping[int, str], residents: set[int]) -> PlannedSession:
    return PlannedSession(
        round=session.round,
        starts_at=session.starts_at,
        place=rooms[session.room_id] if session.room_id is not None else "",
        can_come=sum(session.marks.get(str(person_id), CANNOT) in COMING for person_id in residents),
        residents=len(residents),
    )


def _members(
    members: Iterable[Seat],
    role: MemberRole,
    held: Mapping[int, Sitting],
    rounds: int,
    people: Mapping[int, _Known],
) -> tuple[Member, ...]:
    def marks(person_id: int) -> str:
        return "".join(held[r].marks.get(str(person_id), CANNOT) if r in held else " " for r in range(rounds))

    found = (
        Member(m.person_id, people[m.person_id].name, m.role, people[m.person_id].stage, people[m.person_id].grade,
               people[m.person_id].site, marks(m.person_id))
        for m in members
        if m.role == role
    )  # fmt: skip
    return tuple(sorted(found, key=lambda member: member.name))
