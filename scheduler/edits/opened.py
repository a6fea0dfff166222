"""A draft that is open to be changed: its groups as they are stored and as the planner knows them, and how they are
judged. Kept in this process as long as neither the draft nor any fact is another."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import select

from scheduler.db import Db
from scheduler.edits.attendance import group_coming
from scheduler.edits.facts import Facts, facts_of
from scheduler.edits.model import Pin
from scheduler.edits.pins import plain
from scheduler.edits.stored import planned_group
from scheduler.edits.tables import DraftPinRow, EditedDraftRow
from scheduler.errors import NotFound, NotPossible
from scheduler.languages import say
from scheduler.memory import Memory
from scheduler.people.model import Actor, Role
from scheduler.planning.keys import database_id
from scheduler.plans.model import UNPUBLISHED, PlanState
from scheduler.plans.tables import PlanRow
from scheduler.plans.whole import StoredGroup, load_plan
from scheduler.programmes.life import must_go_on
from solvers.instance import Group
from solvers.scorecard import Scorecard

MOST_DRAFTS: Final = 6


@dataclass(frozen=True, slots=True)
class Edited:
    """How far a draft has been changed by hand."""

    version: int = 0
    position: int = 0
    mark: str = ""
    saved_at: datetime | None = None


@dataclass(frozen=True, slots=True, eq=False)
class OpenDraft:
    """A draft as it stands. ``groups`` are all of its groups in their order; the ``scorecard`` has those that the
    planner knows. ``coming`` is how many places at sessions are taken by residents who can come. Two are never alike:
    what is worked out of one is kept by it."""

    plan_id: int
    number: int
    facts: Facts
    groups: Mapping[str, StoredGroup]
    pins: tuple[Pin, ...]
    scorecard: Scorecard
    edited: Edited
    coming: int

    @property
    def without(self) -> tuple[int, ...]:
        """Residents who could have a group and have none."""
        placed = {who for group in self.groups.values() for who in group.residents}
        residents = (database_id(resident.id) for resident in self.facts.instance.residents)
        return tuple(who for who in residents if who not in placed)

    def planned(self, group: StoredGroup) -> Group | None:
        """A group as the planner knows it."""
        return _planned(self.facts, group)

    def with_groups(self, changed: Mapping[str, StoredGroup | None], scorecard: Scorecard) -> OpenDraft:
        """The draft with groups changed, new or gone."""
        merged = {**self.groups, **changed}
        rows = sorted((g for g in merged.values() if g is not None), key=lambda g: (g.id is None, g.id))
        groups = {group.key: group for group in rows}
        was = sum(group_coming(self.facts, self.groups.get(key)) for key in changed)
        now = sum(group_coming(self.facts, group) for group in changed.values())
        return replace(self, groups=groups, scorecard=scorecard, coming=self.coming - was + now)


_open: Final[Memory[tuple[Hashable, OpenDraft]]] = Memory(MOST_DRAFTS)
"""By the plan: how it was opened last, and what it was then."""


def open_stored(db: Db, actor: Actor, plan_id: int, now: datetime) -> OpenDraft:
    """A draft that may be changed. Raises :class:`NotPossible` for a plan that may not."""
    row = db.execute(
        select(PlanRow.programme_id, PlanRow.number, PlanRow.state, PlanRow.repairs).where(PlanRow.id == plan_id)
    ).one_or_none()
    if row is None:
        raise NotFound(say("We can’t find that plan."))
    actor.must_have(row.programme_id, Role.COORDINATOR)
    must_go_on(db, row.programme_id)
    _must_be_a_draft(row.state, is_repair=row.repairs is not None)
    mark, facts = facts_of(db, row.programme_id, now)
    edited = edited_so_far(db, plan_id)
    # The same facts are another problem once the clock has passed a moment: then the draft is judged anew.
    as_it_is = (edited.mark, mark, facts.good_until)
    key, last = _open.find(plan_id) or (None, None)
    if last is None or key != as_it_is or mark is None:
        last = _read(db, plan_id, row.number, facts, edited, last)
        remember(mark, last)
    return last


def remember(mark: str | None, draft: OpenDraft) -> None:
    """Keep a draft as it is after a change: its mark is one that no other draft ever has."""
    if mark is not None:
        _open.keep(draft.plan_id, ((draft.edited.mark, mark, draft.facts.good_until), draft))


def edited_so_far(db: Db, plan_id: int) -> Edited:
    """How far a draft has been changed by hand."""
    row = db.get(EditedDraftRow, plan_id)
    return Edited(row.version, row.position, row.mark, row.saved_at) if row else Edited()


def pins_of(db: Db, plan_id: int) -> tuple[Pin, ...]:
    """What is pinned of a draft, in the order in which it was."""
    rows = db.scalars(select(DraftPinRow).where(DraftPinRow.plan_id == plan_id).order_by(DraftPinRow.id))
    pins = (Pin(row.kind, row.group_key, row.person_id, row.other_id, row.round) for row in rows)
    return tuple(dict.fromkeys(map(plain, pins)))  # whoever was two people may stand in two, or second in a pair


def scorecard_of(facts: Facts, groups: Iterable[StoredGroup], last: OpenDraft | None = None) -> Scorecard:
    """A draft's groups before the referee, who looks at those alone that are others than ``last`` time."""
    before = _planned_before(facts, last) if last else {}
    planned = (before.get(id(group)) or _planned(facts, group) for group in groups)
    known = [group for group in planned if group is not None]
    return last.scorecard.judged_by(facts.lookup, known) if last else Scorecard(facts.lookup, known)


def _planned(facts: Facts, group: StoredGroup) -> Group | None:
    return planned_group(group, facts.words, facts.index_of, facts.begun_of(group.key))


def _planned_before(facts: Facts, last: OpenDraft) -> Mapping[int, Group]:
    """The groups that the planner knew last time, by what is the very same stored group, where they are no others by
    these facts: who can come makes none of it. ``last`` keeps them, so nothing else has their identity."""
    if not facts.is_like(last.facts):
        return {}
    planned = {group.id: group for group in last.scorecard.groups}
    same = (g for g in last.groups.values() if facts.begun_of(g.key) == last.facts.begun_of(g.key))
    return {id(group): planned[group.key] for group in same if group.key in planned}


def _must_be_a_draft(state: PlanState, *, is_repair: bool) -> None:
    if state not in UNPUBLISHED:
        raise NotPossible(
            say("This plan is no longer a draft."),
            what_to_do=say("Make a new plan to change groups and dates, or change what is published one by one."),
        )
    if is_repair:
        raise NotPossible(
            say("This draft mends what is published with as few changes as can be, so it isn’t changed by hand."),
            what_to_do=say("Make a new plan, and change that one."),
        )


def _read(db: Db, plan_id: int, number: int, facts: Facts, edited: Edited, last: OpenDraft | None) -> OpenDraft:
    groups = {group.key: group for group in load_plan(db, plan_id).meeting}
    keys = touched(last, facts, groups) if last else groups.keys()
    return OpenDraft(
        plan_id=plan_id,
        number=number,
        facts=facts,
        groups=groups,
        pins=pins_of(db, plan_id),
        scorecard=scorecard_of(facts, groups.values(), last),
        edited=edited,
        coming=sum(group_coming(facts, groups.get(key)) for key in keys) + (_others_coming(last, keys) if last else 0),
    )


def touched(last: OpenDraft, facts: Facts, groups: Mapping[str, StoredGroup]) -> Collection[str]:
    """The groups, by their keys, that are others than they were, or of whose people or times something else is known;
    those that are gone, too."""
    if not facts.is_like(last.facts):
        return {**last.groups, **groups}
    news = facts.news_since(last.facts)
    return {
        key
        for key in {**last.groups, **groups}
        if last.groups.get(key) != (group := groups.get(key))
        or facts.begun_of(key) != last.facts.begun_of(key)
        or (group and any(seat.person_id in news for seat in group.members))
    }


def _others_coming(last: OpenDraft, keys: Collection[str]) -> int:
    """How many places at the sessions of the other groups were taken."""
    return last.coming - sum(group_coming(last.facts, last.groups.get(key)) for key in keys)
