"""The points of the joint model: a function each, named after its weight.

Each yields what may be earned as (how often, what): the terms that its weight is multiplied with. All that
follows from decisions is stated both ways, so weights may have either sign.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from ortools.sat.python.cp_model import BoolVarT, LinearExpr, LinearExprT

from solvers.engines.joint.board import Board, is_in_person
from solvers.instance import Resident

Terms = Iterator[LinearExprT]
Points = Callable[[Board], Terms]


def placed(board: Board) -> Terms:
    """Each resident in a group."""
    for resident in board.instance.residents:
        yield board.placed(resident)


def held(board: Board) -> Terms:
    """Each member at each session."""
    yield from board.coming.values()


def size(board: Board) -> Terms:
    """Each resident that a group has more or less than its model likes best."""
    targets = {model.id: model.target for model in board.instance.models}
    for (_, model, count), var in board.shape.items():
        target = targets[model]
        if target is not None:
            yield abs(count - target) * var


def attend(board: Board) -> Terms:
    """Each member at each session, times what their mark there is worth."""
    worth = board.instance.weights.attend
    marks = {resident.id: resident.availability for resident in board.instance.residents}
    for (resident, _, slot), var in board.coming.items():
        yield worth.get(marks[resident][slot], 0) * var


def left_out(board: Board) -> Terms:
    """Each placed resident who can come to fewer sessions than the smallest share."""
    fewest = board.instance.min_attendance * board.instance.rounds - 1e-9
    for resident in board.instance.residents:
        reached = LinearExpr.sum([board.reached(resident, round_) for round_ in range(board.instance.rounds)])
        enough = board.model.new_bool_var("")
        least = next(count for count in range(board.instance.rounds + 1) if count >= fewest)
        board.model.add(reached >= least).only_enforce_if(enough)
        board.model.add(reached < least).only_enforce_if(enough.negated())
        yield _placed_without(board, resident, enough)


def twice(board: Board) -> Terms:
    """Each placed resident and pair of rounds in a row that they miss."""
    for resident in board.instance.residents:
        reached = [board.reached(resident, round_) for round_ in range(board.instance.rounds)]
        for one, following in pairwise(reached):
            either = board.model.new_bool_var("")
            board.model.add(one + following >= 1).only_enforce_if(either)
            board.model.add(one + following == 0).only_enforce_if(either.negated())
            yield _placed_without(board, resident, either)


def _placed_without(board: Board, resident: Resident, thing: BoolVarT) -> BoolVarT:
    """True exactly if the resident is placed and the thing does not hold."""
    is_placed = board.any_of(board.member[resident.id, g] for g in board.groups)
    return board.both(is_placed, thing.negated())


def model(board: Board) -> Terms:
    """Each resident, times how much they like the model of their group."""
    kinds = {
        (g, kind.id): board.any_of(board.shape[g, kind.id, count] for count in board.sizes(kind))
        for g in board.groups
        for kind in board.instance.models
    }
    for resident in board.instance.residents:
        for (g, model_id), is_kind in kinds.items():
            if model_id in resident.models:
                yield resident.models[model_id] * board.both(board.member[resident.id, g], is_kind)


def mode(board: Board) -> Terms:
    """Each resident whose first mode is that of their group."""
    for resident in board.instance.residents:
        for first in resident.modes[:1]:
            for g in board.groups:
                yield board.both(board.member[resident.id, g], board.meets_by[g, first])


def want(board: Board) -> Terms:
    """Each person wished for who is in the group."""
    for resident in board.instance.residents:
        for other in resident.wants:
            for g in board.groups:
                yield board.both(board.member[resident.id, g], board.person(other, g))


def choice(board: Board) -> Terms:
    """Each resident with a facilitator they would choose."""
    for resident in board.instance.residents:
        for g in board.groups:
            leads = [board.lead[chosen, g] for chosen in resident.choices if (chosen, g) in board.lead]
            if leads:
                yield board.both(board.member[resident.id, g], board.any_of(leads))


def interest(board: Board) -> Terms:
    """Each interest of a resident that somebody else in the group shares."""
    for resident in board.instance.residents:
        for topic in resident.interests:
            sharing = [other.id for other in board.everybody() if topic in other.interests and other.id != resident.id]
            for g in board.groups:
                yield _with_any(board, resident, sharing, g)


def alone(board: Board) -> Terms:
    """Each tag of which a resident did not want to be, and is, the only one."""
    for resident in board.instance.residents:
        for tag in resident.company:
            alike = [other.id for other in board.everybody() if tag in other.tags and other.id != resident.id]
            for g in board.groups:
                yield board.member[resident.id, g] - _with_any(board, resident, alike, g)


def _with_any(board: Board, resident: Resident, others: list[str], g: int) -> BoolVarT:
    """True exactly if the resident is in the candidate, and one of the others too."""
    return board.both(board.member[resident.id, g], board.any_of(board.person(other, g) for other in others))


def external(board: Board) -> Terms:
    """Each resident who prefers it and has facilitators, all of other sites."""
    for resident in board.instance.residents:
        if resident.external == "prefer":
            own = [person.id for person in board.instance.faculty if person.site == resident.site]
            others = [person.id for person in board.instance.faculty if person.site != resident.site]
            for g in board.groups:
                led = board.any_of(board.lead[person, g] for person in others)
                led_by_own = board.any_of(board.lead[person, g] for person in own)
                member = board.member[resident.id, g]
                yield board.both(member, led) - board.both(board.both(member, led), led_by_own)


def travel(board: Board) -> Terms:
    """Each resident who meets in person at another site than their own."""
    for resident in board.instance.residents:
        for g in board.groups:
            member = board.member[resident.id, g]
            yield board.both(member, is_in_person(board, g))
            yield -1 * board.both(member, board.at_site[g, resident.site])


def rhythm(board: Board) -> Terms:
    """Each session at the group's commonest weekday and time."""
    beats: dict[tuple[int, str], list[int]] = defaultdict(list)
    for slot, candidate in enumerate(board.instance.slots):
        beats[candidate.start.weekday(), candidate.start.strftime("%H:%M")].append(slot)
    for g in board.groups:
        commonest = board.model.new_int_var(0, board.instance.rounds, "")
        counts = [LinearExpr.sum([board.meets[g, slot] for slot in slots]) for slots in beats.values()]
        board.model.add_max_equality(commonest, [*counts, 0])
        yield commonest


def regroup(board: Board) -> Terms:
    """Each resident who is no longer in the group they had."""
    people = {person.id for person in board.everybody()}
    for g, candidate in enumerate(board.candidates):
        for resident in candidate.previous.residents if candidate.previous else ():
            if resident in people:
                yield 1 - board.member.get((resident, g), board.zero)


def moved(board: Board) -> Terms:
    """Each member, for each session that the group had before and does not have at the same slot."""
    for g, candidate in enumerate(board.candidates):
        for session in candidate.previous.sessions if candidate.previous else ():
            same = session.slot if session.slot in board.slots_of(session.round) else None
            for resident in board.instance.residents:
                yield board.member[resident.id, g]
                if same is not None:
                    yield -1 * board.coming[resident.id, g, same]


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
    "choice": choice,
    "interest": interest,
    "alone": alone,
    "external": external,
    "travel": travel,
    "rhythm": rhythm,
    "regroup": regroup,
    "moved": moved,
}


def score(board: Board) -> LinearExpr:
    """The points of the whole plan."""
    weights = board.instance.weights
    parts = []
    for name, points in POINTS.items():
        # Marks carry their own points, so attendance is counted once.
        weight = 1 if name == "attend" else getattr(weights, name)
        if weight:
            parts.append(weight * LinearExpr.sum(list(points(board))))
    return LinearExpr.sum(parts)
