"""Every kind of point, counted from the plan alone; one small function each, named after its weight.

``solvers/rules.py`` says what each is given for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Final

from solvers.instance import IN_PERSON, Group, Resident
from solvers.lateness import weeks_late
from solvers.lookup import Lookup, Roll

ResidentPoints = Callable[[Lookup, Roll, Resident], int]
GroupPoints = Callable[[Lookup, Roll], int]


def placed(lookup: Lookup, _roll: Roll, _resident: Resident) -> int:
    return lookup.instance.weights.placed


def held(lookup: Lookup, roll: Roll, _resident: Resident) -> int:
    return lookup.instance.weights.held * len(roll.dates)


def attend(lookup: Lookup, roll: Roll, resident: Resident) -> int:
    worth = lookup.instance.weights.attend
    return sum(worth.get(resident.availability[session.slot], 0) for session in roll.dates.values())


def left_out(lookup: Lookup, roll: Roll, resident: Resident) -> int:
    reached = sum(roll.reached(resident, lookup.instance.rounds))
    return lookup.instance.weights.left_out * lookup.is_left_out(reached)


def twice(lookup: Lookup, roll: Roll, resident: Resident) -> int:
    reached = roll.reached(resident, lookup.instance.rounds)
    return lookup.instance.weights.twice * sum(not one and not next_one for one, next_one in pairwise(reached))


def model(lookup: Lookup, roll: Roll, resident: Resident) -> int:
    return lookup.instance.weights.model * resident.models.get(roll.model.id, 0)


def mode(lookup: Lookup, roll: Roll, resident: Resident) -> int:
    return lookup.instance.weights.mode * (resident.modes[:1] == (roll.group.mode,))


def want(lookup: Lookup, roll: Roll, resident: Resident) -> int:
    return lookup.instance.weights.want * sum(other in roll.members for other in resident.wants)


def want_any(lookup: Lookup, roll: Roll, resident: Resident) -> int:
    return lookup.instance.weights.want_any * (not roll.members.isdisjoint(resident.wants))


def like(lookup: Lookup, roll: Roll, resident: Resident) -> int:
    # The resident is one of those who have their value, so sharing it takes two.
    return lookup.instance.weights.like * sum(
        roll.traits[category][resident.traits[category]] > 1
        for category in resident.like
        if category in resident.traits
    )


def unlike(lookup: Lookup, roll: Roll, resident: Resident) -> int:
    # Their own value is one of those in the group, so another makes two.
    return lookup.instance.weights.unlike * sum(
        len(roll.traits[category]) > 1 for category in resident.unlike if category in resident.traits
    )


def choice(lookup: Lookup, roll: Roll, resident: Resident) -> int:
    return lookup.instance.weights.choice * (not set(resident.choices).isdisjoint(roll.group.facilitators))


def interest(lookup: Lookup, roll: Roll, resident: Resident) -> int:
    # The resident is one of those counted, so sharing takes two.
    return lookup.instance.weights.interest * sum(roll.topics[topic] > 1 for topic in resident.interests)


def alone(lookup: Lookup, roll: Roll, resident: Resident) -> int:
    lonely = sum(roll.tags.get(tag, 0) - (tag in resident.tags) <= 0 for tag in resident.company)
    return lookup.instance.weights.alone * lonely


def external(lookup: Lookup, roll: Roll, resident: Resident) -> int:
    asked = resident.external == "prefer" and bool(roll.faculty)
    return lookup.instance.weights.external * (asked and all(f.site != resident.site for f in roll.faculty))


def travel(lookup: Lookup, roll: Roll, resident: Resident) -> int:
    away = roll.group.mode == IN_PERSON and resident.site != roll.group.site
    return lookup.instance.weights.travel * away


def moved(lookup: Lookup, roll: Roll, _resident: Resident) -> int:
    before = lookup.previous.get(roll.group.id)
    slots = {round_: session.slot for round_, session in roll.dates.items()}
    changes = sum(slots.get(old.round) != old.slot for old in before.sessions) if before else 0
    return lookup.instance.weights.moved * changes


def first_late(lookup: Lookup, roll: Roll, resident: Resident) -> int:
    return lookup.instance.weights.first_late * weeks_late(resident.first_within_days, roll.days_until_first)


def size(lookup: Lookup, roll: Roll) -> int:
    target = roll.model.target
    off = 0 if target is None else abs(len(roll.group.residents) - target)
    return lookup.instance.weights.size * off


def rhythm(lookup: Lookup, roll: Roll) -> int:
    beats = Counter(lookup.beats[session.slot] for session in roll.dates.values())
    return lookup.instance.weights.rhythm * max(beats.values(), default=0)


def cadence(lookup: Lookup, roll: Roll) -> int:
    interval = lookup.instance.interval_days
    if interval is None:
        return 0
    day = {round_: lookup.days[session.slot] for round_, session in roll.dates.items()}
    weeks = sum(abs(day[round_ + 1] - day[round_] - interval) // 7 for round_ in day if round_ + 1 in day)
    return lookup.instance.weights.cadence * len(roll.group.residents) * weeks


def reroom(lookup: Lookup, roll: Roll) -> int:
    before = lookup.previous.get(roll.group.id)
    pairs = [(old, roll.dates.get(old.round)) for old in before.sessions] if before else []
    changes = sum(bool(now and now.slot == old.slot and old.room and now.room and old.room != now.room)
                  for old, now in pairs)  # fmt: skip
    return lookup.instance.weights.reroom * changes


BY_RESIDENT: Final[dict[str, ResidentPoints]] = {
    "placed": placed,
    "held": held,
    "attend": attend,
    "left_out": left_out,
    "twice": twice,
    "model": model,
    "mode": mode,
    "want": want,
    "want_any": want_any,
    "like": like,
    "unlike": unlike,
    "choice": choice,
    "interest": interest,
    "alone": alone,
    "external": external,
    "travel": travel,
    "moved": moved,
    "first_late": first_late,
}
BY_GROUP: Final[dict[str, GroupPoints]] = {"size": size, "rhythm": rhythm, "cadence": cadence, "reroom": reroom}


def group_points(lookup: Lookup, roll: Roll) -> Counter[str]:
    """What one group is worth, by weight; ``regroup`` and ``handover`` depend on the whole plan and are not in it."""
    points = Counter({name: count(lookup, roll) for name, count in BY_GROUP.items()})
    for name, count_one in BY_RESIDENT.items():
        points[name] = sum(count_one(lookup, roll, resident) for resident in roll.residents)
    return points


def regroup_points(lookup: Lookup, groups: Iterable[Group]) -> int:
    """What it costs that residents are not in the group of the same id that they had before."""
    now = {group.id: group for group in groups}
    return sum(regroup(lookup, before, now.get(before.id)) for before in lookup.previous.values())


def handover_points(lookup: Lookup, groups: Iterable[Group]) -> int:
    """What it costs that facilitators do not facilitate the group of the same id that they had before."""
    now = {group.id: group for group in groups}
    return sum(handover(lookup, before, now.get(before.id)) for before in lookup.previous.values())


def regroup(lookup: Lookup, before: Group, now: Group | None) -> int:
    """The same of one group."""
    return lookup.instance.weights.regroup * _missing(lookup, before.residents, now.residents if now else ())


def handover(lookup: Lookup, before: Group, now: Group | None) -> int:
    """The same of one group."""
    return lookup.instance.weights.handover * _missing(lookup, before.facilitators, now.facilitators if now else ())


def _missing(lookup: Lookup, before: Iterable[str], now: Iterable[str]) -> int:
    """How many of those who were there, and exist still, are not there now."""
    here = set(now)
    return sum(lookup.person(person) is not None and person not in here for person in before)
