"""What ends a search: its limits, and the question whether it should stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

ShouldStop = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and with what a search may run.

    ``seconds`` is wall time, of which ``spent`` are gone before the search or needed after it; ``workers`` how many
    processor cores it may use. The same instance, ``seconds`` and ``seed`` with one worker give the same answer,
    however much is spent, unless time ends the search first.
    """

    seconds: float = 10.0
    workers: int = 2
    seed: int = 1
    spent: float = 0.0


def never() -> bool:
    """Never ask to stop."""
    return False
