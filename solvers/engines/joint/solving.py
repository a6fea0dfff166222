"""Stating, solving and reading the joint model."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import Final

from ortools.sat.python import cp_model
from ortools.sat.python.cp_model import BoolVarT, CpSolver

from solvers.engines.joint.board import Board, candidates
from solvers.engines.joint.hard import RULES, at_most_once_a_round, candidates_in_order
from solvers.engines.joint.worth import score
from solvers.instance import IN_PERSON, MODES, Group, Instance, Session
from solvers.solution import Solution
from solvers.stop import Limits, ShouldStop

ASK_SECONDS: Final = 0.05


@dataclass(frozen=True, slots=True)
class JointAnswer:
    """What the joint model found. ``groups`` is None if it found no plan.

    ``bound`` is proven, None before there is one; ``proved`` says that the plan is best possible, or, without
    groups, that no plan keeps the rules (only pins can bring that about).
    """

    groups: tuple[Group, ...] | None
    bound: int | None
    proved: bool


def joint_size(instance: Instance) -> int:
    """How many links of resident, group and slot the joint model would have: what its memory and time grow with."""
    return len(instance.residents) * len(candidates(instance)) * len(instance.slots)


def solve_joint(instance: Instance, limits: Limits, hint: Solution | None, should_stop: ShouldStop) -> JointAnswer:
    """Solve ``instance`` as one model, starting from ``hint``.

    With one worker the same arguments give the same answer, unless the time ends first. Stating the model counts
    neither against ``limits`` nor asks ``should_stop``: see :func:`joint_size` before calling.
    """
    board = state(instance)
    if hint:
        _hint(board, hint.groups)
    solver = CpSolver()
    solver.parameters.max_time_in_seconds = limits.seconds
    solver.parameters.num_workers = limits.workers
    solver.parameters.random_seed = limits.seed
    # Proofs come from the linear relaxation here: with all of it, several times sooner.
    solver.parameters.linearization_level = 2
    # Signals belong to the caller, who turns them into should_stop.
    solver.parameters.catch_sigint_signal = False
    with _stopping(solver, should_stop):
        status = solver.solve(board.model)
    return _answer(board, solver, status)


def state(instance: Instance) -> Board:
    """The whole model: decisions, every rule, every point."""
    board = Board(instance)
    candidates_in_order(board)
    at_most_once_a_round(board)
    for rule in RULES.values():
        rule(board)
    board.model.maximize(score(board))
    return board


@contextmanager
def _stopping(solver: CpSolver, should_stop: ShouldStop) -> Iterator[None]:
    """End the search from outside: it asks nobody while it runs."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(ASK_SECONDS):
            if should_stop():
                # Again and again, because a call before the search has begun is lost.
                solver.stop_search()

    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    try:
        yield
    finally:
        over.set()
        watching.join()


def _answer(board: Board, solver: CpSolver, status: cp_model.CpSolverStatus) -> JointAnswer:
    if status == cp_model.INFEASIBLE:
        return JointAnswer(None, None, True)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return JointAnswer(None, None, False)
    # Points are whole, so what stands behind the point is only noise of the linear relaxation.
    bound = math.floor(solver.best_objective_bound + 1e-6)
    return JointAnswer(tuple(_groups(board, solver)), bound, status == cp_model.OPTIMAL)


def _groups(board: Board, solver: CpSolver) -> Iterator[Group]:
    for g, candidate in enumerate(board.candidates):
        for (group, model, _), var in board.shape.items():
            if group == g and solver.boolean_value(var):
                yield _group(board, solver, g, candidate.id, model)


def _group(board: Board, solver: CpSolver, g: int, id_: str, model: str) -> Group:
    def true(var: BoolVarT) -> bool:
        return solver.boolean_value(var)

    mode = next(mode for mode in MODES if true(board.meets_by[g, mode]))
    return Group(
        id=id_,
        model=model,
        mode=mode,
        residents=tuple(person.id for person in board.instance.residents if true(board.member[person.id, g])),
        facilitators=tuple(person.id for person in board.instance.faculty if true(board.lead[person.id, g])),
        sessions=tuple(_session(board, solver, g, slot) for slot in board.slots if true(board.meets[g, slot])),
        site=next((site for site in board.sites if true(board.at_site[g, site])), None) if mode == IN_PERSON else None,
    )


def _session(board: Board, solver: CpSolver, g: int, slot: int) -> Session:
    rooms = (room.id for room in board.instance.rooms if solver.boolean_value(board.in_room[g, slot, room.id]))
    leading = (p.id for p in board.instance.faculty if solver.boolean_value(board.attends[p.id, g, slot]))
    return Session(board.instance.slots[slot].round, slot, tuple(leading), next(rooms, None))


def _hint(board: Board, groups: tuple[Group, ...]) -> None:
    """Start from these groups. New ones go where the order of candidates wants them."""
    true = {var.index for g, group in _seated(board, groups) for var in _decisions(board, g, group)}
    tables = (board.member, board.lead, board.shape, board.meets_by, board.at_site)
    meetings = (board.meets, board.attends, board.in_room)
    for var in chain.from_iterable(table.values() for table in (*tables, *meetings)):
        if var.index != board.zero.index:
            board.model.add_hint(var, var.index in true)


def _seated(board: Board, groups: tuple[Group, ...]) -> Iterator[tuple[int, Group]]:
    index = {candidate.id: g for g, candidate in enumerate(board.candidates) if candidate.previous}
    new = [g for g, candidate in enumerate(board.candidates) if not candidate.previous]
    place = {resident.id: number for number, resident in enumerate(board.instance.residents)}
    yield from ((index[group.id], group) for group in groups if group.id in index)
    others = [group for group in groups if group.id not in index and group.residents]
    yield from zip(new, sorted(others, key=lambda group: min(place[r] for r in group.residents)), strict=False)


def _decisions(board: Board, g: int, group: Group) -> Iterator[BoolVarT]:
    """The decisions that make up a group, as far as the model knows them."""
    yield from (board.member[resident, g] for resident in group.residents)
    yield from (board.lead[person, g] for person in group.facilitators)
    yield board.shape[g, group.model, len(group.residents)]
    yield board.meets_by[g, group.mode]
    if group.site in board.sites:
        yield board.at_site[g, group.site]
    for session in group.sessions:
        yield board.meets[g, session.slot]
        yield from (board.attends[person, g, session.slot] for person in session.facilitators)
        if session.room:
            yield board.in_room[g, session.slot, session.room]
