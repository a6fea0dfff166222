"""Sessions that a group misses, or had at another slot, and what stands in the way of each."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from solvers import rules
from solvers.instance import Group, Session
from solvers.lookup import Roll, is_slot_of_round
from solvers.reasons.facts import MissedSession, MovedSession, Obstacle
from solvers.reasons.obstacles import obstacles_at
from solvers.reasons.plan import Bookings, Plan

NO_SLOT = Obstacle(rules.SLOT_OF_ROUND)


def missed_sessions(plan: Plan, bookings: Bookings, group: Group) -> tuple[MissedSession[int], ...]:
    """Every round that the group misses, with why."""
    roll = plan.roll(group)
    missed = (round_ for round_ in range(plan.instance.rounds) if round_ not in roll.dates)
    return tuple(_missed(plan, bookings, roll, round_) for round_ in missed)


def _missed(plan: Plan, bookings: Bookings, roll: Roll, round_: int) -> MissedSession[int]:
    slots = [slot for slot, candidate in enumerate(plan.instance.slots) if candidate.round == round_]
    if not slots:
        return MissedSession(roll.group.id, round_, None, (NO_SLOT,))
    found = {slot: _by_rule(plan, bookings, roll, slot) for slot in slots}
    best = min(slots, key=lambda slot: len(found[slot]))
    alone = Counter(next(iter(rules_there)) for rules_there in found.values() if len(rules_there) == 1)
    obstacles = tuple(replace(obstacle, places=alone[rule_id]) for rule_id, obstacle in found[best].items())
    gain = None if obstacles else _gain(plan, bookings, roll, best)
    return MissedSession(roll.group.id, round_, best, obstacles, gain)


def _by_rule(plan: Plan, bookings: Bookings, roll: Roll, slot: int) -> dict[str, Obstacle]:
    return {obstacle.rule_id: obstacle for obstacle in obstacles_at(plan, bookings, roll, slot)}


def _gain(plan: Plan, bookings: Bookings, roll: Roll, slot: int) -> int:
    longer = replace(roll.group, sessions=(*roll.group.sessions, bookings.session(roll, slot)))
    return plan.worth(longer) - plan.worth(roll.group)


def moved_sessions(plan: Plan, bookings: Bookings, group: Group) -> tuple[MovedSession[int], ...]:
    """Every session of the same group before that is not where it was, with what stands against where it was."""
    before = plan.lookup.previous.get(group.id)
    now = {session.round: session.slot for session in group.sessions}
    return tuple(
        _moved(plan, bookings, group, old, now.get(old.round))
        for old in (before.sessions if before else ())
        if now.get(old.round) != old.slot
    )


def _moved(plan: Plan, bookings: Bookings, group: Group, old: Session, slot: int | None) -> MovedSession[int]:
    if not is_slot_of_round(plan.instance, old):
        return MovedSession(group.id, old.round, old.slot, slot, (NO_SLOT,))
    others = tuple(session for session in group.sessions if session.round != old.round)
    roll = plan.roll(replace(group, sessions=others))
    found = tuple(obstacles_at(plan, bookings, roll, old.slot))
    if found:
        return MovedSession(group.id, old.round, old.slot, slot, found)
    kept = replace(group, sessions=(*others, bookings.session(roll, old.slot)))
    return MovedSession(group.id, old.round, old.slot, slot, (), plan.worth(group) - plan.worth(kept))
