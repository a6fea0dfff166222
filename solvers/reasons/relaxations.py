"""Which rules or resources to relax, found by relaxing them: each is tried on the instance, filled and refereed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce
from itertools import combinations, takewhile
from types import MappingProxyType
from typing import Final

from solvers import rules
from solvers.instance import COMING, IF_NEED_BE, IN_PERSON, MODES, Faculty, Group, Instance, Model, Room
from solvers.reasons.additions import filled
from solvers.reasons.facts import WEEKDAYS, Gain, Relaxations, Relaxed, Step, StepKind, rule_ids
from solvers.reasons.obstacles import obstacles_at
from solvers.reasons.plan import Bookings, Plan
from solvers.referee import check
from solvers.solution import Solution
from solvers.stop import ShouldStop, never

ROOM_RULES: Final = {rules.ROOM_AT_SITE, rules.ROOM_CAPACITY, rules.ROOM_FREE, rules.ROOM_OVERLAP}
# The smallest set is sought among this many at most, in sets of at most so many before it is approximated.
MOST_COMBINED: Final = 10
LARGEST_SOUGHT: Final = 3
# Asking people one by one to accept more is worth proposing only to a few.
MOST_ASKED: Final = 8
# So many values are tried of each number that can be lowered.
MOST_STEPS: Final = 3

Outcome = frozenset[tuple[str, int] | str]


@dataclass(frozen=True, slots=True)
class Relaxation:
    """Something to relax. ``describe`` says what it comes to, given the groups that it made possible."""

    rule_id: str
    apply: Callable[[Instance], Instance]
    describe: Callable[[Sequence[Group]], Step[str]]


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of an instance: its groups, what they reach (sessions and residents), and their points."""

    groups: tuple[Group, ...]
    reached: Outcome
    points: int


def relaxations(plan: Plan, in_the_way: Iterable[str], should_stop: ShouldStop = never) -> Relaxations[str]:
    """What relaxing would buy, for the rules that stand ``in_the_way`` of something; what was found when stopped."""
    now = _trial(plan.instance, tuple(plan.groups.values()))
    going = takewhile(lambda _: not should_stop(), _candidates(plan, set(in_the_way)))
    tried = [(relaxation, _relaxed(plan, [relaxation], now)) for relaxation in going]
    useful = [(relaxation, trial) for relaxation, trial in tried if trial.reached > now.reached]
    useful.sort(key=lambda pair: -len(pair[1].reached))
    alone = {id(relaxation): _fact(relaxation, trial, now) for relaxation, trial in useful}
    smallest, together = _smallest(plan, [relaxation for relaxation, _ in useful[:MOST_COMBINED]], now, should_stop)
    gain = _gain(together, now)
    return Relaxations(tuple(alone.values()), tuple(alone[id(relaxation)] for relaxation in smallest), gain)


def _trial(instance: Instance, groups: tuple[Group, ...]) -> Trial:
    """Fill the groups as the instance allows."""
    longer = filled(instance, groups)
    verdict = check(instance, Solution(instance.name, longer))
    assert verdict.ok, "what is added keeps every rule"
    sessions = {(group.id, session.round) for group in longer for session in group.sessions}
    residents = {resident for group in longer for resident in group.residents}
    return Trial(longer, frozenset(sessions | residents), verdict.score)


def _relaxed(plan: Plan, chosen: Iterable[Relaxation], now: Trial) -> Trial:
    """Fill further what already fits, so that nothing is counted that no relaxing was needed for."""
    instance = reduce(lambda so_far, relaxation: relaxation.apply(so_far), chosen, plan.instance)
    return _trial(instance, now.groups)


def _fact(relaxation: Relaxation, trial: Trial, now: Trial) -> Relaxed[str]:
    step = relaxation.describe(trial.groups)
    return Relaxed(relaxation.rule_id, _gain(trial, now), step)


def _gain(trial: Trial, now: Trial) -> Gain:
    more = trial.reached - now.reached
    sessions = sum(isinstance(thing, tuple) for thing in more)
    return Gain(sessions, len(more) - sessions, trial.points - now.points)


def _smallest(
    plan: Plan, useful: list[Relaxation], now: Trial, should_stop: ShouldStop
) -> tuple[list[Relaxation], Trial]:
    """The fewest relaxations that reach as much as all of them together, and what they reach."""
    goal = _relaxed(plan, useful, now)
    for count in range(min(LARGEST_SOUGHT, len(useful)) + 1):
        for chosen in combinations(useful, count):
            if should_stop():
                return useful, goal
            trial = _relaxed(plan, chosen, now)
            if len(trial.reached) >= len(goal.reached):
                return list(chosen), trial
    return _thinned(plan, useful, goal, now, should_stop)


def _thinned(
    plan: Plan, useful: list[Relaxation], goal: Trial, now: Trial, should_stop: ShouldStop
) -> tuple[list[Relaxation], Trial]:
    """Leave out, the least useful first, what the others make up for."""
    kept, reached = useful, goal
    for relaxation in takewhile(lambda _: not should_stop(), reversed(useful)):
        fewer = [other for other in kept if other is not relaxation]
        trial = _relaxed(plan, fewer, now)
        if len(trial.reached) >= len(goal.reached):
            kept, reached = fewer, trial
    return kept, reached


# --- what could be relaxed -------------------------------------------------------------------------------------


def _candidates(plan: Plan, in_the_way: set[str]) -> Iterator[Relaxation]:
    """Never what protects people: conflicts, avoiding, facilitators from outside."""
    if rules.QUORUM in in_the_way:
        yield from _lower_quorum(plan)
    if rules.GAP in in_the_way:
        yield from _shorter_gap(plan)
    if in_the_way & {rules.PRESENT, rules.PERSON_OVERLAP}:
        yield from _freer_facilitators(plan.instance)
    if in_the_way & ROOM_RULES:
        yield from _more_rooms(plan)
    if unplaced := plan.unplaced():
        yield from _wider_models(plan.instance, in_the_way)
        yield from _more_facilitators(plan.instance, in_the_way)
        yield from _asking(plan, unplaced[:MOST_ASKED], in_the_way)


def _lower_quorum(plan: Plan) -> Iterator[Relaxation]:
    """The mildest quorums under which something could be held that nothing else stands against."""
    shares = set()
    for group, slot in _blocked_only_by(plan, rules.QUORUM):
        coming = sum(resident.availability[slot] in COMING for resident in plan.roll(group).residents)
        # In steps of a twentieth: 3 of 7 is told as 0.4.
        shares.add(math.floor(coming / len(group.residents) * 20 + 1e-9) / 20)
    for quorum in _mildest(shares, below=plan.instance.quorum):
        step: Step[str] = Step(StepKind.QUORUM, value=quorum, instead_of=plan.instance.quorum)
        yield _plain(rules.QUORUM, step, partial(_with_quorum, quorum))


def _with_quorum(quorum: float, before: Instance) -> Instance:
    return replace(before, quorum=min(before.quorum, quorum))


def _shorter_gap(plan: Plan) -> Iterator[Relaxation]:
    """The longest gaps under which something could be held that nothing else stands against."""
    minutes = plan.lookup.minutes
    gaps = set()
    for group, slot in _blocked_only_by(plan, rules.GAP):
        nearest = min(abs(minutes[slot] - minutes[session.slot]) for session in group.sessions)
        gaps.add(float(nearest // (24 * 60)))
    for days in _mildest(gaps, below=plan.instance.min_gap_days):
        step: Step[str] = Step(StepKind.GAP, value=days, instead_of=plan.instance.min_gap_days)
        yield _plain(rules.GAP, step, partial(_with_gap, days))


def _mildest(values: set[float], below: float) -> list[float]:
    return sorted((value for value in values if 0 < value < below), reverse=True)[:MOST_STEPS]


def _blocked_only_by(plan: Plan, rule_id: str) -> Iterator[tuple[Group, int]]:
    """The groups, and slots of rounds that they miss, where the rule alone stands in the way."""
    bookings = Bookings(plan)
    for group in plan.groups.values():
        roll = plan.roll(group)
        for slot, candidate in enumerate(plan.instance.slots):
            if candidate.round in roll.dates:
                continue
            if rule_ids(obstacles_at(plan, bookings, roll, slot)) == (rule_id,):
                yield group, slot


def _with_gap(days: float, before: Instance) -> Instance:
    return replace(before, min_gap_days=min(before.min_gap_days, days))


def _freer_facilitators(instance: Instance) -> Iterator[Relaxation]:
    for weekday in sorted({slot.start.weekday() for slot in instance.slots}):
        slots = {number for number, slot in enumerate(instance.slots) if slot.start.weekday() == weekday}
        yield Relaxation(
            rules.PRESENT,
            partial(_with_faculty_free, slots),
            partial(_freed_step, instance, weekday),
        )


def _with_faculty_free(slots: set[int], before: Instance) -> Instance:
    return replace(before, faculty=tuple(_freed(person, slots) for person in before.faculty))


def _freed(person: Faculty, slots: set[int]) -> Faculty:
    marks = (
        IF_NEED_BE if slot in slots and mark not in COMING else mark for slot, mark in enumerate(person.availability)
    )
    return replace(person, availability="".join(marks))


def _freed_step(instance: Instance, weekday: int, groups: Sequence[Group]) -> Step[str]:
    """How many facilitators it would take, counted from the sessions made possible."""
    marks = {person.id: person.availability for person in instance.faculty}
    needed = {
        person
        for group in groups
        for session in group.sessions
        if instance.slots[session.slot].start.weekday() == weekday
        for person in session.facilitators
        if marks[person][session.slot] not in COMING
    }
    return Step(StepKind.FACILITATORS_ON, what=WEEKDAYS[weekday], value=len(needed))


def _more_rooms(plan: Plan) -> Iterator[Relaxation]:
    instance = plan.instance
    for site in sorted({group.site for group in plan.groups.values() if group.mode == IN_PERSON and group.site}):
        room = Room(f"another room at {site}", site, len(instance.residents), "1" * len(instance.slots))
        yield _plain(
            rules.ROOM_FREE,
            Step(StepKind.ROOM, site),
            partial(_with_room, room),
        )


def _with_room(room: Room, before: Instance) -> Instance:
    return replace(before, rooms=(*before.rooms, room))


def _wider_models(instance: Instance, in_the_way: set[str]) -> Iterator[Relaxation]:
    for model in instance.models:
        (least, most), (near, far) = model.size, model.spread
        if rules.GROUP_SIZE in in_the_way:
            yield _model(
                rules.GROUP_SIZE, model, Step(StepKind.LARGER, model.id, value=most + 1), size=(least, most + 1)
            )
            if least > 1:
                smaller: Step[str] = Step(StepKind.SMALLER, model.id, value=least - 1)
                yield _model(rules.GROUP_SIZE, model, smaller, size=(least - 1, most))
        if rules.STAGE_SPREAD in in_the_way:
            farther: Step[str] = Step(StepKind.FARTHER, model.id, value=far + 1)
            yield _model(rules.STAGE_SPREAD, model, farther, spread=(near, far + 1))
            if near > 0:
                nearer: Step[str] = Step(StepKind.NEARER, model.id, value=near - 1)
                yield _model(rules.STAGE_SPREAD, model, nearer, spread=(near - 1, far))


def _model(rule_id: str, model: Model, step: Step[str], **pairs: tuple[int, int]) -> Relaxation:
    """Widen a pair of a model, leaving what another relaxation has widened."""

    def widened(other: Model) -> Model:
        if other.id != model.id:
            return other
        wider = {name: _union(getattr(other, name), pair) for name, pair in pairs.items()}
        return replace(other, size=wider.get("size", other.size), spread=wider.get("spread", other.spread))

    return _plain(rule_id, step, lambda before: replace(before, models=tuple(map(widened, before.models))))


def _union(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return min(one[0], other[0]), max(one[1], other[1])


def _more_facilitators(instance: Instance, in_the_way: set[str]) -> Iterator[Relaxation]:
    for model in instance.models:
        if rules.FACILITATORS in in_the_way and model.facilitators[0]:
            person = Faculty(
                id=f"another facilitator for {model.id}",
                site="",
                availability="2" * len(instance.slots),
                modes=MODES,
                models=(model.id,),
            )
            yield _plain(
                rules.FACILITATORS,
                Step(StepKind.FACILITATOR, model.id),
                partial(_with_facilitator, person),
            )


def _with_facilitator(person: Faculty, before: Instance) -> Instance:
    return replace(before, faculty=(*before.faculty, person))


def _asking(plan: Plan, unplaced: Sequence[str], in_the_way: set[str]) -> Iterator[Relaxation]:
    for resident in unplaced:
        person = plan.lookup.residents[resident]
        if rules.MODE_ACCEPTED in in_the_way:
            for mode in MODES:
                if mode not in person.modes:
                    modes = (*person.modes, mode)
                    yield _asked(rules.MODE_ACCEPTED, Step(StepKind.ACCEPT_MODE, resident, mode), modes=modes)
        if rules.MODEL_ACCEPTED in in_the_way:
            for model in plan.instance.models:
                if model.id not in person.models:
                    accepted = MappingProxyType({**person.models, model.id: 0})
                    yield _asked(rules.MODEL_ACCEPTED, Step(StepKind.ACCEPT_MODEL, resident, model.id), models=accepted)


def _asked(rule_id: str, step: Step[str], **fields: object) -> Relaxation:
    def applied(before: Instance) -> Instance:
        people = (replace(r, **fields) if r.id == step.subject else r for r in before.residents)  # type: ignore[arg-type]
        return replace(before, residents=tuple(people))

    return _plain(rule_id, step, applied)


def _plain(rule_id: str, step: Step[str], apply: Callable[[Instance], Instance]) -> Relaxation:
    return Relaxation(rule_id, apply, lambda _groups: step)
