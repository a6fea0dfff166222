"""A group's identity: a key that lasts as long as the group lives, and that no other group ever gets.

Sessions, feeds and video links hang on it, so a group of strangers must never inherit the key of one that is gone.
"""

from __future__ import annotations

import secrets
from dataclasses import replace

from solvers.instance import Group, Instance
from solvers.solution import Solution


def with_lasting_keys(instance: Instance, solution: Solution) -> Solution:
    """The solution with a new key for every group that is not the continuation of a published one."""
    before = {group.id: frozenset(group.residents) for group in instance.previous}
    return replace(solution, groups=tuple(_named(group, before) for group in solution.groups))


def _named(group: Group, before: dict[str, frozenset[str]]) -> Group:
    """A group goes on as long as somebody of it stays."""
    goes_on = not before.get(group.id, frozenset()).isdisjoint(group.residents)
    return group if goes_on else replace(group, id=f"g{secrets.token_hex(6)}")
