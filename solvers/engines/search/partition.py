"""Partition of a plan among chains that run in parallel, and the join of what they make of their parts.

Groups that share a facilitator, or meet in person at one site, stay together; so no two parts can want the same
room, facilitator or resident, and the results fit together again.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import numpy as np

from solvers.engines.compilation import uncompiled
from solvers.engines.search import problem as p
from solvers.engines.search import state as s
from solvers.engines.search.memory_layout import empty_rows, new_state, rows_view
from solvers.engines.search.problem import NONE, Ints, Problem, Smalls
from solvers.engines.search.state import State
from solvers.engines.search.state_updates import load_plan


@dataclass(frozen=True, slots=True)
class Part:
    """What one chain may change: rows (used or free), residents, facilitators counted from the first, sites."""

    rows: list[int]
    residents: list[int]
    faculty: list[int]
    sites: list[int]


def partition_plan(problem: Problem, rows: Smalls, count: int, rng: Random) -> list[Part]:
    """Divide the plan in ``rows`` at random into ``count`` parts of about as many residents."""
    parts = [Part([], [], [], []) for _ in range(count)]
    components = _components(problem, rows)
    rng.shuffle(components)
    for component in sorted(components, key=lambda component: -int(rows[component, s.SIZE].sum()) // 12):
        number = min(range(count), key=lambda index: len(parts[index].residents))
        _assign(problem, rows, component, parts[number])
    _distribute_unused(problem, rows, parts, rng)
    return parts


def _components(problem: Problem, rows: Smalls) -> list[list[int]]:
    """The used rows as connected components: rows that share a facilitator or a site are in one."""
    root: dict[int, int] = {}

    def find(row: int) -> int:
        while root[row] != row:
            root[row] = root[root[row]]
            row = root[row]
        return row

    holder: dict[tuple[str, int], int] = {}
    for row in np.flatnonzero(rows[:, s.SIZE]).tolist():
        root[row] = row
        keys = [("facilitator", facilitator) for facilitator in _facilitators(problem, rows[row])]
        if rows[row, s.MODE] == problem.words[p.IN_PERSON_MODE]:
            keys.append(("site", int(rows[row, s.MEETING_SITE])))
        for key in keys:
            root[find(row)] = find(holder.setdefault(key, row))
    components: dict[int, list[int]] = {}
    for row in root:
        components.setdefault(find(row), []).append(row)
    return list(components.values())


def _facilitators(problem: Problem, row: Smalls) -> list[int]:
    facilitators: list[int] = (uncompiled(s.facilitators_of)(problem, row) - problem.words[p.RESIDENTS]).tolist()
    return facilitators


def _assign(problem: Problem, rows: Smalls, component: list[int], part: Part) -> None:
    for row in component:
        part.rows.append(row)
        part.residents.extend(uncompiled(s.residents_of)(problem, rows[row]).tolist())
        part.faculty.extend(i for i in _facilitators(problem, rows[row]) if i not in part.faculty)
        if rows[row, s.MODE] == problem.words[p.IN_PERSON_MODE] and int(rows[row, s.MEETING_SITE]) not in part.sites:
            part.sites.append(int(rows[row, s.MEETING_SITE]))


def _distribute_unused(problem: Problem, rows: Smalls, parts: list[Part], rng: Random) -> None:
    """Distribute at random what no group uses."""
    for everything, taken in (
        (len(rows), [part.rows for part in parts]),
        (int(problem.words[p.RESIDENTS]), [part.residents for part in parts]),
        (int(problem.words[p.FACULTY]), [part.faculty for part in parts]),
        (int(problem.words[p.SITES]), [part.sites for part in parts]),
    ):
        used = set().union(*taken)
        idle = [number for number in range(everything) if number not in used]
        rng.shuffle(idle)
        for index, number in enumerate(idle):
            taken[index % len(taken)].append(number)


def part_state(problem: Problem, rows: Smalls, part: Part, seed: int) -> State:
    """A state that holds the groups of a part and can change nothing else."""
    state = new_state(problem, seed)
    own = empty_rows(problem)
    own[part.rows] = rows[part.rows]
    load_plan(problem, state, own)
    _restrict_people(problem, state, part)
    _restrict_rows(problem, state, part)
    _restrict_rooms(problem, state, part)
    return state


def _write(problem: Problem, state: State, entry: int, content: Ints | list[int]) -> None:
    start = int(problem.words[entry])
    state.small[start : start + len(content)] = content


def _restrict_people(problem: Problem, state: State, part: Part) -> None:
    residents, faculty = int(problem.words[p.RESIDENTS]), int(problem.words[p.FACULTY])
    movable = np.zeros(residents + faculty, dtype=np.int64)
    movable[part.residents] = 1
    movable[[residents + facilitator for facilitator in part.faculty]] = 1
    _write(problem, state, p.STATE_MOVABLE, movable)
    _write(problem, state, p.STATE_MOVABLE_RESIDENTS, part.residents)
    _write(problem, state, p.STATE_MOVABLE_FACULTY, part.faculty)
    state.words[s.MOVABLE_RESIDENTS], state.words[s.MOVABLE_FACULTY] = len(part.residents), len(part.faculty)
    groups = uncompiled(s.group_of)(problem, state)
    unplaced = [resident for resident in part.residents if groups[resident] == NONE]
    unplaced_position = np.full(residents, NONE)
    unplaced_position[unplaced] = np.arange(len(unplaced))
    _write(problem, state, p.STATE_UNPLACED, unplaced)
    _write(problem, state, p.STATE_UNPLACED_POSITION, unplaced_position)
    state.words[s.UNPLACED] = len(unplaced)


def _restrict_rows(problem: Problem, state: State, part: Part) -> None:
    """Leave only the part's own rows free; rows of previous groups of other parts look used."""
    previous_groups = int(problem.words[p.PREVIOUS_GROUPS])
    table = rows_view(problem, state.small)
    free_rows = [row for row in part.rows if row >= previous_groups and table[row, s.SIZE] == 0]
    _write(problem, state, p.STATE_FREE_ROWS, free_rows)
    state.words[s.FREE_ROWS] = len(free_rows)
    foreign = sorted(set(range(previous_groups)) - set(part.rows))
    table[foreign, s.SIZE] = 1


def _restrict_rooms(problem: Problem, state: State, part: Part) -> None:
    """Book the rooms of other parts' sites permanently."""
    first = int(problem.words[p.AT_SITE_ROOMS])
    slots, start = int(problem.words[p.SLOTS]), int(problem.words[p.STATE_ROOM_BOOKINGS])
    for site in sorted(set(range(int(problem.words[p.SITES]))) - set(part.sites)):
        rooms = problem.small[first + site], problem.small[first + site + 1]
        state.small[start + rooms[0] * slots : start + rooms[1] * slots] += 1


def join_parts(problem: Problem, parts: list[Part], results: list[Smalls]) -> Smalls:
    """Join the rows that chains made of their parts into one plan."""
    rows = empty_rows(problem)
    for part, own in zip(parts, results, strict=True):
        rows[part.rows] = own[part.rows]
    return rows
