"""Every date that a group could have in a round, with who could come and what stands in the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from solvers import rules
from solvers.instance import COMING, Session
from solvers.lookup import Lookup, Roll
from solvers.reasons.facts import WEEKDAYS, Obstacle, Step, StepKind
from solvers.reasons.obstacles import obstacles_at
from solvers.reasons.plan import Bookings, Plan

MOST_DATES: Final = 6
"""So many other dates are told."""
_STEPS_OF_A_TWENTIETH: Final = 20


@dataclass(frozen=True, slots=True)
class DateOption:
    """One slot: the residents who could come then, by their ids, and what stands against it.

    ``is_usual`` says that it is on the weekday and at the time of most of the group's other sessions.
    """

    slot: int
    coming: tuple[str, ...]
    obstacles: tuple[Obstacle, ...] = ()
    is_usual: bool = False


@dataclass(frozen=True, slots=True)
class WayToHold:
    """A step that alone would let a round be held, and the slot at which it would be."""

    step: Step[str]
    slot: int
    obstacle: Obstacle


@dataclass(frozen=True, slots=True)
class RoundDates:
    """The dates of one round for one group. ``chosen`` is the one it has, None where it misses the round.

    ``possible`` are other dates with nothing against them, the best first; ``nearest`` those with least against them;
    ``against`` counts the first rule in the way of each of the rest. ``since`` and ``until`` are the days from the
    group's session before and to the one after. ``ways`` tells how a missed round without one could be held.
    """

    group: str
    round: int
    chosen: DateOption | None
    possible: tuple[DateOption, ...]
    nearest: tuple[DateOption, ...]
    against: tuple[Obstacle, ...]
    since: int | None = None
    until: int | None = None
    ways: tuple[WayToHold, ...] = ()


def round_dates(plan: Plan, group_id: str, round_: int) -> RoundDates:
    """Look at every slot of the round."""
    group = plan.groups[group_id]
    chosen = plan.roll(group).dates.get(round_)
    others = tuple(session for session in group.sessions if session.round != round_)
    roll = plan.roll(replace(group, sessions=others))
    bookings = Bookings(plan, without=chosen)
    options = [_option(plan, bookings, roll, slot) for slot in _slots(plan, round_)]
    free = [one for one in options if not one.obstacles and (chosen is None or one.slot != chosen.slot)]
    blocked = [one for one in options if one.obstacles]
    days = _days_between(plan, others, chosen)
    return RoundDates(
        group=group_id,
        round=round_,
        chosen=next((one for one in options if chosen and one.slot == chosen.slot), None),
        possible=tuple(sorted(free, key=_rank)[:MOST_DATES]),
        nearest=tuple(sorted(blocked, key=lambda one: (len(one.obstacles), *_rank(one)))[:MOST_DATES]),
        against=_counts(blocked),
        since=days[0],
        until=days[1],
        ways=() if chosen or free else tuple(_ways(plan, roll, blocked)),
    )


def _slots(plan: Plan, round_: int) -> Iterator[int]:
    return (number for number, slot in enumerate(plan.instance.slots) if slot.round == round_)


def _option(plan: Plan, bookings: Bookings, roll: Roll, slot: int) -> DateOption:
    coming = tuple(resident.id for resident in roll.residents if resident.availability[slot] in COMING)
    usual = is_usual(plan.lookup, (session.slot for session in roll.dates.values()), slot)
    return DateOption(slot, coming, tuple(obstacles_at(plan, bookings, roll, slot)), usual)


def is_usual(lookup: Lookup, others: Iterable[int], slot: int) -> bool:
    """Whether a slot is on the weekday and at the time of most of a group's other sessions, at these slots."""
    beats = Counter(lookup.beats[other] for other in others)
    return bool(beats) and beats[lookup.beats[slot]] == max(beats.values())


def _rank(one: DateOption) -> tuple[int, bool, int]:
    return -len(one.coming), not one.is_usual, one.slot


def _counts(blocked: list[DateOption]) -> tuple[Obstacle, ...]:
    counts = Counter(one.obstacles[0].rule_id for one in blocked)
    return tuple(Obstacle(rule_id, places=count) for rule_id, count in counts.most_common())


def _days_between(plan: Plan, others: tuple[Session, ...], chosen: Session | None) -> tuple[int | None, int | None]:
    if chosen is None:
        return None, None
    day, days = plan.lookup.days[chosen.slot], [plan.lookup.days[session.slot] for session in others]
    since = min((day - other for other in days if other < day), default=None)
    return since, min((other - day for other in days if other > day), default=None)


# --- what would let a missed round be held -------------------------------------------------------------------------


def _ways(plan: Plan, roll: Roll, blocked: list[DateOption]) -> Iterator[WayToHold]:
    """The mildest step of each kind, where nothing else stands in the way."""
    alone = [(one, one.obstacles[0]) for one in blocked if len(one.obstacles) == 1]
    found: dict[StepKind, WayToHold] = {}
    for one, obstacle in sorted(alone, key=lambda pair: (-pair[1].have, *_rank(pair[0]))):
        step = _step(plan, roll, one.slot, obstacle)
        if step is not None and step.kind not in found:
            found[step.kind] = WayToHold(step, one.slot, obstacle)
    yield from found.values()


def _step(plan: Plan, roll: Roll, slot: int, obstacle: Obstacle) -> Step[str] | None:
    match obstacle.rule_id:
        case rules.QUORUM if obstacle.have:
            # In steps of a twentieth, as relaxations are told: 3 of 7 is 0.4.
            share = obstacle.have * _STEPS_OF_A_TWENTIETH // obstacle.of / _STEPS_OF_A_TWENTIETH
            return Step(StepKind.QUORUM, value=share, instead_of=plan.instance.quorum) if share else None
        case rules.GAP if obstacle.have:
            return Step(StepKind.GAP, value=obstacle.have, instead_of=plan.instance.min_gap_days)
        case rules.PRESENT | rules.PERSON_OVERLAP:
            weekday = WEEKDAYS[plan.instance.slots[slot].start.weekday()]
            return Step(StepKind.FACILITATORS_ON, what=weekday, value=obstacle.needed - obstacle.have or 1)
        case rules.ROOM_AT_SITE | rules.ROOM_CAPACITY | rules.ROOM_FREE | rules.ROOM_OVERLAP:
            return Step(StepKind.ROOM, roll.group.site or "")
        case _:
            return None
