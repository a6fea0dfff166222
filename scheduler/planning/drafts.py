"""Store a solution as a draft plan. The only place that reads a Solution."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime

from sqlalchemy import func, select

from scheduler.db import Db
from scheduler.own_groups.service import open_groups
from scheduler.planning.beside import dated_own_groups, further_residents
from scheduler.planning.display_marks import shown_marks
from scheduler.planning.group_names import group_names
from scheduler.planning.instance_builder import open_marks
from scheduler.planning.keys import database_id, person_key
from scheduler.planning.last_term import groups_before
from scheduler.planning.left_alone import SessionOf
from scheduler.planning.own_group_pins import own_group_of
from scheduler.planning.repair import Repair, repaired_groups, unchanged_groups
from scheduler.plans.counts import counts_of
from scheduler.plans.model import MemberRole, PlanState
from scheduler.plans.tables import (
    ExplanationRow,
    GroupRow,
    MemberRow,
    OwnWishesRow,
    PlannedSessionRow,
    PlanRow,
    UnplacedRow,
)
from scheduler.plans.whole import Sitting, StoredGroup, find_published_plan
from scheduler.programmes.service import get_programme, lock_programme
from scheduler.reasons.codec import reasons_to_json, wishes_to_json
from scheduler.reasons.model import Explained
from solvers.instance import Group, Instance
from solvers.instance import Session as Meeting
from solvers.referee import Verdict
from solvers.solution import Solution


def store_draft(
    db: Db,
    programme_id: int,
    instance: Instance,
    solution: Solution,
    verdict: Verdict,
    explained: Explained,
    now: datetime,
    repair: Repair | None = None,
    trial_steps: list[str] | None = None,
) -> int:
    """Keep a solution that the referee accepted as the programme's next draft; returns the plan's id.

    What has begun of the published plan is in it as it was, and so is what a ``repair`` leaves alone. The rules that
    it was tried with are its ``trial_steps``.
    """
    if verdict.broken:
        raise ValueError("a plan that the referee rejects is never stored")
    lock_programme(db, programme_id)
    left_alone = _left_alone(db, programme_id, now, repair)
    groups = list(_groups(db, programme_id, instance, solution, left_alone, now))
    if repair is not None:
        groups = list(_as_published(db, programme_id, instance, solution, groups))
    unplaced = list(_unplaced(instance, groups))
    plan = PlanRow(
        programme_id=programme_id,
        number=next_number(db, programme_id),
        state=PlanState.DRAFT,
        score=verdict.score,
        bound=solution.bound,
        seconds=solution.seconds,
        points=dict(verdict.points),
        created_at=now,
        groups=groups,
        repairs=repaired_groups(instance, solution, repair) if repair else None,
        trial_steps=trial_steps,
        unplaced=unplaced,
        counts=counts_of(groups, unplaced),
    )
    db.add(plan)
    db.flush()
    db.add_all(_explanations(plan.id, explained))
    return plan.id


def _explanations(plan_id: int, explained: Explained) -> Iterator[ExplanationRow | OwnWishesRow]:
    yield ExplanationRow(plan_id=plan_id, reasons=reasons_to_json(explained.for_coordinator))
    for person_id, wishes in explained.for_people.items():
        yield OwnWishesRow(plan_id=plan_id, person_id=person_id, wishes=wishes_to_json(wishes))


def next_number(db: Db, programme_id: int) -> int:
    """The number of the programme's next plan."""
    return (db.scalar(select(func.max(PlanRow.number)).where(PlanRow.programme_id == programme_id)) or 0) + 1


def _left_alone(db: Db, programme_id: int, now: datetime, repair: Repair | None) -> Collection[SessionOf]:
    """The published sessions that stay, whatever the solution says."""
    published = ((group.key, session) for group in _published_groups(db, programme_id) for session in group.sessions)
    begun = {(key, session.round) for key, session in published if session.starts_at <= now}
    return begun | repair.left_alone if repair else begun


def _groups(
    db: Db,
    programme_id: int,
    instance: Instance,
    solution: Solution,
    left_alone: Collection[SessionOf],
    now: datetime,
) -> Iterator[GroupRow]:
    programme = get_programme(db, programme_id)
    published = _published_groups(db, programme_id)
    several = programme.conduct.several_groups
    own = _own_groups(db, programme_id, instance, solution, published) if several else ()
    further = further_residents(published) if several else {}
    models = {model.key: model for model in programme.models}
    sites = {site.key: site.id for site in programme.sites}
    before = {group.key: group for group in published}
    known_as = before or groups_before(db, programme_id)
    names = group_names(db, programme_id, (*solution.groups, *own), models, known_as)
    opened = open_marks(db, programme_id, now) if before else None
    marks = shown_marks(db, programme, instance, opened)
    settled = set(range(instance.rounds)) - {slot.round for slot in instance.slots}
    for group in (*solution.groups, *own):
        known = before.get(group.id)
        stay = settled | {round_ for key, round_ in left_alone if key == group.id and known}
        more = further.get(group.id, frozenset())
        yield GroupRow(
            key=group.id,
            name=names[group.id].text,
            number=names[group.id].number,
            model_id=models[group.model].id,
            mode=group.mode,
            site_id=sites[group.site] if group.site else None,
            members=[*_members(group, beside=group in own), *_further(instance, group, more)],
            sessions=[
                *(carried_over(session) for session in (known.sessions if known else ()) if session.round in stay),
                *(_session(group, meeting, instance, marks) for meeting in group.sessions if meeting.round not in stay),
            ],
        )


def _as_published(
    db: Db, programme_id: int, instance: Instance, solution: Solution, groups: Iterable[GroupRow]
) -> Iterator[GroupRow]:
    """The groups of a repair: those that it leaves as they are stay to the letter."""
    before = {group.key: group for group in _published_groups(db, programme_id)}
    keys = {person.id for person in instance.residents} | {person.id for person in instance.faculty}
    here = set(map(database_id, keys))
    same = unchanged_groups(instance, solution) & before.keys()
    for row in groups:
        yield copied(before[row.key], here) if row.key in same else row


def copied(group: StoredGroup, here: Collection[int]) -> GroupRow:
    """A group as another plan has it, with those of its members who are here."""
    return GroupRow(
        key=group.key,
        name=group.name,
        number=group.number,
        model_id=group.model_id,
        mode=group.mode,
        site_id=group.site_id,
        members=[
            MemberRow(person_id=member.person_id, role=member.role, beside=member.beside)
            for member in group.members
            if member.person_id in here
        ],
        sessions=[carried_over(session) for session in group.sessions],
    )


def _own_groups(
    db: Db, programme_id: int, instance: Instance, solution: Solution, published: Iterable[StoredGroup]
) -> tuple[Group, ...]:
    """The groups that people formed themselves, beside those of the plan."""
    formed = map(own_group_of, open_groups(db, programme_id))
    dates = {group.key: {session.round: session.starts_at for session in group.sessions} for group in published}
    return tuple(dated_own_groups(instance, solution, formed, dates))


def _published_groups(db: Db, programme_id: int) -> tuple[StoredGroup, ...]:
    plan = find_published_plan(db, programme_id)
    return plan.groups if plan else ()


def carried_over(session: Sitting) -> PlannedSessionRow:
    """A session that the plan leaves alone, as it was published."""
    return PlannedSessionRow(
        round=session.round,
        starts_at=session.starts_at,
        room_id=session.room_id,
        facilitator_ids=list(session.facilitator_ids),
        marks=dict(session.marks),
    )


def _members(group: Group, *, beside: bool) -> Iterator[MemberRow]:
    for key in group.residents:
        yield MemberRow(person_id=database_id(key), role=MemberRole.RESIDENT, beside=beside)
    for key in group.facilitators:
        yield MemberRow(person_id=database_id(key), role=MemberRole.FACILITATOR)


def _further(instance: Instance, group: Group, known: Collection[int]) -> Iterator[MemberRow]:
    """Whoever was in this group beside another one stays in it; of their marks publishing sees."""
    here = {resident.id for resident in instance.residents} - set(group.residents)
    for person_id in sorted(known):
        if person_key(person_id) in here:
            yield MemberRow(person_id=person_id, role=MemberRole.RESIDENT, beside=True)


def _session(group: Group, meeting: Meeting, instance: Instance, marks: Mapping[str, str]) -> PlannedSessionRow:
    return PlannedSessionRow(
        round=meeting.round,
        starts_at=instance.slots[meeting.slot].start,
        room_id=database_id(meeting.room) if meeting.room else None,
        facilitator_ids=[database_id(key) for key in meeting.facilitators],
        marks={str(database_id(key)): marks[key][meeting.slot] for key in (*group.residents, *meeting.facilitators)},
    )


def _unplaced(instance: Instance, groups: Iterable[GroupRow]) -> Iterator[UnplacedRow]:
    placed = {member.person_id for group in groups for member in group.members}
    for resident in instance.residents:
        if database_id(resident.id) not in placed:
            yield UnplacedRow(person_id=database_id(resident.id))
