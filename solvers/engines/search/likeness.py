"""Who is linked to whom: by wishes and rules, and by being alike, so that moves are tried first where they may pay."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from solvers.engines.search.problem import LINK_KINDS, Bytes, Smalls
from solvers.instance import Faculty, Instance, Resident

ALIKE_EACH = 24
"""How many of those most alike each resident is linked to."""
_ALIKE_POINTS = 14
"""About what a session attended earns."""
_ALIKE_BLOCK = 1200


def links_of(instance: Instance, people: Sequence[Resident | Faculty], comes: Bytes) -> tuple[Smalls, Smalls]:
    number = {person.id: index for index, person in enumerate(people)}
    apart: list[set[int]] = [set() for _ in people]
    for pair in instance.conflicts:
        known = [number[i] for i in pair if i in number]
        if len(known) == 2:
            apart[known[0]].add(known[1])
            apart[known[1]].add(known[0])
    for resident in instance.residents:
        for other in resident.avoids:
            if other in number:
                apart[number[resident.id]].add(number[other])
                apart[number[other]].add(number[resident.id])
    lists: list[list[list[int]]] = [[[] for _ in people] for _ in range(LINK_KINDS)]
    for resident in instance.residents:
        me = number[resident.id]
        lists[0][me] = [number[i] for i in resident.wants if i in number]
        lists[2][me] = [number[i] for i in resident.choices if i in number]
    lists[5] = _bonds(lists[0])
    lists[1] = [sorted(others) for others in apart]
    lists[3] = _nearby(instance, number)
    lists[4][: len(instance.residents)] = _alike(instance, comes)
    return _flatten(lists)


def _bonds(wants: list[list[int]]) -> list[list[int]]:
    """For each person whom they want and who wants them, once for each."""
    bonds = [list(others) for others in wants]
    for person, others in enumerate(wants):
        for other in others:
            bonds[other].append(person)
    return bonds


def _nearby(instance: Instance, number: dict[str, int]) -> list[list[int]]:
    """Residents whom somebody wants, and those who want them: where a move is worth trying first."""
    near: list[set[int]] = [set() for _ in number]
    residents = len(instance.residents)
    for resident in instance.residents:
        for other in resident.wants:
            if other in number and number[other] < residents and other != resident.id:
                near[number[resident.id]].add(number[other])
                near[number[other]].add(number[resident.id])
    return [sorted(others) for others in near]


def _alike(instance: Instance, comes: Bytes) -> list[list[int]]:
    """For each resident those who are most alike in free time, choices and modes and have a model in common.

    Everybody is compared with everybody of a block; residents of one site fall into one block, or few.
    """
    residents = instance.residents
    nearest: list[list[int]] = [[] for _ in residents]
    by_site = sorted(range(len(residents)), key=lambda index: (residents[index].site, index))
    blocks = max(1, math.ceil(len(residents) / _ALIKE_BLOCK))
    for block in np.array_split(np.array(by_site, dtype=np.intp), blocks):
        likeness = _likeness(instance, block, comes)
        most = min(ALIKE_EACH, len(block))
        for member, likes in zip(block, likeness, strict=True):
            best = np.argpartition(likes, -most)[-most:]
            nearest[member] = sorted(int(block[other]) for other in best if likes[other] >= 0)
    return nearest


def _likeness(instance: Instance, block: NDArray[np.intp], comes: Bytes) -> NDArray[np.float32]:
    """How alike the residents of a block are, -1 where no model would take both."""
    residents = [instance.residents[index] for index in block]
    free = comes[block].astype(np.float32)
    free /= np.sqrt(free.sum(axis=1, keepdims=True)) + 1e-6
    free *= np.sqrt(np.float32(_ALIKE_POINTS * instance.rounds))
    traits = _traits(instance, residents)
    likeness = free @ free.T + traits @ traits.T
    likeness[~_together(instance, residents)] = -1.0
    np.fill_diagonal(likeness, -1.0)
    return likeness


def _together(instance: Instance, residents: list[Resident]) -> NDArray[np.bool_]:
    """Whether a model would take two residents: both accept it and their stages are not too far apart."""
    stages = np.array([resident.stage for resident in residents], dtype=np.int64)
    apart = np.abs(stages[:, None] - stages[None, :])
    suits = np.zeros(apart.shape, dtype=bool)
    for model in instance.models:
        if model.size[1] > 1:
            accept = np.array([model.id in resident.models for resident in residents], dtype=bool)
            suits |= accept[:, None] & accept[None, :] & (apart <= model.spread[1])
    return suits


def _traits(instance: Instance, residents: list[Resident]) -> NDArray[np.float32]:
    """What two residents gain by having it in common: a column each for chosen facilitators and for first modes."""
    chosen = sorted({choice for resident in residents for choice in resident.choices})
    modes = sorted({resident.modes[0] for resident in residents if resident.modes})
    number = {choice: index for index, choice in enumerate(chosen)}
    table = np.zeros((len(residents), len(chosen) + len(modes)), dtype=np.float32)
    for row, resident in zip(table, residents, strict=True):
        row[[number[choice] for choice in resident.choices]] = math.sqrt(max(0, instance.weights.choice))
        if resident.modes:
            row[len(chosen) + modes.index(resident.modes[0])] = math.sqrt(max(0, instance.weights.mode))
    return table


def _flatten(lists: list[list[list[int]]]) -> tuple[Smalls, Smalls]:
    starts, flat = [], list[int]()
    for kind in lists:
        row = [len(flat)]
        for entries in kind:
            flat.extend(entries)
            row.append(len(flat))
        starts.append(row)
    return np.array(starts, dtype=np.int32), np.array(flat, dtype=np.int32)
