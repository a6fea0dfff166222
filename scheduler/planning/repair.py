"""The planner's part of a repair: a plan that still can be kept, with the fewest moves.

A repair plans again with what is published as the previous plan. Moving somebody or something costs so much that only
what cannot stay moves, and whatever moved without need is put back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final

from scheduler.planning.breaches import broken_of
from scheduler.planning.independent_changes import Whole, independent_changes, whole
from scheduler.planning.keys import database_id
from scheduler.planning.left_alone import SessionOf
from scheduler.planning.other_facilitators import with_other_facilitators
from scheduler.planning.taken import current_groups
from scheduler.reasons.broken import Broken
from solvers.instance import Group, Instance, Resident
from solvers.lookup import Lookup, Roll
from solvers.referee import breaches_in, check
from solvers.solution import Solution

REPAIR_SECONDS: Final = 3.0
"""What the search for a repair is given: nearly all of the plan stays, so it is found at once."""
WHY_SECONDS: Final = 3.0
"""What finding the reasons of a repair may take."""

STAYING: Final[Mapping[str, int]] = {"regroup": 3, "handover": 3, "moved": 4, "reroom": 3, "mode": 3, "model": 3}
"""How many times as much a repair lets moving cost as a plan made again does."""
LIKED_BEST: Final = 3


@dataclass(frozen=True, slots=True)
class Repair:
    """What a run that repairs must know beside its instance: the sessions left alone, and what was ``published`` as a
    mark for each group, by its key, so that a draft shows whether it still speaks of what is published."""

    left_alone: frozenset[SessionOf]
    published: Mapping[str, str]


def repair_to_json(repair: Repair) -> dict[str, Any]:
    """A repair as plain lists and dictionaries."""
    return {"left_alone": sorted([key, round_] for key, round_ in repair.left_alone), "published": {**repair.published}}


def repair_from_json(value: Mapping[str, Any]) -> Repair:
    """What :func:`repair_to_json` wrote."""
    return Repair(frozenset((key, round_) for key, round_ in value["left_alone"]), value["published"])


def in_favour_of_staying(instance: Instance) -> Instance:
    """The problem in which it costs much to move anybody or anything, and everybody likes best what they have.

    Whatever solves it solves the other too: no rule is another, and only points are.
    """
    group_of = {person: group for group in instance.previous for person in group.residents}
    weights = instance.weights
    return replace(
        instance,
        weights=replace(weights, **{name: times * getattr(weights, name) for name, times in STAYING.items()}),
        residents=tuple(_content(person, group_of.get(person.id)) for person in instance.residents),
    )


def _content(person: Resident, group: Group | None) -> Resident:
    """Somebody who likes best the way of meeting and the kind of group that they have."""
    if group is None or group.mode not in person.modes or group.model not in person.models:
        return person
    others = {model: min(liked, LIKED_BEST - 1) for model, liked in person.models.items()}
    return replace(
        person,
        modes=(group.mode, *(mode for mode in person.modes if mode != group.mode)),
        models=MappingProxyType({**others, group.model: LIKED_BEST}),
    )


def broken_in(instance: Instance) -> tuple[Broken, ...]:
    """What of the published plan breaks a rule as things are now."""
    groups, lookup = current_groups(instance), Lookup.of(instance)
    return tuple(broken_of(lookup, groups, breach) for breach in breaches_in(instance, groups.values()))


@dataclass(frozen=True, slots=True)
class Points:
    """What a plan is worth, as a whole and by kind."""

    score: int
    by_kind: Mapping[str, int]


def points_beside(
    instance: Instance, changed: Iterable[Group], keys: Collection[str], broken: Collection[Broken]
) -> Points | None:
    """What the published plan is worth with groups changed, those of these ``keys``.

    None if one of them breaks a rule, or breaks one for another group; what is ``broken`` of the others may stay so.
    """
    others = (group for key, group in current_groups(instance).items() if key not in keys)
    verdict = check(instance, Solution(instance.name, (*others, *changed)))
    known = {(rule.rule_id, rule.group, rule.person_id, rule.round) for rule in broken}
    for breach in verdict.broken:
        person_id = database_id(breach.person) if breach.person is not None else None
        if breach.group in keys or (breach.rule_id, breach.group, person_id, breach.round) not in known:
            return None
    return Points(verdict.score, verdict.points)


def unchanged_groups(instance: Instance, solution: Solution) -> frozenset[str]:
    """The groups, by key, that are in the solution as they are published."""
    before = _wholes(current_groups(instance), instance)
    return frozenset(group.id for group in solution.groups if before.get(group.id) == whole(group, instance))


def repaired_groups(instance: Instance, solution: Solution, repair: Repair) -> dict[str, str]:
    """The groups that a repair changes, each with its mark from before, "" for a new one."""
    keys = repair.published.keys() | {group.id for group in solution.groups}
    return {key: repair.published.get(key, "") for key in sorted(keys - unchanged_groups(instance, solution))}


def fewest_changes(instance: Instance, solution: Solution) -> Solution:
    """The solution without changes that mend nothing: those groups are put back as they were. Its bound, which is one
    for staying, is gone.

    A change that stands by itself mends something if a group in it breaks a rule as it was, or if more people have a
    group with it, more sessions are held, or fewer residents are left out.
    """
    before, lookup = current_groups(instance), Lookup.of(instance)
    solution = _kept_together(instance, lookup, solution)
    now = {group.id: group for group in solution.groups}
    broken = {breach.group for breach in breaches_in(instance, before.values())}
    put_back: set[str] = set()
    for keys in independent_changes(_wholes(before, instance), _wholes(now, instance), _length(instance)):
        was, goes = _some_of(before, keys), _some_of(now, keys)
        if not keys & broken and not _gain(lookup, was, goes):
            put_back |= keys
    mended = replace(solution, groups=tuple(_put_back(before, now, put_back)))
    verdict = check(instance, replace(mended, bound=None))
    return replace(mended if verdict.ok else solution, score=verdict.score, bound=None)


def _kept_together(instance: Instance, lookup: Lookup, solution: Solution) -> Solution:
    """The solution in which no group is broken up that needs but another facilitator, if one is free for it and no
    fewer people are served."""
    before, now = current_groups(instance), {group.id: group for group in solution.groups}
    for keys in independent_changes(_wholes(before, instance), _wholes(now, instance), _length(instance)):
        was, goes = _some_of(before, keys), _some_of(now, keys)
        if not _is_regrouped(was, goes):
            continue
        others = [group for key, group in now.items() if key not in keys]
        kept = with_other_facilitators(lookup, others, was)
        if kept is not None and not _gain(lookup, list(kept), goes):
            now = {group.id: group for group in (*others, *kept)}
    return replace(solution, groups=tuple(now.values()))


def _is_regrouped(was: Iterable[Group], goes: Iterable[Group]) -> bool:
    """Whether somebody is in another group, or in none."""
    return {(who, g.id) for g in was for who in g.residents} != {(who, g.id) for g in goes for who in g.residents}


def _put_back(before: Mapping[str, Group], now: Mapping[str, Group], keys: Iterable[str]) -> Iterable[Group]:
    stays = dict.fromkeys(keys)
    yield from (group for key, group in now.items() if key not in stays)
    yield from (before[key] for key in stays if key in before)


def _wholes(groups: Mapping[str, Group], instance: Instance) -> Mapping[str, Whole]:
    return {key: whole(group, instance) for key, group in groups.items()}


def _length(instance: Instance) -> timedelta:
    return timedelta(minutes=instance.session_minutes)


def _some_of(groups: Mapping[str, Group], keys: Iterable[str]) -> list[Group]:
    return [groups[key] for key in sorted(keys) if key in groups]


def _gain(lookup: Lookup, was: list[Group], goes: list[Group]) -> bool:
    """Whether the groups serve more people as they go on than as they were."""
    return _counts(lookup, goes) > _counts(lookup, was)


def _counts(lookup: Lookup, groups: Collection[Group]) -> tuple[int, int, int]:
    """Residents with a group, sessions held, and residents who can come to their share of sessions."""
    placed, rolls = sum(len(group.residents) for group in groups), list(_rolls(lookup, groups))
    return placed, sum(len(roll.dates) for roll in rolls), placed - _left_out(lookup, rolls)


def _rolls(lookup: Lookup, groups: Iterable[Group]) -> Iterator[Roll]:
    return (roll for group in groups if (roll := Roll.call(lookup, group)))


def _left_out(lookup: Lookup, rolls: Iterable[Roll], more: Mapping[str, int] = MappingProxyType({})) -> int:
    return sum(
        lookup.is_left_out(sum(roll.reached(resident, lookup.instance.rounds)) + more.get(roll.group.id, 0))
        for roll in rolls
        for resident in roll.residents
    )


def left_out(instance: Instance, groups: Iterable[Group], left_alone: Iterable[SessionOf]) -> int:
    """How many residents can come to less than their share of the sessions of these groups, and of those left alone,
    to which they are taken to come."""
    lookup = Lookup.of(instance)
    return _left_out(lookup, _rolls(lookup, groups), Counter(key for key, _ in left_alone))
