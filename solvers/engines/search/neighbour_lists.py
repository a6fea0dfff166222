"""Neighbour lists: whom each person wants or conflicts with, and who is similar, so that promising moves come first."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from solvers.engines.search.likeness_tables import companions
from solvers.engines.search.problem import (
    CHOICES,
    COMPANIONS,
    CONFLICTS,
    NEIGHBOUR_KINDS,
    OVER,
    SIMILAR,
    TIED,
    WANTS,
    WANTS_BOTH_WAYS,
    WISH_NEIGHBOURS,
    Bytes,
    Smalls,
)
from solvers.instance import Faculty, Instance, Resident

SIMILAR_EACH = 24
"""How many of the most similar residents each list holds."""
_SESSION_POINTS = 14
"""Roughly what a session attended earns."""
_BLOCK_RESIDENTS = 1200


def neighbour_lists(
    instance: Instance, people: Sequence[Resident | Faculty], available: Bytes
) -> tuple[Smalls, Smalls]:
    """The lists of all kinds: where each starts (kinds x (people + 1)), and the people on them, list after list."""
    number = {person.id: index for index, person in enumerate(people)}
    conflicts: list[set[int]] = [set() for _ in people]
    for pair in instance.conflicts:
        known = [number[i] for i in pair if i in number]
        if len(known) == 2:
            conflicts[known[0]].add(known[1])
            conflicts[known[1]].add(known[0])
    for resident in instance.residents:
        for other in resident.avoids:
            if other in number:
                conflicts[number[resident.id]].add(number[other])
                conflicts[number[other]].add(number[resident.id])
    lists: list[list[list[int]]] = [[[] for _ in people] for _ in range(NEIGHBOUR_KINDS)]
    for resident in instance.residents:
        me = number[resident.id]
        lists[WANTS][me] = [number[i] for i in resident.wants if i in number]
        lists[CHOICES][me] = [number[i] for i in resident.choices if i in number]
    lists[WANTS_BOTH_WAYS] = _wants_both_ways(lists[WANTS])
    lists[CONFLICTS] = [sorted(others) for others in conflicts]
    lists[OVER], lists[TIED] = _accompanied(instance, number)
    lists[COMPANIONS][: len(instance.residents)] = companions(instance, people)
    lists[WISH_NEIGHBOURS] = _wish_neighbours(instance, number, lists[COMPANIONS])
    lists[SIMILAR][: len(instance.residents)] = _most_similar(instance, available)
    return _flatten(lists)


def _accompanied(instance: Instance, number: dict[str, int]) -> tuple[list[list[int]], list[list[int]]]:
    """For each person who leads them only accompanied, and those with whom they have this in either direction."""
    over: list[set[int]] = [set() for _ in number]
    tied: list[set[int]] = [set() for _ in number]
    for who, other in instance.accompanied:
        if who in number and other in number:
            over[number[other]].add(number[who])
            tied[number[other]].add(number[who])
            tied[number[who]].add(number[other])
    return [sorted(others) for others in over], [sorted(others) for others in tied]


def _wants_both_ways(wants: list[list[int]]) -> list[list[int]]:
    """For each person whom they want and who wants them: twice where both do."""
    both_ways = [list(others) for others in wants]
    for person, others in enumerate(wants):
        for other in others:
            both_ways[other].append(person)
    return both_ways


def _wish_neighbours(instance: Instance, number: dict[str, int], company: list[list[int]]) -> list[list[int]]:
    """For each resident whom they want, who wants them and who is company: where a move is worth trying first."""
    near: list[set[int]] = [set(others) for others in company]
    residents = len(instance.residents)
    for resident in instance.residents:
        for other in resident.wants:
            if other in number and number[other] < residents and other != resident.id:
                near[number[resident.id]].add(number[other])
                near[number[other]].add(number[resident.id])
    return [sorted(others) for others in near]


def _most_similar(instance: Instance, available: Bytes) -> list[list[int]]:
    """For each resident the most similar in free time, choices and modes with whom they have a model in common.

    Everybody is compared with everybody of their block; residents of one site fall into one block, or few.
    """
    residents = instance.residents
    nearest: list[list[int]] = [[] for _ in residents]
    by_site = sorted(range(len(residents)), key=lambda index: (residents[index].site, index))
    blocks = max(1, math.ceil(len(residents) / _BLOCK_RESIDENTS))
    for block in np.array_split(np.array(by_site, dtype=np.intp), blocks):
        similarity = _similarity(instance, block, available)
        most = min(SIMILAR_EACH, len(block))
        for member, scores in zip(block, similarity, strict=True):
            best = np.argpartition(scores, -most)[-most:]
            nearest[member] = sorted(int(block[other]) for other in best if scores[other] >= 0)
    return nearest


def _similarity(instance: Instance, block: NDArray[np.intp], available: Bytes) -> NDArray[np.float32]:
    """The pairwise similarity of the residents of a block, -1 where no model would take both."""
    residents = [instance.residents[index] for index in block]
    free = available[block].astype(np.float32)
    free /= np.sqrt(free.sum(axis=1, keepdims=True)) + 1e-6
    free *= np.sqrt(np.float32(_SESSION_POINTS * instance.rounds))
    traits = _traits(instance, residents)
    similarity = free @ free.T + traits @ traits.T
    similarity[~_have_model(instance, residents)] = -1.0
    np.fill_diagonal(similarity, -1.0)
    return similarity


def _have_model(instance: Instance, residents: list[Resident]) -> NDArray[np.bool_]:
    """Whether some model would take two residents: both accept it and their stages are not too far apart."""
    stages = np.array([resident.stage for resident in residents], dtype=np.int64)
    distance = np.abs(stages[:, None] - stages[None, :])
    suits = np.zeros(distance.shape, dtype=bool)
    for model in instance.models:
        if model.size[1] > 1:
            accept = np.array([model.id in resident.models for resident in residents], dtype=bool)
            suits |= accept[:, None] & accept[None, :] & (distance <= model.spread[1])
    return suits


def _traits(instance: Instance, residents: list[Resident]) -> NDArray[np.float32]:
    """Features whose products are points for having them in common: chosen facilitators and first modes."""
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
