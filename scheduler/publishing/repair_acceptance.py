"""Accepting a repair, whole or in parts. Each part is refereed beside all else that is published, and takes effect as
a plan of its own: all of it or nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from scheduler.audit.service import record
from scheduler.bookings.commitments import wait_for_turn
from scheduler.db import Db
from scheduler.errors import NotPossible
from scheduler.languages import mark, say
from scheduler.people.model import Actor, Role
from scheduler.planning.beside import broken_beside
from scheduler.planning.drafts import copied
from scheduler.planning.keys import database_id
from scheduler.planning.left_alone import without
from scheduler.planning.recheck import must_keep_hours
from scheduler.planning.repair import Points, points_beside
from scheduler.planning.stored_groups import groups_of
from scheduler.plans.model import MemberRole, PlanState
from scheduler.plans.service import lock_plan
from scheduler.plans.tables import ExplanationRow, GroupRow, OwnWishesRow, PlanRow, RunRow, UnplacedRow
from scheduler.plans.whole import WholePlan, load_plan
from scheduler.preflight.service import must_be_no_worse
from scheduler.publishing.present_plan import Present
from scheduler.publishing.repair import OpenRepair
from scheduler.publishing.service import make_current
from scheduler.reasons.codec import reasons_from_json, reasons_to_json
from scheduler.reasons.model import KeptReasons, Reasons

_REPAIR_AGAIN = mark("Repair again: the new draft starts from what is so now.")


@dataclass(frozen=True, slots=True)
class Accepted:
    """What came of accepting changes: the ``plan_id`` that members see from now on, and whether any ``are_left``."""

    plan_id: int
    revision: int
    are_left: bool


def accept(db: Db, actor: Actor, plan_id: int, changes: Collection[str], now: datetime, reason: str = "") -> Accepted:
    """Publish some changes of a repair, by their ids. The others can be accepted later.

    Sessions within the freeze change only with a ``reason``, which goes into the record; what makes a check red that
    was not, is overridden with it, by name.
    """
    draft = lock_plan(db, plan_id)
    actor.must_have(draft.programme_id, Role.COORDINATOR)
    wait_for_turn(db)
    repair = OpenRepair.of(db, load_plan(db, plan_id), now)
    keys = _chosen(repair, changes)
    row = _merged(db, repair, keys, now)
    plan = load_plan(db, row.id)
    _must_be_ahead(repair, keys)
    settled = frozenset(range(len(repair.present.programme.rounds))) - {s.round for s in repair.present.instance.slots}
    must_keep_hours(db, repair.present.programme, plan, settled, now, repair.present.plan)
    points = _must_hold(repair, plan, keys)
    must_be_no_worse(db, actor, row, repair.present.plan, now, reason)
    row.score, row.points = points.score, dict(points.by_kind)
    _explain(db, repair, plan, keys)
    revision = make_current(db, actor, repair.present.programme, row, now, reason)
    return Accepted(row.id, revision, _keep_the_rest(db, draft, row, keys, now))


def throw_away(db: Db, actor: Actor, plan_id: int, now: datetime) -> None:
    """Do without a repair, or what is left of it."""
    draft = lock_plan(db, plan_id)
    actor.must_have(draft.programme_id, Role.COORDINATOR)
    OpenRepair.of(db, load_plan(db, plan_id), now)
    record(db, actor, "repair.thrown_away", now, draft.programme_id, plan=plan_id)
    db.delete(draft)


def _chosen(repair: OpenRepair, changes: Collection[str]) -> frozenset[str]:
    """The groups of the chosen changes."""
    by_id = {repair.id_of(keys): keys for keys in repair.sets}
    if not changes or not set(changes) <= by_id.keys():
        raise NotPossible(say("This repair is no longer as you saw it."), what_to_do=say("Read it again, then choose."))
    keys = frozenset().union(*(by_id[change] for change in changes))
    if repair.is_stale(keys):
        raise NotPossible(say("A group has changed since this repair was worked out."), what_to_do=say(_REPAIR_AGAIN))
    return keys


def _merged(db: Db, repair: OpenRepair, keys: Collection[str], now: datetime) -> PlanRow:
    """What is published, with these groups as the repair has them."""
    draft, programme_id = repair.draft, repair.draft.programme_id
    groups = list(_groups(repair, keys))
    placed = {m.person_id for group in groups for m in group.members if m.role == MemberRole.RESIDENT}
    residents = (database_id(person.id) for person in repair.present.instance.residents)
    plan = PlanRow(
        programme_id=programme_id,
        number=(db.scalar(select(func.max(PlanRow.number)).where(PlanRow.programme_id == programme_id)) or 0) + 1,
        state=PlanState.DRAFT,
        score=0,
        bound=None,
        seconds=draft.seconds,
        points={},
        created_at=now,
        groups=groups,
        unplaced=[UnplacedRow(person_id=person_id) for person_id in residents if person_id not in placed],
    )
    db.add(plan)
    db.flush()
    return plan


def _groups(repair: OpenRepair, keys: Collection[str]) -> Iterator[GroupRow]:
    instance = repair.present.instance
    keys_here = {person.id for person in instance.residents} | {person.id for person in instance.faculty}
    here = set(map(database_id, keys_here))
    for group in repair.present.plan.groups:
        if group.key not in keys and group.ended_at is None:
            gone = {person_id for group_id, person_id in repair.present.left if group_id == group.id}
            yield copied(group, {member.person_id for member in group.members} - gone)
    for group in repair.draft.groups:
        if group.key in keys:
            yield copied(group, here)


def _must_be_ahead(repair: OpenRepair, keys: Collection[str]) -> None:
    """Raise NotPossible if a date of these groups has begun that the repair would still change."""
    ahead = {(slot.start, slot.round) for slot in repair.present.instance.slots}
    for key in keys & repair.drafted.keys():
        earlier = repair.published.get(key)
        was = {session.round: session.starts_at for session in earlier.sessions} if earlier else {}
        for session in repair.drafted[key].sessions:
            stays = was.get(session.round) == session.starts_at
            met = (key, session.round) in repair.present.left_alone
            if not stays and (met or (session.starts_at, session.round) not in ahead):
                raise NotPossible(
                    say("One of the dates in this draft has passed or begun."), what_to_do=say(_REPAIR_AGAIN)
                )


def _must_hold(repair: OpenRepair, plan: WholePlan, keys: Collection[str]) -> Points:
    """Raise NotPossible if a changed group breaks a rule, or breaks one for another; what is broken anyway may stay."""
    present = repair.present
    changed = groups_of(
        present.programme, [group for group in plan.groups if group.key in keys], present.instance.slots
    )
    points = points_beside(present.instance, without(changed, present.left_alone), keys, present.broken)
    beside = _broken_beside(present, plan) - _broken_beside(present, present.plan)
    if points is None or beside:
        raise NotPossible(
            say("Something has changed since this repair was worked out, and a rule would be broken."),
            what_to_do=say(_REPAIR_AGAIN),
        )
    return points


def _broken_beside(present: Present, plan: WholePlan) -> frozenset[tuple[str, str]]:
    if not present.programme.conduct.several_groups:
        return frozenset()
    whole = groups_of(present.programme, plan.meeting, present.instance.slots, whole=True)
    return frozenset(broken_beside(present.instance, plan.meeting, without(whole, present.left_alone)))


def _explain(db: Db, repair: OpenRepair, plan: WholePlan, keys: Collection[str]) -> None:
    """Why the plan is as it is: of the changed groups as the repair says, of all others as before."""
    published = db.get(ExplanationRow, repair.present.plan.id)
    before = reasons_from_json(published.reasons) if published else Reasons()
    changed = {m.person_id for group in plan.groups if group.key in keys for m in group.members}
    unplaced = {*plan.unplaced}
    reasons = _reasons(before, repair.reasons, keys, changed, unplaced)
    db.add(ExplanationRow(plan_id=plan.id, reasons=reasons_to_json(reasons)))
    here = changed | unplaced | {m.person_id for group in plan.groups for m in group.members}
    for row in db.scalars(
        select(OwnWishesRow).where(OwnWishesRow.plan_id.in_([repair.present.plan.id, repair.draft.id]))
    ):
        from_repair = row.plan_id == repair.draft.id
        if row.person_id in here and from_repair == (row.person_id in changed):
            db.add(OwnWishesRow(plan_id=plan.id, person_id=row.person_id, wishes=row.wishes))


def _reasons(
    before: KeptReasons, draft: KeptReasons, keys: Collection[str], changed: Collection[int], unplaced: Collection[int]
) -> KeptReasons:
    known = {fact.person: fact for fact in (*before.unplaced, *draft.unplaced)}
    return Reasons(
        unplaced=tuple(fact for person, fact in known.items() if person in unplaced),
        missed=(
            *(fact for fact in before.missed if fact.group not in keys),
            *(fact for fact in draft.missed if fact.group in keys),
        ),
        unmet=(
            *(wish for wish in before.unmet if wish.person not in changed),
            *(wish for wish in draft.unmet if wish.person in changed),
        ),
        regrouped=tuple(fact for fact in draft.regrouped if fact.person in changed or fact.before in keys),
        moved=tuple(fact for fact in draft.moved if fact.group in keys),
    )


def _keep_the_rest(db: Db, draft: PlanRow, plan: PlanRow, keys: Collection[str], now: datetime) -> bool:
    """The repair is what is left of it, if anything is; else what came of its run is the plan that was published."""
    draft.repairs = {key: was for key, was in (draft.repairs or {}).items() if key not in keys}
    db.flush()
    if OpenRepair.of(db, load_plan(db, draft.id), now).sets:
        return True
    db.execute(update(RunRow).where(RunRow.plan_id == draft.id).values(plan_id=plan.id))
    db.delete(draft)
    return False
