"""The answer to an :class:`~solvers.instance.Instance`."""

from __future__ import annotations

from dataclasses import dataclass

from solvers.instance import Group


@dataclass(frozen=True, slots=True)
class Solution:
    """Groups with their sessions. Residents in no group are unplaced.

    ``score`` is what the referee counts; ``bound`` a proven upper bound on the best possible score, or None;
    ``seconds`` the wall time spent.
    """

    instance: str
    groups: tuple[Group, ...]
    score: int = 0
    bound: int | None = None
    seconds: float = 0.0
