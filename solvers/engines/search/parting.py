"""Dividing a plan among searches that run side by side, and joining what they make of their parts.

Groups that share a facilitator, or meet in person at one site, stay together; so no two parts can want the same
room, facilitator or resident, and what the parts return fits together again.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import numpy as np

from solvers.engines.compiling import plain
from solvers.engines.search import problem as p
from solvers.engines.search import state as s
from solvers.engines.search.blocks import empty_rows, new_state, rows_view
from solvers.engines.search.problem import NOBODY, Ints, Problem, Smalls
from solvers.engines.search.restoring import restore
from solvers.engines.search.state import State


@dataclass(frozen=True, slots=True)
class Part:
    """What one search may touch: rows (in use or not), residents, facilitators from the first, and sites' rooms."""

    rows: list[int]
    residents: list[int]
    faculty: list[int]
    sites: list[int]


def divide(problem: Problem, rows: Smalls, count: int, chance: Random) -> list[Part]:
    """Divide the plan in ``rows`` into ``count`` parts of about as many residents, by chance."""
    parts = [Part([], [], [], []) for _ in range(count)]
    clusters = _clusters(problem, rows)
    chance.shuffle(clusters)
    for cluster in sorted(clusters, key=lambda cluster: -int(rows[cluster, s.SIZE].sum()) // 12):
        number = min(range(count), key=lambda index: len(parts[index].residents))
        _assign(problem, rows, cluster, parts[number])
    _share_out(problem, rows, parts, chance)
    return parts


def _clusters(problem: Problem, rows: Smalls) -> list[list[int]]:
    """Rows in use, those together that must be."""
    root: dict[int, int] = {}

    def find(row: int) -> int:
        while root[row] != row:
            root[row] = root[root[row]]
            row = root[row]
        return row

    holder: dict[tuple[str, int], int] = {}
    for row in np.flatnonzero(rows[:, s.SIZE]).tolist():
        root[row] = row
        keys = [("leader", leader) for leader in _leaders(problem, rows[row])]
        if rows[row, s.MODE] == problem.words[p.IN_PERSON]:
            keys.append(("site", int(rows[row, s.PLACE])))
        for key in keys:
            root[find(row)] = find(holder.setdefault(key, row))
    clusters: dict[int, list[int]] = {}
    for row in root:
        clusters.setdefault(find(row), []).append(row)
    return list(clusters.values())


def _leaders(problem: Problem, row: Smalls) -> list[int]:
    leaders: list[int] = (plain(s.leaders_of)(problem, row) - problem.words[p.RESIDENTS]).tolist()
    return leaders


def _assign(problem: Problem, rows: Smalls, cluster: list[int], part: Part) -> None:
    for row in cluster:
        part.rows.append(row)
        part.residents.extend(plain(s.residents_of)(problem, rows[row]).tolist())
        part.faculty.extend(i for i in _leaders(problem, rows[row]) if i not in part.faculty)
        if rows[row, s.MODE] == problem.words[p.IN_PERSON] and int(rows[row, s.PLACE]) not in part.sites:
            part.sites.append(int(rows[row, s.PLACE]))


def _share_out(problem: Problem, rows: Smalls, parts: list[Part], chance: Random) -> None:
    """Share out by chance what no group uses."""
    for everything, taken in (
        (len(rows), [part.rows for part in parts]),
        (int(problem.words[p.RESIDENTS]), [part.residents for part in parts]),
        (int(problem.words[p.FACULTY]), [part.faculty for part in parts]),
        (int(problem.words[p.SITES]), [part.sites for part in parts]),
    ):
        used = set().union(*taken)
        idle = [number for number in range(everything) if number not in used]
        chance.shuffle(idle)
        for place, number in enumerate(idle):
            taken[place % len(taken)].append(number)


def part_state(problem: Problem, rows: Smalls, part: Part, seed: int) -> State:
    """A state that holds the groups of a part and can touch nothing else."""
    state = new_state(problem, seed)
    own = empty_rows(problem)
    own[part.rows] = rows[part.rows]
    restore(problem, state, own)
    _fence_people(problem, state, part)
    _fence_rows(problem, state, part)
    _fence_rooms(problem, state, part)
    return state


def _write(problem: Problem, state: State, entry: int, content: Ints | list[int]) -> None:
    start = int(problem.words[entry])
    state.small[start : start + len(content)] = content


def _fence_people(problem: Problem, state: State, part: Part) -> None:
    residents, faculty = int(problem.words[p.RESIDENTS]), int(problem.words[p.FACULTY])
    owned = np.zeros(residents + faculty, dtype=np.int64)
    owned[part.residents] = 1
    owned[[residents + leader for leader in part.faculty]] = 1
    _write(problem, state, p.IN_OWNED, owned)
    _write(problem, state, p.IN_MINE, part.residents)
    _write(problem, state, p.IN_MY_FACULTY, part.faculty)
    state.words[s.MINE], state.words[s.MY_FACULTY] = len(part.residents), len(part.faculty)
    groups = plain(s.group_of)(problem, state)
    homeless = [resident for resident in part.residents if groups[resident] == NOBODY]
    corner = np.full(residents, NOBODY)
    corner[homeless] = np.arange(len(homeless))
    _write(problem, state, p.IN_HOMELESS, homeless)
    _write(problem, state, p.IN_CORNER, corner)
    state.words[s.HOMELESS] = len(homeless)


def _fence_rows(problem: Problem, state: State, part: Part) -> None:
    """Leave only the part's own rows free; earlier groups' rows of other parts look taken."""
    labels = int(problem.words[p.LABELS])
    table = rows_view(problem, state.small)
    spare = [row for row in part.rows if row >= labels and table[row, s.SIZE] == 0]
    _write(problem, state, p.IN_SPARE, spare)
    state.words[s.SPARE] = len(spare)
    foreign = sorted(set(range(labels)) - set(part.rows))
    table[foreign, s.SIZE] = 1


def _fence_rooms(problem: Problem, state: State, part: Part) -> None:
    """Book the rooms of other parts' sites for good."""
    first = int(problem.words[p.AT_SITE_ROOMS])
    slots, start = int(problem.words[p.SLOTS]), int(problem.words[p.IN_ROOM_BUSY])
    for site in sorted(set(range(int(problem.words[p.SITES]))) - set(part.sites)):
        rooms = problem.small[first + site], problem.small[first + site + 1]
        state.small[start + rooms[0] * slots : start + rooms[1] * slots] += 1


def join(problem: Problem, parts: list[Part], made: list[Smalls]) -> Smalls:
    """Join the rows that searches made of their parts into one plan."""
    rows = empty_rows(problem)
    for part, own in zip(parts, made, strict=True):
        rows[part.rows] = own[part.rows]
    return rows
