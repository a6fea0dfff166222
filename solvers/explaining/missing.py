"""Sessions missed or moved, and unplaced residents: the rules, or the lacks, that stand in the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from solvers import rules
from solvers.explaining.plan import Bookings, Plan, fits
from solvers.explaining.report import MissedSession, MovedSession, Obstacle
from solvers.instance import COMING, IN_PERSON, Group, Model, Resident, Session
from solvers.lookup import Roll, is_slot_of_round
from solvers.referee import group_breaches

# A rule's id and what it says here.
Finding = tuple[str, str]


def missed_sessions(plan: Plan, bookings: Bookings, group: Group) -> tuple[MissedSession, ...]:
    """Every round that the group misses, with why."""
    roll = plan.roll(group)
    missed = (round_ for round_ in range(plan.instance.rounds) if round_ not in roll.dates)
    return tuple(_missed(plan, bookings, roll, round_) for round_ in missed)


def _missed(plan: Plan, bookings: Bookings, roll: Roll, round_: int) -> MissedSession:
    slots = [slot for slot, candidate in enumerate(plan.instance.slots) if candidate.round == round_]
    if not slots:
        lack = Obstacle(rules.SLOT_OF_ROUND, "there is no slot in this round", 0)
        return MissedSession(roll.group.id, round_, None, (lack,))
    found = {slot: dict(obstacles_at(plan, bookings, roll, slot)) for slot in slots}
    best = min(slots, key=lambda slot: len(found[slot]))
    alone = Counter(next(iter(rule_ids)) for rule_ids in found.values() if len(rule_ids) == 1)
    obstacles = tuple(Obstacle(rule_id, text, alone[rule_id]) for rule_id, text in found[best].items())
    gain = None if obstacles else _gain(plan, bookings, roll, best)
    return MissedSession(roll.group.id, round_, best, obstacles, gain)


def _gain(plan: Plan, bookings: Bookings, roll: Roll, slot: int) -> int:
    longer = replace(roll.group, sessions=(*roll.group.sessions, bookings.session(roll, slot)))
    return plan.worth(longer) - plan.worth(roll.group)


def moved_sessions(plan: Plan, bookings: Bookings, group: Group) -> tuple[MovedSession, ...]:
    """Every session of the same group before that is not where it was, with what stands against where it was."""
    before = plan.lookup.previous.get(group.id)
    now = {session.round: session.slot for session in group.sessions}
    return tuple(
        _moved(plan, bookings, group, old, now.get(old.round))
        for old in (before.sessions if before else ())
        if now.get(old.round) != old.slot
    )


def _moved(plan: Plan, bookings: Bookings, group: Group, old: Session, slot: int | None) -> MovedSession:
    if not is_slot_of_round(plan.instance, old):
        lack = Obstacle(rules.SLOT_OF_ROUND, "the slot is no longer there", 0)
        return MovedSession(group.id, old.round, old.slot, slot, (lack,))
    others = tuple(session for session in group.sessions if session.round != old.round)
    roll = plan.roll(replace(group, sessions=others))
    found = tuple(Obstacle(rule_id, text, 0) for rule_id, text in obstacles_at(plan, bookings, roll, old.slot))
    if found:
        return MovedSession(group.id, old.round, old.slot, slot, found)
    kept = replace(group, sessions=(*others, bookings.session(roll, old.slot)))
    return MovedSession(group.id, old.round, old.slot, slot, (), plan.worth(group) - plan.worth(kept))


def obstacles_at(plan: Plan, bookings: Bookings, roll: Roll, slot: int) -> Iterator[Finding]:
    """Every rule that a session of the group at the slot would break, with the best of rooms and facilitators."""
    coming = sum(resident.availability[slot] in COMING for resident in roll.residents)
    needed = plan.lookup.quorum_of(len(roll.residents))
    if coming < needed:
        yield rules.QUORUM, f"{coming} of {len(roll.residents)} residents can come, {needed} are needed"
    yield from _own_sessions(plan, roll, slot)
    yield from _facilitators(bookings, roll, slot)
    if roll.group.mode == IN_PERSON:
        yield from _rooms(plan, bookings, roll, slot)


def _own_sessions(plan: Plan, roll: Roll, slot: int) -> Iterator[Finding]:
    minutes = plan.lookup.minutes
    apart = min((abs(minutes[slot] - minutes[s.slot]) for s in roll.group.sessions), default=float("inf"))
    if apart < plan.instance.session_minutes:
        yield rules.PERSON_OVERLAP, "the group has another session then"
    elif apart < plan.instance.min_gap_days * 24 * 60:
        yield rules.GAP, f"another session of the group is less than {plan.instance.min_gap_days} days away"


def _facilitators(bookings: Bookings, roll: Roll, slot: int) -> Iterator[Finding]:
    able = sum(person.availability[slot] in COMING for person in roll.faculty)
    free = len(bookings.facilitators(roll, slot))
    needed = roll.model.present
    if able < needed:
        yield rules.PRESENT, f"{able} facilitators can come, {needed} are needed"
    elif free < needed:
        yield rules.PERSON_OVERLAP, "its facilitators have another session then"


def _rooms(plan: Plan, bookings: Bookings, roll: Roll, slot: int) -> Iterator[Finding]:
    at_site = [room for room in plan.lookup.rooms.values() if room.site == roll.group.site]
    large = [room for room in at_site if fits(room, roll)]
    if not at_site:
        yield rules.ROOM_AT_SITE, f"there is no room at {roll.group.site}"
    elif not large:
        yield rules.ROOM_CAPACITY, f"no room at {roll.group.site} holds {len(roll.members)}"
    elif not any(room.availability[slot] == "1" for room in large):
        yield rules.ROOM_FREE, f"no large enough room at {roll.group.site} is free"
    elif not bookings.rooms(roll, slot):
        yield rules.ROOM_OVERLAP, f"every large enough room at {roll.group.site} has another session"


def why_unplaced(plan: Plan, resident: Resident, shunned: frozenset[str]) -> tuple[Obstacle, ...]:
    """What keeps a resident out of each group there is and out of a new one, the commonest single cause first.

    That there are models which they do not accept comes last: what is in the way of those that they do matters more.
    ``shunned`` are people whom the resident avoids beyond those the instance tells of.
    """
    tries = [*(joining(plan, resident, group, shunned) for group in plan.groups.values())]
    tries += [_founding(plan, resident, model) for model in plan.instance.models]
    blocked = [dict(found) for found in tries if found]
    alone = Counter(next(iter(found)) for found in blocked if len(found) == 1)
    texts = {rule_id: text for found in blocked for rule_id, text in found.items()}
    # A rule that never decides alone matters only where it is one of the fewest that stand together.
    accepted = [found for found in blocked if rules.MODEL_ACCEPTED not in found]
    fewest = min((len(found) for found in accepted), default=0)
    telling = [found for found in blocked if len(found) == 1] + [found for found in accepted if len(found) == fewest]
    kept = dict.fromkeys(rule_id for found in telling for rule_id in found)
    ranked = sorted(kept, key=lambda rule_id: (rule_id == rules.MODEL_ACCEPTED, -alone[rule_id]))
    return tuple(Obstacle(rule_id, texts[rule_id], alone[rule_id]) for rule_id in ranked)


def joining(plan: Plan, resident: Resident, group: Group, shunned: frozenset[str]) -> list[Finding]:
    """The rules broken if the resident joined a group as it is; ``shunned`` are people whom they avoid."""
    if group.id in plan.pinned:
        return [(rules.PIN_MEMBERS, "the group is pinned")]
    roll = plan.roll(replace(group, residents=(*group.residents, resident.id)))
    found = {breach.rule_id for breach in group_breaches(plan.lookup, roll)}
    if not shunned.isdisjoint(roll.members):
        found.add(rules.AVOIDS)
    return [(rule_id, rules.HARD_RULE[rule_id].name) for rule_id in sorted(found)]


def _founding(plan: Plan, resident: Resident, model: Model) -> list[Finding]:
    """What a new group of that model would lack."""
    if model.id not in resident.models:
        return [(rules.MODEL_ACCEPTED, rules.HARD_RULE[rules.MODEL_ACCEPTED].name)]
    others = [plan.lookup.residents[other] for other in plan.unplaced()]
    willing = [r for r in others if model.id in r.models and set(r.modes) & set(resident.modes)]
    found = []
    if len(willing) < model.size[0]:
        lack = f"{len(willing)} residents without a group would join a new {model.id} group, it takes {model.size[0]}"
        found.append((rules.GROUP_SIZE, lack))
    spare = spare_facilitators(plan, model.id)
    if len(spare) < model.facilitators[0]:
        lack = f"{len(spare)} facilitators have a place for another {model.id} group, it takes {model.facilitators[0]}"
        found.append((rules.FACILITATORS, lack))
    return found


def spare_facilitators(plan: Plan, model_id: str) -> list[str]:
    """Faculty who offer the model and could lead another group."""
    return [
        person.id
        for person in plan.instance.faculty
        if model_id in person.models and len(plan.led_by.get(person.id, ())) < person.capacity
    ]
