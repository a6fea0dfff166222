"""The points of the joint model: a function each, named after its weight.

Each yields what may be earned as (how often, what): the terms that its weight is multiplied with. All that
follows from decisions is stated both ways, so weights may have either sign.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import pairwise, product
from typing import Final

from ortools.sat.python.cp_model import BoolVarT, LinearExpr, LinearExprT

from solvers.engines.joint.decisions import JointModel, is_in_person
from solvers.instance import Resident
from solvers.lateness import MOST_WEEKS_LATE, weeks_late

Terms = Iterator[LinearExprT]
Points = Callable[[JointModel], Terms]


def placed(joint: JointModel) -> Terms:
    """Each resident in a group."""
    for resident in joint.instance.residents:
        yield joint.placed(resident)


def held(joint: JointModel) -> Terms:
    """Each member at each session."""
    yield from joint.coming.values()


def size(joint: JointModel) -> Terms:
    """Each resident that a group has more or less than its model likes best."""
    targets = {model.id: model.target for model in joint.instance.models}
    for (_, model, count), var in joint.shape.items():
        target = targets[model]
        if target is not None:
            yield abs(count - target) * var


def attend(joint: JointModel) -> Terms:
    """Each member at each session, times what their mark there is worth."""
    mark_points = joint.instance.weights.attend
    marks = {resident.id: resident.availability for resident in joint.instance.residents}
    for (resident, _, slot), var in joint.coming.items():
        yield mark_points.get(marks[resident][slot], 0) * var


def left_out(joint: JointModel) -> Terms:
    """Each placed resident who can come to fewer sessions than the smallest share."""
    fewest = joint.instance.min_attendance * joint.instance.rounds - 1e-9
    for resident in joint.instance.residents:
        reached = LinearExpr.sum([joint.reached(resident, round_) for round_ in range(joint.instance.rounds)])
        enough = joint.model.new_bool_var("")
        least = next(count for count in range(joint.instance.rounds + 1) if count >= fewest)
        joint.model.add(reached >= least).only_enforce_if(enough)
        joint.model.add(reached < least).only_enforce_if(enough.negated())
        yield _placed_without(joint, resident, enough)


def twice(joint: JointModel) -> Terms:
    """Each placed resident and pair of rounds in a row that they miss."""
    for resident in joint.instance.residents:
        reached = [joint.reached(resident, round_) for round_ in range(joint.instance.rounds)]
        for one, following in pairwise(reached):
            either = joint.model.new_bool_var("")
            joint.model.add(one + following >= 1).only_enforce_if(either)
            joint.model.add(one + following == 0).only_enforce_if(either.negated())
            yield _placed_without(joint, resident, either)


def _placed_without(joint: JointModel, resident: Resident, thing: BoolVarT) -> BoolVarT:
    """True exactly if the resident is placed and the thing does not hold."""
    is_placed = joint.any_of(joint.member[resident.id, g] for g in joint.groups)
    return joint.both(is_placed, thing.negated())


def model(joint: JointModel) -> Terms:
    """Each resident, times how much they like the model of their group."""
    kinds = {
        (g, kind.id): joint.any_of(joint.shape[g, kind.id, count] for count in joint.sizes(kind))
        for g in joint.groups
        for kind in joint.instance.models
    }
    for resident in joint.instance.residents:
        for (g, model_id), is_kind in kinds.items():
            if model_id in resident.models:
                yield resident.models[model_id] * joint.both(joint.member[resident.id, g], is_kind)


def mode(joint: JointModel) -> Terms:
    """Each resident whose first mode is that of their group."""
    for resident in joint.instance.residents:
        for first in resident.modes[:1]:
            for g in joint.groups:
                yield joint.both(joint.member[resident.id, g], joint.meets_by[g, first])


def want(joint: JointModel) -> Terms:
    """Each person wished for who is in the group."""
    for resident in joint.instance.residents:
        for other in resident.wants:
            for g in joint.groups:
                yield joint.both(joint.member[resident.id, g], joint.person(other, g))


def want_any(joint: JointModel) -> Terms:
    """Each resident with at least one of those they wished for in their group."""
    for resident in joint.instance.residents:
        for g in joint.groups if resident.wants else ():
            yield _with_any(joint, resident, list(resident.wants), g)


def like(joint: JointModel) -> Terms:
    """Each category in which a resident wants somebody alike, and somebody else in the group has their value."""
    for resident in joint.instance.residents:
        for category in resident.like:
            own = resident.traits.get(category)
            alike = [other for other, value in _others_with(joint, resident, category) if value == own]
            for g in joint.groups if own is not None else ():
                yield _with_any(joint, resident, alike, g)


def unlike(joint: JointModel) -> Terms:
    """Each category in which a resident wants somebody different, and somebody else in the group has another value."""
    for resident in joint.instance.residents:
        for category in resident.unlike:
            own = resident.traits.get(category)
            different = [other for other, value in _others_with(joint, resident, category) if value != own]
            for g in joint.groups if own is not None else ():
                yield _with_any(joint, resident, different, g)


def _others_with(joint: JointModel, resident: Resident, category: str) -> Iterator[tuple[str, str]]:
    """Everybody else who tells of a category, with their value in it."""
    for other in joint.everybody():
        if other.id != resident.id and category in other.traits:
            yield other.id, other.traits[category]


def choice(joint: JointModel) -> Terms:
    """Each resident with a facilitator they would choose."""
    for resident in joint.instance.residents:
        for g in joint.groups:
            options = [joint.facilitates[chosen, g] for chosen in resident.choices if (chosen, g) in joint.facilitates]
            if options:
                yield joint.both(joint.member[resident.id, g], joint.any_of(options))


def interest(joint: JointModel) -> Terms:
    """Each interest of a resident that somebody else in the group shares."""
    for resident in joint.instance.residents:
        for topic in resident.interests:
            sharing = [other.id for other in joint.everybody() if topic in other.interests and other.id != resident.id]
            for g in joint.groups:
                yield _with_any(joint, resident, sharing, g)


def alone(joint: JointModel) -> Terms:
    """Each tag of which a resident did not want to be, and is, the only one."""
    for resident in joint.instance.residents:
        for tag in resident.company:
            alike = [other.id for other in joint.everybody() if tag in other.tags and other.id != resident.id]
            for g in joint.groups:
                yield joint.member[resident.id, g] - _with_any(joint, resident, alike, g)


def _with_any(joint: JointModel, resident: Resident, others: list[str], g: int) -> BoolVarT:
    """True exactly if the resident is in the candidate, and one of the others too."""
    return joint.both(joint.member[resident.id, g], joint.any_of(joint.person(other, g) for other in others))


def external(joint: JointModel) -> Terms:
    """Each resident who prefers it and has facilitators, all of other sites."""
    for resident in joint.instance.residents:
        if resident.external == "prefer":
            own = [person.id for person in joint.instance.faculty if person.site == resident.site]
            others = [person.id for person in joint.instance.faculty if person.site != resident.site]
            for g in joint.groups:
                by_others = joint.any_of(joint.facilitates[person, g] for person in others)
                by_own = joint.any_of(joint.facilitates[person, g] for person in own)
                member = joint.member[resident.id, g]
                yield joint.both(member, by_others) - joint.both(joint.both(member, by_others), by_own)


def travel(joint: JointModel) -> Terms:
    """Each resident who meets in person at another site than their own."""
    for resident in joint.instance.residents:
        for g in joint.groups:
            member = joint.member[resident.id, g]
            yield joint.both(member, is_in_person(joint, g))
            yield -1 * joint.both(member, joint.at_site[g, resident.site])


def rhythm(joint: JointModel) -> Terms:
    """Each session at the group's commonest weekday and time."""
    weekly_times: dict[tuple[int, str], list[int]] = defaultdict(list)
    for slot, candidate in enumerate(joint.instance.slots):
        weekly_times[candidate.start.weekday(), candidate.start.strftime("%H:%M")].append(slot)
    for g in joint.groups:
        commonest = joint.model.new_int_var(0, joint.instance.rounds, "")
        counts = [LinearExpr.sum([joint.meets[g, slot] for slot in slots]) for slots in weekly_times.values()]
        joint.model.add_max_equality(commonest, [*counts, 0])
        yield commonest


def cadence(joint: JointModel) -> Terms:
    """Each member, for each week that two sessions in rounds that follow each other are off the interval."""
    interval = joint.instance.interval_days
    days = [slot.start.toordinal() for slot in joint.instance.slots]
    for g in joint.groups if interval is not None else ():
        for one, following in _slots_in_a_row(joint):
            weeks = abs(days[following] - days[one] - (interval or 0)) // 7
            for resident in joint.instance.residents if weeks else ():
                yield weeks * joint.both(joint.coming[resident.id, g, one], joint.meets[g, following])


def _slots_in_a_row(joint: JointModel) -> Iterator[tuple[int, int]]:
    """Every slot with every slot of the next round."""
    for round_ in range(joint.instance.rounds - 1):
        yield from product(joint.slots_of(round_), joint.slots_of(round_ + 1))


def first_late(joint: JointModel) -> Terms:
    """Each resident who asks for an early start, for each week that their group's first session is late."""
    days = [slot.start.toordinal() - joint.instance.slots[0].start.toordinal() for slot in joint.instance.slots]
    for resident in joint.instance.residents:
        within = resident.first_within_days
        for weeks in range(MOST_WEEKS_LATE) if within is not None else ():
            in_time = [slot for slot in joint.slots if weeks_late(within, days[slot]) <= weeks]
            begun = joint.any_of(joint.coming[resident.id, g, slot] for g in joint.groups for slot in in_time)
            yield _placed_without(joint, resident, begun)


def regroup(joint: JointModel) -> Terms:
    """Each resident who is no longer in the group they had."""
    people = {person.id for person in joint.everybody()}
    for g, candidate in enumerate(joint.candidates):
        for resident in candidate.previous.residents if candidate.previous else ():
            if resident in people:
                yield 1 - joint.member.get((resident, g), joint.zero)


def moved(joint: JointModel) -> Terms:
    """Each member, for each session that the group had before and does not have at the same slot."""
    for g, candidate in enumerate(joint.candidates):
        for session in candidate.previous.sessions if candidate.previous else ():
            same = session.slot if session.slot in joint.slots_of(session.round) else None
            for resident in joint.instance.residents:
                yield joint.member[resident.id, g]
                if same is not None:
                    yield -1 * joint.coming[resident.id, g, same]


def handover(joint: JointModel) -> Terms:
    """Each facilitator who no longer facilitates the group they had."""
    people = {person.id for person in joint.everybody()}
    for g, candidate in enumerate(joint.candidates):
        for facilitator in candidate.previous.facilitators if candidate.previous else ():
            if facilitator in people:
                yield 1 - joint.facilitates.get((facilitator, g), joint.zero)


def reroom(joint: JointModel) -> Terms:
    """Each session at its earlier slot in a room other than its earlier one."""
    for g, candidate in enumerate(joint.candidates):
        for session in candidate.previous.sessions if candidate.previous else ():
            if session.room and session.slot in joint.slots_of(session.round):
                for room in joint.instance.rooms:
                    if room.id != session.room:
                        yield joint.in_room[g, session.slot, room.id]


POINTS: Final[dict[str, Points]] = {
    "placed": placed,
    "held": held,
    "size": size,
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
    "rhythm": rhythm,
    "cadence": cadence,
    "first_late": first_late,
    "regroup": regroup,
    "moved": moved,
    "handover": handover,
    "reroom": reroom,
}


def score(joint: JointModel) -> LinearExpr:
    """The points of the whole plan."""
    weights = joint.instance.weights
    parts = []
    for name, points in POINTS.items():
        # Marks carry their own points, so attendance is counted once.
        weight = 1 if name == "attend" else getattr(weights, name)
        if weight:
            parts.append(weight * LinearExpr.sum(list(points(joint))))
    return LinearExpr.sum(parts)
