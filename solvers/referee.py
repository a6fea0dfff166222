"""The referee: recomputes every hard rule and every point of a plan from instance and solution alone.

It shares no code with the solving, so that neither can hide the other's mistakes. A plan that it rejects is
neither stored nor shown. The time it takes grows in step with the size of instance and plan.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

from solvers import rules
from solvers.instance import COMING, IN_PERSON, Group, Instance, Pin, Session
from solvers.lookup import Lookup, Roll, is_slot_of_round
from solvers.points import group_points, handover_points, regroup_points
from solvers.solution import Solution


@dataclass(frozen=True, slots=True)
class Breach:
    """A hard rule broken: its id in the catalogue, the group concerned (None for none) and a plain sentence."""

    rule_id: str
    group: str | None
    text: str
    person: str | None = None
    round: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with a plan, and its points by weight. ``score`` is their sum and counts only if ``ok``."""

    broken: tuple[Breach, ...]
    points: Mapping[str, int]
    score: int

    @property
    def ok(self) -> bool:
        """Whether every hard rule holds."""
        return not self.broken


def check(instance: Instance, solution: Solution) -> Verdict:
    """Referee ``solution``. Groups with unknown people or models break a rule and earn no points."""
    lookup = Lookup.of(instance)
    rolls, broken = _called(lookup, solution.groups)
    points = Counter({rule.id: 0 for rule in rules.POINT_RULES})
    for roll in rolls:
        points.update(group_points(lookup, roll))
    points["regroup"] = regroup_points(lookup, solution.groups)
    points["handover"] = handover_points(lookup, solution.groups)
    score = points.total()
    broken.extend(_plan_breaches(lookup, rolls, solution, score))
    return Verdict(tuple(broken), MappingProxyType(dict(points)), score)


def breaches_in(instance: Instance, groups: Iterable[Group]) -> tuple[Breach, ...]:
    """What :func:`check` finds broken in a plan of these groups, without counting its points."""
    lookup, solution = Lookup.of(instance), Solution(instance.name, tuple(groups))
    rolls, broken = _called(lookup, solution.groups)
    return (*broken, *_plan_breaches(lookup, rolls, solution, 0))


def _called(lookup: Lookup, groups: Iterable[Group]) -> tuple[list[Roll], list[Breach]]:
    """The rolls of the groups that are known, and what is wrong with each group by itself."""
    rolls: list[Roll] = []
    broken: list[Breach] = []
    for group in groups:
        if roll := Roll.call(lookup, group):
            rolls.append(roll)
            broken.extend(group_breaches(lookup, roll))
        else:
            broken.append(unknown(lookup, group))
    return rolls, broken


# --- one group by itself ---------------------------------------------------------------------------------------


def unknown(lookup: Lookup, group: Group) -> Breach:
    """What is wrong with a group of which somebody, or whose model, does not exist."""
    unknown = [i for i in (*group.residents, *group.facilitators) if lookup.person(i) is None]
    what = f"{', '.join(unknown)} not in people" if unknown else f"there is no model {group.model}"
    return Breach(rules.KNOWN, group.id, f"{group.id}: {what}")


def group_breaches(lookup: Lookup, roll: Roll) -> Iterator[Breach]:
    """What is wrong with one group and its sessions, whatever the other groups are."""
    for check_group in _GROUP_CHECKS:
        for rule_id, text, person in check_group(lookup, roll):
            yield Breach(rule_id, roll.group.id, f"{roll.group.id}: {text}", person)
    seen: set[int] = set()
    for session in roll.group.sessions:
        if session.round in seen or not is_slot_of_round(lookup.instance, session):
            yield _unusable_session(lookup, roll, session)
            continue
        seen.add(session.round)
        for rule_id, text, person in _session_breaches(lookup, roll, session):
            full_text = f"{roll.group.id}, round {session.round}: {text}"
            yield Breach(rule_id, roll.group.id, full_text, person, session.round)


# A rule's id, what is wrong, and who is concerned.
Finding = tuple[str, str, str | None]


def _roles(lookup: Lookup, roll: Roll) -> Iterator[Finding]:
    for person in roll.group.residents:
        if person not in lookup.residents:
            yield rules.ROLE, f"{person} is no resident", person
    for person in roll.group.facilitators:
        if person not in lookup.faculty:
            yield rules.ROLE, f"{person} is no faculty", person


def _once(_lookup: Lookup, roll: Roll) -> Iterator[Finding]:
    for person in _repeated((*roll.group.residents, *roll.group.facilitators)):
        yield rules.ONCE, f"{person} is listed twice", person


def _models(_lookup: Lookup, roll: Roll) -> Iterator[Finding]:
    for resident in roll.residents:
        if roll.model.id not in resident.models:
            yield rules.MODEL_ACCEPTED, f"{resident.id} does not accept {roll.model.id}", resident.id
    for facilitator in roll.faculty:
        if roll.model.id not in facilitator.models:
            yield rules.MODEL_OFFERED, f"{facilitator.id} does not offer {roll.model.id}", facilitator.id


def _make_up(_lookup: Lookup, roll: Roll) -> Iterator[Finding]:
    size, facilitators = len(roll.group.residents), len(roll.group.facilitators)
    if not _within(size, roll.model.size):
        yield rules.GROUP_SIZE, f"{size} residents, not {_range(roll.model.size)}", None
    if not _within(facilitators, roll.model.facilitators):
        yield rules.FACILITATORS, f"{facilitators} facilitators, not {_range(roll.model.facilitators)}", None
    stages = [resident.stage for resident in roll.residents]
    spread = max(stages) - min(stages) if stages else 0
    if stages and not _within(spread, roll.model.spread):
        yield rules.STAGE_SPREAD, f"stages {spread} apart, not {_range(roll.model.spread)}", None


def _conflicts(lookup: Lookup, roll: Roll) -> Iterator[Finding]:
    for person in sorted(roll.members):
        # Each pair is met from both sides; it counts from the smaller id.
        for other in sorted(lookup.apart.get(person, frozenset()) & roll.members):
            if person < other:
                yield rules.CONFLICT, f"{person} and {other} have a conflict", person


def _accompanied(lookup: Lookup, roll: Roll) -> Iterator[Finding]:
    for person in sorted(roll.members):
        over = lookup.over.get(person, frozenset())
        others = [each for each in roll.faculty if each.id != person and each.id not in over]
        for who in sorted(over & roll.members):
            known = lookup.person(who)
            if known is not None and not any(each.site != known.site for each in others):
                yield rules.ACCOMPANIED, f"{who} is with {person}, and nobody from another site is beside them", who


def _avoids(_lookup: Lookup, roll: Roll) -> Iterator[Finding]:
    for resident in roll.residents:
        for other in resident.avoids:
            if other in roll.members:
                yield rules.AVOIDS, f"{resident.id} avoids {other}", resident.id


def _company(_lookup: Lookup, roll: Roll) -> Iterator[Finding]:
    for resident in roll.residents:
        for tag in resident.firm:
            if roll.tags.get(tag, 0) <= (tag in resident.tags):
                yield rules.COMPANY_REQUIRED, f"{resident.id} is the only one with {tag}", resident.id


def _external(_lookup: Lookup, roll: Roll) -> Iterator[Finding]:
    sites = {facilitator.site for facilitator in roll.faculty}
    for resident in roll.residents:
        if resident.external == "require" and resident.site in sites:
            yield rules.EXTERNAL_REQUIRED, f"{resident.id} requires facilitators of other sites", resident.id


def _mode(_lookup: Lookup, roll: Roll) -> Iterator[Finding]:
    mode = roll.group.mode
    modes = {person.id: person.modes for person in roll.residents}
    modes |= {person.id: person.modes for person in roll.faculty}
    for person, accepted in modes.items():
        if mode not in accepted:
            yield rules.MODE_ACCEPTED, f"{person} does not meet by {mode}", person
    if mode == IN_PERSON and not roll.group.site:
        yield rules.SITE, "meets in person, but has no site", None


def _gap(lookup: Lookup, roll: Roll) -> Iterator[Finding]:
    starts = sorted(lookup.minutes[session.slot] for session in roll.dates.values())
    if any(after - before < lookup.instance.min_gap_days * 24 * 60 for before, after in pairwise(starts)):
        yield rules.GAP, f"sessions less than {lookup.instance.min_gap_days} days apart", None


_GROUP_CHECKS: tuple[Callable[[Lookup, Roll], Iterator[Finding]], ...] = (
    _roles,
    _once,
    _models,
    _make_up,
    _conflicts,
    _accompanied,
    _avoids,
    _company,
    _external,
    _mode,
    _gap,
)


# --- one session -----------------------------------------------------------------------------------------------


def _unusable_session(lookup: Lookup, roll: Roll, session: Session) -> Breach:
    group, round_ = roll.group.id, session.round
    if is_slot_of_round(lookup.instance, session):
        return Breach(rules.ONE_SESSION, group, f"{group}: two sessions in round {round_}", None, round_)
    text = f"{group}: slot {session.slot} is not of round {round_}"
    return Breach(rules.SLOT_OF_ROUND, group, text, None, round_)


def _session_breaches(lookup: Lookup, roll: Roll, session: Session) -> Iterator[Finding]:
    yield from _quorum(lookup, roll, session)
    yield from _attending(roll, session)
    if roll.group.mode == IN_PERSON:
        yield from _room(lookup, roll, session)


def _quorum(lookup: Lookup, roll: Roll, session: Session) -> Iterator[Finding]:
    coming = sum(resident.availability[session.slot] in COMING for resident in roll.residents)
    needed = lookup.quorum_at(roll.group.residents, session.slot)
    if coming < needed:
        yield rules.QUORUM, f"{coming} residents can come, {needed} are needed", None


def _attending(roll: Roll, session: Session) -> Iterator[Finding]:
    listed = session.facilitators
    for person in _repeated(listed):
        yield rules.ATTENDING, f"{person} is listed twice", person
    for person in sorted(set(listed) - set(roll.group.facilitators)):
        yield rules.ATTENDING, f"{person} does not facilitate the group", person
    if len(listed) < roll.model.present:
        yield rules.PRESENT, f"{len(listed)} facilitators come, {roll.model.present} are needed", None
    for facilitator in roll.faculty:
        if facilitator.id in listed and facilitator.availability[session.slot] not in COMING:
            yield rules.FACILITATOR_FREE, f"{facilitator.id} cannot come", facilitator.id


def _room(lookup: Lookup, roll: Roll, session: Session) -> Iterator[Finding]:
    room = lookup.rooms.get(session.room or "")
    if room is None or room.site != roll.group.site:
        yield rules.ROOM_AT_SITE, f"no room at {roll.group.site or 'any site'}", None
        return
    members = len(roll.group.residents) + len(roll.group.facilitators)
    if room.capacity < members:
        yield rules.ROOM_CAPACITY, f"room {room.id} holds {room.capacity}, not {members}", None
    if room.availability[session.slot] != "1":
        yield rules.ROOM_FREE, f"room {room.id} is taken", None


# The room or person booked, the session, and the group's id.
Booking = tuple[str, Session, str]


# --- the plan as a whole ---------------------------------------------------------------------------------------


def _plan_breaches(lookup: Lookup, rolls: list[Roll], solution: Solution, score: int) -> Iterator[Breach]:
    yield from _group_ids(solution)
    yield from _one_group(rolls)
    yield from _capacity(lookup, rolls)
    yield from room_overlaps(lookup, room_bookings(lookup, rolls))
    yield from person_overlaps(lookup, person_bookings(rolls))
    groups = {group.id: group for group in solution.groups}
    for pin in lookup.instance.pins:
        yield from pin_kept(lookup, pin, groups.get(pin.id))
    yield from bound_kept(solution, score)


def bound_kept(solution: Solution, score: int) -> Iterator[Breach]:
    """What is wrong with a plan's bound, where it has this score."""
    if solution.bound is not None and solution.bound < score:
        yield Breach(rules.BOUND, None, f"the bound {solution.bound} is below the score {score}")


def _group_ids(solution: Solution) -> Iterator[Breach]:
    for group_id in _repeated([group.id for group in solution.groups]):
        yield Breach(rules.GROUP_ID, group_id, f"{group_id}: two groups have this id")


def _one_group(rolls: list[Roll]) -> Iterator[Breach]:
    groups: dict[str, list[str]] = defaultdict(list)
    for roll in rolls:
        for resident in dict.fromkeys(roll.group.residents):
            groups[resident].append(roll.group.id)
    for resident, places in groups.items():
        yield from in_one_group(resident, places)


def in_one_group(resident: str, places: Sequence[str]) -> Iterator[Breach]:
    """What is wrong with a resident's being in these groups, in the plan's order."""
    if len(places) > 1:
        yield Breach(rules.ONE_GROUP, places[1], f"{resident} is in the groups {', '.join(places)}", resident)


def _capacity(lookup: Lookup, rolls: list[Roll]) -> Iterator[Breach]:
    load = Counter(facilitator for roll in rolls for facilitator in set(roll.group.facilitators))
    for person, count in sorted(load.items()):
        yield from within_capacity(lookup, person, count)


def within_capacity(lookup: Lookup, person: str, count: int) -> Iterator[Breach]:
    """What is wrong with somebody's facilitating so many groups."""
    facilitator = lookup.faculty.get(person)
    if facilitator and count > facilitator.capacity:
        text = f"{person} facilitates {count} groups, and offered {facilitator.capacity}"
        yield Breach(rules.CAPACITY, None, text, person)


def room_bookings(lookup: Lookup, rolls: Iterable[Roll]) -> Iterator[Booking]:
    """What these groups take of rooms."""
    for roll in rolls:
        if roll.group.mode == IN_PERSON:
            for session in roll.dates.values():
                room = lookup.rooms.get(session.room or "")
                if room and room.site == roll.group.site:
                    yield room.id, session, roll.group.id


def person_bookings(rolls: Iterable[Roll]) -> Iterator[Booking]:
    """What these groups take of people's time."""
    for roll in rolls:
        for session in roll.dates.values():
            coming = set(session.facilitators) & set(roll.group.facilitators)
            for person in sorted(coming | set(roll.group.residents)):
                yield person, session, roll.group.id


def room_overlaps(lookup: Lookup, bookings: Iterable[Booking]) -> Iterator[Breach]:
    """What is wrong with these bookings of rooms beside each other."""
    yield from _overlaps(lookup, rules.ROOM_OVERLAP, "room", bookings)


def person_overlaps(lookup: Lookup, bookings: Iterable[Booking]) -> Iterator[Breach]:
    """What is wrong with these bookings of people beside each other."""
    yield from _overlaps(lookup, rules.PERSON_OVERLAP, "person", bookings)


def _overlaps(lookup: Lookup, rule_id: str, what: str, bookings: Iterable[Booking]) -> Iterator[Breach]:
    by_key: dict[str, list[tuple[float, str, int]]] = defaultdict(list)
    for key, session, group in bookings:
        by_key[key].append((lookup.minutes[session.slot], group, session.round))
    for key, times in by_key.items():
        times.sort()
        for (start, group, round_), (next_start, next_group, next_round) in pairwise(times):
            if next_start - start < lookup.instance.session_minutes:
                text = f"{what} {key}: {group} round {round_} overlaps {next_group} round {next_round}"
                yield Breach(rule_id, next_group, text, key if what == "person" else None, next_round)


def pin_kept(lookup: Lookup, pin: Pin, now: Group | None) -> Iterator[Breach]:
    """What is wrong with a pinned group as it is now."""
    if now is None:
        yield Breach(rules.PIN_KEPT, pin.id, f"{pin.id}: the pinned group is gone")
        return
    before = lookup.previous[pin.id]
    for role in ("residents", "facilitators"):
        stayed = {person for person in getattr(before, role) if lookup.person(person)}
        if set(getattr(now, role)) != stayed:
            yield Breach(rules.PIN_MEMBERS, pin.id, f"{pin.id}: the pinned group's {role} changed")
    was = {session.round: session.slot for session in before.sessions}
    is_now = {session.round: session.slot for session in now.sessions}
    for round_ in pin.rounds:
        if was.get(round_) != is_now.get(round_):
            yield Breach(rules.PIN_ROUNDS, pin.id, f"{pin.id}: the pinned round {round_} moved", None, round_)


# --- small counts ----------------------------------------------------------------------------------------------


def _repeated(ids: Collection[str]) -> list[str]:
    if len(set(ids)) == len(ids):
        return []
    return [person for person, count in Counter(ids).items() if count > 1]


def _within(value: int, bounds: tuple[int, int]) -> bool:
    return bounds[0] <= value <= bounds[1]


def _range(bounds: tuple[int, int]) -> str:
    return str(bounds[0]) if bounds[0] == bounds[1] else f"{bounds[0]} to {bounds[1]}"
