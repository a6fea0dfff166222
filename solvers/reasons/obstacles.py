"""The rules, or the lacks, that stand in the way of a session, of joining a group and of founding one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from solvers import rules
from solvers.instance import COMING, IN_PERSON, Group, Model, Resident
from solvers.lookup import Roll
from solvers.reasons.facts import Obstacle
from solvers.reasons.plan import Bookings, Plan, fits
from solvers.referee import group_breaches


def obstacles_at(plan: Plan, bookings: Bookings, roll: Roll, slot: int) -> Iterator[Obstacle]:
    """Every rule that a session of the group at the slot would break, with the best of rooms and facilitators."""
    residents = len(roll.residents)
    coming = sum(resident.availability[slot] in COMING for resident in roll.residents)
    needed = plan.lookup.quorum_at([resident.id for resident in roll.residents], slot)
    if coming < needed:
        yield Obstacle(rules.QUORUM, have=coming, needed=needed, of=residents)
    yield from _own_sessions(plan, roll, slot)
    yield from _facilitators(bookings, roll, slot)
    if roll.group.mode == IN_PERSON:
        yield from _rooms(plan, bookings, roll, slot)


def _own_sessions(plan: Plan, roll: Roll, slot: int) -> Iterator[Obstacle]:
    minutes = plan.lookup.minutes
    apart = min((abs(minutes[slot] - minutes[s.slot]) for s in roll.group.sessions), default=float("inf"))
    if apart < plan.instance.session_minutes:
        yield Obstacle(rules.PERSON_OVERLAP)
    elif apart < plan.instance.min_gap_days * 24 * 60:
        yield Obstacle(rules.GAP, have=int(apart // (24 * 60)), needed=plan.instance.min_gap_days)


def _facilitators(bookings: Bookings, roll: Roll, slot: int) -> Iterator[Obstacle]:
    able = sum(person.availability[slot] in COMING for person in roll.faculty)
    free = len(bookings.facilitators(roll, slot))
    needed, all_ = roll.model.present, len(roll.faculty)
    if able < needed:
        yield Obstacle(rules.PRESENT, have=able, needed=needed, of=all_)
    elif free < needed:
        yield Obstacle(rules.PERSON_OVERLAP, have=free, needed=needed, of=all_)


def _rooms(plan: Plan, bookings: Bookings, roll: Roll, slot: int) -> Iterator[Obstacle]:
    at_site = [room for room in plan.lookup.rooms.values() if room.site == roll.group.site]
    large = [room for room in at_site if fits(room, roll)]
    if not at_site:
        yield Obstacle(rules.ROOM_AT_SITE)
    elif not large:
        largest = max(room.capacity for room in at_site)
        yield Obstacle(rules.ROOM_CAPACITY, have=largest, needed=len(roll.members))
    elif not any(room.availability[slot] == "1" for room in large):
        yield Obstacle(rules.ROOM_FREE)
    elif not bookings.rooms(roll, slot):
        yield Obstacle(rules.ROOM_OVERLAP)


def joining(plan: Plan, resident: Resident, group: Group, shunned: frozenset[str]) -> list[Obstacle]:
    """The rules broken if the resident joined a group as it is; ``shunned`` are people whom they avoid."""
    if group.id in plan.pinned:
        return [Obstacle(rules.PIN_MEMBERS)]
    roll = plan.roll(replace(group, residents=(*group.residents, resident.id)))
    found = {breach.rule_id for breach in group_breaches(plan.lookup, roll)}
    if not shunned.isdisjoint(roll.members):
        found.add(rules.AVOIDS)
    return [Obstacle(rule_id) for rule_id in sorted(found)]


def founding(plan: Plan, resident: Resident, model: Model) -> list[Obstacle]:
    """What a new group of that model for the resident would lack."""
    if model.id not in resident.models:
        return [Obstacle(rules.MODEL_ACCEPTED)]
    others = [plan.lookup.residents[other] for other in plan.unplaced()]
    willing = sum(model.id in other.models and bool(set(other.modes) & set(resident.modes)) for other in others)
    spare = len(spare_facilitators(plan, model.id))
    lacks = (
        Obstacle(rules.GROUP_SIZE, have=willing, needed=model.size[0]),
        Obstacle(rules.FACILITATORS, have=spare, needed=model.facilitators[0]),
    )
    return [lack for lack in lacks if lack.have < lack.needed]


def spare_facilitators(plan: Plan, model_id: str) -> list[str]:
    """Faculty who offer the model and could lead another group."""
    return [
        person.id
        for person in plan.instance.faculty
        if model_id in person.models and len(plan.led_by.get(person.id, ())) < person.capacity
    ]
