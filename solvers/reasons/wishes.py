"""Wishes: which of them a plan meets, and what the cheapest exchange that meets another would cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from solvers.instance import IN_PERSON, Group, Resident
from solvers.lateness import weeks_late
from solvers.lookup import Roll
from solvers.reasons.facts import Obstacle, WishOutcome, rule_ids
from solvers.reasons.obstacles import joining
from solvers.reasons.plan import Plan
from solvers.referee import group_breaches

# Alternatives are tried in the groups that a resident could come to most often; more hardly find cheaper ones.
MOST_TARGETS: Final = 3


@dataclass(frozen=True, slots=True)
class Wish:
    """Something a resident would like; ``kind`` is the id of its points."""

    kind: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """Groups as they would be after an exchange, and what the plan would lose by it."""

    after: tuple[Group, ...]
    cost: int


def wishes_of(resident: Resident) -> Iterator[Wish]:
    """What the resident asked for, a wish each."""
    yield from (Wish("want", other) for other in resident.wants)
    if resident.choices:
        yield Wish("choice")
    if resident.models:
        yield Wish("model")
    yield from (Wish("mode", mode) for mode in resident.modes[:1])
    yield from (Wish("interest", topic) for topic in resident.interests)
    yield from secret_wishes_of(resident)
    if resident.external == "prefer":
        yield Wish("external")
    yield Wish("travel")
    if resident.first_within_days is not None:
        yield Wish("first_late", str(resident.first_within_days))


def secret_wishes_of(resident: Resident) -> Iterator[Wish]:
    """What the resident asked for that depends on what others say about themselves."""
    yield from (Wish("alone", tag) for tag in resident.company)
    yield from (Wish("like", category) for category in resident.like)
    yield from (Wish("unlike", category) for category in resident.unlike)


def is_met(wish: Wish, roll: Roll, resident: Resident) -> bool:
    """Whether the group meets the wish, or would if the resident joined it."""
    group, own = roll.group, resident.id in roll.members
    match wish.kind:
        case "want":
            return wish.subject in roll.members
        case "choice":
            return not set(resident.choices).isdisjoint(group.facilitators)
        case "model":
            return resident.models.get(group.model, 0) == max(resident.models.values())
        case "mode":
            return group.mode == wish.subject
        case "interest":
            return roll.topics.get(wish.subject, 0) > own
        case "alone":
            return roll.tags.get(wish.subject, 0) > (own and wish.subject in resident.tags)
        case "like" | "unlike":
            return _is_met_by_others(wish, roll, resident)
        case "external":
            return bool(roll.faculty) and all(person.site != resident.site for person in roll.faculty)
        case "regroup":
            return group.id == wish.subject
        case _:
            return _is_met_by_meetings(wish, roll, resident)


def _is_met_by_meetings(wish: Wish, roll: Roll, resident: Resident) -> bool:
    """Whether the group meets early enough, or, for ``travel``, not at another site."""
    if wish.kind == "first_late":
        return not weeks_late(resident.first_within_days, roll.days_until_first)
    return roll.group.mode != IN_PERSON or roll.group.site == resident.site


def _is_met_by_others(wish: Wish, roll: Roll, resident: Resident) -> bool:
    """Whether somebody else of the group has the resident's value in a category, or, for ``unlike``, another."""
    value, values = resident.traits.get(wish.subject), roll.traits.get(wish.subject, {})
    if value is None:
        return False
    if wish.kind == "unlike":
        return bool(values.keys() - {value})
    return values.get(value, 0) > (resident.id in roll.members)


def outcomes(plan: Plan, resident: Resident, shunned: frozenset[str]) -> tuple[WishOutcome[str], ...]:
    """What became of every wish. No exchange is considered that brings the resident together with ``shunned``."""
    return _outcomes(plan, resident, [*wishes_of(resident), *_staying(plan, resident)], shunned)


def staying(plan: Plan, resident: Resident) -> WishOutcome[str]:
    """What became of staying in the group that the resident had; they did have one."""
    return _outcomes(plan, resident, _staying(plan, resident), frozenset())[0]


def _outcomes(
    plan: Plan, resident: Resident, wishes: list[Wish], shunned: frozenset[str]
) -> tuple[WishOutcome[str], ...]:
    home = plan.group_of.get(resident.id)
    met = {wish for wish in wishes if home and is_met(wish, plan.roll(plan.groups[home]), resident)}
    costs = _costs(plan, resident, [wish for wish in wishes if wish not in met], shunned)
    return tuple(_outcome(plan, resident, wish, wish in met, costs.get(wish), shunned) for wish in wishes)


def _staying(plan: Plan, resident: Resident) -> list[Wish]:
    """Who had a group is taken to want to stay in it."""
    before = plan.group_before.get(resident.id)
    return [Wish("regroup", before)] if before else []


def _outcome(
    plan: Plan, resident: Resident, wish: Wish, met: bool, cost: int | None, shunned: frozenset[str]
) -> WishOutcome[str]:
    in_the_way = _in_the_way(plan, resident, wish, shunned) if not met and cost is None else ()
    return WishOutcome(resident.id, wish.kind, wish.subject, met, cost, in_the_way)


def _in_the_way(plan: Plan, resident: Resident, wish: Wish, shunned: frozenset[str]) -> tuple[str, ...]:
    """The rules broken by joining a group that would meet the wish, one where they are fewest."""
    if wish.kind == "regroup" and wish.subject not in plan.groups:
        return _against(plan, wish.subject)
    tries = [joining(plan, resident, plan.groups[target], shunned) for target in _targets(plan, resident, wish)]
    fewest: list[Obstacle] = min(tries, key=len, default=[])
    return rule_ids(fewest)


def _against(plan: Plan, group_id: str) -> tuple[str, ...]:
    """The rules that a former group would break now, with those of its members who are still there."""
    before = plan.lookup.previous[group_id]
    residents = tuple(resident for resident in before.residents if resident in plan.lookup.residents)
    leaders = tuple(person for person in before.facilitators if person in plan.lookup.faculty)
    roll = plan.roll(replace(before, residents=residents, facilitators=leaders, sessions=()))
    return tuple(dict.fromkeys(breach.rule_id for breach in group_breaches(plan.lookup, roll)))


def _costs(plan: Plan, resident: Resident, unmet: list[Wish], shunned: frozenset[str]) -> dict[Wish, int]:
    costs: dict[Wish, int] = {}
    for change in _changes(plan, resident, unmet):
        home = next((group for group in change.after if resident.id in group.residents), None)
        if home is None or not shunned.isdisjoint((*home.residents, *home.facilitators)):
            continue
        roll = plan.roll(home)
        for wish in unmet:
            if is_met(wish, roll, resident):
                costs[wish] = min(change.cost, costs.get(wish, change.cost))
    return costs


def _changes(plan: Plan, resident: Resident, unmet: list[Wish]) -> Iterator[Change]:
    """Exchanges that might meet one of the wishes."""
    targets = dict.fromkeys(target for wish in unmet for target in _targets(plan, resident, wish))
    for target in targets:
        yield from _exchanges(plan, resident.id, target)
    home = plan.group_of.get(resident.id)
    for wish in unmet:
        if home and wish.kind == "want" and wish.subject in plan.lookup.residents:
            yield from _exchanges(plan, wish.subject, home)
        if home and wish.kind == "mode" and wish.subject != IN_PERSON:
            remote = replace(plan.groups[home], mode=wish.subject, site=None)
            sessions = tuple(replace(session, room=None) for session in remote.sessions)
            yield from _change(plan, [plan.groups[home]], [replace(remote, sessions=sessions)])


def _targets(plan: Plan, resident: Resident, wish: Wish) -> Iterable[str]:
    """Groups that would meet the wish if the resident joined, the best attended first."""
    if wish.kind == "want" and wish.subject in plan.lookup.residents:
        return [plan.group_of[wish.subject]] if wish.subject in plan.group_of else []
    if wish.kind == "regroup":
        return [wish.subject] if wish.subject in plan.groups else []
    if wish.kind == "want":
        return plan.led_by.get(wish.subject, [])[:MOST_TARGETS]
    if wish.kind == "choice":
        return [id_ for chosen in resident.choices for id_ in plan.led_by.get(chosen, [])][:MOST_TARGETS]
    fitting = [id_ for id_, group in plan.groups.items() if _would_meet(plan, group, resident, wish)]
    return sorted(fitting, key=lambda id_: -_reach(plan.groups[id_], resident))[:MOST_TARGETS]


def _would_meet(plan: Plan, group: Group, resident: Resident, wish: Wish) -> bool:
    home = plan.group_of.get(resident.id) == group.id
    return not home and _takes(resident, group) and is_met(wish, plan.roll(group), resident)


def _takes(resident: Resident, group: Group) -> bool:
    return group.model in resident.models and group.mode in resident.modes


def _reach(group: Group, resident: Resident) -> int:
    return sum(resident.availability[session.slot] in "12" for session in group.sessions)


def _exchanges(plan: Plan, comer: str, target_id: str) -> Iterator[Change]:
    """The resident joins the target, alone or in place of each of its members, who take the old place."""
    target, home_id = plan.groups[target_id], plan.group_of.get(comer)
    if home_id == target_id or not _takes(plan.lookup.residents[comer], target):
        return
    joined = (*target.residents, comer)
    home = plan.groups[home_id] if home_id else None
    yield from _swap(plan, home, target, comer, joined, None)
    for leaver in target.residents if home else ():
        if home and _takes(plan.lookup.residents[leaver], home):
            yield from _swap(plan, home, target, comer, joined, leaver)


def _swap(
    plan: Plan, home: Group | None, target: Group, comer: str, joined: tuple[str, ...], leaver: str | None
) -> Iterator[Change]:
    before, after = [target], [replace(target, residents=tuple(r for r in joined if r != leaver))]
    if home:
        stayed = tuple(r for r in home.residents if r != comer)
        before.append(home)
        after.append(replace(home, residents=(*stayed, leaver) if leaver else stayed))
    yield from _change(plan, before, after)


def _change(plan: Plan, before: list[Group], after: list[Group]) -> Iterator[Change]:
    """The change, if no pinned group is touched and every group still stands, less sessions that fall through."""
    if any(group.id in plan.pinned for group in before):
        return
    settled = []
    for tried in after:
        group = plan.settled(tried)
        if group is None:
            return
        settled.append(group)
    yield Change(tuple(settled), sum(map(plan.worth, before)) - sum(map(plan.worth, settled)))
