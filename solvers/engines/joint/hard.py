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
from solvers.engines.joint.board import Board, exactly_if_used, is_in_person
from solvers.instance import Group, Model, Pin

Rule = Callable[[Board], None]


def candidates_in_order(board: Board) -> None:
    """A candidate is of one shape or none; new ones are used in turn and ordered by their first members."""
    for g in board.groups:
        board.model.add_at_most_one(var for (group, _, _), var in board.shape.items() if group == g)
    new = [g for g in board.groups if board.candidates[g].previous is None]
    for before, g in pairwise(new):
        board.model.add(board.used(g) <= board.used(before))
        earlier: list[BoolVarT] = []
        for resident in board.instance.residents:
            board.model.add(board.member[resident.id, g] <= LinearExpr.sum(earlier))
            earlier.append(board.member[resident.id, before])


def at_most_once_a_round(board: Board) -> None:
    """Nobody comes to a candidate more than once a round.

    It follows from the rules, but stating it ties coming to membership a round at a time instead of a slot at a
    time, which the linear relaxation sees: 10 residents on 48 slots are proved best in an eighth of the work.
    """
    for resident in board.instance.residents:
        for g in board.groups:
            for round_ in range(board.instance.rounds):
                sessions = [board.coming[resident.id, g, slot] for slot in board.slots_of(round_)]
                board.model.add(LinearExpr.sum(sessions) <= board.member[resident.id, g])


def one_group(board: Board) -> None:
    """Every resident is in at most one candidate."""
    for resident in board.instance.residents:
        board.model.add_at_most_one(board.member[resident.id, g] for g in board.groups)


def model_accepted(board: Board) -> None:
    """Residents join only candidates of models that they accept."""
    for resident in board.instance.residents:
        for g in board.groups:
            for model in board.instance.models:
                if model.id not in resident.models:
                    board.model.add(board.member[resident.id, g] + board.is_model(g, model.id) <= 1)


def model_offered(board: Board) -> None:
    """Faculty lead only candidates of models that they offer."""
    for person in board.instance.faculty:
        for g in board.groups:
            for model in board.instance.models:
                if model.id not in person.models:
                    board.model.add(board.lead[person.id, g] + board.is_model(g, model.id) <= 1)


def group_size(board: Board) -> None:
    """A candidate has as many residents as its shape says, and an unused one none."""
    for g in board.groups:
        shapes = [size * var for (group, _, size), var in board.shape.items() if group == g]
        board.model.add(board.size(g) == LinearExpr.sum(shapes))


def stage_spread(board: Board) -> None:
    """No two stages too far apart, and, where the model asks for a distance, two that have it."""
    stages = sorted({resident.stage for resident in board.instance.residents})
    for g in board.groups:
        present = {
            stage: board.any_of(board.member[r.id, g] for r in board.instance.residents if r.stage == stage)
            for stage in stages
        }
        for model in board.instance.models:
            _keep_spread(board, g, model, present)


def _keep_spread(board: Board, g: int, model: Model, present: dict[int, BoolVarT]) -> None:
    least, most = model.spread
    wide = []
    for low, high in combinations(present, 2):
        if high - low > most:
            board.model.add(present[low] + present[high] + board.is_model(g, model.id) <= 2)
        if high - low >= least:
            wide.append(board.both(present[low], present[high]))
    if least > 0:
        board.model.add(LinearExpr.sum(wide) >= board.is_model(g, model.id))


def facilitators(board: Board) -> None:
    """A candidate has as many facilitators as its model asks, and an unused one none."""
    for g in board.groups:
        kinds = [(model.facilitators, board.is_model(g, model.id)) for model in board.instance.models]
        board.model.add(board.leads(g) >= LinearExpr.sum([least * kind for (least, _), kind in kinds]))
        board.model.add(board.leads(g) <= LinearExpr.sum([most * kind for (_, most), kind in kinds]))


def capacity(board: Board) -> None:
    """Nobody leads more candidates than they offered."""
    for person in board.instance.faculty:
        board.model.add(LinearExpr.sum([board.lead[person.id, g] for g in board.groups]) <= person.capacity)


def conflict(board: Board) -> None:
    """Two people with a conflict are not in one candidate."""
    for one, other in (sorted(pair) for pair in board.instance.conflicts):
        _keep_apart(board, one, other)


def avoids(board: Board) -> None:
    """Nobody is in a candidate with somebody whom they avoid."""
    for resident in board.instance.residents:
        for other in resident.avoids:
            _keep_apart(board, resident.id, other)


def external_required(board: Board) -> None:
    """Who requires it has no facilitator of their own site."""
    for resident in board.instance.residents:
        if resident.external == "require":
            for person in board.instance.faculty:
                if person.site == resident.site:
                    _keep_apart(board, resident.id, person.id)


def _keep_apart(board: Board, one: str, other: str) -> None:
    for g in board.groups:
        board.model.add(board.person(one, g) + board.person(other, g) <= 1)


def mode_accepted(board: Board) -> None:
    """A used candidate meets in one way, which is on everybody's list."""
    for g in board.groups:
        ways = {mode: var for (group, mode), var in board.meets_by.items() if group == g}
        exactly_if_used(board, g, list(ways.values()))
        for person in board.everybody():
            for mode, var in ways.items():
                if mode not in person.modes:
                    board.model.add_implication(board.person(person.id, g), var.negated())


def site(board: Board) -> None:
    """A candidate that meets in person has one site, another none."""
    for g in board.groups:
        sites = [var for (group, _), var in board.at_site.items() if group == g]
        board.model.add(LinearExpr.sum(sites) == is_in_person(board, g))


def room_at_site(board: Board) -> None:
    """A session in person has one room, at the candidate's site; any other has none."""
    rooms = board.instance.rooms
    for g in board.groups:
        for slot in board.slots:
            in_rooms = LinearExpr.sum([board.in_room[g, slot, room.id] for room in rooms])
            board.model.add(in_rooms == board.both(board.meets[g, slot], is_in_person(board, g)))
            for room in rooms:
                board.model.add_implication(board.in_room[g, slot, room.id], board.at_site[g, room.site])


def room_capacity(board: Board) -> None:
    """A room in use holds everybody of the candidate."""
    for (g, _, room_id), var in board.in_room.items():
        room = next(room for room in board.instance.rooms if room.id == room_id)
        board.model.add(board.size(g) + board.leads(g) <= room.capacity).only_enforce_if(var)


def room_free(board: Board) -> None:
    """A room is used only while it is free."""
    for room in board.instance.rooms:
        for slot in board.slots:
            if room.availability[slot] != "1":
                for g in board.groups:
                    board.model.add(board.in_room[g, slot, room.id] == 0)


def room_overlap(board: Board) -> None:
    """No room is used twice at once."""
    for window in board.windows(board.instance.session_minutes) + [[slot] for slot in board.slots]:
        for room in board.instance.rooms:
            board.model.add_at_most_one(board.in_room[g, slot, room.id] for g in board.groups for slot in window)


def one_session(board: Board) -> None:
    """A used candidate meets at most once a round, an unused one never."""
    for g in board.groups:
        for round_ in range(board.instance.rounds):
            sessions = [board.meets[g, slot] for slot in board.slots_of(round_)]
            board.model.add(LinearExpr.sum(sessions) <= board.used(g))


def gap(board: Board) -> None:
    """A candidate's sessions lie the smallest gap apart, or more."""
    for window in board.windows(board.instance.min_gap_days * 24 * 60):
        for g in board.groups:
            board.model.add_at_most_one(board.meets[g, slot] for slot in window)


def quorum(board: Board) -> None:
    """At a session, enough of the members can come, for the size that the candidate has."""
    for g in board.groups:
        needed = LinearExpr.sum(
            [_quorum_of(board, size) * var for (group, _, size), var in board.shape.items() if group == g]
        )
        for slot in board.slots:
            able = [r for r in board.instance.residents if r.availability[slot] in "12"]
            coming = LinearExpr.sum([board.member[resident.id, g] for resident in able])
            board.model.add(coming >= needed).only_enforce_if(board.meets[g, slot])


def _quorum_of(board: Board, size: int) -> int:
    # 0.6 × 5 is a hair more than 3 in binary; the format forgives it.
    return math.ceil(board.instance.quorum * size - 1e-9)


def present(board: Board) -> None:
    """Enough of the facilitators come to a session."""
    for g in board.groups:
        needed = LinearExpr.sum([model.present * board.is_model(g, model.id) for model in board.instance.models])
        for slot in board.slots:
            coming = LinearExpr.sum([board.attends[person.id, g, slot] for person in board.instance.faculty])
            board.model.add(coming >= needed).only_enforce_if(board.meets[g, slot])


def attending(board: Board) -> None:
    """Facilitators come only to sessions of candidates that they lead."""
    for (person, g, slot), var in board.attends.items():
        board.model.add_implication(var, board.lead[person, g])
        board.model.add_implication(var, board.meets[g, slot])


def person_overlap(board: Board) -> None:
    """Nobody has two sessions at once: a facilitator among all their candidates, a resident in their one."""
    for window in board.windows(board.instance.session_minutes):
        for g in board.groups:
            board.model.add_at_most_one(board.meets[g, slot] for slot in window)
    for window in board.windows(board.instance.session_minutes) + [[slot] for slot in board.slots]:
        for person in board.instance.faculty:
            board.model.add_at_most_one(board.attends[person.id, g, slot] for g in board.groups for slot in window)


def pin_kept(board: Board) -> None:
    """A pinned candidate is used."""
    for _, g in _pinned(board):
        board.model.add(board.used(g) == 1)


def pin_members(board: Board) -> None:
    """A pinned candidate has exactly those of its former members who are still there."""
    for _, g in _pinned(board):
        before = _previous(board, g)
        for resident in board.instance.residents:
            board.model.add(board.member[resident.id, g] == int(resident.id in before.residents))
        for person in board.instance.faculty:
            board.model.add(board.lead[person.id, g] == int(person.id in before.facilitators))


def pin_rounds(board: Board) -> None:
    """In a pinned round the candidate meets where it did, or not if it did not."""
    for pin, g in _pinned(board):
        was = {session.round: session.slot for session in _previous(board, g).sessions}
        for round_ in pin.rounds:
            slots = board.slots_of(round_)
            if round_ in was and was[round_] not in slots:
                board.model.add_bool_or(board.zero)  # The old slot is gone: no plan keeps this pin.
            for slot in slots:
                board.model.add(board.meets[g, slot] == int(was.get(round_) == slot))


def _pinned(board: Board) -> list[tuple[Pin, int]]:
    index = {candidate.id: g for g, candidate in enumerate(board.candidates)}
    return [(pin, index[pin.id]) for pin in board.instance.pins]


def _previous(board: Board, g: int) -> Group:
    before = board.candidates[g].previous
    assert before is not None, "only groups of the earlier plan are pinned"
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
    rules.AVOIDS: avoids,
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
