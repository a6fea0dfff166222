"""Choosing the best plan out of groups that several searches have come upon: a set packing, solved by CP-SAT."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from solvers.engines.compiling import plain
from solvers.engines.search import problem as p
from solvers.engines.search import state as s
from solvers.engines.search.blocks import empty_rows
from solvers.engines.search.problem import NOBODY, Problem, Smalls

Resource = tuple[str, int, int]


def distinct_groups(problem: Problem, plans: Sequence[Smalls], most: int) -> Smalls:
    """The distinct groups in some plans, a row each; of more than ``most`` those in the latest plans."""
    rows = np.concatenate([plan[plan[:, s.SIZE] > 0] for plan in reversed(plans)]).copy()
    seats = int(problem.words[p.SEATS])
    places = rows[:, s.HEAD : s.HEAD + seats]
    places[np.arange(seats) >= rows[:, [s.SIZE]]] = np.iinfo(np.int32).max
    places.sort(axis=1)
    labels = int(problem.words[p.LABELS])
    rows[rows[:, s.ROW] >= labels, s.ROW] = labels
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
    points = (groups[:, s.FIXED] + groups[:, s.DATED]).tolist()
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
    return int(plain(p.person_of)(problem, number)[p.CAPACITY]) if kind == "leader" else 1


def _users(problem: Problem, groups: Smalls) -> dict[Resource, list[int]]:
    """Which groups draw on each resource that more than one group draws on."""
    users: defaultdict[Resource, list[int]] = defaultdict(list)
    for index, row in enumerate(groups):
        for resource in _resources(problem, row):
            users[resource].append(index)
    return {resource: indices for resource, indices in users.items() if len(indices) > 1}


def _resources(problem: Problem, row: Smalls) -> Iterable[Resource]:
    """What a group uses up: residents, facilitators and their time, rooms, and its id if it had one before."""
    if row[s.ROW] < problem.words[p.LABELS]:
        yield "row", int(row[s.ROW]), 0
    for resident in plain(s.residents_of)(problem, row).tolist():
        yield "resident", resident, 0
    leaders = plain(s.leaders_of)(problem, row).tolist()
    for leader in leaders:
        yield "leader", leader, 0
    dates, rooms, chairs = (plain(part)(problem, row).tolist() for part in (s.dates_of, s.rooms_of, s.chairs_of))
    for slot, room, present in zip(dates, rooms, chairs, strict=True):
        if slot == NOBODY:
            continue
        keys = [("attending", leader) for place, leader in enumerate(leaders) if present >> place & 1]
        if room != NOBODY:
            keys.append(("room", room))
        # Two sessions overlap just if one starts while the other lasts, so a session uses the starts it spans.
        last = int(plain(p.facts)(problem, p.OVERLAP_LAST)[slot])
        for kind, number in keys:
            for start in range(slot, last):
                yield kind, number, start


def _plan(problem: Problem, groups: Smalls) -> Smalls:
    """Rows of a plan with these groups."""
    rows = empty_rows(problem)
    spare = int(problem.words[p.LABELS])
    for group in groups:
        number = int(group[s.ROW])
        if number >= problem.words[p.LABELS]:
            number, spare = spare, spare + 1
        rows[number] = group
        rows[number, s.ROW] = number
    return rows
