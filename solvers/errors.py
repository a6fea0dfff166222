"""What the solvers raise: one small tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an input: its place in the JSON (``people[3].availability``) and a plain sentence.

    ``path`` is empty for the file as a whole.
    """

    path: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}: {self.text}" if self.path else self.text


class SolversError(Exception):
    """Anything the solvers refuse to do."""


class UnusableInput(SolversError):
    """The input does not state a problem or an answer. ``faults`` holds everything wrong that was found."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


class PinsFail(SolversError):
    """Pins that cannot hold together with the other hard rules. ``groups`` are the ids of the groups concerned."""

    def __init__(self, groups: tuple[str, ...]) -> None:
        super().__init__(f"These pinned groups cannot stay as they were: {', '.join(groups)}.")
        self.groups = groups


class TooLarge(SolversError):
    """An instance larger than an engine is meant for. ``size`` and ``largest`` count what the engine decides."""

    def __init__(self, size: int, largest: int) -> None:
        super().__init__(
            f"This problem is too large for the joint model: {size} decisions, and it takes {largest}. "
            "Use the search (--engine search), or solve a part of it."
        )
        self.size, self.largest = size, largest


class UnsoundPlan(SolversError):
    """The referee rejects what the search has made: a fault of the planner, never of the instance."""

    def __init__(self, broken: str) -> None:
        super().__init__(f"The plan found breaks a rule and is not kept: {broken}.")
