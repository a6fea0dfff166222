"""Let the planner go on from a draft, around what is pinned of it.

The planner's problem then has the draft as its previous plan, in which pinned groups stay and pairs that are pinned
apart have a conflict. What it finds is judged by the programme's own problem, beside the draft as it was: the better of
the two becomes a draft of its own, and pins and what was set by hand go along as far as they are so in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from scheduler.audit.service import record
from scheduler.db import Db
from scheduler.edits.codec import pin_from_json, pin_to_json
from scheduler.edits.history import add_pin
from scheduler.edits.meanwhile import BASE, BaseGroup, asked_at, base_of_published, base_to_json, known_base
from scheduler.edits.model import PinKind
from scheduler.edits.opened import OpenDraft, open_stored
from scheduler.edits.pins import holds, pinned_groups
from scheduler.edits.stored import group_from_json, group_to_json
from scheduler.errors import NotPossible, Unspoken
from scheduler.languages import say
from scheduler.people.model import Actor
from scheduler.planning.group_names import numbers_seen, renumbered
from scheduler.planning.keys import person_key
from scheduler.planning.present_problem import present_problem
from scheduler.planning.runs import DEFAULT_SECONDS, must_be_free_to_run, queue_run
from scheduler.planning.trial_steps import steps_of, still_to_do, with_steps
from scheduler.plans.origins import ASKED_AT
from scheduler.plans.tables import GroupRow, PlanRow, RunRow
from scheduler.plans.whole import StoredGroup, group_of_row, load_plan
from scheduler.reasons.broken import private_sentence
from scheduler.reasons.named_rules import NAMED
from solvers.instance import Group, Instance, Pin, Weights
from solvers.referee import check
from solvers.solution import Solution
from solvers.solution_codec import solution_from_json, solution_to_json

STAYING: Final = ("regroup", "moved", "handover", "reroom")
"""Points for staying as it was: they are none where nothing was."""
ORIGIN: Final = "origin"


@dataclass(frozen=True, slots=True)
class Improvement:
    """What a run that improves a draft knows beside its instance: the draft, and what the programme's own problem has
    in place of the previous plan, the pins, the conflicts and the weights of the run's."""

    plan_id: int
    previous: tuple[Group, ...]
    pins: tuple[Pin, ...]
    apart: frozenset[frozenset[str]]
    weights: Mapping[str, int]

    def own_problem(self, instance: Instance) -> Instance:
        """The programme's own problem, of which the run's ``instance`` was made."""
        return replace(
            instance,
            previous=self.previous,
            pins=self.pins,
            conflicts=instance.conflicts - self.apart,
            weights=with_staying(instance.weights, self.weights),
        )

    def best(self, instance: Instance, found: Solution) -> Solution:
        """What was found, or the draft as it was if that keeps all rules and is worth more."""
        own = self.own_problem(instance)
        after = check(own, replace(found, bound=None))
        before = check(own, Solution(instance.name, instance.previous))
        bound = found.bound if self.is_measured_alike(instance) else None
        if before.ok and before.score > after.score:
            return replace(found, groups=instance.previous, score=before.score, bound=bound)
        return replace(found, score=after.score, bound=bound)

    def is_measured_alike(self, instance: Instance) -> bool:
        """Whether plans are worth as much in the run's problem as in the programme's own: then the bound that was
        proven is one for all plans that keep what is pinned, the draft among them.

        It is not where something is published: the run counts who stays where the draft has them, the programme who
        stays where members see them."""
        return not self.previous and all(getattr(instance.weights, name) == 0 for name in STAYING)


def with_staying(weights: Weights, staying: Mapping[str, int]) -> Weights:
    """The weights with others for staying as it was."""
    return replace(
        weights,
        regroup=staying["regroup"],
        moved=staying["moved"],
        handover=staying["handover"],
        reroom=staying["reroom"],
    )


def improve(
    db: Db, actor: Actor, plan_id: int, now: datetime, *, seconds: float | None = None, workers: int = 2
) -> int:
    """Ask for a plan that goes on from a draft; returns the run's id. Raises :class:`NotPossible` where what is pinned
    breaks a rule, with which."""
    draft = open_stored(db, actor, plan_id, now)
    must_be_free_to_run(db, actor, draft.facts.programme.id)
    draft = open_stored(db, actor, plan_id, now)
    instance, improvement = problem_of(draft, present_problem(db, draft.facts.programme.id, now))
    plan = db.get_one(PlanRow, plan_id)
    tried = steps_of(plan.trial_steps)
    instance = with_steps(instance, (step for step in tried if still_to_do(step, instance)))
    _must_hold(draft, instance)
    run_id = queue_run(
        db, actor, draft.facts.programme.id, instance, now,
        seconds=seconds or DEFAULT_SECONDS, workers=workers, steps=tried,
    )  # fmt: skip
    db.get_one(RunRow, run_id).improves = {
        **improvement_to_json(improvement),
        ORIGIN: origin_to_json(draft, plan),
        ASKED_AT: asked_at(db, plan).isoformat(),
        **_base(db, draft),
    }
    record(db, actor, "draft.improved", now, draft.facts.programme.id, plan=plan_id, run=run_id)
    return run_id


def _base(db: Db, draft: OpenDraft) -> dict[str, Any]:
    """What was published when the draft was asked for, as far as that is known: what comes of the run knows no more."""
    base = known_base(db, draft.plan_id, draft.facts.programme)
    return {} if base is None else {BASE: base_to_json(base)}


def problem_of(draft: OpenDraft, own: Instance) -> tuple[Instance, Improvement]:
    """The planner's ``own`` problem with the draft as its previous plan, and how to come back from it."""
    kept = {pin.id for pin in own.pins}
    groups = (
        *(group for group in own.previous if group.id in kept),
        *_groups(draft, kept, {model.id for model in own.models}),
    )
    apart = frozenset(
        frozenset((person_key(pin.person_id or 0), person_key(pin.other_id or 0)))
        for pin in draft.pins
        if pin.kind == PinKind.APART
    )
    weights = {name: getattr(own.weights, name) for name in STAYING}
    # Without an earlier plan nothing is won by staying: then the points are the programme's own.
    staying = weights if own.previous else dict.fromkeys(STAYING, 0)
    instance = replace(
        own,
        previous=groups,
        pins=(*own.pins, *_pins(draft, groups)),
        conflicts=own.conflicts | apart,
        weights=with_staying(own.weights, staying),
    )
    return instance, Improvement(draft.plan_id, own.previous, own.pins, apart - own.conflicts, weights)


def _groups(draft: OpenDraft, kept: set[str], models: set[str]) -> Iterator[Group]:
    """The draft's groups with those who take part still; self-formed ones are as their people have them."""
    lookup = draft.facts.lookup
    for group in draft.scorecard.groups:
        here = tuple(who for who in group.residents if who in lookup.residents)
        leads = tuple(who for who in group.facilitators if who in lookup.faculty)
        if group.id not in kept and here and group.model in models:
            sessions = (replace(s, facilitators=tuple(p for p in s.facilitators if p in leads)) for s in group.sessions)
            yield replace(group, residents=here, facilitators=leads, sessions=tuple(sessions))


def _pins(draft: OpenDraft, groups: tuple[Group, ...]) -> Iterator[Pin]:
    """Pinned groups, each with the rounds in which its date stays: those that are still ahead."""
    planned = {group.id: {meeting.round for meeting in group.sessions} for group in groups}
    own = {pin.id for pin in draft.facts.instance.pins}
    for key, rounds in pinned_groups(draft.groups, draft.pins).items():
        if key in planned and key not in own:
            yield Pin(key, tuple(sorted(rounds & planned[key])))


def _must_hold(draft: OpenDraft, instance: Instance) -> None:
    """Raise :class:`NotPossible` if a pinned group breaks a rule by itself, or pinned ones do together."""
    pinned = {pin.id for pin in instance.pins}
    groups = tuple(group for group in instance.previous if group.id in pinned)
    broken = check(instance, Solution(instance.name, groups)).broken
    if not broken:
        return
    names = [
        draft.groups[key].name
        for key in dict.fromkeys(breach.group for breach in broken if breach.rule_id in NAMED)
        if key is not None and key in draft.groups
    ]
    if not names:
        raise Unspoken(
            say("What is pinned can’t stay. %(why)s", why=private_sentence()),
            draft.facts.programme.id,
            what_to_do=say("Take pins away, then improve the rest."),
        )
    raise NotPossible(
        say("What is pinned in %(groups)s breaks a rule, so it can’t stay as it is.", groups=", ".join(names)),
        what_to_do=say("Correct it first, or take its pins away."),
    )


# --- what the run hands over -----------------------------------------------------------------------------------


def improvement_to_json(improvement: Improvement) -> dict[str, Any]:
    """An improvement as plain lists and dictionaries."""
    return {
        "plan": improvement.plan_id,
        "previous": solution_to_json(Solution("", improvement.previous)),
        "pins": [[pin.id, list(pin.rounds)] for pin in improvement.pins],
        "apart": sorted(sorted(pair) for pair in improvement.apart),
        "weights": dict(improvement.weights),
    }


def improvement_from_json(value: Mapping[str, Any]) -> Improvement:
    """What :func:`improvement_to_json` wrote."""
    return Improvement(
        plan_id=value["plan"],
        previous=solution_from_json(value["previous"]).groups,
        pins=tuple(Pin(key, tuple(rounds)) for key, rounds in value["pins"]),
        apart=frozenset(frozenset(pair) for pair in value["apart"]),
        weights=value["weights"],
    )


def origin_to_json(draft: OpenDraft, plan: PlanRow) -> dict[str, Any]:
    """What goes along from a draft, as it is when the run is asked for: it may be gone by its end."""
    return {
        "made_from": plan.made_from,
        "groups": [group_to_json(group) for group in draft.groups.values()],
        "pins": [pin_to_json(pin) for pin in draft.pins],
    }


def found_nothing_better(db: Db, run_id: int) -> bool:
    """Whether the draft that came of a run says what the one does that it went on from: the same people, at the same
    dates and places."""
    run = db.execute(select(RunRow.improves, RunRow.plan_id).where(RunRow.id == run_id)).first()
    if run is None or run.plan_id is None or ORIGIN not in (run.improves or {}):
        return False
    before = (group_from_json(value) for value in run.improves[ORIGIN]["groups"])
    return _said(group for group in before if group is not None) == _said(load_plan(db, run.plan_id).groups)


def _said(groups: Iterable[StoredGroup]) -> Mapping[frozenset[int], BaseGroup]:
    """What groups say, by their people: their keys may be others."""
    return {group.residents: group for group in base_of_published(groups).values()}


def carry_over(db: Db, improves: Mapping[str, Any], to_id: int) -> None:
    """Let a draft that was made of another have its groups' names, its pins, and what was set by hand, as far as they
    are so in it. ``improves`` is what the run was given."""
    origin = improves[ORIGIN]
    db.get_one(PlanRow, to_id).made_from = origin["made_from"]
    known = (group_from_json(value) for value in origin["groups"])
    before = {group.key: group for group in known if group is not None}
    after = {row.key: row for row in _rows(db, to_id)}
    for key in before.keys() & after.keys():
        _mark_by_hand(before[key], after[key])
    _keep_names(db, to_id, before, after)
    groups = {key: group_of_row(row) for key, row in after.items()}
    for pin in map(pin_from_json, origin["pins"]):
        if holds(groups, pin):
            add_pin(db, to_id, pin)


def _rows(db: Db, plan_id: int) -> list[GroupRow]:
    with_people = selectinload(GroupRow.members), selectinload(GroupRow.sessions)
    return list(db.scalars(select(GroupRow).where(GroupRow.plan_id == plan_id).options(*with_people)))


def _mark_by_hand(before: StoredGroup, after: GroupRow) -> None:
    people = {(seat.person_id, seat.role) for seat in before.members if seat.by_hand}
    for member in after.members:
        member.by_hand = (member.person_id, member.role) in people
    dates = {(s.round, s.starts_at, s.room_id) for s in before.sessions if s.by_hand}
    for session in after.sessions:
        session.by_hand = (session.round, session.starts_at, session.room_id) in dates


def _keep_names(db: Db, plan_id: int, before: Mapping[str, StoredGroup], after: Mapping[str, GroupRow]) -> None:
    """Groups that go on keep their names; new ones get numbers that none of them has."""
    programme_id = db.scalars(select(PlanRow.programme_id).where(PlanRow.id == plan_id)).one()
    going_on = {key for key, row in after.items() if key in before and before[key].model_id == row.model_id}
    taken = {*(row.number for row in before.values()), *numbers_seen(db, programme_id)}
    free = (number for number in count(1) if number not in taken)
    for key, row in after.items():
        if key in going_on:
            row.name, row.number = before[key].name, before[key].number
        elif row.number is not None and row.number in taken:
            number = next(free)
            row.name, row.number = renumbered(row.name, row.number, number), number
