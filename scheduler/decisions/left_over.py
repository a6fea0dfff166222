"""Who has no group in a plan and which rounds have no session, each with why: by the plan as it is and what is known
today, as the pages about one person and one session have it.

What the planner noted when it made a plan speaks of that plan: once somebody changes it by hand, or once facts have
changed, it may be untrue. It is what is told where there is nothing better: of plans that were replaced, and of more
people than can be looked at while somebody waits.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from scheduler.db import Db
from scheduler.decisions.by_hand import dropped_last, names_of_makers, taken_out_last
from scheduler.decisions.groups import group_names
from scheduler.decisions.model import ByHand
from scheduler.decisions.not_planned import NotPlanned, not_planned_of
from scheduler.decisions.plan_facts import facts_of_plan, present_problem_of
from scheduler.edits.history import Made, changes_that_hold
from scheduler.memory import Derived
from scheduler.people.model import Actor
from scheduler.planning.keys import person_key
from scheduler.plans.model import UNPUBLISHED, Plan, PlanState
from scheduler.plans.whole import MOST_PLANS, WholePlan, load_plan
from solvers.reasons.facts import MissedSession, Obstacle
from solvers.reasons.places import group_with_place
from solvers.reasons.plan import Bookings
from solvers.reasons.plan import Plan as Tried
from solvers.reasons.sessions import missed_sessions
from solvers.reasons.unplaced import why_unplaced

MOST_PAIRS: Final = 10_000
"""So many groups are looked at for so many people, one by one; of whom is left, what the planner noted is told."""


@dataclass(frozen=True, slots=True)
class WithoutGroup:
    """A resident without a group: which group has a ``place`` for them as far as may be told ("": none), or what keeps
    them out; ``by_hand`` if a coordinator took them out of theirs."""

    person_id: int
    name: str
    obstacles: tuple[Obstacle, ...] = ()
    place: str = ""
    by_hand: ByHand | None = None


@dataclass(frozen=True, slots=True)
class NoSession:
    """A round in which a group does not meet: what is in the way (None: not known), and ``by_hand`` if a coordinator
    took the session out."""

    why: MissedSession[datetime] | None = None
    by_hand: ByHand | None = None


@dataclass(frozen=True, slots=True)
class LeftOver:
    """What a plan leaves over. ``rounds`` are by a group's key and the round; ``not_planned`` are residents who have no
    group because no plan was to give them one; ``is_changed`` is a plan that was changed by hand."""

    people: tuple[WithoutGroup, ...] = ()
    rounds: Mapping[tuple[str, int], NoSession] = field(default_factory=dict)
    not_planned: tuple[NotPlanned, ...] = ()
    is_changed: bool = False

    def of_round(self, group_key: str, round_: int) -> NoSession:
        """Why a group has no session in a round; nothing where that is not known."""
        return self.rounds.get((group_key, round_), NoSession())


@dataclass(frozen=True, slots=True)
class _Found:
    """What was looked up today: by the person the group with a place ("" for none) and what keeps them out; by group
    and round what is in the way of a session."""

    people: Mapping[int, tuple[str, tuple[Obstacle, ...]]] = field(default_factory=dict)
    rounds: Mapping[tuple[str, int], MissedSession[datetime]] = field(default_factory=dict)


_found: Final[Derived[_Found]] = Derived(MOST_PLANS)


def left_over(db: Db, actor: Actor, plan: Plan, now: datetime) -> LeftOver:
    """What a plan leaves over, with why. ``plan`` may come without its groups."""
    whole = load_plan(db, plan.id)
    changes = changes_that_hold(db, plan.id)
    found = _looked_up(db, actor, plan, whole, bool(changes), now)
    makers = names_of_makers(db, changes)
    return LeftOver(
        people=tuple(_people(db, plan, found, changes, makers)),
        rounds=dict(_rounds(plan, whole, found, changes, makers)),
        not_planned=not_planned_of(db, plan.programme_id, plan.id),
        is_changed=bool(changes),
    )


def _people(
    db: Db, plan: Plan, found: _Found, changes: Sequence[Made], makers: Mapping[int, str]
) -> Iterator[WithoutGroup]:
    names = group_names(db, plan.id, {key for key, _ in found.people.values() if key})
    for noted, person_id in zip(plan.unplaced, plan.unplaced_ids, strict=True):
        place, obstacles = found.people.get(person_id, ("", noted.obstacles))
        by_hand = taken_out_last(changes, makers, person_id)
        yield WithoutGroup(person_id, noted.person, obstacles, names.get(place, ""), by_hand)


def _rounds(
    plan: Plan, whole: WholePlan, found: _Found, changes: Sequence[Made], makers: Mapping[int, str]
) -> Iterator[tuple[tuple[str, int], NoSession]]:
    noted = {(one.group, one.round): one for one in plan.reasons.missed}
    for group in whole.meeting:
        for round_ in sorted(set(range(plan.rounds)) - {session.round for session in group.sessions}):
            place = group.key, round_
            why = found.rounds.get(place) or noted.get(place)
            yield place, NoSession(why, dropped_last(changes, makers, *place))


# --- looked up today -----------------------------------------------------------------------------------------------


def _looked_up(db: Db, actor: Actor, plan: Plan, whole: WholePlan, is_changed: bool, now: datetime) -> _Found:
    """Worked out once for a plan as it is and the facts as they are."""
    if plan.state is PlanState.SUPERSEDED:
        return _Found()
    problem = present_problem_of(db, plan.programme_id, now)
    people = _to_look_at(plan, len(whole.meeting))
    noted = {(one.group, one.round) for one in plan.reasons.missed} if not is_changed else set()
    source = (problem, whole, people, frozenset(noted))
    return _found.get((plan.programme_id, plan.id), source, lambda: _look(db, actor, plan, people, noted, now))


def _to_look_at(plan: Plan, groups: int) -> tuple[int, ...]:
    """As many of the residents without a group as can be looked at, those first of whom nothing was noted."""
    pairs = sorted(zip(plan.unplaced, plan.unplaced_ids, strict=True), key=lambda pair: bool(pair[0].obstacles))
    return tuple(person_id for _, person_id in pairs[: MOST_PAIRS // max(1, groups)])


def _look(
    db: Db, actor: Actor, plan: Plan, people: Iterable[int], noted: Collection[tuple[str, int]], now: datetime
) -> _Found:
    facts = facts_of_plan(db, actor, plan.programme_id, plan.id, now)
    known = facts.known
    if known is None:
        return _Found()
    here = [who for who in people if person_key(who) in known.lookup.residents]
    free = [who for who in here if person_key(who) not in known.group_of]
    missed = _missed(known, noted) if plan.state in UNPUBLISHED else ()
    return _Found(
        {who: _of_person(known, who) for who in free},
        {(one.group, one.round): one.with_slots(facts.start) for one in missed},
    )


def _of_person(known: Tried, person_id: int) -> tuple[str, tuple[Obstacle, ...]]:
    """The place that the page about them tells first; where there is none, what keeps them out."""
    place = group_with_place(known, person_key(person_id))
    if place is not None:
        return place, ()
    return "", why_unplaced(known, known.lookup.residents[person_key(person_id)], frozenset())


def _missed(known: Tried, noted: Collection[tuple[str, int]]) -> Iterator[MissedSession[int]]:
    """Of the rounds without a session those of which nothing was ``noted`` that still holds."""
    bookings = Bookings(known)
    for group in known.groups.values():
        rounds = set(range(known.instance.rounds)) - {session.round for session in group.sessions}
        if any((group.id, round_) not in noted for round_ in rounds):
            yield from (one for one in missed_sessions(known, bookings, group) if (group.id, one.round) not in noted)
