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


def _with_key(group: Group, before: Mapping[str, frozenset[str]]) -> Group:
    """A group goes on as long as somebody of it stays."""
    goes_on = not before.get(group.id, frozenset()).isdisjoint(group.residents)
    return group if goes_on else replace(group, id=new_group_key())
