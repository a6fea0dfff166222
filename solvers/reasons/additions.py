"""Adding to a plan what the rules leave room for: residents without a group, and sessions missed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from solvers import rules
from solvers.instance import IN_PERSON, MODES, Faculty, Group, Instance, Model, Resident
from solvers.reasons.obstacles import obstacles_at, spare_facilitators
from solvers.reasons.plan import Bookings, Plan
from solvers.referee import group_breaches

# What a group of too few may still break.
_GROWING: Final = {rules.GROUP_SIZE, rules.STAGE_SPREAD}


def filled(instance: Instance, groups: tuple[Group, ...]) -> tuple[Group, ...]:
    """The groups with everything added that fits, greedily; nothing that they have is taken away.

    What is added keeps every rule, so what a relaxed instance lets be added is what the relaxing buys, at least.
    """
    for step in (_with_joiners, _with_new_groups, _with_sessions):
        groups = step(instance, groups)
    return groups


def _with_joiners(instance: Instance, groups: tuple[Group, ...]) -> tuple[Group, ...]:
    plan = Plan(instance, groups)
    for resident in plan.unplaced():
        person = plan.lookup.residents[resident]
        options = [longer for group in plan.groups.values() if (longer := _joined(plan, group, person))]
        if options:
            best = max(options, key=lambda group: plan.worth(group) - plan.worth(plan.groups[group.id]))
            plan.groups[best.id] = best
    return tuple(plan.groups.values())


def _joined(plan: Plan, group: Group, resident: Resident) -> Group | None:
    """The group with one more, all its sessions still held."""
    if group.model not in resident.models or group.mode not in resident.modes or group.id in plan.pinned:
        return None
    longer = replace(group, residents=(*group.residents, resident.id))
    return longer if plan.settled(longer) == longer else None


def _with_new_groups(instance: Instance, groups: tuple[Group, ...]) -> tuple[Group, ...]:
    """Found groups of those still unplaced as long as that works."""
    plan = Plan(instance, groups)
    while new := [_longer(plan, Bookings(plan), group) for group in _foundable(plan)]:
        plan = Plan(instance, (*plan.groups.values(), max(new, key=plan.worth)))
    return tuple(plan.groups.values())


def _foundable(plan: Plan) -> Iterator[Group]:
    unplaced = [plan.lookup.residents[resident] for resident in plan.unplaced()]
    number = next(n for n in range(1, len(plan.groups) + 2) if f"new-{n}" not in plan.groups)
    for model in plan.instance.models:
        for mode in MODES:
            willing = [r for r in unplaced if model.id in r.models and mode in r.modes]
            if len(willing) >= model.size[0]:
                yield from _founded(plan, Group(f"new-{number}", model.id, mode, ()), model, willing)


def _founded(plan: Plan, empty: Group, model: Model, willing: list[Resident]) -> Iterator[Group]:
    """A group of as many of the willing as go together, if those are enough."""
    leaders = tuple(f.id for f in _leaders(plan, model, empty.mode))
    site = willing[0].site if empty.mode == IN_PERSON else None
    group = replace(empty, facilitators=leaders, site=site)
    for resident in willing:
        longer = replace(group, residents=(*group.residents, resident.id))
        if len(longer.residents) <= model.size[1] and _goes_together(plan, longer):
            group = longer
    if group.residents and plan.settled(group):
        yield group


def _leaders(plan: Plan, model: Model, mode: str) -> list[Faculty]:
    spare = [plan.lookup.faculty[person] for person in spare_facilitators(plan, model.id)]
    return [person for person in spare if mode in person.modes][: model.facilitators[0]]


def _goes_together(plan: Plan, group: Group) -> bool:
    """Whether only more members could mend what is still wrong."""
    return all(breach.rule_id in _GROWING for breach in group_breaches(plan.lookup, plan.roll(group)))


def _with_sessions(instance: Instance, groups: tuple[Group, ...]) -> tuple[Group, ...]:
    plan = Plan(instance, groups)
    bookings = Bookings(plan)
    return tuple(_longer(plan, bookings, group) for group in plan.groups.values())


def _longer(plan: Plan, bookings: Bookings, group: Group) -> Group:
    """The group with a session in every round that leaves room for one."""
    held = {session.round for session in group.sessions} | plan.pinned.get(group.id, frozenset())
    for round_ in range(plan.instance.rounds):
        roll = plan.roll(group)
        options = [
            replace(group, sessions=(*group.sessions, bookings.session(roll, slot)))
            for slot, candidate in enumerate(plan.instance.slots)
            if candidate.round == round_ and round_ not in held
            if not any(obstacles_at(plan, bookings, roll, slot))
        ]
        if options:
            group = max(options, key=plan.worth)
            bookings.add(group.sessions[-1])
    return group
