"""Building, solving and decoding the joint model."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import Final

from ortools.sat.python import cp_model
from ortools.sat.python.cp_model import BoolVarT, CpSolver, CpSolverSolutionCallback

from solvers.engines.joint.decisions import JointModel
from solvers.engines.joint.hard_rules import RULES, at_most_once_a_round, candidates_in_order
from solvers.engines.joint.points import score
from solvers.instance import IN_PERSON, MODES, Group, Instance, Session
from solvers.solution import Solution
from solvers.stop import Limits, ShouldStop

ASK_SECONDS: Final = 0.05

OnGroups = Callable[[tuple[Group, ...]], None]
OnBound = Callable[[int], None]
IsTrue = Callable[[BoolVarT], bool]


@dataclass(frozen=True, slots=True)
class JointAnswer:
    """What the joint model found. ``groups`` is None if it found no plan.

    ``bound`` is proven, None before there is one; ``proved`` says that the plan is best possible, or, without
    groups, that no plan keeps the rules (only pins can bring that about).
    """

    groups: tuple[Group, ...] | None
    bound: int | None
    proved: bool


def solve_joint(
    instance: Instance,
    limits: Limits,
    hint: Solution | None,
    should_stop: ShouldStop,
    on_groups: OnGroups = lambda _groups: None,
    on_bound: OnBound = lambda _bound: None,
    work: float | None = None,
) -> JointAnswer:
    """Solve ``instance`` as one model, starting from ``hint``.

    ``on_groups`` and ``on_bound`` are called with every better plan and bound, from threads of the solver. With one
    worker the same arguments give the same answer, unless the time ends first: ``work``, in the solver's own seconds,
    ends it wherever the clock is. Building the model counts neither against ``limits`` nor asks ``should_stop``; its
    memory and time grow with residents x candidates x slots.
    """
    joint = build_model(instance)
    if hint:
        _add_hint(joint, hint.groups)
    solver = CpSolver()
    solver.parameters.max_time_in_seconds = max(0.0, limits.seconds)
    if work is not None:
        solver.parameters.max_deterministic_time = work
    solver.parameters.num_workers = limits.workers
    solver.parameters.random_seed = limits.seed
    # Proofs come from the linear relaxation here: with all of it, several times sooner.
    solver.parameters.linearization_level = 2
    # Signals belong to the caller, who turns them into should_stop.
    solver.parameters.catch_sigint_signal = False
    solver.best_bound_callback = lambda bound: on_bound(_whole(bound))
    with _stopping(solver, should_stop):
        status = solver.solve(joint.model, _Listener(joint, on_groups))
    return _answer(joint, solver, status)


class _Listener(CpSolverSolutionCallback):
    """Hands on every better plan."""

    def __init__(self, joint: JointModel, on_groups: OnGroups) -> None:
        super().__init__()
        self._joint, self._on_groups = joint, on_groups

    def on_solution_callback(self) -> None:
        """Called by the solver."""
        self._on_groups(tuple(_groups(self._joint, self.boolean_value)))


def _whole(bound: float) -> int:
    """Points are whole, so what lies beyond the point is only noise of the linear relaxation."""
    return math.floor(bound + 1e-6)


def build_model(instance: Instance) -> JointModel:
    """The whole model: decisions, every rule, every point."""
    joint = JointModel(instance)
    candidates_in_order(joint)
    at_most_once_a_round(joint)
    for rule in RULES.values():
        rule(joint)
    joint.model.maximize(score(joint))
    return joint


@contextmanager
def _stopping(solver: CpSolver, should_stop: ShouldStop) -> Iterator[None]:
    """End the search from outside: it asks nobody while it runs."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(ASK_SECONDS):
            if should_stop():
                # Again and again, because a call before the search has begun is lost.
                solver.stop_search()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _answer(joint: JointModel, solver: CpSolver, status: cp_model.CpSolverStatus) -> JointAnswer:
    if status == cp_model.INFEASIBLE:
        return JointAnswer(None, None, True)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return JointAnswer(None, None, False)
    groups = tuple(_groups(joint, solver.boolean_value))
    return JointAnswer(groups, _whole(solver.best_objective_bound), status == cp_model.OPTIMAL)


def _groups(joint: JointModel, true: IsTrue) -> Iterator[Group]:
    for g, candidate in enumerate(joint.candidates):
        for (group, model, _), var in joint.shape.items():
            if group == g and true(var):
                yield _group(joint, true, g, candidate.id, model)


def _group(joint: JointModel, true: IsTrue, g: int, id_: str, model: str) -> Group:
    mode = next(mode for mode in MODES if true(joint.meets_by[g, mode]))
    return Group(
        id=id_,
        model=model,
        mode=mode,
        residents=tuple(person.id for person in joint.instance.residents if true(joint.member[person.id, g])),
        facilitators=tuple(person.id for person in joint.instance.faculty if true(joint.facilitates[person.id, g])),
        sessions=tuple(_session(joint, true, g, slot) for slot in joint.slots if true(joint.meets[g, slot])),
        site=next((site for site in joint.sites if true(joint.at_site[g, site])), None) if mode == IN_PERSON else None,
    )


def _session(joint: JointModel, true: IsTrue, g: int, slot: int) -> Session:
    rooms = (room.id for room in joint.instance.rooms if true(joint.in_room[g, slot, room.id]))
    attendees = (person.id for person in joint.instance.faculty if true(joint.attends[person.id, g, slot]))
    return Session(joint.instance.slots[slot].round, slot, tuple(attendees), next(rooms, None))


def _add_hint(joint: JointModel, groups: tuple[Group, ...]) -> None:
    """Start from these groups. New ones go where the order of candidates wants them."""
    true = {var.index for g, group in _matched_groups(joint, groups) for var in _decisions(joint, g, group)}
    tables = (joint.member, joint.facilitates, joint.shape, joint.meets_by, joint.at_site)
    meetings = (joint.meets, joint.attends, joint.in_room)
    for var in chain.from_iterable(table.values() for table in (*tables, *meetings)):
        if var.index != joint.zero.index:
            joint.model.add_hint(var, var.index in true)


def _matched_groups(joint: JointModel, groups: tuple[Group, ...]) -> Iterator[tuple[int, Group]]:
    index = {candidate.id: g for g, candidate in enumerate(joint.candidates) if candidate.previous}
    new = [g for g, candidate in enumerate(joint.candidates) if not candidate.previous]
    order = {resident.id: number for number, resident in enumerate(joint.instance.residents)}
    yield from ((index[group.id], group) for group in groups if group.id in index)
    others = [group for group in groups if group.id not in index and group.residents]
    yield from zip(new, sorted(others, key=lambda group: min(order[r] for r in group.residents)), strict=False)


def _decisions(joint: JointModel, g: int, group: Group) -> Iterator[BoolVarT]:
    """The decisions that make up a group, as far as the model knows them."""
    yield from (joint.member[resident, g] for resident in group.residents)
    yield from (joint.facilitates[person, g] for person in group.facilitators)
    yield joint.shape[g, group.model, len(group.residents)]
    yield joint.meets_by[g, group.mode]
    if group.site in joint.sites:
        yield joint.at_site[g, group.site]
    for session in group.sessions:
        yield joint.meets[g, session.slot]
        yield from (joint.attends[person, g, session.slot] for person in session.facilitators)
        if session.room:
            yield joint.in_room[g, session.slot, session.room]
