"""Where else a resident could be, and what that would do to everybody else: tried one by one, judged by the referee.

Whatever is asked of an instance here can be told to whoever may know all of it: for a page that gives no secret away it
is asked of one that holds none (:func:`solvers.explain.openly_known`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from solvers import rules
from solvers.instance import COMING, Group, Resident
from solvers.points import group_points
from solvers.reasons.facts import ForOthers, Obstacle, Step, StepKind
from solvers.reasons.plan import Plan

MOST_PLACES: Final = 5
"""So many other places are told."""
MOST_WITH_ROOM: Final = 8
"""So many groups that are not full are told to who has none."""
MOST_EXCHANGED: Final = 6
"""Exchanges are tried with the members of so many groups, those to which the resident could come most often."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another place: a group with room, or that of ``exchange_with``, who would take the resident's own place.

    The resident could come to ``can`` of its ``held`` sessions. ``points`` is what the plan would gain, by kind.
    """

    group: str
    exchange_with: str | None
    can: int
    held: int
    others: ForOthers
    points: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WithRoom:
    """A group that could be larger by ``free``; the resident could come to ``can`` of its ``held`` sessions.
    ``against`` is the first rule that keeps them out all the same; "" for none."""

    group: str
    free: int
    can: int
    held: int
    against: str


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """One resident's place and the ``places`` that they could have instead, the best first, at most one a group.

    ``against`` counts, for the groups they could not come into, the first rule that stands in the way. A resident who
    ``is_needed`` could only exchange places: without them their own group would be none. ``ways_in`` is what would
    open a group to them, the mildest of each kind. ``with_room`` are, for who has no group, those that are not full:
    those without a rule against it first, then those to which they could come most.
    """

    group: str | None
    can: int
    held: int
    places: tuple[Elsewhere, ...]
    against: tuple[Obstacle, ...]
    is_needed: bool = False
    ways_in: tuple[Step[str], ...] = ()
    with_room: tuple[WithRoom, ...] = ()


def whereabouts(plan: Plan, resident: str) -> Whereabouts:
    """Look at every other group for a resident of the plan."""
    return _Search(plan, plan.lookup.residents[resident]).whereabouts()


def group_with_place(plan: Plan, resident: str) -> str | None:
    """The group of the first place that :func:`whereabouts` finds for who has none; nothing else is looked at."""
    return _Search(plan, plan.lookup.residents[resident]).first_group()


class _Search:
    """The search for one resident's other places."""

    def __init__(self, plan: Plan, person: Resident) -> None:
        self._plan = plan
        self._person = person
        self._home = plan.groups.get(plan.group_of.get(person.id, ""))
        self._left = plan.settled(_without(self._home, person.id)) if self._home else None

    def first_group(self) -> str | None:
        """The best place of somebody without a group."""
        groups = self._plan.groups.values()
        places = self._joined(group for group in groups if self._against(group) is None)
        best = min(places, key=_rank, default=None)
        return None if best is None else best.group

    def whereabouts(self) -> Whereabouts:
        others = [group for group in self._plan.groups.values() if group is not self._home]
        against = {group.id: self._against(group) for group in others}
        open_to = [group for group in others if against[group.id] is None]
        places = [*self._joined(open_to), *self._exchanged(others, against)]
        kept: dict[str, Elsewhere] = {}
        for place in sorted(places, key=_rank):
            kept.setdefault(place.group, place)
        counts = Counter(rule_id for rule_id in against.values() if rule_id)
        return Whereabouts(
            group=self._home.id if self._home else None,
            can=_reach(self._home, self._person) if self._home else 0,
            held=len(self._home.sessions) if self._home else 0,
            places=tuple(replace(place, points=self._points(place)) for place in list(kept.values())[:MOST_PLACES]),
            against=tuple(Obstacle(rule_id, places=count) for rule_id, count in counts.most_common()),
            is_needed=self._home is not None and self._left is None,
            ways_in=() if self._home else tuple(self._ways_in(others)),
            with_room=() if self._home else self._with_room(others, against),
        )

    def _against(self, group: Group) -> str | None:
        """The first rule that keeps the resident out of a group as it is."""
        person, model = self._person, self._plan.lookup.models[group.model]
        if group.id in self._plan.pinned:
            return rules.PIN_MEMBERS
        if group.model not in person.models:
            return rules.MODEL_ACCEPTED
        if group.mode not in person.modes:
            return rules.MODE_ACCEPTED
        if not model.spread[0] <= self._spread(group) <= model.spread[1]:
            return rules.STAGE_SPREAD
        return rules.GROUP_SIZE if len(group.residents) >= model.size[1] else None

    def _with_room(self, groups: Iterable[Group], against: Mapping[str, str | None]) -> tuple[WithRoom, ...]:
        rooms = (
            WithRoom(
                group.id,
                self._plan.lookup.models[group.model].size[1] - len(group.residents),
                _reach(group, self._person),
                len(group.sessions),
                against[group.id] or "",
            )
            for group in groups
            if group.id not in self._plan.pinned
        )
        found = sorted((one for one in rooms if one.free > 0), key=lambda one: (bool(one.against), -one.can, one.group))
        return tuple(found[:MOST_WITH_ROOM])

    def _spread(self, group: Group) -> int:
        stages = [person.stage for person in (*self._plan.roll(group).residents, self._person)]
        return max(stages) - min(stages)

    def _joined(self, groups: Iterable[Group]) -> Iterator[Elsewhere]:
        if self._home and self._left is None:
            return
        for group in groups:
            if joined := self._plan.settled(replace(group, residents=(*group.residents, self._person.id))):
                yield self._place(group, None, joined, self._left)

    def _exchanged(self, groups: Iterable[Group], against: Mapping[str, str | None]) -> Iterator[Elsewhere]:
        """Places of others who could take the resident's own; the rules of both groups are asked again."""
        if self._home is None or self._home.id in self._plan.pinned:
            return
        possible = (None, rules.GROUP_SIZE, rules.STAGE_SPREAD)
        fitting = [group for group in groups if against[group.id] in possible]
        for group in sorted(fitting, key=lambda group: -_reach(group, self._person))[:MOST_EXCHANGED]:
            for leaver in self._plan.roll(group).residents:
                if self._home.model in leaver.models and self._home.mode in leaver.modes:
                    yield from self._exchange(self._home, group, leaver)

    def _exchange(self, home: Group, group: Group, leaver: Resident) -> Iterator[Elsewhere]:
        there = self._plan.settled(_with(_without(group, leaver.id), self._person.id))
        here = self._plan.settled(_with(_without(home, self._person.id), leaver.id)) if there else None
        if there and here:
            yield self._place(group, leaver.id, there, here)

    def _place(self, group: Group, leaver: str | None, there: Group, here: Group | None) -> Elsewhere:
        return Elsewhere(
            group=group.id,
            exchange_with=leaver,
            can=_reach(there, self._person),
            held=len(there.sessions),
            others=self._for_others(self._before(group), [there, *([here] if here else [])]),
        )

    def _before(self, group: Group) -> list[Group]:
        return [group, *([self._home] if self._home else [])]

    def _for_others(self, before: list[Group], after: list[Group]) -> ForOthers:
        held = [self._plan.held(group) for group in before]  # what fails without the move is not its doing
        was, now = self._reached(held), self._reached(after)
        changes = [now.get(who, 0) - can for who, can in was.items()]
        lost = sum(len(group.sessions) for group in held) - sum(len(group.sessions) for group in after)
        return ForOthers(
            fewer=sum(change < 0 for change in changes),
            fewer_sessions=-sum(change for change in changes if change < 0),
            more=sum(change > 0 for change in changes),
            more_sessions=sum(change for change in changes if change > 0),
            lost=max(0, lost),
        )

    def _reached(self, groups: Iterable[Group]) -> dict[str, int]:
        """To how many sessions everybody else can come."""
        found: dict[str, int] = {}
        for group in groups:
            for person in self._plan.roll(group).residents:
                if person.id != self._person.id:
                    found[person.id] = _reach(group, person)
        return found

    def _points(self, place: Elsewhere) -> Mapping[str, int]:
        """What the plan gains by it, by kind; that somebody leaves the group that they had is the rest of the total."""
        group = self._plan.groups[place.group]
        moved = _with(_without(group, place.exchange_with or ""), self._person.id)
        after = [self._plan.settled(moved)]
        if self._home:
            left = _without(self._home, self._person.id)
            after.append(self._plan.settled(_with(left, place.exchange_with) if place.exchange_with else left))
        return _change_of_points(self._plan, self._before(group), [one for one in after if one])

    def _ways_in(self, groups: Iterable[Group]) -> Iterator[Step[str]]:
        """What would open a group to somebody who has none, where nothing else stands in the way."""
        found: dict[tuple[StepKind, str], Step[str]] = {}
        for group in groups:
            for step in self._opening(group):
                key = step.kind, f"{step.subject} {step.what}"
                if key not in found or abs(step.value) < abs(found[key].value):
                    found[key] = step
        yield from sorted(found.values(), key=lambda step: (step.asks_somebody, step.kind, step.subject, step.what))

    def _opening(self, group: Group) -> Iterator[Step[str]]:
        """The one step that lets the resident in."""
        person, model, size = self._person, self._plan.lookup.models[group.model], len(group.residents) + 1
        steps: list[Step[str]] = []
        if group.model not in person.models:
            steps.append(Step(StepKind.ACCEPT_MODEL, person.id, group.model))
        if group.mode not in person.modes:
            steps.append(Step(StepKind.ACCEPT_MODE, person.id, group.mode))
        if size > model.size[1]:
            steps.append(Step(StepKind.LARGER, group.model, value=size))
        if (spread := self._spread(group)) > model.spread[1]:
            steps.append(Step(StepKind.FARTHER, group.model, value=spread))
        elif spread < model.spread[0]:
            steps.append(Step(StepKind.NEARER, group.model, value=spread))
        if len(steps) == 1 and group.id not in self._plan.pinned and _reach(group, person):
            yield steps[0]


def _rank(place: Elsewhere) -> tuple[int, int, bool, str, str]:
    """What everybody together could come to first, then what the resident could, then without an exchange."""
    others = place.others.more_sessions - place.others.fewer_sessions
    return (-(place.can + others), -place.can, place.exchange_with is not None, place.group, place.exchange_with or "")


def _without(group: Group, resident: str) -> Group:
    return replace(group, residents=tuple(other for other in group.residents if other != resident))


def _with(group: Group, resident: str) -> Group:
    return replace(group, residents=(*group.residents, resident))


def _reach(group: Group, person: Resident) -> int:
    return sum(person.availability[session.slot] in COMING for session in group.sessions)


def _change_of_points(plan: Plan, before: Iterable[Group], after: Iterable[Group]) -> Mapping[str, int]:
    before, after = list(before), [group for group in after if group.residents]
    change: Counter[str] = Counter()
    for group in after:
        change.update(group_points(plan.lookup, plan.roll(group)))
    for group in before:
        change.subtract(group_points(plan.lookup, plan.roll(group)))
    total = sum(map(plan.worth, after)) - sum(map(plan.worth, before))
    change["regroup"] += total - sum(change.values())
    return {kind: points for kind, points in change.items() if points}
