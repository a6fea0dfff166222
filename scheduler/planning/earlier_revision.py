"""An earlier revision once more: as a draft made from it, without what can no longer be, which is named."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import select

from scheduler.audit.service import record
from scheduler.db import Db
from scheduler.errors import NotPossible
from scheduler.languages import say
from scheduler.people.model import Actor, Role
from scheduler.people.tables import ParticipantRow, PersonRow
from scheduler.planning.display_marks import shown_marks
from scheduler.planning.drafts import carried_over, copied, next_number
from scheduler.planning.instance_builder import build_instance
from scheduler.planning.keys import person_key
from scheduler.planning.stored_groups import groups_of
from scheduler.plans.counts import counts_of
from scheduler.plans.group_keys import new_group_key
from scheduler.plans.model import PlanState
from scheduler.plans.service import lock_plan
from scheduler.plans.tables import GroupRow, PlannedSessionRow, PlanRow, UnplacedRow
from scheduler.plans.whole import (
    Sitting,
    StoredGroup,
    WholePlan,
    find_published_plan,
    group_of_row,
    load_plan,
)
from scheduler.programmes.life import must_go_on
from scheduler.programmes.model import Programme
from scheduler.programmes.service import get_programme
from solvers.instance import Instance
from solvers.referee import check
from solvers.solution import Solution
from solvers.vocabulary import NOT_KNOWN


@dataclass(frozen=True, slots=True)
class LostDate:
    """A session of the revision that cannot be any more: it would be over, or no session may begin then now."""

    group: str
    round: int
    at: datetime
    is_over: bool


@dataclass(frozen=True, slots=True)
class Again:
    """What a draft made from a revision would lack: the names of people who have left and of those who have come
    since and have no group in it, its dates that cannot be, and groups of which nobody is left."""

    revision: int
    left: tuple[str, ...]
    newcomers: tuple[str, ...]
    dates: tuple[LostDate, ...]
    groups_gone: tuple[str, ...]


def look_again(db: Db, actor: Actor, plan_id: int, now: datetime) -> Again:
    """What of an earlier revision can no longer be, before a draft is made from it."""
    return _making(db, actor, load_plan(db, plan_id), now).told()


def draft_again(db: Db, actor: Actor, plan_id: int, now: datetime) -> int:
    """Make a draft from an earlier revision; returns its id. It is published like any other, with all checks."""
    making = _making(db, actor, load_plan(db, lock_plan(db, plan_id).id), now)
    must_go_on(db, making.programme.id)
    draft = making.draft(next_number(db, making.programme.id), now)
    db.add(draft)
    db.flush()
    record(
        db, actor, "plan.made_from", now, making.programme.id, plan=draft.id, revision=making.plan.revision
    )  # fmt: skip
    return draft.id


def can_come_again(state: PlanState) -> bool:
    """Whether a draft can be made from a plan: it was published once, and is not what members see."""
    return state is PlanState.SUPERSEDED


def _making(db: Db, actor: Actor, plan: WholePlan, now: datetime) -> _Making:
    actor.must_have(plan.programme_id, Role.COORDINATOR)
    if not can_come_again(plan.state):
        raise NotPossible(
            say("Only an earlier revision can be published again."),
            what_to_do=say("Choose one that has been replaced, in the list of plans."),
        )
    programme = get_programme(db, plan.programme_id)
    instance = build_instance(db, programme.id, now)
    published = find_published_plan(db, programme.id)
    ended = select(GroupRow.key).join(PlanRow, PlanRow.id == GroupRow.plan_id)
    ended_keys = db.scalars(ended.where(PlanRow.programme_id == programme.id, GroupRow.ended_at.is_not(None)))
    rows = db.execute(
        select(ParticipantRow.person_id, PersonRow.name, ParticipantRow.left_at)
        .join(PersonRow, PersonRow.id == ParticipantRow.person_id)
        .where(ParticipantRow.programme_id == programme.id)
    ).all()
    return _Making(
        plan=plan,
        programme=programme,
        instance=instance,
        published={group.key: group for group in published.groups} if published else {},
        ended=frozenset(ended_keys),
        names={who: name for who, name, _left in rows},
        here=frozenset(who for who, _name, left in rows if left is None),
        marks=shown_marks(db, programme, instance),
        now=now,
    )


@dataclass(frozen=True)
class _Making:
    """A draft in the making; ``published`` are the groups that members see, by key."""

    plan: WholePlan
    programme: Programme
    instance: Instance
    published: Mapping[str, StoredGroup]
    ended: Collection[str]
    names: Mapping[int, str]
    here: Collection[int]
    marks: Mapping[str, str]
    now: datetime

    @cached_property
    def _slots(self) -> Mapping[tuple[datetime, int], int]:
        return {(slot.start, slot.round): index for index, slot in enumerate(self.instance.slots)}

    def _groups(self) -> Iterator[tuple[StoredGroup, bool]]:
        """The groups of the revision, and whether any of their residents is still here."""
        for group in self.plan.meeting:
            yield group, any(who in self.here for who in group.residents)

    def told(self) -> Again:
        """What would be missing."""
        members = {one.person_id for group, _ in self._groups() for one in group.members}
        placed = {one.person_id for group, lives in self._groups() if lives for one in group.members}
        residents = {resident.id for resident in self.instance.residents}
        placed |= {*self.plan.unplaced}  # who had none then is no news
        return Again(
            revision=self.plan.revision or 0,
            left=self._called(members - set(self.here)),
            newcomers=self._called({who for who in self.here if person_key(who) in residents} - placed),
            dates=tuple(date for group, lives in self._groups() if lives for date in self._lost(group)),
            groups_gone=tuple(group.name for group, lives in self._groups() if not lives),
        )

    def _called(self, people: Collection[int]) -> tuple[str, ...]:
        return tuple(sorted(self.names[who] for who in people if who in self.names))

    def _lost(self, group: StoredGroup) -> Iterator[LostDate]:
        begun = {session.round for session in self._begun(group.key)}
        for session in group.sessions:
            can_be = (session.starts_at, session.round) in self._slots
            if session.round not in begun and not can_be:
                is_over = session.starts_at <= self.now
                yield LostDate(group.name, session.round, session.starts_at, is_over)

    def _begun(self, key: str) -> list[Sitting]:
        """The published sessions of a group that have begun: they stay as they were."""
        group = self.published.get(key)
        return [session for session in group.sessions if session.starts_at <= self.now] if group else []

    def draft(self, number: int, now: datetime) -> PlanRow:
        """The draft, with what the referee says of it; whether it keeps every rule is seen when it is published."""
        groups = [self._again(group) for group, lives in self._groups() if lives]
        planned = groups_of(self.programme, tuple(map(group_of_row, groups)), self.instance.slots)
        ahead = [group for group in planned if group.residents]
        verdict = check(self.instance, Solution(self.instance.name, tuple(ahead)))
        placed = {one.person_id for group in groups for one in group.members}
        missing = (who for who in sorted(self.here) if who not in placed)
        residents = {resident.id for resident in self.instance.residents}
        unplaced = [UnplacedRow(person_id=who) for who in missing if person_key(who) in residents]
        return PlanRow(
            programme_id=self.programme.id,
            number=number,
            state=PlanState.DRAFT,
            score=verdict.score,
            bound=None,
            seconds=0.0,
            points=dict(verdict.points),
            created_at=now,
            groups=groups,
            unplaced=unplaced,
            made_from=self.plan.revision,
            counts=counts_of(groups, unplaced),
        )

    def _again(self, group: StoredGroup) -> GroupRow:
        again = copied(group, self.here)
        if group.key in self.ended:
            again.key = new_group_key()
        begun = self._begun(again.key)
        kept = {session.round for session in begun}
        people = [member.person_id for member in again.members]
        again.sessions = [
            *map(carried_over, begun),
            *(
                self._session(session, people)
                for session in group.sessions
                if session.round not in kept and (session.starts_at, session.round) in self._slots
            ),
        ]
        return again

    def _session(self, session: Sitting, people: Collection[int]) -> PlannedSessionRow:
        """A session of the revision with what is known of everybody's coming now."""
        slot = self._slots[session.starts_at, session.round]
        nothing = NOT_KNOWN * len(self.instance.slots)
        return PlannedSessionRow(
            round=session.round,
            starts_at=session.starts_at,
            room_id=session.room_id,
            facilitator_ids=[who for who in session.facilitator_ids if who in self.here],
            marks={str(who): self.marks.get(person_key(who), nothing)[slot] for who in people},
        )
