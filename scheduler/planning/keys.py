"""How instances and solutions name people, rooms and groups: by the database's ids, and by the keys of groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from scheduler.plans.group_keys import new_group_key
from solvers.instance import Group, Instance
from solvers.solution import Solution

_PERSON, _ROOM = "p", "room"


def person_key(person_id: int) -> str:
    """How an instance names a person."""
    return f"{_PERSON}{person_id}"


def room_key(room_id: int) -> str:
    """How an instance names a room."""
    return f"{_ROOM}{room_id}"


def database_id(key: str) -> int:
    """The id behind :func:`person_key` and :func:`room_key`."""
    return int(key.removeprefix(_ROOM).removeprefix(_PERSON))


def with_group_keys(instance: Instance, solution: Solution) -> Solution:
    """The solution with a new key for every group that is not the continuation of a published one."""
    before = {group.id: frozenset(group.residents) for group in instance.previous}
    return replace(solution, groups=tuple(_with_key(group, before) for group in solution.groups))


def formed_afresh(instance: Instance) -> Instance:
    """The problem that knows of no group that there is, but of those that stay as they are: no point is given for
    staying."""
    pinned = {pin.id for pin in instance.pins}
    return replace(instance, previous=tuple(group for group in instance.previous if group.id in pinned))


def with_likest_keys(instance: Instance, solution: Solution) -> Solution:
    """The solution of :func:`formed_afresh` in which a group goes on if more than half of its residents were in it
    before; every other one is new."""
    before = {group.id: group for group in instance.previous}
    stay = {group.id for group in formed_afresh(instance).previous}
    shared = sorted(
        (
            (-len(set(group.residents) & set(known.residents)), index, key)
            for index, group in enumerate(solution.groups)
            for key, known in before.items()
            if group.id not in stay and key not in stay and group.model == known.model
        )
    )
    keys = {index: group.id for index, group in enumerate(solution.groups) if group.id in stay}
    for number, index, key in shared:
        if -2 * number > len(solution.groups[index].residents) and index not in keys and key not in keys.values():
            keys[index] = key
    groups = enumerate(solution.groups)
    return replace(solution, groups=tuple(replace(g, id=keys.get(index) or new_group_key()) for index, g in groups))


def _with_key(group: Group, before: Mapping[str, frozenset[str]]) -> Group:
    """A group goes on as long as somebody of it stays."""
    goes_on = not before.get(group.id, frozenset()).isdisjoint(group.residents)
    return group if goes_on else replace(group, id=new_group_key())
