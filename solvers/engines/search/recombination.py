"""Recombination of pooled plans: the best plan made of their groups, a set packing problem solved by CP-SAT."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from solvers.engines.compilation import uncompiled
from solvers.engines.search import problem as p
from solvers.engines.search import state as s
from solvers.engines.search.memory_layout import empty_rows
from solvers.engines.search.problem import NONE, Problem, Smalls

Resource = tuple[str, int, int]


def distinct_groups(problem: Problem, plans: Sequence[Smalls], most: int) -> Smalls:
    """The distinct groups in some plans, a row each; of more than ``most`` those in the latest plans."""
    rows = np.concatenate([plan[plan[:, s.SIZE] > 0] for plan in reversed(plans)]).copy()
    seats = int(problem.words[p.RESIDENT_SEATS])
    members = rows[:, s.ROW_HEAD : s.ROW_HEAD + seats]
    members[np.arange(seats) >= rows[:, [s.SIZE]]] = np.iinfo(np.int32).max
    members.sort(axis=1)
    previous_groups = int(problem.words[p.PREVIOUS_GROUPS])
    rows[rows[:, s.ROW] >= previous_groups, s.ROW] = previous_groups
    _, first = np.unique(rows, axis=0, return_index=True)
    return rows[np.sort(first)[:most]]


def recombine(
    problem: Problem,
    groups: Smalls,
    seconds: float,
    workers: int,
    seed: int,
) -> Smalls | None:
    """The best plan made of ``groups``; None if none was found in ``seconds``.

    Loading OR-Tools takes about a second, which is the caller's to allow for.
    """
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    chosen = [model.new_bool_var("") for _ in groups]
    for resource, users in _users(problem, groups).items():
        limit = _limit(problem, resource)
        if limit == 1:
            model.add_at_most_one([chosen[i] for i in users])
        else:
            model.add(sum(chosen[i] for i in users) <= limit)
    points = (groups[:, s.STATIC_SCORE] + groups[:, s.DATE_SCORE]).tolist()
    model.maximize(sum(value * literal for value, literal in zip(points, chosen, strict=True)))

    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return _plan(problem, groups[[bool(solver.value(literal)) for literal in chosen]])


def _limit(problem: Problem, resource: Resource) -> int:
    kind, number, _ = resource
    return int(uncompiled(p.person_of)(problem, number)[p.CAPACITY]) if kind == "facilitator" else 1


def _users(problem: Problem, groups: Smalls) -> dict[Resource, list[int]]:
    """Which groups use each resource that more than one group uses."""
    users: defaultdict[Resource, list[int]] = defaultdict(list)
    for group_index, row in enumerate(groups):
        for resource in _resources(problem, row):
            users[resource].append(group_index)
    return {resource: indices for resource, indices in users.items() if len(indices) > 1}


def _resources(problem: Problem, row: Smalls) -> Iterable[Resource]:
    """What a group uses up: residents, facilitators and their time, rooms, and its id if it had one before."""
    if row[s.ROW] < problem.words[p.PREVIOUS_GROUPS]:
        yield "row", int(row[s.ROW]), 0
    for resident in uncompiled(s.residents_of)(problem, row).tolist():
        yield "resident", resident, 0
    facilitators = uncompiled(s.facilitators_of)(problem, row).tolist()
    for facilitator in facilitators:
        yield "facilitator", facilitator, 0
    dates, rooms, attending = (
        uncompiled(field)(problem, row).tolist() for field in (s.dates_of, s.rooms_of, s.attending_of)
    )
    for slot, room, present in zip(dates, rooms, attending, strict=True):
        if slot == NONE:
            continue
        keys = [("attending", facilitator) for index, facilitator in enumerate(facilitators) if present >> index & 1]
        if room != NONE:
            keys.append(("room", room))
        # Two sessions overlap just if one starts while the other lasts, so a session uses the starts it spans.
        last = int(uncompiled(p.slot_facts)(problem, p.OVERLAP_LAST)[slot])
        for kind, number in keys:
            for start in range(slot, last):
                yield kind, number, start


def _plan(problem: Problem, groups: Smalls) -> Smalls:
    """The rows of a plan with these groups."""
    rows = empty_rows(problem)
    free_row = int(problem.words[p.PREVIOUS_GROUPS])
    for group in groups:
        number = int(group[s.ROW])
        if number >= problem.words[p.PREVIOUS_GROUPS]:
            number, free_row = free_row, free_row + 1
        rows[number] = group
        rows[number, s.ROW] = number
    return rows
