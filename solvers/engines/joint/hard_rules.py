"""The hard rules of the joint model: a function each, found by the rule's id in the catalogue.

Rules that are not here cannot be broken in this model: there is no decision that would.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import combinations, pairwise
from typing import Final

from ortools.sat.python.cp_model import BoolVarT, LinearExpr

from solvers import rules
from solvers.engines.joint.decisions import JointModel, exactly_if_used, is_in_person
from solvers.instance import Group, Model, Pin

Rule = Callable[[JointModel], None]


def candidates_in_order(joint: JointModel) -> None:
    """A candidate is of one shape or none; new ones are used in turn and ordered by their first members."""
    for g in joint.groups:
        joint.model.add_at_most_one(var for (group, _, _), var in joint.shape.items() if group == g)
    new = [g for g in joint.groups if joint.candidates[g].previous is None]
    for before, g in pairwise(new):
        joint.model.add(joint.used(g) <= joint.used(before))
        earlier: list[BoolVarT] = []
        for resident in joint.instance.residents:
            joint.model.add(joint.member[resident.id, g] <= LinearExpr.sum(earlier))
            earlier.append(joint.member[resident.id, before])


def at_most_once_a_round(joint: JointModel) -> None:
    """Nobody comes to a candidate more than once a round.

    It follows from the rules, but stating it ties coming to membership a round at a time instead of a slot at a
    time, which the linear relaxation sees: 10 residents on 48 slots are proved best in an eighth of the work.
    """
    for resident in joint.instance.residents:
        for g in joint.groups:
            for round_ in range(joint.instance.rounds):
                sessions = [joint.coming[resident.id, g, slot] for slot in joint.slots_of(round_)]
                joint.model.add(LinearExpr.sum(sessions) <= joint.member[resident.id, g])


def one_group(joint: JointModel) -> None:
    """Every resident is in at most one candidate."""
    for resident in joint.instance.residents:
        joint.model.add_at_most_one(joint.member[resident.id, g] for g in joint.groups)


def model_accepted(joint: JointModel) -> None:
    """Residents join only candidates of models that they accept."""
    for resident in joint.instance.residents:
        for g in joint.groups:
            for model in joint.instance.models:
                if model.id not in resident.models:
                    joint.model.add(joint.member[resident.id, g] + joint.is_model(g, model.id) <= 1)


def model_offered(joint: JointModel) -> None:
    """Faculty lead only candidates of models that they offer."""
    for person in joint.instance.faculty:
        for g in joint.groups:
            for model in joint.instance.models:
                if model.id not in person.models:
                    joint.model.add(joint.facilitates[person.id, g] + joint.is_model(g, model.id) <= 1)


def group_size(joint: JointModel) -> None:
    """A candidate has as many residents as its shape says, and an unused one none."""
    for g in joint.groups:
        shapes = [size * var for (group, _, size), var in joint.shape.items() if group == g]
        joint.model.add(joint.size(g) == LinearExpr.sum(shapes))


def stage_spread(joint: JointModel) -> None:
    """No two stages too far apart, and, where the model asks for a distance, two that have it."""
    stages = sorted({resident.stage for resident in joint.instance.residents})
    for g in joint.groups:
        present = {
            stage: joint.any_of(joint.member[r.id, g] for r in joint.instance.residents if r.stage == stage)
            for stage in stages
        }
        for model in joint.instance.models:
            _keep_spread(joint, g, model, present)


def _keep_spread(joint: JointModel, g: int, model: Model, present: dict[int, BoolVarT]) -> None:
    least, most = model.spread
    wide = []
    for low, high in combinations(present, 2):
        if high - low > most:
            joint.model.add(present[low] + present[high] + joint.is_model(g, model.id) <= 2)
        if high - low >= least:
            wide.append(joint.both(present[low], present[high]))
    if least > 0:
        joint.model.add(LinearExpr.sum(wide) >= joint.is_model(g, model.id))


def facilitators(joint: JointModel) -> None:
    """A candidate has as many facilitators as its model asks, and an unused one none."""
    for g in joint.groups:
        kinds = [(model.facilitators, joint.is_model(g, model.id)) for model in joint.instance.models]
        joint.model.add(joint.facilitator_count(g) >= LinearExpr.sum([least * kind for (least, _), kind in kinds]))
        joint.model.add(joint.facilitator_count(g) <= LinearExpr.sum([most * kind for (_, most), kind in kinds]))


def capacity(joint: JointModel) -> None:
    """Nobody leads more candidates than they offered."""
    for person in joint.instance.faculty:
        joint.model.add(LinearExpr.sum([joint.facilitates[person.id, g] for g in joint.groups]) <= person.capacity)


def conflict(joint: JointModel) -> None:
    """Two people with a conflict are not in one candidate."""
    for one, other in (sorted(pair) for pair in joint.instance.conflicts):
        _keep_apart(joint, one, other)


def accompanied(joint: JointModel) -> None:
    """Who has power over somebody is in a candidate with them only beside a facilitator of another site without."""
    sites = {person.id: person.site for person in joint.everybody()}
    for who, over in sorted(joint.instance.accompanied):
        beside = [
            person.id
            for person in joint.instance.faculty
            if person.site != sites[who] and person.id != over and (person.id, over) not in joint.instance.accompanied
        ]
        for g in joint.groups:
            others = LinearExpr.sum([joint.facilitates[person, g] for person in beside])
            joint.model.add(joint.person(who, g) + joint.person(over, g) <= 1 + others)


def avoids(joint: JointModel) -> None:
    """Nobody is in a candidate with somebody whom they avoid."""
    for resident in joint.instance.residents:
        for other in resident.avoids:
            _keep_apart(joint, resident.id, other)


def company_required(joint: JointModel) -> None:
    """Who must not be the only one with a tag is in a candidate only with somebody else who has it."""
    for resident in joint.instance.residents:
        for tag in resident.firm:
            alike = [other.id for other in joint.everybody() if tag in other.tags and other.id != resident.id]
            for g in joint.groups:
                company = [joint.person(other, g) for other in alike]
                joint.model.add(joint.member[resident.id, g] <= LinearExpr.sum(company))


def external_required(joint: JointModel) -> None:
    """Who requires it has no facilitator of their own site."""
    for resident in joint.instance.residents:
        if resident.external == "require":
            for person in joint.instance.faculty:
                if person.site == resident.site:
                    _keep_apart(joint, resident.id, person.id)


def _keep_apart(joint: JointModel, one: str, other: str) -> None:
    for g in joint.groups:
        joint.model.add(joint.person(one, g) + joint.person(other, g) <= 1)


def mode_accepted(joint: JointModel) -> None:
    """A used candidate meets in one way, which is on everybody's list."""
    for g in joint.groups:
        ways = {mode: var for (group, mode), var in joint.meets_by.items() if group == g}
        exactly_if_used(joint, g, list(ways.values()))
        for person in joint.everybody():
            for mode, var in ways.items():
                if mode not in person.modes:
                    joint.model.add_implication(joint.person(person.id, g), var.negated())


def site(joint: JointModel) -> None:
    """A candidate that meets in person has one site, another none."""
    for g in joint.groups:
        sites = [var for (group, _), var in joint.at_site.items() if group == g]
        joint.model.add(LinearExpr.sum(sites) == is_in_person(joint, g))


def room_at_site(joint: JointModel) -> None:
    """A session in person has one room, at the candidate's site; any other has none."""
    rooms = joint.instance.rooms
    for g in joint.groups:
        for slot in joint.slots:
            in_rooms = LinearExpr.sum([joint.in_room[g, slot, room.id] for room in rooms])
            joint.model.add(in_rooms == joint.both(joint.meets[g, slot], is_in_person(joint, g)))
            for room in rooms:
                joint.model.add_implication(joint.in_room[g, slot, room.id], joint.at_site[g, room.site])


def room_capacity(joint: JointModel) -> None:
    """A room in use holds everybody of the candidate."""
    for (g, _, room_id), var in joint.in_room.items():
        room = next(room for room in joint.instance.rooms if room.id == room_id)
        joint.model.add(joint.size(g) + joint.facilitator_count(g) <= room.capacity).only_enforce_if(var)


def room_free(joint: JointModel) -> None:
    """A room is used only while it is free."""
    for room in joint.instance.rooms:
        for slot in joint.slots:
            if room.availability[slot] != "1":
                for g in joint.groups:
                    joint.model.add(joint.in_room[g, slot, room.id] == 0)


def room_overlap(joint: JointModel) -> None:
    """No room is used twice at once."""
    for window in joint.windows(joint.instance.session_minutes) + [[slot] for slot in joint.slots]:
        for room in joint.instance.rooms:
            joint.model.add_at_most_one(joint.in_room[g, slot, room.id] for g in joint.groups for slot in window)


def one_session(joint: JointModel) -> None:
    """A used candidate meets at most once a round, an unused one never."""
    for g in joint.groups:
        for round_ in range(joint.instance.rounds):
            sessions = [joint.meets[g, slot] for slot in joint.slots_of(round_)]
            joint.model.add(LinearExpr.sum(sessions) <= joint.used(g))


def gap(joint: JointModel) -> None:
    """A candidate's sessions lie the smallest gap apart, or more."""
    for window in joint.windows(joint.instance.min_gap_days * 24 * 60):
        for g in joint.groups:
            joint.model.add_at_most_one(joint.meets[g, slot] for slot in window)


def quorum(joint: JointModel) -> None:
    """At a session, enough of the members can come, for the size that the candidate has."""
    for g in joint.groups:
        needed = LinearExpr.sum(
            [_quorum_of(joint, size) * var for (group, _, size), var in joint.shape.items() if group == g]
        )
        for slot in joint.slots:
            able = [r for r in joint.instance.residents if r.availability[slot] in "12"]
            coming = LinearExpr.sum([joint.member[resident.id, g] for resident in able])
            joint.model.add(coming >= needed).only_enforce_if(joint.meets[g, slot])


def _quorum_of(joint: JointModel, size: int) -> int:
    # 0.6 × 5 is a hair more than 3 in binary; the format forgives it.
    return math.ceil(joint.instance.quorum * size - 1e-9)


def present(joint: JointModel) -> None:
    """Enough of the facilitators come to a session."""
    for g in joint.groups:
        needed = LinearExpr.sum([model.present * joint.is_model(g, model.id) for model in joint.instance.models])
        for slot in joint.slots:
            coming = LinearExpr.sum([joint.attends[person.id, g, slot] for person in joint.instance.faculty])
            joint.model.add(coming >= needed).only_enforce_if(joint.meets[g, slot])


def attending(joint: JointModel) -> None:
    """Facilitators come only to sessions of candidates that they lead."""
    for (person, g, slot), var in joint.attends.items():
        joint.model.add_implication(var, joint.facilitates[person, g])
        joint.model.add_implication(var, joint.meets[g, slot])


def person_overlap(joint: JointModel) -> None:
    """Nobody has two sessions at once: a facilitator among all their candidates, a resident in their one."""
    for window in joint.windows(joint.instance.session_minutes):
        for g in joint.groups:
            joint.model.add_at_most_one(joint.meets[g, slot] for slot in window)
    for window in joint.windows(joint.instance.session_minutes) + [[slot] for slot in joint.slots]:
        for person in joint.instance.faculty:
            joint.model.add_at_most_one(joint.attends[person.id, g, slot] for g in joint.groups for slot in window)


def pin_kept(joint: JointModel) -> None:
    """A pinned candidate is used."""
    for _, g in _pinned(joint):
        joint.model.add(joint.used(g) == 1)


def pin_members(joint: JointModel) -> None:
    """A pinned candidate has exactly those of its former members who are still there."""
    for _, g in _pinned(joint):
        before = _previous(joint, g)
        for resident in joint.instance.residents:
            joint.model.add(joint.member[resident.id, g] == int(resident.id in before.residents))
        for person in joint.instance.faculty:
            joint.model.add(joint.facilitates[person.id, g] == int(person.id in before.facilitators))


def pin_rounds(joint: JointModel) -> None:
    """In a pinned round the candidate meets where it did, or not if it did not."""
    for pin, g in _pinned(joint):
        was = {session.round: session.slot for session in _previous(joint, g).sessions}
        for round_ in pin.rounds:
            slots = joint.slots_of(round_)
            if round_ in was and was[round_] not in slots:
                joint.model.add_bool_or(joint.zero)  # The old slot is gone: no plan keeps this pin.
            for slot in slots:
                joint.model.add(joint.meets[g, slot] == int(was.get(round_) == slot))


def _pinned(joint: JointModel) -> list[tuple[Pin, int]]:
    index = {candidate.id: g for g, candidate in enumerate(joint.candidates)}
    return [(pin, index[pin.id]) for pin in joint.instance.pins]


def _previous(joint: JointModel, g: int) -> Group:
    before = joint.candidates[g].previous
    assert before is not None, "only groups of the previous plan are pinned"
    return before


RULES: Final[dict[str, Rule]] = {
    rules.ONE_GROUP: one_group,
    rules.MODEL_ACCEPTED: model_accepted,
    rules.MODEL_OFFERED: model_offered,
    rules.GROUP_SIZE: group_size,
    rules.STAGE_SPREAD: stage_spread,
    rules.FACILITATORS: facilitators,
    rules.CAPACITY: capacity,
    rules.CONFLICT: conflict,
    rules.ACCOMPANIED: accompanied,
    rules.AVOIDS: avoids,
    rules.COMPANY_REQUIRED: company_required,
    rules.EXTERNAL_REQUIRED: external_required,
    rules.MODE_ACCEPTED: mode_accepted,
    rules.SITE: site,
    rules.ROOM_AT_SITE: room_at_site,
    rules.ROOM_CAPACITY: room_capacity,
    rules.ROOM_FREE: room_free,
    rules.ROOM_OVERLAP: room_overlap,
    rules.ONE_SESSION: one_session,
    rules.GAP: gap,
    rules.QUORUM: quorum,
    rules.PRESENT: present,
    rules.ATTENDING: attending,
    rules.PERSON_OVERLAP: person_overlap,
    rules.PIN_KEPT: pin_kept,
    rules.PIN_MEMBERS: pin_members,
    rules.PIN_ROUNDS: pin_rounds,
}
